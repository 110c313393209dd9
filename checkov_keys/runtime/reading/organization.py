"""The accounts of an organization, all of them or those below organizational units."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.session.faults import CALL_FAULTS, explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.runtime.session.aws_session import AwsSession

ACTIVE = "ACTIVE"
# What the answer's parser drops is kept under this name.
_STATES = "checkov-keys account states"


class Member(NamedTuple):
    """An account of an organization.

    `state` is AWS's own word, "" if AWS does not say it:
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
    """

    id: str
    name: str
    state: str


def organization_members(session: AwsSession, units: Iterable[str] = ()) -> list[Member]:
    """Return every account of the organization, whatever its state, or of `units` and of all units below them.

    A unit is the id of an organizational unit or of the root. Accounts come in the order of their ids. Raises
    AuditError if any of them cannot be listed: an account that is not known to exist would not be missed.
    """
    organizations = session.client("organizations")
    organizations.meta.events.register("before-parse.organizations", _keep_states)
    where = "of the organization"
    members: dict[str, Member] = {}
    try:
        waiting, seen = list(units), set()
        if not waiting:
            members.update(_members(organizations.get_paginator("list_accounts").paginate()))
        while waiting:
            unit = waiting.pop()
            if unit in seen:
                continue
            seen.add(unit)
            where = f"of {unit}"
            members.update(_members(organizations.get_paginator("list_accounts_for_parent").paginate(ParentId=unit)))
            below = organizations.get_paginator("list_organizational_units_for_parent").paginate(ParentId=unit)
            waiting += [entry["Id"] for page in below for entry in page["OrganizationalUnits"]]
    except CALL_FAULTS as error:
        raise AuditError(explained(f"cannot list the accounts {where}", error)) from error
    return [member for _, member in sorted(members.items())]


def _members(pages: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Member]]:
    for page in pages:
        states = page.get(_STATES, {})
        for entry in page["Accounts"]:
            yield entry["Id"], Member(entry["Id"], entry.get("Name", ""), states.get(entry["Id"], ""))


def _keep_states(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Keep each account's State, which releases of botocore before September 2025 do not know.

    AWS has retired Status, the field that they do know, on 9 September 2026:
    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    """
    try:
        answer = json.loads(response_dict["body"])
    except ValueError:
        # The parser reports what is wrong with it.
        return
    entries = answer.get("Accounts") if isinstance(answer, dict) else None
    if isinstance(entries, list):
        customized_response_dict[_STATES] = {
            entry.get("Id"): entry.get("State") or entry.get("Status") or ""
            for entry in entries
            if isinstance(entry, dict)
        }
