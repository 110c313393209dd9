"""CloudFormation templates → declared access keys. One template is one account.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-accesskey.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.users import AccessKey, KeyStatus, Unjudged, status_named
from checkov_keys.iac.cloudformation.conditions import Conditions
from checkov_keys.iac.cloudformation.functions import NO_VALUE, Text, Value
from checkov_keys.iac.cloudformation.sections import KEY_TYPE, Sections, get_written, group_sections, logical_id
from checkov_keys.iac.cloudformation.unseen import Unseen, find_unseen
from checkov_keys.iac.cloudformation.users import UserIdentities
from checkov_keys.iac.cloudformation.values import Values
from checkov_keys.iac.common.conditions import ALWAYS, NEVER, Condition, conjunction, disjunction, simplified
from checkov_keys.iac.common.reading import DeclaredKey, DeclaredUser, Reading, UserIdentity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.common.graph_view import GraphView, Vertex


class CloudFormationReader:
    """Reads AWS::IAM::AccessKey out of the graph of Checkov's CloudFormation runner."""

    framework = "cloudformation"
    key_types: tuple[str, ...] = (KEY_TYPE,)
    status_attribute = "Status"

    def read(self, graph: GraphView, *, with_users: bool = False) -> Reading:
        """Return the keys of every template in the graph, and with `with_users` the users."""
        keys: list[DeclaredKey] = []
        unjudged: list[Unjudged] = []
        users: list[DeclaredUser] = []
        for template in group_sections(graph.vertices()):
            for found in _read(template, graph):
                if isinstance(found, DeclaredKey):
                    keys.append(found)
                else:
                    unjudged.append(found)
            if with_users:
                users += _declare_users(template)
        return Reading(tuple(keys), tuple(unjudged), tuple(users))


def _declare_users(template: Sections) -> Iterator[DeclaredUser]:
    """Yield the users whose names are in the template; CloudFormation chooses the others."""
    values = Values(template, Conditions(template).find)
    for name, vertex in template.user_blocks.items():
        for _, value in values.list_alternatives(template.users[name].get("UserName")):
            if isinstance(value, Text) and value.literal:
                yield DeclaredUser(UserIdentity.named(template.path, value.literal), name, vertex)


class _Possibility(NamedTuple):
    """A user and a status that a key can have."""

    user: UserIdentity | None
    status: KeyStatus


def _read(template: Sections, graph: GraphView) -> Iterator[DeclaredKey | Unjudged]:
    unseen = find_unseen(template, edges_suffice=graph.has_all_edges)
    for loop in unseen.loops:
        yield Unjudged(loop, f"Checkov's graph does not hold the access keys of a loop, in {template.path}")
    conditions = Conditions(template)
    values = Values(template, conditions.find)
    identities = UserIdentities(template, values)
    for name, vertex in template.keys.items():
        condition = _find_condition(name, vertex, unseen, graph)
        exists = ALWAYS if condition is None else conditions.find(condition)
        for possibility, when in _list_possibilities(vertex, exists, values, identities).items():
            if possibility.user is None:
                yield Unjudged(name, f"it has no UserName that can be read, in {template.path}")
            else:
                yield DeclaredKey(possibility.user, AccessKey(name, possibility.status), vertex, when=when)


def _find_condition(name: str, vertex: Vertex, unseen: Unseen, graph: GraphView) -> object:
    """Return what a resource's attribute `Condition` names, which Checkov keeps as an edge only."""
    if unseen.conditions is not None:
        return unseen.conditions.get(name)
    named = [logical_id(target) for target in graph.targets(vertex, "Condition")]
    return named if len(named) > 1 else next(iter(named), None)


def _list_possibilities(
    vertex: Vertex, exists: Condition, values: Values, identities: UserIdentities
) -> dict[_Possibility, Condition]:
    """Return every user and status that a key can have, each with its condition."""
    declared = get_written(vertex)
    users = [
        (alternative.when, identities.identify(alternative.value))
        for alternative in values.list_alternatives(declared.get("UserName"))
    ]
    statuses = [
        (alternative.when, _read_status(alternative.value))
        for alternative in values.list_alternatives(declared.get("Status"))
    ]
    if len(users) == len(statuses) == 1:
        return {_make_possibility(users[0][1], statuses[0][1]): exists} if exists != NEVER else {}
    found: dict[_Possibility, list[Condition]] = {}
    for user_when, user in users:
        for status_when, status in statuses:
            found.setdefault(_make_possibility(user, status), []).append(conjunction((exists, user_when, status_when)))
    simple = {possibility: simplified(disjunction(tuple(whens))) for possibility, whens in found.items()}
    return {possibility: when for possibility, when in simple.items() if when != NEVER}


def _make_possibility(user: UserIdentity | None, status: KeyStatus) -> _Possibility:
    """Return whose key it is and its status, which matters only if the user is known."""
    return _Possibility(user, KeyStatus.UNKNOWN if user is None else status)


def _read_status(value: Value) -> KeyStatus:
    if value == NO_VALUE:
        return status_named(None)
    return status_named(value.literal) if isinstance(value, Text) and value.literal is not None else KeyStatus.UNKNOWN
