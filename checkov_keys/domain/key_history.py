"""What CloudTrail's event history holds of one key, and what of it was not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # dataclass fields are read at run time
from typing import Union

from checkov_keys.domain.usage import Action, KeyUsage  # noqa: TC001  # as above


@dataclass(frozen=True)
class KeyHistory:
    """Who used a key from `since` to `until` (UTC), as far as event history tells.

    `sampled` are the regions in which it has more events than were read. `gaps` are what was not read, each with the
    reason, in one line; there are none if everything was read. `has_addresses` tells whether source addresses were
    kept. `may_send_mail` tells whether the key's user may use SES, None if that is not known: mail over its SMTP
    interface is not in event history.
    """

    usage: KeyUsage
    since: datetime
    until: datetime
    sampled: tuple[str, ...] = ()
    gaps: tuple[tuple[str, str], ...] = ()
    has_addresses: bool = True
    may_send_mail: Union[bool, None] = None  # noqa: UP007  # evaluated by Python 3.9

    @property
    def last_seen(self) -> datetime | None:
        """When the key last signed a call, None if it did not; `until` if no call has a time: it may have been then."""
        return self.usage.last_seen or (self.until if self.usage.is_used else None)

    def find_last_action(self) -> Action | None:
        """Return what the key was last used for; None if that is not known."""
        last = self.usage.last_seen
        uses = (use for caller in self.usage.callers for use in caller.actions)
        return next((use.action for use in uses if last in (use.calls.last, use.denied.last)), None)
