"""A report as JSON, in parts: the text of a hundred thousand users takes more memory than the users."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from checkov.common.util.json_utils import CustomJSONEncoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov.common.output.record import Record

    from checkov_keys.report.live.live_report import LiveReport

# As Checkov indents.
_INDENT = "    "
_ENCODER = CustomJSONEncoder()
_RECORDS = ("passed_checks", "failed_checks", "skipped_checks")


def stream_json(report: LiveReport, *, quiet: bool = False, compact: bool = False) -> Iterator[str]:
    """Yield the parts of a report as JSON, with Checkov's encoder and its indent of 4.

    Each record that passes is in one line: there are five of each user, and indented, they take three times the space.
    `quiet` leaves out users that do not fail, `compact` the code blocks.
    """
    members: dict[str, Iterable[str]] = {}
    for name, value in report.get_dict(is_quiet=True).items():
        if name == "results":
            members[name] = _stream_object(_list_results(report, value, quiet=quiet, compact=compact), 1)
        else:
            members[name] = [format_json(value, 1)]
    return _stream_object(members, 0)


def format_json(value: Any, depth: int = 0) -> str:  # noqa: ANN401  # whatever JSON can hold
    """Return a value whose keys are texts as Checkov's indented JSON, to be put that many indents deep."""
    # Checkov's encoder copies every value before it encodes it, to turn other keys into texts.
    text = json.dumps(value, indent=len(_INDENT), default=_ENCODER.default)
    return text.replace("\n", f"\n{_INDENT * depth}") if depth else text


def _list_results(
    report: LiveReport, results: dict[str, Any], *, quiet: bool, compact: bool
) -> dict[str, Iterable[str]]:
    """Return the parts of each list of results, in the report's order; records are made when they are asked for."""
    members: dict[str, Iterable[str]] = {}
    for name, value in results.items():
        if name in _RECORDS:
            records: Iterable[Record] = () if quiet and name != "failed_checks" else getattr(report, name)
            attributes = (_list_attributes(record, compact=compact) for record in records)
            members[name] = _stream_array(attributes, 2, in_lines=name == "passed_checks")
        else:
            members[name] = [format_json(value, 2)]
    return members


def _list_attributes(record: Record, *, compact: bool) -> dict[str, Any]:
    # Other formats need the code block.
    return {**record.__dict__, "code_block": None} if compact else record.__dict__


def _stream_object(members: dict[str, Iterable[str]], depth: int) -> Iterator[str]:
    """Yield an object that has members, of each of which the parts are given."""
    opening = "{"
    for name, parts in members.items():
        yield f"{opening}\n{_INDENT * (depth + 1)}{format_json(name)}: "
        yield from parts
        opening = ","
    yield f"\n{_INDENT * depth}}}"


def _stream_array(items: Iterable[Any], depth: int, *, in_lines: bool) -> Iterator[str]:
    opening = "["
    for item in items:
        text = json.dumps(item, default=_ENCODER.default) if in_lines else format_json(item, depth + 1)
        yield f"{opening}\n{_INDENT * (depth + 1)}{text}"
        opening = ","
    yield "[]" if opening == "[" else f"\n{_INDENT * depth}]"
