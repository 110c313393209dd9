"""`checkov-keys remediate`: which key of each violating user to turn off, and why; with --apply it does so."""

from __future__ import annotations

import logging
import shlex
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.access import AwsAccess, read_accounts
from checkov_keys.cli.accounts.flags import add_account_flags
from checkov_keys.cli.accounts.owners import (
    add_owner_flags,
    check_owner_flags,
    check_regions,
    unknown_owners,
    with_owners,
)
from checkov_keys.cli.accounts.template_flags import keys_of_states
from checkov_keys.cli.parsers import configured_parser
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.key_changes import Outcome
from checkov_keys.domain.remediation import ByHand, not_judged, remediation_plan, to_decide

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from typing import TextIO

    import configargparse

    from checkov_keys.cli.accounts.change_lines import Changes
    from checkov_keys.domain.remediation import Decision
    from checkov_keys.domain.users import Account, Unjudged

logger = logging.getLogger(__name__)

_FRESH = timedelta(days=1)
_OFF, _ON = "turn_off_keys.sh", "turn_on_keys.sh"
_EPILOG = """examples:
  checkov-keys remediate
  checkov-keys remediate --organization -o sh --output-file-path plan
  checkov-keys remediate --from-snapshot evidence -o json
  checkov-keys remediate --user ci-deployer --key AKIAIOSFODNN7EXAMPLE
  checkov-keys remediate --apply --journal journal.jsonl
  checkov-keys remediate --state terraform.tfstate --stacks --stack-regions eu-west-1,us-east-1 -d infra

It changes nothing without --apply, and never deletes a key.

exit codes:
  0  nothing to do, or all done
  1  there are users to decide about
  2  could not judge or turn off everything"""


def run(arguments: list[str]) -> int:
    """Print the plan, write it as scripts, or carry it out, and return the exit code."""
    options = command_parser().parse_args(arguments)
    _check(options)

    from checkov_keys.cli.accounts.exemption_file import read_exemptions  # noqa: PLC0415
    from checkov_keys.report.files import check_writable  # noqa: PLC0415

    folder = Path(options.output_file_path or ".")
    if options.output == "sh":
        for name in (_OFF, _ON):
            check_writable(folder / name)
    exemptions = read_exemptions(options.exemptions) if options.exemptions else ()
    states = keys_of_states(options)
    access = AwsAccess(options)
    check_regions(options, access)
    accounts = read_accounts(options, access, asks_aws=options.apply or options.stacks)
    _warn_of_age(accounts)
    plan = remediation_plan(
        accounts,
        in_use_days=options.in_use_days,
        rotation_grace_days=options.rotation_grace_days,
        exemptions=exemptions,
        by_hand=ByHand(options.user, options.key) if options.user else None,
    )
    plan = with_owners(options, access, plan, states)
    missed = (*not_judged(accounts), *unknown_owners(plan))
    if options.apply:
        return _applied(options, access, plan, missed)
    _show(options, plan, missed, folder)
    if missed:
        return INCOMPLETE
    return FINDINGS if any(not decision.excused for decision in plan) else NOTHING_FOUND


def _check(options: Namespace) -> None:
    if bool(options.user) != bool(options.key):
        raise UsageError("--user and --key decide together: name the user, and the id of its key to turn off")
    if options.output_file_path and "," in options.output_file_path:
        raise UsageError(f"--output-file-path {options.output_file_path}: name one folder, for {_OFF} and {_ON}")
    if options.apply and options.output == "sh":
        raise UsageError("-o sh writes scripts to run later: leave out --apply")
    if not options.apply and (options.yes or options.journal):
        raise UsageError("--yes and --journal are for --apply")
    check_owner_flags(options)


def _show(options: Namespace, plan: Sequence[Decision], missed: Sequence[Unjudged], folder: Path) -> None:
    from checkov_keys.report.files import write_whole  # noqa: PLC0415
    from checkov_keys.report.plan.remediation_text import format_plan, format_script, format_table  # noqa: PLC0415

    if options.output == "sh":
        for name, status in ((_OFF, "Inactive"), (_ON, "Active")):
            write_whole(folder / name, format_script(plan, status, even_managed=options.even_managed))
        print(f"Wrote {folder / _OFF} and {folder / _ON}, which takes it back")
    if options.output == "json":
        print(format_plan(plan, missed, even_managed=options.even_managed))
    else:
        print(format_table(plan, missed, even_managed=options.even_managed))


def _applied(options: Namespace, access: AwsAccess, plan: Sequence[Decision], missed: Sequence[Unjudged]) -> int:
    """Show the plan, ask, carry it out, and return the exit code."""
    from checkov_keys.cli.accounts.confirmation import confirmed  # noqa: PLC0415
    from checkov_keys.report.plan.remediation_text import format_plan, format_table  # noqa: PLC0415

    as_json = options.output == "json"
    people = sys.stderr if as_json else sys.stdout
    print(format_table(plan, missed, even_managed=options.even_managed), file=people, flush=True)
    chosen = [decision for decision in plan if decision.free or (decision.key and options.even_managed)]
    path = Path(options.journal or f"checkov-keys-journal-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}.jsonl")
    made: Changes | None = None
    if chosen and (options.yes or confirmed(len(chosen), "turn off")):
        print(file=people)
        made = _turned_off(access, chosen, path, people)
    done = made.done if made else ()
    if as_json:
        journal = str(path) if made else None
        print(format_plan(plan, missed, done, journal, even_managed=options.even_managed))
    if missed or (made and not made.complete):
        return INCOMPLETE
    off = [each.change.key for each in done if each.outcome is Outcome.CHANGED]
    return FINDINGS if to_decide(plan, off) else NOTHING_FOUND


def _turned_off(access: AwsAccess, plan: Sequence[Decision], path: Path, people: TextIO) -> Changes:
    from checkov_keys.cli.accounts.change_lines import told  # noqa: PLC0415
    from checkov_keys.runtime.changing.journal import Journal  # noqa: PLC0415
    from checkov_keys.runtime.changing.key_switch import turn_off  # noqa: PLC0415

    entrance = access.entrance
    with closing(Journal(path, new=True)) as journal:
        made = told(turn_off(plan, entrance, journal), "turned off", path, people)
    if any(each.outcome in {Outcome.CHANGED, Outcome.UNKNOWN} for each in made.done):
        print(f"Take it back with: checkov-keys rollback {shlex.quote(str(path))}", file=people)
    return made


def _warn_of_age(accounts: list[Account]) -> None:
    """Warn of a snapshot in which much may have changed."""
    now = datetime.now(timezone.utc)
    for account in accounts:
        if account.read_at is not None and now - account.read_at > _FRESH:
            logger.warning(
                "account %s was read on %s: keys may have been used since; read it again before you turn one off",
                account.id,
                f"{account.read_at:%Y-%m-%d}",
            )


def command_parser() -> configargparse.ArgumentParser:
    """Return the command line's parser."""
    description = "Say which access key of each violating IAM user to turn off, and why; turn it off with --apply."
    parser = configured_parser("remediate", description, _EPILOG, typed=("apply", "yes", "user", "key", "even-managed"))
    add_account_flags(parser)
    parser.add("--user", help="decide by hand for this user; needs --key")
    parser.add("--key", help="id of the active key of --user to turn off")
    # Without a long name: `output` in .checkov.yaml names the formats of scans and audits.
    parser.add("-o", dest="output", choices=("cli", "json", "sh"), default="cli", help="format; default: %(default)s")
    parser.add("--output-file-path", help=f"folder for {_OFF} and {_ON}, which takes it back")
    parser.add("--apply", action="store_true", help="turn the planned keys off, once the number of them is typed")
    add_owner_flags(parser)
    parser.add("--even-managed", action="store_true", help="turn off keys that a template manages, too")
    parser.add("--yes", action="store_true", help="do not ask for the number of keys; needs --apply")
    parser.add("--journal", metavar="FILE", help="journal that rollback takes back; default: a new one with the time")
    return parser
