"""Whose key is planned. If a name is known only after the apply, what the configuration refers to is its identity.

A plan lists what an expression refers to, not what it makes of it: `references` of `aws_iam_user.a[each.key].id` are
the block and `each.key`. Each reference is followed by a longer one before by its own prefixes.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple, Union

from checkov_keys.iac.common.reading import UserIdentity
from checkov_keys.iac.terraform.addresses import INDEX, call_of
from checkov_keys.iac.terraform.plan_document import Json, get_object, list_items
from checkov_keys.iac.terraform.resource_types import KEY_TYPE, USER_TYPE

if TYPE_CHECKING:
    from checkov_keys.iac.terraform.plan_document import PlanDocument, PlannedResource

_RESOURCE = re.compile(rf"([\w-]+\.[\w-]+)({INDEX})?")
_OUTPUT = re.compile(rf"module\.([\w-]+)({INDEX})?\.([\w-]+).*", re.DOTALL)
_MODULE = re.compile(rf"module\.([\w-]+)({INDEX})?")
_LOOPS = ("each.", "count.")
_FARTHEST = 50
_LATE = "its user is known only after the apply"


class _Holder(NamedTuple):
    """The instance of a resource or module call in which an expression is written: its module, block and index."""

    place: str
    block: Json
    index: str


class _Doubt(NamedTuple):
    """Why nobody can tell which user is meant."""

    reason: str


_Found = Union["PlannedResource", str, _Doubt, None]


class PlannedUsers:
    """Tells whose the keys of one plan are."""

    def __init__(self, plan: PlanDocument) -> None:
        """Start with nothing followed."""
        self._plan = plan

    def identify(self, account: str, key: PlannedResource) -> UserIdentity | str:
        """Return whose a key is, or why nobody can tell."""
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
        holder = _Holder(key.place, block, key.index)
        return self._follow(get_object(get_object(block, "expressions"), "user"), holder, hops)

    def _follow(self, expression: Json, holder: _Holder, hops: int, *, is_member: bool = False) -> _Found:
        """Return what an expression leads to, or the expression itself with all that decides it.

        `is_member` if it is a collection of which the instance takes its own member.
        """
        references = [str(reference) for reference in list_items(expression, "references")]
        whole = [r for r in references if not any(other.startswith((f"{r}.", f"{r}[")) for other in references)]
        straight = [reference for reference in whole if not reference.startswith(_LOOPS)]
        if not references or hops > _FARTHEST:
            constant = expression.get("constant_value")
            return None if constant is None else holder.place + json.dumps(constant, sort_keys=True)
        found: _Found = None
        if len(straight) == 1:
            own = holder.index if is_member else _choose_index(whole, holder)
            found = self._follow_one(straight[0], holder, own, hops)
        elif not straight:
            found = self._follow_member(whole, holder, hops)
        return _spell(whole, holder) if found is None else found

    def _follow_one(self, reference: str, holder: _Holder, own: str | None, hops: int) -> _Found:
        """Follow the only reference of an expression; `own` is the index that the instance brings to it, if any."""
        output, resource = _OUTPUT.fullmatch(reference), _RESOURCE.match(reference)
        module = _MODULE.fullmatch(reference)
        if reference.startswith("var.") and holder.place:
            block, (parent, call) = self._plan.find_call(holder.place), call_of(holder.place)
            name = reference.split(".")[1].split("[", maxsplit=1)[0]
            caller = _Holder(parent, block, call[len(call.split("[", maxsplit=1)[0]) :])
            return self._follow(get_object(get_object(block, "expressions"), name), caller, hops + 1)
        if output:
            call, index, name = output.groups()
            place = f"{holder.place}module.{call}{index or ''}."
            return self._follow(self._plan.find_outputs(place).get(name, {}), _Holder(place, {}, ""), hops + 1)
        if module:
            call, index = module.groups()
            return self._follow_outputs(f"{holder.place}module.{call}{index or own or ''}.", hops)
        if not resource:
            return None
        block_address, index = resource.groups()
        if block_address.startswith(f"{USER_TYPE}."):
            return self._choose(holder.place + block_address, index, own)
        if block_address.startswith(f"{KEY_TYPE}.") and reference.endswith(".user"):
            key = self._choose(holder.place + block_address, index, own)
            return key if key is None or isinstance(key, (str, _Doubt)) else self._find(key, hops + 1)
        return None

    def _follow_outputs(self, place: str, hops: int) -> _Found:
        """Return the user to whom all outputs of a module instance lead that lead to one: a plan names none of them."""
        outputs = self._plan.find_outputs(place).values()
        found = [self._follow(output, _Holder(place, {}, ""), hops + 1) for output in outputs]
        users = {each.address: each for each in found if each is not None and not isinstance(each, (str, _Doubt))}
        return users.popitem()[1] if len(users) == 1 else None

    def _choose(self, address: str, index: str | None, own: str | None) -> _Found:
        """Return the instance of a block that is meant: by its index, the one that the holder brings, or the only one."""
        instances = self._plan.by_block.get(address, [])
        for suffix in ("", own) if index is None else (index,):
            for instance in instances:
                if instance.index == suffix:
                    return instance
        if index is not None or own is not None or not instances:
            return None
        if len(instances) > 1:
            return _Doubt(f"{_LATE}: one of the {len(instances)} that {address} makes")
        return instances[0]

    def _follow_member(self, references: list[str], holder: _Holder, hops: int) -> _Found:
        """Follow `each.value.name` into the users that a resource or module call runs over."""
        collection = get_object(holder.block, "for_each_expression")
        if not any(reference.startswith("each.") for reference in references) or not collection:
            return None
        found = self._follow(collection, holder, hops + 1, is_member=True)
        return None if isinstance(found, (str, _Doubt)) else found


def _choose_index(references: list[str], holder: _Holder) -> str | None:
    """Return the index that an instance brings to a block it refers to, None if the expression names no loop.

    It is the instance's own, but for `each.value` over a literal mapping, which tells another.
    """
    loops = [reference for reference in references if reference.startswith(_LOOPS)]
    mapping = get_object(holder.block, "for_each_expression").get("constant_value")
    for reference in loops:
        if reference.startswith("each.value") and isinstance(mapping, dict):
            member: object = mapping.get(_read_key(holder.index))
            for step in reference.split(".")[2:]:
                member = member.get(step) if isinstance(member, dict) else None
            return _write_index(member)
    return holder.index if loops else None


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


def _spell(references: list[str], holder: _Holder) -> str:
    """Return an unresolved expression as an identity: within its module instance, and its loop if it mentions one."""
    text = holder.place + ", ".join(sorted(references))
    if not any(reference.startswith(_LOOPS) for reference in references):
        return text
    loops = [holder.block.get(name) for name in ("for_each_expression", "count_expression")]
    return f"{text} of {json.dumps(loops, sort_keys=True)} {holder.index}"
