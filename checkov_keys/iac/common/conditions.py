"""Conditions over variables, and which of them can hold together: exact, by trying every combination that matters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# How many combinations of values are tried before a question stays open.
LIMIT = 4096
# Keys of one template ask the same questions repeatedly.
_cached = lru_cache(maxsize=4096)


def _hashed_once(self: object) -> int:
    """Return an object's hash, computed once: conditions nest, and are looked up with every key."""
    known = self.__dict__
    if "_hash" not in known:
        known["_hash"] = hash((type(self), *known.values()))
    return int(known["_hash"])


@dataclass(frozen=True)
class Variable:
    """Something that varies. `values` are all that it can be; None stands for any text."""

    name: str
    values: tuple[str, ...] | None = None
    __hash__ = _hashed_once


@dataclass(frozen=True)
class Equality:
    """Two operands are the same text."""

    left: Operand
    right: Operand
    __hash__ = _hashed_once


@dataclass(frozen=True)
class Negation:
    """A condition does not hold."""

    of: Condition
    __hash__ = _hashed_once


@dataclass(frozen=True)
class Conjunction:
    """All conditions hold."""

    of: tuple[Condition, ...]
    __hash__ = _hashed_once


@dataclass(frozen=True)
class Disjunction:
    """At least one condition holds."""

    of: tuple[Condition, ...]
    __hash__ = _hashed_once


Operand = Union[str, Variable]
Condition = Union[Equality, Negation, Conjunction, Disjunction]
# The truth of several conditions at once, in their order.
Situation = tuple[bool, ...]
# A number represents a text that nothing is compared with.
_Value = Union[str, int]

ALWAYS: Condition = Conjunction(())
NEVER: Condition = Disjunction(())


def free(name: str) -> Condition:
    """Return a condition that may hold or not; the same one for the same name."""
    return Equality(Variable(name, ("true", "false")), "true")


def equality(left: Operand, right: Operand) -> Condition:
    """Return whether two operands are equal, which is known of identical ones and of two texts."""
    if left == right:
        return ALWAYS
    return NEVER if isinstance(left, str) and isinstance(right, str) else Equality(left, right)


@_cached
def negation(condition: Condition) -> Condition:
    """Return the opposite of a condition."""
    if condition in (ALWAYS, NEVER):
        return NEVER if condition == ALWAYS else ALWAYS
    return condition.of if isinstance(condition, Negation) else Negation(condition)


@_cached
def conjunction(conditions: tuple[Condition, ...]) -> Condition:
    """Return whether all conditions hold."""
    parts = tuple(dict.fromkeys(condition for condition in conditions if condition != ALWAYS))
    if NEVER in parts:
        return NEVER
    return Conjunction(parts) if len(parts) > 1 else next(iter(parts), ALWAYS)


@_cached
def disjunction(conditions: tuple[Condition, ...]) -> Condition:
    """Return whether at least one condition holds."""
    parts = tuple(dict.fromkeys(condition for condition in conditions if condition != NEVER))
    if ALWAYS in parts:
        return ALWAYS
    return Disjunction(parts) if len(parts) > 1 else next(iter(parts), NEVER)


def holds(condition: Condition, values: Mapping[Variable, _Value]) -> bool:
    """Tell whether a condition holds for given values of its variables."""
    if isinstance(condition, Equality):
        left, right = (values[x] if isinstance(x, Variable) else x for x in (condition.left, condition.right))
        return left == right
    if isinstance(condition, Negation):
        return not holds(condition.of, values)
    if isinstance(condition, Conjunction):
        return all(holds(part, values) for part in condition.of)
    return any(holds(part, values) for part in condition.of)


def comparisons(conditions: Iterable[Condition]) -> Iterator[Equality]:
    """Yield every comparison in the conditions, as often as it occurs."""
    for condition in conditions:
        if isinstance(condition, Equality):
            yield condition
        elif isinstance(condition, Negation):
            yield from comparisons((condition.of,))
        else:
            yield from comparisons(condition.of)


@_cached
def situations(conditions: tuple[Condition, ...]) -> tuple[Situation, ...] | None:
    """Return every truth that the conditions can have together, each once; None past the LIMIT of combinations."""
    ranges = _ranges(comparisons(conditions))
    if prod(map(len, ranges.values())) > LIMIT:
        return None
    combinations = (dict(zip(ranges, values)) for values in product(*ranges.values()))
    return tuple(dict.fromkeys(tuple(holds(c, values) for c in conditions) for values in combinations))


@_cached
def simplified(condition: Condition) -> Condition:
    """Return ALWAYS for a condition that cannot fail, NEVER for one that cannot hold, any other as it is."""
    found = situations((condition,)) if condition not in (ALWAYS, NEVER) else None
    if found is None or len(found) > 1:
        return condition
    return ALWAYS if found == ((True,),) else NEVER


@_cached
def largest_situations(conditions: tuple[Condition, ...]) -> tuple[Situation, ...] | None:
    """Return the situations that are not part of another one in which more holds; None past the LIMIT."""
    found = situations(conditions)
    if found is None:
        return None
    kept: list[Situation] = []
    for situation in sorted(found, key=sum, reverse=True):
        if not any(all(map(_implies, situation, other)) for other in kept):
            kept.append(situation)
    return tuple(kept)


def _implies(first: bool, second: bool) -> bool:  # noqa: FBT001  # truths are what this module is about
    return second or not first


def _ranges(equalities: Iterable[Equality]) -> dict[Variable, tuple[_Value, ...]]:
    """Return for each variable the values that can make a difference.

    A variable that can be any text takes each text that it is compared with, and texts equal to none. Variables that
    are compared with each other, directly or through others, share their values, so that they can be equal and can
    differ.
    """
    ranges: dict[Variable, tuple[_Value, ...]] = {}
    for variables, texts in _compared(equalities):
        bound = [variable for variable in variables if variable.values is not None]
        occurrences = Counter(value for variable in bound for value in set(variable.values or ()))
        decisive = texts | {value for value, times in occurrences.items() if times > 1}
        for variable in bound:
            ranges[variable] = _narrowed(variable.values or (), decisive)
        shared = sorted({str(value) for variable in bound for value in ranges[variable]} | texts)
        unbound = [variable for variable in variables if variable.values is None]
        for others, variable in enumerate(unbound):
            ranges[variable] = (*shared, *range(others + 1))
    return ranges


def _compared(equalities: Iterable[Equality]) -> Iterator[tuple[list[Variable], set[str]]]:
    """Yield the variables that are compared with each other, with all texts that one of them is compared with."""
    neighbours: dict[Variable, list[Operand]] = {}
    for pair in equalities:
        for one, other in ((pair.left, pair.right), (pair.right, pair.left)):
            if isinstance(one, Variable):
                neighbours.setdefault(one, []).append(other)
    seen: set[Variable] = set()
    for start in neighbours:
        if start in seen:
            continue
        seen.add(start)
        variables, texts = [start], set()
        for variable in variables:  # grows while it is walked
            for other in neighbours[variable]:
                if isinstance(other, str):
                    texts.add(other)
                elif other not in seen:
                    seen.add(other)
                    variables.append(other)
        yield variables, texts


def _narrowed(values: tuple[str, ...], decisive: set[str]) -> tuple[_Value, ...]:
    """Return the values that something is compared with, and one that represents all others."""
    others = [value for value in values if value not in decisive]
    return (*dict.fromkeys(value for value in values if value in decisive), *others[:1])
