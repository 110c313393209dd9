"""`checkov-keys audit`: a live account's IAM users, reported in Checkov's formats."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.access import AwsAccess, build_policy, read_accounts, read_thresholds
from checkov_keys.cli.accounts.exemption_file import read_exemptions
from checkov_keys.cli.accounts.taken_away import say_taken_away
from checkov_keys.cli.accounts.template_side import TemplateSide
from checkov_keys.cli.exit_codes import INCOMPLETE
from checkov_keys.cli.missing_packages import check_installed
from checkov_keys.domain.exemptions import idle_exemptions, idle_sentence
from checkov_keys.domain.rules.family import LIVE_RULES
from checkov_keys.report.destinations import BASELINE_FILE, Attempts, Destinations, Style, mark_file
from checkov_keys.report.thresholds import build_thresholds, choose_rules
from checkov_keys.runtime.reading.facts_to_read import FactsToRead

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.domain.rules.judging import LiveRule
    from checkov_keys.report.live.live_report import LiveReport

logger = logging.getLogger(__name__)


def run(options: Namespace) -> int:
    """Audit the accounts that the flags name and return the exit code."""
    # What the user got wrong is reported before AWS is asked anything, and so is what the report will need.
    check_installed("checkov")
    rules = choose_rules(LIVE_RULES, options.check, options.skip_check, all_rules=options.all_rules)
    place = mark_file(options.output, options.output_file_path)
    destinations = Destinations(options.output, place, sarif_per_account=options.sarif_per_account, as_sent=True)
    baseline = None
    if options.baseline:
        from checkov_keys.report.baselines import read_baseline  # noqa: PLC0415  # imports Checkov

        baseline = read_baseline(options.baseline, output_skipped=options.output_baseline_as_skipped)

    exemptions = read_exemptions(options.exemptions) if options.exemptions else ()
    templates = TemplateSide(options)
    attempts = Attempts()
    access = AwsAccess(options, facts=_choose_facts(options, rules))
    reading = read_accounts(options, access, attempts=attempts)
    joined = templates.join(reading.accounts)
    # Checkov takes longer to import than AWS to refuse credentials, so only what is read imports it.
    from checkov_keys.report.baselines import apply_baseline, write_baseline  # noqa: PLC0415  # imports Checkov
    from checkov_keys.report.live.live_report import LiveReport  # noqa: PLC0415  # as above
    from checkov_keys.report.live.user_record import Review  # noqa: PLC0415  # as above
    from checkov_keys.report.writer import write_report  # noqa: PLC0415  # as above

    review = Review(build_policy(options, exemptions), joined)
    report = LiveReport(reading.accounts, rules, review)
    report.add_shards(reading.shard, reading.missing)
    # Who is exempted may be in another shard.
    roots = (account.root.address for account in reading.accounts)
    for idle in idle_exemptions(() if reading.shard else exemptions, (*report.resources, *roots)):
        logger.warning("%s", idle_sentence(idle))
    found = len(report.failed_checks)
    if options.create_baseline:
        # Before the baseline in use takes findings away: a new one must hold those that still fail.
        with attempts.attempt():
            write_baseline([report], Path(BASELINE_FILE))
    if baseline:
        apply_baseline(report, baseline)
    known = found - len(report.failed_checks)
    created = BASELINE_FILE if options.create_baseline else None
    style = Style(
        options.quiet, options.compact, options.custom_tool_name, baseline, created, show_passed=options.show_passed
    )
    with attempts.attempt():
        write_report(report, destinations, style)
    say_taken_away(options, report, rules, review.policy, known)
    attempts.finish()
    return choose_exit_code(report, soft_fail=options.soft_fail, soft=options.soft_fail_on, hard=options.hard_fail_on)


def _choose_facts(options: Namespace, rules: tuple[LiveRule, ...]) -> FactsToRead:
    """Return what is read: for a snapshot, what any rule may need later, unless somebody chose the rules."""
    if not options.save_snapshot:
        return FactsToRead(rules, read_thresholds(options))
    chosen = rules if options.check or options.skip_check else LIVE_RULES
    return FactsToRead(chosen, read_thresholds(options), any_thresholds=True)


def choose_exit_code(
    report: LiveReport, *, soft_fail: bool, soft: Sequence[str] | None, hard: Sequence[str] | None
) -> int:
    """Return 2 if something could not be judged, else what Checkov returns: 1 for findings that are not soft."""
    return INCOMPLETE if report.unjudged else int(report.get_exit_code(build_thresholds(soft_fail, soft, hard)))
