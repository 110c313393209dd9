"""The algebra of conditions: a table of what can hold together, and brute force as its judge."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checkov_keys.iac.common.conditions import (
    ALWAYS,
    LIMIT,
    NEVER,
    Variable,
    conjunction,
    disjunction,
    equality,
    free,
    holds,
    largest_situations,
    negation,
    simplified,
    situations,
)

ENV = Variable("Env", ("dev", "test", "prod"))
NAME, OTHER, THIRD = Variable("Name"), Variable("Other"), Variable("Third")
ONLY_A, A_OR_B, B_OR_C = Variable("P", ("a",)), Variable("Q", ("a", "b")), Variable("R", ("b", "c"))
IS_PROD, IS_DEV = equality(ENV, "prod"), equality(ENV, "dev")
DIFFERENT = negation(equality(NAME, OTHER)), negation(equality(OTHER, THIRD)), negation(equality(NAME, THIRD))


@pytest.mark.parametrize(
    ("together", "conditions"),
    [
        (True, []),
        (True, [ALWAYS]),
        (False, [NEVER]),
        (True, [IS_PROD]),
        (False, [IS_PROD, negation(IS_PROD)]),
        (False, [IS_PROD, IS_DEV]),
        (True, [negation(IS_PROD), negation(IS_DEV)]),
        (False, [negation(IS_PROD), negation(IS_DEV), negation(equality(ENV, "test"))]),
        (False, [equality(ENV, "Prod")]),
        (True, [negation(equality(NAME, "a")), negation(equality(NAME, "b"))]),
        (False, [equality(NAME, "a"), equality(NAME, "b")]),
        (True, [equality(NAME, OTHER), equality(NAME, "a")]),
        (False, [equality(NAME, OTHER), equality(NAME, "a"), equality(OTHER, "b")]),
        (True, [negation(equality(NAME, OTHER)), negation(equality(NAME, "a")), negation(equality(OTHER, "a"))]),
        (True, DIFFERENT),
        (False, [equality(NAME, OTHER), equality(OTHER, THIRD), negation(equality(NAME, THIRD))]),
        (True, [equality(A_OR_B, B_OR_C)]),
        (False, [equality(A_OR_B, B_OR_C), equality(A_OR_B, "a")]),
        (False, [equality(ONLY_A, B_OR_C)]),
        (False, [negation(equality(ONLY_A, "a"))]),
        (True, [equality(NAME, B_OR_C), negation(equality(NAME, "b"))]),
        (True, [free("x"), negation(free("y"))]),
        (False, [free("x"), negation(free("x"))]),
        (False, [conjunction((IS_PROD, free("x"))), disjunction((IS_DEV, negation(free("x"))))]),
    ],
)
def test_whether_conditions_can_hold_together(together, conditions):
    """Conditions hold together exactly if some choice of parameters makes all of them true."""
    assert together == any(all(situation) for situation in situations(tuple(conditions)))


def test_identical_operands_are_equal_and_texts_are_compared():
    """Equal operands are always equal, and two texts are compared at once, with their case."""
    assert (ALWAYS, ALWAYS, NEVER) == (equality(NAME, NAME), equality("a", "a"), equality("a", "A"))


def test_a_condition_that_cannot_fail_or_cannot_hold_is_simplified():
    """A condition that no parameter changes becomes a constant, and any other stays as it is."""
    assert ALWAYS == simplified(disjunction((IS_PROD, negation(IS_PROD))))
    assert NEVER == simplified(conjunction((IS_PROD, IS_DEV)))
    assert IS_PROD == simplified(IS_PROD)


def test_the_limit_of_combinations():
    """Twelve free conditions have 4,096 combinations; the thirteenth leaves the question open."""
    frees = tuple(free(str(number)) for number in range(13))
    assert LIMIT == len(situations(frees[:12]))
    assert situations(frees) is None
    assert simplified(conjunction(frees)) == conjunction(frees)


def test_allowed_values_that_nothing_is_compared_with_count_once():
    """Three parameters with a thousand allowed values each have eight combinations that matter."""
    many = [Variable(name, tuple(map(str, range(1000)))) for name in "ABC"]
    assert 8 == len(situations(tuple(equality(variable, "7") for variable in many)))


def test_situations_that_are_part_of_others_are_left_out():
    """Only the largest situations remain, and there are none to tell if there are too many."""
    assert ((True, True),) == largest_situations((free("x"), free("y")))
    assert {(True, False), (False, True)} == set(largest_situations((IS_PROD, IS_DEV)))
    assert ((False, True),) == largest_situations((NEVER, ALWAYS))
    assert ((),) == largest_situations(())
    assert largest_situations(tuple(free(str(number)) for number in range(13))) is None


TEXTS = ("a", "b", "c")
VARIABLES = (
    *(Variable(name) for name in ("U", "V", "W")),
    *(Variable(name, values) for name, values in (("B1", ("a",)), ("B2", ("a", "d", "e")), ("B3", ("d", "f", "b")))),
)
OPERANDS = st.sampled_from([*TEXTS, *VARIABLES])
CONDITIONS = st.recursive(
    st.builds(equality, OPERANDS, OPERANDS),
    lambda inner: (
        st.builds(negation, inner)
        | st.builds(conjunction, st.lists(inner, max_size=3).map(tuple))
        | st.builds(disjunction, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=6,
)


def _variables(condition):
    if condition.__class__.__name__ == "Equality":
        return {x for x in (condition.left, condition.right) if isinstance(x, Variable)}
    parts = condition.of if isinstance(condition.of, tuple) else (condition.of,)
    return set().union(*map(_variables, parts))


def _by_brute_force(conditions):
    """Try every text that occurs anywhere, and three that occur nowhere, for every variable."""
    variables = sorted(set().union(*map(_variables, conditions)), key=lambda variable: variable.name)
    everything = (*TEXTS, "d", "e", "f", 1, 2, 3)
    ranges = [everything if variable.values is None else variable.values for variable in variables]
    combinations = (dict(zip(variables, values)) for values in product(*ranges))
    return {tuple(holds(condition, values) for condition in conditions) for values in combinations}


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_brute_force_finds_the_same_situations(conditions):
    """The situations of random conditions are those that trying all values finds."""
    found = situations(tuple(conditions))
    assume(found is not None)
    assert _by_brute_force(conditions) == set(found)


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(CONDITIONS)
def test_simplifying_changes_no_truth(condition):
    """A random condition and its simplified form are true under the same values."""
    values = {variable: (variable.values or ("a",))[0] for variable in VARIABLES}
    assert holds(condition, values) == holds(simplified(condition), values)
    assert holds(condition, values) != holds(negation(condition), values)


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_every_situation_is_part_of_a_largest_one(conditions):
    """Every situation of random conditions is covered by one of the largest ones."""
    found, kept = situations(tuple(conditions)), largest_situations(tuple(conditions))
    assume(found is not None)
    assert set(kept) <= set(found)
    assert all(any(all(b or not a for a, b in zip(one, other)) for other in kept) for one in found)
