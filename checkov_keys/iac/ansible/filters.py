"""The filters of Jinja and Ansible that depend on nothing but values, as far as names are made with them.

https://jinja.palletsprojects.com/en/stable/templates/#list-of-builtin-filters
https://docs.ansible.com/ansible/latest/collections/ansible/builtin/#filter-plugins
"""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.ansible.containers import find_member, find_path, join_texts, list_pairs, replace_text
from checkov_keys.iac.ansible.values import Nothing, UnresolvedError, Value, check_known, to_text

if TYPE_CHECKING:
    from jinja2 import nodes

    from checkov_keys.iac.ansible.evaluation import Evaluator

Filter = Callable[..., Value]

# What Ansible's `bool` takes without a warning.
_TRUE, _FALSE = ("yes", "on", "true", "1"), ("no", "off", "false", "0")
_DIRECTIVE = re.compile(r"%(?:%|[sd]|0?\d{1,2}d)")
_WORD_IN_A_TITLE = re.compile(r"([-\s({\[<]+)")
_DEEPEST_LIST, _LONGEST_NUMBER = 20, 30


def _default(
    evaluator: Evaluator, value: Value, default_value: nodes.Node | None = None, boolean: nodes.Node | None = None
) -> Value:
    is_absent = value is Nothing.ABSENT
    if not is_absent:
        check_known(value, evaluator.effort)
        is_absent = boolean is not None and bool(evaluator.evaluate_known(boolean)) and not value
    if not is_absent:
        return value
    return "" if default_value is None else evaluator.evaluate(default_value)


def _choose(
    evaluator: Evaluator, value: Value, true_val: nodes.Node, false_val: nodes.Node, none_val: nodes.Node | None = None
) -> Value:
    value = check_known(value, evaluator.effort)
    if value is None and none_val is not None and evaluator.evaluate_known(none_val) is not None:
        return evaluator.evaluate(none_val)
    return evaluator.evaluate(true_val if value else false_val)


def _demand(evaluator: Evaluator, value: Value, _: object = None) -> Value:
    return check_known(value, evaluator.effort)


# Filters whose argument may be nothing, or that do not need all of their arguments.
LAZY_FILTERS: dict[str, Filter] = {
    "default": _default,
    "d": _default,
    "ternary": _choose,
    "mandatory": _demand,
}


def _to_bool(_: Evaluator, value: Value) -> bool:
    text = to_text(value).lower()
    if isinstance(value, float) or text not in (*_TRUE, *_FALSE):
        raise UnresolvedError
    return text in _TRUE


def _to_int(_: Evaluator, value: Value, default: Value = 0, base: int = 10) -> Value:
    if base != 10:  # noqa: PLR2004
        raise UnresolvedError
    return _to_number(value, default, int)


def _to_float(_: Evaluator, value: Value, default: Value = 0.0) -> Value:
    return _to_number(value, default, float)


def _to_number(value: Value, default: Value, kind: type[int | float]) -> Value:
    if len(str(value)) > _LONGEST_NUMBER:
        raise UnresolvedError
    try:
        return kind(value)
    except (TypeError, ValueError):
        pass
    try:
        return kind(float(value))
    except (TypeError, ValueError):
        return default


def _to_title(_: Evaluator, value: Value) -> str:
    return "".join(word[:1].upper() + word[1:].lower() for word in _WORD_IN_A_TITLE.split(to_text(value)))


def _trim(_: Evaluator, value: Value, chars: str | None = None) -> str:
    return to_text(value).strip(chars)


def _replace(evaluator: Evaluator, value: Value, old: Value, new: Value, count: int | None = None) -> str:
    return replace_text(evaluator, to_text(value), to_text(old), to_text(new), -1 if count is None else count)


def _split(_: Evaluator, value: str, sep: str | None = None, maxsplit: int = -1) -> list[str]:
    if not isinstance(value, str):
        raise UnresolvedError
    return value.split(sep, maxsplit)


def _format(_: Evaluator, value: str, *arguments: Value) -> str:
    if not isinstance(value, str) or "%" in _DIRECTIVE.sub("", value):
        raise UnresolvedError
    for argument in arguments:
        to_text(argument)
    return value % arguments


def _join(evaluator: Evaluator, value: Value, d: str = "", attribute: Value = None) -> str:
    return join_texts(evaluator, d, _list_by(evaluator, value, attribute))


def _list_by(evaluator: Evaluator, value: Value, attribute: Value) -> list[Value]:
    """Return the known items of a list, or what an attribute of each is."""
    if attribute is None:
        return evaluator.list_known(value)
    items = evaluator.list_items(value)
    return [check_known(find_path(evaluator, item, attribute), evaluator.effort) for item in items]


def _pick(index: int) -> Filter:
    def pick(evaluator: Evaluator, value: Value) -> Value:
        # The other items need not be known.
        items = value if isinstance(value, (str, list, tuple, range)) else evaluator.list_items(value)
        return evaluator.render(items[index]) if items else Nothing.ABSENT

    return pick


def _to_list(evaluator: Evaluator, value: Value) -> Value:
    # A loop over a range takes no more of it than it needs.
    return value if isinstance(value, range) else evaluator.list_items(value)


def _unique(evaluator: Evaluator, value: Value, case_sensitive: Value = None, attribute: Value = None) -> list[Value]:
    found: dict[Value, Value] = {}
    for item in evaluator.list_items(value):
        key = check_known(item if attribute is None else find_path(evaluator, item, attribute), evaluator.effort)
        found.setdefault(key if case_sensitive else _ignore_case(key), item)
    return list(found.values())


def _sort(
    evaluator: Evaluator, value: Value, reverse: Value = None, case_sensitive: Value = None, attribute: Value = None
) -> list[Value]:
    items = evaluator.list_items(value)
    keys = _list_by(evaluator, items, attribute)
    pairs = zip(keys if case_sensitive else map(_ignore_case, keys), items)
    return [item for _, item in sorted(pairs, key=lambda pair: pair[0], reverse=bool(reverse))]


def _reverse(evaluator: Evaluator, value: Value) -> Value:
    return value[::-1] if isinstance(value, str) else evaluator.list_items(value)[::-1]


def _flatten(
    evaluator: Evaluator, mylist: Value, levels: int | None = None, skip_nulls: Value = 1, depth: int = 0
) -> list[Value]:
    if depth > _DEEPEST_LIST or not isinstance(mylist, (list, tuple)):
        raise UnresolvedError
    flat: list[Value] = []
    for item in evaluator.list_known(mylist):
        if skip_nulls and item in (None, "None", "null"):
            continue
        if isinstance(item, (list, tuple)) and (levels is None or levels >= 1):
            flat += _flatten(evaluator, item, None if levels is None else levels - 1, skip_nulls, depth + 1)
        else:
            flat.append(item)
    return flat


def _to_items(_: Evaluator, value: Value, key_name: str = "key", value_name: str = "value") -> list[Value]:
    return [{key_name: key, value_name: item} for key, item in list_pairs(value)]


def _to_mapping(
    evaluator: Evaluator, value: Value, key_name: str = "key", value_name: str = "value"
) -> dict[Value, Value]:
    if not isinstance(value, (list, tuple)):
        raise UnresolvedError
    pairs = [(item[key_name], item[value_name]) for item in evaluator.list_known(value)]
    return {check_known(evaluator.render(key), evaluator.effort): item for key, item in pairs}


def _sort_pairs(evaluator: Evaluator, value: Value) -> list[Value]:
    return sorted(list_pairs(value), key=lambda pair: to_text(check_known(pair[0], evaluator.effort)).lower())


def _combine(evaluator: Evaluator, *mappings: Value) -> dict[Value, Value]:
    combined: dict[Value, Value] = {}
    for mapping in _flatten(evaluator, mappings, 1):
        evaluator.effort.spend(len(mapping))
        combined.update(list_pairs(mapping))
    return combined


def _map(evaluator: Evaluator, value: Value, name: str = "", *arguments: Value, **options: Value) -> list[Value]:
    if name:
        return [evaluator.apply_filter(name, item, arguments, **options) for item in evaluator.list_known(value)]
    attribute, default = options.pop("attribute"), options.pop("default", None)
    if options:
        raise UnresolvedError
    found = [find_path(evaluator, item, attribute) for item in evaluator.list_items(value)]
    return [default if item is Nothing.ABSENT and default is not None else item for item in found]


def _choose_items(*, is_chosen: bool, has_attribute: bool = False) -> Filter:
    def choose(evaluator: Evaluator, value: Value, *arguments: Value) -> list[Value]:
        attribute, arguments = (arguments[0], arguments[1:]) if has_attribute else (None, arguments)
        chosen = []
        for item in evaluator.list_items(value):
            tested = find_path(evaluator, item, attribute) if has_attribute else item
            if arguments:
                holds = evaluator.apply_test(arguments[0], tested, arguments[1:])
            else:
                holds = bool(check_known(tested, evaluator.effort))
            if holds == is_chosen:
                chosen.append(item)
        return chosen

    return choose


def _multiply(evaluator: Evaluator, *lists: Value, repeat: int = 1) -> list[Value]:
    lists *= repeat if repeat in range(10) else 0
    evaluator.effort.spend(math.prod(map(len, lists)) * max(len(lists), 1))
    return list(itertools.product(*(_list_present(evaluator, one) for one in lists)))


def _zip(evaluator: Evaluator, *lists: Value) -> list[Value]:
    return list(zip(*(_list_present(evaluator, one) for one in lists)))


def _list_present(evaluator: Evaluator, value: Value) -> list[Value]:
    """Return items of which none is absent; they may be templates."""
    items = evaluator.list_items(value)
    if any(isinstance(item, Nothing) for item in items):
        raise UnresolvedError
    return items


def _extract(evaluator: Evaluator, value: Value, container: Value, morekeys: Value = None) -> Value:
    found = find_member(evaluator, container, value)
    for key in morekeys if isinstance(morekeys, list) else () if morekeys is None else (morekeys,):
        found = find_member(evaluator, found, key)
    return found


def _count(_: Evaluator, value: Value) -> int:
    return len(value)


def _sum(evaluator: Evaluator, value: Value, attribute: Value = None, start: Value = 0) -> Value:
    return sum(_list_by(evaluator, value, attribute), start)


def _find_extreme(function: Callable[..., Value]) -> Filter:
    def find(evaluator: Evaluator, value: Value) -> Value:
        return function(evaluator.list_known(value), key=_ignore_case)

    return find


def _ignore_case(value: Value) -> Value:
    return value.lower() if isinstance(value, str) else value


def _of_text(function: Callable[[str], str]) -> Filter:
    def apply(_: Evaluator, value: Value) -> str:
        return function(to_text(value))

    return apply


FILTERS: dict[str, Filter] = {
    "bool": _to_bool,
    "int": _to_int,
    "float": _to_float,
    "string": _of_text(str),
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "capitalize": _of_text(str.capitalize),
    "title": _to_title,
    "trim": _trim,
    "replace": _replace,
    "split": _split,
    "format": _format,
    "join": _join,
    "first": _pick(0),
    "last": _pick(-1),
    "list": _to_list,
    "unique": _unique,
    "sort": _sort,
    "reverse": _reverse,
    "flatten": _flatten,
    "dict2items": _to_items,
    "items": lambda _, value: list_pairs(value),
    "items2dict": _to_mapping,
    "dictsort": _sort_pairs,
    "combine": _combine,
    "map": _map,
    "select": _choose_items(is_chosen=True),
    "reject": _choose_items(is_chosen=False),
    "selectattr": _choose_items(is_chosen=True, has_attribute=True),
    "rejectattr": _choose_items(is_chosen=False, has_attribute=True),
    "product": _multiply,
    "zip": _zip,
    "extract": _extract,
    "length": _count,
    "count": _count,
    "min": _find_extreme(min),
    "max": _find_extreme(max),
    "sum": _sum,
}
