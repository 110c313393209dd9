"""The tests of Jinja and Ansible that depend on nothing but values: `name is defined`.

https://jinja.palletsprojects.com/en/stable/templates/#builtin-tests
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.ansible.values import Nothing, Value, to_text

if TYPE_CHECKING:
    from checkov_keys.iac.ansible.evaluation import Evaluator

Test = Callable[..., bool]


def _compare(comparison: Callable[[Value, Value], Value]) -> Test:
    def compare(evaluator: Evaluator, left: Value, right: Value) -> bool:
        return bool(comparison(evaluator.render_all(left), evaluator.render_all(right)))

    return compare


def _check(predicate: Callable[..., bool]) -> Test:
    def check(_: Evaluator, *values: Value) -> bool:
        return predicate(*values)

    return check


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


TESTS_OF_THE_ABSENT: dict[str, Callable[[object], bool]] = {
    "defined": lambda value: value is not Nothing.ABSENT,
    "undefined": lambda value: value is Nothing.ABSENT,
}
TESTS: dict[str, Test] = {
    **dict.fromkeys(("==", "eq", "equalto"), _compare(operator.eq)),
    **dict.fromkeys(("!=", "ne"), _compare(operator.ne)),
    **dict.fromkeys((">", "gt", "greaterthan"), _compare(operator.gt)),
    **dict.fromkeys((">=", "ge"), _compare(operator.ge)),
    **dict.fromkeys(("<", "lt", "lessthan"), _compare(operator.lt)),
    **dict.fromkeys(("<=", "le"), _compare(operator.le)),
    "in": _compare(lambda item, container: item in container),
    "contains": _compare(lambda container, item: item in container),
    "none": _check(lambda value: value is None),
    "true": _check(lambda value: value is True),
    "false": _check(lambda value: value is False),
    "boolean": _check(lambda value: isinstance(value, bool)),
    "number": _check(_is_number),
    "integer": _check(lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "float": _check(lambda value: isinstance(value, float)),
    "string": _check(lambda value: isinstance(value, str)),
    "mapping": _check(lambda value: isinstance(value, dict)),
    "sequence": _check(lambda value: isinstance(value, (str, list, tuple, dict, range))),
    "iterable": _check(lambda value: isinstance(value, (str, list, tuple, dict, range))),
    "even": _check(lambda value: operator.index(value) % 2 == 0),
    "odd": _check(lambda value: operator.index(value) % 2 == 1),
    "divisibleby": _check(lambda value, by: operator.index(value) % by == 0),
    "lower": _check(lambda value: to_text(value).islower()),
    "upper": _check(lambda value: to_text(value).isupper()),
    "truthy": _check(bool),
    "falsy": _check(lambda value: not value),
}
