"""`checkov-keys remediate --apply` and `checkov-keys rollback`: what is changed, what is not, what is told of it."""

import contextlib
import json
import os
import signal
import subprocess
import threading

import boto3
import pytest
from emulated_aws import ADMIN, OWN

OTHER = "111111111111"
JOURNAL = "journal.jsonl"


class Violators:
    """An account of moto with two users of two active keys each, `user-00000` and `user-00020`, behind a server."""

    def __init__(self, server, backend, folder):
        self.server, self.backend, self.folder = server, backend, folder

    def keys(self, name="user-00000"):
        return [key.access_key_id for key in self.backend.users[name].access_keys]

    def inactive(self):
        """The ids of all keys that are turned off, in the order of their users."""
        users = (self.backend.users[name] for name in sorted(self.backend.users))
        return [key.access_key_id for user in users for key in user.access_keys if key.status == "Inactive"]

    def journal(self, name=JOURNAL):
        """Its lines as [(key, after, outcome)]."""
        lines = [json.loads(line) for line in (self.folder / name).read_text().splitlines()]
        return [(line["key"], line["after"], line["outcome"]) for line in lines]


@pytest.fixture
def violators(faulty_moto, fill_moto, run_command):
    """Start such an account: `violators(faults, seen=…)`."""

    def start(faults=None, **settings):
        return Violators(faulty_moto(faults, **settings), fill_moto(OWN, 21), run_command.folder)

    return start


@pytest.fixture
def command(clean_environment, aws_environment, run_command):
    """Run `checkov-keys …` at an account's endpoint, with what somebody types on standard input."""

    def run(account, name, *flags, typed="", prefix=(), **environment):
        given = [*prefix, "checkov-keys", name, "--endpoint-url", account.server.endpoint, *flags]
        return subprocess.run(
            given,
            cwd=run_command.folder,
            env={**clean_environment, **aws_environment, **environment},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def apply(command):
    """Turn off what is planned, without being asked."""
    return lambda account, *flags, **more: command(
        account, "remediate", "--apply", "--yes", "--journal", JOURNAL, *flags, **more
    )


@pytest.fixture
def rollback(command):
    """Take back what the journal says, without being asked."""
    return lambda account, *flags, **more: command(account, "rollback", JOURNAL, "--yes", *flags, **more)


def test_nothing_to_apply(faulty_moto, fill_moto, apply, run_command):
    """No journal comes to be, and nobody is asked."""
    account = Violators(faulty_moto(), fill_moto(OWN, 3, 4), run_command.folder)
    account.backend.delete_access_key(account.keys()[1], "user-00000")
    done = apply(account)
    assert (0, "0 to turn off, 0 left alone, 0 not judged\n", "") == (done.returncode, done.stdout, done.stderr)
    assert not (run_command.folder / JOURNAL).exists()


def test_turned_off_and_on_again(violators, command):
    """The number of keys is typed, AWS and the journal tell the same; the rollback does nothing the second time."""
    account = violators()
    oldest = [account.keys(name)[0] for name in ("user-00000", "user-00020")]
    done = command(account, "remediate", "--apply", "--journal", JOURNAL, typed="2\n")
    assert (0, oldest) == (done.returncode, account.inactive()), done.stderr
    assert done.stdout.startswith("2 to turn off, 0 left alone, 0 not judged\n")
    assert done.stdout.endswith(
        f"\nturned off: {oldest[0]} of user-00000 in account {OWN}\n"
        f"turned off: {oldest[1]} of user-00020 in account {OWN}\n"
        f"2 turned off. Journal: {JOURNAL}\n"
        f"Take it back with: checkov-keys rollback {JOURNAL}\n"
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
    assert (0, f"Nothing to take back: {JOURNAL} tells of no key that is turned off\n", "") == (
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
        ("", 2, "nobody typed the number of keys, so nothing was changed: --yes goes on without"),
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
        (("--yes",), "--yes and --journal are for --apply"),
        (("--journal", JOURNAL), "--yes and --journal are for --apply"),
        (("--apply", "-o", "sh"), "-o sh writes scripts to run later: leave out --apply"),
        (
            ("--apply", "--from-snapshot", "s", "--organization", "--save-snapshot", "t"),
            "--from-snapshot says which accounts: leave out --save-snapshot, --organization",
        ),
    ],
)
def test_flags_that_contradict_each_other(violators, command, flags, said):
    account = violators()
    done = command(account, "remediate", *flags)
    assert (2, "", f"checkov-keys remediate: {said}\n", 0) == (
        done.returncode,
        done.stdout,
        done.stderr,
        sum(account.server.calls.values()),
    )


def _other_off(account):
    account.backend.update_access_key("user-00000", account.keys()[1], "Inactive")


def _replaced(account):
    account.backend.delete_access_key(account.keys()[1], "user-00000")
    account.backend.create_access_key("user-00000")


def _used(account):
    iam = boto3.client("iam", endpoint_url=account.server.endpoint, **{**ADMIN, "aws_access_key_id": account.keys()[0]})
    iam.list_users()


CHANGED = {
    "the key is off already": (
        lambda account: account.backend.update_access_key("user-00000", account.keys()[0], "Inactive"),
        "left alone: {key} of user-00000 in account 123456789012: access key {key} is Inactive since the plan was made",
    ),
    "the other key is off": (_other_off, "access key {other} is Inactive since the plan was made"),
    "the other key is gone": (
        lambda account: account.backend.delete_access_key(account.keys()[1], "user-00000"),
        "access key {other} is gone since the plan was made",
    ),
    "another key instead of it": (_replaced, "access key {other} is gone since the plan was made"),
    "an exemption": (
        lambda account: account.backend.tag_user("user-00000", [{"Key": "checkov:skip", "Value": "CKV2_KEYS_1: two"}]),
        "the user has the tag checkov:skip since the plan was made: CKV2_KEYS_1: two",
    ),
    "the key was used": (_used, "{key} was used since the plan was made: at 20"),
}


@pytest.mark.parametrize(("change", "said"), CHANGED.values(), ids=CHANGED)
def test_a_user_that_differs_from_the_plan(violators, apply, command, change, said):
    """It is left alone and named, and the others go on; that is no fault."""
    account = violators()
    command(account, "audit", "--save-snapshot", "evidence")
    key, other = account.keys()
    change(account)
    before = account.inactive()
    done = apply(account, "--from-snapshot", "evidence")
    assert said.format(key=key, other=other) in done.stdout, done.stderr
    assert "1 turned off, 1 left alone. Journal: " in done.stdout
    assert {*before, account.keys("user-00020")[0]} == set(account.inactive())
    assert [(account.keys("user-00020")[0], "Inactive", "changed")] == account.journal()
    assert (1, "") == (done.returncode, done.stderr)


def test_an_old_snapshot_is_warned_of_and_compared(violators, apply, command):
    """It may be applied all the same: each user is read again."""
    account = violators()
    command(account, "audit", "--save-snapshot", "evidence")
    snapshot = json.loads((account.folder / "evidence").read_text())
    snapshot["accounts"][0]["read_at"] = "2026-01-02T03:04:05+00:00"
    (account.folder / "evidence").write_text(json.dumps(snapshot))
    done = apply(account, "--from-snapshot", "evidence")
    assert f"account {OWN} was read on 2026-01-02: keys may have been used since" in done.stderr
    assert (0, 2) == (done.returncode, len(account.inactive()))


# What the call ends in, whether the key is off then, what the journal says of it, and the command.
FAULTS = {
    "throttled once": (["Throttling"], True, "changed", ""),
    "throttled": ("Throttling", False, "unchanged", "AWS throttles this account"),
    "denied": ("AccessDenied", False, "unchanged", "(allow iam:UpdateAccessKey for it)"),
    "vanished": ("NoSuchEntity", False, "unchanged", "NoSuchEntity happened"),
    "expired": ("ExpiredToken", False, "unchanged", "the credentials have expired"),
    "no answer to what was done": ("cut", True, "changed", ""),
    "a fault of AWS": ("InternalFailure", False, "unknown", "AWS shows Active"),
    "not AWS": ("garbage", False, "unknown", "AWS shows Active"),
}


@pytest.mark.parametrize(("fault", "off", "outcome", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_call(violators, apply, rollback, fault, off, outcome, said):
    """The journal tells what came of it, the other user's key is turned off, and the rollback takes back just that."""
    account = violators({("UpdateAccessKey", "user-00000"): fault})
    first, second = (account.keys(name)[0] for name in ("user-00000", "user-00020"))
    done = apply(account)
    assert (0 if off else 2, [first, second] if off else [second]) == (done.returncode, account.inactive())
    assert [(first, "Inactive", outcome), (second, "Inactive", "changed")] == account.journal()
    assert said in done.stdout
    account.server.faults.clear()
    back = rollback(account)
    assert (0, []) == (back.returncode, account.inactive()), back.stdout + back.stderr
    restored = [key for key, after, _ in account.journal() if after == "Active"]
    assert ([first, second] if off else [second]) == restored
    assert ("it is active already" in back.stdout) is (outcome == "unknown")


def test_the_user_cannot_be_read_again(violators, apply):
    """Nothing is changed of whom nobody knows what it is like now."""
    account = violators({("ListAccessKeys", "user-00000"): ["ok", *["AccessDenied"] * 9]})
    done = apply(account)
    assert (2, account.keys("user-00020")[:1]) == (done.returncode, account.inactive())
    assert f"failed: {account.keys()[0]} of user-00000 in account {OWN}: cannot list the access keys: " in done.stdout
    assert "1 turned off, 1 failed. Journal: " in done.stdout


def test_the_state_cannot_be_read_back(violators, apply, rollback):
    """AWS accepted the call: the key is off, and that nobody has seen it is said."""
    account = violators({("ListAccessKeys", "user-00000"): ["ok", "ok", *["AccessDenied"] * 9]})
    done = apply(account)
    assert (2, 2) == (done.returncode, len(account.inactive()))
    assert f"turned off: {account.keys()[0]} of user-00000 in account {OWN}: cannot read it back: " in done.stdout
    assert ["changed", "changed"] == [outcome for _, _, outcome in account.journal()]
    account.server.faults.clear()
    assert (0, []) == (rollback(account).returncode, account.inactive())


def test_both_keys_of_a_user_turned_off_at_once(violators, apply):
    """Somebody turns off the other key between the last look and the call: that is said, and no success."""
    account = violators(
        seen=lambda action, user: (action, user) == ("UpdateAccessKey", "user-00000") and _other_off(account)
    )
    done = apply(account)
    assert "no key of this user is active now: another one was turned off too" in done.stdout
    assert (2, 3) == (done.returncode, len(account.inactive()))


def test_aws_shows_a_change_late(violators, apply):
    """IAM is eventually consistent: it is looked at again."""
    fault = ("ListAccessKeys", "user-00000")
    account = violators({fault: ["ok", "ok", "stale", "stale"]})
    done = apply(account)
    assert (0, 2) == (done.returncode, len(account.inactive())), done.stdout
    assert [] == account.server.faults[fault]
    assert ["changed", "changed"] == [outcome for _, _, outcome in account.journal()]


def test_aws_never_shows_a_change(violators, apply, rollback):
    """It accepted the call, so the key may be off: that is neither a success nor nothing."""
    account = violators({("ListAccessKeys", "user-00000"): ["ok", "ok", *["stale"] * 9]})
    done = apply(account)
    assert (2, 2) == (done.returncode, len(account.inactive()))
    assert "AWS accepted the call; AWS shows Active" in done.stdout
    assert ["unknown", "changed"] == [outcome for _, _, outcome in account.journal()]
    account.server.faults.clear()
    assert (0, []) == (rollback(account).returncode, account.inactive())


def _killed(account, started, when):
    """Kill the command at a call; where that is the change itself, AWS never makes it."""
    count = 0

    def seen(action, _):
        nonlocal count
        count += action == "UpdateAccessKey"
        if count == 2 and action == when:
            started[0].kill()
            started[0].wait()

    account.server.seen = seen
    if when == "UpdateAccessKey":
        account.server.faults["UpdateAccessKey", "user-00020"] = "InternalFailure"


@pytest.mark.parametrize(
    ("when", "off"),
    [("UpdateAccessKey", 1), ("ListAccessKeys", 2)],
    ids=["between the line and the call", "between the call and the line's end"],
)
def test_killed(violators, rollback, start_command, when, off):
    """The journal's last line has no end, and the rollback finds out what became of that call."""
    account, started = violators(), []
    _killed(account, started, when)
    process = start_command(account, "remediate", "--apply", "--yes", "--journal", JOURNAL)
    started.append(process)
    process.wait(60)
    account.server.seen = None
    account.server.faults.clear()
    first, second = (account.keys(name)[0] for name in ("user-00000", "user-00020"))
    assert [first, second][:off] == account.inactive()
    text = (account.folder / JOURNAL).read_text()
    assert (1, f'"key": "{second}", "before": "Active", "after": "Inactive", "outcome": ') == (
        text.count("\n"),
        text[text.rindex('"key"') :],
    )
    back = rollback(account)
    assert (0, []) == (back.returncode, account.inactive()), back.stderr
    assert [(first, "Inactive", "changed"), (second, "Inactive", "interrupted")] == account.journal()[:2]
    assert [(key, "Active", "changed") for key in [first, second][:off]] == account.journal()[2:]
    assert (0, []) == (rollback(account).returncode, account.inactive())


def test_stopped_with_ctrl_c(violators, rollback, start_command):
    """While AWS does not answer: one line, exit code 130, and a journal that can be taken back."""
    account = violators({("UpdateAccessKey", "user-00020"): "hang"})
    asked = threading.Event()
    account.server.seen = lambda action, user: (action, user) == ("UpdateAccessKey", "user-00020") and asked.set()
    process = start_command(account, "remediate", "--apply", "--yes", "--journal", JOURNAL)
    assert asked.wait(60)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=10)
    assert (130, "checkov-keys remediate: interrupted\n") == (process.returncode, stderr)
    account.server.faults.clear()
    account.server.seen = None
    assert (0, []) == (rollback(account).returncode, account.inactive())


@pytest.fixture
def start_command(clean_environment, aws_environment, run_command):
    """Start `checkov-keys …` at an account's endpoint; returns the process."""
    with contextlib.ExitStack() as stack:

        def begin(account, name, *flags):
            process = subprocess.Popen(
                ["checkov-keys", name, "--endpoint-url", account.server.endpoint, *flags],
                cwd=run_command.folder,
                env={**clean_environment, **aws_environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.callback(process.communicate)
            stack.callback(process.kill)
            return process

        yield begin


def test_two_runs_at_once_on_one_journal(violators, apply, rollback, start_command):
    """The second refuses, whatever it is, and changes nothing; the first goes on."""
    reached, go_on = threading.Event(), threading.Event()

    def seen(action, user):
        if (action, user) == ("UpdateAccessKey", "user-00000"):
            reached.set()
            go_on.wait(60)

    account = violators(seen=seen)
    first = start_command(account, "remediate", "--apply", "--yes", "--journal", JOURNAL)
    try:
        assert reached.wait(60)
        for second in (apply(account), rollback(account)):
            assert 2 == second.returncode
            assert f"the journal {JOURNAL} is in use by another run; nothing was changed\n" in second.stderr
        assert [] == account.inactive()
    finally:
        go_on.set()
    first.communicate(timeout=60)
    assert (0, 2, 2) == (first.returncode, len(account.inactive()), len(account.journal()))


def test_a_journal_goes_on(violators, apply, rollback):
    """One file may hold the history of many runs; what was taken back is not taken back again."""
    account = violators()
    apply(account, "--user", "user-00000", "--key", account.keys()[1])
    rollback(account)
    apply(account)
    off = account.inactive()
    assert [account.keys(name)[0] for name in ("user-00000", "user-00020")] == off
    back = rollback(account)
    assert (0, []) == (back.returncode, account.inactive())
    assert 2 == back.stdout.count("turned on: ")


def test_a_journal_of_another_account(violators, apply, rollback):
    """Nobody goes there without being told how."""
    account = violators()
    apply(account)
    path = account.folder / JOURNAL
    path.write_text(path.read_text().replace(OWN, OTHER))
    off = account.inactive()
    back = rollback(account)
    assert (2, off) == (back.returncode, account.inactive())
    assert (
        f"in account {OTHER}: the credentials belong to account {OWN}: use those of {OTHER}, "
        "or name a role with --role-arn or --role-name\n"
    ) in back.stdout
    assert 0 == account.server.calls["AssumeRole"]


NO_JOURNALS = {
    "not there": (None, "cannot write the journal journal.jsonl: No such file or directory; nothing was changed"),
    "not JSON": ("hello\n", "journal.jsonl, line 1: not of a journal of checkov-keys, or damaged; nothing was changed"),
    "other JSON lines": ('{"user": "a", "key": "b"}\n', "journal.jsonl, line 1: not of a journal"),
    "one torn line of another": ('{"user": "a", "outcome": ', "journal.jsonl, line 1: not of a journal"),
}


@pytest.mark.parametrize(("text", "said"), NO_JOURNALS.values(), ids=NO_JOURNALS)
def test_a_journal_that_is_none(violators, rollback, apply, text, said):
    """It is named in one line, and left as it is, by both commands."""
    account = violators()
    path = account.folder / JOURNAL
    if text is not None:
        path.write_text(text)
    commands = [rollback] if text is None else [rollback, apply]
    for run in commands:
        done = run(account)
        assert (2, []) == (done.returncode, account.inactive())
        assert said in done.stderr
        assert text is None or text == path.read_text()


def test_nothing_is_applied_without_a_journal(violators, apply, read_only):
    """On a read-only disk nothing is changed, and AWS is not asked to."""
    account = violators()
    prefix, folder = read_only
    done = apply(account, "--journal", f"{folder}/journal.jsonl", prefix=prefix)
    assert (2, [], 0) == (done.returncode, account.inactive(), account.server.calls["UpdateAccessKey"])
    assert f"cannot write the journal {folder}/journal.jsonl: " in done.stderr


@pytest.fixture
def read_only(tmp_path):
    """A folder that cannot be written to, and what to put before a command so that it is so for it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.getuid():
        folder.chmod(0o500)
        return (), folder
    prefix = ("unshare", "--mount", "sh", "-c", f'mount -t tmpfs -o ro none "{folder}" && exec "$@"', "sh")
    if subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode:
        pytest.skip("root that may not mount has no read-only folder")
    return prefix, folder


@pytest.mark.parametrize("blocks", [0, 1])
def test_the_disk_fills_up(violators, apply, rollback, blocks):
    """A key whose line is not on the disk is not turned off, nor any after it."""
    account = violators()
    account.backend.create_access_key("user-00010")
    off_before = len(account.inactive())
    limited = ("bash", "-c", f'ulimit -f {blocks} && exec "$@"', "bash")
    # Six lines do not fit into the kilobyte that is a block to bash.
    for number in range(30, 33):
        account.backend.create_user("us-east-1", f"user-000{number}")
        for _ in range(2):
            account.backend.create_access_key(f"user-000{number}")
    done = apply(account, prefix=limited)
    told = account.journal() if blocks else []
    assert (2, off_before + len(told), blocks) == (
        done.returncode,
        len(account.inactive()),
        int(len(told) in range(1, 6)),
    )
    assert {"changed"} >= {outcome for _, _, outcome in told}
    assert (
        "checkov-keys: cannot write the journal journal.jsonl: File too large; nothing more is changed" in done.stderr
    )
    assert (0, []) == (rollback(account).returncode, account.inactive())


def test_many_accounts(violators, fill_moto, apply, rollback):
    """Each account is entered as it was to be read; rollback enters others by a role that is named."""
    account = violators()
    other = fill_moto(OTHER, 1)
    done = apply(account, "--accounts", f"{OWN},{OTHER}")
    assert (0, 2, 1) == (
        done.returncode,
        len(account.inactive()),
        sum(key.status == "Inactive" for key in other.users["user-00000"].access_keys),
    ), done.stdout
    assert ["Active", "Inactive"] == sorted(key.status for key in other.users["user-00000"].access_keys)
    own = rollback(account)
    assert (2, []) == (own.returncode, account.inactive())
    everywhere = rollback(account, "--role-name", "OrganizationAccountAccessRole")
    assert 0 == everywhere.returncode, everywhere.stdout
    assert ["Active", "Active"] == [key.status for key in other.users["user-00000"].access_keys]


def test_the_key_that_signs_is_never_turned_off(violators, apply, clean_environment):
    """Nor is that of the profile behind a role."""
    account = violators()
    second = account.keys()[1]
    _used(account)
    environment = {"AWS_ACCESS_KEY_ID": second}
    refused = apply(account, "--user", "user-00000", "--key", second, **environment)
    assert (2, []) == (refused.returncode, account.inactive())
    assert f"--key {second} signs these very calls" in refused.stderr
    with open(clean_environment["AWS_CONFIG_FILE"], "w") as config:  # noqa: PTH123
        config.write(
            f"[profile base]\naws_access_key_id = {second}\naws_secret_access_key = x\n"
            f"[profile role]\nrole_arn = arn:aws:iam::{OWN}:role/Admin\nsource_profile = base\nregion = us-east-1\n"
        )
    environment = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_ENDPOINT_URL": account.server.endpoint}
    by_role = apply(account, "--profile", "role", "--user", "user-00000", "--key", second, **environment)
    assert (1, []) == (by_role.returncode, account.inactive()), by_role.stderr
    assert f"left alone: {second} of user-00000 in account {OWN}: {second} signs these very calls" in by_role.stdout
