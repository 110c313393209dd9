"""Results of unknown values that can only be one of a few known ones."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.losses import LOSSES
from checkov_keys.iac.hcl.value_types import BOOL, DYNAMIC, ListType, MapType, PrimitiveType, SetType, TupleType, Type
from checkov_keys.iac.hcl.values import (
    ANY_KEY,
    NO_MARKS,
    Unknown,
    Value,
    all_marks,
    boolean,
    first_unknown,
    has_text_mark,
    iterate_values,
    list_of,
    map_of,
    null,
    object_of,
    set_of,
    tuple_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_COMBINATIONS = 64
MOST_WORK = 20_000


def choices_of(value: Value) -> tuple[Value, ...]:
    """Return the known values that an unknown one can only be; () if nothing bounds it, itself if it is known."""
    content = value.content
    if not isinstance(content, Unknown):
        return (value,)
    if content.possible:
        return content.possible
    if value.type != BOOL:
        return ()
    both = (boolean(True), boolean(False))  # noqa: FBT003  # they are the values
    return both if content.not_null else (*both, null(BOOL))


def spread(
    compute: Callable[[Sequence[Value]], Value],
    arguments: Sequence[Value],
    symbol: Callable[[], str],
    result_type: Type = DYNAMIC,
) -> Value | None:
    """Return what a pure computation makes of arguments that are unknown but bounded; None if they are not.

    The result is known if it is the same whatever the arguments are. What raises EvaluationError for some of the
    combinations is left out, because Terraform would refuse it; if all do, the first error is raised.

    If examples are known of arguments, the result has what the computation makes of them as its example.
    """
    examples = _find_examples(arguments)
    if examples:
        return _compute_example(compute, arguments, examples, symbol, result_type)
    hidden: dict[str, tuple[Value, ...]] = {}
    size, combinations = 0, 1
    for argument in arguments:
        for part in iterate_values(argument):
            size += 1
            if not isinstance(part.content, Unknown) or part.content.symbol in hidden:
                continue
            choices = choices_of(part)
            combinations *= len(choices)
            if not 0 < combinations <= MOST_COMBINATIONS:
                return None
            hidden[part.content.symbol] = choices
    if not hidden or size * combinations > MOST_WORK:
        return None
    return _merge(_compute_all(compute, arguments, hidden), arguments, symbol, result_type)


def _find_examples(arguments: Sequence[Value]) -> dict[str, Value]:
    """Return the examples of the unknown parts of some arguments, by their symbols."""
    # Only marks of texts make examples, so this need not look into anything else.
    marked = [argument for argument in arguments if all_marks(argument)]
    parts = [part.content for argument in marked for part in iterate_values(argument)]
    return {part.symbol: part.example for part in parts if isinstance(part, Unknown) and part.example is not None}


def _compute_example(
    compute: Callable[[Sequence[Value]], Value],
    arguments: Sequence[Value],
    examples: dict[str, Value],
    symbol: Callable[[], str],
    result_type: Type,
) -> Value | None:
    """Return an unknown value with what a computation makes of examples, None if it refuses them."""
    try:
        made = compute([_substitute(argument, examples) for argument in arguments])
    except EvaluationError:
        return None
    hidden = next(filter(None, map(first_unknown, arguments)))
    kind = made.type if isinstance(made.type, PrimitiveType) and result_type == DYNAMIC else result_type
    example = made if has_text_mark(made) else None
    return unknown(kind, symbol(), hidden.reason, example=example, marks=made.marks)


def _compute_all(
    compute: Callable[[Sequence[Value]], Value], arguments: Sequence[Value], hidden: dict[str, tuple[Value, ...]]
) -> list[Value]:
    results, errors = [], []
    for combination in product(*hidden.values()):
        chosen = dict(zip(hidden, combination))
        try:
            results.append(compute([_substitute(argument, chosen) for argument in arguments]))
        except EvaluationError as error:
            errors.append(error)
    if not results:
        raise errors[0]
    LOSSES.count += bool(errors)
    return results


def _merge(results: list[Value], arguments: Sequence[Value], symbol: Callable[[], str], result_type: Type) -> Value:
    marks = NO_MARKS.union(*[result.marks for result in results])
    plain = tuple(dict.fromkeys(result.without_marks() for result in results))
    if len(plain) == 1:
        return plain[0].with_marks(marks)
    possible: list[Value] = []
    for result in plain:
        possible.extend(choices_of(result) or (result,))
    hidden = next(filter(None, map(first_unknown, arguments)))
    kinds = {result.type for result in plain}
    return unknown(
        kinds.pop() if len(kinds) == 1 else result_type,
        symbol(),
        hidden.reason,
        possible=possible,
        marks=marks,
    )


def _substitute(value: Value, chosen: dict[str, Value]) -> Value:  # noqa: PLR0911  # a kind of value each
    content = value.content
    if isinstance(content, Unknown):
        return chosen[content.symbol].with_marks(value.marks) if content.symbol in chosen else value
    if isinstance(content, tuple) and content:
        members = [_substitute(member, chosen) for member in content]
        if all(new is old for new, old in zip(members, content)):
            return value
        if isinstance(value.type, TupleType):
            return tuple_of(members, value.marks)
        make = set_of if isinstance(value.type, SetType) else list_of
        assert isinstance(value.type, (ListType, SetType))  # noqa: S101  # nothing else holds a tuple
        return make(value.type.element, members, value.marks)
    if isinstance(content, dict) and content:
        inside = {name: _substitute(member, chosen) for name, member in content.items()}
        if isinstance(value.type, MapType):
            return map_of(value.type.element, inside, value.marks)
        return object_of(inside, value.marks)
    return value


def unknown_object(symbol: str, keys: Sequence[Value], members: Iterable[Value]) -> Value:
    """Return an unknown object or map of which the members are known; where texts with marks are, its example tells."""
    result = unknown_result(DYNAMIC, symbol, keys)
    # Nobody writes a key with ANY_KEY in it, so each of these is a key of its own.
    pairs = [(f"{at}{ANY_KEY}", member) for at, member in enumerate(members)]
    example = object_of(dict(pairs), result.marks)
    if not has_text_mark(example):
        return result
    return unknown(DYNAMIC, symbol, result.content.reason, not_null=True, example=example, marks=result.marks)


def unknown_result(
    result_type: Type, symbol: str, arguments: Sequence[Value], *, not_null: bool = True, prefix: str = ""
) -> Value:
    """Return the unknown result of arguments of which something is unknown, with all their marks."""
    hidden = next(filter(None, map(first_unknown, arguments)), None)
    reason = hidden.reason if hidden else "it cannot be evaluated"
    marks = NO_MARKS.union(*[all_marks(argument) for argument in arguments]) if arguments else NO_MARKS
    return unknown(result_type, symbol, reason, not_null=not_null, prefix=prefix, marks=marks)
