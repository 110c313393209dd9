"""The tasks of a playbook, or of a role's file of tasks, each with what it inherits.

Checkov's Ansible graph has what is under `tasks` and `block`, but not `pre_tasks`, `post_tasks`, `handlers`, `rescue`,
`always`, `action` and a play's variables, so the file itself is read again.

https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# libyaml reads ten times faster than Python, but not every PyYAML has it.
_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# A play runs its sections in this order, in whatever order they are written.
# https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_reuse_roles.html#using-roles-at-the-play-level
_SECTIONS = ("pre_tasks", "tasks", "post_tasks", "handlers")
_TRUE = frozenset(("y", "yes", "on", "1", "true", "t", "1.0"))
_PARTS_OF_A_BLOCK = ("block", "rescue", "always")
# https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_module_defaults.html#module-defaults-groups
_GROUPS = ("group/aws", "group/amazon.aws.aws", "group/community.aws.aws")
_PAIR = re.compile(r"""(?<!\w)(\w+)=("[^"]*"|'[^']*'|(?:\{\{[^{}]*\}\}|\S)+)""")


class LinedMapping(dict[str, Any]):
    """A mapping of a YAML file that knows its first and its last line."""

    lines: tuple[int, int]


@dataclass(frozen=True)
class Scope:
    """What plays and blocks hand down to their tasks.

    `runs` is False below a `when: false`, `dry` is True below a `check_mode: true`, in which nothing is changed.
    """

    variables: dict[str, Any] = field(default_factory=dict)
    module_defaults: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    runs: bool = True
    dry: bool = False

    def enter(self, block: dict[str, Any]) -> Scope:
        """Return the scope inside a play, a block or a task; the inner one wins.

        https://docs.ansible.com/ansible/latest/reference_appendices/general_precedence.html
        """
        return Scope(
            _merge(self.variables, block.get("vars")),
            _merge(self.module_defaults, block.get("module_defaults")),
            _merge(self.environment, block.get("environment")),
            self.runs and not _is_false(block.get("when")),
            _is_true(block["check_mode"]) if "check_mode" in block else self.dry,
        )


@dataclass(frozen=True)
class Task:
    """One task that calls a module: the module's name as written, and its arguments with all defaults.

    `type_name` and `name` are Checkov's words for it if it is in Checkov's graph.
    """

    module: str
    arguments: dict[str, Any]
    keywords: dict[str, Any]
    scope: Scope
    type_name: str
    name: str
    lines: tuple[int, int]


def parse_document(text: str) -> object:
    """Return the document of a file that Checkov reads: the first that is not empty.

    Raises YAMLError or ValueError if it is not YAML.
    """
    documents = yaml.load_all(text, Loader=_Loader)
    return next((document for document in documents if document and isinstance(document, (list, dict))), None)


def find_tasks(content: object, modules: Collection[str], variables: dict[str, Any] | None = None) -> Iterator[Task]:
    """Yield every task that calls one of the modules, in the order in which Ansible runs them.

    `variables` are those of the role that the file belongs to.
    """
    outer = Scope(variables or {})
    for entry in _list_items(content):
        if any(section in entry for section in _SECTIONS):
            scope = outer.enter(entry)
            for section in _SECTIONS:
                yield from _find_tasks(entry.get(section), f"{section}.", scope, modules)
        else:
            yield from _find_tasks([entry], "tasks.", outer, modules)


def parse_pairs(text: str) -> dict[str, Any]:
    """Return the arguments of the free form, `name=value name="value"`.

    https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_intro.html
    """
    return {name: value[1:-1] if value[0] in "'\"" else value for name, value in _PAIR.findall(text)}


def to_mapping(value: object) -> dict[str, Any]:
    """Return a mapping, or a list of mappings as one; an empty one for anything else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {key: item for part in value if isinstance(part, dict) for key, item in part.items()}
    return {}


def _find_tasks(tasks: object, section: str, outer: Scope, modules: Collection[str]) -> Iterator[Task]:
    for task in _list_items(tasks):
        scope = outer.enter(task)
        if isinstance(task.get("block"), list):
            for part in _PARTS_OF_A_BLOCK:
                yield from _find_tasks(task.get(part), f"{section}{part}.", scope, modules)
            continue
        module, arguments = _find_call(task, modules)
        if module:
            type_name = f"{section}{module}"
            given = {**_collect_defaults(module, scope), **_parse_arguments(task.get("args")), **arguments}
            name = f"{type_name}.{task.get('name') or 'unknown'}"
            yield Task(module, given, task, scope, type_name, name, task.lines)


def _find_call(task: LinedMapping, modules: Collection[str]) -> tuple[str, dict[str, Any]]:
    """Return the module that a task calls, "" if it is not one of `modules`, and its arguments."""
    for module in modules:
        if module in task:
            return module, _parse_arguments(task[module])
    for action in (task.get("action"), task.get("local_action")):
        if isinstance(action, dict):
            called, arguments = action.get("module"), action
        else:
            called, _, rest = str(action).strip().partition(" ")
            arguments = _parse_arguments(rest)
        if called in modules:
            return str(called), arguments
    return "", {}


def _parse_arguments(value: object) -> dict[str, Any]:
    """Return arguments by their names; a text without names is `_raw_params`, as Ansible calls it."""
    if isinstance(value, str):
        return parse_pairs(value) or {"_raw_params": value}
    return to_mapping(value)


def _collect_defaults(module: str, scope: Scope) -> dict[str, Any]:
    """Return a module's defaults: those of its groups, then those of its own name, with or without its collection."""
    defaults: dict[str, Any] = {}
    for group in _GROUPS:
        defaults.update(to_mapping(scope.module_defaults.get(group)))
    for name, values in scope.module_defaults.items():
        if str(name).rpartition(".")[2] == module.rpartition(".")[2]:
            defaults.update(to_mapping(values))
    return defaults


def _list_items(tasks: object) -> Iterator[LinedMapping]:
    yield from (task for task in tasks if isinstance(task, LinedMapping)) if isinstance(tasks, list) else ()


def _merge(outer: dict[str, Any], inner: object) -> dict[str, Any]:
    # An expression for a whole environment does not name its variables, but it tells environments apart.
    given = {"": inner} if isinstance(inner, str) else to_mapping(inner)
    return {**outer, **given} if given else outer


def _is_false(condition: object) -> bool:
    """Tell whether a `when` is always false; any other condition is taken to be true.

    https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_conditionals.html
    """
    conditions = condition if isinstance(condition, list) else [condition]
    return any(one is False or str(one).strip() in ("false", "False") for one in conditions)


def _is_true(keyword: object) -> bool:
    """Tell whether a keyword is always true; an expression is taken to be false.

    https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_checkmode.html
    """
    return keyword is True or str(keyword).strip().lower() in _TRUE


class _Loader(_BaseLoader):  # type: ignore[misc]  # either of PyYAML's loaders
    """Reads plain YAML and notes the lines of every mapping."""


def _construct_mapping(loader: Any, node: Any) -> Iterator[LinedMapping]:  # noqa: ANN401  # PyYAML's types differ by loader
    made = LinedMapping()
    first = node.start_mark.line + 1
    # A mapping in block style ends at the next token, one in braces on the line of its closing brace.
    made.lines = first, max(first, node.end_mark.line + (1 if node.flow_style else 0))
    yield made
    made.update(loader.construct_mapping(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
