"""CloudTrail's event history → who uses some keys: ninety days of management events, region by region.

AWS allows two calls a second in each account and region, each for a page of 50 events. So of a key with many events,
the latest page of each week is read. That shows who used it and when, but not how often.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import json
import logging
import threading
import time
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.callers import NO_AGENT, Caller
from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.history_coverage import NOT_REACHED, HistoryCoverage, Part
from checkov_keys.domain.usage import Action, Call, CallGroups, KeyUsage, UsageTally
from checkov_keys.runtime.session.answers import list_pages
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, explained
from checkov_keys.runtime.session.worker_threads import Patience, as_they_end, threads
from checkov_keys.runtime.usage.events import read_call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from checkov_keys.runtime.session.aws_session import AwsSession
    from checkov_keys.runtime.usage.enabled_regions import RegionChoice

logger = logging.getLogger(__name__)

DAYS = 90
_WEEK = timedelta(days=7)
_PAGE = 50  # events
_BETWEEN_CALLS = 0.5  # seconds, in each account and region
# A page may be empty although others follow.
_MOST_EMPTY_PAGES = 20
# With 50 events each, more than anybody would wait for: 14 hours.
_MOST_PAGES = 100_000
MAX_WAIT = 30 * 60  # seconds
# What is under way when somebody stops the reading is waited for so long, in seconds.
_LAST_CALLS = 2
_LATE = "it was not read in time"
# A number of a million digits takes minutes to read as a number.
_decode = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).decode


class HistoryReading(NamedTuple):
    """Who uses the keys that were asked for, in the order of their ids, and what was read.

    `was_stopped` tells that somebody stopped it before its end.
    """

    usages: tuple[KeyUsage, ...]
    coverage: HistoryCoverage
    was_stopped: bool = False


class _StoppedError(Exception):
    """Nothing more is to be asked."""


def read_event_history(
    session: AwsSession,
    keys: Sequence[str],
    choice: RegionChoice,
    *,
    all_events: bool = False,
    max_wait: float = MAX_WAIT,
    note_region: Callable[[], None] = lambda: None,
    now: datetime | None = None,
) -> HistoryReading:
    """Return who used the keys of one account in the last ninety days, as far as its event history tells.

    All regions are read at once, each with two calls a second. Unless `all_events`, a key with more than 50 events in a
    region is sampled. Whatever fails costs its key and region only, and is named in the coverage. Ctrl-C stops reading
    and keeps what there is, as do `max_wait` seconds. `note_region` is called when a region is read.
    """
    until = now or datetime.now(timezone.utc)
    history = _History(session, keys, HistoryCoverage(until - timedelta(days=DAYS), until, *choice), all_events)
    patience = Patience(time.monotonic() + max_wait)
    was_stopped = False
    with threads(len(choice.regions)) as pool:
        try:
            for region, work in as_they_end(pool, history.read, choice.regions, len(choice.regions), patience):
                note_region()
                crash = work.exception() if work.done() and not work.cancelled() else None
                if not work.done() or work.cancelled():
                    history.give_up(region, _LATE)
                elif crash is not None:
                    logger.error("the events of %s could not be read", region, exc_info=crash)
                    history.give_up(region, f"unexpected {type(crash).__name__}: the log has its traceback")
        except KeyboardInterrupt:
            was_stopped = True
            history.stopped.set()
            time.sleep(_LAST_CALLS if history.is_asking else 0)
        return history.finish(was_stopped=was_stopped)


class _History:
    """Gathers the events of some keys from all regions; each region is read by a thread of its own."""

    def __init__(
        self,
        session: AwsSession,
        keys: Iterable[str],
        coverage: HistoryCoverage,
        all_events: bool,  # noqa: FBT001  # in one place
    ) -> None:
        self.stopped = threading.Event()
        self._session, self._keys = session, tuple(keys)
        self._coverage, self._all_events = coverage, all_events
        self._tally = UsageTally(self._keys)
        self._lock = threading.Lock()
        self._asking = 0

    @property
    def is_asking(self) -> bool:
        """Whether a call is under way."""
        return self._asking > 0

    def read(self, region: str) -> None:
        """Read the events of all keys in a region."""
        try:
            calls = _Calls(self._session.client("cloudtrail", region).lookup_events, self.stopped)
        except AuditError as error:
            self.give_up(region, str(error))
            return
        for key in self._keys:
            part = self._read_key(key, calls)
            with self._lock:
                self._coverage.parts.setdefault((key, region), part)

    def give_up(self, region: str, fault: str) -> None:
        """Note why the events of those keys are missing that were not read yet."""
        with self._lock:
            for key in self._keys:
                self._coverage.parts.setdefault((key, region), Part(fault=fault))

    def finish(self, *, was_stopped: bool) -> HistoryReading:
        """Return what there is. Calls that are still under way change it no more."""
        self.stopped.set()
        with self._lock:
            usages = tuple(
                usage if self._coverage.is_whole(usage.key) else usage._replace(is_exact=False)
                for usage in self._tally.sum_up()
            )
            parts = dict(self._coverage.parts)
            coverage = self._coverage
            self._coverage = HistoryCoverage(coverage.since, coverage.until, ())
            self._tally = UsageTally(())
        coverage.parts = parts
        return HistoryReading(usages, coverage, was_stopped)

    def _read_key(self, key: str, calls: _Calls) -> Part:
        read = partial(self._read_window, key, calls)
        try:
            oldest, has_more = read(self._coverage.since, self._coverage.until)
            if not has_more:
                return Part()
            # The events of the last weeks may be on the first page already.
            end, is_sampled = min(oldest or self._coverage.until, self._coverage.until), False
            while end > self._coverage.since:
                start = max(end - _WEEK, self._coverage.since)
                is_sampled |= read(start, end)[1]
                end = start
        except _StoppedError:
            return NOT_REACHED
        except CALL_FAULTS as error:
            return Part(fault=explained("cannot look up events", error))
        return Part(is_sampled)

    def _read_window(self, key: str, calls: _Calls, start: datetime, end: datetime) -> tuple[datetime | None, bool]:
        """Read a page of a window, or all of them; return the time of its earliest event, and whether there are more.

        A page may be empty although others follow.
        """
        oldest: datetime | None = None
        asked = {"LookupAttributes": [{"AttributeKey": "AccessKeyId", "AttributeValue": key}], "MaxResults": _PAGE}
        pages = list_pages(
            self._count(calls.ask),
            "Events",
            place="NextToken",
            most_pages=_MOST_PAGES if self._all_events else _MOST_EMPTY_PAGES,
            StartTime=start,
            EndTime=end,
            **asked,
        )
        for page in pages:
            found = [call for event in page["Events"] if (call := _read_event(event, key)) is not None]
            self._add(found)
            times = [call.at for call in found if call.at is not None]
            oldest = min([*times, *([oldest] if oldest else [])], default=None)
            has_more = bool(page.get("NextToken"))
            if not has_more or (found and not self._all_events):
                return oldest, has_more
        return oldest, False

    def _count(self, ask: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def count(**asked: object) -> dict[str, Any]:
            self._asking += 1
            try:
                return ask(**asked)
            finally:
                self._asking -= 1

        return count

    def _add(self, calls: Iterable[Call]) -> None:
        groups = CallGroups()
        for call in calls:
            groups.add(call)
        with self._lock:
            self._tally.add(groups)


class _Calls:
    """Makes one call after another, no more than two a second."""

    def __init__(self, call: Callable[..., dict[str, Any]], stopped: threading.Event) -> None:
        self._call, self._stopped = call, stopped
        self._next = 0.0

    def ask(self, **asked: object) -> dict[str, Any]:
        """Call when it is time to; raise _StoppedError if nothing more is to be asked."""
        if self._stopped.wait(max(0.0, self._next - time.monotonic())):
            raise _StoppedError
        self._next = max(self._next, time.monotonic()) + _BETWEEN_CALLS
        answer = self._call(**asked)
        if self._stopped.is_set():
            raise _StoppedError
        return answer


def _read_event(event: Any, key: str) -> Call | None:  # noqa: ANN401  # whatever AWS answers
    """Return the call of an event of the event history, None if it is of another key.

    Whatever is missing in an event of the key, it is a call: nothing may make a used key look unused.
    """
    if not isinstance(event, dict):
        raise BrokenAnswerError("AWS's answer holds an event that is not an object")
    try:
        record = _decode(event.get("CloudTrailEvent") or "")
    except (ValueError, TypeError, RecursionError):
        record = None
    call = read_call(record, (key,))
    if isinstance(call, Call):
        return call if call.at is not None else call._replace(at=_time_of(event))
    named = event.get("AccessKeyId")
    own = record.get("userIdentity") if isinstance(record, dict) else None
    if (named and named != key) or (isinstance(own, dict) and own.get("accessKeyId")):
        return None
    source, name, number = (_text_of(event, field) for field in ("EventSource", "EventName", "EventId"))
    return Call(key, number, _time_of(event), Caller("", "", NO_AGENT), "", Action(source, name, ""))


def _time_of(event: dict[str, Any]) -> datetime | None:
    at = event.get("EventTime")
    return at if isinstance(at, datetime) else None


def _text_of(event: dict[str, Any], field: str) -> str:
    text = event.get(field)
    return text if isinstance(text, str) else ""
