"""`checkov-keys rollback`: turns on again what a journal says was turned off."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.access import AwsAccess
from checkov_keys.cli.accounts.flags import add_entry_flags
from checkov_keys.cli.parsers import configured_parser
from checkov_keys.domain.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.key_changes import turned_off

if TYPE_CHECKING:
    import configargparse

_EPILOG = """examples:
  checkov-keys rollback checkov-keys-journal-20261125T090000Z.jsonl
  checkov-keys rollback journal.jsonl --profile prod --yes
  checkov-keys rollback journal.jsonl --role-name Auditor --external-id ticket-42

Each key is read again before: one that is active already, or gone, is left alone
and named. What is turned on goes into the same journal, so that running it twice
does nothing the second time.

exit codes:
  0  all is as before
  1  not confirmed
  2  something could not be turned on"""


def run(arguments: list[str]) -> int:
    """Take back what the journal tells, and return the exit code."""
    options = command_parser().parse_args(arguments)

    from checkov_keys.cli.accounts.change_lines import told  # noqa: PLC0415  # boto3 takes its time
    from checkov_keys.cli.accounts.confirmation import confirmed  # noqa: PLC0415
    from checkov_keys.domain.text import one_line  # noqa: PLC0415
    from checkov_keys.runtime.changing.journal import Journal  # noqa: PLC0415
    from checkov_keys.runtime.changing.key_switch import turn_on  # noqa: PLC0415

    path = Path(options.journal)
    with closing(Journal(path, new=False)) as journal:
        changes = turned_off(journal.entries)
        if not changes:
            print(f"Nothing to take back: {path} tells of no key that is turned off")
            return NOTHING_FOUND
        for change in changes:
            print(f"turn on {change.key} of {one_line(change.user)} in account {change.account}")
        sys.stdout.flush()
        if not (options.yes or confirmed(len(changes), "turn on")):
            return FINDINGS
        entrance = AwsAccess(options).entrance
        made = told(turn_on(changes, entrance, journal), "turned on", path, sys.stdout)
    return NOTHING_FOUND if made.complete else INCOMPLETE


def command_parser() -> configargparse.ArgumentParser:
    """Return the command line's parser."""
    description = "Turn on again the access keys that a journal of checkov-keys remediate --apply says were turned off."
    parser = configured_parser("rollback", description, _EPILOG, typed=("yes", "journal"))
    parser.add("journal", metavar="JOURNAL", help="journal of remediate --apply")
    parser.add("--yes", action="store_true", help="do not ask for the number of keys")
    add_entry_flags(parser)
    return parser
