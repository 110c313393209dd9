"""What a scan runs over: what of directories and files can affect access keys, as the flags select it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.text import escape_unprintable, one_line
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.selection.file_selection import Selection, Target, select_directory, select_files
from checkov_keys.report.standard_streams import print_line

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.cli.scanning.flags import SelectionFlags
    from checkov_keys.domain.users import Unjudged


class Targets(NamedTuple):
    """What Checkov's runners are to scan.

    `looped` are the CloudFormation templates in which checks may not see a loop, `unlisted` directories in which nobody
    can look.
    """

    targets: tuple[Target, ...]
    looped: tuple[str, ...]
    unlisted: tuple[Unjudged, ...] = ()

    @property
    def frameworks(self) -> tuple[str, ...]:
        """The frameworks that anything is to be scanned for, in the order of FRAMEWORKS."""
        return tuple(name for name in FRAMEWORKS if any(name in target.frameworks for target in self.targets))


def choose_targets(options: Namespace, selected: SelectionFlags) -> Targets:
    """Return what the options of read_runner_options() and our own flags select."""
    if options.file:
        selection = select_files(options.file, options.framework)
        frameworks = tuple(options.framework) if selected.whole_tree else selection.frameworks
        return Targets((Target(None, tuple(options.file), frameworks),), selection.looped)
    skipped = tuple(options.skip_path or ())
    targets: list[Target] = []
    looped: list[str] = []
    unlisted: list[Unjudged] = []
    for folder in options.directory:
        selection = choose_of_directory(folder, options.framework, skipped, selected)
        targets.append(Target(folder, (), selection.frameworks, (*skipped, *selection.excluded)))
        looped += selection.looped
        unlisted += selection.unlisted
    return Targets(tuple(targets), tuple(looped), tuple(unlisted))


def choose_of_directory(
    directory: str, frameworks: Sequence[str], skip_paths: Sequence[str], selected: SelectionFlags
) -> Selection:
    """Return what of a directory is scanned, having said if that is everything though nobody asked for it.

    `skip_paths` are those of --skip-path.
    """
    if selected.whole_tree:
        return Selection(tuple(frameworks))
    selection = select_directory(directory, frameworks, skip_paths=skip_paths, changed=selected.changed)
    if selection.whole:
        say_everything(directory, selection.whole)
    return selection


def say_everything(directory: str, reason: str) -> None:
    """Say on standard error that nothing of a directory is left out, and why."""
    shown = escape_unprintable(directory)
    print_line(f"checkov-keys scan: all of {shown} is scanned: {one_line(reason)}", sys.stderr)
