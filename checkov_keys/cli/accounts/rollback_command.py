"""The command that takes a run back, as it can be pasted into a shell, whatever its working directory."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.runtime.session.roles import SESSION_NAME

if TYPE_CHECKING:
    from argparse import Namespace

_EXTERNAL_ID = "--external-id"
_USER_INFO = re.compile("//[^/@]*@")


def format_rollback(options: Namespace, journal: Path) -> str:
    """Return the command line of `rollback` for a journal that `remediate --apply` wrote with these options.

    It has the flags that say which credentials were used. The roles are in the journal. An external id, which some
    treat as a secret, is repeated only if it was typed; `options.typed` is what was. A password in an endpoint is left
    out.
    """
    flags = {
        "--profile": options.profile,
        "--region": options.region,
        "--endpoint-url": _USER_INFO.sub("//***@", options.endpoint_url or ""),
        "--role-session-name": options.role_session_name if options.role_session_name != SESSION_NAME else None,
        _EXTERNAL_ID: options.external_id if _is_typed(_EXTERNAL_ID, options.typed) else None,
        "--config-file": str(Path(options.config_file).absolute()) if options.config_file else None,
    }
    words = ["checkov-keys", "rollback", quote_word(str(journal.absolute()))]
    # With "=", a value may begin with a hyphen.
    words += [f"{flag}={quote_word(value)}" for flag, value in flags.items() if value]
    return " ".join(words)


def quote_word(text: str) -> str:
    """Return a word of a shell command; what cannot be printed, such as a line feed in a file name, is escaped.

    The escapes are those of POSIX 2024, which shells other than bash, ksh and zsh may not know.
    """
    if text.isprintable():
        return shlex.quote(text)
    letters = []
    for char in text:
        if char in "\\'":
            letters.append(f"\\{char}")
        elif char.isprintable():
            letters.append(char)
        else:
            letters += [f"\\{byte:03o}" for byte in os.fsencode(char)]
    return f"$'{''.join(letters)}'"


def _is_typed(flag: str, arguments: tuple[str, ...]) -> bool:
    return any(word == flag or word.startswith(f"{flag}=") for word in arguments)
