"""Which rules `--check` and `--skip-check` choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov.common.bridgecrew.severities import Severities
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.rules import RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence


def chosen_rules(check: Sequence[str] | None, skip_check: Sequence[str] | None) -> tuple[Rule, ...]:
    """Return the rules that Checkov would run: ids, wildcards and severities mean what they mean there.

    Raises UsageError where none is left.
    https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
    """
    choice = RunnerFilter(checks=list(check or []), skip_checks=list(skip_check or []))
    rules = tuple(
        rule for rule in RULES if choice.should_run_check(check_id=rule.id, severity=Severities[rule.severity])
    )
    if not rules:
        named = ", ".join([*(check or []), *(f"not {item}" for item in skip_check or [])])
        raise UsageError(f"no rule of this pack is left by --check and --skip-check ({named}); see checkov-keys list")
    return rules
