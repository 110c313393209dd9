"""IAM and STS over HTTP on loopback whose answers a test writes or changes. Standard library only.

Users are (name, id, [(key id, status)]); `answers` maps an action to a function of (server, what was asked) that
returns the text between the Result elements, or a whole Answer; None, and whatever is not in it, is answered as by AWS.
"""

import threading
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from loopback_http import Answer, LoopbackServer

ACCOUNT = "123456789012"
DATE = "2024-01-02T03:04:05Z"


class OddIamServer:
    """One account; `calls` lists every (action, what was asked), in the order in which they came.

    `root_keys` is what AccountAccessKeysPresent says; the users `owned` are quarantined, and have a password.
    """

    def __init__(self, users, answers=None, *, account=ACCOUNT, root_keys=0, owned=()):
        self.users = {name: (id_, list(keys)) for name, id_, keys in users}
        self.answers, self.account = answers or {}, account
        self.root_keys, self.owned = root_keys, tuple(owned)
        self.calls = []
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._server = LoopbackServer(self._answer)
        self.url = self._server.url

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self._server.stop()

    def calls_of(self, action):
        return [asked for called, asked in self.calls if called == action]

    def arn(self, name, account=None):
        return f"arn:aws:iam::{account or self.account}:user/{name}"

    def user(self, name, **fields):
        """The entry of a user; fields replace its elements, None leaves one out, a list repeats one."""
        id_, _ = self.users.get(name, (f"AIDA{name}", []))
        elements = {"Path": "/", "UserName": name, "UserId": id_, "Arn": self.arn(name), "CreateDate": DATE, **fields}
        return f"<member>{elements_of(elements)}</member>"

    def key(self, name, id_, status="Active", **fields):
        """The entry of an access key, as user()."""
        elements = {"UserName": name, "AccessKeyId": id_, "Status": status, "CreateDate": DATE, **fields}
        return f"<member>{elements_of(elements)}</member>"

    def list_users(self, *members, more="<IsTruncated>false</IsTruncated>"):
        return f"<Users>{''.join(members or map(self.user, self.users))}</Users>{more}"

    def list_keys(self, name, *members, more="<IsTruncated>false</IsTruncated>"):
        keys = members or [self.key(name, *key) for key in self.users[name][1]]
        return f"<AccessKeyMetadata>{''.join(keys)}</AccessKeyMetadata>{more}"

    def _answer(self, _, body):
        asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        action = asked["Action"]
        with self._lock:
            self.calls.append((action, asked))
        answered = self.answers[action](self, asked) if action in self.answers else None
        if answered is None:
            answered = getattr(self, f"_{action}")(asked)
        return answered if isinstance(answered, Answer) else whole(action, answered)

    def _ListUsers(self, _):
        return self.list_users() if self.users else "<Users/><IsTruncated>false</IsTruncated>"

    def _ListAccessKeys(self, asked):
        return self.list_keys(asked["UserName"]) if asked["UserName"] in self.users else no_such_entity()

    def _ListUserTags(self, _):
        return "<Tags/><IsTruncated>false</IsTruncated>"

    def _GetAccessKeyLastUsed(self, asked):
        users = list(self.users.items())
        owner = next((name for name, (_, keys) in users if asked["AccessKeyId"] in dict(keys)), "")
        used = "<ServiceName>N/A</ServiceName><Region>N/A</Region>"
        return f"<UserName>{escape(owner)}</UserName><AccessKeyLastUsed>{used}</AccessKeyLastUsed>"

    def _GetAccountSummary(self, _):
        present = f"<entry><key>AccountAccessKeysPresent</key><value>{self.root_keys}</value></entry>"
        return f"<SummaryMap>{present}</SummaryMap>"

    def _ListEntitiesForPolicy(self, _):
        users = "".join(f"<member><UserName>{escape(name)}</UserName></member>" for name in self.owned)
        return f"<PolicyUsers>{users}</PolicyUsers><IsTruncated>false</IsTruncated>"

    def _GetLoginProfile(self, asked):
        if asked["UserName"] not in self.owned:
            return no_such_entity("Login Profile for User cannot be found")
        return f"<LoginProfile><UserName>{escape(asked['UserName'])}</UserName></LoginProfile>"

    def _GetCredentialReport(self, _):
        return no_such_entity("no report", "ReportNotPresent")

    def _GenerateCredentialReport(self, _):
        return "<State>STARTED</State>"

    def _GetCallerIdentity(self, _):
        return f"<Arn>{self.arn('auditor')}</Arn><UserId>AIDAAUDITOR</UserId><Account>{self.account}</Account>"


def elements_of(fields):
    """Elements of XML; None leaves one out, a list repeats one."""
    texts = [(name, text) for name, given in fields.items() for text in (given if isinstance(given, list) else [given])]
    return "".join(f"<{name}>{escape(str(text))}</{name}>" for name, text in texts if text is not None)


def whole(action, text):
    """The answer of a call with this text in its Result."""
    return Answer(200, f"<{action}Response><{action}Result>{text}</{action}Result></{action}Response>".encode())


def no_such_entity(message="cannot be found", code="NoSuchEntity"):
    """What IAM answers about a user, or something else, that is not there."""
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    return Answer(404, f"<ErrorResponse>{error}</ErrorResponse>".encode())
