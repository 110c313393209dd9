"""What -d, --map and --state name: the templates that live accounts are compared with."""

from __future__ import annotations

import logging
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

logger = logging.getLogger(__name__)

_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)


def read_states(paths: Iterable[str] | None, *, warns: bool = False) -> dict[str, ManagedKey]:
    """Return the keys that Terraform states manage, by their ids; raise UsageError if a file is not a state.

    If it `warns`, each state is named that holds secrets of keys in plain text.
    """
    states = [(path, read_state(path)) for path in paths or ()]
    for path, keys in states if warns else ():
        _warn_of_secrets(path, sum(key.has_secret for key in keys))
    return {managed.key: managed for _, keys in states for managed in keys}


def _warn_of_secrets(path: str, count: int) -> None:
    if count:
        which, these = ("secret of an access key", "this key")
        if count > 1:
            which, these = (f"secrets of {count:,} access keys", "these keys")
        logger.warning(
            "state %s holds the %s in plain text, and whoever can read the state can use %s: keep it where few can, "
            "such as an encrypted S3 backend, or set pgp_key, which encrypts the secret",
            path,
            which,
            these,
        )


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
