"""The rollback command that is printed works as it is pasted into a shell, whatever the working directory."""

import json
import re
import subprocess

import pytest
from audited_organization import EXTERNAL_ID, ROLE
from emulated_aws import OWN, SECRET
from programs import need
from violating_account import JOURNAL

OTHER = "111111111111"
NAMED = "arn:aws:iam::{}:role/ops/Fixer"
# Flags of the run, the name of its journal, and what the printed command says after the journal.
RUNS = {
    "nothing more": ((), JOURNAL, ""),
    "a folder": ((), "plans/of this year/j.jsonl", ""),
    "quotes and a dollar": ((), 'it\'s "the" $HOME `j` & \\.jsonl', ""),
    "a hyphen": ((), "-rf.jsonl", ""),
    "a line feed": ((), "a\n::error::b'c.jsonl", ""),
    "no latin letters": ((), "журнал.jsonl", ""),
    "accounts": (("--accounts", f"{OWN},{OTHER}"), JOURNAL, ""),
    "accounts by a role": (("--accounts", f"{OWN},{OTHER}", "--role-name", "ops/Fixer"), JOURNAL, ""),
    "role ARNs": (("--role-arn", NAMED.format(OTHER), "--role-arn", NAMED.format(OWN)), JOURNAL, ""),
    "a region and a name of the session": (
        ("--region", "eu-west-1", "--role-session-name", "me@example.com", "--accounts", OTHER),
        JOURNAL,
        " --region=eu-west-1 --role-session-name=me@example.com",
    ),
    "a profile": (("--profile", "it is mine"), JOURNAL, " --profile='it is mine'"),
    "an external id": (("--external-id=a:b", "--accounts", OTHER), JOURNAL, " --external-id=a:b"),
}


def printed(done):
    """The command that a run prints at its end."""
    _, _, command = done.stdout.rpartition("Undo this with: ")
    return command.removesuffix("\n")


@pytest.fixture
def paste(clean_environment, aws_environment, tmp_path):
    """Run a printed command in a shell, in a folder of its own, without the question."""
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()

    def run(command, **environment):
        need("bash")
        return subprocess.run(
            ["bash", "-c", f"{command} --yes"],
            cwd=elsewhere,
            env={**clean_environment, **aws_environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


@pytest.mark.parametrize(("flags", "journal", "repeated"), RUNS.values(), ids=RUNS)
def test_pasted(violators, fill_moto, command, paste, clean_environment, flags, journal, repeated):
    """Every key of every account is active again; the command is one line, and the journal holds no secret."""
    account, other = violators(), fill_moto(OTHER, 1)
    with open(clean_environment["AWS_CONFIG_FILE"], "w") as config:  # noqa: PTH123
        config.write("[profile 'it is mine']\naws_access_key_id = AKIAMINE\naws_secret_access_key = x\n")
    done = command(account, "remediate", "--apply", "--yes", f"--journal={journal}", *flags)
    off = [key for backend in (account.backend, other) for key in inactive(backend)]
    assert off, done.stdout + done.stderr
    pasted = printed(done)
    assert "\n" not in pasted
    assert f" --endpoint-url={account.server.endpoint}" in pasted
    assert repeated in pasted.replace(f" --endpoint-url={account.server.endpoint}", "")
    text = (account.folder / journal).read_text()
    assert [] == [secret for secret in (SECRET, "a:b") if secret in text]
    back = paste(pasted)
    assert (0, "") == (back.returncode, back.stderr), back.stdout
    assert len(off) == back.stdout.count("\nturned on: ")
    assert [] == inactive(account.backend) + inactive(other)


def inactive(backend):
    return [key.access_key_id for user in backend.users.values() for key in user.access_keys if key.status != "Active"]


def test_the_role_asks_for_an_external_id(organization, run_command, paste):
    """It is repeated if it was typed, and is in no file of ours."""
    organization.deploy(ExternalId=EXTERNAL_ID)
    given = {
        "AWS_ACCESS_KEY_ID": organization.auditor["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": organization.auditor["SecretAccessKey"],
    }
    flags = ("--endpoint-url", organization.server.endpoint, "--accounts", organization.member, "--role-name", ROLE)
    typed = ("--external-id", EXTERNAL_ID)
    done = run_command("checkov-keys", "remediate", "--apply", "--yes", "--journal", "j", *flags, *typed, **given)
    assert "1 turned off. Journal: j" in done.stdout, done.stderr
    text = (run_command.folder / "j").read_text()
    assert EXTERNAL_ID not in text
    assert f"arn:aws:iam::{organization.member}:role/{ROLE}" == json.loads(text)["role"]
    refused = paste(re.sub(" --external-id=[^ ]+", "", printed(done)), **given)
    assert 2 == refused.returncode
    assert f"cannot assume role arn:aws:iam::{organization.member}:role/{ROLE}" in refused.stdout
    back = paste(printed(done), **given)
    assert (0, 1) == (back.returncode, back.stdout.count("\nturned on: ")), back.stdout


def test_an_external_id_of_a_file(violators, fill_moto, command, paste):
    """It is not shown: the file that was named is named again."""
    account, other = violators(), fill_moto(OTHER, 1)
    (account.folder / "roles.yaml").write_text("external-id: ticket-42\n")
    done = command(account, "remediate", "--apply", "--yes", "--accounts", OTHER, "--config-file", "roles.yaml")
    assert "ticket-42" not in done.stdout
    assert printed(done).endswith(f" --config-file={account.folder / 'roles.yaml'}")
    back = paste(printed(done))
    assert (0, []) == (back.returncode, inactive(other)), back.stdout + back.stderr


def test_flags_win_over_the_journal(violators, fill_moto, apply, rollback):
    """Who names a role enters by it; a journal whose role is of another account, or is none, costs that account."""
    account, other = violators(), fill_moto(OTHER, 1)
    apply(account, "--accounts", OTHER)
    path = account.folder / JOURNAL
    text = path.read_text()
    for role, said in (
        (NAMED.format("2" * 12), f"role {NAMED.format('2' * 12)} leads to account {'2' * 12}"),
        ("Fixer", "'Fixer' is not the ARN of a role"),
        ("", f"use those of {OTHER}, or name a role with --role-arn or --role-name"),
    ):
        path.write_text(re.sub('"role": "[^"]*"', f'"role": "{role}"', text))
        back = rollback(account)
        assert (2, 1) == (back.returncode, len(inactive(other)))
        assert said in back.stdout
    assert 0 == rollback(account, "--role-arn", NAMED.format(OTHER)).returncode
    assert [] == inactive(other)
    assert NAMED.format(OTHER) == json.loads(path.read_text().splitlines()[-1])["role"]
