"""`checkov-keys remediate` as a command: a plan, in words, as data, and as scripts; it changes nothing."""

import json
import stat
import subprocess

import boto3
import pytest
from emulated_aws import ADMIN, CREDENTIALS

OTHER = "111111111111"
# The AWS CLI as far as the scripts need it.
AWS = """#!/usr/bin/env python3
import sys, boto3, os
service, operation, *flags = sys.argv[1:]
given = dict(zip(flags[::2], flags[1::2]))
client = boto3.client(service, endpoint_url=os.environ["ENDPOINT"], region_name="us-east-1")
if operation == "get-caller-identity":
    print(client.get_caller_identity()["Account"])
else:
    client.update_access_key(
        UserName=given["--user-name"], AccessKeyId=given["--access-key-id"], Status=given["--status"]
    )
"""


@pytest.fixture
def remediate(run_command, aws_environment):
    """Run `checkov-keys remediate` against an endpoint."""

    def run(endpoint, *flags):
        command = ["checkov-keys", "remediate", "--endpoint-url", endpoint, *flags]
        return run_command(*command, **aws_environment)

    return run


def statuses(endpoint):
    """Every key of every user in the account of the credentials, as AWS says."""
    iam = boto3.client("iam", endpoint_url=endpoint, **ADMIN)
    return {
        key["AccessKeyId"]: key["Status"]
        for user in iam.list_users()["Users"]
        for key in iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
    }


def test_nothing_to_do(faulty_moto, remediate):
    """An account without violating users has an empty plan and exit code 0."""
    done = remediate(faulty_moto().endpoint)
    assert (0, "0 to turn off, 0 left alone, 0 not judged\n", "") == (done.returncode, done.stdout, done.stderr)


def test_the_plan_in_words(faulty_moto, fill_moto, remediate):
    """Each violating user with its keys, the reason and the command; AWS is not changed."""
    fill_moto("123456789012", 21)
    server = faulty_moto()
    before = statuses(server.endpoint)
    done = remediate(server.endpoint)
    assert (1, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("2 to turn off, 0 left alone, 0 not judged\n\nuser-00000 in account 123456789012\n")
    assert 2 == done.stdout.count("aws iam update-access-key --access-key-id AKIA")
    assert 4 == done.stdout.count("never used\n")
    assert 0 == server.calls["UpdateAccessKey"]
    assert before == statuses(server.endpoint)


def test_the_plan_as_data(faulty_moto, fill_moto, remediate):
    """The account's users, keys and commands, those that could not be read too."""
    fill_moto("123456789012", 21)
    done = remediate(faulty_moto({("ListAccessKeys", "user-00020"): "AccessDenied"}).endpoint, "-o", "json")
    plan = json.loads(done.stdout)
    (planned,), (missed,) = plan["plan"], plan["unjudged"]
    assert (2, "user-00000") == (done.returncode, planned["user"])
    assert planned["command"] == (
        f"aws iam update-access-key --access-key-id {planned['key']} --status Inactive --user-name user-00000"
    )
    assert planned["rollback_command"] == planned["command"].replace("Inactive", "Active")
    assert planned["key"] in {key["id"] for key in planned["access_keys"]}
    assert "arn:aws:iam::123456789012:user/user-00020" == missed["address"]


def test_an_exempted_user_is_left_alone(faulty_moto, fill_moto, remediate, run_command):
    """It is listed with the reason, and needs no decision: exit code 0."""
    fill_moto("123456789012", 20)
    (run_command.folder / "exempt.txt").write_text("- {arn: 'arn:aws:iam::*:user/user-00000', reason: two safes}\n")
    done = remediate(faulty_moto().endpoint, "--exemptions", "exempt.txt")
    assert (0, "") == (done.returncode, done.stderr)
    assert "Left alone: exempted without expiry: two safes." in done.stdout
    assert "update-access-key" not in done.stdout


def test_the_formats_of_a_scan_are_none_of_a_plan(faulty_moto, remediate, run_command):
    """A configuration that Checkov reads does not stop it; a list of files is no folder."""
    (run_command.folder / ".checkov.yaml").write_text("output:\n  - sarif\n  - cli\n")
    assert 0 == remediate(faulty_moto().endpoint).returncode
    refused = remediate("http://127.0.0.1:9", "-o", "sh", "--output-file-path", "console,out.json")
    assert (2, "") == (refused.returncode, refused.stdout)
    assert "--output-file-path console,out.json: name one folder" in refused.stderr


def test_by_hand(faulty_moto, fill_moto, remediate):
    """The person decides for one user; half a decision, or one that does harm, is refused in one line."""
    backend = fill_moto("123456789012", 21)
    first, second = (key.access_key_id for key in backend.users["user-00020"].access_keys)
    endpoint = faulty_moto().endpoint
    for chosen in (first, second):
        done = remediate(endpoint, "--user", "user-00020", "--key", chosen, "-o", "json")
        (planned,) = json.loads(done.stdout)["plan"]
        assert (1, chosen, f"Turn off {chosen}: decided by hand.") == (
            done.returncode,
            planned["key"],
            planned["reason"],
        )
    for flags, said in (
        (("--key", first), "--user and --key go together"),
        (("--user", "user-00020"), "--user and --key go together"),
        (("--user", "user-00001", "--key", first), "is not one of several active access keys of a user user-00001"),
    ):
        refused = remediate(endpoint, *flags)
        assert (2, "", 1) == (refused.returncode, refused.stdout, len(refused.stderr.splitlines()))
        assert said in refused.stderr


def test_the_scripts(faulty_moto, fill_moto, remediate, run_command, aws_environment):
    """One turns off what is planned in the account of the credentials, the other takes it back; no other is touched."""
    fill_moto("123456789012", 21)
    fill_moto(OTHER, 1)
    endpoint = faulty_moto().endpoint
    done = remediate(endpoint, "--accounts", f"123456789012,{OTHER}", "-o", "sh", "--output-file-path", "plan")
    assert 1 == done.returncode, done.stderr
    assert "Wrote plan/turn_off_keys.sh and plan/turn_on_keys.sh, which undoes it" in done.stdout
    folder = run_command.folder / "bin"
    folder.mkdir()
    (folder / "aws").write_text(AWS)
    (folder / "aws").chmod(stat.S_IRWXU)

    def run_script(name):
        command = f'PATH="{folder}:$PATH" sh plan/{name}'
        return run_command("sh", "-c", command, ENDPOINT=endpoint, **aws_environment)

    before = statuses(endpoint)
    off = run_script("turn_off_keys.sh")
    assert 0 == off.returncode, off.stderr
    changed = {key for key, status in statuses(endpoint).items() if status != before[key]}
    script = (run_command.folder / "plan" / "turn_off_keys.sh").read_text()
    assert 2 == len(changed)
    assert [] == [key for key in changed if f"--access-key-id {key} --status Inactive" not in script]
    assert 0 == remediate(endpoint).returncode
    assert 0 == run_script("turn_on_keys.sh").returncode
    assert before == statuses(endpoint)


def test_names_cannot_break_out_of_a_script(run_command, iam_server):
    """IAM's names hold no quotes, but a snapshot can say anything."""
    server = iam_server({"a": ["Active", "Active"]})
    run_command("checkov-keys", "audit", "--endpoint-url", server.url, "--save-snapshot", "s", **CREDENTIALS)
    text = (run_command.folder / "s").read_text()
    evil = text.replace('"name": "a"', '"name": "a; touch broken"').replace("AKIA000000000000", "K$(touch broken)")
    assert evil != text
    (run_command.folder / "s").write_text(evil)
    done = run_command("checkov-keys", "remediate", "--from-snapshot", "s", "-o", "sh")
    assert 1 == done.returncode, done.stderr
    stub = "aws() { if [ $1 = sts ]; then echo 123456789012; fi; }; "
    subprocess.run(
        ["sh", "-c", f"{stub} . ./turn_off_keys.sh"], cwd=run_command.folder, check=True, stdout=subprocess.DEVNULL
    )
    assert not (run_command.folder / "broken").exists()


def test_an_old_snapshot_is_warned_of(run_command, iam_server):
    """Keys may have been used since it was read."""
    server = iam_server({"a": ["Active", "Active"]})
    run_command("checkov-keys", "audit", "--endpoint-url", server.url, "--save-snapshot", "s", **CREDENTIALS)
    fresh = run_command("checkov-keys", "remediate", "--from-snapshot", "s")
    assert (1, "") == (fresh.returncode, fresh.stderr)
    snapshot = json.loads((run_command.folder / "s").read_text())
    snapshot["accounts"][0]["read_at"] = "2026-01-02T03:04:05+00:00"
    (run_command.folder / "s").write_text(json.dumps(snapshot))
    old = run_command("checkov-keys", "remediate", "--from-snapshot", "s")
    assert 1 == old.returncode
    assert "account 123456789012 was read on 2026-01-02: keys may have been used since" in old.stderr
