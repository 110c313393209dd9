"""`checkov-keys remediate`: which key of each violating user to turn off, and why; with --apply it does so."""

from __future__ import annotations

import logging
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.cli.accounts.access import AwsAccess, build_policy, read_accounts
from checkov_keys.cli.accounts.exemption_file import read_exemptions
from checkov_keys.cli.accounts.owners import check_regions, find_unjudged_owners, name_owners
from checkov_keys.cli.accounts.remediate_flags import OFF_SCRIPT, ON_SCRIPT
from checkov_keys.cli.accounts.rollback_command import format_rollback
from checkov_keys.cli.accounts.template_side import read_states
from checkov_keys.cli.accounts.terminal import apply_and_print, ask_for_number
from checkov_keys.cli.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.key_changes import Outcome
from checkov_keys.domain.remediation import ByHand, find_unjudged, has_violations, make_plan
from checkov_keys.domain.rules.family import LIVE_RULES
from checkov_keys.domain.text import escape_unprintable
from checkov_keys.report.files import check_writable, write_whole
from checkov_keys.report.plan.remediation_text import format_plan, format_script, format_table
from checkov_keys.report.standard_streams import print_line
from checkov_keys.report.terminal_text import describe_screen
from checkov_keys.runtime.changing.journal import Journal
from checkov_keys.runtime.changing.key_switch import turn_off
from checkov_keys.runtime.reading.facts_to_read import FactsToRead

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from typing import TextIO

    from checkov_keys.cli.accounts.terminal import Changes
    from checkov_keys.domain.assessment import Policy
    from checkov_keys.domain.remediation import Decision
    from checkov_keys.domain.rules.judging import LiveRule
    from checkov_keys.domain.users import Account, Unjudged

logger = logging.getLogger(__name__)

_FRESH = timedelta(days=1)


def run(options: Namespace) -> int:
    """Print the plan, write it as scripts, or carry it out, and return the exit code."""
    folder = Path(options.output_file_path or ".")
    if options.output == "sh":
        for name in (OFF_SCRIPT, ON_SCRIPT):
            check_writable(folder / name)
    exemptions = read_exemptions(options.exemptions) if options.exemptions else ()
    states = read_states(options.state, warns=True)
    rule = next(rule for rule in LIVE_RULES if rule.text.id == options.rule)
    policy = build_policy(options, exemptions)
    everything = bool(options.save_snapshot)
    facts = FactsToRead(LIVE_RULES if everything else (rule,), policy.thresholds, any_thresholds=everything)
    access = AwsAccess(options, facts=facts)
    check_regions(options, access)
    reading = read_accounts(options, access, asks_aws=options.apply or options.stacks)
    accounts = reading.accounts
    _warn_of_age(accounts)
    plan = make_plan(
        accounts,
        policy,
        rule=rule,
        by_hand=ByHand(options.user, options.key) if options.user else None,
    )
    plan = name_owners(options, access, plan, states)
    unjudged = (*find_unjudged(accounts, policy, rule), *find_unjudged_owners(plan), *reading.unjudged)
    if options.apply:
        return _apply(options, access, _Plan(plan, unjudged, rule, policy))
    _print_plan(options, plan, unjudged, folder)
    if unjudged:
        return INCOMPLETE
    return FINDINGS if any(not decision.excused for decision in plan) else NOTHING_FOUND


def _print_plan(options: Namespace, plan: Sequence[Decision], unjudged: Sequence[Unjudged], folder: Path) -> None:
    if options.output == "sh":
        for name, status in ((OFF_SCRIPT, "Inactive"), (ON_SCRIPT, "Active")):
            write_whole(folder / name, format_script(plan, status, even_managed=options.even_managed))
        scripts = f"{folder / OFF_SCRIPT} and {folder / ON_SCRIPT}"
        print_line(f"Wrote {escape_unprintable(scripts)}, which undoes it")
    if options.output == "json":
        print_line(format_plan(plan, unjudged, even_managed=options.even_managed))
    else:
        _print_table(options, plan, unjudged, sys.stdout)


def _print_table(options: Namespace, plan: Sequence[Decision], unjudged: Sequence[Unjudged], stream: TextIO) -> None:
    screen = describe_screen(stream)
    print_line(format_table(plan, unjudged, even_managed=options.even_managed, screen=screen), stream)


class _Plan(NamedTuple):
    """Decisions about the users that violate a rule under a policy, and what could not be judged."""

    decisions: Sequence[Decision]
    unjudged: Sequence[Unjudged]
    rule: LiveRule
    policy: Policy


def _apply(options: Namespace, access: AwsAccess, whole: _Plan) -> int:
    """Show the plan, ask, carry it out, and return the exit code."""
    plan, unjudged = whole.decisions, whole.unjudged
    as_json = options.output == "json"
    people = sys.stderr if as_json else sys.stdout
    _print_table(options, plan, unjudged, people)
    chosen = [decision for decision in plan if decision.free or (decision.key and options.even_managed)]
    path = Path(options.journal or f"checkov-keys-journal-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}.jsonl")
    made: Changes | None = None
    if chosen and (options.yes or ask_for_number(len(chosen), "turn off")):
        print_line(stream=people)
        made = _turn_off(access, chosen, path, people)
        if any(each.outcome in {Outcome.CHANGED, Outcome.UNKNOWN} for each in made.done):
            print_line(f"Undo this with: {format_rollback(options, path)}", people)
    done = made.done if made else ()
    if as_json:
        journal = str(path) if made else None
        print_line(format_plan(plan, unjudged, done, journal, even_managed=options.even_managed))
    if unjudged or (made and not made.complete):
        return INCOMPLETE
    off = [each.change.key for each in done if each.outcome is Outcome.CHANGED]
    return FINDINGS if has_violations(plan, off, whole.rule, whole.policy) else NOTHING_FOUND


def _turn_off(access: AwsAccess, plan: Sequence[Decision], path: Path, people: TextIO) -> Changes:
    entrance = access.entrance
    with closing(Journal(path, new=True)) as journal:
        return apply_and_print(turn_off(plan, entrance, journal), "turned off", path, people)


def _warn_of_age(accounts: list[Account]) -> None:
    """Warn once of a snapshot in which much may have changed."""
    now = datetime.now(timezone.utc)
    old = [account for account in accounts if account.read_at is not None and now - account.read_at > _FRESH]
    if old:
        first = min(account.read_at for account in old if account.read_at)
        which = f"account {old[0].id} was" if len(old) == 1 else f"{len(old)} accounts were"
        logger.warning(
            "%s read on %s: keys may have been used since; read again before you turn one off",
            which,
            f"{first:%Y-%m-%d}",
        )
