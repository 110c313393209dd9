"""Who uses a key, by a second emulator that records the calls that are really made: https://pypi.org/project/ministack."""

import json

import boto3
import pytest
from emulated_aws import ADMIN
from ministack_server import serve_ministack

HOME, AWAY = "us-east-1", "eu-west-1"
STRANGE = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture(scope="module")
def endpoint():
    """The endpoint of ministack, which records all calls but those of CloudTrail."""
    with serve_ministack(CLOUDTRAIL_RECORDING="1") as url:
        yield url


@pytest.fixture(scope="module")
def keys(endpoint):
    """The ids of two keys of alice: with the first, nine calls were made in two regions."""
    iam = boto3.client("iam", endpoint_url=endpoint, **ADMIN)
    iam.create_user(UserName="alice")
    first, second = (iam.create_access_key(UserName="alice")["AccessKey"] for _ in range(2))
    credentials = {"aws_access_key_id": first["AccessKeyId"], "aws_secret_access_key": first["SecretAccessKey"]}
    for region in (HOME, AWAY):
        settings = {"endpoint_url": endpoint, "region_name": region, **credentials}
        for _ in range(3):
            boto3.client("ec2", **settings).describe_instances()
        boto3.client("sts", **settings).get_caller_identity()
    boto3.client("s3", **settings).list_buckets()
    return first["AccessKeyId"], second["AccessKeyId"]


@pytest.fixture
def usage(run_command, aws_environment, endpoint):
    """Run `checkov-keys usage` with the credentials of an administrator, or with others."""

    def run(*flags, **environment):
        command = ["checkov-keys", "usage", "--endpoint-url", endpoint, "-o", "json", *flags]
        done = run_command(*command, **{**aws_environment, **environment})
        return done.returncode, json.loads(done.stdout)

    return run


@pytest.mark.parametrize("flags", [[], ["--all-events"]])
def test_the_calls_that_were_made(usage, keys, flags):
    """Each call in each region is counted, and the other key was not used."""
    code, report = usage("--user", "alice", *flags)
    assert (0, []) == (code, report["not_read"])
    calls = {key["id"]: (key["sight"], key["calls"]["number"], key["is_exact"]) for key in report["access_keys"]}
    assert {keys[0]: ("seen", 9, True), keys[1]: ("no call seen", 0, True)} == calls
    (used,) = [key for key in report["access_keys"] if key["id"] == keys[0]]
    ((caller),) = used["callers"]
    assert ("boto3", "127.0.0.1") == (caller["family"], caller["address"])
    assert {HOME, AWAY} == {action["region"] for action in caller["actions"]}
    assert {"ec2.amazonaws.com", "s3.amazonaws.com", "sts.amazonaws.com"} == {
        action["service"] for action in caller["actions"]
    }


def test_own_calls_do_not_count(usage, keys):
    """The calls by which the command itself asks, signed with a key that it asks about, are told apart."""
    for _ in range(2):
        code, report = usage("--key", keys[1], AWS_ACCESS_KEY_ID=keys[1])
    (own,) = [key for key in report["access_keys"] if key["id"] == keys[1]]
    assert (0, "no call seen", 0) == (code, own["sight"], own["calls"]["number"])
    assert own["own_calls"] > 2


def test_a_key_that_is_not_there(usage, keys):
    """It is looked up, and it is said that nobody knows whose it is."""
    assert STRANGE not in keys
    code, report = usage("--key", STRANGE)
    assert (2, None) == (code, report["user"])
    (gap,) = report["not_read"]
    assert "it may have been deleted" in gap["reason"]
