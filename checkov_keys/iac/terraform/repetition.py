"""How many instances `count`, `for_each` and OpenTofu's `enabled` make of a block, and what `each` and `count` mean.

https://developer.hashicorp.com/terraform/language/meta-arguments/count and .../for_each,
https://opentofu.org/docs/language/meta-arguments/enabled/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Union

from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.limits import EXCEEDED
from checkov_keys.iac.hcl.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    MapType,
    ObjectType,
    SetType,
    Unknown,
    Value,
    all_marks,
    canonical_text,
    number,
    string,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkov_keys.iac.hcl.scopes import Namespace

# A block with more instances than anybody makes has an unknown number of them.
MOST_INSTANCES = 10_000
# If a count is one of a few numbers, so many instances that may not be there are told apart.
_MOST_DOUBTFUL = 16

InstanceKey = Union[int, str, None]


class Loop(NamedTuple):
    """A mark: the value differs between the instances of a block, of which nobody knows how many there are."""

    symbol: str


class Instance(NamedTuple):
    """One instance of a block, or, with a `loop`, one that represents all of them.

    `key` is its index, None if it has none, or if that is not known. `position` is the key as a value, which may be
    unknown. `each_value` is what `each.value` means. `is_certain` is False if there may be no such instance.
    """

    key: InstanceKey = None
    position: Value | None = None
    each_value: Value | Namespace | None = None
    loop: Loop | None = None
    is_certain: bool = True

    @property
    def marks(self) -> frozenset[Loop]:
        """The loop as marks of a value."""
        return frozenset() if self.loop is None else frozenset([self.loop])


class Expansion(NamedTuple):
    """The instances of a block, and by what they are told apart: "" for a single one, "count" or "for_each".

    `reason` says why the number of instances is unknown, "" if it is known. `collection` and `owner` are those of an
    unknown `for_each`.
    """

    instances: tuple[Instance, ...]
    by: str = ""
    reason: str = ""
    collection: Value | None = None
    owner: Namespace | None = None

    @property
    def loop(self) -> Loop | None:
        """The loop that the only instance represents, None if the instances are known."""
        return self.instances[0].loop if self.instances else None

    def instance_at(self, index: Value) -> Instance | None:
        """Return the instance of an index, None if there is none; of a loop, the instance that the index would make."""
        if self.loop is None:
            wanted = index.content
            if self.by == "for_each" and isinstance(wanted, int) and not isinstance(wanted, bool):
                wanted = str(wanted)
            return next((each for each in self.instances if _is_at(each, wanted)), None)
        own = self.instances[0]
        if own.position == index:
            return own
        if self.by == "count" or self.collection is None:
            return Instance(None, index, is_certain=False)
        value = _value_at(index, self.collection, self.owner, self.loop.symbol)
        return Instance(None, index, value, is_certain=False)

    @property
    def is_certain(self) -> bool:
        """Whether it is known which instances there are."""
        return all(instance.is_certain and instance.loop is None for instance in self.instances)


SINGLE = Expansion((Instance(),))


def expand_enabled(expansion: Expansion, enabled: Value) -> Expansion:
    """Return what is left of a block's instances under OpenTofu's `lifecycle { enabled = … }`."""
    decided = convert(enabled, BOOL)
    if decided.content is False:
        return Expansion((), expansion.by)
    if decided.is_known:
        return expansion
    return expansion._replace(instances=tuple(each._replace(is_certain=False) for each in expansion.instances))


def expand_count(count: Value) -> Expansion:
    """Return the instances that `count` makes; raise EvaluationError if Terraform would refuse it.

    A count that can only be 0 or 1 makes one instance, which may not be there.
    """
    count = convert(count, NUMBER)
    content = count.content
    if isinstance(content, Unknown):
        choices = [choice.content for choice in content.possible if not choice.is_null]
        if choices and set(choices) <= {0, 1}:
            return Expansion((Instance(None, number(0), is_certain=False),), "count")
        if choices and all(isinstance(choice, int) and 0 <= choice <= _MOST_DOUBTFUL for choice in choices):
            least, most = min(choices), max(choices)
            found = (Instance(index, number(index), is_certain=index < least) for index in range(most))
            return Expansion(tuple(found), "count", f"its count is not known: {content.reason}")
        return _loop_over_count(content.symbol, f"its count is not known: {content.reason}", count)
    if content is None:
        raise EvaluationError("count is null")
    if not isinstance(content, int) or content < 0:
        raise EvaluationError(f"count is {canonical_text(count)}, not a whole number from 0")
    if content > MOST_INSTANCES:
        marked = count.with_marks(frozenset([EXCEEDED]))
        return _loop_over_count(canonical_text(count), f"its count is more than {MOST_INSTANCES:,}", marked)
    return Expansion(tuple(Instance(index, number(index)) for index in range(content)), "count")


def expand_for_each(collection: Value, owner: Namespace | None = None, loop_symbol: str = "") -> Expansion:
    """Return the instances that `for_each` makes; raise EvaluationError if Terraform would refuse it.

    `owner` is the block whose instances the collection has, if it is one (`for_each = aws_iam_user.team`), and
    `loop_symbol` says over what that one loops.
    """
    content = collection.content
    if isinstance(content, Unknown):
        return _expand_unknown(collection, content, owner, loop_symbol)
    if content is None:
        raise EvaluationError("for_each is null")
    if isinstance(content, dict) and isinstance(collection.type, (MapType, ObjectType)):
        pairs: Sequence[tuple[Value, Value]] = [(string(key), value) for key, value in content.items()]
    elif isinstance(collection.type, SetType) and collection.type.element in (STRING, DYNAMIC):
        pairs = [(member, member) for member in collection.members]
    else:
        raise EvaluationError("for_each needs a map, or a set of strings")
    if len(pairs) > MOST_INSTANCES:
        reason = f"its for_each has more than {MOST_INSTANCES:,} members"
        marked = collection.with_marks(frozenset([EXCEEDED]))
        return _loop_over_collection(canonical_text(collection), reason, marked, owner)
    return Expansion(tuple(_instance(key, value, collection, owner) for key, value in pairs), "for_each")


def _instance(key: Value, value: Value, collection: Value, owner: Namespace | None) -> Instance:
    content = key.content
    if content is None:
        raise EvaluationError("for_each has a null among its members")
    # Terraform refuses marked keys in for_each only if they are sensitive; here marks go along.
    own = owner.member(key) if owner is not None else value.with_marks(collection.marks)
    known = content if isinstance(content, str) else None
    return Instance(known, key.with_marks(collection.marks), own)


def _expand_unknown(collection: Value, content: Unknown, owner: Namespace | None, loop_symbol: str) -> Expansion:
    """Return every instance that may be there, if the collection is one of a few; else one that represents all."""
    reason = f"its for_each is not known: {content.reason}"
    choices = [choice for choice in content.possible if not choice.is_null]
    if not choices:
        return _loop_over_collection(loop_symbol or content.symbol, reason, collection, owner)
    found: dict[InstanceKey, Instance] = {}
    expansions = [expand_for_each(choice, owner).instances for choice in choices]
    for instance in (instance for instances in expansions for instance in instances):
        if instance.key is None:
            return _loop_over_collection(loop_symbol or content.symbol, reason, collection, owner)
        same = found.get(instance.key)
        if same is not None and same.each_value != instance.each_value:
            symbol = f"each.value of {content.symbol}[{instance.key}]"
            differs = unknown(DYNAMIC, symbol, content.reason, marks=all_marks(collection))
            instance = instance._replace(each_value=differs)  # noqa: PLW2901
        found[instance.key] = instance._replace(
            is_certain=all(any(other.key == instance.key for other in others) for others in expansions)
        )
    return Expansion(tuple(found[key] for key in sorted(found, key=str)), "for_each", reason)


def _loop_over_count(symbol: str, reason: str, count: Value) -> Expansion:
    loop = Loop(symbol)
    index = unknown(NUMBER, f"count.index of {symbol}", reason, not_null=True, marks=count.marks | {loop})
    return Expansion((Instance(None, index, loop=loop, is_certain=False),), "count", reason)


def _loop_over_collection(symbol: str, reason: str, collection: Value, owner: Namespace | None) -> Expansion:
    loop = Loop(symbol)
    key = unknown(STRING, f"each.key of {symbol}", reason, not_null=True, marks=collection.marks | {loop})
    value = _value_at(key, collection, owner, symbol)
    instance = Instance(None, key, value, loop, is_certain=False)
    return Expansion((instance,), "for_each", reason, collection, owner)


def _value_at(key: Value, collection: Value, owner: Namespace | None, symbol: str) -> Value | Namespace:
    """Return what `each.value` means at a key of an unknown collection."""
    if owner is not None:
        return owner.member(key)
    if isinstance(collection.type, SetType):
        return key
    element = collection.type.element if isinstance(collection.type, MapType) else DYNAMIC
    own = canonical_text(key)
    at = f"each.value of {symbol}" if own == f"each.key of {symbol}" else f"{symbol}[{own}]"
    reason, marks = f"{symbol} is not known", key.marks | collection.marks
    example = collection.content.example if isinstance(collection.content, Unknown) else None
    if example is None:
        return unknown(element, at, reason, marks=marks)
    if example.members:
        example = unknown(DYNAMIC, at, reason, possible=example.members).with_marks(example.marks)
    return unknown(element, at, reason, example=example.with_marks(marks), marks=marks)


def _is_at(instance: Instance, wanted: object) -> bool:
    # An instance that may not be there has no key in its address, but is found at 0.
    key = 0 if instance.key is None and instance.loop is None and instance.position is not None else instance.key
    return type(key) is type(wanted) and key == wanted
