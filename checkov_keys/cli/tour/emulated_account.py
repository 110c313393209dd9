"""An AWS account served by moto's real server on loopback, for the demo. No AWS account is needed or touched."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

import boto3

from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Dummies for the emulated account; everything that could lead to a real one is set too.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


class DemoKey(NamedTuple):
    """A key that was made, and last used, so many days ago; `used` is None if it never was."""

    age: int
    used: int | None
    active: bool = True


# Users and their keys. The first two are those of the vendor's audit procedure. Each rule that runs by default finds
# somebody, and two users pass all of them.
USERS: tuple[tuple[str, tuple[DemoKey, ...]], ...] = (
    ("cc-project5-admin", (DemoKey(211, 1), DemoKey(133, None))),
    ("cc-s3-data-manager", (DemoKey(24, 0),)),
    ("ci-deployer", (DemoKey(41, 1), DemoKey(402, 177, active=False))),
    ("legacy-batch", (DemoKey(88, 71), DemoKey(76, 2))),
    ("nightly-export", (DemoKey(395, 1),)),
    ("support-bot", (DemoKey(30, 0),)),
    ("break-glass", ()),
)
# Whose key AWS has found in public.
QUARANTINED = "support-bot"
_POLICY = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2"


@contextmanager
def serve_emulated_account() -> Iterator[str]:
    """Yield the endpoint of a seeded account; raise UsageError if moto is not installed."""
    try:
        from moto.server import ThreadedMotoServer  # noqa: PLC0415  # an extra: it may not be installed
    except ImportError as error:
        raise UsageError("the demo needs moto's server: pip install 'checkov-keys[demo]'") from error
    # Otherwise moto does not know the policies of AWS.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        _seed(endpoint)
        _put_into_the_past()
        yield endpoint
    finally:
        server.stop()


def _seed(endpoint: str) -> None:
    iam = boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    for name, keys in USERS:
        iam.create_user(UserName=name)
        for key in keys:
            made = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
            if not key.active:
                iam.update_access_key(UserName=name, AccessKeyId=made, Status="Inactive")
    iam.attach_user_policy(UserName=QUARANTINED, PolicyArn=_POLICY)


def _put_into_the_past() -> None:
    """Give the keys their ages and last uses, and the root user a key: nobody can do that by calls."""
    from moto.iam.models import AccessKeyLastUsed, iam_backends  # noqa: PLC0415  # an extra: it may not be installed

    keys = dict(USERS)
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    for partitions in iam_backends.values():
        for backend in partitions.values():
            backend.account_summary._account_access_keys_present = 1  # noqa: SLF001  # moto has no call for it
            for user in backend.users.values():
                for made, wanted in zip(user.access_keys, keys[user.name]):
                    made.create_date = now - timedelta(days=wanted.age)
                    if wanted.used is not None:
                        used = now - timedelta(days=wanted.used, minutes=20)
                        made.last_used = AccessKeyLastUsed(used, "s3", CREDENTIALS["AWS_DEFAULT_REGION"])
