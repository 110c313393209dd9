"""Terraform's functions, as far as they make names, statuses and counts out of known values.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Iterable


def apply(function: str, arguments: list[Any]) -> object:
    """Return the result of a function; raise ValueError where it is not known here, or does not take the arguments."""
    try:
        return _FUNCTIONS[function](*arguments)
    except (KeyError, TypeError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise ValueError(f"{function}() cannot be resolved: {error}") from error


def to_text(value: object) -> str:
    """Return a scalar as Terraform converts it to a string; raise ValueError for anything else."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValueError(f"{value!r} is no text")


def _join(separator: str, *lists: list[Any]) -> object:
    values = list(chain.from_iterable(lists))
    return values[0] if len(values) == 1 else separator.join(to_text(value) for value in values)


def _one(values: list[Any]) -> object:
    if len(values) > 1:
        raise ValueError("one() of several")
    return values[0] if values else None


def _first(is_taken: Callable[[Any], bool]) -> Callable[..., Any]:
    def function(*arguments: Any) -> object:  # noqa: ANN401  # any value of Terraform
        taken = [argument for argument in arguments if is_taken(argument)]
        if not taken:
            raise ValueError("none of them")
        return taken[0]

    return function


def _merge(*maps: dict[str, Any]) -> dict[str, Any]:
    return dict(chain.from_iterable(entry.items() for entry in maps if entry is not None))


def _flatten(values: Iterable[Any]) -> list[Any]:
    return list(chain.from_iterable(_flatten(v) if isinstance(v, list) else [v] for v in values))


def _unique(values: Iterable[Any]) -> list[Any]:
    result: list[Any] = []
    for value in values:
        if value not in result:
            result.append(value)
    return result


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "coalesce": _first(lambda value: value not in (None, "")),
    "coalescelist": _first(bool),
    "compact": lambda values: [value for value in values if value not in (None, "")],
    "concat": lambda *lists: list(chain.from_iterable(lists)),
    "contains": lambda values, value: value in values,
    "distinct": _unique,
    "element": lambda values, index: values[index % len(values)],
    "flatten": _flatten,
    "join": _join,
    "keys": lambda entries: sorted(entries.keys()),
    "length": len,
    "lookup": lambda entries, key, *default: entries.get(key, *default) if default else entries[key],
    "lower": lambda text: to_text(text).lower(),
    "max": max,
    "merge": _merge,
    "min": min,
    "nonsensitive": lambda value: value,
    "one": _one,
    "sensitive": lambda value: value,
    "sort": sorted,
    "split": lambda separator, text: text.split(separator),
    "tolist": list,
    "tomap": dict,
    "toset": _unique,
    "tostring": lambda value: None if value is None else to_text(value),
    "trimspace": lambda text: text.strip(),
    "try": lambda *values: values[0],
    "upper": lambda text: to_text(text).upper(),
    "values": lambda entries: [entries[key] for key in sorted(entries)],
}
