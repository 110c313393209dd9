"""Comma-separated values as Go reads them, which is stricter than Python's `csv`."""

from __future__ import annotations

from checkov_keys.iac.hcl.errors import EvaluationError


def read_csv(text: str) -> list[list[str]]:
    """Return the records of a table; raise EvaluationError if quotes are where they cannot be."""
    lines = [_end_line(line) for line in text.split("\n")]
    last = lines.pop()[:-1]
    if last:
        lines.append(last)
    records, position = [], 0
    while position < len(lines):
        if lines[position] == "\n":
            position += 1
            continue
        record, position = _read_record(lines, position)
        records.append(record)
    return records


def _end_line(line: str) -> str:
    return (line.removesuffix("\r")) + "\n"


def _read_record(lines: list[str], position: int) -> tuple[list[str], int]:
    line, fields = lines[position], []
    while True:
        if not line.startswith('"'):
            field, comma, line = line.partition(",")
            field = field if comma else field.rstrip("\n")
            if '"' in field:
                raise EvaluationError('CSV parse error: bare " in non-quoted-field')
            fields.append(field)
            if not comma:
                return fields, position + 1
            continue
        field, line, position = _read_quoted(lines, line[1:], position)
        fields.append(field)
        if line in {"", "\n"}:
            return fields, position + 1
        line = line[1:]


def _read_quoted(lines: list[str], line: str, position: int) -> tuple[str, str, int]:
    """Return a field whose quote is read already, what is after it in its last line, and which line that is."""
    parts: list[str] = []
    while True:
        before, quote, after = line.partition('"')
        parts.append(before)
        if not quote:
            position += 1
            if position >= len(lines):
                raise EvaluationError('CSV parse error: extraneous or missing " in quoted-field')
            line = lines[position]
        elif after.startswith('"'):
            parts.append('"')
            line = after[1:]
        elif after in {"", "\n"} or after.startswith(","):
            return "".join(parts), after, position
        else:
            raise EvaluationError('CSV parse error: extraneous or missing " in quoted-field')
