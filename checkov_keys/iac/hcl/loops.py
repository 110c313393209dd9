"""`for` expressions, and the loops of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.hcl.binary_numbers import ShortInteger
from checkov_keys.iac.hcl.conversion import convert
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.operations import Arm, concatenate
from checkov_keys.iac.hcl.possibilities import spread, unknown_object, unknown_result
from checkov_keys.iac.hcl.values import (
    ANY_KEY,
    BOOL,
    DYNAMIC,
    NO_MARKS,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
    Value,
    all_marks,
    boolean,
    canonical_text,
    first_unknown,
    has_text_mark,
    number,
    object_of,
    string,
    tuple_of,
    type_name,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checkov_keys.iac.hcl.evaluation import Evaluator
    from checkov_keys.iac.hcl.nodes import For, Join

_TRUE = boolean(True)  # noqa: FBT003  # it is the value
_COLLECTIONS = (ListType, SetType, TupleType, MapType, ObjectType)


class _Round(NamedTuple):
    """One turn of a `for`: whether it counts, the key of an object, and the result; an error if one of them is."""

    test: Value
    key: Value
    result: Arm


def evaluate_for(evaluator: Evaluator, node: For) -> Value:
    """Return the tuple or object that a `for` makes."""
    collection = evaluator.evaluate(node.collection)
    result: Value | None = None
    if not has_settled_members(collection):
        result = spread(
            lambda only: _loop(evaluator, node, only[0]),
            [collection],
            lambda: _name_unknown_loop(evaluator, node, collection),
        )
    return (_loop(evaluator, node, collection) if result is None else result).with_marks(collection.marks)


def _loop(evaluator: Evaluator, node: For, collection: Value) -> Value:
    if collection.is_null:
        raise EvaluationError("A null value cannot be used as the collection in a 'for' expression.")
    if collection.type != DYNAMIC and not isinstance(collection.type, _COLLECTIONS):
        raise EvaluationError(
            f"A value of type {type_name(collection.type)} cannot be used as the collection in a 'for' expression."
        )
    if has_settled_members(collection):
        return _loop_known(evaluator, node, collection)
    return _loop_unknown(evaluator, node, collection)


def has_settled_members(collection: Value) -> bool:
    """Say whether it is known how many members a value has: some of a set may turn out to be equal."""
    if not collection.is_known or collection.is_null:
        return False
    members = collection.members
    return not isinstance(collection.type, SetType) or len(members) <= 1 or all(one.is_known for one in members)


def _loop_known(evaluator: Evaluator, node: For, collection: Value) -> Value:
    evaluator.budget.spend_members(len(collection.members))
    outer = evaluator.names
    evaluator.names = dict(outer)
    try:
        if not collection.members and node.test is not None:
            _play(evaluator, node, unknown(DYNAMIC, "?", "?"), unknown(DYNAMIC, "?", "?"), only_test=True)
        rounds = [_play(evaluator, node, key, member) for key, member in _iterate(collection)]
    finally:
        evaluator.names = outer
    return _assemble(node, [one for one in rounds if one.test.content is not False or one.test.marks])


def _iterate(collection: Value) -> Iterator[tuple[Value, Value]]:
    if isinstance(collection.type, (MapType, ObjectType)):
        for key, member in collection.content.items():
            yield string(key), member
    elif isinstance(collection.type, SetType):
        for member in collection.members:
            yield member, member
    else:
        for index, member in enumerate(collection.members):
            yield number(ShortInteger(index)), member


def _play(evaluator: Evaluator, node: For, key: Value, member: Value, *, only_test: bool = False) -> _Round:
    if node.key_name:
        evaluator.names[node.key_name] = key
    evaluator.names[node.value_name] = member
    test = _TRUE if node.test is None else _convert_test(_evaluate_test(evaluator, node, key))
    if test.content is False or only_test:
        return _Round(test, _TRUE, _TRUE)
    if test.is_known:
        made = _TRUE if node.key is None else _convert_key(evaluator.evaluate(node.key))
        return _Round(test, made, evaluator.evaluate(node.result))
    # Whether this turn counts is not known, so whether its errors do is not, either.
    attempted = _TRUE if node.key is None else evaluator.attempt(node.key)
    result = evaluator.attempt(node.result)
    if isinstance(attempted, EvaluationError):
        return _Round(test, _TRUE, attempted)
    return _Round(test, attempted, result)


def _evaluate_test(evaluator: Evaluator, node: For, key: Value) -> Value:
    assert node.test is not None  # noqa: S101  # as the caller knows
    if not node.key_name or not isinstance(key.content, str) or ANY_KEY not in key.content:
        return evaluator.evaluate(node.test)
    evaluator.names[node.key_name] = unknown(STRING, key.content, "which key it has is not known", not_null=True)
    test = evaluator.evaluate(node.test)
    evaluator.names[node.key_name] = key
    return test


def _convert_test(test: Value) -> Value:
    if test.is_null:
        raise EvaluationError("The value of the 'if' clause must not be null.")
    try:
        return convert(test, BOOL)
    except EvaluationError as error:
        raise EvaluationError(f"The 'if' clause value is invalid: {error}.") from error


def _convert_key(key: Value) -> Value:
    if key.is_null:
        raise EvaluationError("Key expression in 'for' expression must not produce a null value.")
    try:
        return convert(key, STRING)
    except EvaluationError as error:
        raise EvaluationError(f"The key expression produced an invalid result: {error}.") from error


def _assemble(node: For, rounds: list[_Round]) -> Value:
    """Return what the turns make together, for every choice of what is not known about tests and keys."""
    marks = NO_MARKS.union(*[one.test.marks | one.key.marks for one in rounds])
    inputs = [part for one in rounds for part in (one.test, one.key)]

    def join(chosen: Sequence[Value]) -> Value:
        turns = [_Round(test, key, one.result) for test, key, one in zip(chosen[::2], chosen[1::2], rounds)]
        if all(part.is_known for part in chosen):
            return _collect(node, [(one.key, one.result) for one in turns if _convert_test(one.test).content])
        members = [one.result for one in turns if isinstance(one.result, Value) and one.test.content is not False]
        if node.is_grouped:
            members = [tuple_of([member]) for member in members]
        return unknown_object(_name_turns(turns), chosen, members)

    if all(part.is_known for part in inputs):
        return join(inputs).with_marks(marks)
    result = spread(join, inputs, lambda: _name_turns(rounds))
    return (join(inputs) if result is None else result).with_marks(marks)


def _name_turns(rounds: list[_Round]) -> str:
    parts = [f"{canonical_text(one.test)},{canonical_text(one.key)},{spell_arm(one.result)}" for one in rounds]
    return f"for({';'.join(parts)})"


def _collect(node: For, members: list[tuple[Value, Arm]]) -> Value:
    for _, member in members:
        if isinstance(member, EvaluationError):
            raise member
    if node.key is None:
        return tuple_of([member for _, member in members if isinstance(member, Value)])
    groups: dict[str, list[Value]] = {}
    for key, member in members:
        if isinstance(member, Value):
            groups.setdefault(_convert_key(key).content, []).append(member)
    if node.is_grouped:
        return object_of({name: tuple_of(group) for name, group in groups.items()})
    for name, group in groups.items():
        if len(group) > 1:
            raise EvaluationError(f"Two different items produced the key \"{name}\" in this 'for' expression.")
    return object_of({name: group[0] for name, group in groups.items()})


def spell_arm(result: Arm) -> str:
    """Return canonical text of a value or of its error."""
    return "!" if isinstance(result, EvaluationError) else canonical_text(result)


def _loop_unknown(evaluator: Evaluator, node: For, collection: Value) -> Value:
    """Return what a loop over something unknown makes; if a turn has marks of texts, with that turn as an example."""
    parts = _play_unknown(evaluator, node, collection)
    symbol = _name_parts(node, collection, parts)
    key, result = (parts if node.key else (None, *parts))[:2]
    example = None
    if isinstance(result, Value) and not isinstance(key, EvaluationError):
        example = _make_example(node, key, result)
    if example is None or not has_text_mark(example):
        return unknown_result(DYNAMIC, symbol, [collection])
    hidden = first_unknown(collection)
    reason = hidden.reason if hidden else "its members are not known"
    marks = all_marks(collection)
    return unknown(DYNAMIC, symbol, reason, not_null=True, example=example.with_marks(marks), marks=marks)


def _make_example(node: For, key: Value | None, result: Value) -> Value:
    """Return what a loop makes of one turn."""
    if key is None:
        return tuple_of([result])
    name = key.content if isinstance(key.content, str) else f"{ANY_KEY}{canonical_text(key)}"
    return object_of({name: tuple_of([result]) if node.is_grouped else result}, key.marks)


def _name_unknown_loop(evaluator: Evaluator, node: For, collection: Value) -> str:
    """Return a symbol of a loop over something unknown: the same loop over the same thing is the same value."""
    return _name_parts(node, collection, _play_unknown(evaluator, node, collection))


def _play_unknown(evaluator: Evaluator, node: For, collection: Value) -> list[Arm]:
    """Return the key if there is one, the result, and the test if there is one, of a turn with an unknown member."""
    text = canonical_text(collection)
    outer = evaluator.names
    kind = collection.type
    key_type = NUMBER if isinstance(kind, (ListType, TupleType)) else DYNAMIC
    member = unknown(element_type(kind), f"{text}[*]", "?")
    key = member if isinstance(kind, SetType) else unknown(key_type, f"{text}[*key]", "?")
    evaluator.names = dict(outer)
    try:
        if node.key_name:
            evaluator.names[node.key_name] = key
        evaluator.names[node.value_name] = member
        return [evaluator.attempt(part) for part in (node.key, node.result, node.test) if part is not None]
    finally:
        evaluator.names = outer


def _name_parts(node: For, collection: Value, parts: list[Arm]) -> str:
    form = f"{'{' if node.key else '['}{'...' if node.is_grouped else ''}{'?' if node.test else ''}"
    return f"for({form},{canonical_text(collection)},{','.join(map(spell_arm, parts))})"


def element_type(kind: Type) -> Type:
    """Return the type of the members of a collection, DYNAMIC if they are not all of one."""
    return kind.element if isinstance(kind, (ListType, SetType, MapType)) else DYNAMIC


def evaluate_join(evaluator: Evaluator, node: Join) -> Value:
    """Return the text that a template's `%{ for }` makes."""
    looped = evaluate_for(evaluator, node.loop)
    result: Value | None = None
    if not looped.is_known:
        result = spread(lambda only: _join(only[0]), [looped], lambda: f"join({canonical_text(looped)})", STRING)
    return (_join(looped) if result is None else result).with_marks(looped.marks)


def _join(looped: Value) -> Value:
    if looped.is_known:
        return concatenate(looped.members)
    return unknown_result(STRING, f"join({canonical_text(looped)})", [looped])
