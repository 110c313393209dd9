"""Asks CloudFormation which stacks own access keys.

A stack lives in a region, so a key of which no stack is known here may belong to one in a region that was not asked.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.templates import ManagedKey, Ownership
from checkov_keys.domain.users import Unjudged
from checkov_keys.runtime.session.answers import list_entries, text_of
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, error_code, explained
from checkov_keys.runtime.session.outage import Outage
from checkov_keys.runtime.session.worker_threads import in_order, threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov_keys.runtime.session.aws_session import AwsSession

# The stack's resource; None if no stack has the key; why it is unknown.

KEY_TYPE = "AWS::IAM::AccessKey"
_SERVICE = "cloudformation"
# CloudFormation throttles an account early, in every region by itself: one call at a time in each.
_REGIONS_AT_ONCE = 8
_FAILED_IN_A_ROW = 2
# The stack was deleted, or the key was taken out of it: with it, or kept by a DeletionPolicy.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResource.html
_LEFT = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})


def owning_stacks(session: AwsSession, keys: Iterable[str], regions: Sequence[str] = ()) -> dict[str, Ownership]:
    """Return the owner of each access key, by its id, in the account of the session's identity.

    Asks in `regions`, or in the session's own if there are none. A key is Unjudged if no region that answered
    has its stack and another did not answer. Raises UsageError if no region is known, AuditError if one cannot
    be the name of any.
    """
    asked = tuple(dict.fromkeys(keys))
    chosen = tuple(dict.fromkeys(regions or filter(None, (session.region,))))
    if not chosen:
        raise UsageError(
            "no region is known in which to ask for stacks: name some with --stack-regions, or set AWS_DEFAULT_REGION"
        )
    clients = [(region, session.client(_SERVICE, region)) for region in chosen]

    def ask(where: tuple[str, Any]) -> list[Ownership]:
        region, cloudformation = where
        place = region if session.knows(_SERVICE, region) else f"{region}, which this botocore does not know,"
        outage = Outage(_FAILED_IN_A_ROW, "keys")
        return [_owner_or_reason(cloudformation, key, region, place, outage) for key in asked]

    with threads(min(len(clients), _REGIONS_AT_ONCE)) as pool:
        answers = list(in_order(pool, ask, clients))
    return {key: _of_all_regions(owners) for key, *owners in zip(asked, *answers)}


def _of_all_regions(owners: Sequence[Ownership]) -> Ownership:
    found = next((owner for owner in owners if isinstance(owner, ManagedKey)), None)
    unjudged = [owner for owner in owners if isinstance(owner, Unjudged)]
    if found is not None or len(unjudged) < 2:  # noqa: PLR2004  # one reason needs no other
        return found or next(iter(unjudged), None)
    return replace(unjudged[0], reason=f"{unjudged[0].reason}; other regions that could not tell: {len(unjudged) - 1}")


def _owner_or_reason(cloudformation: Any, key: str, region: str, place: str, outage: Outage) -> Ownership:  # noqa: ANN401
    if outage.reason:
        return Unjudged(key, outage.reason)
    try:
        owner = _owner(cloudformation, key, region)
        outage.answered()
    except CALL_FAULTS as error:
        reason = explained(f"cannot tell whether a stack in {place} owns it", error)
        outage.failed(error, reason)
        return Unjudged(key, reason)
    return owner


def _owner(cloudformation: Any, key: str, region: str) -> ManagedKey | None:  # noqa: ANN401  # a client of boto3
    try:
        described = cloudformation.describe_stack_resources(PhysicalResourceId=key)["StackResources"]
    except ClientError as error:
        # How AWS says that no stack has it; the reference does not mention it.
        if error_code(error) == "ValidationError" and f"Stack for {key} does not exist" in str(error):
            return None
        raise
    if not described:
        raise BrokenAnswerError("AWS's answer has no resource")
    name, resource = text_of(described[0], "StackName"), _managed(described, key)
    if resource is None:
        # DescribeStackResources answers the first 100 resources, or one of several that share an id.
        # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/998
        stack = text_of(described[0], "StackId")
        pages = list_entries(
            cloudformation.list_stack_resources,
            "StackResourceSummaries",
            place="NextToken",
            StackName=stack,
        )
        listed = list(pages)
        if not any(_stands_for(entry, key) for entry in (*described, *listed)):
            raise BrokenAnswerError(f"AWS's answer names stack {name}, which does not have it")
        resource = _managed(listed, key)
    if resource is None:
        return None
    return ManagedKey(key, "CloudFormation", text_of(resource, "LogicalResourceId"), f"stack {name} in {region}")


def _managed(entries: Iterable[dict[str, Any]], key: str) -> dict[str, Any] | None:
    """Return the resource that is the access key, as long as its stack manages it."""
    keys = (entry for entry in entries if _stands_for(entry, key) and text_of(entry, "ResourceType") == KEY_TYPE)
    return next((entry for entry in keys if text_of(entry, "ResourceStatus") not in _LEFT), None)


def _stands_for(entry: dict[str, Any], key: str) -> bool:
    # A resource whose creation has not got that far has no physical id.
    return entry.get("PhysicalResourceId") == key
