"""The instances of a block, put together as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.values import (
    ANY_KEY,
    DYNAMIC,
    Value,
    canonical_text,
    has_text_mark,
    null,
    object_of,
    tuple_of,
    unknown,
)

if TYPE_CHECKING:
    from checkov_keys.iac.terraform.repetition import Expansion, Instance


def collect_instances(
    expansion: Expansion, address: str, make: Callable[[Instance], Value], *, follows_secrets: bool = False
) -> Value:
    """Return the instances of a block as Terraform has them: one value, a tuple by count, an object by for_each.

    What may not be there is one of several possible values. If it is not known which instances there are, the value has
    an example that tells in which of their members secrets are.
    """
    if expansion.loop is not None:
        return _with_example(expansion, address, expansion.reason, make if follows_secrets else None)
    doubtful = [instance for instance in expansion.instances if not instance.is_certain]
    if not expansion.by:
        value = make(expansion.instances[0]) if expansion.instances else null()
        return _may_be(address, value, null()) if doubtful else value
    if any(instance.position is not None and not instance.position.is_known for instance in expansion.instances):
        reason = f"the keys of {address} are not known"
        return _with_example(expansion, address, reason, make if follows_secrets else None)
    if len(doubtful) > 1:
        reason = f"which instances of {address} there are is not known"
        return _with_example(expansion, address, reason, make if follows_secrets else None)
    whole = _put_together(expansion, list(expansion.instances), make)
    if not doubtful:
        return whole
    certain = [instance for instance in expansion.instances if instance.is_certain]
    return _may_be(address, whole, _put_together(expansion, certain, make))


def _with_example(expansion: Expansion, address: str, reason: str, make: Callable[[Instance], Value] | None) -> Value:
    """Return an unknown value, with what the instances that may be there make together as its example."""
    example = None if make is None else _put_together(expansion, list(expansion.instances), make)
    if example is None or not has_text_mark(example):
        return unknown(DYNAMIC, address, reason, not_null=True)
    return unknown(DYNAMIC, address, reason, not_null=True, example=example)


def take_any(address: str, key: Value, instances: list[Value]) -> Value:
    """Return the instance at a key that is not known: one of those that there are tells where secrets are in it."""
    reason, marks = key.content.reason, key.marks
    example = unknown(DYNAMIC, address, reason, possible=instances) if instances else None
    if example is None or not has_text_mark(example):
        return unknown(DYNAMIC, address, reason, not_null=bool(instances), marks=marks)
    return unknown(DYNAMIC, address, reason, not_null=True, example=example.with_marks(marks), marks=marks)


def _put_together(expansion: Expansion, instances: list[Instance], make: Callable[[Instance], Value]) -> Value:
    if expansion.by == "count":
        return tuple_of([make(instance) for instance in instances])
    return object_of({_name_key(instance): make(instance) for instance in instances})


def _name_key(instance: Instance) -> str:
    if instance.key is not None or instance.position is None:
        return str(instance.key)
    return f"{ANY_KEY}{canonical_text(instance.position)}"


def _may_be(address: str, value: Value, other: Value) -> Value:
    reason = f"whether there is {address} is not known"
    return unknown(DYNAMIC, address, reason, possible=(value, other), marks=value.marks)
