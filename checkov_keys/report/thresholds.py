"""Exit codes by Checkov's flags --soft-fail, --soft-fail-on and --hard-fail-on, and baselines."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.output.baseline import Baseline
from checkov.common.secrets.consts import SECRET_VALIDATION_STATUSES
from checkov.common.util.type_forcers import convert_csv_string_arg_to_list

from checkov_keys.domain.errors import UsageError
from checkov_keys.report.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from checkov.common.output.record import Record
    from checkov.common.output.report import Report
    from checkov.common.typing import _ExitCodeThresholds


class _IndexedBaseline(Baseline):
    """A baseline that is looked up: Checkov goes through all of it for every user."""

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


def thresholds(soft_fail: bool, soft: Sequence[str] | None, hard: Sequence[str] | None) -> _ExitCodeThresholds:  # noqa: FBT001
    """Return what Checkov's Report.get_exit_code asks for, as its RunnerRegistry makes it of the flags.

    The highest severity to fail softly on counts, and the lowest to fail hard on.
    https://www.checkov.io/2.Basics/Hard%20and%20soft%20fail.html
    """
    soft_checks, soft_severities = _split(soft)
    hard_checks, hard_severities = _split(hard)
    return {
        "soft_fail": soft_fail,
        "soft_fail_checks": soft_checks,
        "soft_fail_threshold": max(soft_severities, key=lambda severity: severity.level, default=None),
        "hard_fail_checks": hard_checks,
        "hard_fail_threshold": min(hard_severities, key=lambda severity: severity.level, default=None),
    }


def read_baseline(path: str, *, output_skipped: bool) -> Baseline:
    """Return a baseline that Checkov or `audit --create-baseline` wrote; raise UsageError where it is none."""
    baseline = _IndexedBaseline(output_skipped)
    try:
        baseline.from_json(path)
        # A text in the place of check_ids would match by its parts.
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
    """Write all findings of reports as a baseline; raise UsageError where that is not possible."""
    baseline = Baseline()
    for report in reports:
        baseline.add_findings_from_report(report)
    write_whole(path, json.dumps(baseline.to_dict(), indent=4))


def _split(items: Sequence[str] | None) -> tuple[list[str], list[Any]]:
    """Return check ids, and severities."""
    values = convert_csv_string_arg_to_list(list(items or []))
    severities = [Severities[value.upper()] for value in values if value.upper() in Severities]
    checks = [value for value in values if value.upper() not in Severities]
    return [_status_or_same(check) for check in checks], severities


def _status_or_same(check: str) -> str:
    """Return what Checkov spells with a capital: a validation status of its secrets scanner."""
    return check.capitalize() if check.capitalize() in SECRET_VALIDATION_STATUSES else check
