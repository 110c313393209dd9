"""Terraform HCL, Terraform JSON and plans → declared access keys.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_access_key
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import AccessKey, Unjudged, status_named
from checkov_keys.iac.common.reading import DeclaredKey, DeclaredUser, Reading
from checkov_keys.iac.terraform.accounts import Accounts
from checkov_keys.iac.terraform.addresses import (
    USER_TYPE,
    address_of,
    block_index,
    block_name,
    call_of,
    file_path,
    found_again,
    is_planned,
    module_instance,
    root_of,
)
from checkov_keys.iac.terraform.evaluator import Evaluator
from checkov_keys.iac.terraform.plan import PlanReader
from checkov_keys.iac.terraform.users import KeyAttributes, identity, misplaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checkov_keys.iac.common.graph_view import GraphView, Vertex


class TerraformReader:
    """Reads aws_iam_access_key out of the graph of Checkov's Terraform, Terraform JSON and plan runners."""

    framework = "terraform"
    key_types: tuple[str, ...] = ("aws_iam_access_key",)
    status_attribute = "status"

    def read(self, graph: GraphView, *, with_users: bool = False) -> Reading:
        """Return the keys that exist, of every root module or plan in the graph, and with `with_users` the users."""
        resources = graph.blocks("resource")
        candidates = [vertex for vertex in resources if vertex.get(CustomAttributes.RESOURCE_TYPE) in self.key_types]
        users = [v for v in resources if with_users and v.get(CustomAttributes.RESOURCE_TYPE) == USER_TYPE]
        if not (candidates or users):
            return Reading()
        configured, planned = _Configured(graph), PlanReader()
        keys: list[DeclaredKey] = []
        unjudged: list[Unjudged] = []
        for vertex in candidates:
            for found in planned.declared(vertex) if is_planned(vertex) else configured.declared(vertex):
                if isinstance(found, DeclaredKey):
                    keys.append(found)
                else:
                    unjudged.append(found)
        user_blocks = [
            user for vertex in users for user in (planned if is_planned(vertex) else configured).declared_users(vertex)
        ]
        account_ids = {**planned.account_ids, **configured.account_ids}
        return Reading(tuple(keys), tuple(unjudged), tuple(user_blocks), account_ids)


class _Place(NamedTuple):
    """A module instance of a root module, and whether it exists."""

    root: str
    instance: str
    exists: bool


class _Configured:
    """The keys of one graph's configurations, native or JSON."""

    def __init__(self, graph: GraphView) -> None:
        self._evaluator = Evaluator(graph)
        self._attributes = KeyAttributes(graph, self._evaluator)
        self._accounts = Accounts(graph)
        self._absent = {
            (root_of(vertex), f"{module_instance(vertex)}module.{block_name(vertex)}.")
            for vertex in graph.blocks("module")
            if not self._instances(vertex)
        }
        # Where blocks stand, by file and module call.
        self._places: dict[tuple[str, int], _Place] = {}

    @property
    def account_ids(self) -> Mapping[str, str]:
        """The ids of the accounts whose blocks were read, as far as their providers tell them."""
        return self._accounts.ids

    def declared(self, vertex: Vertex) -> list[DeclaredKey | Unjudged]:
        """Return the keys of one vertex: one an instance, none where it does not exist."""
        account = self._account(vertex)
        return [self._instance(vertex, account, index) for index in self._instances(vertex)] if account else []

    def declared_users(self, vertex: Vertex) -> list[DeclaredUser]:
        """Return the users of one vertex whose names are known: one an instance, none where it does not exist."""
        account = self._account(vertex)
        names = [self._attributes.value(vertex, "name", index) for index in self._instances(vertex)] if account else []
        whose = (identity(str(account), name) for name in names)
        return [DeclaredUser(user, address_of(vertex), vertex) for user in whose if user and user.kind == "name"]

    def _account(self, vertex: Vertex) -> str | None:
        """Return what stands for the account of a vertex, None where it stands in a module that does not exist."""
        key = (file_path(vertex), id(vertex.get(CustomAttributes.SOURCE_MODULE_OBJECT)))
        place = self._places.get(key)
        if place is None:
            root, instance = root_of(vertex), module_instance(vertex)
            place = self._places[key] = _Place(root, instance, exists=not self._is_absent(root, instance))
        return self._accounts.account(vertex, place.root, place.instance) if place.exists else None

    def _instance(self, vertex: Vertex, account: str, index: object) -> DeclaredKey | Unjudged:
        address = address_of(vertex)
        user = self._attributes.value(vertex, "user", index)
        whose = identity(account, user)
        if whose is None:
            return Unjudged(address, f"{misplaced(user)}, in {file_path(vertex)}")
        status = status_named(self._attributes.value(vertex, "status", index))
        return DeclaredKey(whose, AccessKey(address, status), found_again(vertex))

    def _is_absent(self, root: str, place: str) -> bool:
        while place:
            if (root, place) in self._absent:
                return True
            place, _ = call_of(place)
        return False

    def _instances(self, vertex: Vertex) -> list[object]:
        """Return the instances that a vertex stands for: its own index, or each that Checkov did not expand.

        What cannot be resolved is taken as one instance.
        """
        if "[" not in block_name(vertex) and "count" not in vertex and "for_each" not in vertex:
            return [None]
        _, own = block_index(vertex)
        known = self._evaluator.instances(vertex)
        if own is not None:
            return [own] if known is None or own in known or (known and isinstance(own, str)) else []
        if known is not None:
            return known
        rendered = vertex.get("count")
        return [] if rendered == 0 and not isinstance(rendered, bool) else [None]
