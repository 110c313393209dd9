"""The way that a secret took, found backwards: from the argument that holds it to the key, by what refers to what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.exposures import SecretStep
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.nodes import Index, Literal, Member
from checkov_keys.iac.hcl.nodes import Number as NumberNode
from checkov_keys.iac.hcl.references import references
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import Value, all_marks
from checkov_keys.iac.terraform.arguments import ALONE
from checkov_keys.iac.terraform.block_arguments import BlockArguments
from checkov_keys.iac.terraform.calls import CallSpace
from checkov_keys.iac.terraform.resource_types import KEY_TYPES, find_type
from checkov_keys.iac.terraform.resources import ResourceSpace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.hcl.blocks import Attribute
    from checkov_keys.iac.hcl.references import Reference
    from checkov_keys.iac.terraform.configuration import Section
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.repetition import Instance
    from checkov_keys.iac.terraform.secret_texts import Secret

# Longer ways are told from their last steps.
_MOST_STEPS = 2_000
# Of a block or call with many instances, the first ones are searched.
_MOST_INSTANCES = 50


class Holder(NamedTuple):
    """Expressions that make a value, with what they are evaluated in.

    `for_each` are the expressions over which the blocks around them run; `step` says what the value is called, "" if
    it has no name of its own.
    """

    owner: ModuleInstance
    instance: Instance
    attributes: tuple[Attribute, ...]
    for_each: tuple[Attribute, ...] = ()
    step: str = ""


def find_way(holder: Holder, secret: Secret) -> tuple[SecretStep, ...]:
    """Return the steps from a key to an argument that holds its secret, without the argument itself."""
    steps: list[SecretStep] = []
    seen: set[object] = set()
    current: Holder | None = holder
    while current is not None and len(steps) < _MOST_STEPS:
        found: Holder | None = None
        for candidate in _list_sources(current, secret):
            mark = (id(candidate.owner), candidate.attributes, candidate.step)
            if mark not in seen:
                seen.add(mark)
                found = candidate
                break
        if found is not None and found.step:
            steps.append(_locate(found))
        current = found if found is not None and found.attributes else None
    last = f"{secret.key}.{secret.attribute}"
    if not steps or steps[-1].text != last:
        steps.append(SecretStep(last))
    return tuple(reversed(steps))


def find_file(owner: ModuleInstance, attribute: Attribute) -> str:
    """Return the path of the file that holds an argument in a module, "" if it is not known."""
    return owner.root.tree.files.find_path(attribute.range.source.text)


def _locate(holder: Holder) -> SecretStep:
    if not holder.attributes:
        return SecretStep(holder.step)
    first = holder.attributes[0]
    return SecretStep(holder.step, find_file(holder.owner, first), first.range.line)


def _list_sources(holder: Holder, secret: Secret) -> Iterator[Holder]:
    """Yield what the expressions of a holder refer to and what has the secret's mark."""
    for attribute in holder.attributes:
        try:
            found = list(references(attribute.expression))
        except SyntaxProblem:
            continue
        for reference in found:
            yield from _follow(holder, reference, secret)
    if holder.for_each:
        # Whatever was not found is a turn of a loop.
        yield Holder(holder.owner, ALONE, holder.for_each)


def _follow(holder: Holder, reference: Reference, secret: Secret) -> Iterator[Holder]:
    owner, names = holder.owner, reference.path
    try:
        if reference.root == "var" and len(names) > 1:
            yield from _follow_variable(owner, names[1], secret)
        elif reference.root == "local" and len(names) > 1:
            yield from _follow_local(owner, names[1], secret)
        elif reference.root == "module" and len(names) > 1:
            yield from _follow_call(owner, reference, secret)
        elif len(names) > 1 and reference.root not in ("each", "count", "path", "terraform", "self"):
            yield from _follow_resource(owner, reference, secret)
    except (EvaluationError, SyntaxProblem):
        return


def _follow_variable(owner: ModuleInstance, name: str, secret: Secret) -> Iterator[Holder]:
    given = owner.find_argument(name)
    if given is None or given.owner is None or owner.call is None or secret not in all_marks(owner.variable(name)):
        return
    loop = owner.call.section.attribute("for_each")
    step = f"{owner.prefix}var.{name}"
    yield Holder(given.owner, given.instance, (given.attribute,), (loop,) if loop else (), step)


def _follow_local(owner: ModuleInstance, name: str, secret: Secret) -> Iterator[Holder]:
    attribute = owner.module.locals.get(name)
    if attribute is not None and secret in all_marks(owner.local(name)):
        yield Holder(owner, ALONE, (attribute,), (), f"{owner.prefix}local.{name}")


def _follow_call(owner: ModuleInstance, reference: Reference, secret: Secret) -> Iterator[Holder]:
    call = owner.find_call(reference.path[1])
    if not isinstance(call, CallSpace):
        return
    names = [step.name for step in reference.steps[1:] if isinstance(step, Member)]
    for child, _ in zip(call.children(), range(_MOST_INSTANCES)):
        for name in names[:1] if names[:1] and names[0] in child.module.outputs else child.module.outputs:
            attribute = child.module.outputs[name].attribute("value")
            if attribute is not None and secret in all_marks(child.output(name)):
                yield Holder(child, ALONE, (attribute,), (), f"{child.prefix}{name}")


def _follow_resource(owner: ModuleInstance, reference: Reference, secret: Secret) -> Iterator[Holder]:
    is_data = reference.root == "data"
    words = [reference.root, *(step.name for step in reference.steps if isinstance(step, Member))]
    mode, words = ("data", words[1:]) if is_data else ("resource", words)
    if len(words) < 2:  # noqa: PLR2004  # type and name
        return
    space = owner.find_resource(mode, words[0], words[1])
    if not isinstance(space, ResourceSpace):
        return
    section = owner.module.resources[mode, words[0], words[1]][0]
    if words[0] in KEY_TYPES and not is_data:
        whole = f"{owner.prefix}{space.address}"
        if secret.key == whole or secret.key.startswith(f"{whole}["):
            yield _end_at_key(owner, section, secret)
        return
    attribute = words[2] if len(words) > 2 else ""  # noqa: PLR2004  # the third is the attribute
    for instance in _order_instances(space, reference)[:_MOST_INSTANCES]:
        value: Value = space.attribute(instance, attribute) if attribute else space.instance_value(instance)
        if secret in all_marks(value):
            sources = _find_attributes(owner, space, section, instance, attribute)
            loop = section.attribute("for_each")
            step = f"{owner.prefix}{space.address}{f'.{attribute}' if attribute else ''}"
            yield Holder(owner, instance, sources, (loop,) if loop else (), step)
            return


def _end_at_key(owner: ModuleInstance, section: Section, secret: Secret) -> Holder:
    """Return the end of the way: the key, at the argument that says whose it is."""
    user = section.attribute("user")
    step = f"{secret.key}.{secret.attribute}"
    return Holder(owner, ALONE, (user,) if user else (), (), step)


def _order_instances(space: ResourceSpace, reference: Reference) -> list[Instance]:
    """Return the instances of a block, the one that a reference names first."""
    index = next((step.key for step in reference.steps if isinstance(step, Index)), None)
    wanted: object = index.value if isinstance(index, Literal) else None
    if isinstance(index, NumberNode) and index.text.isdecimal():
        wanted = int(index.text)
    return sorted(space.expansion.instances, key=lambda instance: instance.key != wanted)


def _find_attributes(
    owner: ModuleInstance, space: ResourceSpace, section: Section, instance: Instance, name: str
) -> tuple[Attribute, ...]:
    """Return the arguments of which an attribute is made: its own, or all if nothing says which."""
    mode = section.block.type
    kind = find_type(mode, section.labels[0])
    wanted = {name, kind.handed_on.get(name, name), *kind.made_of.get(name, ())}
    listed = list(BlockArguments(owner, instance, space.address).list_all(section.body))
    found = [each.attribute for each in listed if each.path[0] in wanted]
    return tuple(dict.fromkeys(found or [each.attribute for each in listed]))
