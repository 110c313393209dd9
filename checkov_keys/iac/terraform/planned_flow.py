"""Which secrets of access keys the expressions of a plan's configuration may hold, as far as references tell.

A plan lists what an expression refers to, not what it makes of it, and it has no locals. Of `aws_iam_access_key.k[
each.key].secret` it lists `aws_iam_access_key.k` and `each.key`: whether the secret is meant is for others to confirm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkov_keys.iac.terraform.addresses import INDEX, call_of
from checkov_keys.iac.terraform.plan_document import Json, get_object, list_items
from checkov_keys.iac.terraform.plan_users import LOOPS, Holder, choose_index
from checkov_keys.iac.terraform.planned_secrets import (
    NOTHING,
    SECRETS,
    UNTOLD,
    Flow,
    KeySecret,
    doubt,
    has_secret,
    has_true,
    join,
    narrow,
    pass_on,
)
from checkov_keys.iac.terraform.resource_types import KEY_TYPES, find_type

if TYPE_CHECKING:
    from collections.abc import Hashable

    from checkov_keys.iac.terraform.plan_document import PlanDocument, PlannedResource

# What a data source makes of its arguments.
_RENDERED = {
    "data.template_file": "vars",
    "data.cloudinit_config": "part",
    "data.template_cloudinit_config": "part",
}
# The provider marks nothing of these as sensitive by itself.
_UNMARKED = ("terraform_data", "null_resource")
_VARIABLE = re.compile(r"var\.([\w-]+)(.*)", re.DOTALL)
_MODULE = re.compile(rf"module\.([\w-]+)({INDEX})?(?:\.([\w-]+))?(.*)", re.DOTALL)
_RESOURCE = re.compile(rf"((?:data\.)?[\w-]+\.[\w-]+)({INDEX})?(.*)", re.DOTALL)
_STEP = re.compile(r'\.([\w-]+)|\["((?:[^"\\]|\\.)*)"\]|\[\d+\]')
_PLAIN = (*LOOPS, "path.", "terraform.")
_MOST_HOPS = 50
_MOST_INSTANCES = 50


class SecretFlow:
    """Follows the references of one plan, each once for each instance that they differ in."""

    def __init__(self, plan: PlanDocument) -> None:
        """Start with nothing followed."""
        self._plan = plan
        self._known: dict[Hashable, Flow] = {}
        self._references: dict[int, list[str]] = {}
        self._leaves: dict[int, list[tuple[str, Json]]] = {}
        self._members: dict[int, dict[str, list[tuple[str, Json]]]] = {}
        # Place and name of a call → its instances.
        self._modules: dict[tuple[str, str], dict[str, None]] = {}
        for place in dict.fromkeys(each.place for each in plan.resources.values()):
            self._add_module(place)

    def _add_module(self, place: str) -> None:
        while place:
            parent, call = call_of(place)
            self._modules.setdefault((parent, call.split("[", maxsplit=1)[0]), {})[place] = None
            place = parent

    def list_arguments(self, block: Json) -> list[tuple[str, Json]]:
        """Return the arguments of a resource's configuration, written with dots, with their expressions."""
        if id(block) not in self._leaves:
            found = _list_leaves("", get_object(block, "expressions"))
            for provisioner in list_items(block, "provisioners"):
                if isinstance(provisioner, dict):
                    prefix = f"provisioner.{provisioner.get('type')}."
                    found += _list_leaves(prefix, get_object(provisioner, "expressions"))
            self._leaves[id(block)] = found
        return self._leaves[id(block)]

    def _list_members(self, block: Json, argument: str) -> list[tuple[str, Json]]:
        """Return what is given to an argument of a resource, to all of them if it is ""."""
        if id(block) not in self._members:
            members: dict[str, list[tuple[str, Json]]] = {"": []}
            for path, expression in _list_leaves("", get_object(block, "expressions")):
                members[""].append((path, expression))
                members.setdefault(path.partition(".")[0], []).append((path, expression))
            self._members[id(block)] = members
        return self._members[id(block)].get(argument, [])

    def evaluate(self, expression: Json, holder: Holder, member: str | None = None, hops: int = 0) -> Flow:
        """Return what an expression may hold. `member` is the index of what is taken out of it, if it is a collection.

        What is too far away, or within a circle, is not followed.
        """
        references = self._list_references(expression)
        if not references:
            return NOTHING
        if hops > _MOST_HOPS:
            return UNTOLD
        is_own = any(reference.startswith((*LOOPS, "self.")) for reference in references)
        known = id(expression), holder.place, holder.suffix if is_own else "", member
        if known not in self._known:
            self._known[known] = UNTOLD
            own = choose_index(references, holder) if is_own else None
            inside = member if own is None else own
            self._known[known] = join(self._follow(each, holder, inside, hops + 1) for each in references)
        return self._known[known]

    def _list_references(self, expression: Json) -> list[str]:
        """Return what an expression refers to, each once, without the prefixes that a plan lists after each."""
        if id(expression) not in self._references:
            found: dict[str, None] = {}
            whole = last = ""
            for reference in list_items(expression, "references"):
                text = str(reference)
                is_prefix = len(text) < len(last) and whole.startswith((f"{text}.", f"{text}["))
                whole, last = whole if is_prefix else text, text
                found[whole] = None
            self._references[id(expression)] = list(found)
        return self._references[id(expression)]

    def _follow(self, reference: str, holder: Holder, own: str | None, hops: int) -> Flow:
        """Return what a reference leads to; `own` is the index that its instance brings to it, if any."""
        if reference.startswith("each.value"):
            collection = get_object(holder.block, "for_each_expression")
            flow = self.evaluate(collection, Holder(holder.place, {}, ""), holder.suffix, hops)
            return narrow(flow, _list_names(reference[len("each.value") :]))
        if reference.startswith(_PLAIN) or reference in {"each", "count", "path", "terraform", "self"}:
            return NOTHING
        if reference.startswith("self."):
            block = str(holder.block.get("address"))
            return self._follow_resource(holder.place, block, holder.suffix, reference[len("self") :], None, hops)
        known = reference, holder.place, own
        if known not in self._known:
            self._known[known] = self._follow_name(reference, holder.place, own, hops)
        return self._known[known]

    def _follow_name(self, reference: str, place: str, own: str | None, hops: int) -> Flow:
        variable, module = _VARIABLE.match(reference), _MODULE.match(reference)
        if variable:
            return self._follow_variable(variable[1], variable[2], place, own, hops)
        if module:
            return self._follow_module(module, place, own, hops)
        resource = _RESOURCE.match(reference)
        if not resource or reference.startswith("local."):
            return UNTOLD
        return self._follow_resource(place, resource[1], resource[2], resource[3], own, hops)

    def _follow_variable(self, name: str, rest: str, place: str, own: str | None, hops: int) -> Flow:
        variable = get_object(get_object(self._plan.find_module(place), "variables"), name)
        flow = Flow((), variable.get("sensitive") is True)
        if not place:
            return flow
        index, names = _split_index(rest)
        parent, call = call_of(place)
        block = self._plan.find_call(place)
        caller = Holder(parent, block, call[len(call.split("[", maxsplit=1)[0]) :])
        given = self.evaluate(get_object(get_object(block, "expressions"), name), caller, index or own, hops)
        return narrow(pass_on(join([flow, given]), f"{place}var.{name}"), names)

    def _follow_module(self, reference: re.Match[str], place: str, own: str | None, hops: int) -> Flow:
        """Return what the outputs of a module's instances may hold, of all outputs if none is named."""
        call, index, name, rest = reference.groups()
        known = self._modules.get((place, call), {})
        single, own_one = f"{place}module.{call}.", f"{place}module.{call}{own or ''}."
        if index is not None:
            insides = [f"{place}module.{call}{index}."]
        elif own_one in known:
            insides = [own_one]
        else:
            # A call that is repeated has no instance without an index; one without resources is of no known number.
            insides = [each for each in known if each != single][:_MOST_INSTANCES] or [single]
        member, names = _split_index(rest)
        found: list[Flow] = []
        for inside in insides:
            outputs = get_object(self._plan.find_module(inside), "outputs")
            for each in [name] if name else outputs:
                output = get_object(outputs, each)
                flow = self.evaluate(get_object(output, "expression"), Holder(inside, {}, ""), member or own, hops)
                flow = flow._replace(is_mixed=flow.is_mixed or output.get("sensitive") is True)
                found.append(narrow(pass_on(flow, f"{inside}{each}"), names))
        flow = join(found)
        return flow if name else doubt(flow)

    def _follow_resource(
        self, place: str, block: str, index: str | None, rest: str, own: str | None, hops: int
    ) -> Flow:
        instances = self._plan.by_block.get(place + block, {})
        suffixes = ("", own or "") if index is None else (index,)
        chosen = [instances[each] for each in suffixes if each in instances][:1]
        names = _list_names(rest)
        if index is not None and not chosen:
            return NOTHING
        if block.partition(".")[0] in KEY_TYPES:
            return self._name_keys(place + block, chosen, names, is_one=own is not None)
        if not chosen and own is None:
            chosen = list(instances.values())[:_MOST_INSTANCES]
        return join(self._follow_argument(instance, names, hops) for instance in chosen) if chosen else UNTOLD

    def _name_keys(self, address: str, chosen: list[PlannedResource], names: list[str], *, is_one: bool) -> Flow:
        """Return the secrets of some keys of a block, of all if none is chosen."""
        attribute = names[0] if names else ""
        if attribute and attribute not in SECRETS:
            return NOTHING
        keys = chosen or list(self._plan.by_block.get(address, {}).values())
        named = [
            key.address for key in keys if any(has_secret(key, each) for each in SECRETS if attribute in ("", each))
        ]
        if named and (len(named) > _MOST_INSTANCES or (is_one and not chosen)):
            named = [address]
        return Flow(tuple(KeySecret(each, attribute, bool(attribute)) for each in named))

    def _follow_argument(self, instance: PlannedResource, names: list[str], hops: int) -> Flow:
        """Return what an attribute of a resource may hold, which has the value of an argument."""
        block = self._plan.find_block(instance.place, instance.block)
        kind, attribute = instance.block.rpartition(".")[0], names[0] if names else ""
        if attribute == "rendered":
            argument = _RENDERED.get(kind, attribute)
        else:
            argument = find_type("resource", kind).handed_on.get(attribute, attribute)
        holder = Holder(instance.place, block, instance.suffix)
        found: list[Flow] = []
        for path, expression in self._list_members(block, argument):
            found.append(pass_on(self.evaluate(expression, holder, None, hops), f"{instance.address}.{path}"))
        flow = narrow(join(found), names[1:])
        marked = has_true(instance.sensitive.get(attribute) if attribute else instance.sensitive)
        is_marked = marked and not (flow.secrets and kind in _UNMARKED)
        flow = flow._replace(is_mixed=flow.is_mixed or is_marked or kind.startswith("data."))
        return flow if attribute else doubt(flow)


def _list_leaves(prefix: str, expressions: Json) -> list[tuple[str, Json]]:
    """Return the expressions of arguments, also of those in nested blocks, by their names with dots."""
    found: list[tuple[str, Json]] = []
    waiting: list[tuple[str, object]] = [(prefix + str(name), each) for name, each in expressions.items()]
    for path, each in waiting:
        if isinstance(each, list):
            waiting += ((path, item) for item in each)
        elif isinstance(each, dict) and each and each.keys() <= {"references", "constant_value"}:
            found.append((path, each))
        elif isinstance(each, dict):
            waiting += ((f"{path}.{name}", item) for name, item in each.items())
    return found


def _list_names(rest: str) -> list[str]:
    """Return the members that are taken out of a value: of `.a["b"][0].c` a, b and c."""
    return [step[1] or step[2] for step in _STEP.finditer(rest) if step[1] or step[2]]


def _split_index(rest: str) -> tuple[str | None, list[str]]:
    """Return the index that a rest begins with, None if it does not, and all members."""
    found = re.match(INDEX, rest)
    return found[0] if found else None, _list_names(rest)
