"""Whose key is planned. If a name is known only after the apply, what the configuration refers to is its identity.

A plan lists what an expression refers to, not what it makes of it: `references` of `aws_iam_user.a[each.key].id` are
the block and `each.key`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple, Union

from checkov_keys.iac.common.reading import UserIdentity
from checkov_keys.iac.terraform.addresses import INDEX, call_of, instance_of_address
from checkov_keys.iac.terraform.plan_document import Json, get_object, list_items
from checkov_keys.iac.terraform.resource_types import KEY_TYPE, USER_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.terraform.plan_document import PlanDocument, PlannedResource

_RESOURCE = re.compile(rf"([\w-]+\.[\w-]+)({INDEX})?")
_MODULE = re.compile(rf"module\.([\w-]+)({INDEX})?(?:\.([\w-]+)({INDEX})?)?")
_VARIABLE = re.compile(rf"var\.([\w-]+)({INDEX})?")
_STEP = re.compile(r"[.\[]")
LOOPS = ("each.", "count.")
_FARTHEST = 50
_MOST_STEPS = 1000
_LATE = "its user is known only after the apply"


class Holder(NamedTuple):
    """The instance of a resource or module call in which an expression is written: its module, block and suffix."""

    place: str
    block: Json
    suffix: str


class _Doubt(NamedTuple):
    """Why nobody can tell which user is meant."""

    reason: str


_Found = Union["PlannedResource", str, _Doubt, None]


class PlannedUsers:
    """Tells whose the keys of one plan are."""

    def __init__(self, plan: PlanDocument) -> None:
        """Start with nothing followed."""
        self._plan = plan
        self._steps = 0

    def identify(self, account: str, key: PlannedResource) -> UserIdentity | str:
        """Return whose a key is, or why nobody can tell."""
        self._steps = 0
        found = self._find(key, 0)
        if isinstance(found, _Doubt):
            return found.reason
        if found is None:
            return f"{_LATE}, and nothing tells whose it is"
        if isinstance(found, str):
            return UserIdentity(account, "expression", found)
        name = found.values.get("name" if found.block.startswith(f"{USER_TYPE}.") else "user")
        if isinstance(name, str) and name:
            return UserIdentity.named(account, name)
        return UserIdentity(account, "resource", found.address)

    def _find(self, key: PlannedResource, hops: int) -> _Found:
        """Return the key itself if its user is known, else what its configuration leads to."""
        user = key.values.get("user")
        if user is not None:
            return key if isinstance(user, str) and user else _Doubt("its user is not a name")
        block = self._plan.find_block(key.place, key.block)
        holder = Holder(key.place, block, key.suffix)
        return self._follow(get_object(get_object(block, "expressions"), "user"), holder, hops)

    def _follow(self, expression: Json, holder: Holder, hops: int, member: str | None = None) -> _Found:
        """Return what an expression leads to, or the expression itself with all that decides it.

        `member` is the index of what is taken out of it, if it is a collection.
        """
        references = [str(reference) for reference in list_items(expression, "references")]
        shorter = {each[: cut.start()] for each in references for cut in _STEP.finditer(each)}
        whole = [reference for reference in references if reference not in shorter]
        straight = [reference for reference in whole if not reference.startswith(LOOPS)]
        self._steps += 1
        if not references or hops > _FARTHEST or self._steps > _MOST_STEPS:
            constant = expression.get("constant_value")
            return None if constant is None else holder.place + json.dumps(constant, sort_keys=True)
        found: _Found = None
        if len(straight) == 1:
            own = choose_index(whole, holder)
            found = self._follow_one(straight[0], holder, member if own is None else own, hops)
        elif not straight:
            found = self._follow_member(whole, holder, hops)
        return _spell(whole, holder) if found is None else found

    def _follow_one(self, reference: str, holder: Holder, own: str | None, hops: int) -> _Found:
        """Follow the only reference of an expression; `own` is the index that the instance brings to it, if any."""
        variable, module = _VARIABLE.match(reference), _MODULE.match(reference)
        if variable and holder.place:
            name, member = variable.groups()
            block, (parent, call) = self._plan.find_call(holder.place), call_of(holder.place)
            caller = Holder(parent, block, call[len(call.split("[", maxsplit=1)[0]) :])
            return self._follow(get_object(get_object(block, "expressions"), name), caller, hops + 1, member or own)
        if module:
            return self._follow_output(holder.place, module, own, hops)
        resource = _RESOURCE.match(reference)
        found: _Found = None
        if resource and resource[1].startswith((f"{USER_TYPE}.", f"{KEY_TYPE}.")):
            found = self._choose(holder.place + resource[1], resource[2], own)
            if resource[1].startswith(f"{KEY_TYPE}.") and found is not None and not isinstance(found, (str, _Doubt)):
                return self._find(found, hops + 1) if reference.endswith(".user") else None
        return found

    def _follow_output(self, place: str, reference: re.Match[str], own: str | None, hops: int) -> _Found:
        """Return the user to whom an output of a module instance leads.

        Of `module.a[each.key].name` a plan lists no output, so it is the user to whom all lead that lead to one.
        """
        call, index, name, member = reference.groups()
        if name:
            inside = f"{place}module.{call}{index or ''}."
            output = self._plan.find_outputs(inside).get(name, {})
            return self._follow(output, Holder(inside, {}, ""), hops + 1, member or own)
        inside = f"{place}module.{call}{index or own or ''}."
        if instance_of_address(inside) != inside:
            return None
        outputs = self._plan.find_outputs(inside).values()
        found = [self._follow(output, Holder(inside, {}, ""), hops + 1) for output in outputs]
        users = {each.address: each for each in found if each is not None and not isinstance(each, (str, _Doubt))}
        return users.popitem()[1] if len(users) == 1 else None

    def _choose(self, address: str, index: str | None, own: str | None) -> _Found:
        """Return the instance of a block that is meant: by its index, by what the holder brings, or the only one."""
        instances = self._plan.by_block.get(address, {})
        for suffix in ("", own or "") if index is None else (index,):
            if suffix in instances:
                return instances[suffix]
        if index is not None or own is not None or not instances:
            return None
        if len(instances) > 1:
            return _Doubt(f"{_LATE}: one of the {len(instances)} that {address} makes")
        return next(iter(instances.values()))

    def _follow_member(self, references: list[str], holder: Holder, hops: int) -> _Found:
        """Follow `each.value.name` into the users that a resource or module call runs over."""
        collection = get_object(holder.block, "for_each_expression")
        if not any(reference.startswith("each.") for reference in references) or not collection:
            return None
        found = self._follow(collection, holder, hops + 1, holder.suffix)
        return None if isinstance(found, (str, _Doubt)) else found


def choose_index(references: Iterable[str], holder: Holder) -> str | None:
    """Return the index that an instance brings to a block it refers to, None if the expression names no loop.

    It is the instance's own, but for `each.value` over a literal mapping, which tells another.
    """
    loops = [reference for reference in references if reference.startswith(LOOPS)]
    mapping = get_object(holder.block, "for_each_expression").get("constant_value")
    for reference in loops:
        if reference.startswith("each.value") and isinstance(mapping, dict):
            member: object = mapping.get(_read_key(holder.suffix))
            for step in reference.split(".")[2:]:
                member = member.get(step) if isinstance(member, dict) else None
            return _write_index(member)
    return holder.suffix if loops else None


def _read_key(index: str) -> str:
    """Return the key in `["key"]`, "" if there is none."""
    try:
        key = json.loads(index[1:-1].replace("$${", "${").replace("%%{", "%{"))
    except ValueError:
        return ""
    return key if isinstance(key, str) else ""


def _write_index(key: object) -> str:
    if isinstance(key, int) and not isinstance(key, bool):
        return f"[{key}]"
    text = json.dumps(key if isinstance(key, str) else None, ensure_ascii=False)
    return f"[{text.replace('${', '$${').replace('%{', '%%{')}]"


def _spell(references: list[str], holder: Holder) -> str:
    """Return an unresolved expression as an identity: within its module instance, and its loop if it mentions one."""
    text = holder.place + ", ".join(sorted(references))
    if not any(reference.startswith(LOOPS) for reference in references):
        return text
    loops = [holder.block.get(name) for name in ("for_each_expression", "count_expression")]
    return f"{text} of {json.dumps(loops, sort_keys=True)} {holder.suffix}"
