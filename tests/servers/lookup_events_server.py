"""CloudTrail's event history over HTTP on loopback, with IAM, STS, Account Management and EC2 beside it, that breaks
where it is told to. Standard library only.

with LookupEventsServer({"eu-west-1": [make_event(KEY, at)]}, {("LookupEvents", "eu-west-1"): "hang"}) as server:
    boto3.client("cloudtrail", "eu-west-1", endpoint_url=server.url, …)

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

import json
import re
import time
from collections import defaultdict, deque
from typing import NamedTuple
from urllib.parse import parse_qs

from breaking_account_server import BreakingAccountServer
from loopback_http import Answer

_JSON, _XML = "application/x-amz-json-1.1", "text/xml"
_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/")
_PAGE = 50
_FORBIDDEN = 403
_DENIED = {"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"}
# What is answered as it is, whatever was asked.
_BODIES = {
    "not json": "<html>Sign in to the network</html>",
    "no list": "{}",
    "list of text": '{"Events": "many"}',
    "nested": '{"Events": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "endless digits": '{"Events": [], "More": ' + "9" * 1_000_000 + "}",
}


class Happened(NamedTuple):
    """An event of the event history, of a key at a time (seconds since 1970, or whatever is answered instead).

    `text` is its CloudTrailEvent, None if it has none. `fields` are what else is answered of it, or instead.
    """

    key: str
    at: object
    text: object
    id: str
    fields: dict


def make_event(key, at, number=0, *, text="", **fields):
    """An event of a key at a time; `fields` are those of its record, `text` is given in place of the record."""
    seconds = int(at.timestamp())
    record = {
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "accountId": "123456789012", "accessKeyId": key, "userName": "alice"},
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "ec2.amazonaws.com",
        "eventName": "DescribeInstances",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli/2.15.30 Python/3.11.8",
        "eventID": f"event-{seconds}-{number}",
        "eventCategory": "Management",
        **fields,
    }
    return Happened(key, seconds, json.dumps(record) if text == "" else text, record["eventID"], {})


class LookupEventsServer(BreakingAccountServer):
    """An account with its users and keys, as BreakingAccountServer has them, and its events by region.

    `regions` are those that ListRegions and DescribeRegions name. `calls_of_history` has (region, time, what was asked)
    of every LookupEvents, and `agents` are the user agents that asked. Of those beyond `lookups_a_second` in a region,
    of which AWS allows two, `throttled` is the number; None allows any number.

    `faults` may also be of ("LookupEvents", region), ("LookupEvents", (region, n)) for the n-th call there from 1,
    ("ListRegions", "*") or ("DescribeRegions", "*"), each also for "*". Beside an error code of AWS, "ok", "drop" and
    "hang" they are:
      "endless"      there is always a next page         "same token"    the next page is always the same
      "empty"        no event, and a page that follows   "redirect"      another address is named
      "null"         the first event is null             "unsorted"      the oldest event comes first
      a key of _BODIES above
    """

    def __init__(self, events=None, faults=None, users=None, *, regions=None, lookups_a_second=None, **settings):
        self.events = events if events is not None else {}
        self.regions = list(regions if regions is not None else self.events)
        self.lookups_a_second = lookups_a_second
        self.calls_of_history = []
        self.throttled = 0
        self.agents = set()
        self._times = defaultdict(deque)
        super().__init__(users, faults, **settings)

    def asked(self, region):
        """What was asked of a region, call after call."""
        return [asked for where, _, asked in self.calls_of_history if where == region]

    def _answer(self, headers, body):
        scope = _SCOPE.search(headers.get("Authorization", ""))
        region, service = scope.groups() if scope else ("", "")
        if service == "cloudtrail":
            return self._history(headers, region, json.loads(body))
        if service == "account":
            return self._list_regions(json.loads(body))
        if service == "ec2":
            return self._describe_regions(parse_qs(body.decode()))
        return super()._answer(headers, body)

    def _history(self, headers, region, asked):
        assert headers["X-Amz-Target"].endswith(".LookupEvents")
        assert headers["Content-Type"] == _JSON
        now = time.monotonic()
        with self._lock:
            self.calls_of_history.append((region, now, asked))
            self.agents.add(headers["User-Agent"])
            number = len(self.asked(region))
            where = [("LookupEvents", place) for place in ((region, number), region, "*")]
            fault = next((self._take(place) for place in where if place in self.faults), "ok")
            if fault == "ok" and self._is_too_much(region, now):
                fault = "ThrottlingException"
        special = self._fault_answer(fault)
        if special != "none":
            return special
        return self._lookup(region, asked, fault)

    def _take(self, place):
        fault = self.faults[place]
        return (fault.pop(0) if fault else "ok") if isinstance(fault, list) else fault

    def _is_too_much(self, region, now):
        if self.lookups_a_second is None:
            return False
        times = self._times[region]
        # A tenth of a second is what calls may come closer together than they were made.
        while times and now - times[0] > 0.9:
            times.popleft()
        if len(times) >= self.lookups_a_second:
            self.throttled += 1
            return True
        times.append(now)
        return False

    def _fault_answer(self, fault):
        """The answer of a fault that is one whatever was asked, "none" if it is not."""
        if fault == "hang":
            self.stopped.wait()
        if fault in {"drop", "hang"}:
            return None
        if fault == "redirect":
            return Answer(307, b"", _JSON)
        if fault in _BODIES:
            return Answer(200, _BODIES[fault].encode(), _JSON)
        return _error(fault) if fault[0].isupper() else "none"

    def _lookup(self, region, asked, fault):
        if not 1 <= asked.get("MaxResults", _PAGE) <= _PAGE:
            return _error("InvalidMaxResultsException")
        start, end = asked.get("StartTime", 0), asked.get("EndTime", float("inf"))
        if start > end:
            return _error("InvalidTimeRangeException")
        (attribute,) = asked["LookupAttributes"]
        assert attribute["AttributeKey"] == "AccessKeyId"
        question = json.dumps([attribute, start, end, region])
        place, _, of = asked.get("NextToken", f"0 {question}").partition(" ")
        if of != question:
            return _error("InvalidNextTokenException")
        first = int(place)
        found = [
            event
            for event in self.events.get(region, ())
            if event.key == attribute["AttributeValue"] and _is_between(event.at, start, end)
        ]
        found.sort(key=_by_time, reverse=fault != "unsorted")
        last = first if fault == "empty" else first + asked.get("MaxResults", _PAGE)
        shown = [_show(event) for event in found[first:last]]
        if fault == "null":
            shown[:1] = [None]
        token = f"{last} {question}" if last < len(found) or fault == "endless" else None
        if fault == "same token":
            token = f"0 {question}"
        if fault == "empty":
            # It goes on at the same place, by another token.
            token = f"{first:0{len(place) + 1}d} {question}"
        answer = {"Events": shown, **({"NextToken": token} if token else {})}
        return Answer(200, json.dumps(answer).encode(), _JSON)

    def _list_regions(self, asked):
        self.calls.append(("ListRegions", json.dumps(asked.get("RegionOptStatusContains"))))
        special = self._fault_answer(self._fault("ListRegions", "*"))
        if special != "none":
            return special
        first = int(asked.get("NextToken", 0))
        last = first + 2
        regions = [{"RegionName": name, "RegionOptStatus": "ENABLED"} for name in self.regions[first:last]]
        more = {"NextToken": str(last)} if last < len(self.regions) else {}
        return Answer(200, json.dumps({"Regions": regions, **more}).encode(), "application/json")

    def _describe_regions(self, asked):
        self.calls.append(("DescribeRegions", asked.get("AllRegions", [""])[0]))
        fault = self._fault("DescribeRegions", "*")
        if fault[0].isupper():
            body = f"<Response><Errors><Error><Code>{fault}</Code><Message>no</Message></Error></Errors></Response>"
            return Answer(_FORBIDDEN, body.encode(), _XML)
        special = self._fault_answer(fault)
        if special != "none":
            return special
        items = "".join(f"<item><regionName>{name}</regionName></item>" for name in self.regions)
        body = f'<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><regionInfo>{items}'
        return Answer(200, f"{body}</regionInfo></DescribeRegionsResponse>".encode(), _XML)


def _is_between(at, start, end):
    """Whether an event is in a window, both of whose ends belong to it; one without a time is in each."""
    return not isinstance(at, (int, float)) or start <= at <= end


def _by_time(event):
    return event.at if isinstance(event.at, (int, float)) else 0


def _show(event):
    shown = {
        "EventId": event.id,
        "EventName": "DescribeInstances",
        "ReadOnly": "true",
        "AccessKeyId": event.key,
        "EventTime": event.at,
        "EventSource": "ec2.amazonaws.com",
        "Username": "alice",
        "Resources": [],
        "CloudTrailEvent": event.text,
        **event.fields,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _error(code):
    message = {
        "AccessDeniedException": "User: arn:aws:iam::123456789012:user/auditor is not authorized to perform it",
        "UnrecognizedClientException": "The security token included in the request is invalid.",
        "ThrottlingException": "Rate exceeded",
    }.get(code, f"{code} happened")
    body = json.dumps({"__type": code, "message": message})
    return Answer(_FORBIDDEN if code in _DENIED else 400, body.encode(), _JSON)
