"""SARIF as a file for each account."""

import json
import logging

import pytest

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, NoUse, UnjudgedAccount, User
from checkov_keys.report.baselines import apply_baseline, read_baseline, write_baseline
from checkov_keys.report.destinations import Destinations, Style, name_account_file
from checkov_keys.report.formats.sarif_files import write_log, write_sarif
from checkov_keys.report.live.live_report import LiveReport
from checkov_keys.report.writer import write_report

DIRTY, CLEAN, CLOSED = "111111111111", "222222222222", "333333333333"


def account(number, violating=0, passing=0, name=""):
    keys = [AccessKey(f"AKIA{n}", KeyStatus.ACTIVE, None, NoUse.NEVER) for n in range(2)]
    users = [
        User(number, f"u{n}", f"arn:aws:iam::{number}:user/u{n}", tuple(keys[: 2 if n < violating else 1]))
        for n in range(violating + passing)
    ]
    return Account(number, "aws", tuple(users), name=name)


@pytest.fixture
def organization():
    """An account with findings, one without, and one that could not be entered."""
    closed = UnjudgedAccount(CLOSED, "aws", "vault", "AccessDenied").as_account()
    return [account(DIRTY, 2, 1, "prod"), account(CLEAN, 0, 3), closed]


@pytest.fixture
def written(tmp_path, capsys):
    """Write a report as SARIF per account; returns the logs by file name."""

    def write(report, path="out"):
        destinations = Destinations(["sarif"], str(tmp_path / path), sarif_per_account=True)
        write_report(report, destinations, Style())
        write.said = capsys.readouterr()
        return {file.name: json.loads(file.read_text()) for file in sorted(tmp_path.rglob("*.sarif"))}

    return write


def test_a_file_for_each_account(organization, written, together, validate_sarif):
    """Each has its own category, and no file is about all; an account that was not entered has one that says so."""
    logs = written(LiveReport(organization, (ONE_ACTIVE_KEY,)))
    runs = {name: log["runs"][0] for name, log in logs.items()}
    ids = (DIRTY, CLEAN, CLOSED)
    assert [f"results_sarif_{number}.sarif" for number in ids] == list(runs)
    assert [f"checkov-keys/aws/{number}/" for number in ids] == [
        run["automationDetails"]["id"] for run in runs.values()
    ]
    assert [2, 0, 0] == [len(run["results"]) for run in runs.values()]
    assert [True, True, False] == [run["invocations"][0]["executionSuccessful"] for run in runs.values()]
    (notification,) = runs[f"results_sarif_{CLOSED}.sarif"]["invocations"][0]["toolExecutionNotifications"]
    assert (
        f"Not judged: arn:aws:iam::{CLOSED}:user/* in account {CLOSED} (vault): AccessDenied."
        == notification["message"]["text"]
    )
    assert [] == validate_sarif(together(list(logs.values())))


def test_results_are_those_of_the_whole_file(organization, written, tmp_path):
    """Together the files hold the same results, and the same fingerprints."""
    parts = written(LiveReport(organization, (ONE_ACTIVE_KEY,))).values()
    write_sarif(LiveReport(organization, (ONE_ACTIVE_KEY,)), tmp_path / "whole")
    whole = json.loads((tmp_path / "whole").read_text())
    assert whole["runs"][0]["results"] == [result for part in parts for result in part["runs"][0]["results"]]


def test_what_a_baseline_knows(organization, written, tmp_path):
    """It is left out of each file, or suppressed there."""
    write_baseline([LiveReport(organization, (ONE_ACTIVE_KEY,))], tmp_path / "known")
    for skipped, results in ((False, 0), (True, 2)):
        report = LiveReport(organization, (ONE_ACTIVE_KEY,))
        apply_baseline(report, read_baseline(str(tmp_path / "known"), output_skipped=skipped))
        log = written(report)[f"results_sarif_{DIRTY}.sarif"]
        assert results == len(log["runs"][0]["results"])
        assert all(result["suppressions"] for result in log["runs"][0]["results"])


def test_an_account_that_a_snapshot_names_twice(written):
    """Nothing of it is overwritten."""
    log = written(LiveReport([account(DIRTY, 1), account(DIRTY, 2)], (ONE_ACTIVE_KEY,)))[f"results_sarif_{DIRTY}.sarif"]
    assert ("checkov-keys/aws/111111111111/", 3) == (
        log["runs"][0]["automationDetails"]["id"],
        len(log["runs"][0]["results"]),
    )


SAID = {
    "one account": (1, "results_sarif_000000000000.sarif", 0),
    "as many as one upload takes": (20, "20 files ", 0),
    "more than that": (21, "21 files ", 1),
    "an organization": (200, "200 files ", 1),
}


@pytest.mark.parametrize(("count", "said", "warnings"), SAID.values(), ids=SAID)
def test_what_is_said_of_many_accounts(written, caplog, count, said, warnings):
    """One line, however many accounts there are, and a warning where GitHub takes no such folder."""
    assert count == len(written(LiveReport([account(f"{number:012}") for number in range(count)], (ONE_ACTIVE_KEY,))))
    (line,) = written.said.err.splitlines()
    assert said in line
    assert len(line) < 200
    assert warnings == len([record for record in caplog.records if "by itself" in record.getMessage()])


@pytest.mark.parametrize("number", ["", "../../etc", "a/b", "111111111111\n", ".."])
def test_an_id_that_leads_elsewhere(written, tmp_path, number):
    """A snapshot cannot choose the place of a file; nothing is written."""
    with pytest.raises(UsageError, match="not the id of an account"):
        written(LiveReport([account(DIRTY), account(number)], (ONE_ACTIVE_KEY,)))
    assert [] == list(tmp_path.rglob("*.sarif"))


PLACES = {
    "no place": (None, "results_1.sarif"),
    "a folder": ("out", "out/results_sarif_1.sarif"),
    "a file": ("deep/keys.sarif,console", "deep/keys_1.sarif"),
    "a file of another kind": ("keys.v1.txt,console", "keys.v1_1.sarif"),
    "the console": ("console,console", "results_1.sarif"),
}


@pytest.mark.parametrize(("path", "file"), PLACES.values(), ids=PLACES)
def test_places(tmp_path, monkeypatch, path, file):
    """They stand beside the file of all, which is not written, and are found by their ending."""
    monkeypatch.chdir(tmp_path)
    formats = ["sarif", "json"] if path and "," in path else ["sarif"]
    write_report(
        LiveReport([account("1", 1)], (ONE_ACTIVE_KEY,)),
        Destinations(formats, path, sarif_per_account=True),
        Style(quiet=True),
    )
    assert [file] == [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]


def test_the_console_names_no_file_that_is_not_there(organization, tmp_path, monkeypatch, capsys):
    """People see the text, as without the flag."""
    monkeypatch.chdir(tmp_path)
    write_report(
        LiveReport(organization, (ONE_ACTIVE_KEY,)), Destinations(["sarif"], None, sarif_per_account=True), Style()
    )
    shown = capsys.readouterr().out
    assert "FAILED for resource" in shown
    assert "results.sarif" not in shown


REFUSED = {
    "no sarif": (None, None, "add -o sarif"),
    "another format": (["json"], "out", "add -o sarif"),
    "a device": (["json", "sarif"], "console,/dev/null", "not a place for files"),
    "a folder that cannot be": (["sarif"], "/dev/null/x", "cannot write /dev/null/x"),
    "a name too long with the id": (["json", "sarif"], f"console,{'n' * 245}.sarif", "File name too long"),
}


@pytest.mark.parametrize(("formats", "path", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path, monkeypatch, formats, path, said):
    """Before anything is asked or written, in one line."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said) as raised:
        Destinations(formats, path, sarif_per_account=True)
    assert "\n" not in str(raised.value)


SIZES = {
    "kept": ((4_999,), []),
    "just kept": ((5_000,), []),
    "not all kept": ((5_001,), [("5,001", "--baseline")]),
    "not all kept of several": ((5_000, 1), [("5,001", "--sarif-per-account")]),
    "just taken": ((25_000,), [("25,000", "keeps only 5,000")]),
    "not taken": ((25_000, 1), [("25,001", "refuses")]),
}


@pytest.mark.parametrize(("users", "said"), SIZES.values(), ids=SIZES)
def test_limits_of_the_whole_file(tmp_path, caplog, users, said):
    """The file is written all the same, and a warning says what would help."""
    with caplog.at_level(logging.WARNING):
        write_sarif(
            LiveReport([account(f"{n:012}", count) for n, count in enumerate(users)], (ONE_ACTIVE_KEY,)),
            tmp_path / "r.sarif",
        )
    messages = [record.getMessage() for record in caplog.records]
    assert len(said) == len(messages)
    assert all(
        part in message for parts, message in zip(said, messages) for part in (*parts, str(tmp_path / "r.sarif"))
    )
    assert sum(users) == len(json.loads((tmp_path / "r.sarif").read_text())["runs"][0]["results"])


def test_limits_of_each_account(written, caplog):
    """An account within the limits is not warned of because of another."""
    written(LiveReport([account(DIRTY, 3_000), account(CLEAN, 3_000)], (ONE_ACTIVE_KEY,)))
    assert [] == caplog.records
    written(LiveReport([account(DIRTY, 5_001), account(CLEAN, 3_000)], (ONE_ACTIVE_KEY,)))
    (record,) = caplog.records
    assert f"_{DIRTY}.sarif holds 5,001 results" in record.getMessage()
    assert "--sarif-per-account" not in record.getMessage()


def test_limits_of_templates(template_report, tmp_path, caplog):
    """A log of templates is warned of with what helps there; suppressed results count."""
    from checkov_keys.report.formats.sarif_log import build_template_log  # noqa: PLC0415

    keys = {f"k{n}": "SKIPPED" if n % 2 else "FAILED" for n in range(5_001)}
    write_log(tmp_path / "r", build_template_log([template_report(keys)], ()), "scan folders apart")
    (record,) = caplog.records
    assert record.getMessage().startswith(f"{tmp_path / 'r'} holds 5,001 results: ")
    assert record.getMessage().endswith("; scan folders apart")


def test_names_of_files(tmp_path):
    """The name of the file of all is never that of an account's."""
    assert tmp_path / "r_1.sarif" == name_account_file(tmp_path / "r.sarif", "1")
