"""Accounts on loopback: moto's server for what works, a server that breaks where it is told to for what does not."""

import functools
import os

import boto3
import botocore.session
import pytest
from emulated_aws import CREDENTIALS, SECRET, SESSION_TOKEN, isolate

from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.facts_to_read import FACTS_OF_FIRST_RULE
from checkov_keys.runtime.session.aws_session import AwsSession

TEMPORARY = {**CREDENTIALS, "AWS_SESSION_TOKEN": SESSION_TOKEN}


@pytest.fixture(autouse=True)
def aws(monkeypatch, tmp_path, aws_environment):
    """Dummy credentials, nothing of the person who runs the tests, no retries; returns the AWS configuration file."""
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    alone = {"AWS_MAX_ATTEMPTS": "1", "NO_PROXY": "*"}
    for name, value in {**isolate(tmp_path), **aws_environment, **TEMPORARY, **alone}.items():
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
    for name in TEMPORARY:
        monkeypatch.delenv(name)


@pytest.fixture
def assert_readable():
    """Say that a message is one line, with what it must name and without a secret."""

    def assert_one(message, *parts):
        assert [] == [part for part in parts if part not in message], message
        assert message.isprintable()
        assert [] == [secret for secret in (SECRET, SESSION_TOKEN) if secret in message]

    return assert_one


@pytest.fixture
def collect():
    """Collect the account of a server, for the first rule alone if no others are given."""

    def collect_from(server, facts=FACTS_OF_FIRST_RULE, **settings):
        return collect_account(AwsSession(endpoint_url=server.url), facts, **settings)

    return collect_from


@pytest.fixture
def moto_iam(moto_endpoint):
    """Yield moto's real server: its URL and a plain client of boto3 to fill it."""
    iam = boto3.client("iam", endpoint_url=moto_endpoint, region_name="us-east-1")
    yield moto_endpoint, iam
    iam.close()
