"""An instance of a module, and what its variables, locals, outputs, calls and resources mean."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Callable, NamedTuple, TypeVar

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.nodes import Access, Member, Name, Node
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import DYNAMIC, Value, string, unknown
from checkov_keys.iac.terraform.arguments import ALONE, Argument
from checkov_keys.iac.terraform.calls import CallSpace
from checkov_keys.iac.terraform.references import BlockScope
from checkov_keys.iac.terraform.repetition import (
    SINGLE,
    Expansion,
    Instance,
    Loop,
    expand_count,
    expand_enabled,
    expand_for_each,
)
from checkov_keys.iac.terraform.resources import ResourceSpace
from checkov_keys.iac.terraform.variables import read_variable

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.blocks import Attribute
    from checkov_keys.iac.hcl.functions.calling import Files
    from checkov_keys.iac.hcl.scopes import Meaning
    from checkov_keys.iac.terraform.configuration import Module, Section
    from checkov_keys.iac.terraform.root import Root

T = TypeVar("T")


class ModuleCall(NamedTuple):
    """Where a module instance was called: the instance that calls, the name of the call, its block and instance."""

    caller: ModuleInstance
    name: str
    section: Section
    instance: Instance


class ModuleInstance:
    """One instance of a module below a root.

    `prefix` is its address with a last dot, such as `module.team["a"].`, "" for the root itself. `loops` are the loops
    around it of which nobody knows how many instances they make, and `is_certain` is False if it may not be there.
    """

    def __init__(self, root: Root, module: Module, call: ModuleCall | None, prefix: str) -> None:
        """Make an instance with nothing evaluated."""
        self.root = root
        self.module = module
        self.call = call
        self.prefix = prefix
        own = call.instance if call else None
        outer = call.caller if call else None
        self.loops: frozenset[Loop] = (outer.loops if outer else frozenset()) | (own.marks if own else frozenset())
        self.is_certain: bool = (outer.is_certain if outer else True) and (own.is_certain if own else True)
        self.names: tuple[str, ...] = (*outer.names, call.name) if outer and call else ()
        self._known: dict[tuple[str, ...], object] = {}
        self._open: set[tuple[str, ...]] = set()
        self._calls: dict[str, CallSpace] = {}
        self._resources: dict[tuple[str, str, str], ResourceSpace] = {}

    def evaluate(self, attribute: Attribute, instance: Instance = ALONE, site: str = "") -> Value:
        """Return what an argument of a block in this module means; raise EvaluationError if Terraform refuses it.

        `site` names the block, for functions whose results differ from call to call. Raises SyntaxProblem if the
        expression cannot be read.
        """
        return self.evaluate_node(attribute.expression, instance, site or attribute.name)

    def evaluate_node(self, node: Node, instance: Instance, site: str) -> Value:
        """Return what an expression in a block of this module means; raise EvaluationError if Terraform refuses it."""
        return self.root.evaluate(node, BlockScope(self, instance, f"{self.prefix}{site}"))

    def find_space(self, node: Node, instance: Instance) -> Meaning | None:
        """Return the block that an expression is a reference to, None if it is anything else."""
        if not isinstance(node, Access) or not isinstance(node.source, Name):
            return None
        if not all(isinstance(step, Member) for step in node.steps):
            return None
        scope = BlockScope(self, instance, self.prefix)
        found: Meaning | None = scope.lookup(node.source.name)
        for step in node.steps:
            if found is None or isinstance(found, Value):
                return None
            found = found.member(string(step.name)) if isinstance(step, Member) else None
        return found

    def expand(self, section: Section, address: str) -> Expansion:
        """Return the instances that a block makes; raise EvaluationError if Terraform refuses it."""
        return self.remember(("expand", address, str(id(section))), lambda: self._expand(section, address))

    def _expand(self, section: Section, address: str) -> Expansion:
        count, for_each = section.attribute("count"), section.attribute("for_each")
        if count is not None:
            expansion = expand_count(self.evaluate(count, site=f"{address}.count"))
        elif for_each is not None:
            expansion = self._expand_for_each(for_each, address)
        else:
            expansion = SINGLE
        for block in section.body.find_blocks("lifecycle"):
            enabled = block.body.attributes.get("enabled")
            if enabled is not None:
                expansion = expand_enabled(expansion, self.evaluate(enabled, site=f"{address}.enabled"))
        return expansion

    def _expand_for_each(self, for_each: Attribute, address: str) -> Expansion:
        space = self.find_space(for_each.expression, ALONE)
        if isinstance(space, (ResourceSpace, CallSpace)):
            return expand_for_each(space.value(), space, space.loop_symbol)
        return expand_for_each(self.evaluate(for_each, site=f"{address}.for_each"))

    def variable(self, name: str) -> Value:
        """Return the value of a variable, an unknown one if it is not declared."""
        section = self.module.variables.get(name)
        if section is None:
            return self._undeclared(f"var.{name}")
        return self.remember(("var", name), lambda: self._variable(name, section))

    def _variable(self, name: str, section: Section) -> Value:
        variable = read_variable(section, f"{self.prefix}var.{name}", self.root.evaluate_outside)
        given = self.find_argument(name)
        if given is None:
            return variable.value_of(None)
        if given.owner is None:
            return variable.value_of(self.root.evaluate_outside(given.attribute.literal))
        return variable.value_of(given.owner.evaluate(given.attribute, given.instance, f"{self.prefix}var.{name}"))

    def find_argument(self, name: str) -> Argument | None:
        """Return what gives a variable its value, None if only its default does."""
        if self.call is None:
            attribute = self.root.values.get(name)
            return None if attribute is None else Argument(None, attribute, ALONE)
        attribute = self.call.section.attribute(name)
        return None if attribute is None else Argument(self.call.caller, attribute, self.call.instance)

    def local(self, name: str) -> Value:
        """Return the value of a local, an unknown one if it is not declared."""
        attribute = self.module.locals.get(name)
        if attribute is None:
            return self._undeclared(f"local.{name}")
        return self.remember(("local", name), lambda: self.evaluate(attribute, site=f"local.{name}"))

    def output(self, name: str) -> Value:
        """Return the value of an output, an unknown one if it is not declared."""
        section = self.module.outputs.get(name)
        attribute = section.attribute("value") if section else None
        if attribute is None:
            return self._undeclared(f"output.{name}")
        return self.remember(("output", name), lambda: self.evaluate(attribute, site=f"output.{name}"))

    def find_call(self, name: str) -> CallSpace | Value:
        """Return the module call of a name, an unknown value if there is none."""
        section = self.module.calls.get(name)
        if section is None:
            return self._undeclared(f"module.{name}")
        if name not in self._calls:
            self._calls[name] = CallSpace(self, name, section)
        return self._calls[name]

    def find_resource(self, mode: str, resource_type: str, name: str) -> ResourceSpace | Value:
        """Return the resource or data source of a type and a name, an unknown value if there is none."""
        key = (mode, resource_type, name)
        sections = self.module.resources.get(key)
        if not sections:
            lead = "" if mode == "resource" else f"{mode}."
            return self._undeclared(f"{lead}{resource_type}.{name}")
        if key not in self._resources:
            self._resources[key] = ResourceSpace(self, sections[0])
        return self._resources[key]

    def path(self, name: str) -> Value:
        """Return `path.module`, `path.root` or `path.cwd`."""
        if name == "root":
            return string(".")
        if name == "module":
            return string(os.path.relpath(self.module.directory, self.root.module.directory).replace(os.sep, "/"))
        return unknown(DYNAMIC, f"path.{name}", f"path.{name} depends on the machine", not_null=True)

    def _undeclared(self, address: str) -> Value:
        """Return an unknown value: Terraform would refuse the module as it is here, so a part of it is elsewhere."""
        reason = f"{address} is not declared in {os.path.basename(self.module.directory)}"  # noqa: PTH119
        if self.module.problems:
            file = os.path.basename(self.module.problems[0].path)  # noqa: PTH119
            reason = f"{address} may be declared in {file}, which cannot be read"
        return unknown(DYNAMIC, f"{self.prefix}{address}", reason)

    def remember(self, key: tuple[str, ...], compute: Callable[[], T]) -> T:
        """Return what a computation gives, or raise what it raised when it was first asked for.

        What is evaluated because of itself, which Terraform refuses, is unknown.
        """
        if key not in self._known:
            self.root.evaluate_needed(self, key)
        if key not in self._known:
            if key in self._open:
                return self._close_circle(key)  # type: ignore[return-value]  # a value, where one is asked for
            self._open.add(key)
            try:
                self._known[key] = compute()
            except (EvaluationError, SyntaxProblem) as error:
                self._known[key] = error
            finally:
                self._open.discard(key)
        known = self._known[key]
        if isinstance(known, (EvaluationError, SyntaxProblem)):
            raise known
        return known  # type: ignore[return-value]  # what compute() gave

    def _close_circle(self, key: tuple[str, ...]) -> Value:
        """Return an unknown value for one that is evaluated because of itself; raise EvaluationError for instances."""
        address = f"{self.prefix}{'.'.join(key[:3])}"
        if key[0] == "expand":
            raise EvaluationError(f"{address} leads back to itself")
        return unknown(DYNAMIC, address, f"{address} leads back to itself")

    def knows(self, key: tuple[str, ...]) -> bool:
        """Tell whether something was evaluated already."""
        return key in self._known

    def make_child(self, call: CallSpace, module: Module, instance: Instance, prefix: str) -> ModuleInstance:
        """Return the instance of a module that an instance of one of the calls in this one makes."""
        return ModuleInstance(self.root, module, ModuleCall(self, call.name, call.section, instance), prefix)

    @property
    def files(self) -> Files:
        """The files that expressions in this module may read."""
        return self.root.files_of(self.module)

    def has_type(self, resource_type: str) -> bool:
        """Tell whether the module declares a resource of a type."""
        return any(found == resource_type for _, found, _ in self.module.resources)
