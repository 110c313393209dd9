"""IAM and STS for an organization, answered as fast as Python can: what is measured is the audit, not the server.

`lean_iam_server.py USERS DELAY` prints its URL, serves until its standard input ends, then prints its calls as JSON
({action: count}). Every account has so many users, every twentieth of which has two active keys, the others one; an
account is entered by sts:AssumeRole. Nobody has a password or is quarantined, and the root user has no access key; the
credential report says that each key was used today. Each answer takes DELAY seconds.
"""

import asyncio
import base64
import json
import re
import sys
import threading
from collections import Counter
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from urllib.parse import parse_qs

VIOLATING_EVERY = 20
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
# The id of a key holds the account that it belongs to.
_ACCOUNT = re.compile(rb"Credential=ASIA(\d{12})/")
# Old enough for the last use to matter, and not old enough to be rotated.
_DAYS_OLD = 60
_TODAY = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0)
_DATE, _USED = (f"{_TODAY - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (_DAYS_OLD, 0))
_MOST_A_PAGE = 1000
_CALLS = Counter()
_NO_SUCH_ENTITY = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>cannot be found</Message></Error>"
    "<RequestId>0</RequestId></ErrorResponse>"
)
_CREDENTIALS = (
    "<Credentials><AccessKeyId>ASIA{account}</AccessKeyId><SecretAccessKey>testing</SecretAccessKey>"
    "<SessionToken>testing</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
)
_KEY = (
    "<member><UserName>{name}</UserName><AccessKeyId>{key}</AccessKeyId><Status>Active</Status>"
    f"<CreateDate>{_DATE}</CreateDate></member>"
)
_LAST_USED = (
    f"<AccessKeyLastUsed><LastUsedDate>{_USED}</LastUsedDate><ServiceName>s3</ServiceName>"
    "<Region>eu-west-1</Region></AccessKeyLastUsed>"
)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
_OF_KEY = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
_COLUMNS = (
    *("user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed"),
    *("password_next_rotation", "mfa_active"),
    *(f"access_key_{which}_{of_key}" for which in (1, 2) for of_key in _OF_KEY),
    *(f"cert_{which}_{of_certificate}" for which in (1, 2) for of_certificate in ("active", "last_rotated")),
)
_NO_KEY, _NO_CERTIFICATES = ("false", *["N/A"] * 4), ("false", "N/A") * 2


def _whole(action, answer):
    """Return the answer to a call with this text in its Result."""
    about = "<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>"
    return f"<{action}Response><{action}Result>{answer}</{action}Result>{about}</{action}Response>"


def _keys(number):
    """Return how many keys the user of that number has."""
    return 1 if number % VIOLATING_EVERY else 2


@lru_cache(maxsize=1)
def _report_template(users):
    """Return the credential report of so many users as CSV, with a placeholder in place of the account's id."""
    key = ("true", _DATE, _USED, "eu-west-1", "s3")
    root = ("<root_account>", "arn:aws:iam::{account}:root", _DATE, "not_supported", "no_information")
    rows = [_COLUMNS, (*root, "not_supported", "not_supported", "true", *_NO_KEY * 2, *_NO_CERTIFICATES)]
    for number in range(users):
        name = f"user-{number:05d}"
        whose = (name, f"arn:aws:iam::{{account}}:user/{name}", _DATE, "false", *["N/A"] * 3, "false")
        rows.append((*whose, *key, *(key if _keys(number) > 1 else _NO_KEY), *_NO_CERTIFICATES))
    return "\n".join(map(",".join, rows))


class LeanIam(asyncio.Protocol):
    """One connection, kept open, with one call at a time."""

    users, delay = 0, 0.0

    def connection_made(self, transport):
        self._transport, self._got = transport, b""

    def data_received(self, data):
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or (length and len(body) < int(length[1])):
            return
        self._got = b""
        asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        _CALLS[asked["Action"]] += 1
        account = _ACCOUNT.search(head)
        answer = getattr(self, asked["Action"])(asked, account[1].decode() if account else "123456789012")
        status, text = (404, _NO_SUCH_ENTITY) if answer is None else (200, _whole(asked["Action"], answer))
        head = f"HTTP/1.1 {status} .\r\nContent-Type: text/xml\r\nContent-Length: {len(text)}\r\n\r\n"
        answered = (head + text).encode()
        asyncio.get_running_loop().call_later(self.delay, self._transport.write, answered)

    def GetCallerIdentity(self, _, account):
        return f"<Arn>arn:aws:iam::{account}:user/auditor</Arn><UserId>AIDA</UserId><Account>{account}</Account>"

    def AssumeRole(self, asked, _):
        return _CREDENTIALS.format(account=asked["RoleArn"].split(":")[4])

    def ListAccountAliases(self, _, account):
        return f"<AccountAliases><member>team-{account}</member></AccountAliases><IsTruncated>false</IsTruncated>"

    def ListUsers(self, asked, account):
        start = int(asked.get("Marker", 0))
        end = min(self.users, start + min(_MOST_A_PAGE, int(asked.get("MaxItems", 100))))
        members = "".join(
            f"<member><Path>/</Path><UserName>user-{number:05d}</UserName><UserId>AIDA{number:016d}</UserId>"
            f"<Arn>arn:aws:iam::{account}:user/user-{number:05d}</Arn><CreateDate>{_DATE}</CreateDate></member>"
            for number in range(start, end)
        )
        more = f"<IsTruncated>true</IsTruncated><Marker>{end}</Marker>" if end < self.users else ""
        return f"<Users>{members}</Users>{more or '<IsTruncated>false</IsTruncated>'}"

    def ListAccessKeys(self, asked, account):
        number = int(asked["UserName"].rpartition("-")[2])
        keys = "".join(
            _KEY.format(name=asked["UserName"], key=f"AKIA{account[-6:]}{number:05d}{which:05d}")
            for which in range(_keys(number))
        )
        return f"<AccessKeyMetadata>{keys}</AccessKeyMetadata><IsTruncated>false</IsTruncated>"

    def ListUserTags(self, *_):
        return "<Tags/><IsTruncated>false</IsTruncated>"

    def GetAccessKeyLastUsed(self, asked, _):
        return f"<UserName>user-{asked['AccessKeyId'][10:15]}</UserName>{_LAST_USED}"

    def GetLoginProfile(self, *_):
        return None

    def GetAccountSummary(self, *_):
        counts = {"Users": self.users, "AccountAccessKeysPresent": 0, "AccountMFAEnabled": 1}
        entries = "".join(f"<entry><key>{name}</key><value>{count}</value></entry>" for name, count in counts.items())
        return f"<SummaryMap>{entries}</SummaryMap>"

    def ListEntitiesForPolicy(self, *_):
        return "<PolicyGroups/><PolicyUsers/><PolicyRoles/><IsTruncated>false</IsTruncated>"

    def GenerateCredentialReport(self, *_):
        return "<State>COMPLETE</State><Description>No report exists. Starting a new report.</Description>"

    def GetCredentialReport(self, _, account):
        report = _report_template(self.users).replace("{account}", account)
        content = base64.b64encode(report.encode()).decode()
        made = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
        return f"<Content>{content}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>{made}</GeneratedTime>"


async def _serve():
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(LeanIam, "127.0.0.1", 0, backlog=128)
    sys.stdout.write("http://{}:{}\n".format(*server.sockets[0].getsockname()))
    sys.stdout.flush()

    def wait_for_the_end():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    await ended.wait()
    sys.stdout.write(f"{json.dumps(_CALLS)}\n")


if __name__ == "__main__":
    LeanIam.users, LeanIam.delay = int(sys.argv[1]), float(sys.argv[2])
    asyncio.run(_serve())
