"""Terraform's native syntax: a file in which one access key is turned off, laid out as `terraform fmt` lays it out.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_access_key
https://developer.hashicorp.com/terraform/language/style
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.users import STATUSES, KeyStatus
from checkov_keys.iac.editing.layout import lay_out
from checkov_keys.iac.editing.merged_block import STATUS, check_effect, find_deciding_part, find_parts
from checkov_keys.iac.editing.refusal import EditRefusedError, refusal
from checkov_keys.iac.editing.text_layout import indent, line_break
from checkov_keys.iac.terraform.resource_types import KEY_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.editing.layout import Attribute, Block
    from checkov_keys.iac.editing.merged_block import Part
    from checkov_keys.iac.terraform.module_files import FileStore, ModuleFile

_LITERAL = re.compile(r'"(?P<status>[A-Za-z]+)"|null')
_INACTIVE = '"Inactive"'


class _Line(NamedTuple):
    """A line that holds one attribute and nothing else: from `start` to `end`, without its line break."""

    start: int
    end: int
    indent: str
    name: str
    expression: str
    comment: str


class TurnedOff(NamedTuple):
    """A file in which a key is turned off, and the lines of the block in it as it was before."""

    path: Path
    text: str
    first_line: int
    last_line: int


def turn_off(module_files: Iterable[ModuleFile], files: FileStore, name: str) -> TurnedOff:
    """Return the file of a module that is to have `status = "Inactive"` in its block of an access key, with its text.

    That is the file whose status counts, which may be an override file. The text is the same if the key is inactive
    already. Raises EditRefusedError if one block may declare several keys, the status is not a literal, the file is
    in the JSON syntax, or Terraform would not apply the change.
    """
    parts = find_parts(module_files, files, (KEY_TYPE, name))
    part = find_deciding_part(parts)
    path, text = Path(part.file.path), files.read(part.file.path)
    if not _is_off(part):
        check_effect(parts)
        try:
            text = _edit(text, part)
        except EditRefusedError as error:
            raise EditRefusedError(str(error), error.line, path) from error
    return TurnedOff(path, text, part.block.range.line, part.block.range.end_line)


def _is_off(part: Part) -> bool:
    """Tell whether the status of a part is a literal that says so."""
    status = part.body.attributes.get(STATUS)
    literal = _LITERAL.fullmatch(status.text) if status else None
    return literal is not None and STATUSES.get(literal["status"] or "") is KeyStatus.INACTIVE


def _edit(text: str, part: Part) -> str:
    at = part.block.range
    if part.file.is_json:
        raise EditRefusedError("its status is set in Terraform's JSON syntax, which fix does not edit", at.line)
    block = next(each for each in lay_out(text, (part.block.type, *part.block.labels)) if each.at == at.start)
    status = block.attributes.get(STATUS)
    return _inserted(text, block) if status is None else _replaced(text, block, status)


def _replaced(text: str, block: Block, status: Attribute) -> str:
    expression = text[status.equals_at + 1 : status.comment_at].strip()
    literal = _LITERAL.fullmatch(expression)
    if not literal:
        reason = f"its status comes from {' '.join(expression.split())[:60]}"
        raise refusal(reason, text, status.name_at)
    if literal["status"] and literal["status"] not in STATUSES:
        raise refusal(f"its status is {expression}, which AWS does not know", text, status.name_at)
    group = _group_of(text, block, status)
    if group and _is_formatted(text, group):
        # A comment behind it may have to make room, and those above and below with it.
        changed = [line._replace(expression=_INACTIVE) if line.name == STATUS else line for line in group]
        return _with_lines(text, group, _formatted(changed))
    at = text.index(expression, status.equals_at)
    return text[:at] + _INACTIVE + text[at + len(expression) :]


def _inserted(text: str, block: Block) -> str:
    if "\n" not in text[block.brace_at : block.end]:
        return _unfolded(text, block)
    alone = [attribute for attribute in block.attributes.values() if _line(text, attribute)]
    user = block.attributes.get("user")
    anchor = user if user in alone else next(reversed(alone), None)
    if anchor:
        return _in_group(text, _group_of(text, block, anchor))
    last = max(block.attributes.values(), key=lambda attribute: attribute.end, default=None)
    line_end = text.index("\n", last.end if last else block.brace_at)
    if last and text[last.end : line_end].strip():
        raise refusal("its attributes share lines with its braces", text, block.at)
    margin = indent(text, last.name_at) if last else f"{indent(text, block.at)}  "
    ending = line_break(text, line_end)
    # `terraform fmt` aligns what follows a heredoc with it.
    gap = ending if last and last.text.startswith("<<") else ""
    return f"{text[: line_end + 1]}{gap}{margin}{STATUS} = {_INACTIVE}{ending}{text[line_end + 1 :]}"


def _in_group(text: str, group: list[_Line]) -> str:
    """Return a text with the status below a group of attributes, in one column with them if they have one."""
    *_, last = group
    status = last._replace(name=STATUS, expression=_INACTIVE, comment="")
    ending = line_break(text, last.end)
    if _is_formatted(text, group):
        *others, below, added = _formatted([*group, status])
        return _with_lines(text, group, [*others, f"{below}{ending}{added}"])
    columns = {text.index("=", line.start) - line.start - len(line.indent) for line in group}
    column = columns.pop() if len(columns) == 1 else 0
    added = f"{last.indent}{STATUS.ljust(column - 1)} = {_INACTIVE}"
    return f"{text[: last.end]}{ending}{added}{text[last.end :]}"


def _unfolded(text: str, block: Block) -> str:
    """Return a text in which a one-line block, which may hold only one attribute, has one line per attribute.

    https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#structural-elements
    """
    margin = indent(text, block.at)
    if len(block.attributes) + len(block.nested) > 1:
        raise refusal("its one line holds more than one attribute", text, block.at)
    lines = [_Line(0, 0, f"{margin}  ", STATUS, _INACTIVE, "")]
    above = text[block.brace_at + 1 : block.end - 1].strip()
    for name, attribute in block.attributes.items():
        expression = text[attribute.equals_at + 1 : attribute.comment_at].strip()
        comment = text[attribute.comment_at : attribute.end].strip()
        lines.insert(0, _Line(0, 0, f"{margin}  ", name, expression, comment))
        above = text[block.brace_at + 1 : attribute.name_at].strip()
    body = ["{", *([f"{margin}  {above}"] if above else []), *_formatted(lines), f"{margin}}}"]
    return text[: block.brace_at] + line_break(text, block.at).join(body) + text[block.end :]


def _line(text: str, attribute: Attribute) -> _Line | None:
    """Return the line of an attribute that has one for itself."""
    start, end = text.rfind("\n", 0, attribute.name_at) + 1, attribute.end
    before = text[start : attribute.name_at]
    if before.strip() or "\n" in text[start:end] or not text.startswith("\n", end):
        return None
    return _Line(
        start,
        start + len(text[start:end].rstrip()),
        before,
        text[attribute.name_at : attribute.equals_at].strip(),
        text[attribute.equals_at + 1 : attribute.comment_at].strip(),
        text[attribute.comment_at : end].strip(),
    )


def _group_of(text: str, block: Block, member: Attribute) -> list[_Line]:
    """Return the lines of attributes, with no other between them, that one attribute is of; none if it has no line."""
    lines = sorted(filter(None, (_line(text, attribute) for attribute in block.attributes.values())))
    numbered = [(text.count("\n", 0, line.start), line) for line in lines]
    for _, group in groupby(enumerate(numbered), key=lambda entry: entry[1][0] - entry[0]):
        found = [line for _, (_, line) in group]
        if any(line.start <= member.name_at < line.end for line in found):
            return found
    return []


def _formatted(lines: list[_Line]) -> list[str]:
    """Return lines as `terraform fmt` writes them: their `=` in one column, and neighbouring comments in another.

    https://github.com/hashicorp/hcl/blob/main/hclwrite/format.go
    """
    width = max(len(line.name) for line in lines)
    found: list[str] = []
    for has_comment, neighbours in groupby(lines, key=lambda line: bool(line.comment)):
        group = list(neighbours)
        written = [f"{line.indent}{line.name:<{width}} = {line.expression}" for line in group]
        column = max(map(len, written))
        found += [f"{text:<{column}} {line.comment}" for text, line in zip(written, group)] if has_comment else written
    return found


def _is_formatted(text: str, lines: list[_Line]) -> bool:
    return [text[line.start : line.end] for line in lines] == _formatted(lines)


def _with_lines(text: str, lines: list[_Line], written: list[str]) -> str:
    for line, replacement in reversed(list(zip(lines, written))):
        text = text[: line.start] + replacement + text[line.end :]
    return text
