"""Reads the tag `checkov:skip` of an IAM user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.exemptions import SKIP_TAG
from checkov_keys.runtime.reading.side_facts import OUTAGE, LostFact, lost_fact
from checkov_keys.runtime.session.answers import list_entries, text_of
from checkov_keys.runtime.session.faults import CALL_FAULTS

if TYPE_CHECKING:
    from checkov_keys.runtime.session.outage import Outage


def read_skip_tag_of(iam: Any, user_name: str, outage: Outage) -> str | LostFact | None:  # noqa: ANN401
    """Return the value of a user's tag `checkov:skip`, None if it has none, or why it could not be read.

    `iam` is a client, which threads may share. Makes one call of iam:ListUserTags per page, and a user with at most 50
    tags has one page:
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
    The case of the key does not count, as in IAM for the tags of users:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    what = f"cannot read the tags of user {user_name} (iam:ListUserTags), so none exempts it"
    if outage.reason:
        return LostFact(OUTAGE, f"{what}: {outage.reason}")
    try:
        value = _find_skip_tag(iam, user_name)
    except CALL_FAULTS as error:
        lost = lost_fact(what, error)
        outage.failed(error, lost.line)
        return lost
    outage.answered()
    return value


def _find_skip_tag(iam: Any, user_name: str) -> str | None:  # noqa: ANN401
    for tag in list_entries(iam.list_user_tags, "Tags", UserName=user_name):
        if text_of(tag, "Key").lower() == SKIP_TAG:
            return text_of(tag, "Value")
    return None
