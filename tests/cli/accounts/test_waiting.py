"""What somebody who waits for `checkov-keys audit` sees, and what happens when they wait no longer."""

import signal
import subprocess
import threading

import pytest

OTHER = "111111111111"
CUT_OFF = {
    "one account": ((), "ListAccessKeys"),
    "several accounts": (("--accounts", OTHER), "ListAccessKeys"),
    "while users are listed": ((), "ListUsers"),
    "while a role is assumed": (("--accounts", OTHER), "AssumeRole"),
    "while last uses are read": ((), "GetAccessKeyLastUsed"),
}


@pytest.mark.parametrize(("flags", "action"), CUT_OFF.values(), ids=CUT_OFF)
def test_ctrl_c_ends_at_once(faulty_moto, fill_moto, start, flags, action):
    """AWS never answers; the audit ends all the same, in one line, and what was there before is untouched."""
    asked = threading.Event()
    server = faulty_moto({(action, "*"): "hang"}, seen=lambda called, _: called == action and asked.set())
    for account in ("123456789012", OTHER):
        fill_moto(account, 30)
    earlier = start.folder / "results_json.json"
    earlier.write_text("earlier")
    outputs = ("-o", "json", "-o", "sarif", "-o", "csv", "--output-file-path", ".", "--save-snapshot", "evidence")
    process = start(server.endpoint, *flags, *outputs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert asked.wait(60)
    process.send_signal(signal.SIGINT)
    # Two seconds, and as much again for a machine that runs other tests; a call to AWS would take 20.
    stdout, stderr = process.communicate(timeout=4)
    assert (130, "", "checkov-keys audit: interrupted\n") == (process.returncode, stdout, stderr)
    assert ["results_json.json"] == [path.name for path in start.folder.iterdir()]
    assert "earlier" == earlier.read_text()


def test_a_terminal_shows_how_far_it_is(faulty_moto, fill_moto, at_terminal):
    """Users of how many, the total from GetAccountSummary, and nothing of accounts where there is one."""
    fill_moto("123456789012", 40)
    server = faulty_moto(delay=0.05)
    code, shown = at_terminal(server.endpoint)
    assert 1 == code
    assert "users: 40/40" in shown
    assert "accounts:" not in shown
    assert 1 == server.calls["GetAccountSummary"]


def test_a_terminal_shows_accounts_too(faulty_moto, fill_moto, at_terminal):
    """Both bars, and the warning of each account is in lines of its own."""
    fill_moto("123456789012", 21)
    fill_moto(OTHER, 21)
    server = faulty_moto({("GetAccessKeyLastUsed", "*"): "AccessDenied"})
    code, shown = at_terminal(server.endpoint, "--accounts", f"{OTHER},123456789012")
    assert 1 == code
    assert "accounts: 2/2" in shown
    assert "users: 42/42" in shown
    assert 2 == server.calls["GetAccountSummary"]
    warnings = [line for line in shown.splitlines() if "cannot read the last use" in line]
    assert 2 == len(warnings)
    assert [] == [line for line in warnings if "█" in line]
    assert 2 == " ".join(shown.split()).count("allow iam:GetAccessKeyLastUsed for it")


def test_the_total_may_be_denied(faulty_moto, fill_moto, at_terminal):
    """Then users are counted without it, and no warning is worth it."""
    fill_moto("123456789012", 21)
    code, shown = at_terminal(faulty_moto({("GetAccountSummary", "*"): "AccessDenied"}).endpoint)
    assert 1 == code
    assert "users: 21 [" in shown
    assert "denied" not in shown.lower()


def test_without_a_terminal_nothing_is_shown(faulty_moto, fill_moto, audit):
    """A log file has no bars, and AWS is not asked for totals."""
    fill_moto("123456789012", 21)
    server = faulty_moto()
    done = audit(server.endpoint)
    assert (1, "") == (done.returncode, done.stderr)
    assert 0 == server.calls["GetAccountSummary"]
