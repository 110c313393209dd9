"""The same facts give the same bytes, and every format says who audited what with what."""

import json

import pytest

from checkov_keys import __version__
from checkov_keys.cli.commands import main
from checkov_keys.report.destinations import FILE_NAMES

USERS = {"/team/a": ["Active", "Active"], "/b": ["Active"], "/c": [], "/lost": ["Active"]}
CALLER = "arn:aws:sts::123456789012:assumed-role/auditor/session"
RUNS = 10


@pytest.fixture
def snapshot(iam_server, audit, run_command):
    """A snapshot of an account in which a user could not be read."""
    server = iam_server(USERS, {("ListAccessKeys", "lost"): "AccessDenied"}, delay=0.002)
    assert 2 == audit(server.url, "--save-snapshot", "evidence").returncode
    return run_command.folder / "evidence"


@pytest.fixture
def written(snapshot, tmp_path, monkeypatch, capsys):
    """All formats of one audit, by their names, and what was printed."""
    monkeypatch.chdir(tmp_path)
    flags = [flag for name in FILE_NAMES for flag in ("-o", name)]

    def write():
        assert 2 == main(
            ["audit", "--check", "CKV2_KEYS_1", "--from-snapshot", str(snapshot), *flags, "--output-file-path", "out"]
        )
        files = {name: (tmp_path / "out" / file).read_bytes() for name, file in FILE_NAMES.items()}
        return {**files, "printed": capsys.readouterr().out.encode()}

    return write


def test_the_same_bytes(written):
    """Ten audits of one snapshot differ in nothing: times are those at which AWS was asked."""
    first = written()
    for _ in range(RUNS - 1):
        assert first == written()


def test_who_when_with_what(written, snapshot):
    """Our version, Checkov's, the caller, the time and the account with its counts are in each format but CSV."""
    files = {name: data.decode() for name, data in written().items() if name != "printed"}
    data = json.loads(files["json"])["audit"]
    read_at = json.loads(snapshot.read_text())["accounts"][0]["read_at"]
    assert {
        "id": "123456789012",
        "name": "",
        "read_at": read_at,
        "users": 4,
        "failed": 1,
        "passed": 2,
        "skipped": 0,
        "unjudged": 1,
        "root": "",
    } == data["accounts"][0]
    assert ("checkov-keys", __version__, CALLER) == (data["tool"], data["version"], data["caller"])
    run = json.loads(files["sarif"])["runs"][0]
    assert data == run["properties"]["audit"]
    assert f"{read_at[:19]}Z" == run["invocations"][0]["startTimeUtc"]
    scan = json.loads(files["gitlab_sast"])["scan"]
    assert [read_at[:19]] * 2 == [scan["start_time"], scan["end_time"]]
    for name in set(FILE_NAMES) - {"csv"}:
        for said in (__version__, data["checkov_version"], CALLER, "123456789012"):
            assert said in files[name], (name, said)
    for name in ("junitxml", "gitlab_sast", "github_failed_only"):
        assert "4 users, 1 failed, 2 passed, 1 not judged" in files[name]
    assert read_at in files["csv"]


def test_a_caller_that_nobody_knows(iam_server, audit, capsys):
    """It is left out, and costs nothing: no warning, no exit code."""
    server = iam_server(USERS, {("GetCallerIdentity", "*"): "AccessDenied"})
    done = audit(server.url, "-o", "json")
    assert (1, "") == (done.returncode, done.stderr)
    assert json.loads(done.stdout)["audit"]["caller"] is None
    assert "Read " in audit(server.url).stdout
    assert CALLER not in audit(server.url, "-o", "junitxml").stdout
    assert capsys.readouterr() == ("", "")


def test_accounts_without_users(iam_server, audit):
    """They were audited, so every format has them."""
    server = iam_server({})
    for name in FILE_NAMES:
        done = audit(server.url, "-o", name)
        assert (0, True) == (done.returncode, "123456789012" in done.stdout), name
