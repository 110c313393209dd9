"""Which AWS account a Terraform block belongs to: its root module, together with its provider configuration.

https://developer.hashicorp.com/terraform/language/modules/develop/providers
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkov_keys.iac.terraform.addresses import block_name, call_of, module_instance, root_of
from checkov_keys.iac.terraform.values import spelt

if TYPE_CHECKING:
    from checkov_keys.iac.common.graph_view import GraphView, Vertex

_DEFAULT = "aws"
_ID = re.compile(r"\d{12}", re.ASCII)
_ROLE = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/", re.ASCII)
# What decides in which account a provider acts; region, default_tags, retries and the like do not.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs#argument-reference
_ACCOUNT_ATTRIBUTES = (
    "access_key",
    "allowed_account_ids",
    "assume_role",
    "assume_role_with_web_identity",
    "endpoints",
    "forbidden_account_ids",
    "profile",
    "shared_config_files",
    "shared_credentials_file",
    "shared_credentials_files",
)


class Accounts:
    """The accounts of one graph's blocks."""

    def __init__(self, graph: GraphView) -> None:
        """Index provider configurations and module calls by root module and module instance."""
        self._providers: dict[tuple[str, str, str], Vertex] = {}
        self._known: dict[tuple[str, str, str], str] = {}
        # What stands for an account → its id, where a provider tells it.
        self.ids: dict[str, str] = {}
        for vertex in graph.blocks("provider"):
            # Checkov names a configuration without an alias `aws.default`.
            name = block_name(vertex)
            reference = name if vertex.get("alias") is not None else name.split(".", 1)[0]
            self._providers[root_of(vertex), module_instance(vertex), reference] = vertex
        self._calls = {
            (root_of(vertex), module_instance(vertex), block_name(vertex)): vertex for vertex in graph.blocks("module")
        }

    def account(self, vertex: Vertex, root: str, place: str) -> str:
        """Return what stands for the account of a block in a module instance: equal for equal accounts."""
        key = (root, place, _reference(vertex.get("provider")))
        if key not in self._known:
            self._known[key] = self._account(*key)
        return self._known[key]

    def _account(self, root: str, place: str, reference: str) -> str:
        """Follow a provider's name up the module calls to the configuration that it means."""
        while True:
            block, bracket, index = reference.partition("[")
            provider = self._providers.get((root, place, block))
            if provider is not None:
                decisive = _decisive(provider, place)
                account = f"{root} {decisive}{bracket}{index}" if decisive or bracket else root
                number = account_id(provider.get("allowed_account_ids"), provider.get("assume_role"))
                if number:
                    self.ids[account] = number
                return account
            if not place:
                return root if reference == _DEFAULT else f"{root} {reference}"
            place, call = call_of(place)
            handed = self._calls.get((root, place, call), {}).get("providers")
            if isinstance(handed, dict) and reference in handed:
                reference = _reference(handed[reference])


def account_id(allowed: object, assumed: object) -> str:
    """Return the id of the only account in which a provider may act, or of the role that it assumes, "" where unknown.

    `allowed` is a list of ids, `assumed` a block `assume_role`, or a list of them, each assumed by the one before.
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs#allowed_account_ids-1
    """
    ids = {str(number) for number in allowed} if isinstance(allowed, list) else set()
    if not ids:
        last = (assumed[-1] if assumed else None) if isinstance(assumed, list) else assumed
        role = last.get("role_arn") if isinstance(last, dict) else None
        role = role[0] if isinstance(role, list) and role else role
        found = _ROLE.match(role) if isinstance(role, str) else None
        ids = {found[1]} if found else set()
    only = ids.pop() if len(ids) == 1 else ""
    return only if _ID.fullmatch(only) else ""


def _reference(provider: object) -> str:
    return _DEFAULT if provider is None else str(provider).removeprefix("${").removesuffix("}").strip()


def _decisive(provider: Vertex, place: str) -> str:
    values = {name: provider[name] for name in _ACCOUNT_ATTRIBUTES if provider.get(name) not in (None, "", [], {})}
    text = spelt(values) if values else ""
    return f"{place}{text}" if any(f"{word}." in text for word in ("var", "local", "module", "data")) else text
