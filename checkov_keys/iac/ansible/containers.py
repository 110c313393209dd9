"""What texts, lists and mappings hold, and what their methods return, as Jinja sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.ansible.values import Nothing, UnresolvedError, Value, is_expression, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov_keys.iac.ansible.evaluation import Evaluator


def find_member(evaluator: Evaluator, value: Value, key: Value, *, is_attribute: bool = False) -> Value:
    """Return `value[key]`, or with `is_attribute` `value.key`; ABSENT if there is none.

    https://jinja.palletsprojects.com/en/stable/templates/#variables
    """
    if value is Nothing.ABSENT:
        return value  # Ansible's undefined values have every member, and all are undefined
    if value is Nothing.OMIT or is_expression(value):
        raise UnresolvedError
    is_method = isinstance(key, str) and hasattr(value, key)
    if is_attribute and is_method:
        raise UnresolvedError
    if isinstance(value, dict) and key in value:
        return evaluator.render(value[key])
    if isinstance(value, (list, tuple, range, str)) and isinstance(key, int):
        return evaluator.render(value[key]) if -len(value) <= key < len(value) else Nothing.ABSENT
    if is_method or not (value is None or isinstance(value, (str, int, float, list, tuple, range, dict))):
        raise UnresolvedError
    return Nothing.ABSENT


def find_path(evaluator: Evaluator, value: Value, path: Value) -> Value:
    """Return what `attribute='a.b.0'` of a filter leads to."""
    for part in path.split(".") if isinstance(path, str) else [path]:
        key = int(part) if isinstance(part, str) and part.isdigit() else part
        value = find_member(evaluator, value, key)
    return value


def list_pairs(value: dict[Value, Value]) -> list[tuple[Value, Value]]:
    """Return the keys and values of a mapping."""
    if not isinstance(value, dict) or any(map(is_expression, value)):
        raise UnresolvedError
    return list(value.items())


def join_texts(evaluator: Evaluator, delimiter: str, items: Iterable[Value]) -> str:
    """Return items joined to one text."""
    texts = [to_text(item) for item in items]
    evaluator.effort.spend(len(delimiter) * len(texts) // 64)
    return delimiter.join(texts)


def replace_text(evaluator: Evaluator, text: str, old: str, new: str, count: int = -1) -> str:
    """Return a text with one part replaced by another; its length is looked at first."""
    times = text.count(old) if count < 0 else min(count, text.count(old))
    evaluator.effort.spend(times * len(new) // 64)
    return text.replace(old, new, count)


def call_method(evaluator: Evaluator, value: Value, name: str, arguments: Sequence[Value]) -> Value:
    """Return what a method returns; raises UnresolvedError for one that is not in the tables."""
    if isinstance(value, dict):
        if name not in _METHODS_OF_MAPPINGS:
            raise UnresolvedError
        return _METHODS_OF_MAPPINGS[name](evaluator, value, *arguments)
    if not isinstance(value, str):
        raise UnresolvedError
    if name == "join":
        return join_texts(evaluator, value, evaluator.list_known(*arguments))
    if name == "replace":
        return replace_text(evaluator, value, *arguments)
    if name not in _METHODS_OF_TEXTS:
        raise UnresolvedError
    evaluator.effort.spend(len(value) // 64)
    return _METHODS_OF_TEXTS[name](value, *arguments)


def _get(evaluator: Evaluator, value: dict[Value, Value], key: Value, default: Value = None) -> Value:
    return evaluator.render(value[key]) if key in value else default


_METHODS_OF_TEXTS = {
    **{method.__name__: method for method in (str.lower, str.upper, str.capitalize, str.title, str.casefold)},
    **{method.__name__: method for method in (str.strip, str.lstrip, str.rstrip, str.split, str.rsplit)},
    **{method.__name__: method for method in (str.startswith, str.endswith, str.find, str.count)},
}
_METHODS_OF_MAPPINGS: dict[str, Callable[..., Value]] = {
    "get": _get,
    "items": lambda _, value: list_pairs(value),
    "keys": lambda _, value: [key for key, _ in list_pairs(value)],
    "values": lambda _, value: [item for _, item in list_pairs(value)],
}
