"""Which user the value of `user` names, and how arguments are shown to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.text import one_line
from checkov_keys.iac.common.reading import UserIdentity
from checkov_keys.iac.hcl.values import STRING, Unknown, Value, canonical_text

if TYPE_CHECKING:
    from checkov_keys.iac.terraform.configuration import Section

_LONGEST = 60


def identify(account: str, user: Value) -> UserIdentity | None:
    """Return whose key it is, from the value of its `user`; None if that names nobody.

    A user that is unknown has an identity of its own: equal expressions with equal values in them mean one user.
    """
    content = user.content
    if isinstance(content, Unknown):
        # A user is named by something: an alternative that names nobody makes no key.
        named = [choice for choice in content.possible if choice.content not in (None, "")]
        found = {identify(account, choice) for choice in named}
        return found.pop() if len(found) == 1 else UserIdentity(account, "expression", content.symbol)
    if not isinstance(content, str) or user.type != STRING or not content:
        return None
    return UserIdentity.named(account, content)


def describe_misplaced(user: Value) -> str:
    """Return what is in the place of a user's name, in words."""
    if user.content in (None, ""):
        return "it names no user"
    return f"no user is named by {shorten(canonical_text(user))}"


def spell_argument(section: Section, name: str) -> str:
    """Return an argument as its author wrote it, in one line of at most 60 characters."""
    attribute = section.attribute(name)
    return shorten(attribute.text) if attribute is not None else ""


def shorten(text: str) -> str:
    """Return a text in one line of at most 60 characters."""
    line = one_line(text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
