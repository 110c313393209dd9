"""Plans of Terraform → declared access keys.

A plan is read as it is written: Checkov's graph has references in the place of values that it does not know, and lacks
what the plan leaves alone. The graph gives the vertices from which records are made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import END_LINE, START_LINE

from checkov_keys.domain.users import AccessKey, KeyStatus, Unjudged, status_named
from checkov_keys.iac.common.reading import DeclaredKey, DeclaredUser, Reading, UserIdentity
from checkov_keys.iac.terraform.addresses import ADDRESS, BlockName, address_of, file_path, found_again
from checkov_keys.iac.terraform.plan_document import load_plan
from checkov_keys.iac.terraform.plan_users import PlannedUsers
from checkov_keys.iac.terraform.resource_types import KEY_TYPE, USER_TYPE
from checkov_keys.iac.terraform.vertices import MADE_HERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.common.graph_view import Vertex
    from checkov_keys.iac.terraform.plan_document import PlannedResource


def read_plans(paths: Iterable[str], vertices: Iterable[Vertex], *, with_users: bool = False) -> Reading:
    """Return the keys that exist once the plans in some files are applied, and with `with_users` the users.

    `vertices` are those of keys and users in Checkov's graph, of these files and maybe others.
    """
    by_path: dict[str, dict[str, Vertex]] = {path: {} for path in paths}
    for vertex in vertices:
        by_path.setdefault(file_path(vertex), {})[address_of(vertex)] = vertex
    keys: list[DeclaredKey] = []
    unjudged: list[Unjudged] = []
    users: list[DeclaredUser] = []
    account_ids: dict[str, str] = {}
    for path, known in by_path.items():
        plan = _PlanReader(path, known)
        found = plan.read_keys()
        keys += (each for each in found if isinstance(each, DeclaredKey))
        unjudged += (each for each in found if isinstance(each, Unjudged))
        users += plan.read_users() if with_users else ()
        account_ids.update(plan.account_ids)
    return Reading(tuple(keys), tuple(unjudged), tuple(users), account_ids)


class _PlanReader:
    """Reads one plan. `account_ids` maps what names an account to its id, if a provider tells it."""

    def __init__(self, path: str, vertices: dict[str, Vertex]) -> None:
        self._path = path
        self._vertices = vertices
        self._plan = load_plan(path)
        self._users = PlannedUsers(self._plan)
        self.account_ids: dict[str, str] = {}

    def read_keys(self) -> list[DeclaredKey | Unjudged]:
        """Return the keys, and why some are not judged."""
        keys = self._plan.list_resources(KEY_TYPE)
        found = [self._read_key(key) for key in keys]
        told = {_strip(address) for address in (*self._plan.resources, *self._plan.forgotten)}
        reason = self._plan.problem or "the plan does not tell whose it is"
        for address, vertex in self._vertices.items():
            if _strip(address) not in told and vertex.get(CustomAttributes.RESOURCE_TYPE) == KEY_TYPE:
                found.append(Unjudged(address, f"{reason}, in {self._path}"))
        if self._plan.doubt and (keys or self._plan.mentions_keys):
            found.append(Unjudged(self._path, self._plan.doubt))
        return found

    def _read_key(self, key: PlannedResource) -> DeclaredKey | Unjudged:
        account = self._find_account(key)
        if account is None:
            reason = "which provider configuration it has is not in the plan, and there are several"
            return Unjudged(key.address, f"{reason}, in {self._path}")
        whose = self._users.identify(account, key)
        if isinstance(whose, str):
            return Unjudged(key.address, f"{whose}, in {self._path}")
        status = KeyStatus.UNKNOWN if key.unknown.get("status") else status_named(key.values.get("status"))
        reason = "whether it is active is known only after the apply" if key.unknown.get("status") else ""
        return DeclaredKey(whose, AccessKey(key.address, status), self._find_vertex(key), reason=reason)

    def read_users(self) -> list[DeclaredUser]:
        """Return the users whose names are known before the apply."""
        users: list[DeclaredUser] = []
        for user in self._plan.list_resources(USER_TYPE):
            account, name = self._find_account(user), user.values.get("name")
            if account is not None and isinstance(name, str) and name:
                users.append(DeclaredUser(UserIdentity.named(account, name), user.address, self._find_vertex(user)))
        return users

    def _find_account(self, resource: PlannedResource) -> str | None:
        found = self._plan.find_account(resource)
        if found is None:
            return None
        account = f"{self._path} {found[0]}".rstrip()
        if found[1]:
            self.account_ids[account] = found[1]
        return account

    def _find_vertex(self, resource: PlannedResource) -> Vertex:
        """Return the vertex of a resource, or make one if Checkov has none: of what the plan leaves alone."""
        vertex = self._vertices.get(resource.address)
        if vertex is not None:
            return found_again(vertex)
        return make_vertex(
            self._path, resource.address, resource.block + resource.suffix, self._plan.find_line(resource)
        )


def make_vertex(path: str, address: str, name: str, line: int) -> Vertex:
    """Return a vertex for what a plan tells at a line; `name` is its type and name with its index."""
    resource_type, _, label = name.partition(".")
    return {
        CustomAttributes.ID: address,
        CustomAttributes.BLOCK_NAME: BlockName(name),
        CustomAttributes.BLOCK_TYPE: "resource",
        CustomAttributes.RESOURCE_TYPE: resource_type,
        CustomAttributes.FILE_PATH: path,
        CustomAttributes.CONFIG: {resource_type: {label: {}}},
        ADDRESS: address,
        START_LINE: line,
        END_LINE: line,
        MADE_HERE: True,
    }


def _strip(address: str) -> str:
    """Return what Checkov leaves of an address, in whose instance keys it resolves escapes once too often."""
    return re.sub(r"(?<=\\)[nrt]|\W", "", address)
