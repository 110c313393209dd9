"""The SARIF of a scan, written in the place of Checkov's, which lacks what GitHub needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.report.formats.sarif_files import write_log
from checkov_keys.report.formats.sarif_log import build_template_log

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from checkov.common.output.report import Report

    from checkov_keys.domain.users import Unjudged

# What helps if GitHub would not take the SARIF. It tells uploads of one category apart by the tool.
_PAST_LIMITS = (
    "scan folders separately, each with its own --custom-tool-name, or record what is known with --create-baseline, "
    "and report what is new with --baseline"
)


def write_sarif(path: Path, reports: Sequence[Report], unjudged: Sequence[Unjudged], tool: str | None) -> None:
    """Write what a scan found and what it could not judge; `tool` is the name that was asked for, if any."""
    write_log(path, build_template_log(reports, unjudged, tool), _PAST_LIMITS)
