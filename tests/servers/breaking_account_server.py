"""A small IAM and STS over HTTP on loopback that breaks where it is told to. Standard library only.

with BreakingAccountServer({"alice": ["Active"]}, faults={("ListAccessKeys", "alice"): "AccessDenied"}) as server:
    boto3.client("iam", endpoint_url=server.url, …)
"""

import base64
import re
import threading
import time
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from loopback_http import Answer, LoopbackServer

_HTTP_STATUS = {
    "NoSuchEntity": 404,
    "Throttling": 400,
    "ServiceUnavailable": 503,
    "InternalFailure": 500,
    "ReportNotPresent": 410,
}
_FORBIDDEN = 403
_NO_ANSWERS = {
    "garbage": "nothing like XML <",
    "html": "<html><body>Sign in to the network</body></html>",
}
_NOT_FOUND = {
    "GetLoginProfile": "Login Profile for User {} cannot be found.",
    "ListEntitiesForPolicy": "Policy does not exist or is not attachable.",
}
_REQUEST_ID = "<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>"


class BreakingAccountServer:
    """One account with its users, keys and faults.

    `users` maps a name, with its path where it has one ("/division/team/bob"), to the statuses of its keys; None is a
    key without a Status. `key_id` tells the id that a key gets. `last_uses` maps key ids to (date, service, region).
    `tags` maps names to (key, value) pairs. `root_keys` is the number that GetAccountSummary says, `quarantined` maps
    names of AWS's policies to the names of users, `passwords` are the names of users with one, `mailers` those that
    may use SES, `report` is the credential report (CSV), None if AWS has made none yet.

    `faults` maps (action, subject) to what happens instead of the answer. The subject is a user name, a key id, the
    number of a page of ListUsers (from 1), or "*". A list happens call after call, and then all is well. A fault is
    one of:
      an error code of AWS (AccessDenied, Throttling, NoSuchEntity, …); "ok"
      "garbage"       200 and no XML            "html"       200 and well-formed XML that is something else
      "drop"          the connection is closed  "no marker"  IsTruncated, and no Marker to go on from
      "hang"          no answer until the server stops
      "without:Name"  the answer lacks all elements of that name
      "doubled:Name"  the answer has each element of that name twice

    `calls` lists every (action, subject). `calls_a_second` throttles what goes beyond, `delay` is seconds a call.
    """

    def __init__(
        self,
        users=None,
        faults=None,
        last_uses=None,
        *,
        account="123456789012",
        partition="aws",
        page_size=100,
        key_page_size=100,
        tags=None,
        tag_page_size=100,
        root_keys=0,
        quarantined=None,
        passwords=(),
        mailers=(),
        report=None,
        calls_a_second=None,
        delay=0.0,
    ):
        self.paths = {}
        self.keys = {}
        for path_and_name, statuses in (users or {}).items():
            path, _, name = path_and_name.rpartition("/")
            self.paths[name] = f"{path}/"
            self.keys[name] = list(statuses)
        self.faults = {
            where: list(fault) if isinstance(fault, list) else fault for where, fault in (faults or {}).items()
        }
        self.last_uses = last_uses or {}
        self.tags, self.tag_page_size = tags or {}, tag_page_size
        self.root_keys, self.quarantined, self.passwords = root_keys, quarantined or {}, set(passwords)
        self.mailers = set(mailers)
        self.report = report
        self.account, self.partition = account, partition
        self.page_size, self.key_page_size = page_size, key_page_size
        self.calls_a_second, self.delay = calls_a_second, delay
        self.calls = []
        self.stopped = threading.Event()
        self._second, self._calls_in_second = 0, 0
        self._lock = threading.Lock()
        self._server = LoopbackServer(self._answer)
        self.url = self._server.url

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self._server.stop()

    def arn(self, name):
        return f"arn:{self.partition}:iam::{self.account}:user{self.paths[name]}{name}"

    def key_id(self, name, number=0):
        return f"AKIA{list(self.keys).index(name):08d}{number:04d}"

    def calls_of(self, action):
        return [subject for called, subject in self.calls if called == action]

    def _answer(self, headers, body):
        parameters = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        parameters["token"] = headers.get("X-Amz-Security-Token", "")
        answered = self.handle(parameters)
        return answered and Answer(answered[0], answered[1].encode())

    def handle(self, parameters):
        """Return HTTP status and body for a call; None closes the connection."""
        action = parameters["Action"]
        subject = parameters.get("UserName") or parameters.get("AccessKeyId") or self._page(parameters)
        if "PolicyArn" in parameters:
            subject = parameters["PolicyArn"].rpartition("/")[2]
        time.sleep(self.delay)
        with self._lock:
            self.calls.append((action, subject))
            fault = "Throttling" if self._throttled() else self._fault(action, subject)
        if fault == "hang":
            self.stopped.wait()
        if fault in {"drop", "hang"}:
            return None
        if fault in _NO_ANSWERS:
            return 200, _NO_ANSWERS[fault]
        name, _, element = fault.partition(":")
        if name not in {"ok", "no marker", "without", "doubled"}:
            return self._error(fault, action, parameters)
        answer = getattr(self, f"_{action}")(parameters)
        if name == "no marker":
            answer = re.sub("<Marker>.*?</Marker>", "", answer).replace(">false</IsTruncated", ">true</IsTruncated")
        if element:
            again = r"\g<0>\g<0>" if name == "doubled" else ""
            answer = re.sub(rf"<{element}>.*?</{element}>|<{element}/>", again, answer, flags=re.DOTALL)
        if answer in {"NoSuchEntity", "ReportNotPresent"}:
            return self._error(answer, action, parameters)
        return 200, (
            f'<{action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
            f"<{action}Result>{answer}</{action}Result>{_REQUEST_ID}</{action}Response>"
        )

    def _page(self, parameters):
        if parameters["Action"] != "ListUsers":
            return "*"
        return int(parameters.get("Marker", 0)) // min(self.page_size, int(parameters.get("MaxItems", 1000))) + 1

    def _throttled(self):
        if self.calls_a_second is None:
            return False
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._calls_in_second = second, 0
        self._calls_in_second += 1
        return self._calls_in_second > self.calls_a_second

    def _fault(self, action, subject):
        fault = self.faults.get((action, subject), self.faults.get((action, "*"), "ok"))
        if isinstance(fault, list):
            return fault.pop(0) if fault else "ok"
        return fault

    def _error(self, code, action, parameters):
        subject = parameters.get("UserName") or parameters.get("AccessKeyId") or ""
        message = {
            "AccessDenied": (
                f"User: arn:{self.partition}:iam::{self.account}:user/auditor is not authorized to perform: "
                f"{'sts' if action == 'AssumeRole' else 'iam'}:{action} on resource: user {subject} "
                f"because no identity-based policy allows the {action} action"
            ),
            "Throttling": "Rate exceeded",
            "NoSuchEntity": _NOT_FOUND.get(action, "The user with name {} cannot be found.").format(subject),
            "ExpiredToken": "The security token included in the request is expired",
            "InvalidClientTokenId": "The security token included in the request is invalid.",
            "SignatureDoesNotMatch": (
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                "Access Key and signing method. Consult the service documentation for details.\n\n"
                "The Canonical String for this request should have been\n'POST\n/\n\nhost:iam.amazonaws.com\n"
                f"x-amz-security-token:{parameters['token']}\n'"
            ),
        }.get(code, f"{code} happened")
        return _HTTP_STATUS.get(code, _FORBIDDEN), (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
            "<RequestId>0</RequestId></ErrorResponse>"
        )

    def _members(self, name, members, parameters, page_size):
        start = int(parameters.get("Marker", 0))
        end = start + min(page_size, int(parameters.get("MaxItems", 1000)))
        more = end < len(members)
        shown = "".join(f"<member>{member}</member>" for member in members[start:end])
        marker = f"<Marker>{end}</Marker>" if more else ""
        return f"<IsTruncated>{str(more).lower()}</IsTruncated>{marker}<{name}>{shown}</{name}>"

    def _ListUsers(self, parameters):  # IAM's spelling
        users = [
            f"<Path>{path}</Path><UserName>{escape(name)}</UserName><UserId>AIDA{number:016d}</UserId>"
            f"<Arn>{escape(self.arn(name))}</Arn><CreateDate>2024-01-02T03:04:05Z</CreateDate>"
            for number, (name, path) in enumerate(self.paths.items())
        ]
        return self._members("Users", users, parameters, self.page_size)

    def _ListAccessKeys(self, parameters):  # IAM's spelling
        name = parameters["UserName"]
        if name not in self.keys:
            return "NoSuchEntity"
        keys = [
            f"<UserName>{escape(name)}</UserName><AccessKeyId>{self.key_id(name, number)}</AccessKeyId>"
            + (f"<Status>{escape(status)}</Status>" if status is not None else "")
            + f"<CreateDate>2024-01-02T03:04:{number:02d}Z</CreateDate>"
            for number, status in enumerate(self.keys[name])
        ]
        return self._members("AccessKeyMetadata", keys, parameters, self.key_page_size)

    def _ListUserTags(self, parameters):  # IAM's spelling
        tags = [
            f"<Key>{escape(key)}</Key><Value>{escape(value)}</Value>"
            for key, value in self.tags.get(parameters["UserName"], [])
        ]
        return self._members("Tags", tags, parameters, self.tag_page_size)

    def _GetAccessKeyLastUsed(self, parameters):  # IAM's spelling
        used = self.last_uses.get(parameters["AccessKeyId"])
        date, service, region = used or ("", "N/A", "N/A")
        shown = f"<LastUsedDate>{date}</LastUsedDate>" if used else ""
        return (
            f"<UserName>{self._owner(parameters)}</UserName><AccessKeyLastUsed>{shown}<ServiceName>{service}</ServiceName>"
            f"<Region>{region}</Region></AccessKeyLastUsed>"
        )

    def _GetAccountSummary(self, _):  # IAM's spelling
        numbers = {"Users": len(self.keys), "AccountAccessKeysPresent": self.root_keys}
        entries = "".join(f"<entry><key>{name}</key><value>{value}</value></entry>" for name, value in numbers.items())
        return f"<SummaryMap>{entries}</SummaryMap>"

    def _ListEntitiesForPolicy(self, parameters):  # IAM's spelling
        prefix, _, name = parameters["PolicyArn"].rpartition("/")
        if prefix != f"arn:{self.partition}:iam::aws:policy" or name not in self.quarantined:
            return "NoSuchEntity"
        users = [f"<UserName>{escape(user)}</UserName><UserId>AIDA</UserId>" for user in self.quarantined[name]]
        return self._members("PolicyUsers", users, parameters, self.page_size)

    def _ListPoliciesGrantingServiceAccess(self, parameters):  # IAM's spelling
        name, service = parameters["Arn"].rpartition("/")[2], parameters["ServiceNamespaces.member.1"]
        policy = "<PolicyName>mail</PolicyName><PolicyType>INLINE</PolicyType>"
        policies = f"<member>{policy}</member>" if name in self.mailers else ""
        entry = f"<ServiceNamespace>{service}</ServiceNamespace><Policies>{policies}</Policies>"
        return self._members("PoliciesGrantingServiceAccess", [entry], parameters, self.page_size)

    def _GetLoginProfile(self, parameters):  # IAM's spelling
        name = parameters["UserName"]
        if name not in self.passwords:
            return "NoSuchEntity"
        made = "<CreateDate>2024-01-02T03:04:05Z</CreateDate>"
        return f"<LoginProfile><UserName>{escape(name)}</UserName>{made}</LoginProfile>"

    def _GenerateCredentialReport(self, _):  # IAM's spelling
        return "<State>STARTED</State>"

    def _GetCredentialReport(self, _):  # IAM's spelling
        if self.report is None:
            return "ReportNotPresent"
        content = base64.b64encode(self.report if isinstance(self.report, bytes) else self.report.encode()).decode()
        made = "<GeneratedTime>2026-01-02T03:04:05Z</GeneratedTime>"
        return f"<Content>{content}</Content><ReportFormat>text/csv</ReportFormat>{made}"

    def _owner(self, parameters):
        key = parameters["AccessKeyId"]
        return next((name for name in self.keys if key.startswith(self.key_id(name)[:12])), "someone")

    def _GetCallerIdentity(self, _):  # IAM's spelling
        return (
            f"<Arn>arn:{self.partition}:sts::{self.account}:assumed-role/auditor/session</Arn>"
            f"<UserId>AROA</UserId><Account>{self.account}</Account>"
        )

    def _AssumeRole(self, _):  # IAM's spelling
        return (
            "<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey>"
            "<SessionToken>role-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        )
