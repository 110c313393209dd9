"""`checkov-keys audit` as a command, against a server that speaks IAM."""

import json

import boto3
import pytest
from emulated_aws import ADMIN, OWN

CLEAN = {"/team/a": ["Active"], "/team/b": []}
DIRTY = {"/team/a": ["Active", "Active"], "/team/b": ["Active"], "/team/c": []}
# The keys of the user a, as the server names them.
FIRST, USED = "AKIA000000000000", "AKIA000000000001"
USES = {USED: ("2026-03-04T05:06:07Z", "s3", "eu-west-1")}


def test_clean(iam_server, audit):
    """Nothing found is exit code 0, with a record a user."""
    done = audit(iam_server(CLEAN).url)
    assert 0 == done.returncode
    assert "Passed checks: 2, Failed checks: 0, Skipped checks: 0" in done.stdout


def test_findings(iam_server, audit):
    """Findings are exit code 1; each shows the user's keys."""
    done = audit(iam_server(DIRTY, None, USES).url, "--quiet")
    assert 1 == done.returncode
    assert "FAILED for resource: arn:aws:iam::123456789012:user/team/a" in done.stdout
    assert f"{USED} Active" in done.stdout
    assert "used 2026-03-04 by s3" in done.stdout


def test_endpoint_by_environment(iam_server, run_command, aws_environment):
    """AWS_ENDPOINT_URL works without the flag."""
    done = run_command(
        "checkov-keys", "audit", "--check", "CKV2_KEYS_1", AWS_ENDPOINT_URL=iam_server(DIRTY).url, **aws_environment
    )
    assert 1 == done.returncode


def test_a_user_that_cannot_be_read(iam_server, audit):
    """It is named with the reason, the others are reported, and the exit code is 2 whatever else there is."""
    server = iam_server(DIRTY, {("ListAccessKeys", "b"): "AccessDenied"})
    done = audit(server.url, "--soft-fail")
    assert 2 == done.returncode
    assert "arn:aws:iam::123456789012:user/team/b: cannot list the access keys" in done.stdout
    assert "Passed checks: 1, Failed checks: 1" in done.stdout


@pytest.mark.parametrize("fault", ["AccessDenied", "ExpiredToken", "garbage"])
def test_an_account_that_cannot_be_read(iam_server, audit, run_command, fault):
    """One line, exit code 2, and no report that looks clean."""
    server = iam_server(DIRTY, {("ListUsers", 1): fault})
    done = audit(server.url, "-o", "json", "--output-file-path", "out")
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert not list(run_command.folder.rglob("*.json"))


def test_no_credentials(run_command):
    """The cause and the way out in one line."""
    done = run_command("checkov-keys", "audit")
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert "Unable to locate credentials" in done.stderr


USAGE = {
    "an unknown flag": (("--frobnicate",), "unrecognized arguments: --frobnicate"),
    "an unknown format": (("-o", "yaml"), "invalid choice: 'yaml'"),
    "a folder that cannot be": (("--output-file-path", "/dev/null/x"), "cannot write /dev/null/x"),
    "no rule left": (("--skip-check", "CKV2_KEYS_*"), "leave no rule of this pack"),
    "a configuration that is not there": (("--config-file", "no.yaml"), "no.yaml"),
    "a baseline that is not there": (("--baseline", "no.baseline"), "no.baseline"),
}


@pytest.mark.parametrize(("flags", "said"), USAGE.values(), ids=USAGE)
def test_usage_errors(audit, flags, said):
    """Exit code 2 before AWS is asked anything."""
    done = audit("http://127.0.0.1:9", *flags)
    assert (2, "", True) == (done.returncode, done.stdout, said in done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["- a list", "output: [", "output: yaml"])
def test_a_configuration_that_is_none(iam_server, audit, run_command, text):
    """Broken YAML, a list and a bad value are usage errors."""
    (run_command.folder / "broken.yaml").write_text(text)
    done = audit(iam_server(CLEAN).url, "--config-file", "broken.yaml")
    assert (2, "") == (done.returncode, done.stdout)
    assert "Traceback" not in done.stderr


def test_configuration_file(iam_server, audit, run_command):
    """Flags may stand in a file, as with Checkov."""
    (run_command.folder / "keys.yaml").write_text("output:\n  - json\nquiet: true\nsoft-fail: true\n")
    done = audit(iam_server(DIRTY).url, "--config-file", "keys.yaml")
    assert 0 == done.returncode
    assert 1 == len(json.loads(done.stdout)["results"]["failed_checks"])


def test_baseline(iam_server, audit):
    """A baseline hides what was known when it was made."""
    server = iam_server(DIRTY)
    assert 1 == audit(server.url, "--create-baseline").returncode
    assert 0 == audit(server.url, "--baseline", ".checkov.baseline").returncode
    server.keys["b"] = DIRTY["/team/a"]
    assert 1 == audit(server.url, "--baseline", ".checkov.baseline").returncode


def test_a_baseline_is_made_anew(iam_server, audit, run_command):
    """With both flags, what still fails stays known, what was fixed does not, and what is new is added and reported."""
    server = iam_server({**DIRTY, "/team/d": ["Active", "Active"]})
    assert 1 == audit(server.url, "--create-baseline").returncode
    server.keys["d"], server.keys["b"] = ["Active"], DIRTY["/team/a"]
    again = audit(server.url, "--baseline", ".checkov.baseline", "--create-baseline", "-o", "json")
    assert (1, ["b"]) == (
        again.returncode,
        [each["user"] for each in json.loads(again.stdout)["results"]["failed_checks"]],
    )
    known = json.loads((run_command.folder / ".checkov.baseline").read_text())["failed_checks"]
    assert ["a", "b"] == sorted(each["resource"][-1] for file in known for each in file["findings"])
    assert 0 == audit(server.url, "--baseline", ".checkov.baseline").returncode


def test_all_formats(iam_server, audit, run_command):
    """Every format lands in the folder under Checkov's name for it."""
    formats = ("cli", "json", "junitxml", "sarif", "github_failed_only", "gitlab_sast")
    flags = [flag for name in formats for flag in ("-o", name)]
    audit(iam_server(DIRTY).url, *flags, "--output-file-path", "out")
    assert [
        "results_cli.txt",
        "results_github_failed_only.md",
        "results_gitlab_sast.json",
        "results_json.json",
        "results_junitxml.xml",
        "results_sarif.sarif",
    ] == sorted(path.name for path in (run_command.folder / "out").iterdir())


def test_the_same_as_by_hand(audit, moto_endpoint, violating_by_hand):
    """moto's server in one process, the audit in another: the verdicts are those of listing the keys by hand."""
    by_hand = violating_by_hand(24)
    done = audit(moto_endpoint, "-o", "json")
    results = json.loads(done.stdout)["results"]
    assert by_hand == {record["resource"] for record in results["failed_checks"]}
    assert (1, 6, 18) == (done.returncode, len(by_hand), len(results["passed_checks"]))


@pytest.mark.parametrize("faults", [{}, {("ListAccessKeys", "b"): "AccessDenied"}], ids=["all read", "one unread"])
def test_a_snapshot_is_judged_the_same(iam_server, audit, run_command, faults):
    """A snapshot gives the same report and exit code without AWS, is private, and can be judged by other rules."""
    server = iam_server(DIRTY, faults)
    live = audit(server.url, "--save-snapshot", "evidence.txt", "-o", "json")
    again = run_command(
        "checkov-keys", "audit", "--check", "CKV2_KEYS_1", "--from-snapshot", "evidence.txt", "-o", "json"
    )
    assert (live.returncode, live.stdout) == (again.returncode, again.stdout)
    assert (2 if faults else 1) == again.returncode
    assert 0o600 == (run_command.folder / "evidence.txt").stat().st_mode & 0o777
    grace = ("--rotation-grace-days", "36500")
    skipped = run_command("checkov-keys", "audit", "--check", "CKV2_KEYS_1", "--from-snapshot", "evidence.txt", *grace)
    assert "rotation in progress until" in skipped.stdout
    assert (2 if faults else 0) == skipped.returncode


SNAPSHOTS = {
    "no such file": (("--from-snapshot", "lost.txt"), "--from-snapshot lost.txt: No such file or directory"),
    "no snapshot": (("--from-snapshot", "other.txt"), "--from-snapshot other.txt: not JSON"),
    "with a profile": (("--from-snapshot", "other.txt", "--profile", "p"), "leave out --profile"),
    "a folder that is none": (("--save-snapshot", "other.txt/x"), "cannot write other.txt/x"),
    "days that are none": (("--in-use-days", "soon"), "'soon': expected a number of days"),
    "days below zero": (("--rotation-grace-days", "-1"), "'-1': expected a number of days"),
}


@pytest.mark.parametrize(("flags", "said"), SNAPSHOTS.values(), ids=SNAPSHOTS)
def test_snapshot_and_review_errors(run_command, flags, said):
    """One line that names the flag, exit code 2, and AWS is asked nothing."""
    (run_command.folder / "other.txt").write_text("something else")
    done = run_command("checkov-keys", "audit", *flags)
    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr.splitlines()[-1]


def test_rows_for_spreadsheets(iam_server, audit, run_command):
    """`-o csv` gives one row a key, or a user without keys, with the key to turn off; keys.csv is the file."""
    done = audit(iam_server(DIRTY, None, USES).url, "-o", "csv", "--output-file-path", "keys.csv")
    rows = (run_command.folder / "keys.csv").read_text().splitlines()
    assert (1, 5) == (done.returncode, len(rows)), rows
    assert ("Wrote keys.csv\n", "") == (done.stdout, done.stderr)
    assert f"Turn off {FIRST}: it was never used" in rows[1]


EXEMPTED = "- arn: arn:aws:iam::123456789012:user/team/a\n  reason: two safes\n  owner: platform\n  expires: {}\n"


def test_exemptions(iam_server, audit, run_command):
    """An exempted user is skipped with the reason in every format; an expired exemption fails again and says so."""
    server = iam_server(DIRTY)
    (run_command.folder / "exempt.txt").write_text(
        EXEMPTED.format("9999-12-31") + "- {arn: 'arn:aws:iam::*:user/x', reason: r}\n"
    )
    formats = ("-o", "cli", "-o", "json", "-o", "sarif", "-o", "junitxml", "-o", "csv", "--output-file-path", "out")
    done = audit(server.url, "--exemptions", "exempt.txt", *formats)
    assert 0 == done.returncode, done.stderr
    assert "exemption of arn:aws:iam::*:user/x matches no user" in done.stderr
    reason = "exempted by platform until 9999-12-31: two safes"
    texts = {path.name: path.read_text() for path in (run_command.folder / "out").iterdir()}
    assert [] == [name for name, text in texts.items() if reason not in text]
    (suppressed,) = json.loads(texts["results_sarif.sarif"])["runs"][0]["results"]
    assert [{"kind": "external", "justification": reason}] == [
        {name: each[name] for name in ("kind", "justification")} for each in suppressed["suppressions"]
    ]
    (run_command.folder / "exempt.txt").write_text(EXEMPTED.format("2020-01-01"))
    expired = audit(server.url, "--exemptions", "exempt.txt")
    assert 1 == expired.returncode
    assert "Note: exemption of arn:aws:iam::123456789012:user/team/a expired on 2020-01-01: two safes" in expired.stdout


def test_a_tag_exempts(audit, moto_endpoint):
    """The tag `checkov:skip` with a reason skips its user; the wrong one is said and fails."""
    iam = boto3.client("iam", endpoint_url=moto_endpoint, **ADMIN)
    for name, tag in (("tagged", "CKV2_KEYS_1: SES needs two"), ("wrong", "CKV2_KEYS_1")):
        iam.create_user(UserName=name, Tags=[{"Key": "checkov:skip", "Value": tag}])
        for _ in range(2):
            iam.create_access_key(UserName=name)
    done = audit(moto_endpoint, "-o", "json")
    results = json.loads(done.stdout)["results"]
    (skipped,), (failed,) = results["skipped_checks"], results["failed_checks"]
    assert ("tagged", "wrong") == (skipped["user"], failed["user"])
    assert "SES needs two" in skipped["check_result"]["suppress_comment"]
    assert "gives no reason for CKV2_KEYS_1" in failed["note"]


def test_exemptions_that_are_none(run_command):
    """A mistake in the file is one line with the entry, and nothing is asked of AWS."""
    (run_command.folder / "exempt.txt").write_text("- {arn: 'arn:*'}\n")
    done = run_command("checkov-keys", "audit", "--exemptions", "exempt.txt")
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert "exempt.txt" in done.stderr


DEV = "222222222222"


@pytest.fixture
def two_accounts(moto_endpoint):
    """Equal users in the account of the credentials and in another one, which is entered by a role."""
    sts = boto3.client("sts", endpoint_url=moto_endpoint, **ADMIN)
    arn = f"arn:aws:iam::{DEV}:role/OrganizationAccountAccessRole"
    entered = sts.assume_role(RoleArn=arn, RoleSessionName="filling")["Credentials"]
    dev = {
        "aws_access_key_id": entered["AccessKeyId"],
        "aws_secret_access_key": entered["SecretAccessKey"],
        "aws_session_token": entered["SessionToken"],
        "region_name": "us-east-1",
    }
    for each in (ADMIN, dev):
        iam = boto3.client("iam", endpoint_url=moto_endpoint, **each)
        iam.create_user(UserName="ci")
        for _ in range(2):
            iam.create_access_key(UserName="ci")
    return moto_endpoint


def test_several_accounts(two_accounts, audit, run_command):
    """One report over all accounts, in which users of equal names are two; a snapshot of it says the same."""
    flags = ("--accounts", f"{OWN},{DEV}", "-o", "json")
    done = audit(two_accounts, *flags, "--save-snapshot", "all.txt")
    failed = json.loads(done.stdout)["results"]["failed_checks"]
    assert (1, [(OWN, "ci"), (DEV, "ci")]) == (done.returncode, [(each["account"], each["user"]) for each in failed])
    again = run_command("checkov-keys", "audit", "--check", "CKV2_KEYS_1", "--from-snapshot", "all.txt", "-o", "json")
    assert (1, done.stdout) == (again.returncode, again.stdout)
    only = audit(two_accounts, "--role-arn", f"arn:aws:iam::{DEV}:role/reader", "-o", "cli")
    assert only.stdout.splitlines()[0].endswith(f": account {DEV}")
    assert f":{OWN}:user/ci" not in only.stdout


def test_an_account_that_answers_for_another_is_find_unjudged(iam_server, audit):
    """It is named in every format, the others are reported, and the exit code is 2."""
    server = iam_server(DIRTY)
    done = audit(server.url, "--accounts", f"{OWN},{DEV}", "-o", "json", "--soft-fail")
    results = json.loads(done.stdout)["results"]
    assert (2, [f"arn:aws:iam::{DEV}:user/*"]) == (done.returncode, [each["address"] for each in results["unjudged"]])
    assert ["a"] == [each["user"] for each in results["failed_checks"]]


CHOICES = {
    "an id that is none": (("--accounts", "12"), "'12' is not the id of an account"),
    "a role that is none": (("--role-arn", "reader"), "reader"),
    "a unit that is none": (("--ou", "dev"), "'dev' is not the id of an organizational unit"),
    "no workers": (("--account-workers", "0"), "'0': expected a number from 1 to 100"),
    "snapshot and accounts": (("--from-snapshot", "x", "--organization"), "leave out --organization"),
}


@pytest.mark.parametrize(("flags", "said"), CHOICES.values(), ids=CHOICES)
def test_accounts_that_are_none(run_command, aws_environment, flags, said):
    """One line that says what is wrong, exit code 2, and AWS is asked nothing."""
    done = run_command("checkov-keys", "audit", *flags, **aws_environment)
    assert (2, "", True) == (done.returncode, done.stdout, said in done.stderr.splitlines()[-1])
