"""Where reports go: standard output and files, as Checkov's flags say."""

import argparse
import io
import json
import os
import stat
import sys

import pytest
from checkov.common.runners import runner_registry
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.users import Unjudged
from checkov_keys.report.destinations import Destinations, Style, mark_file
from checkov_keys.report.files import write_whole
from checkov_keys.report.writer import write_report

NAMES = {"one": 1, "two": 2}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


PLACES = {
    "console": (["json"], None, []),
    "sarif without a place": (["sarif"], None, ["results.sarif"]),
    "a folder": (["cli", "json"], "out/deep", ["out/deep/results_cli.txt", "out/deep/results_json.json"]),
    "a folder, with sarif": (["sarif"], "out", ["out/results_sarif.sarif"]),
    "all formats": (
        ["cli", "json", "junitxml", "sarif", "github_failed_only", "gitlab_sast"],
        "out",
        [
            "out/results_cli.txt",
            "out/results_github_failed_only.md",
            "out/results_gitlab_sast.json",
            "out/results_json.json",
            "out/results_junitxml.xml",
            "out/results_sarif.sarif",
        ],
    ),
    "a list": (["cli", "junitxml"], "console,out/r.xml", ["out/r.xml"]),
    "a list, sarif on the console": (["sarif", "json"], "console,r.json", ["r.json", "results.sarif"]),
    "one file, with Checkov's comma": (["json"], "out/r.json,", ["out/r.json"]),
    "two files and a comma": (["json", "csv"], "r.json,r.csv,", ["r.csv", "r.json"]),
    "the same output twice": (["json", "json"], "a.json,b.json", ["b.json"]),
}


@pytest.mark.parametrize(("formats", "path", "files"), PLACES.values(), ids=PLACES)
def test_files(live_report, here, formats, path, files):
    """Checkov's names in a folder, the user's names in a list, and nothing else is left behind."""
    write_report(live_report(NAMES), Destinations(formats, path), Style())
    assert files == listed(here)


def test_every_format_ends_on_the_console(live_report, here, capsys):
    """Outputs come in Checkov's order, between Checkov's delimiters, whatever the order of the flags."""
    flags = ["gitlab_sast", "junitxml", "json", "sarif", "cli", "github_failed_only"]
    write_report(live_report(NAMES), Destinations(flags, None), Style())
    shown = capsys.readouterr().out.split(f"\n{runner_registry.OUTPUT_DELIMITER}\n"[1:])
    starts = ["### ", "checkov-keys ", "\nWrote output in SARIF", "{", "<?xml", "{"]
    assert starts == [text[: len(start)] for text, start in zip(shown, starts)]
    assert len(starts) == len(shown)
    assert "aws_iam" == json.loads(shown[3])["check_type"]
    assert ["results.sarif"] == listed(here)


MARKED = {
    "csv": (["csv"], "keys.csv", "keys.csv,"),
    "text by default": (None, "keys.txt", "keys.txt,"),
    "in a folder": (["json"], "out/r.json", "out/r.json,"),
    "in capitals": (["junitxml"], "R.XML", "R.XML,"),
    "markdown": (["github_failed_only"], "r.md", "r.md,"),
    "sarif": (["sarif"], "r.sarif", "r.sarif,"),
    "gitlab": (["gitlab_sast"], "gl-sast-report.json", "gl-sast-report.json,"),
    "another ending": (["csv"], "keys.json", "keys.json"),
    "a folder": (["csv"], "results", "results"),
    "a folder by its slash": (["csv"], "keys.csv/", "keys.csv/"),
    "a folder that is there": (["csv"], "there.csv", "there.csv"),
    "two formats": (["csv", "json"], "keys.csv", "keys.csv"),
    "a list": (["csv"], "keys.csv,", "keys.csv,"),
    "nothing": (["csv"], None, None),
    "an empty text": (["csv"], "", ""),
}


@pytest.mark.parametrize(("formats", "path", "meant"), MARKED.values(), ids=MARKED)
def test_what_is_a_file(here, formats, path, meant):
    """A path that ends as the only format's files do is a file, in Checkov's own spelling; a folder stays one."""
    (here / "there.csv").mkdir()
    assert meant == mark_file(formats, path)


def test_output_goes_where_it_was_sent(live_report, here, capsys):
    """Of what goes to files, the console has a line each; who reads a report from the console reads nothing else."""
    formats = ["cli", "json", "sarif"]
    write_report(live_report(NAMES), Destinations(formats, "out", as_sent=True), Style())
    lines = [f"Wrote out/results_{name}\n" for name in ("cli.txt", "sarif.sarif", "json.json")]
    assert ("".join(lines), "") == tuple(capsys.readouterr())
    assert "aws_iam" == json.loads((here / "out" / "results_json.json").read_text())["check_type"]
    write_report(live_report(NAMES), Destinations(["json", "csv"], "console,r.csv", as_sent=True), Style())
    shown = capsys.readouterr()
    assert ("aws_iam", "Wrote r.csv\n") == (json.loads(shown.out)["check_type"], shown.err)


@pytest.mark.parametrize("path", [None, "out", "console,console,r.json,r.xml,console,r.gl"])
def test_the_same_places_as_checkov(live_report, tmp_path, capsys, monkeypatch, path):
    """Checkov's own print_reports writes files of the same names, and delimits as many outputs."""
    formats = ["cli", "sarif", "json", "junitxml", "github_failed_only", "gitlab_sast"]
    config = argparse.Namespace(
        output=formats, output_file_path=path, quiet=True, compact=False, output_bc_ids=False, summary_position="top"
    )
    vars(config).update(
        openai_api_key=None, soft_fail=False, soft_fail_on=None, hard_fail_on=None, use_enforcement_rules=False
    )
    checkov = runner_registry.RunnerRegistry("", RunnerFilter())
    seen = []
    for name, write in (
        ("theirs", lambda: checkov.print_reports([live_report(NAMES)], config)),
        ("ours", lambda: write_report(live_report(NAMES), Destinations(formats, path), Style(quiet=True))),
    ):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        write()
        seen.append((listed(folder), capsys.readouterr().out.count(runner_registry.OUTPUT_DELIMITER)))
    assert seen[0] == seen[1]


def test_sarif_shows_people_the_text(live_report, here, capsys):
    """As with Checkov, SARIF alone prints the console report, in a folder too."""
    write_report(live_report(NAMES), Destinations(["sarif"], None), Style())
    assert "FAILED for resource: arn:aws:iam::123456789012:user/two" in capsys.readouterr().out
    write_report(live_report(NAMES), Destinations(["sarif"], str(here / "out")), Style())
    shown = capsys.readouterr().out
    assert "FAILED for resource" in shown
    assert "results.sarif" not in shown


def test_compact_json_has_no_code_but_other_formats_do(live_report, here):
    """Keys of the JSON stay, and the records keep their code for the formats that follow."""
    places = Destinations(["json", "junitxml"], "r.json,r.xml")
    write_report(live_report(NAMES), places, Style(compact=True))
    results = json.loads((here / "r.json").read_text())["results"]
    assert [None, None] == [record["code_block"] for record in results["passed_checks"] + results["failed_checks"]]
    assert "Key: AKIAt0 Active" in (here / "r.xml").read_text()


def test_files_hold_no_colours(live_report, unread, here, monkeypatch):
    """Text in a file has no escapes, even where colours are forced."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    write_report(live_report(NAMES, unread), Destinations(["cli", "json"], "r.txt,console"), Style())
    assert "\x1b" not in (here / "r.txt").read_text()


def test_gitlab_sast_is_as_its_schema_asks(live_report, unread, here):
    """Required fields are there and of the allowed values, ids stay the same between runs, keys are named.

    https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/blob/v15.0.4/dist/sast-report-format.json
    """

    def written():
        write_report(live_report({"a": 2, "b": 3}, unread), Destinations(["gitlab_sast", "cli"], "g,c"), Style())
        return json.loads((here / "g").read_text())

    data = written()
    scan = data["scan"]
    assert {"analyzer", "end_time", "scanner", "start_time", "status", "type", "messages"} == set(scan)
    assert {"id", "name", "version", "vendor"} == set(scan["analyzer"]) == set(scan["scanner"])
    assert [
        {"level": "fatal", "value": "arn:aws:iam::123456789012:user/lost: AccessDenied allow iam:ListAccessKeys"}
    ] == [each for each in scan["messages"] if each["level"] != "info"]
    first = data["vulnerabilities"][0]
    assert ("Medium", "aws/123456789012/iam/a", 1) == (
        first["severity"],
        first["location"]["file"],
        first["location"]["start_line"],
    )
    assert first["description"].startswith("IAM user a in account 123456789012 has 2 active access keys: AKIAa0 (")
    assert first["solution"].startswith("Turn off AKIAa1: it was never used")
    assert "Choose the key to keep" in first["solution"]
    assert all(each["location"]["start_line"] >= 1 for each in data["vulnerabilities"])
    ids = [vulnerability["id"] for vulnerability in data["vulnerabilities"]]
    assert 2 == len(set(ids))
    assert ids == [vulnerability["id"] for vulnerability in written()["vulnerabilities"]]


REFUSED = {
    "too few places": (["json", "cli", "sarif"], "a,b", "2 places for 3 outputs"),
    "too many places": (["json"], "a,b", "2 places for 1 outputs"),
    "one file for two": (["json", "cli"], "a,a", "one file"),
    "a folder is a file": (["json"], "file", "cannot write file/results_json.json"),
    "a file is a folder": (["json", "cli"], "folder,console", "cannot write folder: it is a directory"),
    "an empty entry": (["json", "cli"], "a,", "cannot write"),
    "below a file": (["json", "cli"], "file/x/y,console", "cannot write file/x/y"),
    "a name too long": (["json", "cli"], f"{'n' * 300},console", "File name too long"),
}


@pytest.mark.parametrize(("formats", "path", "said"), REFUSED.values(), ids=REFUSED)
def test_refused_before_anything_is_written(here, formats, path, said):
    """One line names the place, and no file appears."""
    (here / "file").write_text("kept")
    (here / "folder").mkdir()
    with pytest.raises(UsageError, match=said) as raised:
        Destinations(formats, path)
    assert "\n" not in str(raised.value)
    assert ["file"] == listed(here)
    assert "kept" == (here / "file").read_text()


def test_a_file_is_whole_or_not_there(here):
    """A text that cannot be written leaves the old file and nothing beside it."""
    (here / "r").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(here / "r", "\udc80")
    assert ("old", ["r"]) == ((here / "r").read_text(), listed(here))


def test_a_file_keeps_its_mode_and_a_new_one_follows_the_umask(here):
    """Nobody else can read a report that its owner keeps to himself."""
    (here / "old").write_text("")
    (here / "old").chmod(0o640)
    write_whole(here / "old", "x")
    mask = os.umask(0o077)
    try:
        write_whole(here / "new", "x")
    finally:
        os.umask(mask)
    assert (0o640, 0o600) == tuple(stat.S_IMODE((here / name).stat().st_mode) for name in ("old", "new"))


def test_links_and_pipes_are_written_to(here):
    """A link keeps pointing where it did; a device or a pipe is not replaced by a file."""
    (here / "target").write_text("old")
    (here / "link").symlink_to("target")
    write_whole(here / "link", "new")
    assert ((here / "link").is_symlink(), "new") == (True, (here / "target").read_text())
    read, write = os.pipe()
    write_whole(here / f"/dev/fd/{write}", "piped")
    os.close(write)
    with os.fdopen(read) as pipe:
        assert "piped" == pipe.read()


def test_a_terminal_that_cannot_show_a_reason(report_of, monkeypatch):
    """The report is printed all the same."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    write_report(report_of(None, [Unjudged("x", "Prüfung")]), Destinations(["cli"], None), Style())
    out.flush()
    assert b"Not judged: x: Pr\\xfcfung" in out.buffer.getvalue()
