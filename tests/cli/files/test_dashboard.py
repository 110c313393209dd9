"""`checkov-keys dashboard`, as a command."""

import json
import re

import pytest


def findings(page):
    """What a page lists: pairs of verdict and resource."""
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL).group(1))
    return [(found["verdict"], found["resource"]) for found in data["findings"]]


@pytest.fixture
def dashboard(run_command):
    """Run the command in a folder with the given files {name: text, bytes or what JSON can hold}."""

    def run(files, *arguments, **environment):
        for name, content in files.items():
            text = content if isinstance(content, (str, bytes)) else json.dumps(content)
            (run_command.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return run_command("checkov-keys", "dashboard", *arguments, **environment)

    run.folder = run_command.folder
    return run


def test_results_of_every_kind(dashboard, audit, iam_server, write_files, run_command):
    """Real results of audit, of scan and of Checkov's own runners make one page; findings are no error."""
    key = 'resource "aws_iam_access_key" "{0}" {{ user = "u" }}\n'
    folder = write_files(
        {"main.tf": key.format("a") + key.format("b"), "Dockerfile": "FROM x:latest\n", "broken.tf": "{"}
    )
    audited = audit(iam_server({"alice": ["Active", "Active"], "bob": ["Active"]}).url, "-o", "json")
    scanned = run_command("checkov-keys", "scan", "-d", folder, "-o", "json")
    every = run_command("checkov", "-d", folder, "-o", "json", "--framework", "dockerfile", "secrets", "--compact")
    files = {"audit.json": audited.stdout, "scan.json": scanned.stdout, "all.json": every.stdout}
    done = dashboard(files, *files)
    assert (0, "", "wrote checkov-keys-report.html\n") == (done.returncode, done.stdout, done.stderr)
    page = (dashboard.folder / "checkov-keys-report.html").read_text()
    found = findings(page)
    assert ("failed", "alice") in found
    assert ("passed", "bob") in found
    assert ("failed", "aws_iam_access_key.a") in found
    assert ("failed", "/Dockerfile.FROM") in found
    assert ["unjudged"] == [verdict for verdict, resource in found if resource.endswith("broken.tf")]


def test_no_runner_at_all(dashboard):
    """Checkov's summary of nothing makes a page that says so."""
    summary = {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0, "checkov_version": "3"}
    done = dashboard({"a.json": summary}, "a.json", "-o", "page.html")
    assert 0 == done.returncode
    assert "warning: a.json contains no check that ran" in done.stderr
    assert "Nothing was judged" in (dashboard.folder / "page.html").read_text()


def test_standard_input_and_output(dashboard, checkov_results, checkov_record, run_command):
    """A dash stands for both, the page is UTF-8 in any locale, and nothing else is printed there."""
    text = json.dumps(checkov_results(failed=[checkov_record(resource="用户", repo_file_path="/用户.tf")]))
    (dashboard.folder / "a.json").write_text(text)
    line = "checkov-keys dashboard - -o - < a.json > page.html"
    done = run_command("bash", "-c", line, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (0, "") == (done.returncode, done.stderr)
    page = (dashboard.folder / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>\n")
    assert page.endswith("</html>\n")
    assert "/用户.tf" in page
    assert [("failed", "用户")] == findings(page)


def test_a_reader_that_has_seen_enough(dashboard, checkov_results, checkov_record, run_command):
    """A closed pipe is no traceback."""
    (dashboard.folder / "a.json").write_text(json.dumps(checkov_results(failed=[checkov_record()] * 2_000)))
    done = run_command("bash", "-c", "checkov-keys dashboard a.json -o - | head -c 1")
    assert ("<", "") == (done.stdout, done.stderr)


def test_the_same_results_count_once(dashboard, checkov_results, checkov_record):
    """A file named twice, or copied, does not double what is found."""
    results = checkov_results(failed=[checkov_record()])
    done = dashboard({"a.json": results, "b.json": results}, "a.json", "a.json", "b.json", "-o", "page.html")
    assert 0 == done.returncode
    assert [
        "checkov-keys dashboard: warning: a.json holds the same as a.json: it is counted once",
        "checkov-keys dashboard: warning: b.json holds the same as a.json: it is counted once",
    ] == done.stderr.splitlines()[:2]
    assert 1 == len(findings((dashboard.folder / "page.html").read_text()))


@pytest.mark.parametrize(
    ("said", "files", "arguments"),
    [
        ("cannot read none.json: No such file or directory", {}, ["none.json"]),
        ("cannot read .: Is a directory", {}, ["."]),
        ("a.json is empty", {"a.json": ""}, ["a.json"]),
        ("a.json is not JSON, or was cut off", {"a.json": '{"check_type": "terr'}, ["a.json"]),
        ("a.json is not readable JSON", {"a.json": b"\xff\xfe\xff"}, ["a.json"]),
        ("a.json is JSON, but not a result of Checkov", {"a.json": {"runs": []}}, ["a.json"]),
        ("b.json is empty", {"b.json": ""}, ["good.json", "b.json"]),
        ("cannot write .: it is a directory", {}, ["good.json", "-o", "."]),
        ("cannot write good.json/page.html", {}, ["good.json", "-o", "good.json/page.html"]),
        ("good.json is one of the results", {}, ["good.json", "-o", "./good.json"]),
        ("required: RESULTS.json", {}, []),
    ],
)
def test_bad_input(dashboard, checkov_results, said, files, arguments):
    """One line says what, where and what to do; no page is written, and one that was there stays."""
    good = json.dumps(checkov_results())
    page = dashboard.folder / "checkov-keys-report.html"
    page.write_text("before")
    done = dashboard({"good.json": good, **files}, *arguments)
    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert "before" == page.read_text()
    assert {"good.json", page.name, *files} == {path.name for path in dashboard.folder.iterdir()}
    assert good == (dashboard.folder / "good.json").read_text()


def test_neither_checkov_nor_boto3_is_needed(dashboard, checkov_results, checkov_record, run_command):
    """The page is made without what takes seconds to import."""
    (dashboard.folder / "a.json").write_text(json.dumps(checkov_results(failed=[checkov_record()])))
    program = (
        "import sys; from checkov_keys.cli.commands import main; code = main(['dashboard', 'a.json']); "
        "print(code, [name for name in ('checkov', 'boto3', 'botocore') if name in sys.modules])"
    )
    assert "0 []\n" == run_command("python", "-c", program).stdout
