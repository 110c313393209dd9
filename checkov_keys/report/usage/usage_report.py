"""Who uses the keys of a user: what every format shows, already put in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.key_use import Sight, describe_mail
from checkov_keys.domain.source_addresses import HIDDEN, hide_addresses
from checkov_keys.domain.text import one_line
from checkov_keys.report.live.key_usage import NO_NAME

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.key_use import KeyUse
    from checkov_keys.domain.usage import Action, ActionUse, CallerUse, KeyUsage, Span
    from checkov_keys.domain.users import AccessKey

UNKNOWN = "unknown address"
NO_DATA_EVENTS = (
    "None of the events is a data event: calls for objects of S3 and the like are not there, or there were none."
)
SESSIONS = "Sessions outlive the key: turning it off does not end them."
_NEXT_STEPS = (
    "Move every caller listed above to the other key, or to a role.",
    "See where nobody looked: {gaps}data events in a trail, mail over SMTP.",
    "Turn the key off with checkov-keys remediate, which rollback undoes.",
    "Delete it when nothing has failed for a while: a month covers jobs that run monthly.",
)


class KeyRow(NamedTuple):
    """A key: what IAM says of it (None if IAM was not asked), who calls with it, and what that means.

    `sampled` are the regions in which it has more events than were read.
    """

    key: AccessKey | None
    usage: KeyUsage
    use: KeyUse
    sampled: tuple[str, ...] = ()


class Gap(NamedTuple):
    """What was not read, and why, in one line each."""

    what: str
    reason: str


class UsageReport(NamedTuple):
    """Who uses the keys of one user.

    `account` and `user` are "" if they are not known. `source` says what was read, from `since` to `until` (UTC, None
    for no end). Without `shows_addresses`, no source address is in any format. `notes` are sentences about what was
    read. `may_send_mail` tells whether the user may use SES, None if that is not known.
    """

    account: str
    user: str
    source: str
    since: datetime | None
    until: datetime | None
    keys: tuple[KeyRow, ...]
    gaps: tuple[Gap, ...] = ()
    shows_addresses: bool = True
    notes: tuple[str, ...] = ()
    may_send_mail: bool | None = None

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The notes, and what is to be known of mail."""
        return tuple(filter(None, (*self.notes, describe_mail(self.may_send_mail))))

    @property
    def next_steps(self) -> tuple[str, ...]:
        """What to do now, in order."""
        steps = _NEXT_STEPS if any(row.use.sight is not Sight.NOT_SEEN for row in self.keys) else _NEXT_STEPS[1:]
        return tuple(step.format(gaps="the gaps above, " if self.gaps else "") for step in steps)

    def hide(self, text: str) -> str:
        """Return a text, or a whole format, as it is, or without source addresses if they are not shown."""
        if self.shows_addresses:
            return text
        callers = (use.caller for row in self.keys for use in row.usage.callers)
        return hide_addresses(text, {one_line(caller.address) for caller in callers})

    def name_family(self, use: CallerUse) -> str:
        """Return the family of programs that a caller says it is, fit to print: it may say anything."""
        return one_line(use.caller.family) or NO_NAME

    def name_place(self, use: CallerUse) -> str:
        """Return from where a caller calls: an address, or the AWS service that calls for it."""
        caller = use.caller
        if caller.service:
            return one_line(caller.service)
        if not self.shows_addresses:
            return HIDDEN
        return one_line(caller.address) or UNKNOWN

    def list_agents(self, use: CallerUse) -> list[str]:
        """Return the user agents of a caller as they were written, but for what cannot be printed."""
        return [one_line(agent) for agent in use.agents if agent]


def describe_subject(report: UsageReport) -> tuple[str, str, str]:
    """Return what the report is about: what it says, the name of a user or key, and where that is."""
    where = f" in account {one_line(report.account)}" if report.account else ""
    if report.user or not report.keys:
        return "Who uses the access keys of user", one_line(report.user), where
    ids = ", ".join(row.usage.key for row in report.keys)
    return f"Who uses access key{'' if len(report.keys) == 1 else 's'}", ids, where


def compare_keys(report: UsageReport) -> list[tuple[str, str, dict[str, datetime | None]]]:
    """Return for each caller its family, its place, and by each key that it uses when it last did, None if unknown.

    Those come first that use several keys: it is the list of what to move.
    """
    callers: dict[tuple[str, str], dict[str, datetime | None]] = {}
    for row in report.keys:
        for use in row.usage.callers:
            last = use.calls.join(use.denied).last
            # Callers begin with the one that called last.
            keys = callers.setdefault((report.name_family(use), report.name_place(use)), {})
            keys.setdefault(row.usage.key, last)
    return [(*name, callers[name]) for name in sorted(callers, key=lambda name: (-len(callers[name]), name))]


def describe_period(report: UsageReport) -> str:
    """Return the days that were read, in words; "" if they have no ends."""
    since, until = report.since, report.until
    parts = (f"from {since:%Y-%m-%d}" if since else "", f"to {until:%Y-%m-%d}" if until else "")
    return " ".join(filter(None, parts))


def sort_actions(use: CallerUse) -> list[ActionUse]:
    """Return the actions of a caller, those first that it called most."""
    return sorted(use.actions, key=lambda each: (-each.calls.number - each.denied.number, each.action))


def name_action(action: Action) -> str:
    """Return an action as people write it: `iam:ListUsers (us-east-1)`."""
    service = action.service.partition(".")[0]
    region = f" ({one_line(action.region)})" if action.region else ""
    return f"{one_line(service)}:{one_line(action.name)}{region}"


def describe_span(span: Span) -> str:
    """Return the days of the first and the last call; "" if no time is known."""
    if span.first is None or span.last is None:
        return ""
    first, last = f"{span.first:%Y-%m-%d}", f"{span.last:%Y-%m-%d}"
    return first if first == last else f"{first} to {last}"
