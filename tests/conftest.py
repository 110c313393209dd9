"""What all tests share: no network, no leftovers of the person who runs them."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from breaking_account_server import BreakingAccountServer
from chosen_rules import choose_first_rule
from emulated_aws import ADMIN, CREDENTIALS, FEW_ATTEMPTS, is_personal, isolate, serve_empty_account
from hypothesis import HealthCheck, settings
from lookup_events_server import LookupEventsServer
from programs import need
from watched_moto_server import WatchedMotoServer

# A machine that does other work besides draws values slowly, which is not a fault of the tests.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

ROOT = Path(__file__).resolve().parents[1]

# Before anything of Checkov is imported: it would ask a package index and a guidelines service.
os.environ["BC_SKIP_MAPPING"] = "TRUE"
os.environ["CKV_SKIP_PACKAGE_UPDATE_CHECK"] = "TRUE"

# The fixtures that start a process, a server or a browser, or that are there for one. Others reach them.
STARTING = frozenset(
    (
        "built",
        "built_site",
        "chromium",
        "clean_environment",
        "clone",
        "history_server",
        "iam_server",
        "moto_endpoint",
        "python_process",
        "serving",
        "source",
        "sso_portal",
        "stack_server",
        "validate_sarif",
        "watched_moto",
    )
)


def pytest_collection_modifyitems(items):
    """Mark the tests that `make check` leaves out."""
    for item in items:
        if STARTING.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("subprocess")


@pytest.fixture
def clean_environment(tmp_path):
    """The environment of a user with no AWS set-up, no Checkov set-up and nothing in PYTHONPATH."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        **{name: value for name, value in os.environ.items() if not is_personal(name)},
        **isolate(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "BC_SKIP_MAPPING": "TRUE",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE",
    }


@pytest.fixture
def run_command(clean_environment, tmp_path):
    """Run a real command in an empty folder; returns the finished process with its text.

    A program that is not on every machine, and not on this one, skips the test.
    """
    folder = tmp_path / "work"
    folder.mkdir()

    def run(*command, cwd=folder, **environment):
        need(str(command[0]))
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**clean_environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    run.folder = folder
    return run


@pytest.fixture
def root():
    """The project's folder."""
    return ROOT


@pytest.fixture
def write_files(tmp_path):
    """Write a table of files (relative path: text) into a fresh folder and return the folder."""

    def write(files, folder=tmp_path / "templates"):
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return folder

    return write


@pytest.fixture
def iam_server():
    """Start servers that speak IAM: `iam_server(users, faults)` returns one whose `url` answers."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(BreakingAccountServer(*args, **settings))


@pytest.fixture
def history_server():
    """Start servers that speak CloudTrail and IAM: `history_server(events, faults, users)` returns one."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(LookupEventsServer(*args, **settings))


@pytest.fixture
def aws_environment():
    """Dummy credentials, and as few attempts as a test can wait for."""
    return {**CREDENTIALS, **FEW_ATTEMPTS}


@pytest.fixture
def audit(run_command, aws_environment):
    """Run `checkov-keys audit` against an endpoint."""

    def run(endpoint, *flags, **environment):
        command = ["checkov-keys", "audit", "--endpoint-url", endpoint, *flags, *choose_first_rule(flags)]
        return run_command(*command, **{**aws_environment, **environment})

    return run


@pytest.fixture(scope="session")
def checkov_record():
    """A record of Checkov's JSON, as its runners write it, with what is given in its place."""

    def make(reason="", **fields):
        return {
            "check_id": "CKV_AWS_1",
            "check_name": "Ensure it",
            "check_result": {"result": "FAILED", **({"suppress_comment": reason} if reason else {})},
            "code_block": [[6, "resource {\n"], [7, "}\n"]],
            "file_path": "/main.tf",
            "repo_file_path": "/infra/main.tf",
            "file_line_range": [6, 7],
            "resource": "aws_x.y",
            "severity": None,
            "guideline": "https://docs.example.com/CKV_AWS_1",
            **fields,
        }

    return make


@pytest.fixture(scope="session")
def live_record(checkov_record):
    """A record of a live user with so many active keys, as `checkov-keys audit -o json` writes it."""

    def make(user="alice", active=2, account="111122223333", **fields):
        keys = [
            {
                "id": f"AKIA{user.upper()}{account[:4]}{number}",
                "status": "Active",
                "created": "2026-01-01T00:00:00+00:00",
                "age_days": 100,
                "last_used": None if number else "2026-04-01T00:00:00+00:00",
                "last_used_service": "N/A" if number else "s3",
                "last_used_region": "N/A" if number else "us-east-1",
            }
            for number in range(active)
        ]
        return checkov_record(
            **{
                "check_id": "CKV2_KEYS_1",
                "check_name": "Ensure IAM users have at most one active access key",
                "severity": "MEDIUM",
                "resource": f"arn:aws:iam::{account}:user/{user}",
                "file_path": f"/aws/{account}/iam/{user}",
                "repo_file_path": f"/aws/{account}/iam/{user}",
                "account": account,
                "account_name": "",
                "user": user,
                "access_keys": keys,
                "proposal": {"key": keys[-1]["id"], "sentence": f"Turn off {keys[-1]['id']}."} if active > 1 else None,
                "note": "",
                "console": "https://console.aws.amazon.com/iam/home",
                **fields,
            }
        )

    return make


@pytest.fixture(scope="session")
def checkov_results():
    """What Checkov writes with -o json for one runner."""

    def make(check_type="terraform", *, failed=(), passed=(), skipped=(), parsing_errors=(), unjudged=()):
        lists = {"passed": list(passed), "failed": list(failed), "skipped": list(skipped)}
        counts = {name: len(records) for name, records in lists.items()}
        return {
            "check_type": check_type,
            "results": {
                **{f"{name}_checks": records for name, records in lists.items()},
                "parsing_errors": list(parsing_errors),
                **({"unjudged": list(unjudged)} if unjudged else {}),
            },
            "summary": {**counts, "parsing_errors": len(parsing_errors), "unjudged": len(unjudged)},
        }

    return make


@pytest.fixture
def validate_sarif(tmp_path, root):
    """Validate SARIF with the rules of the standard and of GitHub; returns the errors and warnings."""
    beside = root / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    tool = os.environ.get("SARIF_MULTITOOL") or (str(beside) if beside.exists() else shutil.which("Sarif.Multitool"))
    if not tool:
        pytest.skip("Microsoft's SARIF Multitool is not here: npm install @microsoft/sarif-multitool-linux")

    def validate(log):
        file, out = tmp_path / "log.sarif", tmp_path / "out.sarif"
        file.write_text(log if isinstance(log, str) else json.dumps(log))
        flags = ["--rule-kind", "Sarif;Ghas", "--output", out, "--log", "ForceOverwrite"]
        done = subprocess.run([tool, "validate", file, *flags], capture_output=True, text=True, check=False)
        assert out.exists(), done.stdout + done.stderr
        results = json.loads(Path(out).read_text(encoding="utf-8-sig"))["runs"][0].get("results", [])
        return [f"{r['ruleId']} {r['message']}" for r in results if r.get("level", "warning") in ("error", "warning")]

    return validate


@pytest.fixture
def moto_endpoint():
    """The endpoint of moto's real server with an empty account."""
    with serve_empty_account() as endpoint:
        yield endpoint


@pytest.fixture
def watched_moto():
    """Start moto's server with somebody who sees every call: `watched_moto(guard=None)`."""
    with contextlib.ExitStack() as stack:
        yield lambda *guard: stack.enter_context(WatchedMotoServer(*guard))


@pytest.fixture
def violating_by_hand(moto_endpoint):
    """Fill the account with `count` users and list it by hand; returns the ARNs of the violating ones."""

    def fill(count):
        iam = boto3.client("iam", endpoint_url=moto_endpoint, **ADMIN)
        for number in range(count):
            name = f"user-{number}"
            iam.create_user(UserName=name, Path="/team/")
            for _ in range(number % 3):
                key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
            if number % 12 == 2:
                iam.update_access_key(UserName=name, AccessKeyId=key, Status="Inactive")
        violating = set()
        for page in iam.get_paginator("list_users").paginate():
            for user in page["Users"]:
                keys = iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
                if [key["Status"] for key in keys].count("Active") > 1:
                    violating.add(user["Arn"])
        return violating

    return fill
