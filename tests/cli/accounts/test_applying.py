"""`checkov-keys remediate --apply` and `checkov-keys rollback`: what is changed, and what is said of it."""

import json

import pytest
from emulated_aws import OWN
from violating_account import JOURNAL

OTHER = "111111111111"


def test_nothing_to_apply(violators, apply, run_command):
    """No journal comes to be, and nobody is asked."""
    account = violators(users=(3, 4))
    account.backend.delete_access_key(account.keys()[1], "user-00000")
    done = apply(account)
    assert (0, "0 to turn off, 0 left alone, 0 not judged\n", "") == (done.returncode, done.stdout, done.stderr)
    assert not (run_command.folder / JOURNAL).exists()


def test_turned_off_and_on_again(violators, command):
    """The number of keys is typed, AWS and the journal tell the same; the rollback does nothing."""
    account = violators()
    oldest = [account.keys(name)[0] for name in ("user-00000", "user-00020")]
    done = command(account, "remediate", "--apply", "--journal", JOURNAL, typed="2\n")
    assert (0, oldest) == (done.returncode, account.inactive()), done.stderr
    assert done.stdout.startswith("2 to turn off, 0 left alone, 0 not judged\n")
    assert done.stdout.endswith(
        f"\nturned off: {oldest[0]} of user-00000 in account {OWN}\n"
        f"turned off: {oldest[1]} of user-00020 in account {OWN}\n"
        f"2 turned off. Journal: {JOURNAL}\n"
        f"Undo this with: checkov-keys rollback {account.folder / JOURNAL} --endpoint-url={account.server.endpoint}\n"
    )
    assert "Type the number of keys to turn off (2), anything else to stop: " == done.stderr
    assert [(key, "Inactive", "changed") for key in oldest] == account.journal()
    assert 0o600 == (account.folder / JOURNAL).stat().st_mode & 0o777

    back = command(account, "rollback", JOURNAL, typed="2\n")
    assert (0, []) == (back.returncode, account.inactive()), back.stderr
    assert back.stdout.endswith(f"\n2 turned on. Journal: {JOURNAL}\n")
    assert [(key, "Active", "changed") for key in oldest] == account.journal()[2:]

    calls = sum(account.server.calls.values())
    again = command(account, "rollback", JOURNAL)
    assert (0, f"Nothing to undo: {JOURNAL} has no key that is turned off\n", "") == (
        again.returncode,
        again.stdout,
        again.stderr,
    )
    assert calls == sum(account.server.calls.values())


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("3\n", 1, "Nothing was changed."),
        ("yes\n", 1, "Nothing was changed."),
        ("\n", 1, "Nothing was changed."),
        ("", 2, "no confirmation given; nothing changed (use --yes to skip the prompt)"),
    ],
)
def test_not_confirmed(violators, command, typed, code, said):
    """Anything but the number changes nothing, in both directions."""
    account = violators()
    done = command(account, "remediate", "--apply", "--journal", JOURNAL, typed=typed)
    assert (code, [], False) == (done.returncode, account.inactive(), (account.folder / JOURNAL).exists())
    assert said in done.stderr
    command(account, "remediate", "--apply", "--yes", "--journal", JOURNAL)
    off = account.inactive()
    back = command(account, "rollback", JOURNAL, typed=typed)
    assert (code, off, 2) == (back.returncode, account.inactive(), len(account.journal()))
    assert said in back.stderr


def test_as_data(violators, command):
    """One document on standard output, with what came of each user; the plan to confirm is on standard error."""
    account = violators({("UpdateAccessKey", "user-00020"): "AccessDenied"})
    done = command(account, "remediate", "--apply", "--journal", JOURNAL, "-o", "json", typed="2\n")
    document = json.loads(done.stdout)
    assert (2, JOURNAL) == (done.returncode, document["journal"])
    assert ["changed", "unchanged"] == [user["outcome"] for user in document["plan"]]
    assert "(allow iam:UpdateAccessKey for it)" in document["plan"][1]["outcome_reason"]
    assert done.stderr.startswith("2 to turn off")


def test_no_file_applies(violators, command, run_command):
    """A configuration in the folder is not somebody who types."""
    account = violators()
    (run_command.folder / ".checkov.yaml").write_text("apply: true\nyes: true\nuser: user-00000\nkey: AKIA\n")
    done = command(account, "remediate")
    assert (1, []) == (done.returncode, account.inactive())
    assert done.stdout.startswith("2 to turn off, 0 left alone")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--yes",), "--yes and --journal require --apply"),
        (("--journal", JOURNAL), "--yes and --journal require --apply"),
        (("--apply", "-o", "sh"), "-o sh writes scripts to run later: leave out --apply"),
        (
            ("--apply", "--from-snapshot", "s", "--organization", "--save-snapshot", "t"),
            "--from-snapshot says which accounts: leave out --save-snapshot, --organization",
        ),
    ],
)
def test_flags_that_contradict_each_other(violators, command, flags, said):
    """Such flags are refused in one line before AWS is asked."""
    account = violators()
    done = command(account, "remediate", *flags)
    assert (2, "", f"checkov-keys remediate: {said}\n", 0) == (
        done.returncode,
        done.stdout,
        done.stderr,
        sum(account.server.calls.values()),
    )


def test_many_accounts(violators, fill_moto, apply, rollback):
    """Each account is entered as it was to be read, also by rollback: the journal says by which role."""
    account = violators()
    other = fill_moto(OTHER, 1)
    done = apply(account, "--accounts", f"{OWN},{OTHER}")
    assert (0, 2, 1) == (
        done.returncode,
        len(account.inactive()),
        sum(key.status == "Inactive" for key in other.users["user-00000"].access_keys),
    ), done.stdout
    assert ["Active", "Inactive"] == sorted(key.status for key in other.users["user-00000"].access_keys)
    back = rollback(account)
    assert (0, []) == (back.returncode, account.inactive()), back.stdout
    assert ["Active", "Active"] == [key.status for key in other.users["user-00000"].access_keys]


def test_the_key_that_signs_is_never_turned_off(violators, apply, clean_environment):
    """Nor is that of the profile behind a role."""
    account = violators()
    second = account.keys()[1]
    account.use()
    environment = {"AWS_ACCESS_KEY_ID": second}
    refused = apply(account, "--user", "user-00000", "--key", second, **environment)
    assert (2, []) == (refused.returncode, account.inactive())
    assert f"--key {second} signs these calls, or may: use other credentials" in refused.stderr
    with open(clean_environment["AWS_CONFIG_FILE"], "w") as config:  # noqa: PTH123
        config.write(
            f"[profile base]\naws_access_key_id = {second}\naws_secret_access_key = x\n"
            f"[profile role]\nrole_arn = arn:aws:iam::{OWN}:role/Admin\nsource_profile = base\nregion = us-east-1\n"
        )
    environment = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_ENDPOINT_URL": account.server.endpoint}
    by_role = apply(account, "--profile", "role", "--user", "user-00000", "--key", second, **environment)
    assert (2, []) == (by_role.returncode, account.inactive())
    assert f"--key {second} signs these calls, or may: use other credentials" in by_role.stderr
