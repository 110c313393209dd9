"""Who uses a key, by the pages of event history: all of them, or one of each week."""

from datetime import datetime, timedelta, timezone

import pytest
from lookup_events_server import Happened, make_event

from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage import event_history
from checkov_keys.runtime.usage.enabled_regions import RegionChoice

KEY, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"
NOW = datetime(2026, 11, 29, 12, tzinfo=timezone.utc)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
HOME, AWAY = "us-east-1", "eu-west-1"


def spread(number, step=HOUR, key=KEY, first=NOW, **fields):
    """So many events of a key, each a step before the one before it."""
    return [make_event(key, first - each * step, each, **fields) for each in range(1, number + 1)]


def total(reading, key=KEY):
    (usage,) = [usage for usage in reading.usages if usage.key == key]
    return usage.calls.number + usage.denied.number


@pytest.mark.parametrize(
    ("expected", "events"),
    [
        (0, []),
        (0, spread(3, key=OTHER)),
        (1, spread(1)),
        (50, spread(50)),
        (3, [make_event(KEY, NOW - 90 * DAY), make_event(KEY, NOW - 89 * DAY), make_event(KEY, NOW)]),
    ],
)
def test_few_events_are_read_with_one_call(history_server, read_history, expected, events):
    """Up to 50 events of a region are one page, and their number is exact."""
    server = history_server({AWAY: events})
    reading = read_history(server, KEY, now=NOW)
    assert (expected, True, 1) == (total(reading), reading.usages[0].is_exact, len(server.calls_of_history))
    assert () == reading.coverage.list_sampled(KEY) == reading.coverage.list_faults(KEY)
    assert {
        "LookupAttributes": [{"AttributeKey": "AccessKeyId", "AttributeValue": KEY}],
        "StartTime": int((NOW - 90 * DAY).timestamp()),
        "MaxResults": 50,
    } == server.asked(AWAY)[0]


MANY = [
    ("even", spread(500, step=4 * HOUR)),
    ("all at once", spread(300, step=timedelta(0), first=NOW - 40 * DAY)),
    ("all on the last day", spread(400, step=timedelta(minutes=3))),
    ("old ones", spread(51, step=timedelta(seconds=1), first=NOW - 89 * DAY)),
    (
        "on the borders of weeks",
        [each for week in range(13) for each in spread(30, timedelta(0), first=NOW - week * WEEK)],
    ),
]


@pytest.mark.parametrize(("name", "events"), MANY)
def test_many_events_are_sampled(history_server, read_history, name, events):
    """A key with more than a page is sampled by the latest page of each week: its numbers are at least that."""
    server = history_server({AWAY: events})
    reading = read_history(server, KEY, now=NOW)
    (usage,) = reading.usages
    assert 50 <= total(reading) <= len(events), name
    assert len(server.asked(AWAY)) <= 14
    assert () == reading.coverage.list_faults(KEY)
    is_sampled = (AWAY,) == reading.coverage.list_sampled(KEY)
    assert usage.is_exact is not is_sampled
    assert is_sampled or len(events) == total(reading)


@pytest.mark.parametrize(("name", "events"), MANY)
def test_the_last_call_of_each_week_is_among_them(history_server, read_history, name, events):
    """Sampling finds the last call of a key, and a call in each of the weeks that has one."""
    reading = read_history(history_server({AWAY: events}), KEY, now=NOW)
    (usage,) = reading.usages
    times = [datetime.fromtimestamp(event.at, timezone.utc) for event in events]
    assert max(times) == usage.last_seen, name
    assert usage.calls.first < min(times) + WEEK


@pytest.mark.parametrize(("name", "events"), MANY)
def test_all_events_are_the_truth(history_server, read_history, name, events):
    """With --all-events, numbers are exactly those that happened."""
    server = history_server({AWAY: events, HOME: spread(70, key=OTHER)})
    reading = read_history(server, KEY, OTHER, all_events=True, now=NOW)
    assert [len(events), 70] == [total(reading, KEY), total(reading, OTHER)], name
    assert all(usage.is_exact for usage in reading.usages)
    assert () == reading.coverage.list_sampled(KEY)


def test_what_is_on_a_border_counts_once(history_server, read_history):
    """An event on the border of two windows is in both of them, and is one call."""
    crowd = spread(50, timedelta(0), first=NOW)
    borders = [make_event(KEY, NOW - week * WEEK, 100 + week) for week in range(1, 13)]
    reading = read_history(history_server({AWAY: [*crowd, *borders]}), KEY, now=NOW)
    assert 62 == total(reading)


def test_a_slow_clock_loses_no_event(history_server, read_history):
    """What happened after this machine's time is read, too."""
    server = history_server({AWAY: [make_event(KEY, NOW + timedelta(minutes=9)), *spread(60)]})
    reading = read_history(server, KEY, now=NOW)
    assert (61, NOW + timedelta(minutes=9)) == (total(reading), reading.usages[0].last_seen)


def test_all_regions_and_keys_are_read(history_server, read_history):
    """Each key is looked up in each region, and its calls add up."""
    server = history_server({HOME: spread(3), AWAY: [*spread(4), *spread(5, key=OTHER)], "ap-south-1": []})
    regions = []
    reading = read_history(server, KEY, OTHER, now=NOW, note_region=lambda: regions.append(1))
    # Events of one time and number have one id, in whatever region they are.
    assert [5, 4] == [total(reading, OTHER), total(reading, KEY)]
    assert 6 == len(server.calls_of_history)
    assert 3 == len(regions)


def test_own_calls_do_not_count(history_server, read_history):
    """What this program asked itself is not a use, whatever its version."""
    agent = "Boto3/1.35.99 md/Botocore#1.35.99 checkov-keys/1.0.0"
    events = spread(3, userAgent=agent, eventSource="iam.amazonaws.com", eventName="ListAccessKeys")
    reading = read_history(history_server({HOME: events}), KEY, now=NOW)
    (usage,) = reading.usages
    assert (0, None, 3, ()) == (total(reading), usage.last_seen, usage.own_calls.number, usage.callers)


def test_the_program_names_itself(history_server, read_history):
    """The calls that are made bear the name by which they are known again."""
    server = history_server({HOME: []})
    read_history(server, KEY, now=NOW)
    assert [] == [agent for agent in server.agents if "checkov-keys/" not in agent]
    assert server.agents


def test_regions_that_nobody_names_make_nothing_exact(history_server, read_history):
    """If there may be other regions, numbers are at least that, and it is said why."""
    reading = read_history(history_server({HOME: spread(2)}), KEY, unknown="nobody knows", now=NOW)
    assert (2, False) == (total(reading), reading.usages[0].is_exact)
    assert (("nobody knows", ()),) == reading.coverage.list_faults(KEY)


def test_no_more_than_two_calls_a_second(history_server, monkeypatch):
    """Calls of a region follow one another slowly enough, those included that are tried again."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    faults = {("LookupEvents", HOME): ["ok", "ThrottlingException", "ThrottlingException"]}
    server = history_server({HOME: spread(60)}, faults, lookups_a_second=2)
    session, choice = AwsSession(endpoint_url=server.url), RegionChoice((HOME,))
    event_history.read_event_history(session, [KEY], choice, max_wait=3, now=NOW)
    assert 3 <= len(server.calls_of_history) <= 7
    assert 0 == server.throttled


def test_the_pace_is_that_of_one_reading(history_server):
    """A client that is used again does not keep the pace of the reading before."""
    server = history_server({HOME: spread(1)})
    session, choice = AwsSession(endpoint_url=server.url), RegionChoice((HOME,))
    for _ in range(2):
        reading = event_history.read_event_history(session, [KEY], choice, now=NOW)
        assert 1 == total(reading)
    assert {} != session.client("cloudtrail", HOME).lookup_events(
        LookupAttributes=[{"AttributeKey": "AccessKeyId", "AttributeValue": KEY}]
    )


NO_TIME = Happened(KEY, None, None, "event", {})
ODD = [
    ("a whole event", make_event(KEY, NOW - DAY), True),
    ("without its record", make_event(KEY, NOW - DAY, text=None), True),
    ("a record that is not JSON", make_event(KEY, NOW - DAY, text="{"), True),
    ("a record that is not an object", make_event(KEY, NOW - DAY, text="[1]"), True),
    ("a record that is not a text", make_event(KEY, NOW - DAY, text=7), True),
    ("an empty record", make_event(KEY, NOW - DAY, text="{}"), True),
    ("a deep record", make_event(KEY, NOW - DAY, text='{"a":' + "[" * 100_000 + "]" * 100_000 + "}"), True),
    ("an endless number", make_event(KEY, NOW - DAY, text='{"a":' + "9" * 1_000_000 + "}"), True),
    ("a record without an identity", make_event(KEY, NOW - DAY, userIdentity=None), True),
    ("an identity that is a text", make_event(KEY, NOW - DAY, userIdentity="alice"), True),
    ("a key that is a list", make_event(KEY, NOW - DAY, userIdentity={"accessKeyId": [OTHER]}), True),
    ("a record of another key", make_event(KEY, NOW - DAY, userIdentity={"accessKeyId": OTHER}), True),
    ("a time of a record that nobody can read", make_event(KEY, NOW - DAY, eventTime="yesterday"), True),
    ("a time that nobody can read", make_event(KEY, NOW - DAY)._replace(at="yesterday"), True),
    ("no time at all", NO_TIME, False),
    ("a time beyond all calendars", NO_TIME._replace(fields={"EventTime": 1e300}), False),
    ("a time that is not a number", NO_TIME._replace(fields={"EventTime": float("nan")}), False),
    ("a time that is an object", NO_TIME._replace(fields={"EventTime": {}}), False),
    ("a lone surrogate", make_event(KEY, NOW - DAY, userAgent="\ud800"), True),
]


@pytest.mark.parametrize("all_events", [False, True])
@pytest.mark.parametrize(("name", "event", "has_time"), ODD)
def test_an_odd_event_is_a_call(history_server, read_history, name, event, has_time, all_events):
    """Whatever is missing in an event of the key, the key was used."""
    reading = read_history(history_server({HOME: [event]}), KEY, now=NOW, all_events=all_events)
    (usage,) = reading.usages
    assert 1 == total(reading), name
    assert (NOW - DAY if has_time else None) == usage.last_seen
    assert () == reading.coverage.list_faults(KEY)


@pytest.mark.parametrize(
    "fields",
    [
        {"AccessKeyId": OTHER, "CloudTrailEvent": None},
        {"AccessKeyId": OTHER, "CloudTrailEvent": "{}"},
        {"AccessKeyId": None, "CloudTrailEvent": '{"userIdentity": {"accessKeyId": "' + OTHER + '"}}'},
    ],
)
def test_an_event_of_another_key_is_not_a_call(history_server, read_history, fields):
    """A server that answers with events of another key does not make a key used."""
    event = make_event(KEY, NOW - DAY)._replace(fields=fields)
    assert 0 == total(read_history(history_server({HOME: [event]}), KEY, now=NOW))


def test_odd_events_are_told_apart_by_their_ids(history_server, read_history):
    """Events without records are as many as their ids, also if windows share them."""
    events = [NO_TIME._replace(id=str(number)) for number in range(60)]
    reading = read_history(history_server({HOME: events}), KEY, now=NOW)
    assert 50 == total(reading)
    assert (HOME,) == reading.coverage.list_sampled(KEY)


def test_a_page_in_another_order_loses_no_week(history_server, read_history):
    """If a page does not go back in time, all weeks are asked for."""
    server = history_server({HOME: spread(60, step=DAY)}, {("LookupEvents", (HOME, 1)): "unsorted"})
    assert 60 == total(read_history(server, KEY, now=NOW))
    assert 14 == len(server.asked(HOME))


def test_a_page_of_one_time_does_not_show_its_order(history_server, read_history):
    """What may have come before such a page is not left out, or it is said that there is more."""
    events = [make_event(KEY, NOW), *spread(50, timedelta(0), first=NOW - DAY)]
    reading = read_history(history_server({HOME: events}, {("LookupEvents", HOME): "unsorted"}), KEY, now=NOW)
    assert (50, (HOME,)) == (total(reading), reading.coverage.list_sampled(KEY))
    reading = read_history(history_server({HOME: events}), KEY, now=NOW)
    assert (51, True) == (total(reading), reading.usages[0].is_exact)


def test_what_fills_the_first_second_is_sampled(history_server, read_history):
    """More than a page in the first second of the 90 days is not all that there is."""
    events = spread(60, timedelta(0), first=NOW - 90 * DAY)
    reading = read_history(history_server({HOME: events}), KEY, now=NOW)
    assert (50, (HOME,)) == (total(reading), reading.coverage.list_sampled(KEY))
