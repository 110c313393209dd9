"""The flags that hold live accounts against templates, and the reading of what they name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    import configargparse

    from checkov_keys.domain.drift import TemplateJoin
    from checkov_keys.domain.templates import ManagedKey, Templates
    from checkov_keys.domain.users import Account

_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)


def add_directory_flag(parser: configargparse.ArgumentParser, what: str) -> None:
    """Add -d; `what` says what it is for."""
    # Without a long name: `directory` in .checkov.yaml is what scans read.
    parser.add("-d", dest="directory", metavar="DIR", action="append", help=f"{what}; repeat for several")


def add_state_flag(parser: configargparse.ArgumentParser) -> None:
    """Add --state."""
    parser.add(
        "--state",
        metavar="FILE",
        action="append",
        help="Terraform state (or terraform show -json) that tells which keys it manages; repeat for several",
    )


def add_template_flags(parser: configargparse.ArgumentParser) -> None:
    """Add the flags that join_of() reads."""
    add_directory_flag(parser, "templates to hold the accounts against: findings at their lines, and drift")
    add_state_flag(parser)
    parser.add(
        "--map",
        metavar="DIR=ACCOUNT",
        action="append",
        help="account that the templates below DIR are deployed to; repeat for several",
    )


def check_directories(options: Namespace) -> None:
    """Raise UsageError where -d names no directory."""
    for folder in options.directory or ():
        if not Path(folder).is_dir():
            raise UsageError(f"there is no directory {folder}")


def keys_of_states(options: Namespace) -> dict[str, ManagedKey]:
    """Return the keys that the states manage, by their ids; raise UsageError where a file is no state."""
    from checkov_keys.iac.terraform.state import read_state  # noqa: PLC0415

    return {managed.key: managed for path in options.state or () for managed in read_state(path)}


class TemplateSide:
    """What -d, --map and --state name, read before AWS is asked anything."""

    def __init__(self, options: Namespace) -> None:
        """Raise UsageError where they name something that is not there, or contradict each other."""
        self.templates: Templates | None = None
        check_directories(options)
        if (options.state or options.map) and not options.directory:
            raise UsageError("--state and --map say more about the templates of -d: add -d DIR")
        self._managed = keys_of_states(options) if options.state else None
        accounts = dict(map(_mapped, options.map or ()))
        if options.directory:
            from checkov_keys.iac.declared.declarations import declarations  # noqa: PLC0415  # imports Checkov

            self.templates = declarations(options.directory, accounts)

    def join(self, accounts: Sequence[Account]) -> TemplateJoin | None:
        """Return the accounts joined with the templates, None where there are no templates."""
        from checkov_keys.domain.drift import TemplateJoin  # noqa: PLC0415

        return TemplateJoin(self.templates, accounts, self._managed) if self.templates else None


def _mapped(text: str) -> tuple[Path, str]:
    folder, _, account = text.rpartition("=")
    if not folder or not _ACCOUNT_ID.fullmatch(account):
        raise UsageError(f"--map {text}: write DIR=ACCOUNT, with the account's id of twelve digits")
    if not Path(folder).is_dir():
        raise UsageError(f"--map {text}: there is no directory {folder}")
    return Path(folder), account
