"""Which user a Terraform access key belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.iac.declared_keys import UserIdentity
from checkov_keys.iac.terraform_blocks import ADDRESS, INDEX, module_instance, root_of
from checkov_keys.iac.terraform_source import unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.graph_access import Vertex
    from checkov_keys.iac.terraform_references import Found, References

USER_TYPE = "aws_iam_user"
_USER = re.compile(rf"({USER_TYPE}\.[\w-]+{INDEX}?)\.(?:name|id)")
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
_IAM_NAME = re.compile(r"[\w+=,.@-]+")
# A reference that Checkov could not render looks like a name with dots; only these roots are sure to be none.
_REFERENCE = re.compile(r"(?:var|local|module|data|each|count|path|self|terraform)\..+|[a-z0-9]+_\w+\.[\w-]+\.[\w.-]+")
_PER_INSTANCE = re.compile(r"\b(?:each|count)\.")


class UserResolver:
    """Resolves the users of access keys within one graph."""

    def __init__(self, references: References, vertices: Iterable[Vertex]) -> None:
        """Index the users by root module and address."""
        self._references = references
        self._users = {(root_of(vertex), str(vertex[ADDRESS])): vertex for vertex in vertices if _is_user(vertex)}

    def identity(self, key: Vertex) -> UserIdentity | None:
        """Return whose key this is; None where the block names no user."""
        found = self._references.value(key, "user")
        return None if found.value is None else self._identity(key, found)

    def _identity(self, key: Vertex, found: Found) -> UserIdentity:
        account, text = root_of(key), unwrapped(str(found.value))
        reached = list(self._reachable_users(found))
        reference = _USER.fullmatch(text)
        if reference:
            named = self._referenced_user(found, reached, reference.group(1))
            if named is not None:
                return named
        if not is_expression(text):
            return UserIdentity.named(account, text)
        for user in reached:
            if user.get("name") == found.value:
                return _identity_of_user(account, user)
        return UserIdentity(account, "expression", _scoped_expression(text, key, found))

    def _referenced_user(self, found: Found, reached: list[Vertex], reference: str) -> UserIdentity | None:
        """Return the user at an address, or the instance of one whose own `for_each` or `count` is not known."""
        account = root_of(found.block)
        block, _, index = reference.partition("[")
        # An expression that came in through a module's input means what it says where it was written.
        for place in (*(module_instance(user) for user in reached), module_instance(found.block)):
            user = self._users.get((account, place + reference))
            if user is not None:
                return _identity_of_user(account, user)
            if index and (account, place + block) in self._users:
                return UserIdentity(account, "resource", place + reference)
        return None

    def _reachable_users(self, found: Found) -> Iterator[Vertex]:
        yield from filter(_is_user, self._references.reachable(found))


def _is_user(vertex: Vertex) -> bool:
    return (
        vertex.get(CustomAttributes.RESOURCE_TYPE) == USER_TYPE
        and vertex.get(CustomAttributes.BLOCK_TYPE) == "resource"
    )


def _identity_of_user(account: str, user: Vertex) -> UserIdentity:
    name = user.get("name")
    if name is None or is_expression(unwrapped(str(name))):
        return UserIdentity(account, "resource", str(user[ADDRESS]))
    return UserIdentity.named(account, str(name))


def is_expression(text: str) -> bool:
    """Tell whether Checkov left a reference or a function in what should be an IAM user's name."""
    return not _IAM_NAME.fullmatch(text) or bool(_REFERENCE.fullmatch(text))


def _scoped_expression(text: str, key: Vertex, found: Found) -> str:
    """Return an expression with all that decides its value: module instance, and the collection behind `each`."""
    scope = module_instance(found.block)
    if not _PER_INSTANCE.search(text):
        return scope + text
    return f"{scope}{text} for {key.get('for_each')!r}, {key.get('count')!r}"
