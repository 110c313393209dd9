"""Which user a Terraform access key belongs to: references followed to the user that they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.iac.declared_keys import UserIdentity
from checkov_keys.iac.terraform_blocks import ADDRESS, module_instance, root_of
from checkov_keys.iac.terraform_source import TerraformSource, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.graph_access import GraphView, Vertex

USER_TYPE = "aws_iam_user"
_INDEX = r'(?:\["(?:[^"\\]|\\.)*"\]|\[\d+\])'
_USER = re.compile(rf"({USER_TYPE}\.[\w-]+{_INDEX}?)\.(?:name|id)")
_OUTPUT = re.compile(rf"(module\.[\w-]+)({_INDEX}?)\.([\w-]+)")
_LOCAL = re.compile(r"local\.([\w-]+)")
_VARIABLE = re.compile(r"var\.([\w-]+)")
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
_IAM_NAME = re.compile(r"[\w+=,.@-]+")
# A reference that Checkov could not render looks like a name with dots; only these roots are sure to be none.
_REFERENCE = re.compile(r"(?:var|local|module|data|each|count|path|self|terraform)\..+|[a-z0-9]+_\w+\.[\w-]+\.[\w.-]+")
_PER_INSTANCE = re.compile(r"\b(?:each|count)\.")
_BLOCK_TYPE = CustomAttributes.BLOCK_TYPE
_BLOCK_NAME = CustomAttributes.BLOCK_NAME


class _Found(NamedTuple):
    """A value, the block that holds it, and the name under which it does."""

    value: object
    block: Vertex
    attribute: str


class UserResolver:
    """Resolves the users of access keys within one graph."""

    def __init__(self, graph: GraphView, vertices: Iterable[Vertex]) -> None:
        """Index the blocks that a reference can lead to, by root module, module instance and name."""
        self._graph = graph
        self._source = TerraformSource()
        self._users: dict[tuple[str, str], Vertex] = {}
        self._blocks: dict[tuple[str, str, str, str], Vertex] = {}
        for vertex in vertices:
            block_type = str(vertex.get(_BLOCK_TYPE))
            if block_type == "resource" and vertex.get(CustomAttributes.RESOURCE_TYPE) == USER_TYPE:
                self._users[root_of(vertex), str(vertex[ADDRESS])] = vertex
            elif block_type in ("locals", "module", "output", "variable"):
                place = (root_of(vertex), module_instance(vertex), block_type, str(vertex[_BLOCK_NAME]))
                self._blocks[place] = vertex

    def identity(self, key: Vertex) -> UserIdentity | None:
        """Return whose key this is; None where the block names no user."""
        found = self._trace(_Found(key.get("user"), key, "user"))
        if found.value is None:
            return None
        return self._identity(key, found)

    def _identity(self, key: Vertex, found: _Found) -> UserIdentity:
        account, text = root_of(key), unwrapped(str(found.value))
        reached = list(self._reachable_users(found))
        reference = _USER.fullmatch(text)
        if reference:
            for place in (*(module_instance(user) for user in reached), module_instance(found.block)):
                user = self._users.get((root_of(found.block), place + reference.group(1)))
                if user is not None:
                    return _identity_of_user(account, user)
            indexed = self._indexed_user(found, reached, reference.group(1))
            if indexed is not None:
                return UserIdentity(account, "resource", indexed)
        if not is_expression(text):
            return UserIdentity.named(account, text)
        for user in reached:
            if user.get("name") == found.value:
                return _identity_of_user(account, user)
        return UserIdentity(account, "expression", _scoped_expression(text, key, found))

    def _indexed_user(self, found: _Found, reached: list[Vertex], reference: str) -> str | None:
        """Return the address of one instance of a user whose own `for_each` or `count` is not known."""
        block, _, index = reference.partition("[")
        for place in (*(module_instance(user) for user in reached), module_instance(found.block)):
            if index and (root_of(found.block), place + block) in self._users:
                return place + reference
        return None

    def _trace(self, start: _Found) -> _Found:
        """Follow references by what the files say where an output of a module is among them."""
        found = start
        seen = set()
        while id(found.block) not in seen and self._leads_through_output(found):
            seen.add(id(found.block))
            expression = self._source.expression(found.block, found.attribute)
            if expression is None:
                break
            following = self._referenced(expression, found.block)
            if following is None:
                return _Found(expression, found.block, found.attribute)
            found = following
        return found

    def _leads_through_output(self, found: _Found) -> bool:
        return any(block.get(_BLOCK_TYPE) == "output" for block in self._reachable(found))

    def _referenced(self, expression: str, block: Vertex) -> _Found | None:
        """Return what an expression that is one reference refers to, None for any other expression."""
        root, place = root_of(block), module_instance(block)
        output, local, variable = (pattern.fullmatch(expression) for pattern in (_OUTPUT, _LOCAL, _VARIABLE))
        if output:
            call, index, name = output.groups()
            return self._found(root, f"{place}{call}{index}.", "output", name, "value")
        if local:
            return self._found(root, place, "locals", local.group(1), local.group(1))
        if variable:
            caller, _, call = place.rstrip(".").rpartition("module.")
            argument = self._found(root, caller, "module", call, variable.group(1))
            if argument is not None and variable.group(1) in argument.block:
                return argument
            return self._found(root, place, "variable", variable.group(1), "default")
        return None

    def _found(self, root: str, place: str, block_type: str, name: str, attribute: str) -> _Found | None:
        block = self._blocks.get((root, place, block_type, name))
        return _Found(block.get(attribute), block, attribute) if block is not None else None

    def _reachable_users(self, found: _Found) -> Iterator[Vertex]:
        if found.block.get(CustomAttributes.RESOURCE_TYPE) == USER_TYPE:
            yield found.block
        for block in self._reachable(found):
            if block.get(CustomAttributes.RESOURCE_TYPE) == USER_TYPE and block.get(_BLOCK_TYPE) == "resource":
                yield block

    def _reachable(self, found: _Found) -> Iterator[Vertex]:
        """Yield every block that an attribute's value comes from, hop by hop."""
        todo = [(found.block, found.attribute)]
        seen: set[tuple[int, str]] = set()
        while todo:
            block, attribute = todo.pop()
            if (id(block), attribute) in seen:
                continue
            seen.add((id(block), attribute))
            for target in self._graph.targets(block, attribute):
                yield target
                following = _attribute_that_matters(block, target)
                if following:
                    todo.append((target, following))


def _attribute_that_matters(origin: Vertex, target: Vertex) -> str | None:
    """Return the attribute of a block through which a reference goes on, None where it ends."""
    block_type = target.get(_BLOCK_TYPE)
    if block_type == "module":
        # A variable's edge leads to the call that sets it, whose argument has the variable's name.
        return str(origin[_BLOCK_NAME])
    if block_type == "locals":
        return str(target[_BLOCK_NAME])
    return {"output": "value", "variable": "default", "data": "user_name"}.get(str(block_type))


def _identity_of_user(account: str, user: Vertex) -> UserIdentity:
    name = user.get("name")
    if name is None or is_expression(unwrapped(str(name))):
        return UserIdentity(account, "resource", str(user[ADDRESS]))
    return UserIdentity.named(account, str(name))


def is_expression(text: str) -> bool:
    """Tell whether Checkov left a reference or a function in what should be an IAM user's name."""
    return not _IAM_NAME.fullmatch(text) or bool(_REFERENCE.fullmatch(text))


def _scoped_expression(text: str, key: Vertex, found: _Found) -> str:
    """Return an expression with all that decides its value: module instance, and the collection behind `each`."""
    scope = module_instance(found.block)
    if not _PER_INSTANCE.search(text):
        return scope + text
    return f"{scope}{text} for {key.get('for_each')!r}, {key.get('count')!r}"
