"""What `checkov-keys usage` asks is what its policy allows, and the policy has nothing that is not asked."""

import pytest
from audited_organization import USAGE_POLICY
from s3_server import S3Server

USERS = {"alice": ["Active"]}
# What needs no permission.
FREE = {"sts:GetCallerIdentity"}
OF_BUCKETS = {"s3:ListBucket", "s3:GetObject"}


@pytest.fixture
def usage(run_command, aws_environment):
    """Run the command at an endpoint."""

    def run(endpoint, *flags):
        return run_command("checkov-keys", "usage", "--endpoint-url", endpoint, *flags, **aws_environment)

    return run


def allowed(policy):
    return {action for statement in policy(USAGE_POLICY)["Statement"] for action in statement["Action"]}


def test_event_history(usage, history_server, policy):
    """Of a user: event history in every region, the regions, its keys with their last uses, and whether it may mail."""
    server = history_server({"us-east-1": []}, None, USERS)
    assert 0 == usage(server.url, "--user", "alice").returncode
    services = {"ListRegions": "account", "GetCallerIdentity": "sts"}
    asked = {f"{services.get(action, 'iam')}:{action}" for action, _ in server.calls}
    asked |= {"cloudtrail:LookupEvents"} if server.calls_of_history else set()
    assert allowed(policy) - OF_BUCKETS == asked - FREE


def test_a_bucket(usage, policy):
    """Its list and its objects are read, and nothing else is asked of it."""
    with S3Server({"AWSLogs/log.json": b'{"Records":[]}'}) as server:
        assert 0 == usage(server.url, "--key", "AKIAIOSFODNN7EXAMPLE", "--trail", "s3://trail").returncode
        assert (["log.json"], True) == ([key.rpartition("/")[2] for key in server.gets], bool(server.lists))
    assert allowed(policy) >= OF_BUCKETS
