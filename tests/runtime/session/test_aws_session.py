"""Credentials, endpoint and retries come from where botocore takes them; what is wrong is said in one line."""

import shlex
import socket
import sys

import pytest

from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.roles import Role

ROLE = "arn:aws:iam::123456789012:role/auditor"
KEYS = "aws_access_key_id=AKIATESTING\naws_secret_access_key=very-secret\n"


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IAM"])
def test_the_environment_names_the_endpoint(iam_server, monkeypatch, variable):
    """The endpoint comes from botocore's own variables if no flag names it."""
    monkeypatch.setenv(variable, iam_server({"alice": []}).url)
    assert ["alice"] == [user.name for user in collect_account(AwsSession()).users]


def test_the_flag_serves_iam_and_sts_and_goes_before_the_environment(iam_server, monkeypatch):
    """--endpoint-url is used for both services instead of the variables."""
    server = iam_server({})
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "123456789012" == collect_account(AwsSession(endpoint_url=server.url)).id


@pytest.mark.parametrize(
    ("expected", "region", "config"),
    [
        ("aws-global", None, ""),
        ("aws-global", "eu-west-1", ""),
        ("aws-cn-global", "cn-north-1", ""),
        ("aws-us-gov-global", None, "[default]\nregion=us-gov-west-1\n"),
    ],
)
def test_the_region_chooses_the_partition_and_none_is_needed(aws, expected, region, config):
    """IAM's region is that of the partition, and without any region it is AWS's own."""
    aws.write_text(config)
    assert expected == AwsSession(region=region).client("iam").meta.region_name


def test_a_client_is_made_once_for_each_service_and_region(iam_server):
    """Also in the session of a role, with clients of its own."""
    session = AwsSession(endpoint_url=iam_server({}).url, region="eu-west-1")
    for each in (session, session.for_role(Role(ROLE))):
        regions = [None, "us-west-2", "eu-west-1"]
        clients = [each.client("cloudformation", region) for region in regions]
        assert ["eu-west-1", "us-west-2", "eu-west-1"] == [client.meta.region_name for client in clients]
        assert clients == [each.client("cloudformation", region) for region in regions]
        assert "eu-west-1" == each.region
    assert session.client("cloudformation", "us-west-2") is not each.client("cloudformation", "us-west-2")


@pytest.mark.parametrize(
    ("expected", "environment", "config"),
    [
        ({"mode": "standard", "total_max_attempts": 5}, {}, ""),
        ({"mode": "standard", "total_max_attempts": 2}, {"AWS_MAX_ATTEMPTS": "2"}, ""),
        ({"mode": "adaptive", "total_max_attempts": 5}, {"AWS_RETRY_MODE": "adaptive"}, ""),
        ({"mode": "standard", "total_max_attempts": 7}, {}, "max_attempts=7"),
        ({"mode": "legacy", "total_max_attempts": 5}, {}, "retry_mode=legacy"),
    ],
)
def test_retries_are_five_where_nobody_sets_them(aws, monkeypatch, expected, environment, config):
    """Attempts are five, in standard mode, unless the environment or the profile says otherwise."""
    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    monkeypatch.delenv("AWS_RETRY_MODE")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    aws.write_text(f"[default]\n{config}\n")
    assert expected == AwsSession().client("iam").meta.config.retries


@pytest.mark.parametrize(
    ("parts", "settings"),
    [
        (["Invalid endpoint: localhost:5000", "check --endpoint-url"], {"endpoint_url": "localhost:5000"}),
        (["Invalid endpoint: http://", "check --endpoint-url"], {"endpoint_url": "http://"}),
        (["Port out of range", "check --endpoint-url"], {"endpoint_url": "http://127.0.0.1:99999"}),
        (["scheme ftp", "check the network, the proxy and --endpoint-url"], {"endpoint_url": "ftp://127.0.0.1"}),
        (["'a b'", "see --region"], {"region": "a b"}),
        (["(nope) could not be found", "aws configure list-profiles"], {"profile": "nope"}),
    ],
)
def test_a_flag_that_aws_cannot_follow_is_an_error(assert_readable, parts, settings):
    """A wrong endpoint, region or profile is one line that says what to check."""
    with pytest.raises(AuditError) as raised:
        collect_account(AwsSession(**settings))
    assert_readable(str(raised.value), *parts)
    assert raised.value.__cause__ is not None


@pytest.mark.parametrize(
    ("parts", "environment"),
    [
        (["(nope) could not be found"], {"AWS_PROFILE": "nope"}),
        (["many", "AWS_MAX_ATTEMPTS"], {"AWS_MAX_ATTEMPTS": "many"}),
        (["0", "see AWS_RETRY_MODE, AWS_MAX_ATTEMPTS"], {"AWS_MAX_ATTEMPTS": "0"}),
        (["eager", "see AWS_RETRY_MODE"], {"AWS_RETRY_MODE": "eager"}),
    ],
)
def test_an_environment_that_aws_cannot_follow_is_an_error(monkeypatch, assert_readable, parts, environment):
    """A wrong variable is one line that names it."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(AuditError) as raised:
        collect_account(AwsSession(endpoint_url="http://127.0.0.1:9"))
    assert_readable(str(raised.value), *parts)


def test_an_endpoint_that_nobody_listens_at_is_named_without_its_password(assert_readable):
    """The error shows the address, but not the password in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(AuditError) as raised:
        collect_account(AwsSession(endpoint_url=f"http://someone:very-secret@127.0.0.1:{port}"))
    assert_readable(str(raised.value), f"***@127.0.0.1:{port}", "check the network, the proxy and --endpoint-url")


@pytest.fixture
def python_process():
    """How a profile's credential_process runs Python code."""
    return f"{shlex.quote(sys.executable)} -c"


@pytest.mark.usefixtures("no_credentials")
@pytest.mark.parametrize(
    ("parts", "config"),
    [
        (["Unable to locate credentials", "set a profile with --profile"], ""),
        (["aws_secret_access_key", "complete the profile"], "[default]\naws_access_key_id=AKIATESTING\n"),
        (["Unable to parse config file", "fix the AWS"], "[default\nvery-secret"),
        (["Unable to parse config file", "fix the AWS"], "[default]\naws_secret_access_key very-secret\n"),
        (
            ["credential_process failed"],
            "[default]\ncredential_process=PROCESS 'import sys; sys.exit(\"very-secret\")'\n",
        ),
        (["does not answer in JSON"], "[default]\ncredential_process=PROCESS 'print(\"very-secret\")'\n"),
        (["/no/such", "check the files"], "[default]\ncredential_process=/no/such\n"),
        (["/no/such", "check the files"], f"[default]\nrole_arn={ROLE}\nweb_identity_token_file=/no/such\n"),
        (["source_profile", "nope", "fix"], f"[default]\nrole_arn={ROLE}\nsource_profile=nope\n"),
        (
            ["Error loading SSO Token", "aws sso login"],
            "[default]\nsso_start_url=https://example.com\nsso_region=us-east-1\nsso_account_id=1\nsso_role_name=r\n",
        ),
    ],
)
def test_a_credential_chain_that_breaks_is_an_error(aws, python_process, assert_readable, parts, config):
    """Credentials that are missing, incomplete or not given are one line without a secret."""
    aws.write_text(config.replace("PROCESS", python_process))
    with pytest.raises(AuditError) as raised:
        collect_account(AwsSession(endpoint_url="http://127.0.0.1:9"))
    assert_readable(str(raised.value), *parts)
    assert raised.value.__cause__ is not None


@pytest.mark.usefixtures("no_credentials")
def test_a_role_of_the_chain_is_assumed(aws, iam_server, monkeypatch):
    """A profile with a role assumes it once, by the credentials of its source profile."""
    server = iam_server({"alice": []})
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
    aws.write_text(f"[default]\nrole_arn={ROLE}\nsource_profile=base\n[profile base]\n{KEYS}")
    assert ["alice"] == [user.name for user in collect_account(AwsSession(endpoint_url=server.url)).users]
    assert ["*"] == server.calls_of("AssumeRole")


@pytest.mark.usefixtures("no_credentials")
@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        ("AccessDenied", ["calling the AssumeRole operation", "allow sts:AssumeRole for it"]),
        ("ExpiredToken", ["calling the AssumeRole operation", "get new ones"]),
    ],
)
def test_a_role_that_cannot_be_assumed_is_an_error(  # fixtures go by name
    aws, iam_server, monkeypatch, assert_readable, fault, parts
):
    """The permission that is missing is the chain's, not the collector's."""
    server = iam_server({"alice": []}, faults={("AssumeRole", "*"): fault})
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
    aws.write_text(f"[default]\nrole_arn={ROLE}\nsource_profile=base\n[profile base]\n{KEYS}")
    with pytest.raises(AuditError) as raised:
        collect_account(AwsSession(endpoint_url=server.url))
    assert_readable(str(raised.value), *parts)
    assert "allow iam:ListUsers" not in str(raised.value)
