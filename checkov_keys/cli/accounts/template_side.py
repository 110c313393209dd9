"""What -d, --map and --state name: the templates that live accounts are compared with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.domain.drift import TemplateJoin
from checkov_keys.domain.errors import UsageError
from checkov_keys.iac.terraform.state import read_state

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from checkov_keys.domain.templates import ManagedKey, Templates
    from checkov_keys.domain.users import Account

_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)


def read_states(paths: Iterable[str] | None) -> dict[str, ManagedKey]:
    """Return the keys that Terraform states manage, by their ids; raise UsageError if a file is not a state."""
    return {managed.key: managed for path in paths or () for managed in read_state(path)}


class TemplateSide:
    """The templates and states of the flags, read before AWS is asked anything."""

    def __init__(self, options: Namespace) -> None:
        """Raise UsageError if a state cannot be read, or if --map is wrong."""
        self.templates: Templates | None = None
        self._managed = read_states(options.state) if options.state else None
        accounts = dict(map(_parse_mapping, options.map or ()))
        if options.directory:
            from checkov_keys.iac.declared.declarations import declarations  # noqa: PLC0415  # imports Checkov's graphs

            self.templates = declarations(options.directory, accounts)

    def join(self, accounts: Sequence[Account]) -> TemplateJoin | None:
        """Return the accounts joined with the templates, None if there are no templates."""
        return TemplateJoin(self.templates, accounts, self._managed) if self.templates else None


def _parse_mapping(text: str) -> tuple[Path, str]:
    folder, _, account = text.rpartition("=")
    if not folder or not _ACCOUNT_ID.fullmatch(account):
        raise UsageError(f"--map {text}: write DIR=ACCOUNT, where ACCOUNT is an id of twelve digits")
    if not Path(folder).is_dir():
        raise UsageError(f"--map {text}: no such directory: {folder}")
    return Path(folder), account
