"""Accounts on loopback: moto's server for what works, a server that breaks where it is told to for what does not."""

import functools
import logging
import os
import urllib.request

import boto3
import botocore.session
import pytest
from moto.server import ThreadedMotoServer

from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.session.aws_session import AwsSession

SECRETS = ("very-secret", "very-session-token")


@pytest.fixture(autouse=True)
def aws(monkeypatch, tmp_path):
    """Dummy credentials, nothing of the person who runs the tests, no retries; returns the AWS configuration file."""
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIATESTING",
        "AWS_SECRET_ACCESS_KEY": SECRETS[0],
        "AWS_SESSION_TOKEN": SECRETS[1],
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_MAX_ATTEMPTS": "1",
        # Adaptive retries slow the next call down for seconds.
        "AWS_RETRY_MODE": "standard",
        "HOME": str(tmp_path),
        "NO_PROXY": "*",
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "config"


@pytest.fixture(scope="session")
def _service_models():
    return functools.lru_cache(maxsize=None)(botocore.session.create_loader)


@pytest.fixture(autouse=True)
def _read_service_models_once(monkeypatch, _service_models):
    """Every session would read botocore's megabytes of JSON again, which is most of the time of a test."""
    monkeypatch.setattr(botocore.session, "create_loader", _service_models)


@pytest.fixture
def no_credentials(monkeypatch):
    """No credentials in the environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)


@pytest.fixture
def assert_readable():
    """Say that a message is one line, with what it must name and without a secret."""

    def assert_one(message, *parts):
        assert [] == [part for part in parts if part not in message], message
        assert message.isprintable()
        assert [] == [secret for secret in SECRETS if secret in message]

    return assert_one


@pytest.fixture
def collect():
    """Collect the account of a server."""

    def collect_from(server, **settings):
        return collect_account(AwsSession(endpoint_url=server.url), **settings)

    return collect_from


@pytest.fixture
def moto_iam():
    """Yield moto's real server: its URL and a plain client of boto3 to fill it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        iam = boto3.client("iam", endpoint_url=url, region_name="us-east-1")
        # moto's accounts outlive its servers.
        reset = urllib.request.Request(f"{url}/moto-api/reset", method="POST")  # a literal scheme
        urllib.request.urlopen(reset).close()  # see above
        yield url, iam
        urllib.request.urlopen(reset).close()  # see above
        iam.close()
    finally:
        server.stop()
