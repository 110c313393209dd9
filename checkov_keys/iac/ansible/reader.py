"""Ansible playbooks and role files → declared access keys.

https://docs.ansible.com/ansible/latest/collections/amazon/aws/iam_access_key_module.html
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import END_LINE, START_LINE
from checkov.common.util.file_utils import read_file_with_any_encoding
from yaml import YAMLError

from checkov_keys.domain.text import blank_unprintable
from checkov_keys.domain.users import AccessKey, KeyStatus, Unjudged
from checkov_keys.iac.ansible.loops import Run, list_runs
from checkov_keys.iac.ansible.modules import MARKS, MODULES, Creation, KeyEffect, Removal, find_effects, get_user_name
from checkov_keys.iac.ansible.roles import read_role_variables
from checkov_keys.iac.ansible.tasks import Task, find_tasks, parse_document
from checkov_keys.iac.ansible.values import Effort, is_expression
from checkov_keys.iac.ansible.variables import find_root
from checkov_keys.iac.common.reading import DeclaredKey, Reading, UserIdentity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.common.graph_view import GraphView, Vertex

# Checkov writes `block.` once for every block around a task.
_DEEPEST_BLOCK = 5
# What decides the account, in the order of preference.
# https://docs.ansible.com/ansible/latest/collections/amazon/aws/docsite/aws_ec2_guide.html#authentication
_PROFILE = (("profile", "aws_profile"), ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"))
_ACCESS_KEY = (
    ("access_key", "aws_access_key_id", "aws_access_key", "ec2_access_key"),
    ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "EC2_ACCESS_KEY"),
)


class AnsibleReader:
    """Reads the keys that tasks make out of the files in the graph of Checkov's Ansible runner.

    A file is one account, together with the profile or the access key that a task uses. The tasks of a file are taken
    to run once, in their order, except those below a `when: false` or a `check_mode: true`. Two tasks are taken to run
    both, even if other conditions of theirs exclude each other. A file of a role's tasks sees the role's variables.
    """

    framework = "ansible"
    key_types: tuple[str, ...] = tuple(
        f"tasks.{'block.' * depth}{module}" for module in MODULES for depth in range(_DEEPEST_BLOCK + 1)
    )
    status_attribute = "active"

    def read(self, graph: GraphView, *, with_users: bool = False) -> Reading:  # noqa: ARG002
        """Return the keys that exist after every task of every file has run; tasks that make users are not read."""
        keys: list[DeclaredKey] = []
        unjudged: list[Unjudged] = []
        paths = dict.fromkeys(str(vertex.get(CustomAttributes.FILE_PATH)) for vertex in graph.vertices())
        for path in paths:
            try:
                text = read_file_with_any_encoding(path)
                content = parse_document(text) if any(mark in text for mark in MARKS) else None
            except (OSError, ValueError, YAMLError) as error:
                unjudged.append(Unjudged(path, f"it cannot be read again: {type(error).__name__}"))
                continue
            found = _KeysOfFile(path)
            for task, vertex in _add_vertices(path, list(find_tasks(content, MODULES, read_role_variables(path)))):
                found.run(task, vertex)
            keys += found.list_keys()
            unjudged += found.unjudged
        return Reading(tuple(keys), tuple(unjudged))


class _KeysOfFile:
    """The keys of each user after the tasks of one file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._users: dict[UserIdentity, dict[str, DeclaredKey]] = {}
        self._effort = Effort()
        self.unjudged: list[Unjudged] = []

    def list_keys(self) -> Iterator[DeclaredKey]:
        """Yield the keys that are left."""
        for held in self._users.values():
            yield from held.values()

    def run(self, task: Task, vertex: Vertex) -> None:
        """Run a task: change the keys as it does."""
        if task.scope.dry or not task.scope.runs:
            return
        for run in list_runs(task.keywords, task.scope.variables, self._effort):
            argument = partial(_get_first, task.arguments, run)
            effects = list(find_effects(task.module, argument))
            user = _identify(_identify_account(self._path, task, run), get_user_name(task.module, argument), run)
            if user is not None:
                maker = _Maker(user, vertex, None if run.in_loop else task.keywords.get("register"))
                for effect in effects:
                    self._apply(effect, maker, run)
            elif any(not isinstance(effect, Removal) for effect in effects):
                self.unjudged.append(Unjudged(_name_task(vertex), f"it names no user, in {self._path}"))
                return

    def _apply(self, effect: KeyEffect, maker: _Maker, run: Run) -> None:
        held = self._users.setdefault(maker.user, {})
        if isinstance(effect, Creation):
            _create(held, effect, maker)
            return
        slot = _find_slot(held, effect.key_id, run)
        if isinstance(effect, Removal):
            held.pop(slot, None)
        elif effect.status is not None or slot not in held:
            held[slot] = maker.make_key(effect.status or KeyStatus.ACTIVE)


class _Maker(NamedTuple):
    """The task that makes or changes a key, and the variable that keeps its result, if it does."""

    user: UserIdentity
    vertex: Vertex
    result: object

    def make_key(self, status: KeyStatus, copies: int = 1) -> DeclaredKey:
        return DeclaredKey(self.user, AccessKey(_name_task(self.vertex), status), self.vertex, copies)


def _create(held: dict[str, DeclaredKey], creation: Creation, maker: _Maker) -> None:
    number = creation.number
    if creation.in_total:
        number -= sum(key.copies for key in held.values())
    if number <= 0:
        return
    slot = f"made in {maker.vertex[CustomAttributes.ID]}, {creation.status}"
    if isinstance(maker.result, str):
        # From here on, this name does not mean the key that had it before.
        if _name_slot_of_result(maker.result) in held:
            held[f"{slot} before"] = held.pop(_name_slot_of_result(maker.result))
        slot = _name_slot_of_result(maker.result)
    elif slot in held:
        number += held[slot].copies
    held[slot] = maker.make_key(creation.status, number)


def _find_slot(held: dict[str, DeclaredKey], key_id: str, run: Run) -> str:
    """Return the slot of a key: its id, or the result of the task that made it."""
    name = find_root(key_id)
    if name and _name_slot_of_result(name) in held:
        return _name_slot_of_result(name)
    return f"id {run.variables.spell(key_id) if is_expression(key_id) else key_id}"


def _name_slot_of_result(result: str) -> str:
    return f"made by {result}"


def _identify(account: str, name: object, run: Run) -> UserIdentity | None:
    """Return whose keys a run changes; None if it does not name a user."""
    if isinstance(name, bool) or not isinstance(name, (str, int)) or name == "":
        return None
    if is_expression(name):
        return UserIdentity(account, "expression", run.variables.spell(str(name)))
    return UserIdentity.named(account, str(name))


def _identify_account(path: str, task: Task, run: Run) -> str:
    """Return what identifies the AWS account: the file, together with the credentials of a task."""
    environment = task.scope.environment
    credentials = [
        _get_first(task.arguments, run, *arguments) or _get_first(environment, run, *variables)
        for arguments, variables in (_PROFILE, _ACCESS_KEY)
    ]
    credentials.append(run.variables.render(environment.get("")))
    if not any(credentials):
        return path
    return " ".join([path, *(run.variables.spell(str(credential or "")) for credential in credentials)])


def _get_first(arguments: dict[str, Any], run: Run, *names: str) -> Any:  # noqa: ANN401
    """Return the first argument that is given under one of its names."""
    values = (run.variables.render(arguments[name]) for name in names if name in arguments)
    return next((value for value in values if value is not None), None)


def _name_task(vertex: Vertex) -> str:
    """Return a task's name as it can be logged: YAML lets it hold line breaks and control characters."""
    return blank_unprintable(str(vertex[CustomAttributes.ID]))


def _add_vertices(path: str, tasks: list[Task]) -> Iterator[tuple[Task, Vertex]]:
    """Yield tasks with vertices that Checkov reports at the lines and under the name of the task.

    Checkov keeps skip comments and code by name. If several tasks in a file have the same name, or none, it keeps those
    of the last one. The others get names of their own, so that a comment on one does not skip another.
    """
    left = Counter(task.name for task in tasks)
    number: Counter[str] = Counter()
    for task in tasks:
        number[task.name] += 1
        same = left[task.name]
        name = task.name if number[task.name] == same else f"{task.name} ({number[task.name]} of {same})"
        first, last = task.lines
        yield (
            task,
            {
                CustomAttributes.ID: name,
                CustomAttributes.BLOCK_NAME: name,
                CustomAttributes.BLOCK_TYPE: "resource",
                CustomAttributes.RESOURCE_TYPE: task.type_name,
                CustomAttributes.FILE_PATH: path,
                START_LINE: first,
                # Checkov's record ends a line later than its vertex.
                END_LINE: last - 1,
            },
        )
