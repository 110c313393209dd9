"""`checkov-keys rollback`: turns on again what a journal says was turned off."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.access import AwsAccess
from checkov_keys.cli.accounts.terminal import apply_and_print, ask_for_number
from checkov_keys.cli.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.key_changes import turned_off
from checkov_keys.domain.text import escape_unprintable, one_line
from checkov_keys.report.standard_streams import print_line
from checkov_keys.runtime.changing.journal import Journal
from checkov_keys.runtime.changing.key_switch import turn_on

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Take back what the journal says was changed, and return the exit code."""
    path = Path(options.journal)
    with closing(Journal(path, new=False)) as journal:
        changes = turned_off(journal.entries)
        if not changes:
            print_line(f"Nothing to undo: {escape_unprintable(str(path))} has no key that is turned off")
            return NOTHING_FOUND
        for change in changes:
            print_line(f"turn on {change.key} of {one_line(change.user)} in account {change.account}")
        if not (options.yes or ask_for_number(len(changes), "turn on")):
            return FINDINGS
        entrance = AwsAccess(options).entrance
        made = apply_and_print(turn_on(changes, entrance, journal), "turned on", path, sys.stdout)
    return NOTHING_FOUND if made.complete else INCOMPLETE
