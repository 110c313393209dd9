"""Terraform HCL, Terraform JSON and plans → declared access keys.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_access_key
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import AccessKey, KeyStatus, Unjudged, status_named
from checkov_keys.iac.declared_keys import DeclaredKey, Reading
from checkov_keys.iac.terraform_blocks import ADDRESS, BlockName, instances, is_planned, module_instance, root_of
from checkov_keys.iac.terraform_plan import PlanFacts
from checkov_keys.iac.terraform_references import References
from checkov_keys.iac.terraform_users import UserResolver

if TYPE_CHECKING:
    from checkov_keys.iac.graph_access import GraphView, Vertex


class TerraformReader:
    """Reads aws_iam_access_key out of the graph of Checkov's Terraform, Terraform JSON and plan runners."""

    framework = "terraform"
    key_type = "aws_iam_access_key"
    status_attribute = "status"

    def read(self, graph: GraphView) -> Reading:
        """Return the keys that exist, of every root module or plan in the graph."""
        vertices = list(graph.vertices())
        candidates = [vertex for vertex in vertices if self._is_key(vertex)]
        if not candidates:
            return Reading()
        absent = _absent_modules(vertices)
        references = References(graph, vertices)
        resolver = UserResolver(references, vertices)
        plan_facts = PlanFacts()
        keys: list[DeclaredKey] = []
        unjudged: list[Unjudged] = []
        for vertex in candidates:
            copies = instances(vertex)
            if not copies or _is_in(vertex, absent):
                continue
            user = resolver.identity(vertex)
            if user is None:
                unjudged.append(_without_user(vertex))
            else:
                key = AccessKey(str(vertex[ADDRESS]), _status(vertex, references, plan_facts))
                keys.append(DeclaredKey(user, key, _found_again(vertex), copies))
        return Reading(tuple(keys), tuple(unjudged))

    def _is_key(self, vertex: Vertex) -> bool:
        return (
            vertex.get(CustomAttributes.RESOURCE_TYPE) == self.key_type
            and vertex.get(CustomAttributes.BLOCK_TYPE) == "resource"
        )


def _found_again(vertex: Vertex) -> Vertex:
    name = str(vertex[CustomAttributes.BLOCK_NAME])
    return {**vertex, CustomAttributes.BLOCK_NAME: BlockName(name)} if name.count(".") > 1 else vertex


def _absent_modules(vertices: list[Vertex]) -> set[tuple[str, str]]:
    """Return the module calls that make no instance, as (root, address prefix)."""
    return {
        (root_of(vertex), f"{module_instance(vertex)}module.{vertex[CustomAttributes.BLOCK_NAME]}.")
        for vertex in vertices
        if vertex.get(CustomAttributes.BLOCK_TYPE) == "module" and not instances(vertex)
    }


def _is_in(vertex: Vertex, modules: set[tuple[str, str]]) -> bool:
    place = (root_of(vertex), module_instance(vertex))
    return any(root == place[0] and place[1].startswith(prefix) for root, prefix in modules)


def _status(vertex: Vertex, references: References, plan_facts: PlanFacts) -> KeyStatus:
    status = references.value(vertex, "status").value
    if status is None and is_planned(vertex):
        path, address = str(vertex[CustomAttributes.FILE_PATH]), str(vertex[ADDRESS])
        if plan_facts.is_unknown(path, address, "status"):
            return KeyStatus.UNKNOWN
    return status_named(status)


def _without_user(vertex: Vertex) -> Unjudged:
    reason = "its user is known only after the apply" if is_planned(vertex) else "it names no user"
    return Unjudged(str(vertex[ADDRESS]), f"{reason}, in {vertex[CustomAttributes.FILE_PATH]}")
