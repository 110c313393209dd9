"""`checkov-keys demo`: the whole tour on bundled examples and an emulated account."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import checkov_keys
from checkov_keys.cli.parsers import plain_parser
from checkov_keys.cli.tour.samples import write_samples
from checkov_keys.domain.errors import CheckovKeysError, UsageError
from checkov_keys.domain.exit_codes import FINDINGS, NOTHING_FOUND

if TYPE_CHECKING:
    import argparse

_EPILOG = """examples:
  checkov-keys demo
  checkov-keys demo --output-file-path /tmp/tour

It needs the extra: pip install 'checkov-keys[demo]'

exit codes:
  0  all went well
  2  something did not"""
_FORMATS = (("sarif", "sarif"), ("junitxml", "xml"), ("json", "json"))
_JOURNAL, _PAGE = "journal.jsonl", "report.html"


def run(arguments: list[str]) -> int:
    """Scan examples, audit an emulated account, write reports and say what was found; return 0 where all went well."""
    folder = Path(command_parser().parse_args(arguments).output_file_path)

    from checkov_keys.cli.tour.emulated_account import CREDENTIALS, emulated_account  # noqa: PLC0415  # boto3 takes its time

    try:
        shutil.rmtree(folder / "examples", ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        _bring_examples(folder / "examples")
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from error
    print("Scanning the example templates with Checkov ...", flush=True)
    scanned = _report(folder, "templates", ["scan", "-d", "examples"], {})
    print("Auditing an emulated AWS account on loopback ...\n", flush=True)
    with emulated_account() as endpoint:
        audited = _report(folder, "account", ["audit", "--endpoint-url", endpoint], CREDENTIALS)
        (folder / _JOURNAL).unlink(missing_ok=True)
        remediation = ["remediate", "--apply", "--journal", _JOURNAL], ["rollback", _JOURNAL]
        flags = ["--yes", "--endpoint-url", endpoint]
        changed = [_run(folder, [*command, *flags], CREDENTIALS, NOTHING_FOUND) for command in remediation]
    _run(folder, ["dashboard", "account.json", "templates.json", "-o", _PAGE], {}, NOTHING_FOUND)
    _tell(scanned, audited)
    _tell_changes(changed)
    _tell_reports(folder)
    print("\nNext: checkov-keys scan -d YOUR_TEMPLATES, checkov-keys audit --profile YOUR_PROFILE")
    return NOTHING_FOUND


def command_parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    description = "Scan the bundled examples and audit an emulated account on loopback. No AWS account is touched."
    parser = plain_parser("demo", description, _EPILOG)
    parser.add_argument(
        "--output-file-path", default="demo-results", help="folder for the reports; default: %(default)s"
    )
    return parser


def _bring_examples(folder: Path) -> None:
    """Copy the examples of a clone, or write the self-test's templates where the package is installed without them."""
    examples = Path(checkov_keys.__file__).resolve().parents[1] / "examples"
    if not (examples / "terraform").is_dir():
        write_samples(folder / "failing", "Active")
        write_samples(folder / "fixed", "Inactive")
        return
    shutil.copytree(examples, folder)
    for file in folder.rglob("*.txt"):
        file.rename(file.with_suffix(""))


def _report(folder: Path, name: str, command: list[str], environment: dict[str, str]) -> list[dict[str, Any]]:
    """Run one of our commands in all formats of the demo; return the reports of its JSON."""
    files = [f"{name}.{suffix}" for _, suffix in _FORMATS]
    flags = [flag for output, _ in _FORMATS for flag in ("-o", output)]
    _run(folder, [*command, *flags, "--output-file-path", ",".join(files)], environment, FINDINGS)
    reports = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return reports if isinstance(reports, list) else [reports]


def _run(folder: Path, command: list[str], environment: dict[str, str], expected: int) -> str:
    """Run one of our commands as a user would; return what it says, where it ends as expected."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "BC_API"))}
    # S603: our own interpreter and flags.
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "checkov_keys", *command],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != expected:
        raise CheckovKeysError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _tell(scanned: list[dict[str, Any]], audited: list[dict[str, Any]]) -> None:
    print("Templates: access keys of users with more than one active key")
    for record in _failed(scanned):
        first, last = record["file_line_range"]
        path = record["file_path"].lstrip("/").removeprefix("examples/")
        print(f"  FAILED {record['resource']:<44} {path}:{first}-{last}")
    print(f"  {_passed(scanned)} other keys passed\n")
    print("Account: users with more than one active key")
    for record in _failed(audited):
        print(f"  FAILED {record['user']} in account {record['account']}")
        for key in record["access_keys"]:
            print(f"           {key['id']}  {key['status']:<9} created {key['created'][:10]}")
        print(f"           {record['proposal']['sentence']}")
    print(f"  {_passed(audited)} other users passed\n")


def _tell_changes(said: list[str]) -> None:
    print(f"Remediation, and its rollback from {_JOURNAL}")
    for line in "\n".join(said).splitlines():
        if line.startswith(("turned off: ", "turned on: ")):
            print(f"  {line}")
    print()


def _tell_reports(folder: Path) -> None:
    print(f"Reports in {folder.resolve()}:")
    for name in ("templates", "account"):
        print("  " + ", ".join(f"{name}.{suffix}" for _, suffix in _FORMATS))
    print(f"  {_PAGE}, which shows both in a browser")


def _failed(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record for report in reports for record in report["results"]["failed_checks"]]


def _passed(reports: list[dict[str, Any]]) -> int:
    return sum(int(report["summary"]["passed"]) for report in reports)
