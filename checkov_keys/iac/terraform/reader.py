"""Terraform HCL, Terraform JSON and plans → declared access keys.

Checkov finds the files, applies skip comments, and reports. Which keys there are, whose they are and whether they are
active is read from the files by the rules of Terraform; plans speak for themselves.
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_access_key
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import AccessKey, KeyStatus, Unjudged
from checkov_keys.iac.common.reading import DeclaredKey, DeclaredUser, Reading
from checkov_keys.iac.terraform.accounts import Accounts
from checkov_keys.iac.terraform.addresses import CALLS, is_planned
from checkov_keys.iac.terraform.configured_keys import (
    AbsentModule,
    ConfiguredKey,
    ConfiguredUser,
    Found,
    Refused,
    find_keys,
)
from checkov_keys.iac.terraform.counting import find_doubts, judge_status
from checkov_keys.iac.terraform.foreign_callers import name_foreign_callers
from checkov_keys.iac.terraform.identities import describe_misplaced, identify
from checkov_keys.iac.terraform.module_files import list_module_files, may_declare_key
from checkov_keys.iac.terraform.module_tree import ModuleTree
from checkov_keys.iac.terraform.plan import read_plans
from checkov_keys.iac.terraform.resource_types import KEY_TYPES, USER_TYPE
from checkov_keys.iac.terraform.root import Root
from checkov_keys.iac.terraform.scan_context import ScanContext, guess_context
from checkov_keys.iac.terraform.vertices import Vertices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.common.graph_view import GraphView, Vertex
    from checkov_keys.iac.common.reading import UserIdentity

_MARKS = ("iam_access_key", USER_TYPE)


class TerraformReader:
    """Reads aws_iam_access_key for Checkov's Terraform, Terraform JSON and plan runners."""

    framework = "terraform"
    key_types: tuple[str, ...] = KEY_TYPES
    status_attribute = "status"

    def read(self, graph: GraphView, *, with_users: bool = False) -> Reading:
        """Return the keys that exist, of every root module or plan in the graph, and with `with_users` the users."""
        wanted = (*self.key_types, *([USER_TYPE] if with_users else []))
        resources = [v for v in graph.blocks("resource") if v.get(CustomAttributes.RESOURCE_TYPE) in wanted]
        planned = [vertex for vertex in resources if is_planned(vertex)]
        configured = [vertex for vertex in resources if not is_planned(vertex)]
        plans = graph.notes.get("plans", ())
        reading = read_plans(plans, planned, with_users=with_users) if plans or planned else Reading()
        context = graph.notes.get("terraform") or guess_context(graph)
        if not context.directories or not (configured or context.foreign_callers or _may_hold_keys(context)):
            return reading
        found = ConfigurationReader(context, configured, with_users=with_users).read()
        return Reading(
            reading.keys + found.keys,
            reading.unjudged + found.unjudged,
            reading.user_blocks + found.user_blocks,
            {**reading.account_ids, **found.account_ids},
        )


def _may_hold_keys(context: ScanContext) -> bool:
    """Tell whether any file may hold a key: what a file calls may be given the user of a key in the other syntax."""
    beside = (file.path for directory in context.directories for file in list_module_files(directory))
    return any(map(may_declare_key, dict.fromkeys((*context.reported, *beside))))


class ConfigurationReader:
    """Reads the configurations of one scan for one of Checkov's runners."""

    def __init__(self, context: ScanContext, vertices: Iterable[Vertex] = (), *, with_users: bool = False) -> None:
        """Take what is known of the scan, and the vertices of Checkov's graph from which records can be made."""
        self._context = context
        self._with_users = with_users
        self._vertices = Vertices(vertices)
        self._accounts = Accounts()
        self._keys: list[DeclaredKey] = []
        self._users: list[DeclaredUser] = []
        self._unjudged: list[Unjudged] = []

    def read(self) -> Reading:
        """Return what the configurations declare."""
        context = self._context
        tree = context.tree or ModuleTree()
        for module in tree.find_roots(context.directories):
            root = Root(tree, module, [context.root], context.value_files)
            found = list(find_keys(root, self._accounts, with_users=self._with_users))
            self._add(root, found)
        self._unjudged += self._vertices.find_unread(tree)
        for module in map(tree.module, context.directories):
            self._unjudged += (
                Unjudged(problem.path, f"it may declare access keys and cannot be read: {problem}")
                for problem in module.problems
                if self._is_own(problem.path) and may_declare_key(problem.path)
            )
        if not context.is_json:
            self._unjudged += name_foreign_callers(context.foreign_callers, tree, context.root)
        return Reading(tuple(self._keys), tuple(self._unjudged), tuple(self._users), self._accounts.ids)

    def _add(self, root: Root, found: list[Found]) -> None:
        keys: list[tuple[UserIdentity, ConfiguredKey]] = []
        for each in found:
            if isinstance(each, ConfiguredKey):
                user = identify(each.account, each.user)
                if user is None:
                    reason = f"{describe_misplaced(each.user)}, in {each.section.path}"
                    self._unjudged.append(Unjudged(each.address, reason))
                else:
                    keys.append((user, each))
            elif isinstance(each, ConfiguredUser):
                self._add_user(each)
            elif isinstance(each, Refused) and self._is_own(each.path):
                self._unjudged.append(Unjudged(each.address, f"{each.reason}, in {each.path}"))
        absent = [each for each in found if isinstance(each, AbsentModule)]
        self._add_keys(keys, absent)
        for module in filter(lambda module: self._is_own(module.path), absent):
            if any(module.is_given(user) for user, key in keys if judge_status(key)[0] is KeyStatus.ACTIVE):
                reason = (
                    f"module {module.source} cannot be read ({module.reason}), and is given a user who has a key here"
                )
                self._unjudged.append(Unjudged(module.address, f"{reason}, in {module.path}"))
        if found:
            self._unjudged += (
                Unjudged(problem.path, f"it gives values to variables and cannot be read: {problem.reason}")
                for problem in root.problems
            )

    def _add_keys(self, keys: list[tuple[UserIdentity, ConfiguredKey]], absent: list[AbsentModule]) -> None:
        """Add keys, of which those count as unknown that make nobody know how many keys their user gets."""
        doubts = find_doubts(keys, absent)
        for user, key in keys:
            status, reason = judge_status(key)
            if status is KeyStatus.ACTIVE and key.address in doubts.get(user, {}):
                status = KeyStatus.UNKNOWN
                reason = f"how many keys this user gets is not known: {doubts[user][key.address]}"
            # A key without a vertex counts, and is reported by the runner that reads its file.
            name = key.user.content if isinstance(key.user.content, str) else ""
            declared = DeclaredKey(user, AccessKey(key.address, status), self._vertex(key))
            self._keys.append(declared._replace(reason=reason, user_name=name))

    def _add_user(self, user: ConfiguredUser) -> None:
        whose = identify(user.account, user.name)
        vertex = self._vertex(user)
        if whose is not None and whose.kind == "name" and vertex is not None:
            self._users.append(DeclaredUser(whose, user.address, vertex))

    def _is_own(self, path: str) -> bool:
        """Tell whether the runner that asks reports what is in a file."""
        return path.endswith(".json") is self._context.is_json

    def _vertex(self, found: ConfiguredKey | ConfiguredUser) -> Vertex | None:
        """Return what Checkov makes a record from, None if another one of its runners does."""
        path = found.section.path
        if not self._is_own(path):
            return None
        vertex = self._vertices.find(found.owner, found.section, found.instance, found.address)
        if vertex is None and path in self._context.reported:
            vertex = self._vertices.make(found.section, found.instance, found.address)
        root = found.owner.root.module.directory
        return None if vertex is None else {**vertex, CALLS: (root, found.owner.names)}
