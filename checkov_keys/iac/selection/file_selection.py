"""Finds what of a directory can affect the verdicts on access keys, by the words in its files, without Checkov.

Checkov's graphs grow faster than a repository, and access keys are in a handful of directories. What is left out
declares no key, and decides nothing about one:

- Terraform: the directories with keys, the modules that lead to them up to the root modules, and all that these call.
  An account is never more than a root module. A file of which it is not clear what it calls may lead to a key: its
  directory is kept, and what is called from there.
- Crossplane: every manifest of its IAM providers, since keys refer to users by name and label.
- Any other language: the file is an account of its own.

Nothing is left out, and the reason is told, if modules may be anywhere; or if somebody asks for a framework that no
words give away.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.common.call_graph import find_called, follow_calls
from checkov_keys.iac.common.foreign_files import is_foreign_caller
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.selection.absent_modules import find_absent_modules
from checkov_keys.iac.selection.marks import JSON_SYNTAX, NATIVE, is_looked_at, is_of_module, is_source
from checkov_keys.iac.selection.module_calls import find_called_directory, list_installed_modules
from checkov_keys.iac.selection.seen_files import look_at, look_at_all
from checkov_keys.iac.selection.yaml_extent import describe_excess

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checkov_keys.domain.templates import AbsentModule

_TERRAFORM = frozenset(("terraform", "terraform_json"))
# Checkov's own variables and their defaults: https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
_IGNORED = ("CKV_IGNORED_DIRECTORIES", "node_modules,.terraform,.serverless")
_HIDDEN = "CKV_IGNORE_HIDDEN_DIRECTORIES"
# Modules that somebody has downloaded, or that Terraform has: their sources do not say where they are.
_DOWNLOADED = ".external_modules"
_ANYWHERE = "holds modules that were downloaded, and that any other one may call"
_DOWNLOADING = ("DOWNLOAD_EXTERNAL_MODULES", "EXTERNAL_MODULES_DIR")
_MANAGED = "CHECKOV_EXPERIMENTAL_TERRAFORM_MANAGED_MODULES"
# In the directory of a root module, `terraform init` puts the modules here that are from elsewhere.
_INITIALIZED = ".terraform"


@dataclass(frozen=True)
class KeptFiles:
    """What is not left out of a directory: the absolute paths of its files by framework, in the order of `os.walk`.

    Both of Terraform's languages have the files of the same modules, and those of Terragrunt and of Terraform stacks.
    `elsewhere` are the files of modules that are called, and that are hidden, skipped, or not in the directory: nobody
    walks to them. `calls` tells which directories with modules seem to call which, by the words of their files.
    """

    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()
    calls: Mapping[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Selection:
    """What to scan of a directory: the frameworks whose language is there, and the files that are not left out.

    `frameworks` are in the order in which they were asked for. `kept` is None if nothing is left out.
    `looped` are the templates of CloudFormation that may declare keys in a loop: Checkov shows none of these.
    `whole` is why nothing is left out, in one line, "" if something may be. `unlisted` are directories in which nobody
    can look, and files that nobody reads as a whole. `absent` are modules that are called and are not here.
    """

    frameworks: tuple[str, ...] = ()
    kept: KeptFiles | None = None
    looped: tuple[str, ...] = field(default=())
    whole: str = ""
    unlisted: tuple[Unjudged, ...] = ()
    absent: tuple[AbsentModule, ...] = ()


class Target(NamedTuple):
    """What Checkov's runners scan: a directory or files, and the frameworks to run.

    Of a directory, `skip_paths` are those of --skip-path, and `kept` is what is not left out, None if nothing is.
    """

    directory: str | None
    files: tuple[str, ...]
    frameworks: tuple[str, ...]
    skip_paths: tuple[str, ...] = ()
    kept: KeptFiles | None = None

    def __str__(self) -> str:
        return self.directory or ", ".join(self.files)


class _WholeDirectoryError(Exception):
    """Nothing may be left out of the directory, for a reason in one line."""


def select_directory(
    directory: str,
    frameworks: Sequence[str] = FRAMEWORKS,
    *,
    skip_paths: Sequence[str] = (),
    changed: Sequence[str] | None = None,
    with_users: bool = False,
) -> Selection:
    """Return which part of a directory can affect access keys, for the frameworks that are asked for.

    `skip_paths` are those of --skip-path. With `changed`, a list of files, only what these can affect. `with_users`,
    what declares a user without a key is kept, too.
    """
    asked = tuple(frameworks)
    try:
        reading = _Reading(directory, skip_paths, with_users=with_users)
    except _WholeDirectoryError as error:
        return Selection(asked, whole=str(error))
    except OSError as error:
        return Selection(asked, whole=f"{directory} cannot be listed: {error.strerror}")
    kept = reading.keep(changed)
    kept = replace(kept, files={name: files for name, files in kept.files.items() if name in asked})
    there = tuple(name for name in asked if name not in FRAMEWORKS or name in kept.files)
    if any(name not in FRAMEWORKS for name in asked):
        return Selection(there, unlisted=tuple(reading.unlisted), absent=reading.absent)
    looped = [path for path in reading.looped if path in kept.files.get("cloudformation", ())]
    return Selection(
        there,
        kept,
        tuple(looped) if "cloudformation" in there else (),
        unlisted=tuple(reading.unlisted),
        absent=reading.absent,
    )


def select_files(files: Iterable[str], frameworks: Sequence[str] = FRAMEWORKS) -> Selection:
    """Return which frameworks' access keys a list of files can declare; such files are scanned all together."""
    excessive = {path: describe_excess(path) for path in files}
    found = [look_at(path) for path, reason in excessive.items() if not reason]
    there = {framework for seen in found for framework in seen.frameworks}
    return Selection(
        tuple(name for name in frameworks if name not in FRAMEWORKS or name in there),
        looped=tuple(seen.path for seen in found if seen.loops and "cloudformation" in frameworks),
        unlisted=(
            *(Unjudged(path, reason) for path, reason in excessive.items() if reason),
            *(Unjudged(seen.path, seen.unjudged) for seen in found if seen.unjudged),
        ),
        absent=find_absent_modules(found, ()) if _TERRAFORM.intersection(frameworks) else (),
    )


class _Reading:
    """The files of a directory with what their words tell; `unlisted` are directories in which nobody can look."""

    def __init__(self, directory: str, skip_paths: Sequence[str], *, with_users: bool) -> None:
        """Read the files below a directory; raise _WholeDirectoryError, or OSError if it cannot be listed."""
        _check_environment()
        self._skipped = [
            re.compile(re.escape(path) if re.match(r"\.[^.]", path) else path) for path in _drop_invalid(skip_paths)
        ]
        self._skip_paths = skip_paths
        self._ignored = set(os.environ.get(*_IGNORED).split(","))
        self._hides = os.environ.get(_HIDDEN, "True").lower() not in {"false", "0", "no", "off", "f", "n"}
        self.unlisted: list[Unjudged] = []
        self._initialized: list[str] = []
        self._foreign: dict[str, list[str]] = {}
        self._read: set[str] = set()
        self._walked: list[str] = []
        os.scandir(directory).close()
        self._look_at_all = partial(look_at_all, with_users=with_users)
        self._seen = self._look_at_all(self._walk(directory))

    @property
    def absent(self) -> tuple[AbsentModule, ...]:
        """The modules that are called and are not here."""
        return find_absent_modules(self._seen, self._initialized)

    @property
    def looped(self) -> list[str]:
        """The templates of CloudFormation that may declare keys in a loop."""
        return [seen.path for seen in self._seen if seen.loops]

    def keep(self, changed: Sequence[str] | None) -> KeptFiles:
        """Return the files that can matter, by framework; none if no file of it declares a key."""
        only = None if changed is None else {os.path.abspath(file) for file in changed}  # noqa: PTH100
        kept: dict[str, list[str]] = {}
        excessive = self._find_excessive()
        for seen in self._seen:
            if seen.path in excessive:
                continue
            for framework in seen.frameworks:
                if framework not in _TERRAFORM and (only is None or seen.path in only or framework == "kubernetes"):
                    kept.setdefault(framework, []).append(seen.path)
        manifests = [seen.path for seen in self._seen if seen.crossplane and seen.path not in excessive]
        if kept.get("kubernetes"):
            kept["kubernetes"] = manifests if only is None or only.intersection(manifests) else []
        calls = self._find_calls()
        modules = self._find_modules(calls, only)
        files = [path for directory in self._walked if modules for path in self._list_kept(directory, modules)]
        elsewhere = [
            path
            for directory in sorted(modules.difference(self._walked))
            for path in _list_files(directory)
            if is_of_module(path)
        ]
        for framework, endings in (("terraform", NATIVE), ("terraform_json", JSON_SYNTAX)):
            if any(path.endswith(endings) for path in (*files, *elsewhere)):
                kept[framework] = files
        between = {caller: called & modules for caller, called in calls.items() if caller in modules}
        return KeptFiles(
            {framework: tuple(paths) for framework, paths in kept.items() if paths}, tuple(elsewhere), between
        )

    def _find_excessive(self) -> set[str]:
        """Return the files that are named as not judged, since reading them would take all time or memory."""
        found: set[str] = set()
        for seen in self._seen:
            reason = describe_excess(seen.path) if seen.frameworks or seen.crossplane else ""
            if reason:
                found.add(seen.path)
            if reason or seen.unjudged:
                self.unlisted.append(Unjudged(seen.path, reason or seen.unjudged))
        return found

    def _find_modules(self, calls: Mapping[str, set[str]], only: set[str] | None) -> set[str]:
        """Return all directories that can matter to a key in Terraform's languages."""
        keyed = {os.path.dirname(seen.path) for seen in self._seen if _TERRAFORM.intersection(seen.frameworks)}  # noqa: PTH120
        unclear = {os.path.dirname(seen.path) for seen in self._seen if seen.calls.unclear}  # noqa: PTH120
        if only is not None:
            edited = follow_calls({os.path.dirname(path) for path in only if is_of_module(path)}, calls)  # noqa: PTH120
            if not edited & unclear:
                keyed &= edited
        return follow_calls(keyed, calls) | find_called(unclear, calls) if keyed else set()

    def _list_kept(self, directory: str, modules: set[str]) -> list[str]:
        """Return the files of a directory if it is one of some modules, and those that call modules otherwise.

        Whoever calls a module that makes keys is named, if nobody judges it.
        """
        files = [path for path in _list_files(directory) if is_of_module(path)] if directory in modules else []
        return list(dict.fromkeys((*files, *self._foreign.get(directory, ()))))

    def _find_calls(self) -> dict[str, set[str]]:
        """Return which directories call which; those that were not read yet, since they are hidden, are read now."""
        calls: dict[str, set[str]] = {}
        for directory in self._initialized:
            for called in list_installed_modules(directory):
                self._add_call(calls, directory, called)
        done = 0
        while done < len(self._seen):
            seen = self._seen[done]
            done += 1
            directory = os.path.dirname(seen.path)  # noqa: PTH120
            for source in seen.calls.sources:
                called_directory = find_called_directory(directory, source)
                if called_directory is not None:
                    self._add_call(calls, directory, called_directory)
        return calls

    def _add_call(self, calls: dict[str, set[str]], directory: str, called: str) -> None:
        calls.setdefault(directory, set()).add(called)
        if called not in self._read:
            self._read.add(called)
            self._seen += self._look_at_all(filter(is_looked_at, _list_files(called)))

    def _walk(self, directory: str) -> Iterator[str]:
        """Yield the files that a runner may read, in its order: hidden directories and links are left out."""
        todo = [(directory, os.path.abspath(directory))]  # noqa: PTH100
        while todo:
            written, absolute = todo.pop()
            below_it: list[tuple[str, str]] = []
            for entry in self._list(written, absolute):
                name = entry.name
                if name in self._ignored or (self._hides and name.startswith(".")):
                    continue
                below = os.path.join(written, name)  # noqa: PTH118
                # Checkov's runners write paths in either way.
                if self._skipped and self._is_skipped(below) and self._is_skipped(entry.path):
                    continue
                # Links to directories are not followed.
                if entry.is_dir(follow_symlinks=False):
                    below_it.append((below, entry.path))
                elif (is_looked_at(name) or is_source(name)) and _is_file(entry):
                    if is_foreign_caller(name):
                        self._foreign.setdefault(absolute, []).append(entry.path)
                    yield entry.path
            todo += reversed(below_it)

    def _list(self, written: str, absolute: str) -> list[os.DirEntry[str]]:
        """Return what is in a directory, nothing if it cannot be listed; raise _WholeDirectoryError."""
        self._read.add(absolute)
        self._walked.append(absolute)
        try:
            with os.scandir(absolute) as listed:
                entries = list(listed)
        except FileNotFoundError:
            return []
        except OSError as error:
            self.unlisted.append(Unjudged(written, f"it cannot be listed: {error.strerror}"))
            return []
        names = {entry.name for entry in entries}
        if _DOWNLOADED in names:
            raise _WholeDirectoryError(f"{os.path.join(written, _DOWNLOADED)} {_ANYWHERE}")  # noqa: PTH118
        if _INITIALIZED in names:
            self._initialized.append(absolute)
        return entries

    def _is_skipped(self, path: str) -> bool:
        return any(pattern.search(path) for pattern in self._skipped) or any(skip in path for skip in self._skip_paths)


def _check_environment() -> None:
    """Raise _WholeDirectoryError if modules may be anywhere, or paths are not like those of Checkov's patterns."""
    if os.sep != "/":
        raise _WholeDirectoryError(f"paths are written with {os.sep} here")
    for name in (_MANAGED, *_DOWNLOADING):
        if os.environ.get(name):
            raise _WholeDirectoryError(f"{name} is set: modules may be in any directory")
    if os.path.isdir(_DOWNLOADED):  # noqa: PTH112
        raise _WholeDirectoryError(f"{_DOWNLOADED} {_ANYWHERE}")


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        # A link to itself.
        return False


def _list_files(directory: str) -> list[str]:
    """Return the paths of the files in a directory, none if it cannot be listed."""
    try:
        with os.scandir(directory) as entries:
            return [entry.path for entry in entries if _is_file(entry)]
    except OSError:
        return []


def _drop_invalid(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error:
            continue
        yield pattern
