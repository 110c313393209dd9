"""IAM and STS for an organization, answered as fast as Python can: what is measured is the audit, not the server.

`lean_iam_server.py USERS DELAY` prints its URL, serves until its standard input ends, then prints its calls as JSON
({action: count}). Every account has so many users, every twentieth of which has two active keys, the others one; an
account is entered by sts:AssumeRole. Each answer takes DELAY seconds.
"""

import asyncio
import json
import re
import sys
import threading
from collections import Counter
from urllib.parse import parse_qs

VIOLATING_EVERY = 20
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
# The id of a key holds the account that it belongs to.
_ACCOUNT = re.compile(rb"Credential=ASIA(\d{12})/")
_DATE = "2026-01-02T03:04:05Z"
_MOST_A_PAGE = 1000
_CALLS = Counter()
_CREDENTIALS = (
    "<Credentials><AccessKeyId>ASIA{account}</AccessKeyId><SecretAccessKey>testing</SecretAccessKey>"
    "<SessionToken>testing</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
)
_KEY = (
    "<member><UserName>{name}</UserName><AccessKeyId>{key}</AccessKeyId><Status>Active</Status>"
    f"<CreateDate>{_DATE}</CreateDate></member>"
)
_LAST_USED = (
    f"<AccessKeyLastUsed><LastUsedDate>{_DATE}</LastUsedDate><ServiceName>s3</ServiceName>"
    "<Region>eu-west-1</Region></AccessKeyLastUsed>"
)


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
        text = f"<{asked['Action']}Response><{asked['Action']}Result>{answer}</{asked['Action']}Result>"
        text += f"<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{asked['Action']}Response>"
        answered = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()
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
            for which in range(1 if number % VIOLATING_EVERY else 2)
        )
        return f"<AccessKeyMetadata>{keys}</AccessKeyMetadata><IsTruncated>false</IsTruncated>"

    def ListUserTags(self, *_):
        return "<Tags/><IsTruncated>false</IsTruncated>"

    def GetAccessKeyLastUsed(self, asked, _):
        return f"<UserName>user-{asked['AccessKeyId'][10:15]}</UserName>{_LAST_USED}"


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
