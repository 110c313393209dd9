"""What a scan says reaches every format: whose keys fail, beside which others, what was not judged or is not here."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from junit_schema import faults_of

MAIN = """resource "aws_iam_user" "robot" {
  name = "robot"
}

resource "aws_iam_access_key" "a" {
  user = aws_iam_user.robot.name
}

resource "aws_iam_access_key" "b" {
  user = "robot"
}

resource "aws_iam_access_key" "odd" {
  user   = "other"
  status = var.nobody
}

resource "aws_iam_access_key" "known" {
  # checkov:skip=CKV2_KEYS_1:in a vault
  user = "robot"
}

resource "aws_iam_access_key" "alone" {
  user = "porter"
}

variable "nobody" {}

module "far" {
  source = "terraform-aws-modules/iam/aws"
}
"""
MANIFEST = """apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata: {name: NAME}
spec: {forProvider: {user: bot}}
"""
FILES = {
    "infra/main.tf": MAIN,
    "infra/k8s/keys.yaml": "---\n".join(MANIFEST.replace("NAME", name) for name in ("one", "two")),
    "infra/plan.json": json.dumps({"format_version": "1.2", "terraform_version": "1.9.0", "errored": True}),
}
FORMATS = {
    "cli": "results_cli.txt",
    "json": "results_json.json",
    "sarif": "results_sarif.sarif",
    "junitxml": "results_junitxml.xml",
    "gitlab_sast": "results_gitlab_sast.json",
    "github_failed_only": "results_github_failed_only.md",
}
FLAGS = [word for name in FORMATS for word in ("-o", name)]
TIMES = re.compile(r'"(start_time|end_time|endTimeUtc|startTimeUtc)": "[^"]*"')
WAYS = {"by runners alone": {}, "by Checkov's main": {"CKV_EVAL_VARS": "True"}}


@pytest.fixture
def scanned(run_command, write_files):
    """Scan the files in one way; returns the finished process and the text of each format."""

    def scan(way, *flags):
        write_files(FILES, run_command.folder)
        command = ["checkov-keys", "scan", "-d", "infra", *FLAGS, "--output-file-path", "out", *flags]
        done = run_command(*command, CHECKOV_PARALLELIZATION_TYPE="fork", **WAYS[way])
        return done, {name: (run_command.folder / "out" / file).read_text() for name, file in FORMATS.items()}

    return scan


@pytest.mark.parametrize("way", WAYS)
def test_every_format(scanned, run_command, way):
    """User, other keys with their places, what to do, what was not judged and what is not here: each in each format."""
    done, texts = scanned(way)
    assert 2 == done.returncode, done.stderr
    for name, text in texts.items():
        plain = text.replace("\\/", "/")
        for said in ("robot", "aws_iam_access_key.b", "infra/main.tf", "checkov-keys fix -d infra --resource"):
            assert said in plain, (name, said)
        for unjudged in ("aws_iam_access_key.odd", "var.nobody", "infra/plan.json", "the plan is not complete"):
            assert unjudged in plain, (name, unjudged)
        assert "terraform-aws-modules/iam/aws" in plain, name
        # Checkov's records hold where it found them.
        assert name == "json" or str(run_command.folder) not in plain, name
    assert "Skipped: in a vault" in texts["cli"]
    assert "4 findings, 2 not judged: 6 access keys of 3 users in 2 files judged" in texts["cli"]
    assert "1 module not here" in texts["cli"]


@pytest.mark.parametrize("way", WAYS)
def test_readers_of_data(scanned, run_command, way):
    """JSON, SARIF, JUnit and GitLab's report name files that exist, and say it in fields of their own."""
    _, texts = scanned(way)
    reports = json.loads(texts["json"])
    failed = {record["resource"]: record for each in reports for record in each["results"]["failed_checks"]}
    record = failed["aws_iam_access_key.a"]
    others = [{"address": "aws_iam_access_key.b", "file": "infra/main.tf", "line": 9}]
    others.append({"address": "aws_iam_access_key.known", "file": "infra/main.tf", "line": 18})
    assert ("robot", others) == (record["iam_user"], record["other_keys"])
    for each in failed.values():
        assert (run_command.folder / each["repo_file_path"].lstrip("/")).is_file(), each["repo_file_path"]
    assert 2 == reports[0]["summary"]["unjudged"] == len(reports[0]["results"]["unjudged"])

    run = json.loads(texts["sarif"])["runs"][0]
    result = next(each for each in run["results"] if "aws_iam_access_key.a is" in each["message"]["text"])
    assert [9, 18] == [each["physicalLocation"]["region"]["startLine"] for each in result["relatedLocations"]]
    assert ["checkovKeys/v1"] == list(result["partialFingerprints"])
    levels = sorted(each["level"] for each in run["invocations"][0]["toolExecutionNotifications"])
    assert ["error", "error", "note"] == levels

    suites = ET.fromstring(texts["junitxml"])  # noqa: S314  # our own
    assert [] == list(faults_of(suites))
    names = [(case.get("classname"), case.get("name")) for case in suites.iter("testcase")]
    assert len(names) == len(set(names))
    assert ("infra/main.tf", "CKV2_KEYS_1 aws_iam_access_key.a") in names
    assert ("4", "2") == (suites.get("failures"), suites.get("errors"))

    scan = json.loads(texts["gitlab_sast"])
    assert "failure" == scan["scan"]["status"]
    assert all(each["location"]["start_line"] >= 1 for each in scan["vulnerabilities"])
    assert all((run_command.folder / each["location"]["file"]).is_file() for each in scan["vulnerabilities"])


def test_the_same_bytes(scanned):
    """Ten scans differ in nothing but times, whatever is ready first, and in whichever way."""
    first = None
    for number in range(10):
        _, texts = scanned("by runners alone")
        texts = {name: TIMES.sub("", text) for name, text in texts.items()}
        first = first or texts
        assert first == texts, number


def test_a_clean_scan(run_command, write_files):
    """It says what it has judged, and in which languages."""
    write_files({"main.tf": 'resource "aws_iam_access_key" "a" {\n  user = "robot"\n}\n'}, run_command.folder)
    done = run_command("checkov-keys", "scan", "-d", ".", "--framework", "terraform")
    assert 0 == done.returncode
    assert done.stdout.rstrip().endswith("No findings: 1 access key of 1 user in 1 file judged (terraform)")
    assert "By Prisma Cloud" not in done.stdout


def test_a_violation_in_eight_lines(scanned):
    """Each begins with its check, and a blank line ends it."""
    _, texts = scanned("by runners alone")
    blocks = [block for block in texts["cli"].split("\n\n") if "FAILED for resource" in block]
    assert len(blocks) == 4
    assert max(len(block.strip().splitlines()) for block in blocks) <= 8


NOTHING = {
    "no target": ([], "nothing to scan: pass -d DIRECTORY or -f FILE"),
    "an empty target": (["-d", ""], "no such directory: "),
    "a directory that is not there": (["-d", "nowhere"], "no such directory: nowhere"),
    "a file that is not there": (["-f", "nowhere.tf"], "nowhere.tf"),
    "a language without checks": (["-d", ".", "--framework", "dockerfile"], "no language is left that has checks"),
}


@pytest.mark.parametrize(("flags", "said"), NOTHING.values(), ids=NOTHING)
def test_nothing_judged_is_not_clean(run_command, flags, said):
    """Exit code 2, and one line that says why."""
    done = run_command("checkov-keys", "scan", *flags)
    assert 2 == done.returncode, done.stdout
    assert said in done.stderr


def test_a_directory_of_a_configuration_file(run_command, write_files):
    """Without arguments, the directory that .checkov.yaml names is scanned, as Checkov does."""
    write_files({**FILES, ".checkov.yaml": "directory:\n  - infra/k8s\n"}, run_command.folder)
    done = run_command("checkov-keys", "scan")
    assert 1 == done.returncode, done.stderr
    assert "2 findings: 2 access keys of 1 user in 1 file judged" in done.stdout
    assert Path("infra/k8s/keys.yaml").as_posix() in done.stdout


def test_a_plan_with_the_lines_of_its_source(run_command, write_files, root):
    """A record names the file that its lines are in, and still knows the user."""
    plan = (root / "examples" / "terraform_plan" / "failing" / "tfplan.json.txt").read_text()
    source = (root / "examples" / "terraform" / "failing" / "main.tf").read_text()
    write_files({"tfplan.json": plan, "src/main.tf": source}, run_command.folder)
    done = run_command("checkov-keys", "scan", "-f", "tfplan.json", "--repo-root-for-plan-enrichment", "src")
    assert 1 == done.returncode, done.stderr
    assert "File: /src/main.tf:" in done.stdout
    assert "User: deployer; other active keys: " in done.stdout
