"""Expressions of Terraform → what they mean, followed through variables, locals, module inputs and outputs."""

from __future__ import annotations

import contextlib
import logging
import operator
import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Callable

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import LINE_FIELD_NAMES

from checkov_keys.iac.hcl.syntax import (
    Call,
    Conditional,
    ExpressionError,
    For,
    Get,
    Items,
    Literal,
    Name,
    Node,
    Operation,
    Pairs,
    Splat,
    Template,
    is_expression,
    parse_expression,
    parse_template,
)
from checkov_keys.iac.terraform import functions as terraform_functions
from checkov_keys.iac.terraform.addresses import (
    USER_TYPE,
    block_index,
    block_name,
    call_of,
    file_path,
    module_instance,
    root_of,
)
from checkov_keys.iac.terraform.source import TerraformSource, expression
from checkov_keys.iac.terraform.values import MissingError, Unresolved, UserBlock, is_known, spelt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checkov_keys.iac.common.graph_view import GraphView, Vertex

logger = logging.getLogger(__name__)

_DEEPEST = 100
_MOST_INSTANCES = 10_000
_FOLLOWED = ("data", "locals", "module", "output", "variable")
_NAME_ATTRIBUTES = ("name", "id")
_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: root module, module instance, the block (for `each` and `count`), `for` variables."""

    root: str
    place: str
    block: Vertex | None = None
    index: object = None
    names: Mapping[str, Any] = field(default_factory=dict)


class Evaluator:
    """Evaluates the attributes of the blocks of one graph."""

    def __init__(self, graph: GraphView) -> None:
        """Start with nothing evaluated."""
        self._graph = graph
        self._source = TerraformSource()
        self._cache: dict[tuple[str, ...], Any] = {}
        self._open: set[tuple[str, ...]] = set()

    @cached_property
    def _blocks(self) -> dict[tuple[str, str, str, str], Vertex]:
        """The blocks that a reference can lead to, by root module, module instance, type and name."""
        return {
            (root_of(vertex), module_instance(vertex), block_type, block_name(vertex)): vertex
            for block_type in _FOLLOWED
            for vertex in self._graph.blocks(block_type)
        }

    @cached_property
    def _users(self) -> dict[tuple[str, str, str], dict[object, Vertex]]:
        """The users by root module, module instance and name, then by index."""
        users: dict[tuple[str, str, str], dict[object, Vertex]] = {}
        for vertex in self._graph.blocks("resource"):
            if vertex.get(CustomAttributes.RESOURCE_TYPE) == USER_TYPE:
                base, index = block_index(vertex)
                users.setdefault((root_of(vertex), module_instance(vertex), base), {})[index] = vertex
        return users

    def attribute(self, block: Vertex, name: str, index: object = None) -> Any:  # noqa: ANN401  # any value of Terraform
        """Return what an attribute means, None where the block has none.

        `index` is the instance (`each.key`, `count.index`) of a block that Checkov did not expand.
        """
        scope = Scope(root_of(block), module_instance(block), block, index)
        return self._attribute(block, name, scope)

    def instances(self, block: Vertex) -> list[object] | None:
        """Return the instances that a block makes by `for_each` or `count`; None where that cannot be resolved."""
        scope = Scope(root_of(block), module_instance(block))
        key = ("instances", scope.root, scope.place, block_index(block)[0])
        if key not in self._cache:
            collection = self._attribute(block, "for_each", scope)
            counted = self._attribute(block, "count", scope) if collection is None else None
            self._cache[key] = _numbered(counted) if collection is None else self._named(collection)
        return self._cache[key]  # type: ignore[no-any-return]  # as _indices() returns it

    def _named(self, collection: object) -> list[object] | None:
        members = self._expanded(collection)
        return list(members) if isinstance(members, (list, dict)) else None

    def _attribute(self, block: Vertex, name: str, scope: Scope) -> Any:  # noqa: ANN401
        source = self._source.attributes(block)
        if source is None:
            return self._rendered(block.get(name), scope)
        if name not in source:
            return None
        try:
            return self._evaluated(expression(source[name]), scope)
        except ExpressionError as error:
            logger.info("%s of %s: %s", name, block_name(block), error)
            return self._rendered(block.get(name), scope)

    def _rendered(self, value: object, scope: Scope) -> Any:  # noqa: ANN401
        """Evaluate what Checkov rendered, where the file cannot be read: quotes around a name may be lost."""
        if not isinstance(value, str):
            return _unmarked(value)
        try:
            node = parse_template(value)
            if isinstance(node, Literal) and is_expression(value):
                node = parse_expression(value)
            return self._evaluated(node, scope)
        except ExpressionError:
            return Unresolved(scope.place + value)

    def _evaluated(self, node: Node, scope: Scope) -> Any:  # noqa: ANN401
        try:
            return self._value(node, scope)
        except MissingError as error:
            return Unresolved(f"{scope.place}{error}")

    def _value(self, node: Node, scope: Scope) -> Any:  # noqa: ANN401, PLR0911  # one return a kind of node
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, (Name, Get)):
            return self._reference(node, scope)
        if isinstance(node, Template):
            return self._template(node, scope)
        if isinstance(node, Conditional):
            return self._conditional(node, scope)
        if isinstance(node, Call):
            return self._call(node, scope)
        if isinstance(node, Operation):
            return self._operation(node, scope)
        if isinstance(node, Splat):
            return self._splat(node, scope)
        if isinstance(node, Items):
            return [self._value(item, scope) for item in node.items]
        if isinstance(node, Pairs):
            return {spelt_key(self._value(key, scope)): self._value(value, scope) for key, value in node.pairs}
        return self._for(node, scope)

    def _template(self, node: Template, scope: Scope) -> object:
        parts = [self._value(part, scope) for part in node.parts]
        try:
            return "".join(terraform_functions.to_text(part) for part in parts)
        except ValueError:
            return Unresolved("".join(part if isinstance(part, str) else f"${{{spelt(part)}}}" for part in parts))

    def _conditional(self, node: Conditional, scope: Scope) -> object:
        test = _truth(self._value(node.test, scope))
        if isinstance(test, bool):
            return self._value(node.yes if test else node.no, scope)
        yes, no = self._evaluated(node.yes, scope), self._evaluated(node.no, scope)
        return yes if yes == no else Unresolved(f"{spelt(test)} ? {spelt(yes)} : {spelt(no)}")

    def _call(self, node: Call, scope: Scope) -> object:
        if node.function == "try":
            return self._try(node, scope)
        arguments = [self._expanded(self._value(argument, scope)) for argument in node.arguments]
        undecided = node.function in ("coalesce", "compact", "contains", "distinct", "toset")
        if not (undecided and not is_known(arguments)) and not any(isinstance(a, Unresolved) for a in arguments):
            with contextlib.suppress(ValueError):
                return terraform_functions.apply(node.function, arguments)
        return Unresolved(f"{node.function}({','.join(spelt(argument) for argument in arguments)})")

    def _try(self, node: Call, scope: Scope) -> object:
        for argument in node.arguments:
            with contextlib.suppress(MissingError):
                return self._value(argument, scope)
        raise MissingError("try() of nothing that is there")

    def _operation(self, node: Operation, scope: Scope) -> object:
        values = [self._value(operand, scope) for operand in node.operands]
        if node.operator in ("&&", "||", "!"):
            truths = [_truth(value) for value in values]
            decisive = node.operator == "||"
            if node.operator == "!":
                return not truths[0] if isinstance(truths[0], bool) else Unresolved(f"!{spelt(truths[0])}")
            if decisive in [truth for truth in truths if isinstance(truth, bool)]:
                return decisive
            if all(isinstance(truth, bool) for truth in truths):
                return not decisive
        elif is_known(values):
            try:
                return -values[0] if len(values) == 1 else _BINARY[node.operator](*values)
            except (TypeError, ZeroDivisionError, KeyError):
                pass
        return Unresolved(
            f" {node.operator} ".join(["", *map(spelt, values)] if len(values) == 1 else map(spelt, values))
        )

    def _splat(self, node: Splat, scope: Scope) -> object:
        base = self._value(node.base, scope)
        if isinstance(base, UserBlock):
            base = self._members(base)
        if isinstance(base, Unresolved):
            return Unresolved(base.text + "[*]" + "".join(f"[{spelt(self._value(key, scope))}]" for key in node.keys))
        values = base if isinstance(base, list) else [] if base is None else [base]
        for key in node.keys:
            wanted = self._value(key, scope)
            values = [self._got(value, wanted) for value in values]
        return values

    def _members(self, block: UserBlock) -> object:
        """Return the instances that `[*]` takes; a count that cannot be resolved is one instance."""
        expanded = self._expanded(block)
        if isinstance(expanded, (dict, list)):
            return list(expanded.values()) if isinstance(expanded, dict) else expanded
        only = self._users.get((block.root, block.place, block.address), {}).get(None, {})
        return Unresolved(block.text) if "for_each" in only else [block.at(0) if "count" in only else block]

    def _for(self, node: For, scope: Scope) -> object:
        collection = self._expanded(self._value(node.collection, scope))
        if not isinstance(collection, (list, dict)):
            return Unresolved(f"for {spelt(collection)} {node!r}")
        entries = collection.items() if isinstance(collection, dict) else enumerate(collection)
        results: list[tuple[object, object]] = []
        for key, value in entries:
            names = {**scope.names, node.value: value, **({node.key: key} if node.key else {})}
            inside = replace(scope, names=names)
            test = True if node.test is None else _truth(self._value(node.test, inside))
            if not isinstance(test, bool):
                return Unresolved(f"for {spelt(collection)} {node!r}")
            if test:
                result_key = self._value(node.result_key, inside) if node.result_key else None
                results.append((result_key, self._value(node.result, inside)))
        if node.result_key is None:
            return [result for _, result in results]
        return {spelt_key(key): result for key, result in results}

    def _reference(self, node: Node, scope: Scope) -> Any:  # noqa: ANN401
        keys: list[Node] = []
        while isinstance(node, Get):
            keys.insert(0, node.key)
            node = node.base
        if not isinstance(node, Name):
            return self._followed(self._value(node, scope), keys, scope)
        if node.name in scope.names:
            return self._followed(scope.names[node.name], keys, scope)
        wanted = [self._value(key, scope) for key in keys]
        if not wanted:
            return Unresolved(scope.place + node.name)
        value, used = self._start(node.name, wanted, scope)
        for key in wanted[used:]:
            value = self._got(value, key)
        return value

    def _followed(self, value: object, keys: list[Node], scope: Scope) -> object:
        for key in keys:
            value = self._got(value, self._value(key, scope))
        return value

    def _start(self, root: str, wanted: list[Any], scope: Scope) -> tuple[object, int]:
        """Return what the first words of a reference lead to, and how many of its keys that took."""
        name = str(wanted[0])
        starts: dict[str, Callable[[], tuple[object, int]]] = {
            "var": lambda: (self._variable(name, scope), 1),
            "local": lambda: (self._block_value(scope, "locals", name, name), 1),
            "each": lambda: (self._each(name, scope), 1),
            "count": lambda: (self._count_index(scope), 1),
            "module": lambda: self._output(name, wanted, scope),
            "data": lambda: self._data(wanted, scope),
            USER_TYPE: lambda: (UserBlock(scope.root, scope.place, f"{USER_TYPE}.{name}"), 1),
        }
        return starts.get(root, lambda: (Unresolved(f"{scope.place}{root}"), 0))()

    def _got(self, value: object, key: object) -> object:
        """Return `value[key]`, which is `value.key`, too."""
        if isinstance(value, UserBlock):
            return self._of_user(value, key)
        if isinstance(value, Unresolved) or isinstance(key, Unresolved):
            return Unresolved(f"{spelt(value)}[{spelt(key)}]")
        if isinstance(value, dict):
            for candidate in (key, str(key)):
                if candidate in value:
                    return value[candidate]
        elif isinstance(value, list) and str(key).isdigit() and int(str(key)) < len(value):
            return value[int(str(key))]
        raise MissingError(f"{spelt(value)}[{spelt(key)}]")

    def _of_user(self, user: UserBlock, key: object) -> object:
        instances = self._users.get((user.root, user.place, user.address), {})
        only = instances.get(None, {})
        several = not instances or None not in instances or "count" in only or "for_each" in only
        if user.index is None and several and key not in _NAME_ATTRIBUTES:
            if instances and None not in instances and isinstance(key, (str, int)) and key not in instances:
                raise MissingError(f"{user.text}[{spelt(key)}]")
            return user.at(key)
        return self.user_name(user) if key in _NAME_ATTRIBUTES else Unresolved(f"{user.text}.{spelt(key)}")

    def user_name(self, user: UserBlock) -> object:
        """Return the name of a user: text where it resolves, otherwise what makes equal users equal."""
        instances = self._users.get((user.root, user.place, user.address), {})
        index = user.index
        vertex = instances.get(index, instances.get(None))
        if vertex is None:
            return Unresolved(user.text)
        key = ("user", user.root, user.text)
        if key not in self._cache:
            self._cache[key] = self._guarded(key, lambda: self._name_of(vertex, index), user.text)
        name = self._cache[key]
        if isinstance(name, (str, int)) and not isinstance(name, bool):
            return str(name)
        # Two blocks whose name is one reference are one user; a function may give each of them another name.
        same_name = isinstance(name, Unresolved) and "(" not in name.text
        return name if same_name else Unresolved(user.text)

    def _name_of(self, vertex: Vertex, index: object) -> object:
        name = vertex.get("name")
        if isinstance(name, str) and not is_expression(name) and block_index(vertex)[1] == index:
            return name
        return self.attribute(vertex, "name", index)

    def _expanded(self, value: object) -> object:
        """Return a block of users with several known instances as the map or list that it is in expressions."""
        if not isinstance(value, UserBlock) or value.index is not None:
            return value
        instances = self._users.get((value.root, value.place, value.address), {})
        if not instances or None in instances:
            return value
        if all(isinstance(index, int) for index in instances):
            return [value.at(index) for index in sorted(instances, key=str)]
        return {index: value.at(index) for index in instances}

    def _variable(self, name: str, scope: Scope) -> object:
        variable = self._blocks.get((scope.root, scope.place, "variable", name), {})
        if scope.place:
            parent, call = call_of(scope.place)
            caller = self._blocks.get((scope.root, parent, "module", call))
            key = (scope.root, scope.place, "input", name)
            if caller is not None and self._has(caller, name):
                if key not in self._cache:
                    value = self._guarded(key, lambda: self.attribute(caller, name), f"{scope.place}var.{name}")
                    self._cache[key] = value
                if self._cache[key] is not None or variable.get("nullable") is not False:
                    return self._cache[key]
        if "default" not in variable:
            return Unresolved(f"{scope.place}var.{name}")
        default = _unmarked(variable["default"])
        return self._in_order(variable, name, default) if isinstance(default, (list, dict)) else default

    def _in_order(self, variable: Vertex, name: str, rendered: object) -> object:
        """Return a variable's collection as the file has it: Checkov sorts the lists that it renders."""
        folder = os.path.dirname(file_path(variable))  # noqa: PTH120  # as Checkov
        definitions = dict.fromkeys(map(file_path, self._graph.blocks("tfvar")))
        paths = [path for path in definitions if os.path.dirname(path) == folder]  # noqa: PTH120
        sources = [values[name] for values in map(self._source.values, paths) if name in values]
        default = (self._source.attributes(variable) or {}).get("default")
        for source in [*sources, *([] if default is None else [default])]:
            try:
                value = self._evaluated(expression(source), Scope(folder, ""))
            except ExpressionError:
                continue
            if _sorted(value) == _sorted(rendered):
                return value
        return rendered

    def _has(self, block: Vertex, name: str) -> bool:
        source = self._source.attributes(block)
        return name in (block if source is None else source)

    def _output(self, call: str, wanted: list[Any], scope: Scope) -> tuple[object, int]:
        for used, index in ((2, ""), (3, f"[{spelt(wanted[1])}]" if len(wanted) > 2 else None)):  # noqa: PLR2004
            if index is None or len(wanted) < used:
                break
            inside = replace(scope, place=f"{scope.place}module.{call}{index}.")
            name = str(wanted[used - 1])
            if (scope.root, inside.place, "output", name) in self._blocks:
                return self._block_value(inside, "output", name, "value"), used
        return Unresolved(f"{scope.place}module"), 0

    def _data(self, wanted: list[Any], scope: Scope) -> tuple[object, int]:
        name = ".".join(str(key) for key in wanted[:2])
        for used in (2, 3):
            index = f"[{spelt(wanted[2])}]" if used > 2 and len(wanted) > used else ""  # noqa: PLR2004
            found = self._blocks.get((scope.root, scope.place, "data", name + index))
            if found and wanted[used : used + 1] == ["user_name"] and wanted[0] == USER_TYPE:
                return self._block_value(scope, "data", name + index, "user_name"), used + 1
        return Unresolved(f"{scope.place}data"), 0

    def _block_value(self, scope: Scope, block_type: str, name: str, attribute: str) -> object:
        key = (scope.root, scope.place, block_type, name)
        vertex = self._blocks.get(key)
        text = f"{scope.place}{block_type}.{name}"
        if vertex is None:
            return Unresolved(text)
        if key not in self._cache:
            self._cache[key] = self._guarded(key, lambda: self.attribute(vertex, attribute), text)
        return self._cache[key]

    def _guarded(self, key: tuple[str, ...], value: Callable[[], object], text: str) -> object:
        """Return a value unless it leads back to itself, or further than anybody writes."""
        if key in self._open or len(self._open) > _DEEPEST:
            logger.warning("%s cannot be resolved: it leads back to itself, or too far", text)
            return Unresolved(text)
        self._open.add(key)
        try:
            return value()
        finally:
            self._open.discard(key)

    def _each(self, word: str, scope: Scope) -> object:
        scope, index = self._looping(scope, "for_each")
        if word == "key" and not isinstance(index, (Unresolved, type(None))):
            return index
        collection = self._collection(scope, "for_each")
        if word == "key":
            return Unresolved(f"each of {self._key_set(collection)}")
        if isinstance(collection, (list, UserBlock)) or self._is_set(scope):
            member = index if index is not None else Unresolved(f"each of {self._key_set(collection)}")
            return collection.at(member) if isinstance(collection, UserBlock) else member
        return self._got(collection, index if index is not None else Unresolved("each"))

    def _count_index(self, scope: Scope) -> object:
        scope, index = self._looping(scope, "count")
        return Unresolved(f"index of {spelt(self._collection(scope, 'count'))}") if index is None else index

    def _looping(self, scope: Scope, attribute: str) -> tuple[Scope, object]:
        """Return the scope of the block whose `for_each` or `count` an `each.` or `count.` means, and its index.

        What Checkov rendered out of a module call's argument speaks of the call's own `each`.
        """
        while True:
            index = scope.index
            if index is None and scope.block is not None:
                index = block_index(scope.block)[1]
            if index is not None or not scope.place or (scope.block is not None and attribute in scope.block):
                return scope, index
            parent, call = call_of(scope.place)
            scope = Scope(scope.root, parent, self._blocks.get((scope.root, parent, "module", call)))

    def _collection(self, scope: Scope, attribute: str) -> object:
        if scope.block is None:
            return Unresolved(f"{scope.place}{attribute}")
        return self._attribute(scope.block, attribute, Scope(scope.root, scope.place))

    def _is_set(self, scope: Scope) -> bool:
        source = self._source.attributes(scope.block) if scope.block is not None else None
        text = str((source or scope.block or {}).get("for_each"))
        return text.startswith(("toset(", "${toset("))

    def _key_set(self, collection: object) -> str:
        """Return what the keys of a collection are: a block of users has those of its own `for_each`."""
        if isinstance(collection, UserBlock):
            users = self._users.get((collection.root, collection.place, collection.address), {})
            only = users.get(None)
            if only is not None and "for_each" in only:
                return self._key_set(self._attribute(only, "for_each", Scope(collection.root, collection.place)))
        if isinstance(collection, dict):
            return spelt(sorted(str(key) for key in collection))
        if isinstance(collection, list):
            return spelt(sorted(spelt(item) for item in collection))
        text = spelt(collection)
        return text[len("toset(") : -1] if text.startswith("toset(") and text.endswith(")") else text


def _numbered(count: object) -> list[object] | None:
    if isinstance(count, str) and count.isdigit():
        count = int(count)
    known = isinstance(count, (int, float)) and not isinstance(count, bool)
    return list(range(min(int(count), _MOST_INSTANCES))) if known else None  # type: ignore[call-overload]


def _unmarked(value: object) -> object:
    """Return a value without the line numbers that Checkov puts into the maps of JSON files."""
    if isinstance(value, dict):
        return {key: _unmarked(entry) for key, entry in value.items() if key not in LINE_FIELD_NAMES}
    return [_unmarked(item) for item in value] if isinstance(value, list) else value


def _sorted(value: object) -> str:
    """Return a collection as text, whatever the order of its lists."""
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{key}={_sorted(entry)}" for key, entry in value.items())) + "}"
    return "[" + ",".join(sorted(map(_sorted, value))) + "]" if isinstance(value, list) else spelt(value)


def _truth(value: object) -> object:
    """Return a bool where a value is one, also as text."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def spelt_key(key: object) -> object:
    """Return what a key of an object becomes: text."""
    return spelt(key) if isinstance(key, (Unresolved, UserBlock, list, dict)) else terraform_functions.to_text(key)
