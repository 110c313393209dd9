"""What one run of a module does to access keys.

https://docs.ansible.com/ansible/latest/collections/amazon/aws/iam_access_key_module.html
https://docs.ansible.com/ansible/5/collections/community/aws/iam_module.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Union

from checkov_keys.domain.users import KeyStatus
from checkov_keys.iac.ansible.values import is_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCESS_KEY_MODULES = ("amazon.aws.iam_access_key", "community.aws.iam_access_key", "iam_access_key")
IAM_MODULES = ("community.aws.iam", "iam")
MODULES = (*ACCESS_KEY_MODULES, *IAM_MODULES)
# Every file that calls one of the modules with arguments contains one of these.
MARKS = ("iam_access_key", "iam_type", "iam:")
# Every key above one is too many; a count of a billion takes no longer than this.
_MOST_KEYS = 100
# Two keys are all that a user can have, and a third one while they are made at once.
_MOST_IDS = 100
# https://docs.ansible.com/ansible/latest/reference_appendices/YAMLSyntax.html
_TRUE = frozenset(("y", "yes", "on", "1", "true", "t", "1.0"))
_FALSE = frozenset(("n", "no", "off", "0", "false", "f", "0.0"))
# Asks for an argument by its name and its aliases; None if it is not given.
Argument = Callable[..., Any]


class Creation(NamedTuple):
    """New keys: `number` of them, or with `in_total` as many as the user needs to have that number."""

    status: KeyStatus
    number: int = 1
    in_total: bool = False


class Update(NamedTuple):
    """A key that exists; the status is None if it does not change: as the file has set it before, or else active."""

    key_id: str
    status: KeyStatus | None


class Removal(NamedTuple):
    """A key that is deleted."""

    key_id: str


KeyEffect = Union[Creation, Update, Removal]


def find_effects(module: str, argument: Argument) -> Iterator[KeyEffect]:
    """Yield what one run of a module does."""
    yield from _find_effects_of_iam(argument) if module in IAM_MODULES else _find_effects_of_access_key(argument)


def get_user_name(module: str, argument: Argument) -> object:
    """Return the name of the user whose keys one run of a module changes."""
    return argument("name") if module in IAM_MODULES else argument("user_name", "username")


def _find_effects_of_access_key(argument: Argument) -> Iterator[KeyEffect]:
    """Yield the change of an iam_access_key.

    A run without an id always makes a new key, active by default. A run with one changes that key, and leaves its
    status alone unless it says `active`: a status that no task sets is taken as active. `rotate_keys` deletes
    the oldest of two keys that exist already, of which the file says nothing, and makes a new key in any case.
    """
    key_id, state, active = argument("id"), argument("state"), argument("active", "enabled")
    if state == "absent":
        if key_id:
            yield Removal(str(key_id))
        return
    status = None if active is None else _read_status(active)
    if state not in (None, "present"):
        status = KeyStatus.UNKNOWN
    yield Update(str(key_id), status) if key_id else Creation(status or KeyStatus.ACTIVE)


def _find_effects_of_iam(argument: Argument) -> Iterator[KeyEffect]:
    """Yield the changes of the former module iam, which ensures a number of keys and changes those that it names."""
    action, iam_type, state = argument("access_key_state"), argument("iam_type"), argument("state")
    if argument("_raw_params"):
        yield Creation(KeyStatus.UNKNOWN)
    if action is None or iam_type in ("group", "role") or state == "absent":
        return
    action = str(action).lower()
    if action in ("active", "inactive", "remove"):
        for key_id in _read_list(argument("access_key_ids")):
            if action == "remove":
                yield Removal(key_id)
            else:
                yield Update(key_id, KeyStatus.ACTIVE if action == "active" else KeyStatus.INACTIVE)
        return
    known = action == "create" and iam_type == "user" and state in ("present", "update")
    yield Creation(KeyStatus.ACTIVE if known else KeyStatus.UNKNOWN, _read_count(argument("key_count")), in_total=True)


def _read_status(active: object) -> KeyStatus:
    """Return the status that an Ansible boolean means."""
    spelling = str(active).strip().lower()
    if spelling in _TRUE:
        return KeyStatus.ACTIVE
    return KeyStatus.INACTIVE if spelling in _FALSE else KeyStatus.UNKNOWN


def _read_count(value: object) -> int:
    """Return a number of keys; one if it is not known."""
    text = str(value)
    return min(int(text[:10]), _MOST_KEYS) if text.isdecimal() else 1


def _read_list(value: object) -> list[str]:
    """Return an Ansible list, which may be a text with commas."""
    if isinstance(value, str) and not is_expression(value):
        value = value.split(",", _MOST_IDS)
    values = value if isinstance(value, list) else [value]
    return [str(one).strip() for one in values[:_MOST_IDS] if one is not None]
