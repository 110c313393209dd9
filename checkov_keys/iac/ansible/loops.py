"""How often a task runs, and with which item.

https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_loops.html
"""

from __future__ import annotations

import itertools
import re
from collections import ChainMap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checkov_keys.iac.ansible.tasks import key_value_pairs, mapping
from checkov_keys.iac.ansible.variables import Variables, is_expression, normalized

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# An account holds no more users, so no sequence that means anything is longer.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_MOST_USERS = 5000
_RANGE = re.compile(r"\{\{\s*range\(\s*(\d{1,9})\s*(?:,\s*(\d{1,9})\s*)?\)\s*(?:\|\s*list\s*)?\}\}")
_DICT_TO_ITEMS = re.compile(r"\{\{([^{}|]*)\|\s*dict2items\s*\}\}")
_SHORT_SEQUENCE = re.compile(r"(?:(\d{1,9})-)?(\d{1,9})(?:/(\d{1,9}))?(?::(.+))?")
_FORMAT = re.compile(r"[^%]*%0?\d{0,2}[dxXo][^%]*")


@dataclass(frozen=True)
class Run:
    """One run of a task: its variables, and what makes it another run than the others of the same loop.

    A loop whose items are not known is one run.
    """

    variables: Variables
    loop_names: tuple[str, ...] = ()
    instance: object = None

    def expression(self, text: str) -> str:
        """Return an unresolved expression with all that decides its value; equal ones mean the same."""
        expression = normalized(text)
        changes = any(re.search(rf"\b{re.escape(name)}\b", expression) for name in self.loop_names)
        return f"{expression} for {self.instance!r}" if changes else expression


def runs(task: dict[str, Any], variables: dict[str, Any]) -> Iterator[Run]:
    """Yield every run of a task."""
    keyword = next(filter(_is_loop, task), None)
    if keyword is None:
        yield Run(Variables(variables))
        return
    control = mapping(task.get("loop_control"))
    item_name, index_name = str(control.get("loop_var") or "item"), str(control.get("index_var") or "ansible_loop")
    names = (item_name, index_name, "ansible_loop")
    items = _items(keyword, task[keyword], Variables(variables))
    if items is None:
        known = {name: value for name, value in variables.items() if name not in names}
        yield Run(Variables(known), names, normalized(str(task[keyword])))
        return
    for index, item in enumerate(items):
        yield Run(Variables(ChainMap({item_name: item, index_name: index}, variables)), names, item)


def _is_loop(keyword: object) -> bool:
    return keyword == "loop" or str(keyword).startswith("with_")


def _items(keyword: str, value: object, variables: Variables) -> Iterable[Any] | None:
    """Return the items of a loop, None where they are not known."""
    if keyword == "with_sequence":
        return _sequence(variables.rendered(value))
    if keyword == "loop" and isinstance(value, str):
        counted = _RANGE.fullmatch(value.strip())
        if counted:
            start, end = (0, counted[1]) if counted[2] is None else (counted[1], counted[2])
            return itertools.islice(range(int(start), int(end)), _MOST_USERS)
        pairs = _DICT_TO_ITEMS.fullmatch(value.strip())
        if pairs:
            return _pairs(variables.rendered(f"{{{{{pairs[1]}}}}}"))
    value = variables.rendered(value)
    if keyword == "with_dict":
        return _pairs(value)
    if not isinstance(value, list) or keyword not in ("loop", "with_items", "with_list"):
        return None
    return _flattened(value, variables) if keyword == "with_items" else value


def _flattened(items: list[Any], variables: Variables) -> Iterator[Any]:
    """Yield the items of a list, and those of the lists in it.

    https://docs.ansible.com/ansible/latest/collections/ansible/builtin/items_lookup.html
    """
    for item in map(variables.rendered, items):
        yield from item if isinstance(item, list) else (item,)


def _pairs(value: object) -> list[dict[str, Any]] | None:
    return [{"key": key, "value": item} for key, item in value.items()] if isinstance(value, dict) else None


def _sequence(value: object) -> Iterable[str] | None:
    """Return the items of a sequence, `start=1 end=3 format=user%02d` or `1-3:user%02d`.

    https://docs.ansible.com/ansible/latest/collections/ansible/builtin/sequence_lookup.html
    """
    if not isinstance(value, str) or is_expression(value):
        return None
    short = _SHORT_SEQUENCE.fullmatch(value.strip())
    given = dict(zip(("start", "end", "stride", "format"), short.groups())) if short else key_value_pairs(value)
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
    return (template % number for number in itertools.islice(range(start, end, stride), _MOST_USERS))
