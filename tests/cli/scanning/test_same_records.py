"""`checkov-keys scan` finds in a repository what the `checkov` command finds there with the pack."""

import json
import shutil
from collections import Counter

import pytest
from generated_monorepo import write_monorepo

PLAIN = 'resource "aws_s3_bucket" "b" {}\n'
KEYS = "".join(f'resource "aws_iam_access_key" "{name}" {{\n  user = "ops"\n}}\n\n' for name in ("a", "b"))


def records(done):
    """Every record of a JSON report, by what people and dashboards know it by."""
    assert done.returncode in (0, 1, 2), done.stderr
    reports = json.loads(done.stdout)
    reports = reports if isinstance(reports, list) else [reports]
    return Counter(
        (
            report["check_type"],
            record["resource"],
            record["file_path"],
            record["repo_file_path"],
            *record["file_line_range"],
            record["check_result"]["result"],
            record["check_result"].get("suppress_comment"),
        )
        for report in reports
        if "results" in report
        for kind in ("passed_checks", "failed_checks", "skipped_checks")
        for record in report["results"].get(kind, ())
    )


@pytest.fixture
def both(run_command):
    """The records of `checkov` with the pack, and those of the scan, with the same flags; each without --skip-path."""
    checks = run_command("checkov-keys", "checks-dir").stdout.strip()

    def compared(*flags):
        plain = ("--external-checks-dir", checks, "--check", "CKV2_KEYS_1", "-o", "json", "--quiet")
        whole = run_command("checkov", *flags, *(flag for flag in plain if flag != "--quiet"))
        return records(whole), records(run_command("checkov-keys", "scan", *flags, "-o", "json"))

    return compared


@pytest.fixture
def repository(run_command, root):
    """All examples, a generated monorepo, skip comments, and files that declare no key, in one working directory."""
    folder = run_command.folder
    shutil.copytree(root / "examples", folder / "examples")
    for file in (folder / "examples").rglob("*.txt"):
        file.rename(file.with_suffix(""))
    write_monorepo(folder / "mono", 40, resources=3, share=0.2)
    for name, text in {
        "plain/main.tf": PLAIN,
        "skipped/main.tf": KEYS.replace('"a" {', '"a" {\n  #checkov:skip=CKV2_KEYS_1:break glass', 1),
        ".hidden/main.tf": KEYS,
        "team/shared/main.tf": KEYS,
        "team/root/main.tf": 'module "m" {\n  source = "../shared"\n}\n',
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


FLAGS = {
    "a directory": ("-d", "."),
    "a directory with a slash": ("-d", "mono/"),
    "one framework": ("-d", ".", "--framework", "cloudformation"),
    "without one": ("-d", ".", "--skip-framework", "terraform"),
    "a path that is skipped": ("-d", ".", "--skip-path", "team/root", "--skip-path", "mono/team0"),
    "files": ("-f", "skipped/main.tf", "examples/cloudformation/failing/keys.template"),
    "a module alone": ("-d", "team/shared"),
    "nothing to find": ("-d", "plain"),
}


@pytest.mark.parametrize("flags", FLAGS.values(), ids=FLAGS)
def test_the_same_records(repository, both, flags):  # noqa: ARG001  # the files are what is scanned
    """The selected files give the records that the whole directory gives."""
    whole, selected = both(*flags)
    assert whole == selected
    assert bool(whole) is ("plain" not in flags)


def test_the_whole_tree(repository, run_command):
    """The selection can be switched off: what it leaves out is then read, and a broken file noticed."""
    (repository / "plain" / "broken.tf").write_text('resource "aws_iam_user" "b" {\n')
    selected = run_command("checkov-keys", "scan", "-d", ".", "-o", "json")
    whole = run_command("checkov-keys", "scan", "-d", ".", "-o", "json", "--whole-tree")
    assert (1, 2) == (selected.returncode, whole.returncode)
    assert records(selected) == records(whole)
    assert "plain/broken.tf: " in whole.stderr
    assert "it does not parse" in whole.stderr


CHANGED = {
    "nothing of a key": (["plain/main.tf"], 0, set()),
    "a module": (["team/shared/main.tf"], 1, {"/team/shared/main.tf"}),
    "who calls it": (["team/root/main.tf"], 1, {"/team/shared/main.tf"}),
    "a file that is gone": (["skipped/gone.tf"], 1, {"/skipped/main.tf"}),
    "a file of another kind": (["README.md"], 0, set()),
    "none": ([], 0, set()),
}


@pytest.mark.parametrize(("files", "code", "found"), CHANGED.values(), ids=CHANGED)
def test_changed_files(repository, run_command, files, code, found):  # noqa: ARG001
    """What they have a part in is judged, in the working directory if no other is named."""
    done = run_command("checkov-keys", "scan", "-o", "json", "--quiet", "--changed-files", *files)
    assert code == done.returncode, done.stderr
    assert found == {record[2] for record in records(done)}


def test_changed_files_and_the_whole_tree_contradict_each_other(run_command):
    """The two flags together are refused in one line."""
    done = run_command("checkov-keys", "scan", "-d", ".", "--whole-tree", "--changed-files", "a.tf")
    assert (2, "checkov-keys scan: --whole-tree and --changed-files contradict each other\n") == (
        done.returncode,
        done.stderr,
    )


def test_several_directories(repository, run_command, both):  # noqa: ARG001
    """Each for itself, as Checkov reports each: it prints a document for one after the other."""
    selected = run_command("checkov-keys", "scan", "-d", "skipped", "-d", "team", "-o", "sarif")
    assert 1 == selected.returncode
    results = json.loads((run_command.folder / "results.sarif").read_text())["runs"][0]["results"]
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert {"skipped/main.tf", "team/shared/main.tf"} == uris
