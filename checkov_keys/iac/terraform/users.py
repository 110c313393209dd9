"""Which user a Terraform access key belongs to, and whether the key is active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import STATUSES
from checkov_keys.iac.common.reading import UserIdentity
from checkov_keys.iac.hcl.syntax import is_expression
from checkov_keys.iac.terraform.addresses import USER_TYPE, block_name
from checkov_keys.iac.terraform.values import Unresolved, UserBlock, is_known, spelt

if TYPE_CHECKING:
    from checkov_keys.iac.common.graph_view import GraphView, Vertex
    from checkov_keys.iac.terraform.evaluator import Evaluator

_BLOCK_TYPE = CustomAttributes.BLOCK_TYPE


class KeyAttributes:
    """Resolves the attributes of access keys within one graph.

    What Checkov rendered stands where nothing can have gone wrong on the way; otherwise the file's own expression is
    evaluated (`terraform_source` says why).
    """

    def __init__(self, graph: GraphView, evaluator: Evaluator) -> None:
        """Take the graph for its edges, the evaluator for what the files say."""
        self._graph = graph
        self._evaluator = evaluator

    def value(self, key: Vertex, attribute: str, index: object = None) -> object:
        """Return what an attribute of a key means; `index` as in `Evaluator.attribute`."""
        if attribute not in key:
            return None
        rendered = key[attribute]
        plain = isinstance(rendered, str) and (rendered in STATUSES or not is_expression(rendered))
        if plain:
            targets = self._graph.targets(key, attribute)
            if not targets or all(map(_is_user, targets)):
                return rendered
        value = self._evaluator.attribute(key, attribute, index)
        if plain and not is_known(value) and not self._leads_through_output(key, attribute):
            return rendered
        return value

    def _leads_through_output(self, key: Vertex, attribute: str) -> bool:
        todo, seen = [(key, attribute)], set()
        while todo:
            block, name = todo.pop()
            if (id(block), name) in seen:
                continue
            seen.add((id(block), name))
            for target in self._graph.targets(block, name):
                block_type = target.get(_BLOCK_TYPE)
                if block_type == "output":
                    return True
                if block_type in ("module", "variable"):
                    # A variable's edge leads to the call that sets it, whose argument has the variable's name.
                    onward = block_name(block) if block_type == "module" else "default"
                    todo.append((target, onward))
                elif block_type == "locals":
                    todo.append((target, block_name(target)))
        return False


def identity(account: str, user: object) -> UserIdentity | None:
    """Return whose key it is, from the value of its `user`; None where that names nobody."""
    if isinstance(user, Unresolved):
        return UserIdentity(account, "expression", user.text)
    if isinstance(user, UserBlock) or not isinstance(user, (str, int, float)) or isinstance(user, bool) or user == "":
        return None
    return UserIdentity.named(account, str(user))


def misplaced(user: object) -> str:
    """Return what stands where a user's name belongs, in words."""
    return "it names no user" if user in (None, "") else f"no user is named by {spelt(user)[:60]}"


def _is_user(vertex: Vertex) -> bool:
    return vertex.get(CustomAttributes.RESOURCE_TYPE) == USER_TYPE and vertex.get(_BLOCK_TYPE) == "resource"
