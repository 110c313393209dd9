"""What fails while event history is read: it costs a key's region, is named, and makes no used key look unused."""

import _thread
import functools
import threading
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lookup_events_server import LookupEventsServer, make_event

from checkov_keys.domain.key_use import Sight, explain_use
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage import event_history
from checkov_keys.runtime.usage.enabled_regions import RegionChoice

KEY, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"
NOW = datetime(2026, 11, 29, 12, tzinfo=timezone.utc)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOME, AWAY = "us-east-1", "eu-west-1"


def spread(number, step=HOUR, key=KEY):
    return [make_event(key, NOW - each * step, each) for each in range(1, number + 1)]


def total(reading, key=KEY):
    (usage,) = [usage for usage in reading.usages if usage.key == key]
    return usage.calls.number + usage.denied.number


def few_pages(monkeypatch):
    """Give endless listings up soon."""
    for name in ("_MOST_PAGES", "_MOST_EMPTY_PAGES"):
        monkeypatch.setattr(event_history, name, 30)


FAULTS = [
    ("allow cloudtrail:LookupEvents", "AccessDeniedException"),
    ("has not enabled this region", "UnrecognizedClientException"),
    ("expired", "ExpiredTokenException"),
    ("throttles", "ThrottlingException"),
    ("InvalidNextTokenException", "InvalidNextTokenException"),
    ("lacks 'Events'", "not json"),
    ("lacks 'Events'", "no list"),
    ("unexpected form", "list of text"),
    ("nested too deeply", "nested"),
    ("lacks 'Events'", "endless digits"),
    ("not an object", "null"),
    ("repeat a NextToken", "same token"),
    ("does not end", "endless"),
    ("does not end", "empty"),
    ("check the network", "drop"),
    ("(307)", "redirect"),
]


@pytest.mark.parametrize("all_events", [False, True])
@pytest.mark.parametrize(("named", "fault"), FAULTS)
def test_a_fault_costs_its_region(history_server, read_history, assert_readable, monkeypatch, named, fault, all_events):
    """A region that fails is named, with why in one line; the calls in others are told."""
    few_pages(monkeypatch)
    server = history_server({HOME: spread(3), AWAY: []}, {("LookupEvents", AWAY): fault})
    reading = read_history(server, KEY, OTHER, now=NOW, all_events=all_events)
    assert [3, 0] == [total(reading), total(reading, OTHER)]
    for usage in reading.usages:
        ((reason, regions),) = reading.coverage.list_faults(usage.key)
        assert (AWAY,) == regions
        assert_readable(reason, named)
        assert not usage.is_exact


@pytest.mark.parametrize(("_", "fault"), FAULTS)
def test_a_fault_in_the_middle_keeps_what_was_read(history_server, read_history, monkeypatch, _, fault):
    """What came before a page that fails is told, and the rest is named as not read."""
    few_pages(monkeypatch)
    server = history_server({HOME: spread(70)}, {("LookupEvents", (HOME, 2)): fault})
    reading = read_history(server, KEY, now=NOW, all_events=True)
    assert 50 <= total(reading) <= 70
    assert total(reading) == 70 or reading.coverage.list_faults(KEY)
    assert reading.usages[0].is_exact is not bool(reading.coverage.list_faults(KEY))


def test_an_event_that_is_not_one_costs_no_other(history_server, read_history):
    """The other events of its page are calls."""
    reading = read_history(history_server({HOME: spread(3)}, {("LookupEvents", HOME): "null"}), KEY, now=NOW)
    assert 2 == total(reading)
    assert "not an object" in reading.coverage.list_faults(KEY)[0][0]


@pytest.mark.parametrize("all_events", [False, True])
def test_empty_pages_may_come_first(history_server, read_history, all_events):
    """A page without events that has a next one is not the end."""
    server = history_server({HOME: spread(70)}, {("LookupEvents", HOME): ["empty"] * 5})
    reading = read_history(server, KEY, now=NOW, all_events=all_events)
    assert 70 == total(reading)
    assert () == reading.coverage.list_faults(KEY)


def test_a_call_that_is_throttled_once_is_tried_again(history_server, read_history, monkeypatch):
    """Throttling costs time and no event."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    server = history_server({HOME: spread(3)}, {("LookupEvents", HOME): ["ThrottlingException"]})
    reading = read_history(server, KEY, now=NOW)
    assert (3, True) == (total(reading), reading.usages[0].is_exact)


def test_what_takes_too_long_is_named(history_server, read_history):
    """After --max-wait-minutes, what was read is told and what was not is named."""
    server = history_server({HOME: spread(3), AWAY: spread(2)}, {("LookupEvents", AWAY): "hang"})
    reading = read_history(server, KEY, OTHER, now=NOW, max_wait=1)
    assert (3, False) == (total(reading), reading.was_stopped)
    for key in (KEY, OTHER):
        assert (("it was not read in time", (AWAY,)),) == reading.coverage.list_faults(key)
    assert not reading.usages[0].is_exact


def test_ctrl_c_keeps_what_there_is(history_server, read_history, monkeypatch):
    """Whoever stops the reading gets what was read until then, and the names of what was not."""
    monkeypatch.setattr(event_history, "_LAST_CALLS", 0.2)
    faults = {("LookupEvents", AWAY): ["ok", "hang"]}
    server = history_server({HOME: spread(3), AWAY: [*spread(2, key=OTHER), *spread(2)]}, faults)
    reading = read_history(server, OTHER, KEY, now=NOW, note_region=_thread.interrupt_main)
    assert reading.was_stopped
    assert 3 == total(reading)
    assert (("it was not reached before reading was stopped", (AWAY,)),) == reading.coverage.list_faults(KEY)


def test_what_arrives_when_it_is_stopped_counts(history_server, read_history, monkeypatch):
    """The answer to a call that is under way is waited for a little, and nothing more is asked."""
    monkeypatch.setattr(event_history, "_LAST_CALLS", 20)
    slow = history_server({HOME: [], AWAY: spread(70)})
    is_asked = threading.Event()
    inner = slow._lookup  # noqa: SLF001  # of our own server

    def answer(region, *others):
        if region == AWAY:
            is_asked.set()
            threading.Event().wait(0.7)
        return inner(region, *others)

    slow._lookup = answer  # noqa: SLF001
    reading = read_history(slow, KEY, now=NOW, note_region=lambda: is_asked.wait(20) and _thread.interrupt_main())
    assert (True, 50, 1) == (reading.was_stopped, total(reading), len(slow.asked(AWAY)))
    assert (("it was not reached before reading was stopped", (AWAY,)),) == reading.coverage.list_faults(KEY)


def test_what_crashes_is_named(history_server, read_history, monkeypatch, caplog):
    """A fault of our own in one region is named, and is in the log."""
    server = history_server({HOME: spread(3), AWAY: []})
    read = event_history._History.read  # noqa: SLF001

    def crash(self, region):
        if region == AWAY:
            raise ZeroDivisionError
        read(self, region)

    monkeypatch.setattr(event_history._History, "read", crash)  # noqa: SLF001
    reading = read_history(server, KEY, now=NOW)
    assert 3 == total(reading)
    assert (("unexpected ZeroDivisionError: the log has its traceback", (AWAY,)),) == reading.coverage.list_faults(KEY)
    assert "the events of eu-west-1 could not be read" in caplog.text


def test_a_region_that_is_not_one_is_named(history_server, read_history):
    """A name that cannot be a part of a host name costs itself only."""
    server = history_server({HOME: spread(3)}, regions=[HOME, "not a region"])
    reading = read_history(server, KEY, now=NOW)
    assert 3 == total(reading)
    assert [("not a region",)] == [regions for _, regions in reading.coverage.list_faults(KEY)]


NAMES = ("us-east-1", "eu-west-1", "ap-south-1")
ONES = [fault for _, fault in FAULTS] + ["ok"]


@pytest.fixture(scope="module")
def random_server():
    """One server and one session for all random readings: new ones would take most of the time."""
    with LookupEventsServer(regions=NAMES) as server:
        yield server, functools.lru_cache(AwsSession)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    events=st.dictionaries(
        st.sampled_from(NAMES), st.lists(st.tuples(st.integers(0, 89 * 24), st.integers(1, 60)), max_size=4)
    ),
    faults=st.dictionaries(
        st.one_of(st.sampled_from(NAMES), st.tuples(st.sampled_from(NAMES), st.integers(1, 5))),
        st.one_of(st.sampled_from(ONES), st.lists(st.sampled_from(ONES), max_size=4)),
        max_size=3,
    ),
    unsorted=st.sets(st.sampled_from(NAMES)),
    all_events=st.booleans(),
)
@example(events={HOME: [(0, 1), (1, 50)]}, faults={}, unsorted={HOME}, all_events=False)
def test_whatever_fails_a_used_key_is_used(random_server, monkeypatch, events, faults, unsorted, all_events):
    """A key with an event where nothing failed is seen, and all that may be missing is named."""
    monkeypatch.setattr(event_history, "_BETWEEN_CALLS", 0.0)
    few_pages(monkeypatch)
    bursts = {
        region: [
            make_event(KEY, NOW - hour * HOUR, f"{region}{hour}-{n}") for hour, number in rows for n in range(number)
        ]
        for region, rows in events.items()
    }
    server, start_session = random_server
    server.events = bursts
    server.faults = {("LookupEvents", region): "unsorted" for region in unsorted}
    server.faults |= {
        ("LookupEvents", place): list(fault) if isinstance(fault, list) else fault for place, fault in faults.items()
    }
    server.calls_of_history.clear()
    session = start_session(endpoint_url=server.url)
    reading = event_history.read_event_history(session, [KEY], RegionChoice(NAMES), all_events=all_events, now=NOW)
    (usage,) = reading.usages
    coverage = reading.coverage
    failed = {region for _, regions in coverage.list_faults(KEY) for region in regions}
    truth = {event.id for happened in bursts.values() for event in happened}
    readable = [region for region, happened in bursts.items() if happened and region not in failed]
    sight = explain_use(None, usage, coverage.since, "event history").sight
    assert not readable or sight is Sight.SEEN
    assert total(reading) <= len(truth)
    assert usage.is_exact is not bool(failed or coverage.list_sampled(KEY))
    assert not usage.is_exact or total(reading) == len(truth)
    broken = {place if isinstance(place, str) else place[0] for place in faults}
    assert failed <= broken
