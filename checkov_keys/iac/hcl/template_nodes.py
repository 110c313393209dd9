"""The pieces of a template, one after the other → a node; knows which directive closes which."""

from __future__ import annotations

from checkov_keys.iac.hcl.nodes import Conditional, For, Join, Literal, Node, Template
from checkov_keys.iac.hcl.tokens import raise_problem

_CLOSED_BY = {"endif": ("if", "else"), "endfor": ("for",)}


class _Level:
    """What a directive opened and has not closed: its parts so far, and what it needs to become a node."""

    __slots__ = ("at", "collection", "names", "parts", "word", "yes")

    def __init__(self, word: str, collection: Node | None, at: int) -> None:
        self.word = word
        self.collection = collection
        self.at = at
        self.names = ("", "")
        self.parts: list[Node | str] = []
        self.yes: Node | None = None


class TemplateBuilder:
    """Takes the parts of one template; raises SyntaxProblem if they do not fit together."""

    __slots__ = ("_at", "_levels", "_most_levels", "_text")

    def __init__(self, text: str, at: int, most_levels: int) -> None:
        self._text = text
        self._at = at
        self._most_levels = most_levels
        self._levels = [_Level("", None, at)]

    def add_text(self, text: str) -> None:
        """Add text; it may be empty, which still makes a template of a lone `${ }` behind or before it."""
        self._levels[-1].parts.append(text)

    def add(self, node: Node) -> None:
        """Add what is in a `${ }`."""
        self._levels[-1].parts.append(node)

    def open_if(self, test: Node, at: int) -> None:
        """Begin what is only there if the test is true."""
        self._open(_Level("if", test, at))

    def open_else(self, at: int) -> None:
        """Begin what is only there if the test is false."""
        level = self._levels[-1]
        if level.word != "if":
            raise_problem("this else does not belong to an if", self._text, at)
        level.yes, level.parts, level.word = _join_parts(level.parts, level.at), [], "else"

    def open_for(self, names: tuple[str, str], collection: Node, at: int) -> None:
        """Begin what is there once for each member of the collection."""
        level = _Level("for", collection, at)
        level.names = names
        self._open(level)

    def close(self, word: str, at: int) -> None:
        """End what `if` or `for` began; word is `endif` or `endfor`."""
        level = self._levels[-1]
        if level.collection is None or level.word not in _CLOSED_BY[word]:
            raise_problem(f"this {word} does not belong to anything", self._text, at)
        self._levels.pop()
        inside = _join_parts(level.parts, level.at)
        if word == "endfor":
            loop = For(*level.names, level.collection, None, inside, None, is_grouped=False, at=level.at)
            node: Node = Join(loop, level.at)
        else:
            yes, no = (inside, Literal("", level.at)) if level.yes is None else (level.yes, inside)
            node = Conditional(level.collection, yes, no, level.at)
        # What a directive makes is text, also if the template has nothing else in it.
        self._levels[-1].parts.append(Template((node,), level.at))

    def finish(self) -> Node:
        """Return the template."""
        if len(self._levels) > 1:
            raise_problem(f"this {self._levels[-1].word} has no end", self._text, self._levels[-1].at)
        parts = self._levels[0].parts
        if len(parts) == 1 and not isinstance(parts[0], str):
            return parts[0]
        return _join_parts(parts, self._at)

    def _open(self, level: _Level) -> None:
        self._levels.append(level)
        if len(self._levels) > self._most_levels:
            raise_problem("this template nests too deep", self._text, level.at)


def _join_parts(parts: list[Node | str], at: int) -> Node:
    nodes: list[Node] = []
    texts: list[str] = []
    for part in (*parts, None):
        # A text of many lines comes line by line.
        if isinstance(part, str):
            texts.append(part)
            continue
        if texts:
            nodes.append(Literal("".join(texts), at))
            texts = []
        if part is not None:
            nodes.append(part)
    if not nodes:
        return Literal("", at)
    return nodes[0] if isinstance(parts[0], str) and len(nodes) == 1 else Template(tuple(nodes), at)
