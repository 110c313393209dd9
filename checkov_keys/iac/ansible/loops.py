"""How often a task runs, and with which item.

https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_loops.html
"""

from __future__ import annotations

import itertools
import re
from collections import ChainMap
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Callable

from checkov_keys.iac.ansible.tasks import parse_pairs, to_mapping
from checkov_keys.iac.ansible.values import is_expression
from checkov_keys.iac.ansible.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.ansible.values import Effort

# An account has no more users, so nobody needs a longer loop.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_MOST_USERS = 5000
# What a loop tells of itself with `loop_control: {extended: true}`.
_LOOP = "ansible_loop"
_SHORT_SEQUENCE = re.compile(r"(?:(\d{1,9})-)?(\d{1,9})(?:/(\d{1,9}))?(?::(.+))?")
_FORMAT = re.compile(r"[^%]*%0?\d{0,2}[dxXo][^%]*")


@dataclass(frozen=True)
class Run:
    """One run of a task: its variables, and whether a loop makes it.

    A loop whose items are not known is one run.
    """

    variables: Variables
    in_loop: bool = False


def list_runs(task: dict[str, Any], variables: dict[str, Any], effort: Effort) -> Iterator[Run]:
    """Yield every run of a task; a loop is one run if its items are not known, or if the file has very many already."""
    outer = Variables(variables, effort)
    keyword = next(filter(_is_loop, task), None)
    if keyword is None:
        yield Run(outer)
        return
    control = to_mapping(task.get("loop_control"))
    item_name, index_name = str(control.get("loop_var") or "item"), str(control.get("index_var") or _LOOP)
    looped = outer.render(task[keyword])
    items = _list_items(keyword, looped, outer) if effort.runs > 0 else None
    loop = cache(partial(outer.spell, looped))
    if items is None:
        yield Run(Variables(variables, effort, dict.fromkeys((item_name, index_name, _LOOP), loop)), in_loop=True)
        return
    for index, item in enumerate(itertools.islice(items, _MOST_USERS)):
        effort.runs -= 1
        unknown = {_LOOP: partial(_spell_run, index, loop)}
        yield Run(Variables(ChainMap({index_name: index, item_name: item}, variables), effort, unknown), in_loop=True)


def _spell_run(index: int, loop: Callable[[], str]) -> str:
    return f"run {index} of {loop()}"


def _is_loop(keyword: object) -> bool:
    return keyword == "loop" or str(keyword).startswith("with_")


def _list_items(keyword: str, value: object, variables: Variables) -> Iterable[Any] | None:
    """Return the items of a loop, None if they are not known."""
    if keyword == "with_sequence":
        return _read_sequence(value)
    if keyword == "with_dict":
        return [{"key": key, "value": item} for key, item in value.items()] if isinstance(value, dict) else None
    if not isinstance(value, (list, range)) or keyword not in ("loop", "with_items", "with_list"):
        return None
    return _flatten(value, variables) if keyword == "with_items" else value


def _flatten(items: Iterable[Any], variables: Variables) -> Iterator[Any]:
    """Yield the items of a list, and those of the lists in it.

    https://docs.ansible.com/ansible/latest/collections/ansible/builtin/items_lookup.html
    """
    for item in map(variables.render, items):
        yield from item if isinstance(item, list) else (item,)


def _read_sequence(value: object) -> Iterable[str] | None:
    """Return the items of a sequence, `start=1 end=3 format=user%02d` or `1-3:user%02d`.

    https://docs.ansible.com/ansible/latest/collections/ansible/builtin/sequence_lookup.html
    """
    if not isinstance(value, str) or is_expression(value):
        return None
    short = _SHORT_SEQUENCE.fullmatch(value.strip())
    given = dict(zip(("start", "end", "stride", "format"), short.groups())) if short else parse_pairs(value)
    template = given.pop("format", None) or "%d"
    numbers = {name: str(number) for name, number in given.items() if number is not None}
    if not _FORMAT.fullmatch(template) or not all(re.fullmatch(r"\d{1,9}", number) for number in numbers.values()):
        return None
    start, stride = int(numbers.get("start", 1)), int(numbers.get("stride", 1))
    count = int(numbers["count"]) if "count" in numbers else None
    if stride == 0 or (count is None) == ("end" not in numbers):
        return None
    end = int(numbers["end"]) + 1 if count is None else start + count * stride
    if count is None and end <= start:
        return None
    return (template % number for number in range(start, end, stride))
