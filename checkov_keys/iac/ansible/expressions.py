"""Jinja templates, parsed by Jinja2 and never rendered.

https://jinja.palletsprojects.com/en/stable/templates/
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, TemplateSyntaxError, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    Tokens = list[tuple[str, str]]

# Ansible leaves the line break at the end of a text alone.
_JINJA = Environment(keep_trailing_newline=True)  # noqa: S701  # nothing is rendered
# No person wrote a longer template, or a longer expression in one: they stay as they are.
_LONGEST_TEMPLATE, _LONGEST_EXPRESSION = 65_536, 4096
_COMMENT = ("comment_begin", "comment", "comment_end")
_STATEMENT = ("block_begin", "raw_begin")
_WORDS = ("name", "integer", "float", "string")
_BRACES = {"variable_begin": "{{", "variable_end": "}}", "block_begin": "{%", "block_end": "%}"}
# What Jinja2 raises at a text that is not Jinja; ValueError is Python's, at a number of very many digits.
_NOT_JINJA = (TemplateSyntaxError, ValueError, RecursionError)


@dataclass(frozen=True)
class Expression:
    """One `{{ … }}`: its text in one spelling, and its node; None if Jinja2 cannot parse it."""

    spelling: str
    node: nodes.Node | None


@dataclass(frozen=True)
class Template:
    """A text with Jinja in it.

    `parts` are its literal texts and its expressions; None if it has statements, or if it is not Jinja. `spelling` is
    the whole in one spelling, and `names` are the variables that it mentions.
    """

    parts: tuple[str | Expression, ...] | None
    spelling: str
    names: tuple[str, ...] = ()

    @property
    def only_expression(self) -> Expression | None:
        """Return the expression of a template that is nothing else but white space, None for any other template."""
        parts = [part for part in self.parts or () if not isinstance(part, str) or part.strip()]
        return parts[0] if len(parts) == 1 and isinstance(parts[0], Expression) else None

    @property
    def root(self) -> str | None:
        """Return the variable of a template that is one reference: `made` of `{{ made.access_key['id'] }}`."""
        node = self.only_expression.node if self.only_expression else None
        while isinstance(node, (nodes.Getattr, nodes.Getitem)) or (
            isinstance(node, nodes.Filter) and node.name in ("default", "d", "bool")
        ):
            node = node.node
        return node.name if isinstance(node, nodes.Name) else None


@lru_cache(maxsize=1024)
def parse_template(text: str) -> Template:
    """Return a text as Jinja2 reads it."""
    not_jinja = Template(None, " ".join(text.split()))
    if len(text) > _LONGEST_TEMPLATE:
        return not_jinja
    try:
        tokens = [(kind, value) for _, kind, value in _JINJA.lex(text) if kind not in _COMMENT]
    except _NOT_JINJA:
        return not_jinja
    names = tuple(dict.fromkeys(_find_names(tokens)))
    if any(kind in _STATEMENT for kind, _ in tokens):
        return Template(None, _spell(tokens), names)
    last = next((kind for kind, _ in reversed(tokens) if kind in _BRACES), "variable_end")
    parts = tuple(_split(tokens)) if last == "variable_end" else None
    return Template(parts, _spell(tokens), names)


def _split(tokens: Tokens) -> Iterator[str | Expression]:
    """Yield the literal texts and the expressions of a template without statements."""
    inside: Tokens = []
    for token in tokens:
        if token[0] == "data":
            yield token[1]
            continue
        inside.append(token)
        if token[0] == "variable_end":
            yield Expression(_spell(inside), _parse_expression("".join(value for _, value in inside[1:-1])))
            inside = []


@lru_cache(maxsize=1024)
def _parse_expression(text: str) -> nodes.Node | None:
    if len(text) > _LONGEST_EXPRESSION:
        return None
    try:
        body = _JINJA.parse(f"{{{{ {text} }}}}").body
    except _NOT_JINJA:
        return None
    output = body[0] if len(body) == 1 else None
    return output.nodes[0] if isinstance(output, nodes.Output) and len(output.nodes) == 1 else None


def _spell(tokens: Tokens) -> str:
    """Return the text of tokens, with white space and quotes in one way: `{{user}}` for `{{- user }}`."""
    spelling: list[str] = []
    before = ""
    for kind, value in tokens:
        if kind == "whitespace":
            continue
        if kind in _WORDS and before in _WORDS:
            spelling.append(" ")
        is_plain = kind == "string" and "'" not in value and "\\" not in value
        spelling.append(f"'{value[1:-1]}'" if is_plain else _BRACES.get(kind, value))
        before = kind
    return "".join(spelling).strip()


def _find_names(tokens: Tokens) -> Iterator[str]:
    """Yield the names in a template, but for those of attributes and filters."""
    before = ""
    for kind, value in tokens:
        if kind == "name" and before not in (".", "|"):
            yield value
        if kind != "whitespace":
            before = value
