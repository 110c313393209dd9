"""How many findings a configuration of the working directory takes away, and which file of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checkov_keys.domain.assessment import count_skipped, list_findings
from checkov_keys.domain.rules.family import DEFAULT_LIVE_RULES
from checkov_keys.report.standard_streams import print_wrapped
from checkov_keys.report.thresholds import build_thresholds

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from checkov_keys.domain.assessment import Policy
    from checkov_keys.domain.rules.judging import LiveRule
    from checkov_keys.report.live.live_report import LiveReport


def say_taken_away(
    options: Namespace, report: LiveReport, rules: Sequence[LiveRule], policy: Policy, known: int
) -> None:
    """Say in one line on standard error per file what it took away, also if the report is to be quiet.

    `known` is the number of findings that the baseline left out. What somebody typed is not said.
    """
    counts: dict[str, list[str]] = {}
    for dest, number, what in _count(options, report, rules, policy, known):
        name = options.from_checkout.get(dest)
        if name and number:
            counts.setdefault(name, []).append(f"{dest.replace('_', '-')} {what} {number}")
    for name, said in counts.items():
        print_wrapped(f"checkov-keys audit: {name}: of all findings, {', '.join(said)}", sys.stderr)


def _count(
    options: Namespace, report: LiveReport, rules: Sequence[LiveRule], policy: Policy, known: int
) -> Iterator[tuple[str, int, str]]:
    """Yield the name of an option, how many findings it took away, and what became of them."""
    skipped = count_skipped(rules, report.accounts, policy)
    yield "exemptions", skipped.by_exemptions, "took away"
    yield "rotation_grace_days", skipped.by_rotation, "took away"
    yield "baseline", known, "took away"
    # What was read for other rules shows some of what these would find.
    left_out = [rule for rule in DEFAULT_LIVE_RULES if rule not in rules]
    unseen = list(list_findings(left_out, report.accounts, policy.thresholds))
    yield ("skip_check" if options.skip_check else "check"), len(unseen), "took away"
    limits = build_thresholds(options.soft_fail, options.soft_fail_on, options.hard_fail_on)
    softened = 0 if report.get_exit_code(limits) else len(report.failed_checks)
    for dest in ("soft_fail", "soft_fail_on"):
        yield dest, softened if getattr(options, dest) else 0, "took the exit code of"
