"""What is read of a directory's keys without Terraform: by the project's reader, by `checkov-keys scan`, by tfparse.

Each gives a Scanned, which is what a truth is held against. Whoever changes how the project is asked changes this file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from checkov_keys.domain.rules.one_active_key import judge_key, judge_user
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.iac.common.foreign_files import is_foreign_caller
from checkov_keys.iac.terraform.reader import ConfigurationReader
from checkov_keys.iac.terraform.scan_context import ScanContext

UNJUDGED = "checkov-keys scan: not judged: "


@dataclass(frozen=True)
class Scanned:
    """The keys that a reading finds, and their verdicts."""

    keys: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Address: (user, status); None where the reading does not say."""
    failed: list[str] = field(default_factory=list)
    """Addresses, sorted; twice where two records have one address."""
    passed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """What was not judged: addresses, or other names."""
    exit_code: int = 0


def read_keys(directory, flags=()):
    """Read a directory with `checkov-keys scan`; flags are Terraform's (-var-file=…), as if given in the directory.

    Raises RuntimeError where the command says nothing that can be read.
    """
    directory = Path(directory).resolve()
    files = [str(directory / flag.split("=", 1)[1]) for flag in flags if flag.startswith("-var-file=")]
    command = [sys.executable, "-m", "checkov_keys", "scan", "-d", str(directory), "-o", "json", "--compact"]
    command += [word for file in files for word in ("--var-file", file)]
    environment = {
        **os.environ,
        "BC_SKIP_MAPPING": "TRUE",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE",
        "LOG_LEVEL": "ERROR",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=directory.parent)
    try:
        document = json.loads(done.stdout)
    except ValueError as error:
        raise RuntimeError(f"scan ended with {done.returncode}: {done.stderr[-2000:]}") from error
    reports = [each for each in (document if isinstance(document, list) else [document]) if "results" in each]
    keys, verdicts = {}, defaultdict(list)
    for report in reports:
        for verdict in ("failed", "passed", "skipped"):
            for record in report["results"][f"{verdict}_checks"]:
                keys[record["resource"]] = (record.get("user"), record.get("status"))
                verdicts[verdict].append(record["resource"])
        verdicts["unknown"] += [each["address"] for each in report["results"].get("unjudged", ())]
    said = [line[len(UNJUDGED) :].split(": ")[0] for line in done.stderr.splitlines() if line.startswith(UNJUDGED)]
    unknown = sorted({*verdicts["unknown"], *said})
    return Scanned(keys, sorted(verdicts["failed"]), sorted(verdicts["passed"]), unknown, done.returncode)


def read_in_process(directory, flags=()):
    """Read a directory with the reader that the graph check uses, without Checkov's graph and without records."""
    directory = Path(directory).resolve()
    files = tuple(str(directory / flag.split("=", 1)[1]) for flag in flags if flag.startswith("-var-file="))
    walked = list(os.walk(directory))
    folders = tuple(folder for folder, _, _ in walked)
    foreign = tuple(str(Path(folder, name)) for folder, _, names in walked for name in names if is_foreign_caller(name))
    reading = ConfigurationReader(ScanContext(folders, str(directory), files, foreign_callers=foreign)).read()
    keys, found = {}, defaultdict(list)
    for user, group in reading.users():
        over_user = judge_user(user)
        for declared in group:
            address = declared.key.address
            keys[address] = (declared.user_name or None, declared.key.status.value)
            found[judge_key(declared.key, over_user)].append(address)
    unknown = sorted({*found[Verdict.UNKNOWN], *(each.address for each in reading.unjudged)})
    code = 2 if unknown else int(bool(found[Verdict.FAILED]))
    return Scanned(keys, sorted(found[Verdict.FAILED]), sorted(found[Verdict.PASSED]), unknown, code)


def read_with_tfparse(directory, flags=()):
    """Read a directory with tfparse, HashiCorp's HCL in Trivy's engine; it knows nothing of accounts.

    Raises RuntimeError where tfparse is not installed or refuses the directory.
    """
    try:
        import tfparse  # noqa: PLC0415  # a dependency of this reading only
    except ImportError as error:
        raise RuntimeError("tfparse is not installed") from error
    directory = Path(directory).resolve()
    try:
        found = tfparse.load_from_path(str(directory), vars_paths=_list_value_files(directory, flags))
    except tfparse.ParseError as error:
        raise RuntimeError(f"tfparse: {error}") from error
    names = {user["id"]: user.get("name") for user in found.get("aws_iam_user", ())}  # what it takes `.id` for
    keys, active = {}, defaultdict(list)
    for resource in found.get("aws_iam_access_key", ()):
        address, user, status = resource["__tfmeta"]["path"], resource.get("user"), resource.get("status")
        user = names.get(user, user) if isinstance(user, str) else None
        # What is null comes out as the expression it was written as.
        status = status if isinstance(status, str) else "Active"
        keys[address] = (user, status)
        if status == "Active" and user:
            active[user.lower()].append(address)
    failed = sorted(address for addresses in active.values() if len(addresses) > 1 for address in addresses)
    return Scanned(keys, failed, sorted(set(keys) - set(failed)), [], int(bool(failed)))


def _list_value_files(directory, flags):
    """The value files of a root module in Terraform's order, relative to it."""
    usual = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if (directory / name).exists()]
    automatic = sorted(
        path.name for path in directory.iterdir() if path.name.endswith((".auto.tfvars", ".auto.tfvars.json"))
    )
    return [*usual, *automatic, *(flag.split("=", 1)[1] for flag in flags if flag.startswith("-var-file="))]


READINGS = {"reader": read_in_process, "scan": read_keys, "tfparse": read_with_tfparse}
