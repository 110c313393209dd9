"""`checkov-keys remediate`: which key of each violating user to turn off, and why. It changes nothing."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.account_facts import read_accounts
from checkov_keys.cli.account_flags import add_account_flags
from checkov_keys.cli.configured_parser import configured_parser
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.remediation import ByHand, not_judged, remediation_plan

if TYPE_CHECKING:
    import configargparse

    from checkov_keys.domain.users import Account

logger = logging.getLogger(__name__)

_FRESH = timedelta(days=1)
_OFF, _ON = "turn_off_keys.sh", "turn_on_keys.sh"
_EPILOG = """examples:
  checkov-keys remediate
  checkov-keys remediate --organization -o sh --output-file-path plan
  checkov-keys remediate --from-snapshot evidence -o json
  checkov-keys remediate --user ci-deployer --key AKIAIOSFODNN7EXAMPLE

It changes nothing. Exit codes as those of audit: 0 nothing to do, 1 there are users to decide about, 2 could not
judge everything."""


def run(arguments: list[str]) -> int:
    """Print the plan, or write it as scripts, and return the exit code."""
    options = _parser().parse_args(arguments)
    if bool(options.user) != bool(options.key):
        raise UsageError("--user and --key decide together: name the user, and the id of its key to turn off")

    from checkov_keys.cli.exemption_file import read_exemptions  # noqa: PLC0415
    from checkov_keys.report.remediation_text import plan_json, plan_table, script  # noqa: PLC0415
    from checkov_keys.report.whole_file import check_writable, write_whole  # noqa: PLC0415

    folder = _folder(options.output_file_path or ".")
    if options.output == "sh":
        for name in (_OFF, _ON):
            check_writable(folder / name)
    exemptions = read_exemptions(options.exemptions) if options.exemptions else ()
    accounts = read_accounts(options)
    _warn_of_age(accounts)
    plan = remediation_plan(
        accounts,
        in_use_days=options.in_use_days,
        rotation_grace_days=options.rotation_grace_days,
        exemptions=exemptions,
        by_hand=ByHand(options.user, options.key) if options.user else None,
    )
    missed = not_judged(accounts)
    if options.output == "sh":
        for name, status in ((_OFF, "Inactive"), (_ON, "Active")):
            write_whole(folder / name, script(plan, status))
        print(f"Wrote {folder / _OFF} and {folder / _ON}, which takes it back")
    print(plan_json(plan, missed) if options.output == "json" else plan_table(plan, missed))
    if missed:
        return INCOMPLETE
    return FINDINGS if any(not decision.excused for decision in plan) else NOTHING_FOUND


def _folder(name: str) -> Path:
    if "," in name:
        raise UsageError(f"--output-file-path {name}: name one folder, for {_OFF} and {_ON}")
    return Path(name)


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


def _parser() -> configargparse.ArgumentParser:
    description = "Say which access key of each violating IAM user to turn off, and why."
    parser = configured_parser("remediate", description, _EPILOG)
    add_account_flags(parser)
    parser.add("--user", help="decide by hand for this user; needs --key")
    parser.add("--key", help="id of the active key of --user to turn off")
    # Without a long name: `output` in .checkov.yaml names the formats of scans and audits.
    parser.add("-o", dest="output", choices=("cli", "json", "sh"), default="cli", help="format; default: %(default)s")
    parser.add("--output-file-path", help=f"folder for {_OFF} and {_ON}, which takes it back")
    return parser
