"""Which rules are run, and which findings make the exit code 1, by the flags that Checkov has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov.common.typing import _ExitCodeThresholds

    from checkov_keys.domain.rules.rule import Rule


class Named(Protocol):
    """A rule for live accounts, or one for templates."""

    @property
    def text(self) -> Rule:
        """What it is called."""


R = TypeVar("R", bound=Named)


def choose_rules(
    rules: Iterable[R], check: Sequence[str] | None, skip_check: Sequence[str] | None, *, all_rules: bool = False
) -> tuple[R, ...]:
    """Return the rules that Checkov would run: ids, wildcards and severities mean what they mean there.

    A rule that runs only if it is named is chosen by its id or a wildcard, not by a severity, and by `all_rules`.
    Raises UsageError if none is left.
    https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
    """
    if not check and not skip_check:
        # As Checkov would, without importing it.
        return tuple(rule for rule in rules if all_rules or not rule.text.if_named)
    from checkov.common.bridgecrew.severities import Severities  # noqa: PLC0415  # only what is chosen needs Checkov
    from checkov.runner_filter import RunnerFilter  # noqa: PLC0415  # as above

    choice = RunnerFilter(checks=list(check or []), skip_checks=list(skip_check or []))
    chosen = tuple(
        rule
        for rule in rules
        if choice.should_run_check(check_id=rule.text.id, severity=Severities[rule.text.severity])
        and (all_rules or not rule.text.if_named or RunnerFilter.check_matches(rule.text.id, None, choice.checks))
    )
    if not chosen:
        named = ", ".join([*(check or []), *(f"not {item}" for item in skip_check or [])])
        raise UsageError(
            f"--check and --skip-check leave no rule of this pack to run here ({named}); see checkov-keys list"
        )
    return chosen


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
    from checkov.common.bridgecrew.severities import Severities  # noqa: PLC0415  # a report has imported Checkov by now
    from checkov.common.util.type_forcers import convert_csv_string_arg_to_list  # noqa: PLC0415  # as above

    values = convert_csv_string_arg_to_list(list(items or []))
    severities = [Severities[value.upper()] for value in values if value.upper() in Severities]
    checks = [value for value in values if value.upper() not in Severities]
    return [_capitalize_status(check) for check in checks], severities


def _capitalize_status(check: str) -> str:
    """Return what Checkov spells with a capital: a validation status of its secrets scanner."""
    from checkov.common.secrets.consts import SECRET_VALIDATION_STATUSES  # noqa: PLC0415  # as above

    return check.capitalize() if check.capitalize() in SECRET_VALIDATION_STATUSES else check
