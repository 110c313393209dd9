"""One record of CloudTrail: the call that it tells of, or why it is none, whatever its fields are."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain.callers import NO_AGENT, Caller
from checkov_keys.domain.usage import Action, Call, SessionKind
from checkov_keys.runtime.usage.events import NoCall, read_call, read_time

KEY = "AKIAIOSFODNN7EXAMPLE"
NINE = datetime(2026, 3, 7, 9, tzinfo=timezone.utc)
ROLE = "arn:aws:iam::111122223333:role/deploy"
IDENTITY = {"type": "IAMUser", "accessKeyId": KEY}


NO_CALLS = {
    "another key": ({"userIdentity": {"accessKeyId": "AKIAANOTHER7EXAMPLE1"}}, NoCall.OTHER_KEY),
    "a key that begins with ours": ({"userIdentity": {"accessKeyId": f"{KEY}1"}}, NoCall.OTHER_KEY),
    "our key in another case": ({"userIdentity": {"accessKeyId": KEY.lower()}}, NoCall.OTHER_KEY),
    "a service of AWS": ({"userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}}, NoCall.NO_KEY),
    "our key as a parameter": (
        {"userIdentity": {"type": "IAMUser"}, "requestParameters": {"accessKeyId": KEY}},
        NoCall.NO_KEY,
    ),
    "an empty key": ({"userIdentity": {"accessKeyId": ""}}, NoCall.NO_KEY),
    "an insight": (
        {"userIdentity": None, "eventCategory": "Insight", "eventType": "AwsCloudTrailInsight"},
        NoCall.INSIGHT,
    ),
    "malformed: a key that is a list": ({"userIdentity": {"accessKeyId": [KEY]}}, NoCall.NO_KEY),
    "malformed: an identity that is a text": ({"userIdentity": KEY}, NoCall.NO_KEY),
}


@pytest.mark.parametrize(("fields", "reason"), NO_CALLS.values(), ids=NO_CALLS)
def test_records_of_others(make_record, fields, reason):
    """They are no calls of the key, and the reason says why."""
    assert reason is read_call(make_record(**fields), {KEY})


@pytest.mark.parametrize("record", [None, 5, "text", [], {}, {"awsAccountId": "111122223333"}, [["userIdentity"]]])
def test_what_is_not_a_record(record):
    """Anything else that JSON can hold is not one."""
    assert NoCall.NOT_A_RECORD is read_call(record, {KEY})


def test_a_call(make_record):
    """All that a record tells."""
    assert Call(
        KEY,
        "event-1",
        NINE,
        Caller("203.0.113.9", "", "AWS CLI v2"),
        "aws-cli/2.15.30 Python/3.11.8",
        Action("s3.amazonaws.com", "ListBuckets", "eu-west-1"),
    ) == read_call(make_record(), {KEY})


FIELDS = {
    "no user agent": ({"userAgent": None}, "caller", Caller("203.0.113.9", "", NO_AGENT)),
    "no address": ({"sourceIPAddress": None}, "caller", Caller("", "", "AWS CLI v2")),
    "invoked by a service": (
        {
            "userIdentity": {**IDENTITY, "invokedBy": "athena.amazonaws.com"},
            "sourceIPAddress": "athena.amazonaws.com",
            "userAgent": "athena.amazonaws.com",
        },
        "caller",
        Caller("", "athena.amazonaws.com", "athena.amazonaws.com"),
    ),
    "no id": ({"eventID": None}, "id", ""),
    "the id that several accounts share": ({"sharedEventID": "shared"}, "id", "shared"),
    "a time with an offset": ({"eventTime": "2026-03-07T10:00:00+01:00"}, "at", NINE),
    "a time without a zone": ({"eventTime": "2026-03-07T09:00:00"}, "at", NINE),
    "no time": ({"eventTime": None}, "at", None),
    "malformed: a time": ({"eventTime": "yesterday"}, "at", None),
    "malformed: a time that is a number": ({"eventTime": 1772874000}, "at", None),
    "malformed: a time before all times": ({"eventTime": "0001-01-01T00:00:00+14:00"}, "at", None),
    "malformed: fields of all types": (
        {"eventSource": 1, "eventName": [], "awsRegion": {}, "errorCode": False},
        "action",
        Action("", "", ""),
    ),
    "a very long field is cut": (
        {"awsRegion": "x" * 10_000},
        "action",
        Action("s3.amazonaws.com", "ListBuckets", "x" * 256),
    ),
    "a management event": ({}, "is_data", False),
    "a data event": ({"eventCategory": "Data", "managementEvent": False}, "is_data", True),
    "a data event of old": ({"eventCategory": None, "managementEvent": False}, "is_data", True),
    "an answer": ({}, "is_denied", False),
    "another error": ({"errorCode": "NoSuchBucketPolicy"}, "is_denied", False),
    "another error of EC2": ({"errorCode": "Client.InvalidVpcID.NotFound"}, "is_denied", False),
    "throttled": ({"errorCode": "ThrottlingException"}, "is_denied", False),
    "denied": ({"errorCode": "AccessDenied"}, "is_denied", True),
    "denied in other words": ({"errorCode": "AccessDeniedException"}, "is_denied", True),
    "denied by EC2": ({"errorCode": "Client.UnauthorizedOperation"}, "is_denied", True),
    "denied by EC2 of old": ({"errorCode": "UnauthorizedOperation"}, "is_denied", True),
    "denied by SNS": ({"errorCode": "AuthorizationError"}, "is_denied", True),
}


@pytest.mark.parametrize(("fields", "name", "value"), FIELDS.values(), ids=FIELDS)
def test_single_fields(make_record, fields, name, value):
    """A record with the key is a call, whatever is missing or wrong in it."""
    assert value == getattr(read_call(make_record(**fields), {KEY}), name)


def make_session(action, expiration, **asked):
    """The fields of a record that makes a session."""
    return {
        "eventSource": "sts.amazonaws.com",
        "eventName": action,
        "requestParameters": asked,
        "responseElements": {"credentials": {"accessKeyId": "ASIAEXAMPLE", "expiration": expiration}},
    }


HALF_PAST_TWELVE = datetime(2026, 3, 7, 12, 30, tzinfo=timezone.utc)
ASSUME = SessionKind("AssumeRole", ROLE)
SESSIONS = {
    "not of STS": ({"eventName": "AssumeRole"}, None, None),
    "another action of STS": ({"eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity"}, None, None),
    "denied": ({**make_session("AssumeRole", None, roleArn=ROLE), "errorCode": "AccessDenied"}, None, None),
    "a role": (make_session("AssumeRole", "Mar 7, 2026, 12:30:00 PM", roleArn=ROLE), ASSUME, HALF_PAST_TWELVE),
    "as newer Java writes it": (
        make_session("AssumeRole", "Mar 7, 2026, 12:30:00\u202fPM", roleArn=ROLE),
        ASSUME,
        HALF_PAST_TWELVE,
    ),
    "as older Java writes it": (
        make_session("AssumeRole", "Mar 7, 2026 12:30:00 AM", roleArn=ROLE),
        ASSUME,
        HALF_PAST_TWELVE.replace(hour=0),
    ),
    "in ISO 8601": (make_session("AssumeRole", "2026-03-07T12:30:00Z", roleArn=ROLE), ASSUME, HALF_PAST_TWELVE),
    "only for how long": (
        make_session("AssumeRole", None, roleArn=ROLE, durationSeconds=12_600),
        ASSUME,
        HALF_PAST_TWELVE,
    ),
    "for how long, as a text": (
        make_session("GetSessionToken", None, durationSeconds="3600"),
        SessionKind("GetSessionToken", ""),
        NINE.replace(hour=10),
    ),
    "neither": (make_session("GetFederationToken", None, name="bob"), SessionKind("GetFederationToken", "bob"), None),
    "malformed: no answer": (
        {**make_session("AssumeRole", None), "responseElements": None},
        SessionKind("AssumeRole", ""),
        None,
    ),
    "malformed: the credentials are a list": (
        {**make_session("AssumeRole", None), "responseElements": {"credentials": []}},
        SessionKind("AssumeRole", ""),
        None,
    ),
    "malformed: a day that is none": (
        make_session("AssumeRole", "Feb 31, 2026, 12:30:00 PM"),
        SessionKind("AssumeRole", ""),
        None,
    ),
    "malformed: a month that is none": (
        make_session("AssumeRole", "Foo 3, 2026, 12:30:00 PM"),
        SessionKind("AssumeRole", ""),
        None,
    ),
    "malformed: far too long": (
        make_session("AssumeRole", None, durationSeconds=10**9),
        SessionKind("AssumeRole", ""),
        None,
    ),
    "malformed: a duration": (
        make_session("AssumeRole", None, durationSeconds=True),
        SessionKind("AssumeRole", ""),
        None,
    ),
}


@pytest.mark.parametrize(("fields", "kind", "end"), SESSIONS.values(), ids=SESSIONS)
def test_sessions(make_record, fields, kind, end):
    """What a session was made for, and when it ends, if that is told."""
    call = read_call(make_record(**fields), {KEY})
    assert (kind, end) == (call.session, call.session_end)


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=30)),
    lambda values: st.one_of(st.lists(values, max_size=3), st.dictionaries(st.text(max_size=8), values, max_size=3)),
    max_leaves=6,
)
TIMES = ("eventTime", "eventVersion")
NAMED = ("eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent", "errorCode", "eventID")
OBJECTS = ("requestParameters", "responseElements", "managementEvent", "eventCategory", "sharedEventID")
NAMES = st.sampled_from((*TIMES, *NAMED, *OBJECTS))


@given(ANYTHING, st.dictionaries(NAMES, ANYTHING), ANYTHING)
def test_nothing_raises(anything, fields, invoked):
    """Any JSON at all has an answer; a record with the key is a call."""
    assert isinstance(read_call(anything, {KEY}), NoCall)
    sts = {"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole"}
    for record in (fields, {**fields, **sts}):
        call = read_call({**record, "userIdentity": {"accessKeyId": KEY, "invokedBy": invoked}}, {KEY})
        assert isinstance(call, Call)
        assert call.fingerprint()


@given(ANYTHING)
def test_times_are_in_utc(anything):
    """Whatever is given, a time that comes back is in UTC."""
    found = read_time(anything)
    assert found is None or found.tzinfo is timezone.utc
