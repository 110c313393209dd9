"""Checkov's JSON → what each of its runners reported; anything that is not a result of Checkov's is refused."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.text import one_line

_RECORD_LISTS = ("passed_checks", "failed_checks", "skipped_checks")
_COUNTED = ("passed", "failed", "skipped", "parsing_errors")
_HINT = "give files that checkov or checkov-keys wrote with -o json"


class RunnerResults(NamedTuple):
    """What one runner reported.

    `passed`, `failed` and `skipped` are Checkov's records as they are in the JSON, each with a text `check_id` and a
    mapping `check_result`; `parsing_errors` are paths; `unjudged`, which checkov-keys writes, are mappings of
    `address`, `reason`, `account` and `account_name`. Checkov's --quiet leaves lists out: `unlisted` says how many
    more of each the summary counts (`passed`, `failed`, `skipped`, `parsing_errors`, `unjudged`).
    `tells_unjudged` is whether the results would name what was not judged, as plain Checkov's do not.
    `modules` are mappings of `source`, `file` and `line`: called modules that were not there to be read. `audit` says
    who audited which accounts, {} if nothing does. What these two hold may be of any type.
    """

    check_type: str
    passed: list[dict[str, Any]]
    failed: list[dict[str, Any]]
    skipped: list[dict[str, Any]]
    parsing_errors: list[str]
    unjudged: list[dict[str, Any]]
    unlisted: dict[str, int]
    tells_unjudged: bool
    modules: list[dict[str, Any]]
    audit: dict[str, Any]


def read_results(data: bytes, source: str) -> list[RunnerResults]:
    """Return what each runner reported: an object is one, a list several, a summary alone means none.

    `data` is JSON in UTF-8, UTF-16 or UTF-32 (PowerShell writes UTF-16), `source` is how people know it.
    Raises UsageError if it is not JSON, or not Checkov's.
    The three shapes: https://github.com/bridgecrewio/checkov/blob/main/checkov/common/runners/runner_registry.py
    """
    parsed = _parse(data, source)
    if isinstance(parsed, dict) and "results" not in parsed and all(_is_count(parsed.get(name)) for name in _COUNTED):
        return [_build_results({}, {}, parsed, source)]
    reports = parsed if isinstance(parsed, list) else [parsed]
    if not reports:
        raise _refuse(source, "the list is empty")
    return [_read_runner(report, source) for report in reports]


def _parse(data: bytes, source: str) -> Any:  # noqa: ANN401  # whatever JSON can hold
    if not data.strip():
        raise UsageError(f"{source} is empty: {_HINT}")
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"{source} is not JSON, or was cut off: {error.msg} at {where}; {_HINT}") from error
    except (ValueError, RecursionError) as error:
        # Not text, numbers of thousands of digits, brackets nested thousands deep.
        raise UsageError(f"{source} is not readable JSON: {one_line(str(error))}; {_HINT}") from error


def _read_runner(report: object, source: str) -> RunnerResults:
    if not isinstance(report, dict) or not isinstance(report.get("results"), dict):
        raise _refuse(source, "there is no object with results")
    results, summary = report["results"], report.get("summary")
    if not isinstance(summary, dict) or not any(name in results for name in _RECORD_LISTS):
        raise _refuse(source, "there are no checks with their summary")
    return _build_results(report, results, summary, source)


def _build_results(
    report: dict[str, Any], results: dict[str, Any], summary: dict[str, Any], source: str
) -> RunnerResults:
    passed, failed, skipped = (_list_records(results, name, source) for name in _RECORD_LISTS)
    errors = _list_items(results, "parsing_errors", str, source)
    unjudged = _list_items(results, "unjudged", dict, source)
    listed = {"passed": passed, "failed": failed, "skipped": skipped, "parsing_errors": errors, "unjudged": unjudged}
    counted = {name: summary[name] for name in listed if _is_count(summary.get(name))}
    unlisted = {name: max(count - len(listed[name]), 0) for name, count in counted.items()}
    modules, audit = report.get("modules_not_here") or results.get("modules_not_here"), report.get("audit")
    return RunnerResults(
        str(report.get("check_type") or ""),
        passed,
        failed,
        skipped,
        errors,
        unjudged,
        unlisted,
        "unjudged" in results or "unjudged" in summary,
        [module for module in modules if isinstance(module, dict)] if isinstance(modules, list) else [],
        audit if isinstance(audit, dict) else {},
    )


def _list_records(results: dict[str, Any], name: str, source: str) -> list[dict[str, Any]]:
    records = _list_items(results, name, dict, source)
    for number, record in enumerate(records):
        if not (isinstance(record.get("check_id"), str) and isinstance(record.get("check_result"), dict)):
            raise _refuse(source, f"{name}[{number}] is not a record")
    return records


def _list_items(results: dict[str, Any], name: str, item: type, source: str) -> list[Any]:
    items = results.get(name, [])
    if not isinstance(items, list):
        raise _refuse(source, f"{name} is not a list")
    for number, each in enumerate(items):
        if not isinstance(each, item):
            raise _refuse(source, f"{name}[{number}] is not what Checkov writes there")
    return items


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _refuse(source: str, why: str) -> UsageError:
    return UsageError(f"{source} is JSON, but not a result of Checkov ({why}): {_HINT}")
