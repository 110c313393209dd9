"""`checkov-keys dashboard`: one HTML page of Checkov's JSON results."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.exit_codes import NOTHING_FOUND
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.shards import Shard, find_missing, list_missing, read_shard
from checkov_keys.domain.text import escape_unprintable
from checkov_keys.report.dashboard.figures import DashboardNumbers
from checkov_keys.report.dashboard.page import Source, render_page
from checkov_keys.report.dashboard.results import RunnerResults, read_results
from checkov_keys.report.files import check_writable, write_whole
from checkov_keys.report.standard_streams import print_bytes, print_line

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

_STANDARD = "-"


def run(options: Namespace) -> int:
    """Write the page and return the exit code."""
    output = None if options.output == _STANDARD else Path(options.output)
    if output is not None:
        _check_distinct(output, options.results)
        check_writable(output)
    numbers, sources = DashboardNumbers(), []
    shards: list[Shard] = []
    for name, data in _read_once(options.results):
        before = numbers.total
        for results in read_results(data, name):
            numbers.add(results)
            shards += _list_shard(results)
        sources.append(Source(name, has_verdicts=numbers.total > before))
        if numbers.total == before:
            _warn(f"{name} contains no check that ran")
    missing = [asdict(each) for each in list_missing(find_missing(shards))]
    if missing:
        numbers.add(RunnerResults("", [], [], [], [], missing, {}, tells_unjudged=True, modules=[], audit={}))
    page = render_page(numbers, sources, datetime.now(timezone.utc))
    if output is None:
        # As UTF-8, as the page declares, whatever the terminal uses.
        print_bytes(page.encode())
    else:
        write_whole(output, page)
        print_line(f"wrote {escape_unprintable(str(output))}", sys.stderr)
    return NOTHING_FOUND


def _read_once(names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield each file's name and content, without those whose content came before."""
    seen: dict[bytes, str] = {}
    for name in names:
        try:
            data = sys.stdin.buffer.read() if name == _STANDARD else Path(name).read_bytes()
        except OSError as error:
            raise UsageError(f"cannot read {name}: {error.strerror}") from error
        shown = "standard input" if name == _STANDARD else name
        digest = hashlib.sha256(data).digest()
        if digest in seen:
            _warn(f"{shown} holds the same as {seen[digest]}: it is counted once")
            continue
        seen[digest] = shown
        yield shown, data


def _list_shard(results: RunnerResults) -> list[Shard]:
    """Return the shard that results are, none if they are all or do not say."""
    try:
        shard = read_shard(results.audit.get("shard"))
    except ValueError:
        return []
    return [shard] if shard else []


def _check_distinct(output: Path, names: Sequence[str]) -> None:
    for name in names:
        if name != _STANDARD and output.is_file() and Path(name).exists() and output.samefile(name):
            raise UsageError(f"{output} is one of the results: choose another file with -o")


def _warn(sentence: str) -> None:
    print_line(f"checkov-keys dashboard: warning: {escape_unprintable(sentence)}", sys.stderr)
