"""Which stack owns an access key; where that cannot be told, nobody is told that none does."""

import contextlib
import json

import boto3
import pytest
from stack_server import StackServer

from checkov_keys.domain.errors import AuditError, UsageError
from checkov_keys.domain.templates import ManagedKey
from checkov_keys.domain.users import Unjudged
from checkov_keys.runtime.reading.owning_stacks import owning_stacks
from checkov_keys.runtime.session.aws_session import AwsSession

KEY, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"
HERE, THERE = "eu-west-1", "us-east-2"
ROLE = {"LogicalResourceId": "Role", "PhysicalResourceId": "deployer", "ResourceType": "AWS::IAM::Role"}


def access_key(key=KEY, **more):
    return {"LogicalResourceId": "Key", "PhysicalResourceId": key, **more}


def owned(key=KEY, address="Key", origin=f"stack app in {HERE}"):
    return ManagedKey(key, "CloudFormation", address, origin)


@pytest.fixture
def stack_server():
    """Start servers that know stacks: `stack_server(stacks, faults)`."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(StackServer(*args, **settings))


@pytest.fixture
def ask():
    """Ask a server for the owners of keys, in one region if nothing is said."""

    def owners(server, *keys, region=HERE, regions=()):
        return owning_stacks(AwsSession(endpoint_url=server.url, region=region), keys or (KEY,), regions)

    return owners


DELETED, RETAINED = {"ResourceStatus": "DELETE_COMPLETE"}, {"ResourceStatus": "DELETE_SKIPPED"}
CUSTOM = {"ResourceType": "Custom::AccessKey"}
MANY = [{"LogicalResourceId": f"Role{n}", "PhysicalResourceId": f"role-{n}"} for n in range(150)]
NOT_OWNED = {
    "no stack": {},
    "a stack without keys": {(HERE, "app"): [ROLE]},
    "another key": {(HERE, "app"): [access_key(OTHER)]},
    "a stack of another region": {(THERE, "app"): [access_key()]},
    "a key that was deleted": {(HERE, "app"): [access_key(**DELETED)]},
    "a key that its stack has left behind": {(HERE, "app"): [ROLE, access_key(**RETAINED)]},
    "a custom resource that calls itself by the key's id": {(HERE, "app"): [access_key(**CUSTOM)]},
    "a left key among many resources": {(HERE, "app"): [*MANY, access_key(**RETAINED)]},
    "a key whose creation has not got that far": {(HERE, "app"): [access_key(None)]},
}


@pytest.mark.parametrize("stacks", NOT_OWNED.values(), ids=NOT_OWNED)
def test_a_key_that_no_stack_owns(stack_server, ask, stacks):
    """A key that no stack holds, or that its stack has given up, has no owner."""
    assert {KEY: None} == ask(stack_server(stacks))


OWNED = {
    "a key": {(HERE, "app"): [access_key()]},
    "a key among other resources": {(HERE, "app"): [ROLE, access_key(OTHER), access_key(), access_key(None)]},
    "a key whose update goes wrong": {(HERE, "app"): [access_key(ResourceStatus="UPDATE_ROLLBACK_FAILED")]},
    "a key that could not be deleted": {(HERE, "app"): [access_key(ResourceStatus="DELETE_FAILED")]},
    "a custom resource that calls itself likewise": {
        (HERE, "app"): [access_key(LogicalResourceId="Rotation", **CUSTOM), access_key()]
    },
    "a key left behind and imported again": {
        (HERE, "app"): [access_key(LogicalResourceId="Old", **RETAINED), access_key(ResourceStatus="IMPORT_COMPLETE")]
    },
    "the 151st resource": {(HERE, "app"): [*MANY, access_key()]},
}


@pytest.mark.parametrize("only_one", [False, True])
@pytest.mark.parametrize("stacks", OWNED.values(), ids=OWNED)
def test_a_key_that_a_stack_owns(stack_server, ask, stacks, only_one):
    """Whether AWS answers with the first hundred resources of the stack, or with one that has the id."""
    assert {KEY: owned()} == ask(stack_server(stacks, only_one=only_one, page=20))


def test_each_key_is_asked_for_once_in_each_region(stack_server, ask):
    """Keys and regions that are given twice are asked for once."""
    server = stack_server({(HERE, "app"): [access_key()], (THERE, "old-app"): [access_key(OTHER)]})
    found = ask(server, KEY, OTHER, KEY, "AKIA3", regions=(HERE, THERE, HERE))
    assert {KEY: owned(), OTHER: owned(OTHER, origin=f"stack old-app in {THERE}"), "AKIA3": None} == found
    asked = [("DescribeStackResources", region, key) for region in (HERE, THERE) for key in (KEY, OTHER, "AKIA3")]
    assert sorted(asked) == sorted(server.calls)


def test_nothing_is_asked_where_there_are_no_keys(stack_server):
    """Without keys no call is made."""
    server = stack_server({})
    assert {} == owning_stacks(AwsSession(endpoint_url=server.url, region=HERE), ())
    assert [] == server.calls


@pytest.mark.parametrize(
    ("region", "config", "environment"),
    [
        (HERE, "[default]\nregion=us-east-1\n", "us-west-1"),
        (None, f"[default]\nregion={HERE}\n", None),
        (None, "", HERE),
    ],
)
def test_the_region_of_the_session_is_asked_where_none_is_named(  # fixtures go by name
    aws, stack_server, ask, monkeypatch, region, config, environment
):
    """Without named regions the one of the session is asked: its own, or that of the profile or the environment."""
    aws.write_text(config)
    if environment:
        monkeypatch.setenv("AWS_DEFAULT_REGION", environment)
    assert {KEY: owned()} == ask(stack_server({(HERE, "app"): [access_key()]}), region=region)


def test_no_region_at_all_is_an_error(stack_server, ask):
    """The region that IAM is asked in then is none in which stacks are to be expected."""
    server = stack_server({("us-east-1", "app"): [access_key()]})
    with pytest.raises(UsageError) as raised:
        ask(server, region=None)
    assert "no region is known in which to ask for stacks: name some with --stack-regions, or set " in str(raised.value)
    assert [] == server.calls


def test_a_region_that_cannot_be_one_is_an_error(stack_server, ask, assert_readable):
    """A malformed region is an error before any call."""
    server = stack_server({})
    with pytest.raises(AuditError) as raised:
        ask(server, regions=(HERE, "a b"))
    assert_readable(str(raised.value), "cannot make a client of cloudformation in a b: ", "'a b'")
    assert [] == server.calls


DISABLED = "the account has not enabled this region: see aws account list-regions"
FAULTS = {
    "AccessDenied": ["AccessDenied", "allow cloudformation:DescribeStackResources for it"],
    "Throttling": ["Rate exceeded", "AWS throttles this account: try again later"],
    "ServiceUnavailable": ["ServiceUnavailable", "try again later"],
    "ExpiredToken": ["expired", "get new ones"],
    "InvalidClientTokenId": [DISABLED],
    "UnrecognizedClientException": [DISABLED],
    "AuthFailure": [DISABLED],
    "ValidationError": ["1 validation error detected"],
    "drop": ["Connection was closed", "check the network"],
    "garbage": ["AWS's answer is not the XML that it should be"],
    "html": ["AWS's answer lacks", "Result"],
    "without:StackResources": ["AWS's answer lacks 'StackResources'"],
    "without:member": ["AWS's answer has no resource"],
    "without:StackName": ["AWS's answer lacks 'StackName'"],
    "without:ResourceType": ["AWS's answer lacks 'ResourceType'"],
    "without:ResourceStatus": ["AWS's answer lacks 'ResourceStatus'"],
    "without:LogicalResourceId": ["AWS's answer lacks 'LogicalResourceId'"],
    # Then the whole stack is listed, where the key is.
    "without:StackId": ["AWS's answer lacks 'StackId'"],
}


@pytest.mark.parametrize(("fault", "parts"), FAULTS.items(), ids=FAULTS)
def test_a_fault_leaves_open_whose_the_key_is(stack_server, ask, assert_readable, fault, parts):
    """A fault makes the owner unjudged, with the reason, and never none."""
    resources = [*MANY, access_key()] if fault == "without:StackId" else [access_key()]
    found = ask(stack_server({(HERE, "app"): resources}, {("DescribeStackResources", "*"): fault}))
    assert [KEY] == list(found)
    assert_unjudged(found[KEY], assert_readable, f"cannot tell whether a stack in {HERE} owns it: ", *parts)


LIST_FAULTS = {
    "AccessDenied": ["AccessDenied", "allow cloudformation:ListStackResources for it"],
    "drop": ["Connection was closed"],
    "without:NextToken": ["AWS's answer names stack app, which does not have it"],
    "without:StackResourceSummaries": ["AWS's answer lacks 'StackResourceSummaries'"],
    "without:ResourceStatus": ["AWS's answer lacks 'ResourceStatus'"],
}


@pytest.mark.parametrize(("fault", "parts"), LIST_FAULTS.items(), ids=LIST_FAULTS)
def test_a_fault_in_the_list_of_a_large_stack_leaves_it_open_too(stack_server, ask, assert_readable, fault, parts):
    """The same holds for the list of resources that a large stack needs."""
    server = stack_server({(HERE, "app"): [*MANY, access_key()]}, {("ListStackResources", "*"): fault})
    assert_unjudged(ask(server)[KEY], assert_readable, f"cannot tell whether a stack in {HERE} owns it: ", *parts)


def test_what_fails_once_is_asked_again(stack_server, ask, monkeypatch):
    """A throttled look-up is tried again and finds the owner."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    server = stack_server({(HERE, "app"): [access_key()]}, {("DescribeStackResources", HERE): ["Throttling"]})
    assert {KEY: owned()} == ask(server)


def test_a_fault_of_one_key_costs_no_other(stack_server, ask):
    """Each key whose look-up works has its owner, whatever happens to the others."""
    faults = {("DescribeStackResources", HERE): ["AccessDenied", "ok", "AccessDenied", "ok"]}
    server = stack_server({(HERE, "app"): [access_key(key) for key in "abcd"]}, faults)
    kinds = [type(owner) for owner in ask(server, *"abcd").values()]
    assert [Unjudged, ManagedKey, Unjudged, ManagedKey] == kinds


def test_a_region_that_does_not_answer_is_left_alone_after_two_keys(stack_server, ask, assert_readable):
    """After two failed keys in a row the rest of that region is unjudged, and other regions are asked."""
    server = stack_server({(THERE, "app"): [access_key("d")]}, {("DescribeStackResources", HERE): "drop"})
    found = ask(server, *"abcd", regions=(HERE, THERE))
    assert 2 == len([region for _, region, _ in server.calls if region == HERE])
    assert_unjudged(found["c"], assert_readable, "skipped, after 2 keys in a row that failed; last error: ", HERE)
    assert owned("d", origin=f"stack app in {THERE}") == found["d"]


@pytest.mark.parametrize(
    ("expected", "regions"),
    [("", (HERE, THERE)), ("; other regions that could not tell: 1", (HERE, THERE, "eu-north-1"))],
)
def test_a_key_is_open_where_one_region_of_several_is(stack_server, ask, assert_readable, expected, regions):
    """No stack in the regions that answered is no proof."""
    faults = {("DescribeStackResources", region): "InvalidClientTokenId" for region in regions if region != HERE}
    found = ask(stack_server({}, faults), regions=regions)
    assert_unjudged(found[KEY], assert_readable, f"a stack in {THERE} owns it: ", DISABLED)
    assert expected == found[KEY].reason.partition("credentials)")[2]


def test_a_region_that_does_not_exist_is_named(assert_readable):
    """Nobody listens at its endpoint, and botocore has no such name."""
    session = AwsSession(endpoint_url="http://127.0.0.1:9", region=HERE)
    found = owning_stacks(session, (KEY,), ("eu-nowhere-1",))
    parts = ["a stack in eu-nowhere-1, which this botocore does not know, owns it: ", "Could not connect", "check the"]
    assert_unjudged(found[KEY], assert_readable, *parts)


TEMPLATE = {
    "Resources": {
        "Deployer": {"Type": "AWS::IAM::User", "Properties": {"UserName": "deployer"}},
        "Key": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "Deployer"}}},
    }
}


def test_a_real_stack_owns_its_key_until_it_is_deleted(watched_moto):
    """With moto's CloudFormation: the physical id of an access key is the id that IAM knows."""
    server = watched_moto()
    iam = boto3.client("iam", endpoint_url=server.endpoint, region_name=HERE)
    stacks = boto3.client("cloudformation", endpoint_url=server.endpoint, region_name=HERE)
    stacks.create_stack(StackName="app", TemplateBody=json.dumps(TEMPLATE))
    of_the_stack = iam.list_access_keys(UserName="deployer")["AccessKeyMetadata"][0]["AccessKeyId"]
    by_hand = iam.create_access_key(UserName="deployer")["AccessKey"]["AccessKeyId"]
    session = AwsSession(endpoint_url=server.endpoint, region=HERE)
    found = owning_stacks(session, (of_the_stack, by_hand), (THERE, HERE))
    assert {of_the_stack: owned(of_the_stack), by_hand: None} == found
    iam.delete_access_key(UserName="deployer", AccessKeyId=by_hand)
    stacks.delete_stack(StackName="app")
    assert {of_the_stack: None} == owning_stacks(session, (of_the_stack,))
    iam.close()
    stacks.close()


def test_a_cloudformation_that_looks_up_no_physical_ids_leaves_it_open(moto_iam, assert_readable):
    """moto by itself answers as if nothing had been asked for."""
    url, _ = moto_iam
    found = owning_stacks(AwsSession(endpoint_url=url, region=HERE), (KEY,))
    assert_unjudged(found[KEY], assert_readable, "ValidationError")


def assert_unjudged(owner, assert_readable, *parts):
    assert isinstance(owner, Unjudged), owner
    assert KEY == owner.address or owner.address in "abcd"
    assert_readable(owner.reason, *parts)
