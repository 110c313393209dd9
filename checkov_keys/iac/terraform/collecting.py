"""The instances of a block, put together as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.values import DYNAMIC, Value, null, object_of, tuple_of, unknown

if TYPE_CHECKING:
    from checkov_keys.iac.terraform.repetition import Expansion, Instance


def collect_instances(expansion: Expansion, address: str, make: Callable[[Instance], Value]) -> Value:
    """Return the instances of a block as Terraform has them: one value, a tuple by count, an object by for_each.

    What may not be there is one of several possible values.
    """
    if expansion.loop is not None:
        return unknown(DYNAMIC, address, expansion.reason, not_null=True)
    doubtful = [instance for instance in expansion.instances if not instance.is_certain]
    if not expansion.by:
        value = make(expansion.instances[0]) if expansion.instances else null()
        return _may_be(address, value, null()) if doubtful else value
    if any(instance.position is not None and not instance.position.is_known for instance in expansion.instances):
        return unknown(DYNAMIC, address, f"the keys of {address} are not known", not_null=True)
    whole = _put_together(expansion, list(expansion.instances), make)
    if not doubtful:
        return whole
    if len(doubtful) > 1:
        return unknown(DYNAMIC, address, f"which instances of {address} there are is not known", not_null=True)
    certain = [instance for instance in expansion.instances if instance.is_certain]
    return _may_be(address, whole, _put_together(expansion, certain, make))


def _put_together(expansion: Expansion, instances: list[Instance], make: Callable[[Instance], Value]) -> Value:
    if expansion.by == "count":
        return tuple_of([make(instance) for instance in instances])
    return object_of({str(instance.key): make(instance) for instance in instances})


def _may_be(address: str, value: Value, other: Value) -> Value:
    reason = f"whether there is {address} is not known"
    return unknown(DYNAMIC, address, reason, possible=(value, other), marks=value.marks)
