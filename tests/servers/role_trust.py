"""Who a role in another account lets in, which moto asks of roles in the caller's own account only."""

import json

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

_PARTITION = "aws"


def untrusted(action, asked, access_key):
    """Return why AWS would not let the caller assume a role that moto holds, None where it would, or need not ask.

    A user of another account needs the trust of the role, as itself or as anybody of its account, with the external id
    that is asked for; that its own policies let it ask for the role is what moto checks.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    """
    if action != "AssumeRole":
        return None
    account, _, name = asked["RoleArn"].split(":", 4)[4].partition(":role/")
    role = next((role for role in iam_backends[account][_PARTITION].roles.values() if role.name == name), None)
    caller = _user_arn(access_key)
    if caller is None:
        # Somebody who has no policies fills the account.
        return None
    statements = json.loads(role.assume_role_policy_document)["Statement"] if role else []
    if any(_trusts(statement, caller, asked) for statement in statements):
        return None
    return f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {asked['RoleArn']}"


def _user_arn(access_key):
    for account in list(sts_backends):
        user = iam_backends[account][_PARTITION].get_user_from_access_key_id(access_key)
        if user:
            return user.arn
    return None


def _trusts(statement, caller, asked):
    account = caller.split(":")[4]
    trusted = statement["Principal"] in (
        {"AWS": caller},
        {"AWS": account},
        {"AWS": f"arn:{_PARTITION}:iam::{account}:root"},
    )
    conditions = statement.get("Condition", {})
    met = conditions in ({}, {"StringEquals": {"sts:ExternalId": asked.get("ExternalId")}})
    return (statement["Effect"], statement["Action"]) == ("Allow", "sts:AssumeRole") and trusted and met
