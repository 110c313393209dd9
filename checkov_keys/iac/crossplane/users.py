"""Which IAM user a Crossplane access key belongs to."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.iac.common.reading import DeclaredUser, UserIdentity
from checkov_keys.iac.crossplane.resources import ObjectName, pair_labels, to_mapping, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.crossplane.resources import ManagedResource

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
_IAM_NAME = re.compile(r"[\w+=,.@-]+")
# What envsubst, Flux, Kustomize, Helm and similar tools replace, each deployment with its own value.
_PLACEHOLDER = re.compile(r"\$[({\w]|\{\{")
# A label that every user has, so that a selector without labels finds all of them.
_ANYBODY = ("", "")


class UserResolver:
    """Resolves the users of access keys within one graph.

    A manifest may have a literal, a reference and a selector. The literal wins, since Crossplane does not change a
    value that is set; then the reference. `policy.resolve: Always` on the selector makes the selector win. If there is
    no selector, the same on the reference makes the reference win.
    https://docs.crossplane.io/latest/managed-resources/managed-resources/#referencing-other-resources
    """

    def __init__(self, users: Iterable[ManagedResource]) -> None:
        """Index the users by object."""
        self._users = list(users)
        self._by_object: dict[ObjectName, list[ManagedResource]] = defaultdict(list)
        for user in self._users:
            self._by_object[user.object].append(user)

    @cached_property
    def _by_label(self) -> dict[tuple[str, str, tuple[str, str]], list[ManagedResource]]:
        """Return the users of each namespace of each API, by label."""
        users: dict[tuple[str, str, tuple[str, str]], list[ManagedResource]] = defaultdict(list)
        for user in self._users:
            for label in (_ANYBODY, *user.labels):
                users[user.object.group, user.object.namespace, label].append(user)
        return users

    def identify(self, key: ManagedResource) -> UserIdentity | None:
        """Return whose key this is; None if the manifest does not name a user that can be read."""
        literal, reference, selector = _get_user_fields(key)
        if _is_always_resolved(selector):
            literal = reference = None
        elif selector is None and _is_always_resolved(reference):
            literal = None
        if literal is not None:
            return _identify_by_name(key, literal)
        if reference is not None:
            return self._follow_reference(key, reference)
        return None if selector is None else self._select(key, selector)

    def _follow_reference(self, key: ManagedResource, reference: object) -> UserIdentity | None:
        name = to_text(to_mapping(reference).get("name"))
        if not name:
            return None
        wanted = ObjectName(key.object.group, _get_namespace(key, reference), name)
        return _identify_one_of(key, self._by_object.get(wanted, ()), wanted)

    def _select(self, key: ManagedResource, selector: object) -> UserIdentity | None:
        labels = to_mapping(selector).get("matchLabels")
        if not isinstance(selector, dict) or not isinstance(labels, (dict, type(None))):
            return None
        pairs = pair_labels(to_mapping(labels))
        group, namespace = key.object.group, _get_namespace(key, selector)
        controlled = selector.get("matchControllerRef") is True
        expression = f"{ObjectName(group, namespace, '')} with labels {sorted(pairs)}"
        expression += f" of controller {key.controller}" if controlled else ""
        if _PLACEHOLDER.search(expression):
            return _identify_expression(key, expression)
        if controlled and not key.controller:
            # A composition decides who controls the key, and so which user is meant.
            return _identify_expression(key, expression, local=True)
        candidates = min((self._by_label.get((group, namespace, pair), []) for pair in (_ANYBODY, *pairs)), key=len)
        found = (
            user
            for user in candidates
            if user.labels >= pairs and (not controlled or user.controller == key.controller)
        )
        return _identify_one_of(key, found, expression)


def declare_user(user: ManagedResource) -> DeclaredUser | None:
    """Return the IAM user that a manifest makes, None if its name is not known."""
    name = _get_iam_name(user)
    if not _IAM_NAME.fullmatch(name):
        return None
    return DeclaredUser(UserIdentity.named(user.account, name), str(user.vertex[CustomAttributes.ID]), user.vertex)


def _get_user_fields(key: ManagedResource) -> tuple[object, object, object]:
    """Return the literal, the reference and the selector of the first section of parameters that has any of them."""
    field = key.api.user
    for section in key.parameters:
        found = (section.get(field) or None, section.get(f"{field}Ref"), section.get(f"{field}Selector"))
        if found != (None, None, None):
            return found
    return None, None, None


def _is_always_resolved(reference: object) -> bool:
    return to_mapping(to_mapping(reference).get("policy")).get("resolve") == "Always"


def _get_namespace(key: ManagedResource, reference: object) -> str:
    """Return the namespace in which a reference or a selector looks: its own, or one that it names."""
    if not key.api.namespaced:
        return ""
    return to_text(to_mapping(reference).get("namespace")) or key.object.namespace


def _identify_by_name(key: ManagedResource, literal: object) -> UserIdentity | None:
    if not isinstance(literal, str):
        return None
    return (
        UserIdentity.named(key.account, literal) if _IAM_NAME.fullmatch(literal) else _identify_expression(key, literal)
    )


def _identify_one_of(key: ManagedResource, users: Iterable[ManagedResource], expression: object) -> UserIdentity:
    """Return the user that was found; if there are none or several, an identity made of the expression."""
    # The name goes to AWS with the key's own provider configuration, not with the user's.
    found = iter(users)
    first = next(found, None)
    if first is None or any(_get_iam_name(user) != _get_iam_name(first) for user in found):
        return _identify_expression(key, f"the user {expression}")
    if _IAM_NAME.fullmatch(_get_iam_name(first)):
        return UserIdentity.named(key.account, _get_iam_name(first))
    return UserIdentity(key.account, "resource", str(first.object))


def _get_iam_name(user: ManagedResource) -> str:
    return user.external_name or user.object.name


def _identify_expression(key: ManagedResource, expression: str, *, local: bool = False) -> UserIdentity:
    """Return the identity of an expression; a local one, and one with a placeholder, differs from folder to folder."""
    if local or _PLACEHOLDER.search(expression):
        expression += f" in {PurePath(key.vertex[CustomAttributes.FILE_PATH]).parent}"
    return UserIdentity(key.account, "expression", expression)
