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
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.history_coverage import NOT_REACHED, HistoryCoverage, Part
from checkov_keys.domain.usage import Call, CallGroups, KeyUsage, UsageTally
from checkov_keys.runtime.session.answers import list_pages
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, explained
from checkov_keys.runtime.session.worker_threads import Patience, as_they_end, threads
from checkov_keys.runtime.usage.events import read_call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from checkov_keys.runtime.session.aws_session import AwsSession
    from checkov_keys.runtime.usage.enabled_regions import RegionChoice

logger = logging.getLogger(__name__)

DAYS = 90
_WEEK, _SECOND = timedelta(days=7), timedelta(seconds=1)
_PAGE = 50  # events
_BETWEEN_CALLS = 0.5  # seconds, in each account and region
# A page may be empty although others follow: AWS does not say how many, and nobody waits longer than a minute for one.
_MOST_EMPTY_PAGES = 100
# With 50 events each, more than anybody would wait for: 14 hours.
_MOST_PAGES = 100_000
MAX_WAIT = 30 * 60  # seconds
# What is under way when somebody stops the reading is waited for so long, and looked at so often, in seconds.
_LAST_CALLS, _LOOK = 2, 0.05
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
            end = time.monotonic() + _LAST_CALLS
            while history.is_busy and time.monotonic() < end:
                time.sleep(_LOOK)
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
        self._busy: set[str] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a region is being read."""
        return bool(self._busy)

    def read(self, region: str) -> None:
        """Read the events of all keys in a region."""
        self._busy.add(region)
        try:
            client = self._session.client("cloudtrail", region)
            with _paced(client, self.stopped):
                for key in self._keys:
                    part = self._read_key(key, client.lookup_events)
                    with self._lock:
                        self._coverage.parts.setdefault((key, region), part)
        except AuditError as error:
            self.give_up(region, str(error))
        finally:
            self._busy.discard(region)

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

    def _read_key(self, key: str, ask: Callable[..., dict[str, Any]]) -> Part:
        read = partial(self._read_window, key, ask)
        try:
            # Without an end, so that a clock that is slow loses nothing.
            oldest, has_more = read(self._coverage.since, None)
            if not has_more:
                return Part()
            # The events of the last weeks may be on the first page already.
            end, is_sampled = oldest or self._coverage.until, oldest == self._coverage.since
            while end > self._coverage.since:
                start = max(end - _WEEK, self._coverage.since)
                is_sampled |= read(start, end)[1]
                end = start
        except _StoppedError:
            return NOT_REACHED
        except RecursionError:
            return Part(
                fault=explained("cannot look up events", BrokenAnswerError("AWS's answer is nested too deeply"))
            )
        except CALL_FAULTS as error:
            return Part(fault=explained("cannot look up events", error))
        return Part(is_sampled)

    def _read_window(
        self, key: str, ask: Callable[..., dict[str, Any]], start: datetime, end: datetime | None
    ) -> tuple[datetime | None, bool]:
        """Read a page of a window, or all of them; return how far back the page goes, and whether there are more.

        How far is None if the page does not tell. A page may be empty although others follow.
        """
        asked: dict[str, object] = {
            "LookupAttributes": [{"AttributeKey": "AccessKeyId", "AttributeValue": key}],
            "MaxResults": _PAGE,
            "StartTime": start,
        }
        if end is not None:
            asked["EndTime"] = end
        pages = list_pages(
            ask,
            "Events",
            place="NextToken",
            most_pages=_MOST_PAGES if self._all_events else _MOST_EMPTY_PAGES,
            **asked,
        )
        for page in pages:
            events = [event for event in page["Events"] if isinstance(event, dict)]
            found = [call for event in events if (call := _read_event(event, key)) is not None]
            self._add(found)
            if len(events) < len(page["Events"]):
                raise BrokenAnswerError("AWS's answer holds an event that is not an object")
            has_more = bool(page.get("NextToken"))
            if not has_more or (found and not self._all_events):
                return _find_oldest(events, start, end), has_more
        return None, False

    def _add(self, calls: Iterable[Call]) -> None:
        groups = CallGroups()
        for call in calls:
            groups.add(call)
        with self._lock:
            self._tally.add(groups)


@contextmanager
def _paced(client: Any, stopped: threading.Event) -> Iterator[None]:  # noqa: ANN401  # boto3 makes it at run time
    """Let a client make no more than two calls a second, those included that it tries again, and none once `stopped`.

    The calls raise _StoppedError then.
    """
    due = 0.0

    def wait(**_: object) -> None:
        nonlocal due
        if stopped.wait(max(0.0, due - time.monotonic())):
            raise _StoppedError
        due = time.monotonic() + _BETWEEN_CALLS

    # botocore emits it before each attempt, and takes what it returns for the answer, unless that is None.
    client.meta.events.register("before-send.cloudtrail", wait)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.cloudtrail", wait)


def _find_oldest(events: Sequence[dict[str, Any]], start: datetime, end: datetime | None) -> datetime | None:
    """Return how far back a page of a window goes, None if its events do not show their order, or are of another one.

    Times are those by which AWS sorts and chooses events. A question has whole seconds, so the one after is returned.
    """
    times = [_time_of(event) for event in events]
    known = [at for at in times if at is not None]
    if not known or len(known) < len(times) or known != sorted(known, reverse=True) or known[0] == known[-1]:
        return None
    if (end is not None and known[0] > end) or known[-1] < start.replace(microsecond=0):
        return None
    return max(known[-1].replace(microsecond=0) + bool(known[-1].microsecond) * _SECOND, start)


def _read_event(event: dict[str, Any], key: str) -> Call | None:
    """Return the call of an event of the event history, None if it is of another key.

    Whatever is missing in an event of the key, it is a call: nothing may make a used key look unused.
    """
    try:
        record = _decode(event.get("CloudTrailEvent") or "")
    except (ValueError, TypeError, RecursionError):
        record = None
    call = read_call(record, (key,))
    if not isinstance(call, Call):
        record = record if isinstance(record, dict) else {}
        identity = record.get("userIdentity")
        identity = identity if isinstance(identity, dict) else {}
        named = _text_of(event, "AccessKeyId") or _text_of(identity, "accessKeyId")
        if named not in ("", key):
            return None
        known = {name: _text_of(event, f"E{name[1:]}") for name in ("eventSource", "eventName")}
        known["eventID"] = _text_of(event, "EventId")
        call = read_call({**known, **record, "userIdentity": {**identity, "accessKeyId": key}}, (key,))
    if not isinstance(call, Call):
        raise BrokenAnswerError("AWS's answer holds an event that cannot be read")
    return call._replace(at=_time_of(event) or call.at)


def _time_of(event: dict[str, Any]) -> datetime | None:
    at = event.get("EventTime")
    return at if isinstance(at, datetime) else None


def _text_of(fields: dict[str, Any], name: str) -> str:
    text = fields.get(name)
    return text if isinstance(text, str) else ""
