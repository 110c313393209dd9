"""A report as JSON, in parts: the text of a hundred thousand users takes more memory than the users."""

from __future__ import annotations

import json
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any

from checkov.common.util.json_utils import CustomJSONEncoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov.common.output.record import Record

    from checkov_keys.report.live_report import LiveReport

_INDENT = "    "
# In the report's order.
_LISTS = ("passed_checks", "failed_checks", "skipped_checks")


def json_text(report: LiveReport, *, quiet: bool = False, compact: bool = False) -> Iterator[str]:
    """Yield the parts of what json.dumps makes of a report with Checkov's encoder and its indent of 4.

    `quiet` leaves out users that do not fail, `compact` the code blocks.
    """
    frame = report.get_dict(is_quiet=True)
    records = {name: () if quiet and name != "failed_checks" else getattr(report, name) for name in _LISTS}
    frame["results"].update((name, name) for name in _LISTS)
    rest = indented_json(frame)
    for name in _LISTS:
        before, _, rest = rest.partition(f': "{name}"')
        yield f"{before}: "
        yield from _list(records[name], compact=compact)
    yield rest


def _list(records: Iterable[Record], *, compact: bool) -> Iterator[str]:
    pad, separator = f"\n{_INDENT * 3}", ""
    yield "["
    for record in records:
        # Other formats need the code block.
        data = {**record.__dict__, "code_block": None} if compact else record.__dict__
        yield f"{separator}{pad}{indented_json(data, pad)}"
        separator = ","
    yield f"\n{_INDENT * 2}]" if separator else "]"


def indented_json(value: Any, pad: str = "\n") -> str:  # noqa: ANN401  # whatever JSON can hold
    """Return what json.dumps makes of a value with Checkov's encoder and an indent of 4, in a third of the time.

    `pad` is the line break with the indent at which the value stands.
    """
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if value is None:
        return "null"
    if type(value) is int:
        return str(value)
    inner = pad + _INDENT
    if isinstance(value, dict) and value and all(isinstance(key, str) for key in value):
        items = [f"{encode_basestring_ascii(key)}: {indented_json(each, inner)}" for key, each in value.items()]
        return f"{{{inner}{f',{inner}'.join(items)}{pad}}}"
    if isinstance(value, (list, tuple)) and value:
        return f"[{inner}{f',{inner}'.join([indented_json(each, inner) for each in value])}{pad}]"
    return json.dumps(value, indent=4, cls=CustomJSONEncoder).replace("\n", pad)
