"""An AWS account served by moto's real server on loopback, for the demo. No AWS account is needed or touched."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

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

# Users and the status of their keys. The first two are those of the vendor's audit procedure.
USERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cc-project5-admin", ("Active", "Active")),
    ("cc-s3-data-manager", ("Active",)),
    ("ci-deployer", ("Active", "Inactive")),
    ("legacy-batch", ("Active", "Active")),
    ("break-glass", ()),
)


@contextmanager
def serve_emulated_account() -> Iterator[str]:
    """Yield the endpoint of a seeded account; raise UsageError if moto is not installed."""
    try:
        from moto.server import ThreadedMotoServer  # noqa: PLC0415  # an extra: it may not be installed
    except ImportError as error:
        raise UsageError("the demo needs moto's server: pip install 'checkov-keys[demo]'") from error
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        _seed(endpoint)
        _age_keys()
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
    for name, statuses in USERS:
        iam.create_user(UserName=name)
        for status in statuses:
            key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
            if status != "Active":
                iam.update_access_key(UserName=name, AccessKeyId=key, Status=status)


def _age_keys() -> None:
    """Make the keys a year older, the second ones a little less: a key that was just made is never proposed."""
    from moto.iam.models import iam_backends  # noqa: PLC0415  # an extra: it may not be installed

    for partitions in iam_backends.values():
        for backend in partitions.values():
            for user in backend.users.values():
                for number, key in enumerate(user.access_keys):
                    key.create_date -= timedelta(days=365 - number)
