"""Which AWS account a Terraform block belongs to: its root module, together with its provider configuration.

https://developer.hashicorp.com/terraform/language/modules/develop/providers
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.nodes import Access, Index, Literal, Mapping, Member, Name, Node
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import Value, canonical_text, is_wholly_known, to_python
from checkov_keys.iac.terraform.arguments import ALONE

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.blocks import Attribute, Block
    from checkov_keys.iac.terraform.configuration import Section
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.repetition import Instance

_ID = re.compile(r"\d{12}", re.ASCII)
_ROLE = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/", re.ASCII)
# What decides in which account a provider acts; region, default_tags, retries and the like do not.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs#argument-reference
ACCOUNT_ATTRIBUTES = (
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


class Reference(NamedTuple):
    """A provider configuration as a block names it: `aws.east`, and the index of one with for_each, or ""."""

    name: str
    at: str = ""


_DEFAULT = Reference("aws")


class Accounts:
    """The accounts of the blocks of root modules. `ids` maps what names an account here to its id, if that is known."""

    def __init__(self) -> None:
        """Start with no account."""
        self.ids: dict[str, str] = {}
        self._known: dict[tuple[int, Reference], str] = {}

    def find(self, owner: ModuleInstance, section: Section, instance: Instance) -> str:
        """Return what names the account of an instance of a block: equal for equal accounts."""
        attribute = section.attribute("provider")
        reference = _DEFAULT
        if attribute is not None:
            reference = _read_reference(attribute.bare, owner, instance) or Reference(attribute.text.strip())
        key = (id(owner), reference)
        if key not in self._known:
            self._known[key] = self._find(owner, reference)
        return self._known[key]

    def find_handed(self, owner: ModuleInstance, call: Section) -> str:
        """Return what names the account in which a called module makes its resources, as far as the call tells."""
        handed = _read_handed(call, _DEFAULT, owner, ALONE)
        return self._find(owner, handed or _DEFAULT)

    def _find(self, owner: ModuleInstance, reference: Reference) -> str:
        """Follow a provider's name up the module calls to the configuration that it means."""
        root = owner.root.module.directory
        while True:
            section = owner.module.providers.get(reference.name)
            if section is not None:
                return self._name(owner, section, reference.at)
            if owner.call is None:
                return root if reference == _DEFAULT else f"{root} {reference.name}{reference.at}"
            handed = _find_handed(owner, reference)
            owner, reference = owner.call.caller, handed or reference

    def _name(self, owner: ModuleInstance, section: Section, index: str) -> str:
        root = owner.root.module.directory
        decisive = {name: found for name in ACCOUNT_ATTRIBUTES for found in [_spell(owner, section, name)] if found}
        text = ",".join(f"{name}={value}" for name, value in decisive.items())
        account = f"{root} {text}{index}" if text or index else root
        number = account_id(_read_plain(owner, section, "allowed_account_ids"), _read_roles(owner, section))
        if number:
            self.ids[account] = number
        return account


def account_id(allowed: object, assumed: object) -> str:
    """Return the id of the only account in which a provider may act, or of the role that it assumes, "" if unknown.

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


def _find_handed(owner: ModuleInstance, reference: Reference) -> Reference | None:
    """Return what `providers = {…}` of the call hands to a module under a name, None if it hands on nothing."""
    if owner.call is None:
        return None
    return _read_handed(owner.call.section, reference, owner.call.caller, owner.call.instance)


def _read_handed(call: Section, reference: Reference, caller: ModuleInstance, instance: Instance) -> Reference | None:
    attribute = call.attribute("providers")
    try:
        node = attribute.bare if attribute else None
    except SyntaxProblem:
        return None
    if not isinstance(node, Mapping):
        return None
    for key, value in node.pairs:
        named = _read_reference(key, caller, instance)
        if named is not None and named.name == reference.name:
            return _read_reference(value, caller, instance)
    return None


def _read_reference(node: Node, owner: ModuleInstance, instance: Instance) -> Reference | None:
    """Return the provider that an expression names, also one that the JSON syntax has as text."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        return Reference(node.value)
    if isinstance(node, Name):
        return Reference(node.name)
    if not isinstance(node, Access) or not isinstance(node.source, Name):
        return None
    names, index = [node.source.name], ""
    for step in node.steps:
        if isinstance(step, Member):
            names.append(step.name)
        elif isinstance(step, Index):
            index = f"[{canonical_text(owner.evaluate_node(step.key, instance, 'provider'))}]"
    return Reference(".".join(names), index)


def _spell(owner: ModuleInstance, section: Section, name: str) -> str:
    """Return an argument or the nested blocks of a provider as text, "" if it says nothing."""
    attribute = section.attribute(name)
    if attribute is not None:
        return _spell_value(owner, attribute)
    blocks = (_spell_block(owner, block) for block in section.body.find_blocks(name))
    return ";".join(filter(None, blocks))


def _spell_block(owner: ModuleInstance, block: Block) -> str:
    values = {name: _spell_value(owner, attribute) for name, attribute in sorted(block.body.attributes.items())}
    return ",".join(f"{name}={value}" for name, value in values.items() if value)


def _spell_value(owner: ModuleInstance, attribute: Attribute) -> str:
    value = _evaluate(owner, attribute)
    if value is None:
        return attribute.text
    return "" if value.content in (None, "", (), {}) else canonical_text(value)


def _evaluate(owner: ModuleInstance, attribute: Attribute) -> Value | None:
    try:
        return owner.evaluate(attribute, ALONE, f"provider.{attribute.name}")
    except (EvaluationError, SyntaxProblem):
        return None


def _read_plain(owner: ModuleInstance, section: Section, name: str) -> object:
    attribute = section.attribute(name)
    value = None if attribute is None else _evaluate(owner, attribute)
    return to_python(value) if value is not None and is_wholly_known(value) else None


def _read_roles(owner: ModuleInstance, section: Section) -> object:
    if section.attribute("assume_role") is not None:
        return _read_plain(owner, section, "assume_role")
    roles: list[object] = []
    for block in section.body.find_blocks("assume_role"):
        attribute = block.body.attributes.get("role_arn")
        value = None if attribute is None else _evaluate(owner, attribute)
        roles.append({"role_arn": value.content if value is not None else None})
    return roles
