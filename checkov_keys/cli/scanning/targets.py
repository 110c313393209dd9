"""What a scan runs over: what of directories and files can affect access keys, as the flags select it."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.text import escape_unprintable, one_line
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.selection.file_selection import Selection, Target, select_directory, select_files
from checkov_keys.iac.selection.marks import is_looked_at
from checkov_keys.iac.selection.seen_files import look_at
from checkov_keys.report.standard_streams import print_line

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from checkov_keys.cli.scanning.flags import SelectionFlags
    from checkov_keys.cli.scanning.scan_configuration import ScanConfiguration
    from checkov_keys.domain.templates import AbsentModule
    from checkov_keys.domain.users import Unjudged


class Targets(NamedTuple):
    """What Checkov's runners are to scan.

    `looped` are the CloudFormation templates in which checks may not see a loop, `unlisted` directories in which nobody
    can look.
    """

    targets: tuple[Target, ...]
    looped: tuple[str, ...]
    unlisted: tuple[Unjudged, ...] = ()
    absent: tuple[AbsentModule, ...] = ()

    @property
    def frameworks(self) -> tuple[str, ...]:
        """The frameworks that anything is to be scanned for, in the order of FRAMEWORKS."""
        return tuple(name for name in FRAMEWORKS if any(name in target.frameworks for target in self.targets))


def choose_targets(options: Namespace, selected: SelectionFlags, configuration: ScanConfiguration) -> Targets:
    """Return what the options of read_runner_options() and our own flags select; raise UsageError if that is nothing.

    Nothing in a directory that declares no key is something: it is found to be clean.
    """
    if options.file:
        selection = select_files(options.file, options.framework)
        frameworks = tuple(options.framework) if selected.whole_tree else selection.frameworks
        named = {unjudged.address for unjudged in selection.unlisted}
        target = Target(None, tuple(file for file in options.file if file not in named), frameworks)
        return Targets((target,), selection.looped, selection.unlisted, selection.absent)
    skipped = tuple(options.skip_path or ())
    targets: list[Target] = []
    looped: list[str] = []
    unlisted: list[Unjudged] = []
    absent: dict[str, AbsentModule] = {}
    for folder in options.directory:
        selection = choose_of_directory(folder, options.framework, skipped, selected, configuration)
        targets.append(Target(folder, (), selection.frameworks, skipped, selection.kept))
        looped += selection.looped
        unlisted += selection.unlisted
        absent = {**{each.source: each for each in selection.absent}, **absent}
    return Targets(tuple(targets), tuple(looped), tuple(unlisted), tuple(absent.values()))


def choose_of_directory(
    directory: str,
    frameworks: Sequence[str],
    skip_paths: Sequence[str],
    selected: SelectionFlags,
    configuration: ScanConfiguration,
) -> Selection:
    """Return what of a directory is scanned, having said if that is everything though nobody asked for it.

    `skip_paths` are those of --skip-path. Raises UsageError if flags, or a file of them, leave out all that declares
    keys.
    """
    if selected.whole_tree:
        selection = Selection(tuple(frameworks), absent=select_directory(directory, frameworks).absent)
    else:
        selection = select_directory(directory, frameworks, skip_paths=skip_paths, changed=selected.changed)
    # Of files that were changed, all may be where nobody looks.
    if selected.changed is None:
        known = None if selected.whole_tree else selection
        _check_something_is_left(directory, frameworks, skip_paths, known, configuration)
    if selection.whole:
        say_everything(directory, selection.whole)
    return selection


def _check_something_is_left(
    directory: str,
    frameworks: Sequence[str],
    skip_paths: Sequence[str],
    selection: Selection | None,
    configuration: ScanConfiguration,
) -> None:
    """Raise UsageError if a directory declares keys, and all of them are left out.

    `selection` is what is left, None if that is not known.
    """
    chosen_by = configuration.blame("framework", "skip-framework")
    if not (skip_paths or chosen_by) or _declares_keys(directory, frameworks, skip_paths, selection):
        return
    if _declares_keys(directory, FRAMEWORKS if chosen_by else frameworks, (), None):
        blamed = (skip_paths and configuration.blame("skip-path")) or chosen_by or "--skip-path: "
        raise UsageError(f"{blamed}nothing is left to judge of what declares keys in {directory}")


def _declares_keys(
    directory: str, frameworks: Sequence[str], skip_paths: Sequence[str], selection: Selection | None
) -> bool:
    """Tell whether a directory may declare keys in paths that are not skipped."""
    selection = selection or select_directory(directory, frameworks, skip_paths=skip_paths)
    if not selection.whole:
        return bool(set(selection.frameworks) & set(FRAMEWORKS))
    sound = _drop_invalid(skip_paths)
    patterns = [re.compile(re.escape(path) if re.match(r"\.[^.]", path) else path) for path in sound]
    for folder, _, names in os.walk(directory):
        for name in filter(is_looked_at, names):
            path = os.path.join(folder, name)  # noqa: PTH118  # as Checkov writes paths
            skipped = any(pattern.search(path) for pattern in patterns) or any(skip in path for skip in skip_paths)
            if not skipped and set(look_at(path).frameworks) & set(frameworks):
                return True
    return False


def check_frameworks(frameworks: Sequence[str], configuration: ScanConfiguration) -> None:
    """Raise UsageError if none of the frameworks has checks."""
    if not set(frameworks) & set(FRAMEWORKS):
        blamed = configuration.blame("framework", "skip-framework") or "--framework and --skip-framework: "
        raise UsageError(f"{blamed}no language is left that has checks: these are {', '.join(FRAMEWORKS)}")


def _drop_invalid(patterns: Sequence[str]) -> Iterator[str]:
    for pattern in patterns:
        with suppress(re.error):
            re.compile(pattern)
            yield pattern


def say_everything(directory: str, reason: str) -> None:
    """Say on standard error that nothing of a directory is left out, and why."""
    shown = escape_unprintable(directory)
    print_line(f"checkov-keys scan: all of {shown} is scanned: {one_line(reason)}", sys.stderr)
