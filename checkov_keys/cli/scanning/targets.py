"""What a scan runs over: what of directories and files can affect access keys, as the flags select it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.selection.file_selection import Selection, Target, select_directory, select_files

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.cli.scanning.flags import SelectionFlags


class Targets(NamedTuple):
    """What Checkov's runners are to scan, and the CloudFormation templates in which checks may not see a loop."""

    targets: tuple[Target, ...]
    looped: tuple[str, ...]

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
    for folder in options.directory:
        selection = choose_of_directory(folder, options.framework, skipped, selected)
        targets.append(Target(folder, (), selection.frameworks, (*skipped, *selection.excluded)))
        looped += selection.looped
    return Targets(tuple(targets), tuple(looped))


def choose_of_directory(
    directory: str, frameworks: Sequence[str], skip_paths: Sequence[str], selected: SelectionFlags
) -> Selection:
    """Return what of a directory is scanned. `skip_paths` are those of --skip-path."""
    if selected.whole_tree:
        return Selection(tuple(frameworks))
    return select_directory(directory, frameworks, skip_paths=skip_paths, changed=selected.changed)
