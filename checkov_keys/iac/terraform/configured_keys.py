"""The access keys and users that `terraform apply` would make of a root module, instance by instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Union

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import STRING, Unknown, Value, iterate_values, null
from checkov_keys.iac.terraform.arguments import ALONE
from checkov_keys.iac.terraform.calls import CallSpace
from checkov_keys.iac.terraform.resource_types import KEY_TYPES, USER_TYPE
from checkov_keys.iac.terraform.resources import ResourceSpace, format_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.common.reading import UserIdentity
    from checkov_keys.iac.hcl.blocks import Attribute
    from checkov_keys.iac.terraform.accounts import Accounts
    from checkov_keys.iac.terraform.configuration import Module, Section
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.module_tree import ModuleTree
    from checkov_keys.iac.terraform.repetition import Expansion, Instance
    from checkov_keys.iac.terraform.root import Root

# Arguments of a call that are not inputs of the module.
_META_ARGUMENTS = frozenset({"source", "version", "providers", "count", "for_each", "depends_on", "lifecycle"})


class ConfiguredKey(NamedTuple):
    """An access key that an instance of a block makes.

    `account` names the account, `user` and `status` are values, unknown ones among them. `many` says why nobody knows
    how many keys of this user the block makes, "" if it is one. `is_certain` is False if there may be no such key.
    """

    address: str
    account: str
    owner: ModuleInstance
    section: Section
    instance: Instance
    user: Value
    status: Value
    many: str = ""
    is_certain: bool = True
    doubt: str = ""


class ConfiguredUser(NamedTuple):
    """An IAM user that an instance of a block makes."""

    address: str
    account: str
    owner: ModuleInstance
    section: Section
    instance: Instance
    name: Value


class AbsentModule(NamedTuple):
    """A module call whose module cannot be read: its address, file and source, why, and the texts that it is given."""

    address: str
    path: str
    source: str
    reason: str
    account: str
    texts: frozenset[str]

    def is_given(self, user: UserIdentity) -> bool:
        """Tell whether the module is given the name of a user, so that it may make a key for it."""
        return user.account == self.account and user.value in self.texts


class Refused(NamedTuple):
    """A block that Terraform would refuse, or that cannot be read, with the reason; `path` is its file."""

    address: str
    path: str
    reason: str


# Modules that call modules deeper than anybody does are not followed.
_DEEPEST_CALLS = 40
# An account has 5,000 users with two keys each. A key takes the more work the deeper its module is.
_MOST_WORK = 40_000

Found = Union[ConfiguredKey, ConfiguredUser, AbsentModule, Refused]


class Reachable:
    """Which modules can make a key or a user: only these are evaluated."""

    def __init__(self, tree: ModuleTree, root: Root, types: tuple[str, ...]) -> None:
        """Take the modules and the resource types that matter."""
        self._tree = tree
        self._root = root
        self._types = types
        self._known: dict[tuple[str, tuple[str, ...]], bool] = {}
        self._left = _MOST_WORK

    def take_next(self, owner: ModuleInstance) -> bool:
        """Tell whether one more module or key that an instance of a module makes is still looked at."""
        self._left -= 1 + len(owner.names)
        return self._left >= 0

    def makes_resource(self, module: Module, names: tuple[str, ...] = ()) -> bool:
        """Tell whether a module, or one that it calls and that is here, declares a resource that matters."""
        if any(module.find_resources(self._types)):
            return True
        called = (
            (self._tree.follow(self._root.module, module, (*names, name), section).module, (*names, name))
            for name, section in module.calls.items()
            if len(names) < _DEEPEST_CALLS
        )
        return any(found is not None and self.makes_resource(found, way) for found, way in called)

    def is_needed(self, module: Module, names: tuple[str, ...] = ()) -> bool:
        """Tell whether a module, or one that it calls, declares a resource that matters or cannot be read."""
        key = (module.directory, names if any(_is_remote(section) for section in module.calls.values()) else ())
        if key not in self._known:
            # A module that calls itself makes nothing by that.
            self._known[key] = False
            self._known[key] = (
                bool(module.problems)
                or any(module.find_resources(self._types))
                or any(self._is_call_needed(module, (*names, name), section) for name, section in module.calls.items())
            )
        return self._known[key]

    def _is_call_needed(self, module: Module, names: tuple[str, ...], section: Section) -> bool:
        called = self._tree.follow(self._root.module, module, names, section)
        return called.module is None or self.is_needed(called.module, names)


def find_keys(root: Root, accounts: Accounts, *, with_users: bool = False) -> Iterator[Found]:
    """Yield the keys that a root module makes, with `with_users` its users, and what stays out of sight."""
    types = (*KEY_TYPES, *([USER_TYPE] if with_users else []))
    reachable = Reachable(root.tree, root, types)
    if reachable.is_needed(root.module):
        yield from _find_in(root.instance, reachable, accounts, types)
        if not reachable.take_next(root.instance):
            reason = "it makes more modules and keys than any account has: the others are not judged"
            yield Refused("the configuration", root.module.directory, reason)


def _find_in(
    owner: ModuleInstance, reachable: Reachable, accounts: Accounts, types: tuple[str, ...]
) -> Iterator[Found]:
    for section in owner.module.find_resources(types):
        for found in _find_in_block(owner, section, accounts):
            if not reachable.take_next(owner):
                return
            yield found
    for name, section in owner.module.calls.items():
        yield from _find_in_call(owner, name, section, reachable, accounts, types)


def _find_in_call(
    owner: ModuleInstance,
    name: str,
    section: Section,
    reachable: Reachable,
    accounts: Accounts,
    types: tuple[str, ...],
) -> Iterator[Found]:
    call = owner.find_call(name)
    if not isinstance(call, CallSpace):
        return
    called = call.called
    try:
        if called.module is None:
            if call.expansion.instances:
                yield _describe_absent(call, accounts)
        elif reachable.is_needed(called.module, (*owner.names, name)):
            for child in call.children():
                if not reachable.take_next(owner):
                    return
                yield from _find_in(child, reachable, accounts, types)
    except (EvaluationError, SyntaxProblem) as error:
        yield Refused(call.address, section.path, _explain(error))


def _find_in_block(owner: ModuleInstance, section: Section, accounts: Accounts) -> Iterator[Found]:
    resource = ResourceSpace(owner, section)
    address = f"{owner.prefix}{resource.address}"
    try:
        expansion = resource.expansion
    except (EvaluationError, SyntaxProblem) as error:
        yield Refused(address, section.path, _explain(error))
        return
    for instance in expansion.instances:
        at = f"{address}{format_index(instance)}"
        try:
            account = accounts.find(owner, section, instance)
            if section.labels[0] == USER_TYPE:
                name = resource.attribute(instance, "name")
                yield ConfiguredUser(at, account, owner, section, instance, name)
            else:
                yield _read_key(at, account, resource, owner, section, instance, expansion)
        except (EvaluationError, SyntaxProblem) as error:
            yield Refused(at, section.path, _explain(error))


def _read_key(
    address: str,
    account: str,
    resource: ResourceSpace,
    owner: ModuleInstance,
    section: Section,
    instance: Instance,
    expansion: Expansion,
) -> ConfiguredKey:
    user, status = (
        resource.attribute(instance, name) if section.attribute(name) else null(STRING) for name in ("user", "status")
    )
    many = ""
    loops = owner.loops | instance.marks
    if loops and not loops <= user.marks:
        many = expansion.reason or f"how often {owner.prefix.rstrip('.')} is made is not known"
    is_certain = owner.is_certain and instance.is_certain
    doubt = "" if is_certain else expansion.reason or f"which instances of {address} there are is not known"
    return ConfiguredKey(address, account, owner, section, instance, user, status, many, is_certain, doubt)


def _describe_absent(call: CallSpace, accounts: Accounts) -> AbsentModule:
    called = call.called
    texts: set[str] = set()
    for name, attribute in call.section.body.attributes.items():
        if name not in _META_ARGUMENTS:
            texts |= _read_texts(call, attribute)
    account = accounts.find_handed(call.owner, call.section)
    return AbsentModule(call.address, call.section.path, called.source, called.reason, account, frozenset(texts))


def _read_texts(call: CallSpace, attribute: Attribute) -> set[str]:
    """Return every text and unknown that a module is given by an argument, as identities of users have them."""
    found: set[str] = set()
    for instance in call.expansion.instances or (ALONE,):
        try:
            value = call.owner.evaluate(attribute, instance, f"{call.address}.{attribute.name}")
        except (EvaluationError, SyntaxProblem):
            continue
        for part in iterate_values(value):
            if isinstance(part.content, Unknown):
                found.add(part.content.symbol)
            elif isinstance(part.content, str):
                found.add(part.content.casefold())
    return found


def _is_remote(section: Section) -> bool:
    attribute = section.attribute("source")
    return attribute is None or not attribute.text.strip('"').startswith(".")


def _explain(error: EvaluationError | SyntaxProblem) -> str:
    return f"Terraform would refuse it: {error}"
