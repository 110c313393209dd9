"""What `merge` takes, and what it refuses: in one clear line that names the file."""

import json
import subprocess
import sys

import pytest
from shard_files import change, choose_accounts, make_account, result_text, shard_texts

from checkov_keys.cli.commands import main
from checkov_keys.domain.shards import Shard
from checkov_keys.runtime.reading.snapshot import FORMAT, VERSION, snapshot_text

ONE, TWO = Shard(1, 2), Shard(2, 2)
R1, S1 = shard_texts(ONE)
R2, S2 = shard_texts(TWO)
CLEAN = result_text([make_account(900, keys=(1, 0))])


@pytest.fixture
def merge(tmp_path, monkeypatch, capsys):
    """Merge files with these contents, called a.json, b.json and so on; returns the code, the output and the errors."""
    monkeypatch.chdir(tmp_path)

    def run(*contents, flags=()):
        names = [f"{letter}.json" for letter, _ in zip("abcdefgh", contents)]
        for name, content in zip(names, contents):
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        code = main(["merge", *names, *flags])
        return (code, *capsys.readouterr())

    return run


OTHER = result_text([make_account(801), make_account(802)])
TAKEN = {
    "silent: nothing found": ([CLEAN], 0, 1),
    "silent: an empty shard of one": ([result_text([], Shard(1, 1))], 0, 0),
    "all shards": ([R1, R2], 1, 4),
    "all shards in another order": ([R2, R1], 1, 4),
    "files that are no shards": ([OTHER, CLEAN], 1, 3),
    "shards, and an audit beside them": ([R1, CLEAN, R2], 1, 5),
    "one file": ([OTHER], 1, 2),
    "two empty shards": ([result_text([], ONE), result_text([], TWO)], 0, 0),
    "snapshots": ([S1, S2], 0, 4),
    "an older result, which does not say whether it is a shard": (
        [json.dumps({**json.loads(OTHER), "audit": {
            k: v for k, v in json.loads(OTHER)["audit"].items() if "shard" not in k}}), CLEAN], 1, 3),
    "other white space": ([json.dumps(json.loads(R1)), R2], 1, 4),
    "names in another order": ([json.dumps(json.loads(R1), sort_keys=True), R2], 1, 4),
    "UTF-16, as PowerShell writes it": ([R1.encode("utf-16"), R2], 1, 4),
    "another release of Checkov": ([change(R1, summary__checkov_version="3.0.0"), R2], 1, 4),
    "another session": ([change(R1, audit__caller="arn:aws:sts::1:assumed-role/a/2"), R2], 1, 4),
    "a missing shard": ([R1], 2, 2),
    "a missing snapshot": ([S2], 2, 2),
    "users left out by --quiet": (
        [change(R1, results__passed_checks=[]), change(R2, results__passed_checks=[])], 1, 4),
}  # fmt: skip


@pytest.mark.parametrize(("contents", "code", "accounts"), TAKEN.values(), ids=TAKEN)
def test_taken(merge, contents, code, accounts):
    """Files that go together make one, whose exit code is that of one audit; all accounts are in it, in their order."""
    ended, out, said = merge(*contents)
    assert code == ended, said
    merged = json.loads(out)
    ids = [each["id"] for each in merged.get("accounts", merged.get("audit", {}).get("accounts"))]
    assert (accounts, sorted(ids)) == (len(ids), ids)
    assert said.splitlines()[0].startswith(f"checkov-keys merge: merged {len(contents)} file")
    assert merged.get("audit", merged)["shard"] is None
    if "summary" in merged:
        results, summary = merged["results"], merged["summary"]
        for name in ("failed_checks", "skipped_checks", "unjudged"):
            assert summary[name.partition("_")[0]] == len(results[name])
        assert summary["passed"] == sum(json.loads(_text(each))["summary"]["passed"] for each in contents)


def _text(content):
    return content.decode("utf-16") if isinstance(content, bytes) else content


OVERLAP = result_text(choose_accounts(ONE, count=1))
OLD = json.dumps({**json.loads(S1), "version": 1})
REFUSED = {
    "another number of shards": ([R1, shard_texts(Shard(3, 5))[0]], "b.json is shard 3/5 and a.json shard 1/2"),
    "one shard twice": ([R1, shard_texts(ONE, count=3)[0]], "b.json and a.json are both shard 1/2"),
    "one file twice": ([R1, R2, R1], "c.json holds the same as a.json"),
    "one snapshot twice": ([S1, S1], "b.json holds the same as a.json"),
    "an account in two files": ([R1, OVERLAP], "is in b.json and in a.json"),
    "an account in two snapshots": ([S1, snapshot_text(choose_accounts(ONE, count=1))], "is in b.json and in a.json"),
    "a result and a snapshot": ([R1, S2], "b.json is a snapshot and a.json a result"),
    "a snapshot and a result": ([S1, R2], "a.json is a snapshot and b.json a result"),
    "an account of another shard": ([change(R1, audit__shard=TWO.encode())], "a.json: damaged: account 0"),
    "an account of another snapshot": ([change(S1, shard=TWO.encode())], "a.json: damaged: account 0"),
    "a snapshot of version 1": ([OLD], "a.json: a snapshot of version 1, and those of version"),
    "a snapshot of the future": ([change(S1, version=99)], "a.json: a snapshot of version 99"),
    "another rule": ([R1, change(R2, url="https://example.com")], "b.json differs from a.json in url"),
    "other rules": ([R1, change(R2, audit__rules=["x"])], "b.json differs from a.json in audit.rules"),
    "something that the other does not have": ([R1, change(R2, audit__x=1)], "b.json differs from a.json in audit.x"),
    "malformed: empty": ([R1, ""], "b.json is empty"),
    "malformed: white space": (["\n \n"], "a.json is empty"),
    "malformed: cut off": ([R1[:-20]], "a.json is not an object in JSON, or was cut off"),
    "malformed: cut off in a record": ([R1[: len(R1) // 3]], "a.json is not an object in JSON, or was cut off"),
    "malformed: text": (["no JSON"], "a.json is not an object in JSON"),
    "malformed: not text": ([b'{"a": "\xff"}'], "a.json is not readable JSON"),
    "malformed: two results": ([R1 + R2], "a.json is not an object in JSON, or was cut off: Extra data"),
    "malformed: several formats": ([f"text\n--- OUTPUT DELIMITER ---\n{R1}"], "a.json is not an object in JSON"),
    "malformed: a list": ([f"[{R1}]"], "a.json is not an object in JSON"),
    "malformed: nested too deep": (['{"x": ' + "[" * 100_000], "a.json is not readable JSON"),
    "malformed: a name twice": (['{"a": 1, "a": 2}'], "a.json is not readable JSON: 'a' is there twice"),
    "other JSON": (['{"a": 1}'], "a.json is neither a result of audit nor a snapshot"),
    "nothing in JSON": (["{}"], "a.json is neither a result of audit nor a snapshot"),
    "results of a scan": ([json.dumps({"check_type": "terraform", "results": {}, "summary": {}})], "a.json is neither"),
    "another format": (['{"format": "x", "version": 2, "accounts": []}'], "a.json is neither"),
    "damaged: a finding that is gone": ([change(R1, results__failed_checks=[])], "a.json: damaged: the summary counts"),
    "damaged: a finding that is not counted": ([change(R1, summary__failed=0)], "a.json: damaged: the summary counts"),
    "damaged: a count that is a text": ([change(R1, summary__unjudged="0")], "a.json: damaged: the summary counts '0'"),
    "damaged: no count": ([change(R1, summary={})], "a.json: damaged: the summary counts None"),
    "damaged: an account that is gone": ([change(R1, audit__accounts=[])], "a.json: damaged: it judges account"),
    "damaged: accounts that are not objects": ([change(R1, audit__accounts=[1])], "a.json: damaged: audit.accounts[0]"),
    "damaged: an id that is a number": ([change(R1, audit__accounts=[{"id": 1}])], "damaged: audit.accounts[0]"),
    "damaged: records that are not objects": (
        [change(R1, results__failed_checks=[1, 2])], "a.json: damaged: results.failed_checks[0]"),
    "damaged: a list that is an object": ([change(R1, results__unjudged={})], "a.json is not an object in JSON"),
    "damaged: a shard that is none": ([change(R1, audit__shard={"number": 3, "of": 2})], "damaged: expected K/N"),
    "damaged: a shard that is a text": ([change(R1, audit__shard="1/2")], "a.json: damaged: that is not a shard"),
    "damaged: holes that are none": ([change(R1, audit__missing_shards=5)], "a.json: damaged: that is not a list"),
    "damaged: no accounts": ([json.dumps({"format": FORMAT, "version": VERSION})], "a.json: damaged"),
    "damaged: accounts of a snapshot": ([change(S1, accounts=[{}])], "a.json: damaged: accounts[0]: ValueError"),
}  # fmt: skip


@pytest.mark.parametrize(("contents", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(merge, contents, reason):
    """One line that names the file, exit code 2, and nothing is written: neither printed nor to a file."""
    code, out, said = merge(*contents, flags=("-o", "merged.json"))
    assert (2, "", 1) == (code, out, len(said.splitlines())), said
    assert said.startswith("checkov-keys merge: ")
    assert reason in said
    assert (2, "") == merge(*contents)[:2]


def test_merged_again(merge, tmp_path):
    """A whole that was merged is merged with other audits, and with its own shards it is refused."""
    assert 1 == merge(R1, R2, flags=("-o", "merged.json"))[0]
    merged = (tmp_path / "merged.json").read_text()
    assert 1 == merge(merged, CLEAN)[0]
    code, _, said = merge(merged, R1)
    assert (2, True) == (code, "is in b.json and in a.json" in said)


def test_files_that_cannot_be_read_or_written(merge, tmp_path, capsys):
    """Each is named with the reason; an output that is an input is refused, and left as it was."""
    for arguments, reason in {
        ("gone.json",): "cannot read gone.json: No such file or directory",
        (".",): "cannot read .: Is a directory",
        ("a.json", "-o", "."): "cannot write .: it is a directory",
        ("a.json", "-o", "a.json"): "a.json is one of the files to merge",
    }.items():
        (tmp_path / "a.json").write_text(CLEAN)
        assert 2 == main(["merge", *arguments])
        out, said = capsys.readouterr()
        assert ("", True) == (out, reason in said), said
        assert CLEAN == (tmp_path / "a.json").read_text()
    assert 2 == main(["merge"])
    assert merge(CLEAN)[0] == 0


def test_a_huge_file(monkeypatch, merge):
    """What is more than anybody's shard is not read into memory."""
    monkeypatch.setattr("checkov_keys.cli.files.merge._MOST_BYTES", len(R1))
    code, out, said = merge(R1, R1 + " ")
    assert (2, "", 1) == (code, out, len(said.splitlines()))
    assert "b.json is larger than 1 GiB" in said


SOFT = {
    "nothing": ([], 1),
    "all": (["--soft-fail"], 0),
    "a severity": (["--soft-fail-on", "MEDIUM"], 0),
    "a lower severity": (["--soft-fail-on", "LOW"], 1),
    "the rule": (["--soft-fail-on", "CKV2_KEYS_1"], 0),
    "another rule": (["--soft-fail-on", "CKV2_KEYS_99"], 1),
    "hard on it": (["--soft-fail", "--hard-fail-on", "MEDIUM"], 1),
    "hard on something else": (["--soft-fail", "--hard-fail-on", "CRITICAL"], 0),
}


@pytest.mark.parametrize(("flags", "code"), SOFT.values(), ids=SOFT)
def test_soft_fail(merge, tmp_path, capsys, flags, code):
    """The flags mean what they mean for the same accounts in one audit."""
    assert code == merge(R1, R2, flags=flags)[0]
    (tmp_path / "whole.json").write_text(snapshot_text(choose_accounts(ONE) + choose_accounts(TWO)))
    assert code == main(["audit", "--from-snapshot", "whole.json", "--check", "CKV2_KEYS_1", *flags])
    capsys.readouterr()


def test_standard_input(run_command):
    """A file may come through a pipe, and the result through another."""
    (run_command.folder / "a.json").write_text(R1)
    (run_command.folder / "b.json").write_text(R2)
    done = run_command("bash", "-c", "cat a.json | checkov-keys merge - <(cat b.json) -o - | checkov-keys merge -")
    assert 1 == done.returncode, done.stderr
    assert 4 == len(json.loads(done.stdout)["audit"]["accounts"])


def test_checkov_is_not_imported(run_command):
    """Merging takes no second for what it does not need."""
    (run_command.folder / "a.json").write_text(R1)
    code = (
        "import sys; from checkov_keys.cli.commands import main; main(['merge', 'a.json', '-o', 'b']);"
        "print([name for name in ('checkov', 'boto3', 'botocore') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=run_command.folder, capture_output=True, text=True, check=True
    )
    assert "[]\n" == done.stdout
