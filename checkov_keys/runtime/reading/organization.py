"""The accounts of an organization, all of them or those below organizational units."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.text import one_line
from checkov_keys.runtime.session.answers import list_pages
from checkov_keys.runtime.session.faults import CALL_FAULTS, explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checkov_keys.runtime.session.aws_session import AwsSession

# AWS's words for accounts that nobody can enter. Any other, in any other spelling, is tried: what cannot be entered
# then is named, and what was left out by mistake would not be.
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
_CLOSED = frozenset({"SUSPENDED", "CLOSED"})
_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
# What the answer's parser drops is kept under this name.
_STATES = "checkov-keys account states"
# AWS answers 20 accounts at a time, and an organization has at most tens of thousands.
_MOST_PAGES = 10_000
_LONGEST_ID = 64  # characters of what stands in place of an id
_NO_ID = "AWS's answer names an account of the organization by an id that is not one"
_NO_UNIT = "AWS's answer names an organizational unit by an id that is not one"
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html
_UNIT_ID = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}", re.ASCII)


class Member(NamedTuple):
    """An account of an organization.

    `states` are AWS's own words for its state, none if AWS does not say it. `problem` says why it cannot be entered,
    "" if nothing is known against it.
    """

    id: str
    name: str
    states: tuple[str, ...] = ()
    problem: str = ""

    @property
    def closed(self) -> bool:
        """Tell whether AWS says that it is closed, and nothing else."""
        return bool(self.states) and _CLOSED.issuperset(self.states)


def organization_members(session: AwsSession, units: Iterable[str] = ()) -> list[Member]:
    """Return every account of the organization, whatever its state, or of `units` and of all units below them.

    A unit is the id of an organizational unit or of the root. Accounts come in the order of their ids, each once. What
    AWS names by an id that is not one is among them, with the problem. Raises AuditError if any of them cannot be
    listed: an account that is not known to exist would not be missed.
    """
    organizations = session.client("organizations")
    organizations.meta.events.register("before-parse.organizations", _keep_states)
    where = "of the organization"
    members: dict[str, Member] = {}
    try:
        waiting, seen = list(units), set()
        if not waiting:
            _add(members, _pages(organizations.list_accounts, "Accounts"))
        while waiting:
            unit = waiting.pop()
            if unit in seen:
                continue
            seen.add(unit)
            where = f"of {unit}"
            _add(members, _pages(organizations.list_accounts_for_parent, "Accounts", ParentId=unit))
            below = _pages(organizations.list_organizational_units_for_parent, "OrganizationalUnits", ParentId=unit)
            waiting += _units(members, below)
    except CALL_FAULTS as error:
        raise AuditError(explained(f"cannot list the accounts {where}", error)) from error
    return [member for _, member in sorted(members.items())]


def _pages(call: Callable[..., dict[str, Any]], name: str, **asked: object) -> Iterator[dict[str, Any]]:
    return list_pages(call, name, place="NextToken", most_pages=_MOST_PAGES, **asked)


def _units(members: dict[str, Member], pages: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the ids of units; one that is not an id becomes a member with a problem."""
    for entry in (entry for page in pages for entry in page["OrganizationalUnits"]):
        found = entry.get("Id") if isinstance(entry, dict) else entry
        if isinstance(found, str) and _UNIT_ID.fullmatch(found):
            yield found
        else:
            members[f"unit {found!r}"] = Member(_show(found), "", problem=_NO_UNIT)


def _add(members: dict[str, Member], pages: Iterable[dict[str, Any]]) -> None:
    """Add the accounts of all pages; one that is there already keeps what was said of it before, too."""
    for page in pages:
        for entry, states in zip(page["Accounts"], page.get(_STATES) or itertools.repeat(())):
            fields = entry if isinstance(entry, dict) else {}
            id_, name = fields.get("Id"), fields.get("Name")
            if not (isinstance(id_, str) and _ACCOUNT_ID.fullmatch(id_)):
                members[f"account {id_!r}"] = Member(_show(id_), "", problem=_NO_ID)
                continue
            known = members.get(id_, Member(id_, name if isinstance(name, str) else ""))
            members[id_] = known._replace(states=(*known.states, *states))


def _show(found: object) -> str:
    """Return what stands in place of an id, as a report can hold it."""
    return one_line(found if isinstance(found, str) else repr(found))[:_LONGEST_ID] or "(no id)"


def _keep_states(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Keep each account's State, which releases of botocore before September 2025 do not know, in the answer's order.

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
        customized_response_dict[_STATES] = [_states_of(entry) for entry in entries]


def _states_of(entry: object) -> tuple[str, ...]:
    if not isinstance(entry, dict):
        return ()
    words = (entry.get("State"), entry.get("Status"))
    return tuple(str(word) for word in words if word not in (None, ""))
