"""A run of `remediate --apply` that is killed, stopped, or not the only one."""

import signal
import threading

import pytest
from violating_account import JOURNAL


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
    assert [(first, "Active", "changed"), (second, "Active", "changed" if off > 1 else "left alone")] == (
        account.journal()[2:]
    )
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
