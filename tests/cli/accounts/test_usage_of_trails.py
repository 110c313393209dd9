"""`checkov-keys usage --trail DIRECTORY`, over real files: what it says is what a count by hand says."""

import csv
import gzip
import io
import json
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from checkov_keys.cli.commands import main

DATA = Path(__file__).resolve().parents[2] / "runtime" / "usage" / "data"
FILES = sorted(DATA.rglob("*.json.gz"))
DEPLOYER, ANALYST, ANALYST_TOO = "AKIACTADE5PNQEXAMPLE", "AKIAI7LPHO2AOEXAMPLE", "AKIA5XYJWRFCMEXAMPLE"
KEYS = (DEPLOYER, ANALYST, ANALYST_TOO)
DENIED = ("AccessDenied", "Client.UnauthorizedOperation", "UnauthorizedOperation", "AccessDeniedException")


@pytest.fixture
def usage(tmp_path, monkeypatch, capsys):
    """Run the command in an empty folder, without credentials; returns what it prints as JSON."""
    monkeypatch.chdir(tmp_path)

    def run(*flags, keys=KEYS, form="json"):
        named = [part for key in keys for part in ("--key", key)]
        code = main(["usage", *named, *flags, "-o", form])
        printed = capsys.readouterr().out
        return code, json.loads(printed) if form == "json" else printed

    return run


def count(paths):
    """By hand: of each key, the calls that were not denied, the denied ones, the addresses and the days."""
    found = defaultdict(lambda: [0, 0, Counter(), set()])
    for path in paths:
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]:
            row = found[record["userIdentity"].get("accessKeyId")]
            row[record.get("errorCode", "") in DENIED] += 1
            row[2][record["sourceIPAddress"]] += 1
            row[3].add(record["eventTime"])
    return found


def flatten(key):
    """The same of the JSON of a key."""
    callers = Counter()
    for caller in key["callers"]:
        place = caller["service"] or caller["address"]
        callers[place] += caller["calls"]["number"] + caller["denied"]["number"]
    return key["calls"]["number"], key["denied"]["number"], callers


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_each_file(usage, path, tmp_path):
    """Calls, denied calls and addresses of each of three keys are those that are in the file."""
    shutil.copy(path, tmp_path)
    truth = count([path])
    code, report = usage("--trail", ".")
    assert (0, []) == (code, report["not_read"])
    for key in report["access_keys"]:
        calls, denied, addresses, _ = truth[key["id"]]
        assert (calls, denied, addresses) == flatten(key)
        assert key["is_exact"]


def test_all_files(usage):
    """Over all of them, so are the first and the last time, and which of two keys of one user is used for what."""
    truth = count(FILES)
    code, report = usage("--trail", str(DATA))
    assert 0 == code
    for key in report["access_keys"]:
        calls, denied, addresses, times = truth[key["id"]]
        assert (calls, denied, addresses) == flatten(key)
        spans = [key[name][end] for name in ("calls", "denied") for end in ("first", "last") if key[name]["number"]]
        assert (min(times), max(times)) == tuple(each.replace("+00:00", "Z") for each in (min(spans), max(spans)))
    families = {key["id"]: {caller["family"] for caller in key["callers"]} for key in report["access_keys"]}
    assert "Terraform" in families[DEPLOYER]
    assert families[ANALYST]
    assert families[ANALYST_TOO]


def test_rows(usage):
    """The CSV has a row per caller and key, whose calls add up."""
    _, text = usage("--trail", str(DATA), form="csv")
    totals = Counter()
    for row in csv.DictReader(io.StringIO(text, newline="")):
        totals[row["key id"]] += int(row["calls"]) + int(row["denied calls"])
    truth = count(FILES)
    assert {key: sum(truth[key][:2]) for key in KEYS} == totals


@pytest.mark.parametrize(
    ("first", "last", "files"),
    [("2023-07-10", "2023-07-10", len(FILES)), ("2023-07-11", "2023-07-12", 0), ("2020-01-01", "2023-07-09", 0)],
)
def test_days(usage, first, last, files):
    """Days are those of delivery; if no file is of one of them, that is a gap, and not an unused key."""
    code, report = usage("--trail", str(DATA), "--from", first, "--to", last)
    assert (0 if files else 2, not files) == (code, bool(report["not_read"]))
    assert f"{files} file" in report["source"]


def test_a_damaged_file(usage, tmp_path):
    """It is named, the others count, and numbers are at least that; the exit code is 2."""
    for path in FILES[:3]:
        shutil.copy(path, tmp_path)
    (tmp_path / FILES[0].name).write_bytes(FILES[0].read_bytes()[:-20])
    code, report = usage("--trail", ".")
    assert 2 == code
    ((gap,),) = (report["not_read"],)
    assert FILES[0].name in gap["what"]
    assert "ends early" in gap["reason"]
