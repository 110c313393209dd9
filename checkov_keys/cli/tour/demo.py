"""`checkov-keys demo`: the whole tour on bundled examples and an emulated account."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkov_keys.cli.exit_codes import FINDINGS, NOTHING_FOUND
from checkov_keys.cli.locations import EXAMPLES
from checkov_keys.cli.tour.emulated_account import CREDENTIALS, serve_emulated_account
from checkov_keys.cli.tour.samples import write_samples
from checkov_keys.domain.errors import CheckovKeysError, UsageError
from checkov_keys.domain.rules.family import RULES
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.users import ROOT
from checkov_keys.report.standard_streams import print_line

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

_FORMATS = (("sarif", "sarif"), ("junitxml", "xml"), ("json", "json"))
_JOURNAL, _PAGE = "journal.jsonl", "report.html"


def run(options: Namespace) -> int:
    """Scan examples, audit an emulated account, write reports and say what was found; return 0 if all went well."""
    folder = Path(options.output_file_path)
    try:
        shutil.rmtree(folder / "examples", ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        _copy_examples(folder / "examples")
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from error
    print_line("Scanning the example templates with Checkov ...")
    templates = _report(folder, "templates", ["scan", "-d", "examples"], {})
    print_line("Auditing an emulated AWS account on this machine ...")
    with serve_emulated_account() as endpoint:
        account = _report(folder, "account", ["audit", "--endpoint-url", endpoint], CREDENTIALS)
        print_line("Turning off one key of each failing user, and turning it on again ...")
        (folder / _JOURNAL).unlink(missing_ok=True)
        remediation = ["remediate", "--apply", "--journal", _JOURNAL], ["rollback", _JOURNAL]
        flags = ["--yes", "--endpoint-url", endpoint]
        outputs = [_run(folder, [*command, *flags], CREDENTIALS, NOTHING_FOUND) for command in remediation]
    _run(folder, ["dashboard", "account.json", "templates.json", "-o", _PAGE], {}, NOTHING_FOUND)
    print_line()
    _print_findings(templates, account)
    _print_changes(outputs)
    _print_reports(folder)
    print_line("\nNext, try your own:")
    print_line("  checkov-keys scan -d YOUR_TEMPLATES")
    print_line("  checkov-keys audit --profile YOUR_PROFILE")
    return NOTHING_FOUND


def _copy_examples(folder: Path) -> None:
    """Copy the examples of a clone, or write the self-test's templates if the package is installed without them."""
    if not (EXAMPLES / "terraform").is_dir():
        write_samples(folder / "failing", "Active")
        write_samples(folder / "fixed", "Inactive")
        return
    shutil.copytree(EXAMPLES, folder)
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
    """Run one of our commands as a user would; return what it prints if it ends as expected."""
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
        raise CheckovKeysError(f"{' '.join(command)} ended with exit code {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _print_findings(templates: list[dict[str, Any]], account: list[dict[str, Any]]) -> None:
    print_line("Templates: access keys of users that have more than one active key")
    for record in _list_failed(templates):
        first, last = record["file_line_range"]
        path = record["file_path"].lstrip("/").removeprefix("examples/")
        print_line(f"  FAILED {record['resource']:<44} {path}:{first}-{last}")
    print_line(f"  {_count_passed(templates)} other keys passed\n")
    print_line("Account: users that have a key they should not have")
    for record in _list_failed(account):
        rule = RULES[record["check_id"]]
        who = "root user" if record["user"] == ROOT else record["user"]
        print_line(f"  FAILED {who} in account {record['account']}: {rule.title} ({rule.id}, {rule.severity})")
        for line in _list_evidence(record):
            print_line(f"           {line}")
    print_line(f"  {_count_passing_users(account)} other users pass every rule\n")


def _list_evidence(record: dict[str, Any]) -> Iterator[str]:
    """Yield the keys of a user that has too many, what is wrong with any other, and what to do."""
    if record["check_id"] == ONE_ACTIVE_KEY.text.id:
        for key in record["access_keys"]:
            yield f"{key['id']}  {key['status']:<9} created {key['created'][:10]}"
    else:
        yield record["finding"]["summary"]
    yield record["proposal"]["sentence"]
    yield from (f"  {step}" for step in record["proposal"]["steps"])


def _print_changes(outputs: list[str]) -> None:
    print_line(f"Remediation: keys that were turned off, then turned on again with {_JOURNAL}")
    for line in "\n".join(outputs).splitlines():
        if line.startswith(("turned off: ", "turned on: ")):
            print_line(f"  {line}")
    print_line()


def _print_reports(folder: Path) -> None:
    print_line(f"Reports in {folder.resolve()}:")
    for name in ("templates", "account"):
        print_line("  " + ", ".join(f"{name}.{suffix}" for _, suffix in _FORMATS))
    print_line(f"  {_PAGE}: both as a page for the browser")


def _list_failed(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record for report in reports for record in report["results"]["failed_checks"]]


def _count_passing_users(reports: list[dict[str, Any]]) -> int:
    return sum(int(account["passed"]) for report in reports for account in report["audit"]["accounts"])


def _count_passed(reports: list[dict[str, Any]]) -> int:
    return sum(int(report["summary"]["passed"]) for report in reports)
