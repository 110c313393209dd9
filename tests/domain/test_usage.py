"""Who uses a key: the same whatever the order, the parts and the repetitions in which events come."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain import usage
from checkov_keys.domain.bounded_table import Count
from checkov_keys.domain.callers import PROGRAM, Caller
from checkov_keys.domain.usage import (
    Action,
    Call,
    CallCounts,
    CallGroups,
    GroupName,
    KeyUsage,
    SessionKind,
    Span,
    UsageTally,
)

NOON = datetime(2026, 3, 7, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
ALICE = Caller("203.0.113.9", "", "Terraform")
JOB = Caller("", "lambda.amazonaws.com", "lambda.amazonaws.com")
LIST = Action("s3.amazonaws.com", "ListBuckets", "eu-west-1")
GET = Action("iam.amazonaws.com", "GetUser", "us-east-1")
ROLE = SessionKind("AssumeRole", "arn:aws:iam::111122223333:role/deploy")


def make_call(number=1, **fields):
    """A call of its own for each number."""
    return Call(
        **{"key": "A", "id": f"event-{number}", "at": NOON, "caller": ALICE, "agent": "x", "action": LIST, **fields}
    )


def sum_up(*parts, keys=("A",), **limits):
    """The usage of keys after these parts, each a list of calls."""
    tally = UsageTally(keys, **limits)
    for part in parts:
        groups = CallGroups()
        for call in part:
            groups.add(call)
        tally.add(groups)
    return tally.sum_up()


def test_a_key_that_nobody_uses():
    """It has no callers, and exactly no calls."""
    (found,) = sum_up()
    assert (KeyUsage("A"), None, "exactly 0") == (found, found.last_seen, str(found.count_calls(found.calls)))


def test_another_key_does_not_count():
    """Calls of keys that were not asked for are left out, and each key has its own."""
    first, second = sum_up([make_call(), make_call(2, key="B"), make_call(3, key="C")], keys=("B", "A"))
    assert (("A", 1), ("B", 1)) == ((first.key, first.calls.number), (second.key, second.calls.number))


def test_what_a_caller_did():
    """Calls, denied calls apart, actions in order, and the callers by their last call."""
    (found,) = sum_up(
        [
            make_call(1, at=NOON + HOUR, action=LIST),
            make_call(2, at=NOON - HOUR, action=LIST),
            make_call(3, action=GET, is_denied=True),
            make_call(4, caller=JOB, at=NOON + 2 * HOUR, is_data=True),
        ]
    )
    job, alice = found.callers
    assert (JOB, ALICE) == (job.caller, alice.caller)
    assert (Span(2, NOON - HOUR, NOON + HOUR), Span(1, NOON, NOON)) == (alice.calls, alice.denied)
    assert [(GET, 0, 1), (LIST, 2, 0)] == [(use.action, use.calls.number, use.denied.number) for use in alice.actions]
    assert (3, 1, NOON + 2 * HOUR, True) == (
        found.calls.number,
        found.denied.number,
        found.last_seen,
        found.has_data_events,
    )


def test_a_key_that_is_only_denied_is_in_use():
    """Whoever is denied still calls with it."""
    (found,) = sum_up([make_call(is_denied=True)])
    assert (NOON, Span()) == (found.last_seen, found.calls)


def test_an_event_that_came_twice():
    """It counts once, also within one part; another event of the same kind and second counts."""
    (found,) = sum_up([make_call(1), make_call(1)], [make_call(1), make_call(2)])
    assert Span(2, NOON, NOON) == found.calls


def test_events_without_an_id():
    """They are seen, but they cannot be told from one that came twice: there are at least so many."""
    (found,) = sum_up([make_call(id=""), make_call(id=""), make_call(2)])
    assert Count(2, is_exact=False) == found.count_calls(found.calls)


def test_a_call_without_a_time():
    """It counts, and says nothing of when."""
    (found,) = sum_up([make_call(at=None), make_call(2, at=None)])
    assert (Span(2), None) == (found.calls, found.last_seen)


def test_sessions_are_told_by_what_they_are_for():
    """How many were made, and when the last one ends: that is how long the key's work goes on without it."""
    ends = (NOON + HOUR, NOON + 2 * HOUR, None)
    calls = [make_call(number, session=ROLE, session_end=end) for number, end in enumerate(ends)]
    (found,) = sum_up(calls, [make_call(9, session=SessionKind("GetSessionToken", ""))])
    assert [(ROLE, 3, NOON + 2 * HOUR), (("GetSessionToken", ""), 1, None)] == [
        (use.kind, use.made.number, use.last_end) for use in found.sessions
    ]
    assert 4 == found.calls.number


def test_user_agents_are_kept_as_they_were_written():
    """Up to five of a caller, and whether there are more."""
    agents = [f"agent-{number}" for number in range(8)]
    (few,) = sum_up([make_call(number, agent=agent) for number, agent in enumerate(agents[:5])])
    (many,) = sum_up([make_call(number, agent=agent) for number, agent in enumerate(agents)])
    assert [(tuple(agents[:5]), False), (tuple(agents[:5]), True)] == [
        (use.agents, use.has_more_agents) for (use,) in (few.callers, many.callers)
    ]


CALLS = st.lists(
    st.builds(
        make_call,
        st.integers(0, 30),
        key=st.sampled_from("AB"),
        id=st.sampled_from(["", *(f"event-{number}" for number in range(20))]),
        at=st.one_of(st.none(), st.integers(0, 3).map(lambda hours: NOON + hours * HOUR)),
        caller=st.sampled_from([ALICE, JOB, *(Caller(f"10.0.0.{n}", "", "boto3") for n in range(6))]),
        agent=st.sampled_from("abcdefgh"),
        action=st.sampled_from([LIST, GET, *(Action("ec2.amazonaws.com", f"Do{n}", "eu-west-1") for n in range(6))]),
        is_denied=st.booleans(),
        session=st.sampled_from([None, ROLE]),
        session_end=st.sampled_from([None, NOON, NOON + HOUR]),
        is_data=st.booleans(),
    ),
    max_size=40,
)


@given(CALLS, st.randoms(), st.integers(1, 6), st.sampled_from([1, 3, 1000]))
def test_order_parts_and_repetitions_do_not_matter(calls, random, parts, most):
    """Any order, any split into parts and any repetition give the same result, also where callers are left out."""
    again = [*calls, *random.sample(calls, random.randint(0, len(calls)))]
    random.shuffle(again)
    split = [again[part::parts] for part in range(parts)]
    limits = {"keys": ("A", "B"), "most_callers": most}
    assert sum_up(calls, **limits) == sum_up(*split, **limits)


@given(CALLS)
def test_the_numbers_are_those_of_a_naive_count(calls):
    """Distinct events, counted with Python's own sets, one caller at a time."""
    (found,) = sum_up(calls)
    # A call that starts no session has no end of a session.
    distinct = {
        call._replace(is_data=False, session_end=call.session and call.session_end) for call in calls if call.key == "A"
    }
    for is_denied, whole in ((False, found.calls), (True, found.denied)):
        these = [call for call in distinct if call.is_denied is is_denied]
        assert len(these) == whole.number
        for use in found.callers:
            span = use.denied if is_denied else use.calls
            assert sum(call.caller == use.caller for call in these) == span.number
    times = [call.at for call in distinct if call.at]
    assert (max(times) if times else None) == found.last_seen
    assert all(call.id for call in distinct) is found.is_exact


def test_callers_are_bounded(monkeypatch):
    """A thousand callers leave ten, the rest together, and no call is lost; the same holds for actions."""
    monkeypatch.setattr(usage, "MOST_ACTIONS", 5)
    calls = [make_call(n, caller=Caller(f"10.0.{n // 250}.{n % 250}", "", "boto3")) for n in range(1000)]
    calls += [make_call(2000 + n, action=Action("ec2.amazonaws.com", f"Do{n}", "")) for n in range(20)]
    (found,) = sum_up(calls, most_callers=10)
    # 991 more, of which a hundred are told apart.
    assert (10, Count(100, is_exact=False)) == (len(found.callers), found.more_callers)
    assert 1020 == found.calls.number == found.others[0].number + sum(use.calls.number for use in found.callers)
    (alone,) = sum_up(calls[1000:])
    assert (5, Count(15), 20) == (
        len(alone.callers[0].actions),
        alone.callers[0].more_actions,
        alone.callers[0].calls.number,
    )


@pytest.mark.parametrize("parts", [1, 7])
def test_more_events_than_can_be_told_apart(parts):
    """It says at least so many, and a caller that came too late to be counted is still seen."""
    calls = [make_call(number) for number in range(50)]
    late = make_call(99, caller=JOB, at=NOON + HOUR)
    (found,) = sum_up(*(calls[part::parts] for part in range(parts)), [late], most_events=20)
    assert "at least 20" == str(found.count_calls(found.calls))
    assert (JOB, "at least 1", NOON + HOUR) == (
        found.callers[0].caller,
        str(found.count_calls(found.callers[0].calls)),
        found.last_seen,
    )


READ_KEYS = Action("iam.amazonaws.com", "ListAccessKeys", "us-east-1")
US = Caller("203.0.113.9", "", PROGRAM)


def test_calls_by_which_this_program_reads():
    """They are counted apart, and are no reason to keep a key; what somebody else does is."""
    own = make_call(1, caller=US, at=NOON + HOUR, action=READ_KEYS)
    alone = sum_up([own])[0]
    assert (None, Span(1, NOON + HOUR, NOON + HOUR), ()) == (alone.last_seen, alone.own_calls, alone.callers)
    assert NOON == sum_up([own, make_call(2)])[0].last_seen


@pytest.mark.parametrize(
    "fields",
    [
        {"action": Action("iam.amazonaws.com", "CreateUser", "us-east-1")},
        {"action": Action("s3.amazonaws.com", "DeleteBucket", "us-east-1")},
        {"action": Action("sts.amazonaws.com", "AssumeRole", "us-east-1"), "session": ROLE},
        {"action": Action("", "", "")},
        {"action": READ_KEYS, "caller": Caller("203.0.113.9", "", "boto3")},
    ],
)
def test_whoever_gives_themselves_its_name(fields):
    """For anything but those calls, they are a caller as any other."""
    (found,) = sum_up([make_call(1, **{"caller": US, **fields})])
    assert (NOON, 1, 0) == (found.last_seen, found.calls.number, found.own_calls.number)


@given(
    st.lists(st.tuples(st.sampled_from([ALICE, JOB]), st.sampled_from([None, ROLE]), st.booleans(), st.integers(0, 5)))
)
def test_calls_that_were_counted_already(rows):
    """Adding how many calls a group has is adding them one by one."""
    tally, calls = UsageTally(["A"]), []
    for number, (caller, session, is_denied, hours) in enumerate(rows):
        end = NOON + HOUR if session else None
        calls += [
            make_call(
                f"{number}-{hour}",
                caller=caller,
                session=session,
                session_end=end,
                is_denied=is_denied,
                at=NOON + hour * HOUR,
            )
            for hour in range(hours + 1)
        ]
        name = GroupName("A", caller, LIST, is_denied, session)
        tally.add_counts(name, CallCounts(hours + 1, NOON, NOON + hours * HOUR, ("x",), end))
    assert sum_up(calls) == tally.sum_up()


def test_counts_of_other_keys_and_without_ids():
    """Those of other keys do not count; without ids, they are at least so many."""
    tally = UsageTally(["A"])
    tally.add_counts(GroupName("B", ALICE, LIST, is_denied=False, session=None), CallCounts(2, NOON, NOON, ("x",)))
    tally.add_counts(
        GroupName("A", ALICE, LIST, is_denied=False, session=None),
        CallCounts(3, None, None, ("x",), lacks_ids=True, has_data_events=True),
    )
    (found,) = tally.sum_up()
    assert ("at least 3", None, True) == (str(found.count_calls(found.calls)), found.last_seen, found.has_data_events)
