"""Terraform's native syntax: the blocks of a file, and expressions as trees.

Checkov keeps no expression as it was written, only what it rendered, and the parser that it installs gives strings
without precedence. Where rendering is not enough, what the file says must be understood again.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Union

if TYPE_CHECKING:
    from collections.abc import Iterator


class ExpressionError(ValueError):
    """Text that is no expression of Terraform, or one that nests deeper than anybody writes."""


@dataclass(frozen=True)
class Literal:
    """A known value: text, a number, true, false or null."""

    value: object


@dataclass(frozen=True)
class Name:
    """The first word of a reference: `var`, `aws_iam_user`, the variable of a `for`."""

    name: str


@dataclass(frozen=True)
class Get:
    """`base.key` or `base[key]`."""

    base: Node
    key: Node


@dataclass(frozen=True)
class Splat:
    """`base[*].key…` or `base.*.key…`."""

    base: Node
    keys: tuple[Node, ...]


@dataclass(frozen=True)
class Call:
    """`function(arguments)`."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Operation:
    """An operator and its one or two operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Conditional:
    """`test ? yes : no`."""

    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True)
class Template:
    """Text with `${}` in it."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Items:
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Pairs:
    """`{ a = b }`."""

    pairs: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True)
class For:
    """`[for value in collection : result if test]`, or `{for key, value in collection : result_key => result}`."""

    key: str | None
    value: str
    collection: Node
    result_key: Node | None
    result: Node
    test: Node | None


Node = Union[Literal, Name, Get, Splat, Call, Operation, Conditional, Template, Items, Pairs, For]


class Attribute(NamedTuple):
    """The text of an attribute's expression, and where in the file its parts stand, as offsets.

    `end` is before the line break, or the brace that closes a block in the same line. `comment_at` is where the comment
    in front of `end` starts, `end` if there is none. `text` holds such a comment, too.
    """

    text: str
    name_at: int
    equals_at: int
    comment_at: int
    end: int


class Block(NamedTuple):
    """A block of a file, with what stands directly in it, and the offsets of its first word, its brace, and its end."""

    type: str
    labels: tuple[str, ...]
    attributes: dict[str, Attribute]
    nested: tuple[Block, ...] = ()
    at: int = 0
    brace_at: int = 0
    end: int = 0


_DEEPEST = 60
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
_IAM_NAME = re.compile(r"[\w+=,.@-]+")
# A reference that Checkov could not render looks like a name with dots; only these roots are sure to be none.
_REFERENCE = re.compile(r"(?:var|local|module|data|each|count|path|self|terraform)\..+|[a-z0-9]+_\w+\.[\w-]+\.[\w.-]+")
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<name>[^\W\d][\w-]*)
    |(?P<operator>\.\.\.|=>|==|!=|<=|>=|&&|\|\||::|[-+*/%!<>?:.,=()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r'[^"#/<{}()\[\]\n]+')
_COMMENT = re.compile(r"#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)[^\S\n]*\n(.*?)^[^\S\n]*\2[^\S\n]*$", re.DOTALL | re.MULTILINE)
_WORD = re.compile(r"[^\W\d][\w-]*")
_SPACE = re.compile(r"(?:\s+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_BINDING = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_WORDS = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def is_expression(rendered: str) -> bool:
    """Tell whether Checkov left a reference or a function in what should be an IAM user's name."""
    return not _IAM_NAME.fullmatch(rendered) or ("." in rendered and bool(_REFERENCE.fullmatch(rendered)))


def blocks(text: str) -> Iterator[Block]:
    """Yield the top-level blocks of a file, last one without a type for what stands outside of any, as in tfvars."""
    outside: dict[str, Attribute] = {}
    at = _SPACE.match(text).end()  # type: ignore[union-attr]  # matches nothing, too
    while at < len(text):
        word = _WORD.match(text, at)
        if not word:
            at = _SPACE.match(text, at + 1).end()  # type: ignore[union-attr]
            continue
        labels, at = _labels(text, word.end())
        if text[at : at + 1] == "{":
            block = _block(text, word, labels, at)
            yield block
            at = block.end
        else:
            outside[word.group()] = _attribute(text, word.start(), at)
            at = outside[word.group()].end
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
    yield Block("", (), outside)


def _labels(text: str, at: int) -> tuple[tuple[str, ...], int]:
    labels: list[str] = []
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        word = _WORD.match(text, at)
        if word:
            labels.append(word.group())
            at = word.end()
        elif text[at : at + 1] == '"':
            end = _string_end(text, at)
            labels.append(text[at + 1 : end - 1])
            at = end
        else:
            return tuple(labels), at


def _block(text: str, word: re.Match[str], labels: tuple[str, ...], brace_at: int) -> Block:
    """Return the block whose first word and labels are known, and whose body follows the brace at `brace_at`."""
    attributes: dict[str, Attribute] = {}
    nested: list[Block] = []
    at = brace_at + 1
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if at >= len(text) or text[at] == "}":
            return Block(word.group(), labels, attributes, tuple(nested), word.start(), brace_at, at + 1)
        first = _WORD.match(text, at)
        if not first:
            at += 1
            continue
        inner, after = _labels(text, first.end())
        if text[after : after + 1] == "=" and text[after + 1 : after + 2] != "=":
            attribute = attributes[first.group()] = _attribute(text, first.start(), after)
            at = attribute.end
        elif text[after : after + 1] == "{":
            nested.append(_block(text, first, inner, after))
            at = nested[-1].end
        else:
            at = max(after, first.end())


def _attribute(text: str, name_at: int, equals_at: int) -> Attribute:
    comment_at, end = _expression_end(text, equals_at + 1)
    return Attribute(text[equals_at + 1 : end].strip(), name_at, equals_at, comment_at, end)


def _expression_end(text: str, at: int) -> tuple[int, int]:
    """Return where the comment behind an expression starts, and where both end.

    They end with their line, or with the block that holds them.
    """
    depth = 0
    comment_at: int | None = None
    while at < len(text):
        plain = _PLAIN.match(text, at)
        if plain:
            comment_at = comment_at if plain.group().isspace() else None
            at = plain.end()
            continue
        character = text[at]
        comment, heredoc = _COMMENT.match(text, at), _HEREDOC.match(text, at)
        if comment:
            comment_at, at = at, comment.end()
            continue
        if (character == "\n" and depth == 0) or (character in "})]" and depth == 0):
            break
        comment_at = None
        if heredoc:
            at = heredoc.end()
        elif character == '"':
            at = _string_end(text, at)
        else:
            depth += (character in "{([") - (character in "})]")
            at += 1
    return (at if comment_at is None else comment_at), at


def _string_end(text: str, at: int) -> int:
    """Return where the quoted text that starts at `at` ends, after its closing quote."""
    at += 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\":
            at += 2
        elif text.startswith(("$${", "%%{"), at):
            at += 3
        elif text.startswith(("${", "%{"), at):
            at = _template_end(text, at + 2)
        else:
            at += 1
    return at + 1


def _template_end(text: str, at: int) -> int:
    """Return where the `${` or `%{` whose inside starts at `at` ends, after its closing brace."""
    depth = 1
    while at < len(text) and depth:
        if text[at] == '"':
            at = _string_end(text, at)
            continue
        depth += (text[at] == "{") - (text[at] == "}")
        at += 1
    return at


def parse_expression(text: str) -> Node:
    """Return an expression as a tree; raise ExpressionError where it is none."""
    try:
        parser = _Parser(list(_tokens(text)))
        node = parser.expression()
    except RecursionError as error:
        raise ExpressionError(f"nests too deep: {text[:60]}") from error
    parser.expect("")
    return node


def parse_template(text: str) -> Node:
    """Return text with `${}` in it (the inside of quotes, or a string of Terraform's JSON syntax) as a tree."""
    parts: list[Node] = []
    plain = ""
    at = 0
    while at < len(text):
        if text.startswith(("$${", "%%{"), at):
            plain, at = plain + text[at + 1 : at + 3], at + 3
        elif text.startswith("%{", at):
            raise ExpressionError(f"a template with directives: {text[:60]}")
        elif text.startswith("${", at):
            end = _template_end(text, at + 2)
            parts += [Literal(plain)] if plain else []
            parts.append(parse_expression(text[at + 2 : end - 1].strip("~")))
            plain, at = "", end
        else:
            plain, at = plain + text[at], at + 1
    if not parts:
        return Literal(plain)
    parts += [Literal(plain)] if plain else []
    return parts[0] if len(parts) == 1 else Template(tuple(parts))


def _tokens(text: str) -> Iterator[tuple[str, Node | str]]:
    """Yield (kind, value): a "node" that is a value of its own, a "name", or an "operator"."""
    at = 0
    while at < len(text):
        if text[at] == '"':
            end = _string_end(text, at)
            yield "node", parse_template(_unescaped(text[at + 1 : end - 1]))
            at = end
            continue
        heredoc = _HEREDOC.match(text, at)
        if heredoc:
            yield "node", parse_template(heredoc.group(3))
            at = heredoc.end()
            continue
        token = _TOKEN.match(text, at)
        if token is None:
            raise ExpressionError(f"no expression: {text[:60]}")
        at = token.end()
        if token.lastgroup == "number":
            number = token.group()
            yield "node", Literal(int(number) if number.isdigit() else float(number))
        elif token.lastgroup != "space":
            yield str(token.lastgroup), token.group()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape.group(1), escape.group()), text, flags=re.DOTALL)


class _Parser:
    def __init__(self, tokens: list[tuple[str, Node | str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def _next(self) -> object:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> tuple[str, Node | str]:
        if self._at >= len(self._tokens):
            raise ExpressionError("an expression ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _found(self, operator: str) -> bool:
        found = self._next() == operator
        self._at += found
        return found

    def expect(self, operator: str) -> None:
        if self._next() != operator:
            raise ExpressionError(f"{self._next()!r} stands where {operator!r} is expected")
        self._at += bool(operator)

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError("an expression nests too deep")
        node = self._operation(0)
        if self._found("?"):
            yes = self.expression()
            self.expect(":")
            node = Conditional(node, yes, self.expression())
        self._depth -= 1
        return node

    def _operation(self, binding: int) -> Node:
        node = self._unary()
        while True:
            operator = self._next()
            power = _BINDING.get(operator, 0) if isinstance(operator, str) else 0
            if power <= binding:
                return node
            self._at += 1
            node = Operation(str(operator), (node, self._operation(power)))

    def _unary(self) -> Node:
        operators: list[str] = []
        while self._next() in ("!", "-"):
            operators.append(str(self._take()[1]))
        node = self._steps(self._term())
        for operator in reversed(operators):
            node = Operation(operator, (node,))
        return node

    def _term(self) -> Node:
        kind, value = self._take()
        if not isinstance(value, str):
            return value
        if kind == "name":
            return self._word(value)
        if value == "(":
            node = self.expression()
            self.expect(")")
            return node
        if value == "[":
            return self._for("]") if self._next() == "for" else Items(self._list("]"))
        if value == "{":
            return self._for("}") if self._next() == "for" else self._pairs()
        raise ExpressionError(f"{value!r} starts no expression")

    def _word(self, word: str) -> Node:
        while self._found("::"):
            word += f"::{self._take()[1]}"
        if self._found("("):
            return Call(word, self._list(")"))
        return Literal(_WORDS[word]) if word in _WORDS else Name(word)

    def _list(self, end: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._found(end):
            items.append(self.expression())
            if not self._found(",") and not self._found("..."):
                self.expect(end)
                break
        return tuple(items)

    def _pairs(self) -> Node:
        pairs: list[tuple[Node, Node]] = []
        while not self._found("}"):
            key = self.expression()
            if not self._found(":"):
                self.expect("=")
            pairs.append((Literal(key.name) if isinstance(key, Name) else key, self.expression()))
            self._found(",")
        return Pairs(tuple(pairs))

    def _for(self, end: str) -> Node:
        self._at += 1
        names = [str(self._take()[1])]
        if self._found(","):
            names.append(str(self._take()[1]))
        self.expect("in")
        collection = self.expression()
        self.expect(":")
        result: Node = self.expression()
        result_key: Node | None = None
        if self._found("=>"):
            result_key, result = result, self.expression()
            self._found("...")
        test = self.expression() if self._found("if") else None
        self.expect(end)
        key = names[0] if len(names) > 1 else None
        return For(key, names[-1], collection, result_key, result, test)

    def _steps(self, node: Node) -> Node:
        while True:
            if self._found("["):
                if self._found("*"):
                    self.expect("]")
                    return self._splat(node)
                node = Get(node, self.expression())
                self.expect("]")
            elif self._found("."):
                if self._found("*"):
                    return self._splat(node)
                node = Get(node, self._attribute())
            else:
                return node

    def _splat(self, node: Node) -> Node:
        """Return the splat; its first index after attributes takes one of the results, as in `u[*].name[0]`."""
        keys: list[Node] = []
        while self._found("."):
            keys.append(self._attribute())
        return self._steps(Splat(node, tuple(keys)))

    def _attribute(self) -> Node:
        kind, value = self._take()
        if kind == "name":
            return Literal(value)
        if isinstance(value, Literal) and isinstance(value.value, int):
            return value
        raise ExpressionError(f"{value!r} is no attribute")
