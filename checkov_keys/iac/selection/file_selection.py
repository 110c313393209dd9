"""Finds what of a directory can affect the verdicts on access keys, by the words in its files, without Checkov.

Checkov's graphs grow faster than a repository, and access keys are in a handful of directories. What is left out
declares no key, and decides nothing about one:

- Terraform: the directories with keys, the modules that lead to them up to the root modules, and all that these call.
  An account is never more than a root module.
- Crossplane: every manifest of its IAM providers, since keys refer to users by name and label.
- Any other language: the file is an account of its own.

Nothing is left out if that is not clear, or if somebody asks for a framework that no words give away.
"""

from __future__ import annotations

import os
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.selection.marks import JSON_SYNTAX, NATIVE, assume_marks, is_looked_at, is_of_module, read_marks
from checkov_keys.iac.selection.module_calls import UnclearCallsError, find_called_directory, follow_calls, read_sources
from checkov_keys.iac.selection.skip_pattern import UnfitPathError, match_all_but

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_TERRAFORM = frozenset(("terraform", "terraform_json"))
# Checkov's own variables and their defaults: https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
_IGNORED = ("CKV_IGNORED_DIRECTORIES", "node_modules,.terraform,.serverless")
_HIDDEN = "CKV_IGNORE_HIDDEN_DIRECTORIES"
# Modules that somebody has downloaded, or that Terraform has: their sources do not say where they are.
_DOWNLOADED = ".external_modules"
_DOWNLOADING = ("DOWNLOAD_EXTERNAL_MODULES", "EXTERNAL_MODULES_DIR")
_MANAGED = "CHECKOV_EXPERIMENTAL_TERRAFORM_MANAGED_MODULES"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
_LOOP = b"Fn::ForEach"
# Files that another process reads at a time, once there are so many that starting it pays.
_AT_ONCE = 2_000
_MANY = 20_000


@dataclass(frozen=True)
class Selection:
    """What to scan of a directory: the frameworks whose language is there, and patterns for what to leave out.

    `frameworks` are in the order in which they were asked for. `excluded` are regular expressions as of --skip-path.
    `looped` are the templates of CloudFormation that may declare keys in a loop: Checkov shows none of these.
    """

    frameworks: tuple[str, ...] = ()
    excluded: tuple[str, ...] = field(default=())
    looped: tuple[str, ...] = field(default=())


class Target(NamedTuple):
    """What Checkov's runners scan: a directory or files, the frameworks to run, and paths to skip in the directory."""

    directory: str | None
    files: tuple[str, ...]
    frameworks: tuple[str, ...]
    excluded: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.directory or ", ".join(self.files)


class _Seen(NamedTuple):
    """What a file's words say, and what it calls: None if that is not clear."""

    path: str
    frameworks: tuple[str, ...]
    crossplane: bool
    sources: tuple[str, ...] | None
    loops: bool = False


class _WholeDirectoryError(Exception):
    """It is not clear what of the directory matters."""


def select_directory(
    directory: str,
    frameworks: Sequence[str] = FRAMEWORKS,
    *,
    skip_paths: Sequence[str] = (),
    changed: Sequence[str] | None = None,
) -> Selection:
    """Return what of a directory can matter to access keys, of the frameworks that are asked for.

    `skip_paths` are those of --skip-path. With `changed`, a list of files, only what these can have a part in.
    """
    asked = tuple(frameworks)
    try:
        reading = _Reading(directory, skip_paths)
        kept = reading.keep(changed)
        there = tuple(name for name in asked if name not in FRAMEWORKS or kept.get(name))
        if any(name not in FRAMEWORKS for name in asked):
            return Selection(there)
        looped = tuple(path for path in reading.looped if path in kept.get("cloudformation", ()))
        return Selection(there, _make_patterns(directory, kept, there), looped if "cloudformation" in there else ())
    except (_WholeDirectoryError, UnclearCallsError, UnfitPathError, OSError):
        return Selection(asked)


def select_files(files: Iterable[str], frameworks: Sequence[str] = FRAMEWORKS) -> Selection:
    """Return which frameworks' access keys a list of files can declare; such files are scanned all together."""
    found = [_look_at(path) for path in files]
    there = {framework for seen in found for framework in seen.frameworks}
    looped = tuple(seen.path for seen in found if seen.loops and "cloudformation" in frameworks)
    return Selection(tuple(name for name in frameworks if name not in FRAMEWORKS or name in there), (), looped)


def _make_patterns(directory: str, kept: dict[str, set[str]], frameworks: Iterable[str]) -> tuple[str, ...]:
    """Return what leaves out all but what is kept for the frameworks.

    Checkov's runners write the directory in two ways, and load modules from wherever they are, whatever is left out.
    """
    root = os.path.abspath(directory)  # noqa: PTH100
    modules = {os.path.dirname(file) for name in frameworks if name in _TERRAFORM for file in kept[name]}  # noqa: PTH120
    files = {file for name in frameworks if name not in _TERRAFORM for file in kept[name]}
    below = [sorted(filter(_is_below, (os.path.relpath(path, root) for path in paths))) for paths in (modules, files)]
    return tuple(match_all_but(root_as_written, *below) for root_as_written in dict.fromkeys((directory, root)))


def _is_below(relative: str) -> bool:
    return relative.split(os.sep, 1)[0] != os.pardir


class _Reading:
    """The files of a directory with what their words tell."""

    def __init__(self, directory: str, skip_paths: Sequence[str]) -> None:
        if os.sep != "/" or any(map(os.environ.get, (_MANAGED, *_DOWNLOADING))) or os.path.isdir(_DOWNLOADED):  # noqa: PTH112
            raise _WholeDirectoryError
        self._skipped = [
            re.compile(re.escape(path) if re.match(r"\.[^.]", path) else path) for path in _drop_invalid(skip_paths)
        ]
        self._skip_paths = skip_paths
        self._ignored = set(os.environ.get(*_IGNORED).split(","))
        self._hides = os.environ.get(_HIDDEN, "True").lower() not in {"false", "0", "no", "off", "f", "n"}
        self._seen: list[_Seen] = []
        self._read: set[str] = set()
        self._look_at(self._walk(directory))

    @property
    def looped(self) -> list[str]:
        """The templates of CloudFormation that may declare keys in a loop."""
        return [seen.path for seen in self._seen if seen.loops]

    def keep(self, changed: Sequence[str] | None) -> dict[str, set[str]]:
        """Return the files that can matter, by framework; none if no file of it declares a key."""
        only = None if changed is None else {os.path.abspath(file) for file in changed}  # noqa: PTH100
        kept: dict[str, set[str]] = {}
        for seen in self._seen:
            for framework in seen.frameworks:
                if framework not in _TERRAFORM and (only is None or seen.path in only or framework == "kubernetes"):
                    kept.setdefault(framework, set()).add(seen.path)
        manifests = {seen.path for seen in self._seen if seen.crossplane}
        if kept.get("kubernetes"):
            kept["kubernetes"] = manifests if only is None or manifests & only else set()
        modules = self._find_modules(only)
        if modules:
            kept["terraform"] = {path for path in modules if not path.endswith(JSON_SYNTAX)}
            kept["terraform_json"] = {path for path in modules if path.endswith(JSON_SYNTAX)}
            for framework, endings in (("terraform", NATIVE), ("terraform_json", (JSON_SYNTAX,))):
                if not any(path.endswith(endings) for path in kept[framework]):
                    del kept[framework]
        return kept

    def _find_modules(self, only: set[str] | None) -> set[str]:
        """Return the files of all directories that can matter to a key in Terraform's languages."""
        calls = self._find_calls()
        keyed = {os.path.dirname(seen.path) for seen in self._seen if _TERRAFORM.intersection(seen.frameworks)}  # noqa: PTH120
        if only is not None:
            edited = {os.path.dirname(path) for path in only if is_of_module(path)}  # noqa: PTH120
            keyed &= follow_calls(edited, calls)
        return {
            os.path.join(directory, name)  # noqa: PTH118
            for directory in follow_calls(keyed, calls)
            for name in os.listdir(directory)  # noqa: PTH208
            if is_of_module(name)
        }

    def _find_calls(self) -> dict[str, set[str]]:
        """Return which directories call which; those that were not read yet, since they are hidden, are read now."""
        calls: dict[str, set[str]] = {}
        done = 0
        while done < len(self._seen):
            seen = self._seen[done]
            done += 1
            if seen.sources is None:
                raise UnclearCallsError(seen.path)
            directory = os.path.dirname(seen.path)  # noqa: PTH120
            for source in seen.sources:
                called = find_called_directory(directory, source)
                if called is not None:
                    calls.setdefault(directory, set()).add(called)
                    if called not in self._read:
                        self._read.add(called)
                        self._look_at(file for file in _list_files(called) if is_looked_at(file))
        return calls

    def _walk(self, directory: str) -> Iterator[str]:
        """Yield the files that a runner may read, as Checkov walks: hidden directories and links are left out."""
        todo = [(directory, os.path.abspath(directory))]  # noqa: PTH100
        while todo:
            written, absolute = todo.pop()
            self._read.add(absolute)
            with os.scandir(absolute) as entries:
                for entry in entries:
                    name = entry.name
                    if name == _DOWNLOADED:
                        raise _WholeDirectoryError
                    if name in self._ignored or (self._hides and name.startswith(".")):
                        continue
                    below = os.path.join(written, name)  # noqa: PTH118
                    # Checkov's runners write paths in either way.
                    if self._skipped and self._is_skipped(below) and self._is_skipped(entry.path):
                        continue
                    if entry.is_dir():
                        if not entry.is_symlink():
                            todo.append((below, entry.path))
                    elif is_looked_at(name) and entry.is_file():
                        yield entry.path

    def _is_skipped(self, path: str) -> bool:
        return any(pattern.search(path) for pattern in self._skipped) or any(skip in path for skip in self._skip_paths)

    def _look_at(self, paths: Iterable[str]) -> None:
        """Read files; in other processes, too, if there are many."""
        found = list(paths)
        if len(found) < _MANY or not hasattr(os, "fork"):
            self._seen += _look_at_all(found)
            return
        chunks = [found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE)]
        with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
            for seen in pool.map(_look_at_all, chunks):
                self._seen += seen


def _look_at_all(paths: Iterable[str]) -> list[_Seen]:
    """Return what the words of files say, leaving out files in which they say nothing."""
    return [seen for seen in map(_look_at, paths) if seen.frameworks or seen.crossplane or seen.sources != ()]


def _look_at(path: str) -> _Seen:
    name = path.rpartition("/")[2]
    try:
        content = _read_content(path)
    except OSError:
        # Whoever scans it says so.
        return _Seen(path, *assume_marks(name), sources=())
    frameworks, crossplane = read_marks(name, content)
    sources: tuple[str, ...] | None = ()
    if name.endswith((*NATIVE, JSON_SYNTAX)) and b"module" in content:
        try:
            sources = tuple(read_sources(name, content))
        except UnclearCallsError:
            sources = None
    return _Seen(path, frameworks, crossplane, sources, "cloudformation" in frameworks and _LOOP in content)


def _read_content(path: str) -> bytes:
    # Half the time of an open file of Python, for a hundred thousand files.
    file = os.open(path, os.O_RDONLY)
    try:
        content = os.read(file, size := os.fstat(file).st_size + 1)
        while len(content) < size and (more := os.read(file, size - len(content))):
            content += more
        return content
    finally:
        os.close(file)


def _list_files(directory: str) -> list[str]:
    with os.scandir(directory) as entries:
        return [entry.path for entry in entries if entry.is_file()]


def _drop_invalid(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error:
            continue
        yield pattern
