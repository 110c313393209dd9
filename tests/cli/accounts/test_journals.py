"""The journal of changes: what it holds, what is not one, and a disk that does not take it."""

import os
import subprocess

import pytest
from emulated_aws import OWN
from faulty_moto_server import age_keys
from programs import need
from violating_account import JOURNAL

OTHER = "111111111111"


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
    "not JSON": ("hello\n", "journal.jsonl, line 1: not a journal of checkov-keys, or damaged; nothing was changed"),
    "other JSON lines": ('{"user": "a", "key": "b"}\n', "journal.jsonl, line 1: not a journal"),
    "one torn line of another": ('{"user": "a", "outcome": ', "journal.jsonl, line 1: not a journal"),
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
    need("unshare")
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
    age_keys()
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
