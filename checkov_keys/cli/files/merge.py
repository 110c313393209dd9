"""`checkov-keys merge`: one file of the results, or of the snapshots, of several audits."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from checkov_keys.cli.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.shards import list_missing
from checkov_keys.domain.text import escape_unprintable
from checkov_keys.report.files import check_writable, write_whole
from checkov_keys.report.merging.kinds import Snapshots
from checkov_keys.report.merging.merge import Merge
from checkov_keys.report.standard_streams import print_line, print_parts
from checkov_keys.runtime.reading.snapshot import FORMAT, VERSION, check_account, head_of_snapshot

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

_STANDARD = "-"
# A shard of a thousand accounts with a hundred users each is a tenth of it.
_MOST_BYTES = 1 << 30
_SNAPSHOTS = Snapshots(FORMAT, VERSION, check_account, lambda missing: head_of_snapshot(None, missing))


def run(options: Namespace) -> int:
    """Merge the files and return the exit code."""
    output = Path(options.output_file_path) if options.output_file_path not in (None, _STANDARD) else None
    if output is not None:
        _check_distinct(output, options.files)
        check_writable(output)
    with closing(Merge(_SNAPSHOTS)) as merge:
        for name in options.files:
            merge.add("standard input" if name == _STANDARD else name, _read(name))
        parts = merge.stream()
        if output is None:
            # "##" is how commands of CI services begin.
            print_parts(part.replace("##", r"#\u0023") for part in parts)
            print_line()
        else:
            write_whole(output, parts, private=merge.is_snapshot)
        _say(merge, output)
        return _choose_exit_code(merge, options)


def _read(name: str) -> bytes:
    try:
        if name == _STANDARD:
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{name} is larger than 1 GiB: make more shards")
    return data


def _check_distinct(output: Path, names: Iterable[str]) -> None:
    for name in names:
        if name != _STANDARD and output.is_file() and Path(name).exists() and output.samefile(name):
            raise UsageError(f"{output} is one of the files to merge: choose another file with -o")


def _say(merge: Merge, output: Path | None) -> None:
    """Say on standard error what was merged, and which shards are missing."""
    files, accounts = len(merge.files), merge.accounts
    counted = f"{files:,} file{'' if files == 1 else 's'} of {accounts:,} account{'' if accounts == 1 else 's'}"
    into = f" into {escape_unprintable(str(output))}" if output else ""
    print_line(f"checkov-keys merge: merged {counted}{into}", sys.stderr)
    for each in list_missing(merge.missing):
        print_line(f"checkov-keys merge: not judged: {each.address}: {each.reason}", sys.stderr)


def _choose_exit_code(merge: Merge, options: Namespace) -> int:
    """Return what audit returns: 2 if something is not judged, 1 for findings that are not soft."""
    if merge.unjudged:
        return INCOMPLETE
    failed = {finding for contents in merge.files.values() for finding in contents.failed}
    if not failed:
        return NOTHING_FOUND
    if not (options.soft_fail or options.soft_fail_on or options.hard_fail_on):
        return FINDINGS
    return _ask_checkov(failed, options)


def _ask_checkov(failed: Iterable[tuple[str, str]], options: Namespace) -> int:
    """Return the exit code of findings, each a rule and its severity, as Checkov chooses it by its flags."""
    # Checkov takes seconds to import, and nothing else here needs it.
    from checkov.common.bridgecrew.severities import Severities  # noqa: PLC0415
    from checkov.common.output.report import Report  # noqa: PLC0415

    from checkov_keys.report.thresholds import build_thresholds  # noqa: PLC0415

    report = Report("aws_iam")
    # All that it looks at.
    found: list[Any] = [
        SimpleNamespace(check_id=rule, bc_check_id=None, severity=Severities.get(severity)) for rule, severity in failed
    ]
    report.failed_checks = found
    return int(report.get_exit_code(build_thresholds(options.soft_fail, options.soft_fail_on, options.hard_fail_on)))
