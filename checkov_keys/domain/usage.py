"""Who uses an access key, for what, and when: what the events of CloudTrail add up to.

Events may come in any order, in any number of parts and more than once: the result is the same. It does not grow with
the number of events, but for the eight bytes each by which one that is delivered twice is counted once.
"""

from __future__ import annotations

from array import array
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.bounded_table import BoundedTable, Count, fingerprint
from checkov_keys.domain.callers import OWN_CALLS, PROGRAM, Caller
from checkov_keys.domain.seen_events import MOST_EVENTS, SeenEvents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_CALLERS = 1000  # of a key
MOST_ACTIONS = 1000  # of a caller
MOST_SESSION_KINDS = 200  # of a key
_MOST_AGENTS = 5  # of a caller
_EARLIEST = datetime.min.replace(tzinfo=timezone.utc)


class Action(NamedTuple):
    """What is called: the service as CloudTrail names it (`s3.amazonaws.com`), the action and the region."""

    service: str
    name: str
    region: str


class SessionKind(NamedTuple):
    """How sessions are made: by AssumeRole of a role (`target` is its ARN), by GetFederationToken for a name, ..."""

    action: str
    target: str


class Call(NamedTuple):
    """One event of CloudTrail that an access key signed.

    `id` is its sharedEventID or else its eventID, "" if it has neither. `at` is in UTC, None if it cannot be read.
    `agent` is the user agent as it was written. `is_denied` tells that AWS refused the call. `session` is how the call
    made a session, None if it made none, and `session_end` when that ends, if CloudTrail told. `is_data` tells that it
    is a data event.
    """

    key: str
    id: str
    at: datetime | None
    caller: Caller
    agent: str
    action: Action
    is_denied: bool = False
    session: SessionKind | None = None
    session_end: datetime | None = None
    is_data: bool = False

    def fingerprint(self) -> int:
        """Return a number that knows the event again: what differs from it in anything has another one."""
        key, event, at, (address, service, _), agent, action, is_denied, session, end, _ = self
        texts = (key, event, str(at and at.timestamp()), address, service, agent, *action, str(is_denied))
        return fingerprint(texts if session is None else (*texts, *session, str(end)))


class Span(NamedTuple):
    """How many calls there were, and when the first and the last was (UTC), None if there was none or no time."""

    number: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def join(self, other: Span) -> Span:
        """Return what both are together."""
        return Span(self.number + other.number, _first(self.first, other.first), _last(self.last, other.last))


class ActionUse(NamedTuple):
    """How a caller used an action: `calls` that AWS did not deny, whatever else became of them, and `denied` ones."""

    action: Action
    calls: Span
    denied: Span


class CallerUse(NamedTuple):
    """What a caller did with a key.

    `agents` are up to five of the user agents that it sent, as they were written, and `has_more_agents` that there
    are others. `actions` are in the order of their names, `more_actions` says how many others there are; their calls
    are within `calls` and `denied`.
    """

    caller: Caller
    agents: tuple[str, ...]
    has_more_agents: bool
    actions: tuple[ActionUse, ...]
    more_actions: Count
    calls: Span
    denied: Span


class SessionUse(NamedTuple):
    """Sessions of one kind that were made with a key: they outlive it.

    `last_end` is when the last of them ends, as far as CloudTrail told, None if it never did.
    """

    kind: SessionKind
    made: Span
    last_end: datetime | None


class KeyUsage(NamedTuple):
    """Who uses an access key, as far as events were read.

    `callers` begin with the one that called last. `others` is what all further callers did, of which there are
    `more_callers`. `is_exact` tells whether the numbers of calls are those of all events that were read; if not, they
    are at least that. `has_data_events` tells whether one of the calls is a data event, which event history lacks.
    `own_calls` are those by which this program reads, under the name that it gives itself: they are in nothing else
    here, as reading who uses a key is not a use that anybody would miss.
    """

    key: str
    callers: tuple[CallerUse, ...] = ()
    others: tuple[Span, Span] = (Span(), Span())
    more_callers: Count = Count(0)
    sessions: tuple[SessionUse, ...] = ()
    more_sessions: tuple[Span, Count] = (Span(), Count(0))
    is_exact: bool = True
    has_data_events: bool = False
    own_calls: Span = Span()

    @property
    def calls(self) -> Span:
        """All calls that AWS did not deny."""
        return _join((*(use.calls for use in self.callers), self.others[0]))

    @property
    def denied(self) -> Span:
        """All calls that AWS denied."""
        return _join((*(use.denied for use in self.callers), self.others[1]))

    @property
    def is_used(self) -> bool:
        """Whether the key has signed a call, denied or not: a key that is denied is in use, too."""
        return self.last_seen is not None or self.calls.number + self.denied.number > 0

    @property
    def last_seen(self) -> datetime | None:
        """When the key last signed a call, denied or not, as far as the times of its calls are known."""
        return _last(self.calls.last, self.denied.last)

    def count_calls(self, span: Span) -> Count:
        """Return how many calls a span of this key holds, exactly or at least.

        A call whose time is known was made, also if it came when no more could be told apart.
        """
        return Count(max(span.number, int(span.last is not None)), self.is_exact)


class GroupName(NamedTuple):
    """What the calls of a group have in common."""

    key: str
    caller: Caller
    action: Action
    is_denied: bool
    session: SessionKind | None


class CallGroup:
    """Calls that have everything in common but their time: what a reader hands on in place of single events.

    `fingerprints` has one for each call, also for one that was delivered twice.
    """

    __slots__ = ("agents", "fingerprints", "first", "has_data_events", "lacks_ids", "last", "session_end")

    def __init__(self) -> None:
        self.fingerprints = array("Q")
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.agents: tuple[str, ...] = ()
        self.session_end: datetime | None = None
        self.lacks_ids = False
        self.has_data_events = False

    def add(self, call: Call) -> None:
        """Add a call of the group."""
        self.fingerprints.append(call.fingerprint())
        at = call.at
        if at is not None:
            if self.first is None or at < self.first:
                self.first = at
            if self.last is None or at > self.last:
                self.last = at
        if call.session_end is not None:
            self.session_end = _last(self.session_end, call.session_end)
        if not call.id:
            self.lacks_ids = True
        if call.is_data:
            self.has_data_events = True
        if call.agent not in self.agents:
            self.agents = _keep_agents(self.agents, (call.agent,))


class CallGroups:
    """The groups of some calls, such as those of one file."""

    def __init__(self) -> None:
        self._groups: dict[GroupName, CallGroup] = {}

    def __iter__(self) -> Iterator[tuple[GroupName, CallGroup]]:
        return iter(self._groups.items())

    def add(self, call: Call) -> None:
        """Add a call to its group."""
        name = GroupName(call.key, call.caller, call.action, call.is_denied, call.session)
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = CallGroup()
        group.add(call)


class CallCounts(NamedTuple):
    """Calls that have everything in common but their time, of which somebody else has counted each once.

    The fields are those of a group; `number` is at least that if it `lacks_ids`.
    """

    number: int
    first: datetime | None
    last: datetime | None
    agents: tuple[str, ...]
    session_end: datetime | None = None
    lacks_ids: bool = False
    has_data_events: bool = False


class UsageTally:
    """Adds up who uses some keys; calls of other keys do not count."""

    def __init__(
        self, keys: Iterable[str], *, most_callers: int = MOST_CALLERS, most_events: int = MOST_EVENTS
    ) -> None:
        self._keys = {key: _KeyRow(most_callers) for key in keys}
        self._seen = SeenEvents(most_events)

    def add(self, groups: Iterable[tuple[GroupName, CallGroup]]) -> None:
        """Add groups of calls, of which any number may have come before."""
        for name, group in groups:
            if name.key in self._keys:
                self._keys[name.key].add(name, group, self._seen.add(group.fingerprints))

    def add_counts(self, name: GroupName, counts: CallCounts) -> None:
        """Add calls that were counted already, none of which may have come before."""
        if name.key in self._keys:
            self._keys[name.key].add(name, counts, counts.number)

    def sum_up(self) -> tuple[KeyUsage, ...]:
        """Return the usage of each key, in the order of their ids."""
        return tuple(row.sum_up(key, is_full=self._seen.is_full) for key, row in sorted(self._keys.items()))


class _ActionRow:
    def __init__(self) -> None:
        self.calls, self.denied = Span(), Span()

    def add(self, span: Span, *, is_denied: bool) -> None:
        if is_denied:
            self.denied = self.denied.join(span)
        else:
            self.calls = self.calls.join(span)

    def absorb(self, other: _ActionRow) -> None:
        self.calls, self.denied = self.calls.join(other.calls), self.denied.join(other.denied)


class _CallerRow(_ActionRow):
    def __init__(self) -> None:
        super().__init__()
        self.agents: tuple[str, ...] = ()
        self.actions: BoundedTable[_ActionRow] = BoundedTable(MOST_ACTIONS, _ActionRow, _ActionRow.absorb)

    def sum_up(self, caller: Caller) -> CallerUse:
        actions = tuple(
            ActionUse(Action(*name), row.calls, row.denied) for name, row in sorted(self.actions.rows.items())
        )
        has_more = len(self.agents) > _MOST_AGENTS
        agents = self.agents[:_MOST_AGENTS]
        return CallerUse(caller, agents, has_more, actions, self.actions.more, self.calls, self.denied)


class _SessionRow:
    def __init__(self) -> None:
        self.made = Span()
        self.last_end: datetime | None = None

    def add(self, span: Span, end: datetime | None) -> None:
        self.made, self.last_end = self.made.join(span), _last(self.last_end, end)

    def absorb(self, other: _SessionRow) -> None:
        self.add(other.made, other.last_end)


class _KeyRow:
    def __init__(self, most_callers: int) -> None:
        self._callers: BoundedTable[_CallerRow] = BoundedTable(most_callers, _CallerRow, _CallerRow.absorb)
        self._sessions: BoundedTable[_SessionRow] = BoundedTable(MOST_SESSION_KINDS, _SessionRow, _SessionRow.absorb)
        self._lacks_ids = self._has_data_events = False
        self._own_calls = Span()

    def add(self, name: GroupName, group: CallGroup | CallCounts, number: int) -> None:
        span = Span(number, group.first, group.last)
        if name.caller.family == PROGRAM and (name.action.service, name.action.name) in OWN_CALLS:
            self._own_calls = self._own_calls.join(span)
            return
        row = self._callers.find(name.caller)
        row.add(span, is_denied=name.is_denied)
        if row is not self._callers.others:
            row.agents = _keep_agents(row.agents, group.agents)
            row.actions.find(name.action).add(span, is_denied=name.is_denied)
        if name.session is not None:
            self._sessions.find(name.session).add(span, group.session_end)
        self._lacks_ids |= group.lacks_ids
        self._has_data_events |= group.has_data_events

    def sum_up(self, key: str, *, is_full: bool) -> KeyUsage:
        callers = [row.sum_up(Caller(*name)) for name, row in self._callers.rows.items()]
        sessions = [SessionUse(SessionKind(*name), row.made, row.last_end) for name, row in self._sessions.rows.items()]
        return KeyUsage(
            key,
            tuple(sorted(callers, key=_by_last_call)),
            (self._callers.others.calls, self._callers.others.denied),
            self._callers.more,
            tuple(sorted(sessions, key=lambda use: use.kind)),
            (self._sessions.others.made, self._sessions.more),
            # Events without an id that are alike cannot be told from one that came twice.
            is_exact=not is_full and not self._lacks_ids,
            has_data_events=self._has_data_events,
            own_calls=self._own_calls,
        )


def _by_last_call(use: CallerUse) -> tuple[float, Caller]:
    last = _last(use.calls.last, use.denied.last) or _EARLIEST
    return -(last - _EARLIEST).total_seconds(), use.caller


def _join(spans: Iterable[Span]) -> Span:
    whole = Span()
    for span in spans:
        whole = whole.join(span)
    return whole


def _keep_agents(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    # The first of all by their letters, so that no order matters; one more than is shown tells that there are more.
    return tuple(sorted({*some, *others})[: _MOST_AGENTS + 1])


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _last(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
