"""What `module.x` means in an expression: the outputs of the module instances that a call makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.values import DYNAMIC, Unknown, Value, canonical_text, object_of, unknown
from checkov_keys.iac.terraform.collecting import collect_instances, take_any
from checkov_keys.iac.terraform.resources import format_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.hcl.scopes import Namespace
    from checkov_keys.iac.terraform.configuration import Section
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.module_tree import CalledModule
    from checkov_keys.iac.terraform.repetition import Expansion, Instance


class CallSpace:
    """A module call in a module instance (hcl's protocol `Namespace`)."""

    def __init__(self, owner: ModuleInstance, name: str, section: Section) -> None:
        """Take the module instance that calls, the name of the call, and its block."""
        self.owner = owner
        self.name = name
        self.section = section
        self._children: dict[str, ModuleInstance] = {}

    @property
    def address(self) -> str:
        """The address of the call, without an index."""
        return f"{self.owner.prefix}module.{self.name}"

    @property
    def called(self) -> CalledModule:
        """The module that is called, or why it cannot be read."""
        return self.owner.root.follow(self.owner, self.name, self.section)

    @property
    def expansion(self) -> Expansion:
        """The instances that the call makes; raises EvaluationError if Terraform would refuse it."""
        return self.owner.expand(self.section, f"module.{self.name}")

    @property
    def loop_symbol(self) -> str:
        """Over what the call loops, "" if its instances are known."""
        loop = self.expansion.loop
        return loop.symbol if loop else ""

    def child(self, instance: Instance) -> ModuleInstance | None:
        """Return the module instance that an instance of the call makes, None if the module is not here."""
        called = self.called
        if called.module is None:
            return None
        index = format_index(instance)
        hidden = "" if instance.position is None else canonical_text(instance.position)
        if hidden not in self._children:
            self._children[hidden] = self.owner.make_child(self, called.module, instance, f"{self.address}{index}.")
        return self._children[hidden]

    def children(self) -> Iterator[ModuleInstance]:
        """Yield the module instances that the call makes; raise EvaluationError if Terraform would refuse it."""
        for instance in self.expansion.instances:
            child = self.child(instance)
            if child is not None:
                yield child

    def member(self, key: Value) -> Value | Namespace:
        """Return an instance, or an output of the only one; raise EvaluationError if there is no such thing."""
        expansion = self.expansion
        if not expansion.by:
            if not expansion.instances:
                raise EvaluationError(f"{self.address} is not enabled")
            return OutputSpace(self, expansion.instances[0]).member(key)
        if isinstance(key.content, Unknown) and expansion.loop is None:
            symbol = f"{self.address}[{key.content.symbol}]"
            known = expansion.instances if self.owner.root.follows_secrets else ()
            return take_any(symbol, key, [OutputSpace(self, instance).value() for instance in known])
        instance = expansion.instance_at(key)
        if instance is None:
            raise EvaluationError(f"{self.address} has no instance {canonical_text(key)}")
        return OutputSpace(self, instance)

    def value(self) -> Value:
        """Return all of its instances as Terraform has them."""
        return collect_instances(
            self.expansion,
            self.address,
            lambda instance: OutputSpace(self, instance).value(),
            follows_secrets=self.owner.root.follows_secrets,
        )


class OutputSpace:
    """The outputs of one instance of a module call (hcl's protocol `Namespace`)."""

    def __init__(self, call: CallSpace, instance: Instance) -> None:
        """Take the call and its instance."""
        self._call = call
        self._instance = instance

    def member(self, key: Value) -> Value:
        """Return an output; raise EvaluationError if there is none."""
        content = key.content
        if isinstance(content, Unknown):
            return unknown(DYNAMIC, f"{self._address}.[{content.symbol}]", content.reason, marks=key.marks)
        if not isinstance(content, str):
            raise EvaluationError(f"{self._call.address} has no instance {canonical_text(key)}")
        child = self._call.child(self._instance)
        if child is not None:
            return child.output(content)
        called = self._call.called
        return unknown(
            DYNAMIC, f"{self._address}.{content}", f"module {called.source} cannot be read", marks=self._instance.marks
        )

    def value(self) -> Value:
        """Return the outputs as an object."""
        child = self._call.child(self._instance)
        if child is None:
            called = self._call.called
            return unknown(DYNAMIC, self._address, f"module {called.source} cannot be read", not_null=True)
        return object_of({name: child.output(name) for name in child.module.outputs})

    @property
    def _address(self) -> str:
        hidden = "" if self._instance.position is None else f"[{canonical_text(self._instance.position)}]"
        return f"{self._call.address}{hidden}"
