"""Whether a user may send mail over SES."""

import pytest

from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage.mail_access import read_mail_access

ACTION = "ListPoliciesGrantingServiceAccess"
ARN = "arn:aws:iam::123456789012:user/{}"


def ask(server, *names):
    """What is known of users, by their names."""
    found = read_mail_access(AwsSession(endpoint_url=server.url), map(ARN.format, names))
    return {arn.rpartition("/")[2]: may for arn, may in found.items()}


def test_who_may(iam_server):
    """Whoever has a policy that grants SES may, whoever has none may not; nobody is asked about twice."""
    server = iam_server({"app": [], "mailer": []}, mailers=["mailer"])
    assert {} == ask(server)
    assert {"app": False, "mailer": True} == ask(server, "app", "mailer", "app")
    assert 2 == len(server.calls)


@pytest.mark.parametrize(
    "fault",
    [
        "AccessDenied",
        "NoSuchEntity",
        "Throttling",
        "ExpiredToken",
        "garbage",
        "html",
        "drop",
        "no marker",
        "without:Policies",
        "without:ServiceNamespace",
        "without:PoliciesGrantingServiceAccess",
        "doubled:ServiceNamespace",
    ],
)
def test_what_is_not_told(iam_server, fault):
    """If AWS does not tell, or not of SES, it is not known, and never that nobody may."""
    server = iam_server({"app": [], "mailer": []}, {(ACTION, "*"): fault}, mailers=["mailer"])
    assert {"mailer": None} == ask(server, "mailer")
    assert ask(server, "app")["app"] in ({None, False} if fault == "without:Policies" else {None})
