"""The sinks that `terraform apply` would give a secret to, of one root module, instance by instance."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Union

from checkov_keys.domain.exposures import ExposedSecret, Exposure, SecretStep
from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.limits import EXCEEDED
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import Value, all_marks
from checkov_keys.iac.terraform.arguments import ALONE
from checkov_keys.iac.terraform.block_arguments import BlockArgument, BlockArguments
from checkov_keys.iac.terraform.calls import CallSpace
from checkov_keys.iac.terraform.references import BlockScope
from checkov_keys.iac.terraform.resource_types import find_type
from checkov_keys.iac.terraform.resources import ResourceInstanceSpace, ResourceSpace, format_index
from checkov_keys.iac.terraform.secret_sources import make_holder
from checkov_keys.iac.terraform.secret_texts import Secret, find_secrets, iterate_texts
from checkov_keys.iac.terraform.secret_ways import WayFinder, find_file
from checkov_keys.iac.terraform.sinks import OUTPUT, SINKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checkov_keys.iac.common.places import Place
    from checkov_keys.iac.hcl.blocks import Attribute
    from checkov_keys.iac.terraform.configuration import Section
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.repetition import Instance
    from checkov_keys.iac.terraform.root import Root
    from checkov_keys.iac.terraform.secret_reach import SecretReach
    from checkov_keys.iac.terraform.secret_sources import Holder

# An account has 5,000 users; what hands out more secrets than this is not looked at to its end.
_MOST_WORK = 40_000
# Of long chains, so many resources are evaluated before they are asked for, and so many instances of each.
_MOST_PREPARED = 20_000
_MOST_INSTANCES = 50
# A name in a path that people can read.
_PLAIN = re.compile(r"[\w.-]{1,60}")


class FoundExposure(NamedTuple):
    """An exposure, with the block and the instance of it that is the sink."""

    exposure: Exposure
    owner: ModuleInstance
    section: Section
    instance: Instance


Found = Union[FoundExposure, Unjudged]


class ExposureFinder:
    """Finds the sinks of one root module."""

    def __init__(self, root: Root, reach: SecretReach) -> None:
        """Take a root that follows secrets, and what they may reach."""
        self._root = root
        self._reach = reach
        self._left = _MOST_WORK
        self._ways = WayFinder()

    def find(self) -> Iterator[Found]:
        """Yield each sink once, in the order of the configuration, and what could not be looked at."""
        self._prepare()
        for section in self._reach.list_outputs(self._root.module):
            yield from self._find_in_output(section)
        yield from self._find_in_module(self._root.instance)
        if self._left < 0:
            reason = "it hands out more secrets than any account has: the others are not judged"
            yield Unjudged(self._root.module.directory, reason)

    def _prepare(self) -> None:
        """Evaluate long chains of resources from their first to their last, so that they are no recursion."""
        chained = self._reach.list_chained()
        if not chained:
            return
        owners: dict[str, list[ModuleInstance]] = defaultdict(list)
        for owner in self._list_owners(self._root.instance):
            owners[owner.module.directory].append(owner)
        pairs = ((owner, section) for directory, section in chained for owner in owners[directory])
        for owner, section in islice(pairs, _MOST_PREPARED):
            _evaluate_all(ResourceSpace(owner, section))

    def _list_owners(self, owner: ModuleInstance) -> Iterator[ModuleInstance]:
        """Yield a module instance and those below it to which secrets may go."""
        yield owner
        for name in owner.module.calls:
            call = owner.find_call(name)
            called = call.called.module if isinstance(call, CallSpace) else None
            if called is not None and isinstance(call, CallSpace) and self._reach.is_needed(called):
                with suppress(EvaluationError, SyntaxProblem):
                    for child in call.children():
                        yield from self._list_owners(child)

    def _find_in_module(self, owner: ModuleInstance) -> Iterator[Found]:
        for section in self._reach.list_resources(owner.module):
            yield from self._find_in_resource(owner, section)
        for name in owner.module.calls:
            call = owner.find_call(name)
            called = call.called.module if isinstance(call, CallSpace) else None
            if called is None or not isinstance(call, CallSpace) or not self._reach.is_needed(called):
                continue
            try:
                for child in call.children():
                    self._left -= 1 + len(child.names)
                    if self._left < 0:
                        return
                    yield from self._find_in_module(child)
            except (EvaluationError, SyntaxProblem):
                # Rule 1 names what Terraform would refuse.
                continue

    def _find_in_output(self, section: Section) -> Iterator[Found]:
        owner, name = self._root.instance, section.labels[0]
        attribute = section.attribute("value")
        if attribute is None:
            return
        try:
            value = owner.output(name)
        except (EvaluationError, SyntaxProblem):
            return
        address = f"output.{name}"
        yield from _doubt(value, address, section)
        holder = make_holder(owner, attribute)
        held = self._pay(sorted(find_secrets(value)))
        secrets = [self._expose(secret, "value", address, holder, section.path) for secret in held]
        if secrets:
            yield self._report(address, OUTPUT, secrets, owner, section, ALONE)

    def _find_in_resource(self, owner: ModuleInstance, section: Section) -> Iterator[Found]:
        resource = ResourceSpace(owner, section)
        try:
            instances = resource.expansion.instances
        except (EvaluationError, SyntaxProblem):
            return
        for instance in instances:
            self._left -= 1 + len(owner.names)
            if self._left < 0:
                return
            address = f"{owner.prefix}{resource.address}{format_index(instance)}"
            try:
                yield from self._find_in_instance(owner, section, resource, instance, address)
            except SyntaxProblem:
                return

    def _find_in_instance(
        self, owner: ModuleInstance, section: Section, resource: ResourceSpace, instance: Instance, address: str
    ) -> Iterator[Found]:
        lead = "" if section.block.type == "resource" else f"{section.block.type}."
        resource_type = f"{lead}{section.labels[0]}"
        itself = ResourceInstanceSpace(resource, instance)
        listed = BlockArguments(owner, instance, resource.address, {"self": itself}).list_all(section.body)
        loop = section.attribute("for_each")
        secrets: dict[tuple[Secret, str], ExposedSecret] = {}
        sink: Place | None = None
        for argument in listed:
            value = _evaluate(argument, owner)
            if value is None:
                continue
            yield from _doubt(value, address, section)
            if not _has_secret(value):
                continue
            for path, _, held in iterate_texts(value):
                names = (*argument.path, *path)
                row = SINKS.find(resource_type, ".".join(names), _read_texts(owner, section, instance, resource))
                if row is None:
                    continue
                sink = sink or row
                shown = ".".join(name for name in names if _PLAIN.fullmatch(name))
                loops = tuple(each for each in (argument.loop, loop) if each is not None)
                holder = make_holder(owner, argument.attribute, path, instance, loops, "", resource)
                for secret in self._pay(sorted(held)):
                    if (secret, shown) not in secrets:
                        secrets[secret, shown] = self._expose(secret, shown, f"{address}.{shown}", holder, section.path)
        if sink is not None:
            yield self._report(address, sink, list(secrets.values()), owner, section, instance)

    def _pay(self, secrets: list[Secret]) -> list[Secret]:
        """Return the secrets of a place, as many as are still looked at, but one at least."""
        allowed = 1 + max(0, self._left)
        self._left -= max(0, len(secrets) - 1)
        return secrets[:allowed]

    def _expose(self, secret: Secret, argument: str, at: str, holder: Holder, path: str) -> ExposedSecret:
        line, file = (
            (holder.attribute.range.line, find_file(holder.owner, holder.attribute)) if holder.attribute else (0, "")
        )
        way = self._ways.find_way(holder, secret)
        return ExposedSecret(secret.key, secret.attribute, argument, (*way, SecretStep(at, file or path, line)))

    def _report(
        self,
        address: str,
        sink: Place,
        secrets: list[ExposedSecret],
        owner: ModuleInstance,
        section: Section,
        instance: Instance,
    ) -> FoundExposure:
        line = section.block.range.line
        exposure = Exposure(address, section.path, line, sink.reason, sink.instead, tuple(secrets))
        return FoundExposure(exposure, owner, section, instance)


def _evaluate_all(resource: ResourceSpace) -> None:
    """Evaluate the arguments of a resource, and what else has their values; they are remembered."""
    section = resource.section
    with suppress(EvaluationError, SyntaxProblem):
        handed_on = find_type(section.block.type, section.labels[0]).handed_on
        names = [*section.body.attributes, *handed_on, *{block.type for block in section.body.blocks}]
        for instance in resource.expansion.instances[:_MOST_INSTANCES]:
            for name in names:
                with suppress(EvaluationError, SyntaxProblem):
                    resource.attribute(instance, name)


def _evaluate(argument: BlockArgument, owner: ModuleInstance) -> Value | None:
    try:
        return owner.root.evaluate(argument.attribute.expression, argument.scope)
    except (EvaluationError, SyntaxProblem):
        return None


def _has_secret(value: Value) -> bool:
    return any(isinstance(mark, Secret) for mark in all_marks(value))


def _doubt(value: Value, address: str, section: Section) -> Iterator[Unjudged]:
    if EXCEEDED in all_marks(value):
        reason = f"whether it holds the secret of an access key takes too much to evaluate, in {section.path}"
        yield Unjudged(address, reason)


def _read_texts(
    owner: ModuleInstance, section: Section, instance: Instance, resource: ResourceSpace
) -> Callable[[str], str | None]:
    """Return what tells the text of another argument: "" if it is omitted, None if it is not known."""

    def find_text(name: str) -> str | None:
        attribute: Attribute | None = section.attribute(name)
        if attribute is None:
            return ""
        try:
            content = owner.root.evaluate(attribute.expression, BlockScope(owner, instance, resource.address)).content
        except (EvaluationError, SyntaxProblem):
            return None
        if isinstance(content, bool):
            return str(content).lower()
        return (content or "") if content is None or isinstance(content, str) else None

    return find_text
