"""Which rules are run, and which findings make the exit code 1, by the flags that Checkov has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.secrets.consts import SECRET_VALIDATION_STATUSES
from checkov.common.util.type_forcers import convert_csv_string_arg_to_list
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.rules import RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkov.common.typing import _ExitCodeThresholds


def choose_rules(check: Sequence[str] | None, skip_check: Sequence[str] | None) -> tuple[Rule, ...]:
    """Return the rules that Checkov would run: ids, wildcards and severities mean what they mean there.

    Raises UsageError if none is left.
    https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
    """
    choice = RunnerFilter(checks=list(check or []), skip_checks=list(skip_check or []))
    rules = tuple(
        rule for rule in RULES if choice.should_run_check(check_id=rule.id, severity=Severities[rule.severity])
    )
    if not rules:
        named = ", ".join([*(check or []), *(f"not {item}" for item in skip_check or [])])
        raise UsageError(f"--check and --skip-check leave no rule of this pack ({named}); see checkov-keys list")
    return rules


def build_thresholds(soft_fail: bool, soft: Sequence[str] | None, hard: Sequence[str] | None) -> _ExitCodeThresholds:  # noqa: FBT001
    """Return what Checkov's Report.get_exit_code takes, as its RunnerRegistry makes it from the flags.

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


def _split(items: Sequence[str] | None) -> tuple[list[str], list[Any]]:
    """Return check ids, and severities."""
    values = convert_csv_string_arg_to_list(list(items or []))
    severities = [Severities[value.upper()] for value in values if value.upper() in Severities]
    checks = [value for value in values if value.upper() not in Severities]
    return [_capitalize_status(check) for check in checks], severities


def _capitalize_status(check: str) -> str:
    """Return what Checkov spells with a capital: a validation status of its secrets scanner."""
    return check.capitalize() if check.capitalize() in SECRET_VALIDATION_STATUSES else check
