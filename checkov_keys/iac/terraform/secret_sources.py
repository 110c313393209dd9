"""What the value of an expression is made of: the variables, locals, outputs and resources that it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.nodes import Index, Literal, Mapping, Member, Parentheses, Sequence
from checkov_keys.iac.hcl.nodes import Number as NumberNode
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import Value, all_marks
from checkov_keys.iac.terraform.arguments import ALONE
from checkov_keys.iac.terraform.block_arguments import BlockArguments
from checkov_keys.iac.terraform.calls import CallSpace
from checkov_keys.iac.terraform.resource_types import KEY_TYPES, SECRET_ATTRIBUTES, find_type
from checkov_keys.iac.terraform.resources import ResourceSpace, format_index
from checkov_keys.iac.terraform.secret_texts import Secret, find_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.hcl.blocks import Attribute
    from checkov_keys.iac.hcl.nodes import Node, Step
    from checkov_keys.iac.hcl.references import Reference
    from checkov_keys.iac.terraform.configuration import Section
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.repetition import Instance


class Holder(NamedTuple):
    """Expressions that make a value, with what they are evaluated in.

    `attribute` is where they are written, None for the end of a way. `loops` are the expressions over which the blocks
    around them run; `step` says what the value is called, "" if it has no name of its own. `itself` is the resource
    that `self` means.
    """

    owner: ModuleInstance
    instance: Instance
    nodes: tuple[Node, ...]
    attribute: Attribute | None
    loops: tuple[Attribute, ...] = ()
    step: str = ""
    itself: ResourceSpace | None = None

    @property
    def mark(self) -> tuple[object, ...]:
        """What tells it from other ones."""
        return id(self.owner), self.step, self.instance.key, *map(id, self.nodes)


class Source:
    """Values that a reference may mean, and which of them hold a secret.

    `key` is the address of a block of access keys if the reference means one, and `section` is that block.
    """

    def __init__(
        self,
        candidates: Iterable[tuple[Value, Callable[[], Holder]]] = (),
        key: str = "",
        section: Section | None = None,
    ) -> None:
        """Take values, each with what makes its holder."""
        self.key = key
        self.section = section
        self._candidates = candidates
        self._by_text: dict[Secret, Callable[[], Holder]] | None = None
        self._by_mark: dict[Secret, Callable[[], Holder]] = {}

    def find(self, secret: Secret, *, by_text: bool) -> Holder | None:
        """Return the first value that holds the text of a secret, or that is made of it; None if none is."""
        if self._by_text is None:
            self._by_text = {}
            for value, make in self._candidates:
                for each in find_secrets(value):
                    self._by_text.setdefault(each, make)
                for mark in all_marks(value):
                    if isinstance(mark, Secret):
                        self._by_mark.setdefault(mark, make)
        found = (self._by_text if by_text else self._by_mark).get(secret)
        return found() if found else None


def make_holder(
    owner: ModuleInstance,
    attribute: Attribute,
    names: Iterable[str] = (),
    instance: Instance = ALONE,
    loops: tuple[Attribute, ...] = (),
    step: str = "",
    itself: ResourceSpace | None = None,
) -> Holder:
    """Return the holder of what an attribute has at some names in its value."""
    try:
        nodes = tuple(_narrow(attribute.expression, tuple(names)))
    except SyntaxProblem:
        nodes = ()
    return Holder(owner, instance, nodes, attribute, loops, step, itself)


def find_source(holder: Holder, reference: Reference) -> Source:
    """Return what a reference in the expressions of a holder means."""
    if not reference.steps or not isinstance(reference.steps[0], Member):
        return Source()
    find = _FINDERS.get(reference.root, _find_resource)
    try:
        return find(holder, reference)
    except (EvaluationError, SyntaxProblem):
        return Source()


def _find_nothing(_holder: Holder, _reference: Reference) -> Source:
    return Source()


def _find_itself(holder: Holder, reference: Reference) -> Source:
    if holder.itself is None:
        return Source()
    return _find_attribute(holder.owner, holder.itself, reference.steps, [holder.instance])


def _find_variable(holder: Holder, reference: Reference) -> Source:
    owner, name, *names = holder.owner, *_list_names(reference.steps)
    given = owner.find_argument(name)
    if given is None or given.owner is None or owner.call is None:
        return Source()
    caller, attribute, instance = given.owner, given.attribute, given.instance
    loop = owner.call.section.attribute("for_each")

    def make() -> Holder:
        step = f"{owner.prefix}var.{name}"
        return make_holder(caller, attribute, names, instance, (loop,) if loop else (), step)

    return Source([(_take(owner.variable(name), names), make)])


def _find_local(holder: Holder, reference: Reference) -> Source:
    owner, name, *names = holder.owner, *_list_names(reference.steps)
    attribute = owner.module.locals.get(name)
    if attribute is None:
        return Source()
    found = attribute
    return Source(
        [
            (
                _take(owner.local(name), names),
                lambda: make_holder(owner, found, names, step=f"{owner.prefix}local.{name}"),
            )
        ]
    )


def _find_outputs(holder: Holder, reference: Reference) -> Source:
    call = holder.owner.find_call(reference.path[1])
    if not isinstance(call, CallSpace):
        return Source()
    wanted, rest = _split_index(reference.steps[1:])
    names = _list_names(rest)
    children = [
        child for child in call.children() if wanted is None or _is_at(child.call and child.call.instance, wanted)
    ]
    return Source(list(_list_outputs(children, names)))


def _list_outputs(children: list[ModuleInstance], names: list[str]) -> Iterator[tuple[Value, Callable[[], Holder]]]:
    for child in children:
        known = child.module.outputs
        for name in names[:1] if names and names[0] in known else known:
            attribute = known[name].attribute("value")
            inside = names[1:] if names and names[0] == name else []
            try:
                value = child.output(name)
            except (EvaluationError, SyntaxProblem):
                continue
            if attribute is not None:
                yield _take(value, inside), _bind_output(child, attribute, name, inside)


def _bind_output(child: ModuleInstance, attribute: Attribute, name: str, inside: list[str]) -> Callable[[], Holder]:
    return lambda: make_holder(child, attribute, inside, step=f"{child.prefix}{name}")


def _find_resource(holder: Holder, reference: Reference) -> Source:
    owner, is_data = holder.owner, reference.root == "data"
    words = reference.path[1:3] if is_data else reference.path[:2]
    if len(words) < 2:  # noqa: PLR2004  # a type and a name
        return Source()
    kind, name = words
    space = owner.find_resource("data" if is_data else "resource", kind, name)
    if not isinstance(space, ResourceSpace):
        return Source()
    wanted, rest = _split_index(reference.steps[2 if is_data else 1 :])
    if kind in KEY_TYPES and not is_data:
        is_secret = not rest or not isinstance(rest[0], Member) or rest[0].name in SECRET_ATTRIBUTES
        return Source((), f"{owner.prefix}{space.address}", space.section) if is_secret else Source()
    instances = [each for each in space.expansion.instances if wanted is None or _is_at(each, wanted)]
    return _find_attribute(owner, space, rest, instances)


def _find_attribute(
    owner: ModuleInstance, space: ResourceSpace, steps: tuple[Step, ...], instances: list[Instance]
) -> Source:
    names = _list_names(steps)
    attribute, inside = (names[0], names[1:]) if names else ("", [])
    found: list[tuple[Value, Callable[[], Holder]]] = []
    for instance in instances:
        value = space.attribute(instance, attribute) if attribute else space.instance_value(instance)
        found.append((_take(value, inside), _bind_attribute(owner, space, instance, names)))
    return Source(found)


def _bind_attribute(
    owner: ModuleInstance, space: ResourceSpace, instance: Instance, names: list[str]
) -> Callable[[], Holder]:
    def make() -> Holder:
        attribute, inside = (names[0], names[1:]) if names else ("", [])
        section = space.section
        holders = [
            make_holder(owner, each, inside if each.name == attribute else (), instance)
            for each in _list_parts(owner, space, instance, attribute)
        ]
        loop = section.attribute("for_each")
        step = f"{owner.prefix}{space.address}{format_index(instance)}{f'.{attribute}' if attribute else ''}"
        nodes = tuple(node for holder in holders for node in holder.nodes)
        written = holders[0].attribute if holders else None
        return Holder(owner, instance, nodes, written, (loop,) if loop else (), step, space)

    return make


def _list_parts(owner: ModuleInstance, space: ResourceSpace, instance: Instance, name: str) -> list[Attribute]:
    """Return the arguments of which an attribute is made: its own, or all if nothing says which."""
    section = space.section
    kind = find_type(section.block.type, section.labels[0])
    wanted = {name, kind.handed_on.get(name, name), *kind.made_of.get(name, ())}
    listed = list(BlockArguments(owner, instance, space.address).list_all(section.body))
    found = [each.attribute for each in listed if each.path[0] in wanted]
    return list(dict.fromkeys(found or [each.attribute for each in listed]))


_FINDERS: dict[str, Callable[[Holder, Reference], Source]] = {
    "var": _find_variable,
    "local": _find_local,
    "module": _find_outputs,
    "self": _find_itself,
    **dict.fromkeys(("each", "count", "path", "terraform"), _find_nothing),
}


def _split_index(steps: tuple[Step, ...]) -> tuple[object, tuple[Step, ...]]:
    """Return the index that says which instance is meant, None if it does not, and the steps behind it."""
    if not steps or not isinstance(steps[0], Index):
        return None, steps
    key = steps[0].key
    if isinstance(key, NumberNode) and key.text.isdecimal():
        return int(key.text), steps[1:]
    return (key.value if isinstance(key, Literal) else None), steps[1:]


def _is_at(instance: Instance | None, wanted: object) -> bool:
    # An instance that represents many is at each index.
    return instance is None or instance.key is None or instance.key == wanted


def _list_names(steps: tuple[Step, ...]) -> list[str]:
    """Return the names that lead into a value; positions in lists are none."""
    found = (step.name if isinstance(step, Member) else _read_text(step.key) for step in steps)
    return [name for name in found if name]


def _read_text(node: Node) -> str:
    return node.value if isinstance(node, Literal) and isinstance(node.value, str) else ""


def _take(value: Value, names: list[str]) -> Value:
    """Return what is in a value as far as names lead into it."""
    for name in names:
        if not isinstance(value.content, dict) or name not in value.content:
            break
        value = value.content[name].with_marks(value.marks)
    return value


def _narrow(node: Node, names: tuple[str, ...]) -> Iterator[Node]:
    """Yield the expressions of what is in the value of an expression, as far as names lead into it."""
    while isinstance(node, Parentheses):
        node = node.inner
    if names and isinstance(node, Sequence):
        for item in node.items:
            yield from _narrow(item, names)
    elif names and isinstance(node, Mapping) and any(_read_text(key) == names[0] for key, _ in node.pairs):
        yield from _narrow(next(member for key, member in node.pairs if _read_text(key) == names[0]), names[1:])
    else:
        yield node
