"""What is not worked out anew for each call is the same as if it were."""

from io import BytesIO

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.quick_calls import resolve_endpoint_once

REGIONS = {"AWS's own": "eu-west-1", "China": "cn-north-1", "GovCloud": "us-gov-west-1"}


class Sent:
    """Notes the requests of a client, and answers them with nothing."""

    def __init__(self, client, service="iam"):
        self.requests = []
        client.meta.events.register(f"before-send.{service}", self.note)

    def note(self, request, **_):
        self.requests.append(request)
        answer = AWSResponse(request.url, 200, {}, None)
        answer.raw = BytesIO()
        answer._content = b"<R><ListUsersResult><Users/><IsTruncated>false</IsTruncated></ListUsersResult></R>"  # noqa: SLF001
        return answer


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_requests_go_where_they_would_and_are_signed_for_it(region):
    """Address and scope of the signature are those of a client that is left alone, call after call."""
    ours = AwsSession(region=region).client("iam")
    clients = (ours, boto3.client("iam", region_name=region))
    sent = [Sent(client) for client in clients]
    for client in clients:
        for _ in range(3):
            client.list_users()
    expected = sent[1].requests[0]
    for request in sent[0].requests:
        assert expected.url == request.url
        assert _scope(expected) == _scope(request)
    assert 3 == len(sent[0].requests)


def _scope(request):
    return request.headers["Authorization"].decode().split(",")[0].partition("/")[2]


def test_rules_of_endpoints_are_evaluated_once():
    """Once for each operation, with this release of botocore."""
    client = AwsSession(region="eu-west-1").client("iam")
    Sent(client)
    asked = []
    client.meta.events.register("before-endpoint-resolution.iam", lambda **more: asked.append(more["model"].name))
    for _ in range(3):
        client.list_users()
    assert ["ListUsers"] == asked


@pytest.mark.parametrize("resolver", [None, object()], ids=["none", "another"])
def test_a_release_of_botocore_that_keeps_it_elsewhere(resolver):
    """Nothing is changed."""

    class Client:
        _ruleset_resolver = resolver

    client = Client()
    resolve_endpoint_once(client)
    resolve_endpoint_once(object())
    assert resolver is client._ruleset_resolver  # noqa: SLF001


def test_what_else_the_resolver_can_do():
    """It is still there."""
    client = AwsSession(region="eu-west-1").client("iam")
    assert client._ruleset_resolver.auth_schemes_to_signing_ctx  # noqa: SLF001


@pytest.mark.parametrize(
    ("config", "part"), [("", "Boto3/"), ("sdk_ua_app_id = auditors\n", "app/auditors")], ids=["none", "an app id"]
)
def test_the_caller_is_named(aws, config, part):
    """As boto3, and with the id that somebody set for their application."""
    aws.write_text(f"[default]\n{config}")
    client = AwsSession(region="eu-west-1").client("iam")
    sent = Sent(client)
    client.list_users()
    agent = sent.requests[0].headers["User-Agent"].decode()
    assert part in agent
    assert "otocore/" in agent
    assert "Python/" in agent or "lang/python" in agent


def test_a_session_that_is_closed_forgets_its_clients():
    """And makes new ones, if anybody asks."""
    session = AwsSession(region="eu-west-1")
    client = session.client("iam")
    session.close()
    session.close()
    assert client is not session.client("iam")


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_objects_are_fetched_where_their_bucket_is(region):
    """Address and scope of the signature are those of a client that is left alone, object after object."""
    ours, plain = AwsSession(region=region).client("s3"), boto3.client("s3", region_name=region)
    sent = [Sent(client, "s3") for client in (ours, plain)]
    for name in (None, "a/../b", "/c"):
        for client in (ours, plain):
            if name is None:
                client.list_objects_v2(Bucket="trail", Prefix="a/")
            else:
                client.get_object(Bucket="trail", Key=name)
    assert [request.url for request in sent[1].requests] == [request.url for request in sent[0].requests]
    assert [_scope(request) for request in sent[1].requests] == [_scope(request) for request in sent[0].requests]
    assert 3 == len(sent[0].requests)


def test_rules_of_a_bucket_are_evaluated_once(monkeypatch):
    """Once for all objects, with this release of botocore."""
    client = AwsSession(region="eu-west-1").client("s3")
    Sent(client, "s3")
    evaluated = []
    rules = client._ruleset_resolver._provider.ruleset  # noqa: SLF001  # what takes the time
    evaluate = rules.evaluate
    monkeypatch.setattr(rules, "evaluate", lambda asked: evaluated.append(asked) or evaluate(asked))
    for number in range(3):
        client.get_object(Bucket="trail", Key=str(number))
    assert 1 == len(evaluated)


def test_a_bucket_in_another_region():
    """Its endpoint and its signature are those of that region, from the answer on that names it."""
    client, asked = AwsSession(region="us-east-1").client("s3"), []

    def answer(request, **_):
        asked.append((request.url.split("/")[2], _scope(request).split("/")[1]))
        said = {"x-amz-bucket-region": "ap-southeast-3"} if len(asked) == 1 else {}
        given = AWSResponse(request.url, 301 if said else 200, said, BytesIO())
        given._content = b"<Error><Code>PermanentRedirect</Code></Error>" if said else b"<R/>"  # noqa: SLF001
        return given

    client.meta.events.register("before-send.s3", answer)
    for name in ("a", "b"):
        client.get_object(Bucket="trail", Key=name)
    there = ("trail.s3.ap-southeast-3.amazonaws.com", "ap-southeast-3")
    assert [("trail.s3.amazonaws.com", "us-east-1"), there, there] == asked
