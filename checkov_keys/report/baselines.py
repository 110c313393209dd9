"""Baselines: files of the findings that are known, by Checkov's flags --baseline and --create-baseline."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING

from checkov.common.output.baseline import Baseline

from checkov_keys.domain.errors import UsageError
from checkov_keys.report.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from checkov.common.output.record import Record
    from checkov.common.output.report import Report


class _IndexedBaseline(Baseline):
    """A baseline with an index: Checkov goes through all of it for every user."""

    @cached_property
    def _known(self) -> frozenset[tuple[str, str]]:
        return frozenset(
            (finding["resource"], check)
            for known in self.failed_checks
            for finding in known["findings"]
            for check in finding["check_ids"]
            if isinstance(check, str)
        )

    def _is_check_in_baseline(self, check: Record) -> bool:
        return (check.resource, check.check_id) in self._known


def read_baseline(path: str, *, output_skipped: bool) -> Baseline:
    """Return a baseline that Checkov or `audit --create-baseline` wrote; raise UsageError if it is not one."""
    baseline = _IndexedBaseline(output_skipped)
    try:
        baseline.from_json(path)
        # A text instead of a list of check_ids would match by its parts.
        sound = all(
            isinstance(finding["resource"], str) and isinstance(finding["check_ids"], list)
            for known in baseline.failed_checks
            for finding in known["findings"]
        )
    except OSError as error:
        raise UsageError(f"--baseline {path}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"--baseline {path}: not JSON: {error}") from error
    except (TypeError, KeyError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise UsageError(f"--baseline {path}: not a baseline as Checkov writes it")
    return baseline


def write_baseline(reports: Iterable[Report], path: Path) -> None:
    """Write all findings of reports as a baseline; raise UsageError if that is not possible."""
    baseline = Baseline()
    for report in reports:
        baseline.add_findings_from_report(report)
    write_whole(path, json.dumps(baseline.to_dict(), indent=4))


def apply_baseline(report: Report, baseline: Baseline) -> None:
    """Leave only findings that the baseline does not know, as Checkov does."""
    baseline.compare_and_reduce_reports([report])
