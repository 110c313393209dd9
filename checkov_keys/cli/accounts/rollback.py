"""`checkov-keys rollback`: turns on again what a journal says was turned off."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.access import AwsAccess
from checkov_keys.cli.accounts.terminal import apply_and_print, ask_for_number, describe_key
from checkov_keys.cli.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.key_changes import turned_off
from checkov_keys.domain.text import escape_unprintable, one_line
from checkov_keys.report.standard_streams import print_wrapped
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
            print_wrapped(f"Nothing to undo: {escape_unprintable(str(path))} has no key that is turned off")
            return NOTHING_FOUND
        for change in changes:
            by = f", which is entered by {one_line(change.role)}" if change.role else ""
            print_wrapped(f"turn on {describe_key(change)}{by}")
        _warn_of_others(journal, path, is_asked=not options.yes)
        if not (options.yes or ask_for_number(len(changes), "turn on")):
            return FINDINGS
        entrance = AwsAccess(options, {each.account: each.role for each in changes if each.role}).entrance
        made = apply_and_print(turn_on(changes, entrance, journal), "turned on", path, sys.stdout)
    return NOTHING_FOUND if made.complete else INCOMPLETE


def _warn_of_others(journal: Journal, path: Path, *, is_asked: bool) -> None:
    """Warn of a journal that somebody else may have written; raise UsageError if nobody is asked about its keys."""
    doubt = journal.find_doubt()
    if not doubt:
        return
    line = f"{escape_unprintable(str(path))} may hold what others wrote, because {doubt}"
    if not is_asked:
        raise UsageError(f"{line}: leave out --yes, and look at each key; nothing was changed")
    print_wrapped(f"checkov-keys rollback: {line}: look at each key before you confirm", sys.stderr)
