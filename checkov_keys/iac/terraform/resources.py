"""What `aws_iam_user.x`, `data.aws_iam_user.x` and any other resource mean in an expression."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import (
    DYNAMIC,
    NO_MARKS,
    STRING,
    TupleType,
    Unknown,
    Value,
    all_marks,
    canonical_text,
    null,
    object_of,
    string,
    unknown,
)
from checkov_keys.iac.terraform.block_arguments import BlockArguments
from checkov_keys.iac.terraform.collecting import collect_instances, take_any
from checkov_keys.iac.terraform.resource_types import (
    KEY_FACTS,
    KEY_TYPES,
    SECRET_ATTRIBUTES,
    UNLISTED,
    USER_TYPE,
    find_type,
)
from checkov_keys.iac.terraform.secret_texts import Secret, make_text

if TYPE_CHECKING:
    from collections.abc import Hashable

    from checkov_keys.iac.hcl.scopes import Namespace
    from checkov_keys.iac.terraform.configuration import Section
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.repetition import Expansion, Instance

_META_ARGUMENTS = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner"})


def format_index(instance: Instance) -> str:
    """Return the index of an instance as its address has it: `["key"]`, `[0]`, "" if it has none or a loop has it."""
    if instance.key is None:
        known = instance.position is None or instance.position.is_known or instance.loop is not None
        return "" if known or instance.position is None else f"[{canonical_text(instance.position)}]"
    return f"[{instance.key}]" if isinstance(instance.key, int) else f"[{quote_key(instance.key)}]"


def quote_key(key: str) -> str:
    """Return a key of for_each as Terraform writes it between the brackets of an index.

    https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go
    """
    escapes = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
    doubled = key.replace("${", "$${").replace("%{", "%%{")
    return '"' + "".join(escapes.get(char, char) for char in doubled) + '"'


class ResourceSpace:
    """A resource or data source in a module instance (hcl's protocol `Namespace`).

    `address` is its address within the module, such as `data.aws_iam_user.x`, and `section` its block.
    """

    def __init__(self, owner: ModuleInstance, section: Section) -> None:
        """Take the module instance and the block."""
        self._owner = owner
        self._section = self.section = section
        block = section.block
        self._mode = block.type
        self._type = block.labels[0]
        self.address = ".".join([*([] if self._mode == "resource" else [self._mode]), *block.labels])

    @property
    def expansion(self) -> Expansion:
        """The instances that the block makes; raises EvaluationError if Terraform would refuse it."""
        return self._owner.expand(self._section, self.address)

    @property
    def loop_symbol(self) -> str:
        """Over what the block loops, "" if its instances are known."""
        loop = self.expansion.loop
        return loop.symbol if loop else ""

    def member(self, key: Value) -> Value | Namespace:
        """Return an instance, or an attribute of the only one; raise EvaluationError if there is no such thing."""
        expansion = self.expansion
        if not expansion.by:
            if not expansion.instances:
                raise EvaluationError(f"{self.address} is not enabled")
            return ResourceInstanceSpace(self, expansion.instances[0]).member(key)
        if isinstance(key.content, Unknown) and expansion.loop is None:
            return UnknownInstanceSpace(self, key)
        instance = expansion.instance_at(key)
        if instance is None:
            raise EvaluationError(f"{self.address} has no instance {canonical_text(key)}")
        return ResourceInstanceSpace(self, instance)

    def value(self) -> Value:
        """Return all of its instances: one object, a tuple by count, or an object of objects by for_each."""
        address, follows = f"{self._owner.prefix}{self.address}", self._owner.root.follows_secrets
        return collect_instances(self.expansion, address, self.instance_value, follows_secrets=follows)

    def list_known(self) -> list[Value]:
        """Return the instances if secrets are followed, none otherwise."""
        known = self.expansion.instances if self._owner.root.follows_secrets else ()
        return [self.instance_value(instance) for instance in known]

    def instance_value(self, instance: Instance) -> Value:
        """Return an instance as an object: its arguments, and what is known of its other attributes."""
        kind = find_type(self._mode, self._type)
        body = self._section.body
        names = {*body.attributes, *kind.arguments, *kind.defaults, *kind.handed_on, *kind.not_null, *kind.computed}
        names |= {block.type for block in body.blocks}
        if kind is UNLISTED:
            names |= self._owner.root.mentioned_names(self._owner.module)
        return object_of({name: self.attribute(instance, name) for name in names - _META_ARGUMENTS})

    def attribute(self, instance: Instance, name: str) -> Value:
        """Return an attribute of an instance; raise EvaluationError if Terraform would refuse it."""
        index = format_index(instance) or (
            f"[{canonical_text(instance.position)}]" if instance.position is not None else ""
        )
        key = ("attribute", f"{self.address}{index}", name, str(id(self._section)))
        return self._owner.remember(key, lambda: self._attribute(instance, name, index))

    def _attribute(self, instance: Instance, name: str, index: str) -> Value:
        kind = find_type(self._mode, self._type)
        symbol = f"{self._owner.prefix}{self.address}{index}.{name}"
        # Whatever is made in each turn of a loop differs from turn to turn.
        marks: frozenset[Hashable] = instance.marks | self._owner.loops
        if self._owner.root.follows_secrets:
            if self._mode == "resource" and self._type in KEY_TYPES and name in KEY_FACTS:
                return self._make_fact(instance, name, symbol).with_marks(marks)
            marks |= self._find_marks_inside(instance, name)
        argument = self._section.attribute(name)
        if argument is not None:
            value = self._owner.evaluate(argument, instance, f"{self.address}{index}.{name}")
            if not value.is_null or name in kind.required:
                adapted = self._adapt(value, name, symbol)
                return adapted.with_marks(marks) if self._type == USER_TYPE and name == "name" else adapted
        if name in kind.handed_on:
            return self.attribute(instance, kind.handed_on[name])
        if name in kind.defaults:
            return kind.defaults[name]
        reason = f"{self._owner.prefix}{self.address}{index}.{name} is known after the apply"
        return unknown(kind.arguments.get(name, DYNAMIC), symbol, reason, not_null=name in kind.not_null, marks=marks)

    def _make_fact(self, instance: Instance, name: str, symbol: str) -> Value:
        """Return what AWS tells of a key when it is made: a text in its place.

        A secret has a mark. It is null if it is encrypted, and unknown if nobody knows whether it is.
        https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_access_key#pgp_key
        """
        if name == "create_date":
            return string("2024-01-01T00:00:00Z")
        fact = Secret(f"{self._owner.prefix}{self.address}{format_index(instance)}", name)
        if name == "id":
            return string(f"AKIA{make_text(fact)[:16].upper()}")
        pgp_key = self.attribute(instance, "pgp_key") if self._section.attribute("pgp_key") else null(STRING)
        if isinstance(pgp_key.content, Unknown) or (pgp_key.content and name not in SECRET_ATTRIBUTES):
            return unknown(STRING, symbol, f"whether {symbol} is encrypted, or what it is then, is not known")
        if pgp_key.content or name not in SECRET_ATTRIBUTES:
            return null(STRING)
        return string(make_text(fact), frozenset([fact]))

    def _find_marks_inside(self, instance: Instance, name: str) -> frozenset[Hashable]:
        """Return the marks of what an attribute is made of, or of what is in the blocks of this type."""
        kind, marks = find_type(self._mode, self._type), NO_MARKS
        for part in kind.made_of.get(name, ()):
            marks |= all_marks(self.attribute(instance, part))
        for argument in BlockArguments(self._owner, instance, self.address).list_blocks(self._section.body, name):
            with suppress(EvaluationError, SyntaxProblem):
                marks |= all_marks(self._owner.root.evaluate(argument.attribute.expression, argument.scope))
        return marks

    def _adapt(self, value: Value, name: str, symbol: str) -> Value:
        """Return an argument as the provider's schema has it."""
        kind = find_type(self._mode, self._type)
        if name in kind.arguments:
            return convert(value, kind.arguments[name])
        if kind is UNLISTED and isinstance(value.type, TupleType) and len(value.members) > 1:
            # A set has another order, and each member once.
            reason = f"whether {symbol} is a list or a set is not known here"
            return unknown(DYNAMIC, symbol, reason, not_null=True, marks=all_marks(value))
        return value


class ResourceInstanceSpace:
    """One instance of a resource (hcl's protocol `Namespace`)."""

    def __init__(self, resource: ResourceSpace, instance: Instance) -> None:
        """Take the resource and the instance."""
        self._resource = resource
        self._instance = instance

    def member(self, key: Value) -> Value:
        """Return an attribute; raise EvaluationError if there is none."""
        content = key.content
        if isinstance(content, Unknown):
            return unknown(DYNAMIC, f"{self._resource.address}[{content.symbol}]", content.reason, marks=key.marks)
        if not isinstance(content, str):
            raise EvaluationError(f"{self._resource.address} has no instance {canonical_text(key)}")
        return self._resource.attribute(self._instance, content)

    def value(self) -> Value:
        """Return the instance as an object."""
        return self._resource.instance_value(self._instance)


class UnknownInstanceSpace:
    """An instance of a resource whose instances are known, at an index that is not (hcl's protocol `Namespace`)."""

    def __init__(self, resource: ResourceSpace, key: Value) -> None:
        """Take the resource and the index."""
        self._resource = resource
        self._key = key

    def member(self, name: Value) -> Value:
        """Return an attribute, which is one of those that the instances have."""
        found = [
            ResourceInstanceSpace(self._resource, each).member(name) for each in self._resource.expansion.instances
        ]
        symbol = f"{self._resource.address}[{canonical_text(self._key)}].{name.content}"
        possible = [] if any(not value.is_known for value in found) else [value.without_marks() for value in found]
        kind = found[0].type if found else DYNAMIC
        marks = self._key.marks.union(*[value.marks if possible else all_marks(value) for value in found])
        return unknown(kind, symbol, f"{canonical_text(self._key)} is not known", possible=possible, marks=marks)

    def value(self) -> Value:
        """Return the instance as an unknown object."""
        symbol = f"{self._resource.address}[{canonical_text(self._key)}]"
        return take_any(symbol, self._key, self._resource.list_known())
