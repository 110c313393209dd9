"""A report as JSON, in parts: the text of a hundred thousand users takes more memory than the users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.report.formats.json_indent import INDENT, indented_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov.common.output.record import Record

    from checkov_keys.report.live.live_report import LiveReport

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
    pad, separator = f"\n{INDENT * 3}", ""
    yield "["
    for record in records:
        # Other formats need the code block.
        data = {**record.__dict__, "code_block": None} if compact else record.__dict__
        yield f"{separator}{pad}{indented_json(data, pad)}"
        separator = ","
    yield f"\n{INDENT * 2}]" if separator else "]"
