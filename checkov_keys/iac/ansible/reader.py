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
from checkov_keys.iac.ansible.loops import Run, runs
from checkov_keys.iac.ansible.modules import MARKS, MODULES, Change, Creation, Removal, changes, user_name
from checkov_keys.iac.ansible.tasks import Task, parsed, tasks_of
from checkov_keys.iac.ansible.variables import is_expression, referenced_name
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
    to run once, in their order, all of them but those below a `when: false`: two tasks that exclude each other by any
    other condition are taken to run both.
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
                content = parsed(text) if any(mark in text for mark in MARKS) else None
            except (OSError, ValueError, YAMLError) as error:
                unjudged.append(Unjudged(path, f"it cannot be read again: {type(error).__name__}"))
                continue
            found = _KeysOfFile(path)
            for task, vertex in _with_vertices(path, list(tasks_of(content, MODULES))):
                found.run(task, vertex)
            keys += found.keys()
            unjudged += found.unjudged
        return Reading(tuple(keys), tuple(unjudged))


class _KeysOfFile:
    """The keys of each user as the tasks of one file leave them."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._users: dict[UserIdentity, dict[str, DeclaredKey]] = {}
        self.unjudged: list[Unjudged] = []

    def keys(self) -> Iterator[DeclaredKey]:
        """Yield the keys that are left."""
        for held in self._users.values():
            yield from held.values()

    def run(self, task: Task, vertex: Vertex) -> None:
        """Run a task: change the keys as it does."""
        if not task.scope.runs:
            return
        for run in runs(task.keywords, task.scope.variables):
            argument = partial(_first, task.arguments, run)
            done = list(changes(task.module, argument))
            user = _identity(_account(self._path, task, run), user_name(task.module, argument), run)
            if user is not None:
                maker = _Maker(user, vertex, None if run.loop_names else task.keywords.get("register"))
                for change in done:
                    self._change(change, maker, run)
            elif any(not isinstance(change, Removal) for change in done):
                self.unjudged.append(Unjudged(_task_name(vertex), f"it names no user, in {self._path}"))
                return

    def _change(self, change: Change, maker: _Maker, run: Run) -> None:
        held = self._users.setdefault(maker.user, {})
        if isinstance(change, Creation):
            _create(held, change, maker)
            return
        place = _place(held, change.key_id, run)
        if isinstance(change, Removal):
            held.pop(place, None)
        elif change.status is not None or place not in held:
            held[place] = maker.key(change.status or KeyStatus.ACTIVE)


class _Maker(NamedTuple):
    """The task that makes or changes a key, and the variable that keeps its result, if it does."""

    user: UserIdentity
    vertex: Vertex
    result: object

    def key(self, status: KeyStatus, copies: int = 1) -> DeclaredKey:
        return DeclaredKey(self.user, AccessKey(_task_name(self.vertex), status), self.vertex, copies)


def _create(held: dict[str, DeclaredKey], creation: Creation, maker: _Maker) -> None:
    number = creation.number
    if creation.in_total:
        number -= sum(key.copies for key in held.values())
    if number <= 0:
        return
    place = f"made in {maker.vertex[CustomAttributes.ID]}, {creation.status}"
    if isinstance(maker.result, str):
        # Another key whose result had this name cannot be meant from here on.
        if _made_by(maker.result) in held:
            held[f"{place} before"] = held.pop(_made_by(maker.result))
        place = _made_by(maker.result)
    elif place in held:
        number += held[place].copies
    held[place] = maker.key(creation.status, number)


def _place(held: dict[str, DeclaredKey], key_id: str, run: Run) -> str:
    """Return under what a key is held: its id, or the result of the task that made it."""
    name = referenced_name(key_id)
    if name and _made_by(name) in held:
        return _made_by(name)
    return f"id {run.expression(key_id) if is_expression(key_id) else key_id}"


def _made_by(result: str) -> str:
    return f"made by {result}"


def _identity(account: str, name: object, run: Run) -> UserIdentity | None:
    """Return whose keys a run changes; None where it names no user."""
    if isinstance(name, bool) or not isinstance(name, (str, int)) or name == "":
        return None
    if is_expression(name):
        return UserIdentity(account, "expression", run.expression(str(name)))
    return UserIdentity.named(account, str(name))


def _account(path: str, task: Task, run: Run) -> str:
    """Return what one AWS account stands for here: the file, together with the credentials of a task."""
    environment = task.scope.environment
    credentials = [
        _first(task.arguments, run, *arguments) or _first(environment, run, *variables)
        for arguments, variables in (_PROFILE, _ACCESS_KEY)
    ]
    credentials.append(run.variables.rendered(environment.get("")))
    if not any(credentials):
        return path
    return " ".join([path, *(run.expression(str(credential or "")) for credential in credentials)])


def _first(arguments: dict[str, Any], run: Run, *names: str) -> Any:  # noqa: ANN401
    """Return the first argument that is given under one of its names."""
    values = (run.variables.rendered(arguments[name]) for name in names if name in arguments)
    return next((value for value in values if value is not None), None)


def _task_name(vertex: Vertex) -> str:
    """Return a task's name as it can be logged: YAML lets it hold line breaks and control characters."""
    return blank_unprintable(str(vertex[CustomAttributes.ID]))


def _with_vertices(path: str, tasks: list[Task]) -> Iterator[tuple[Task, Vertex]]:
    """Yield tasks with vertices that Checkov reports at the lines and under the name of the task.

    Checkov keeps skip comments and code by name, of the last task where several in a file have one name, or none: the
    others get a name of their own, so that a comment on one skips no other.
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
