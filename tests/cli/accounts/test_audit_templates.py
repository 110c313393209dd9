"""`checkov-keys audit -d`: live findings at the lines that declare them, and drift, as a command in every format."""

import csv
import io
import json

import boto3
import pytest
from emulated_aws import ADMIN
from junitparser import JUnitXml, Skipped

OWN = "123456789012"
MAIN = """resource "aws_iam_user" "ada" {
  name = "ada"
}

resource "aws_iam_access_key" "first" {
  user = aws_iam_user.ada.name
}

resource "aws_iam_access_key" "second" {
  user = aws_iam_user.ada.name
}

resource "aws_iam_access_key" "off" {
  user   = "bob"
  status = "Inactive"
}
"""
FORMATS = ("json", "sarif", "junitxml", "csv", "gitlab_sast", "github_failed_only", "cli")


class Live:
    """An account with users and the ids of their keys, oldest first."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self._iam = boto3.client("iam", endpoint_url=endpoint, **ADMIN)

    def add(self, name, keys):
        self._iam.create_user(UserName=name)
        return [self._iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"] for _ in range(keys)]


@pytest.fixture
def live(watched_moto):
    return Live(watched_moto().endpoint)


@pytest.fixture
def templates(run_command):
    """Write a file of the working directory."""

    def write(text, name="infra/main.tf"):
        path = run_command.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write


def state(**keys):
    resources = [
        {
            "mode": "managed",
            "type": "aws_iam_access_key",
            "name": name,
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [{"attributes": {"id": key}}],
        }
        for name, key in keys.items()
    ]
    return json.dumps(
        {"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "x", "resources": resources}
    )


def results(done):
    return json.loads(done.stdout)


def test_nothing_live_and_nothing_declared(live, templates, audit):
    """An empty account and templates without keys agree: there is no drift and no warning."""
    templates("")
    done = audit(live.endpoint, "-d", "infra", "-o", "json")
    assert (0, "", [], "counts") == (
        done.returncode,
        done.stderr,
        results(done)["results"]["drift"],
        results(done)["drift_basis"],
    )


def test_without_templates_nothing_is_said_of_them(live, audit):
    """Without -d a report has no drift, in JSON or in words."""
    live.add("ada", 2)
    done = audit(live.endpoint, "-o", "json")
    (record,) = results(done)["results"]["failed_checks"]
    assert ([], None, None) == (
        results(done)["results"]["drift"],
        results(done)["drift_basis"],
        record["template"],
    )
    assert "Drift" not in audit(live.endpoint).stdout


def test_a_finding_stands_at_the_lines_that_declare_it(live, templates, audit):
    """Violating users where they are declared, anybody else where they always stand; the exit code is the same."""
    templates(MAIN)
    live.add("ada", 2)
    live.add("carl", 2)
    live.add("bob", 1)
    done = audit(live.endpoint, "-d", "infra", "-o", "json")
    assert (1, "") == (done.returncode, done.stderr)
    failed = {record["user"]: record for record in results(done)["results"]["failed_checks"]}
    assert ("/infra/main.tf", [5, 7], "infra/main.tf:5-7") == (
        failed["ada"]["file_path"],
        failed["ada"]["file_line_range"],
        failed["ada"]["template"],
    )
    assert [5, 'resource "aws_iam_access_key" "first" {\n'] == failed["ada"]["code_block"][0]
    assert (f"/aws/{OWN}/iam/carl", None) == (failed["carl"]["file_path"], failed["carl"]["template"])
    (passed,) = results(done)["results"]["passed_checks"]
    assert f"/aws/{OWN}/iam/bob" == passed["file_path"]


def test_with_a_state_at_the_key_to_turn_off(live, templates, audit):
    """The state tells that the second block is the older key."""
    templates(MAIN)
    older, newer = live.add("ada", 2)
    templates(state(first=newer, second=older), "state")
    done = audit(live.endpoint, "-d", "infra", "--state", "state", "--in-use-days", "0", "-o", "json")
    (record,) = results(done)["results"]["failed_checks"]
    assert (older, [9, 11]) == (record["proposal"]["key"], record["file_line_range"])
    assert "state" == results(done)["drift_basis"]


def test_templates_outside_of_the_working_directory(live, templates, audit, run_command):
    """GitHub knows no such path, so the finding stays where it was; the place is told all the same."""
    templates(MAIN, "../elsewhere/main.tf")
    live.add("ada", 2)
    done = audit(live.endpoint, "-d", run_command.folder.parent / "elsewhere", "-o", "json")
    (record,) = results(done)["results"]["failed_checks"]
    assert (f"/aws/{OWN}/iam/ada", "../elsewhere/main.tf:5-7") == (record["file_path"], record["template"])


def test_drift_in_every_format(live, templates, audit, run_command, validate_sarif):
    """A key by hand, one that should be off, and keys that are not there; none of it changes the exit code."""
    templates(MAIN)
    (on,) = live.add("bob", 1)
    (by_hand,) = live.add("carl", 1)
    flags = [flag for name in FORMATS for flag in ("-o", name)]
    done = audit(live.endpoint, "-d", "infra", *flags, "--output-file-path", "out")
    assert 0 == done.returncode, done.stderr
    folder = run_command.folder / "out"
    drift = json.loads((folder / "results_json.json").read_text())["results"]["drift"]
    assert [
        ("active, though a template says Inactive", "bob", [], False),
        ("in no template", "carl", [by_hand], True),
        ("declared, but not in the account", "ada", [], True),
    ] == [(each["kind"], each["user"], each["access_keys"], each["exact"]) for each in drift]
    assert on not in json.dumps(drift)
    text = (folder / "results_cli.txt").read_text()
    title = (
        "Drift between templates and accounts (by the number of keys of each user; use --state to compare key ids):\n"
    )
    lines = text.partition(title)[2].splitlines()
    assert [True] * 3 == [line.startswith(f"  {each['kind']}: ") for line, each in zip(lines, drift)]
    sarif = json.loads((folder / "results_sarif.sarif").read_text())
    run = sarif["runs"][0]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert ([], ["note"] * 3) == (run["results"], [note["level"] for note in notes])
    at = notes[0]["locations"][0]["physicalLocation"]
    assert ("infra/main.tf", 13) == (at["artifactLocation"]["uri"], at["region"]["startLine"])
    assert [] == validate_sarif(sarif)
    (suite,) = JUnitXml.fromfile(str(folder / "results_junitxml.xml"))
    cases = [case for case in suite if "Drift" in case.name]
    assert (3, 3, 0) == (len(cases), suite.skipped, suite.failures)
    assert all(isinstance(case.result[0], Skipped) for case in cases)
    rows = list(csv.reader(io.StringIO((folder / "results_csv.csv").read_text())))
    keys = [row[rows[0].index("key id")] for row in rows if "DRIFT" in row]
    assert [by_hand] == [key for key in keys if key]
    assert 3 == sum("DRIFT" in row for row in rows)
    messages = json.loads((folder / "results_gitlab_sast.json").read_text())["scan"]["messages"]
    assert ["info"] * 3 == [message["level"] for message in messages if message["value"].startswith("Drift: ")]
    assert "| in no template: access key" in (folder / "results_github_failed_only.md").read_text()


def test_sarif_at_a_file_of_the_repository(live, templates, audit, run_command, validate_sarif):
    """The location is the file's, the user's ARN stands beside it, and the fingerprint is that of the user."""
    live.add("ada", 2)
    audit(live.endpoint, "-o", "sarif", "--output-file-path", "without")
    templates(MAIN)
    audit(live.endpoint, "-d", "infra", "-o", "sarif", "--output-file-path", "with")
    found = []
    for name in ("without", "with"):
        log = json.loads((run_command.folder / name / "results_sarif.sarif").read_text())
        assert [] == validate_sarif(log)
        found.append(log["runs"][0]["results"][0])
    before, now = found
    location = now["locations"][0]
    assert ("infra/main.tf", 5) == (
        location["physicalLocation"]["artifactLocation"]["uri"],
        location["physicalLocation"]["region"]["startLine"],
    )
    assert f"arn:aws:iam::{OWN}:user/ada" == location["logicalLocations"][0]["fullyQualifiedName"]
    assert before["partialFingerprints"] == now["partialFingerprints"]


def test_a_template_that_cannot_be_read(live, templates, audit):
    """It is named, and costs the exit code: what it declares may be what seems to be made by hand."""
    templates('resource "aws_iam_access_key" "x" {\n')
    done = audit(live.endpoint, "-d", "infra", "-o", "json")
    assert 2 == done.returncode
    (unjudged,) = results(done)["results"]["unjudged"]
    assert (
        "infra/main.tf",
        "it may declare access keys and cannot be read: the block resource is not closed, in line 1",
    ) == (
        unjudged["address"],
        unjudged["reason"],
    )


def test_by_the_account(live, templates, audit):
    """A template of another account declares nothing of this one."""
    templates(MAIN)
    live.add("ada", 2)
    same = audit(live.endpoint, "-d", "infra", "--map", f"infra={OWN}", "-o", "json")
    assert "/infra/main.tf" == results(same)["results"]["failed_checks"][0]["file_path"]
    other = audit(live.endpoint, "-d", "infra", "--map", "infra=111111111111", "-o", "json")
    assert f"/aws/{OWN}/iam/ada" == results(other)["results"]["failed_checks"][0]["file_path"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("-d", "none"), "no such directory: none"),
        (("--map", f".={OWN}"), "--state and --map describe the templates of -d: add -d DIR"),
        (("--state", "state"), "--state and --map describe the templates of -d: add -d DIR"),
        (("-d", ".", "--state", "none"), "state none: cannot be read: No such file or directory"),
        (("-d", ".", "--map", "infra"), "--map infra: write DIR=ACCOUNT, where ACCOUNT is an id of twelve digits"),
        (("-d", ".", "--map", "infra=1"), "--map infra=1: write DIR=ACCOUNT, where ACCOUNT is an id of twelve digits"),
        (("-d", ".", "--map", f"none={OWN}"), f"--map none={OWN}: no such directory: none"),
    ],
)
def test_what_is_wrong_is_said_before_aws_is_asked(audit, flags, said):
    """A wrong flag is one line and exit code 2, even if no AWS answers."""
    done = audit("http://127.0.0.1:9", *flags)
    assert (2, "", f"checkov-keys audit: {said}\n") == (done.returncode, done.stdout, done.stderr)


def test_the_commands_that_the_readme_shows(live, templates, run_command, aws_environment, root):
    """Those of its sections on lines of code and on the dashboard run as they stand."""
    pages = "".join((root / "docs" / f"{name}.md").read_text() for name in ("live", "reports"))
    for folder in ("infra/prod", "bin"):
        templates(MAIN, f"{folder}/main.tf")
    terraform = run_command.folder / "bin" / "terraform"
    terraform.write_text(f"#!/bin/sh\necho '{state(first=live.add('ada', 2)[0])}'\n")
    terraform.chmod(0o755)
    environment = {**aws_environment, "AWS_ENDPOINT_URL": live.endpoint}

    def run(line):
        assert f"\n{line}\n" in pages
        return run_command("bash", "-c", f'PATH="$PWD/bin:$PATH"; {line}', **environment)

    assert 1 == run("checkov-keys audit -d infra").returncode
    mapped = run("checkov-keys audit -d infra --map infra/prod=111111111111 --state <(terraform state pull)")
    assert (1, "") == (mapped.returncode, mapped.stderr)
    assert "(by the key ids of the state)" in mapped.stdout
    for name, command in (("account", "audit"), ("templates", "scan -d infra")):
        json_of = f"checkov-keys {command} -o json > {name}.json"
        run_command("bash", "-c", json_of, **environment)
    assert 0 == run("checkov-keys dashboard account.json templates.json -o report.html").returncode
    assert "arn:aws:iam::123456789012:user/ada" in (run_command.folder / "report.html").read_text()
