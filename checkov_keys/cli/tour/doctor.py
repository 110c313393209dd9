"""`checkov-keys doctor`: proof that the checks load and fire in the installed Checkov."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys import __version__
from checkov_keys.cli.exit_codes import INCOMPLETE, NOTHING_FOUND
from checkov_keys.cli.locations import CHECKS_DIR
from checkov_keys.cli.parsers import build_plain_parser
from checkov_keys.cli.tour.samples import LANGUAGES, WITH_SECRETS, write_samples
from checkov_keys.domain.errors import CheckovKeysError
from checkov_keys.domain.rules.family import LIVE_RULES, TEMPLATE_RULES
from checkov_keys.report.standard_streams import print_line

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from checkov_keys.domain.rules.judging import LiveRule, SinkRule, TemplateRule

_EPILOG = """examples:
  checkov-keys doctor

exit codes:
  0  the checks load and fire
  2  they do not, in at least one language"""

# Whether each record of a sample is a failed one, by the status of the second of its two keys: Active, then Inactive.
_OF_KEYS = {
    "CKV2_KEYS_1": ((True, True), (False, False)),
    "CKV2_KEYS_7": ((False, False), (False, True)),
}
# There are no passed records of secrets, and none in languages in which nothing follows them.
_OF_SECRETS = {"CKV2_KEYS_5": ((True,), ())}
_RULES = sorted({**_OF_KEYS, **_OF_SECRETS})

# Checkov skips the folder .serverless unless it is asked for by name.
_SERVERLESS = (
    "  Serverless Framework: of a serverless.yml only `resources: {Resources: ...}` is judged, lists and ${file(...)} "
    "are not; run `serverless package` and scan `-d .serverless` for all of it"
)
# The records of a scan that loads the pack: (rule, framework, sample file, whether it failed).
_Records = list[tuple[str, str, str, bool]]


def build_parser() -> ArgumentParser:
    """Return the command line's parser."""
    description = "Run the installed Checkov with this pack on a failing and a passing template of each language."
    return build_plain_parser("doctor", description, _EPILOG)


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line says."""
    return build_parser().parse_args(arguments)


def run(options: Namespace) -> int:
    """Print versions, then one line per language; return 2 if a check does not load or fire."""
    del options
    print_line(f"checkov-keys {__version__}, checkov {_find_version('checkov')}, boto3 {_find_version('boto3')}")
    print_line(f"Python {platform.python_version()} at {sys.executable}")
    print_line(f"checks: {CHECKS_DIR}")
    print_line(f"rules for templates: {_list_ids(TEMPLATE_RULES)}")
    print_line(f"rules for live accounts: {_list_ids(LIVE_RULES)}")
    scans = [_scan(status) for status in ("Active", "Inactive")]
    sound = True
    for framework, name in LANGUAGES:
        problems = [problem for rule in _RULES for problem in _find_problems(scans, rule, framework, name)]
        sound = sound and not problems
        print_line(f"  {name.split('/')[0]:<22}{f'BROKEN: {problems[0]}' if problems else 'ok'}")
    print_line(_SERVERLESS)
    if not sound:
        print_line(
            "The checks do not work in this Checkov: see the messages above and docs/troubleshooting.md",
            sys.stderr,
        )
    return NOTHING_FOUND if sound else INCOMPLETE


def _list_ids(rules: Sequence[LiveRule | TemplateRule | SinkRule]) -> str:
    """Return the ids of rules, in which those are marked that run only if they are named."""
    return ", ".join(f"{rule.text.id} (if named)" if rule.text.if_named else rule.text.id for rule in rules)


def _find_problems(scans: Sequence[_Records], rule: str, framework: str, name: str) -> Iterator[str]:
    """Yield what is wrong with a rule in the samples of a language, which were scanned with each second status."""
    nothing: tuple[tuple[bool, ...], ...] = ((), ())
    of_secrets = _OF_SECRETS.get(rule, nothing) if name in WITH_SECRETS else nothing
    for records, expected in zip(scans, _OF_KEYS.get(rule, of_secrets)):
        found = sorted(failed for *place, failed in records if place == [rule, framework, name])
        if found != sorted(expected):
            fails = "fail a template that violates" if any(expected) else "pass a template that is fine by"
            yield f"does not {fails} {rule}"


def _scan(second_status: str) -> _Records:
    with tempfile.TemporaryDirectory() as folder:
        write_samples(Path(folder), second_status)
        chosen = ",".join(_RULES)
        flags = ["--external-checks-dir", str(CHECKS_DIR), "--check", chosen, "-o", "json"]
        # S603: our own interpreter and flags.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "checkov.main", "-d", ".", *flags],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONIOENCODING": "utf-8",
                "BC_SKIP_MAPPING": "TRUE",
                "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE",
            },
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        print_line(done.stderr, sys.stderr, end="")
        try:
            reports = json.loads(done.stdout)
        except ValueError as error:
            raise CheckovKeysError(f"checkov ended with {done.returncode} and no report") from error
    reports = reports if isinstance(reports, list) else [reports]
    return [
        (
            record["check_id"],
            report["check_type"],
            record["file_path"].lstrip("/"),
            record["check_result"]["result"] == "FAILED",
        )
        for report in reports
        if "results" in report
        for part in ("passed_checks", "failed_checks")
        for record in report["results"][part]
    ]


def _find_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
