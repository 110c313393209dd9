"""CloudFormation's look-up of stacks by physical id, which moto leaves out, over HTTP on loopback."""

import re
import threading
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from loopback_http import Answer, LoopbackServer

_REGION = re.compile(r"Credential=[^/]+/\d+/([^/]+)/")
_FIRST = 100  # resources that DescribeStackResources answers
_DATE = "2026-01-02T03:04:05.678Z"
_NO_XML = {"garbage": b"nothing like XML <", "html": b"<html><body>Sign in to the network</body></html>"}


class StackServer:
    """Knows the stacks of an account.

    `stacks` maps (region, stack name) to resources: dicts by the names of AWS's fields, where the type and the status
    may be left out, and None leaves a field out of the answer.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html

    `faults` maps (action, region, or "*") to an error code of AWS, "garbage", "html", "drop", or "without:Name" (the
    answer lacks all elements of that name); a list is one fault a call, then all is well ("ok" is no fault).
    `only_one` answers the first resource alone that has the id, as AWS has been seen to.
    `calls` lists every (action, region, what is asked for).
    """

    def __init__(self, stacks, faults=None, *, only_one=False, page=100):
        self.stacks, self.only_one, self.page = stacks, only_one, page
        self.faults = {key: list(fault) if isinstance(fault, list) else fault for key, fault in (faults or {}).items()}
        self.calls = []
        self._lock = threading.Lock()
        self._server = LoopbackServer(self._answer)
        self.url = self._server.url

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop()

    def _answer(self, headers, body):
        asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        region, action = _REGION.search(headers["Authorization"])[1], asked["Action"]
        with self._lock:
            self.calls.append((action, region, asked.get("PhysicalResourceId") or asked["StackName"]))
            fault = self._fault(action, region)
        if fault == "drop":
            return None
        if fault in _NO_XML:
            return Answer(200, _NO_XML[fault])
        name, _, element = fault.partition(":")
        if name not in ("ok", "without"):
            return _error(fault, _message(fault, action))
        answer = getattr(self, f"_{action}")(region, asked)
        if isinstance(answer, str) and element:
            answer = re.sub(rf"<{element}>.*?</{element}>", "", answer, flags=re.DOTALL)
        return answer if isinstance(answer, Answer) else Answer(200, _whole(action, answer))

    def _fault(self, action, region):
        fault = self.faults.get((action, region), self.faults.get((action, "*"), "ok"))
        if isinstance(fault, list):
            return fault.pop(0) if fault else "ok"
        return fault

    def _DescribeStackResources(self, region, asked):
        wanted = asked["PhysicalResourceId"]
        for (where, stack), resources in self.stacks.items():
            having = [resource for resource in resources if resource.get("PhysicalResourceId") == wanted]
            if where == region and having:
                names = {"StackName": stack, "StackId": _stack_id(region, stack)}
                told = having[:1] if self.only_one else resources[:_FIRST]
                members = "".join(_member({**names, "Timestamp": _DATE, **resource}) for resource in told)
                return f"<StackResources>{members}</StackResources>"
        return _error("ValidationError", f"Stack for {wanted} does not exist")

    def _ListStackResources(self, region, asked):
        start = int(asked.get("NextToken", 0))
        for (where, stack), resources in self.stacks.items():
            if where == region and _stack_id(region, stack) == asked["StackName"]:
                told = resources[start : start + self.page]
                members = "".join(_member({"LastUpdatedTimestamp": _DATE, **resource}) for resource in told)
                more = start + self.page
                token = f"<NextToken>{more}</NextToken>" if more < len(resources) else ""
                return f"<StackResourceSummaries>{members}</StackResourceSummaries>{token}"
        return _error("ValidationError", f"Stack with id {asked['StackName']} does not exist")


def _stack_id(region, stack):
    return f"arn:aws:cloudformation:{region}:123456789012:stack/{stack}/0a1b"


def _member(resource):
    fields = {"ResourceType": "AWS::IAM::AccessKey", "ResourceStatus": "CREATE_COMPLETE", **resource}
    told = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items() if text is not None)
    return f"<member>{told}</member>"


def _whole(action, answer):
    result = f"<{action}Result>{answer}</{action}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>"
    return (
        f'<{action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">{result}</{action}Response>'
    ).encode()


def _message(code, action):
    return {
        "AccessDenied": f"User: arn:aws:iam::123456789012:user/auditor is not authorized to perform: "
        f"cloudformation:{action} because no identity-based policy allows the cloudformation:{action} action",
        "Throttling": "Rate exceeded",
        "ExpiredToken": "The security token included in the request is expired",
        "InvalidClientTokenId": "The security token included in the request is invalid.",
        "ValidationError": "1 validation error detected",
    }.get(code, f"{code} happened")


def _error(code, message):
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    text = (
        '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">'
        f"{error}<RequestId>0</RequestId></ErrorResponse>"
    )
    return Answer({"ServiceUnavailable": 503}.get(code, 400), text.encode())
