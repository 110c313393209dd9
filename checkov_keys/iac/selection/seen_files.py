"""Reads files, and keeps what their words tell; in several processes if there are many."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.selection.marks import JSON_SYNTAX, NATIVE, assume_marks, explain_unread_keys, read_marks
from checkov_keys.iac.selection.module_calls import Calls, read_calls

if TYPE_CHECKING:
    from collections.abc import Iterable

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
_LOOP = b"Fn::ForEach"
# Checkov's own limit of a template's size in JSON.
_SIZE_LIMIT = ("CHECKOV_MAX_IAC_FILE_SIZE", "50_000_000")
_NOT_COMPLETE = re.compile(rb'"errored"\s*:\s*true|"complete"\s*:\s*false')
_INCOMPLETE = "the plan is not complete, so that what it lacks cannot be judged"
# Files that another process reads at a time, once there are so many that starting it pays.
_AT_ONCE = 2_000
# Without it, Windows reads LF for each CR LF, and nothing after a Ctrl-Z.
_BINARY = getattr(os, "O_BINARY", 0)
_MANY = 20_000


class SeenFile(NamedTuple):
    """What a file's words say, and what it calls; `loops` if a CloudFormation template may declare keys in a loop.

    `unjudged` is why a file is not judged, or not as a whole, though no runner says so; "" if nothing is known.
    """

    path: str
    frameworks: tuple[str, ...]
    crossplane: bool
    calls: Calls
    loops: bool = False
    unjudged: str = ""


def look_at_all(paths: Iterable[str], *, with_users: bool = False) -> list[SeenFile]:
    """Return what the words of files say, leaving out files in which they say nothing.

    `with_users`, a file that may declare a user counts as one that may declare a key.
    """
    found = list(paths)
    look = partial(_look_at_each, with_users=with_users)
    if len(found) < _MANY or not hasattr(os, "fork"):
        return look(found)
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # not for a few files

    seen: list[SeenFile] = []
    chunks = [found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE)]
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        for some in pool.map(look, chunks):
            seen += some
    return seen


def look_at(path: str, *, with_users: bool = False) -> SeenFile:
    """Return what the words of a file say: all that they may say if it cannot be read. Whoever scans it says so.

    See look_at_all() about `with_users`.
    """
    name = path.rpartition("/")[2]
    try:
        content = _read_content(path)
    except OSError:
        return SeenFile(path, *assume_marks(name), Calls())
    frameworks, crossplane = read_marks(name, content, with_users=with_users)
    is_of_terraform = b"module" in content and name.endswith((*NATIVE, *JSON_SYNTAX))
    calls = read_calls(name, content) if is_of_terraform else Calls()
    looped = "cloudformation" in frameworks and _LOOP in content
    unjudged = explain_unread_keys(name, content) or _explain_unjudged(name, frameworks, content)
    return SeenFile(path, frameworks, crossplane, calls, looped, unjudged)


def _explain_unjudged(name: str, frameworks: Iterable[str], content: bytes) -> str:
    if not name.endswith(".json"):
        return ""
    if "cloudformation" in frameworks and len(content) > _find_size_limit():
        return f"it has more than {_find_size_limit():,} bytes, which Checkov does not read: see {_SIZE_LIMIT[0]}"
    if "terraform_plan" in frameworks or b'"format_version"' not in content:
        # The reading of plans says it of those with keys.
        return ""
    return _INCOMPLETE if _NOT_COMPLETE.search(content) else ""


def _find_size_limit() -> int:
    # Checkov itself does not start if it is not a number.
    return int(os.environ.get(*_SIZE_LIMIT))


def _look_at_each(paths: Iterable[str], *, with_users: bool) -> list[SeenFile]:
    nothing = Calls()
    every = (look_at(path, with_users=with_users) for path in paths)
    return [seen for seen in every if seen[1:3] != ((), False) or seen.calls != nothing or seen.unjudged]


def _read_content(path: str) -> bytes:
    # Half the time of an open file of Python, for a hundred thousand files.
    file = os.open(path, os.O_RDONLY | _BINARY)
    try:
        content = os.read(file, size := os.fstat(file).st_size + 1)
        while len(content) < size and (more := os.read(file, size - len(content))):
            content += more
        return content
    finally:
        os.close(file)
