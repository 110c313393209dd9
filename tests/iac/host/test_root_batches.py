"""Terraform's root modules in batches: the same records in the same order as all at once, whoever calls whom."""

import logging
import os
import shutil

import pytest
from odd_monorepos import write_odd_monorepo
from selected_templates import KEY, PLAIN, call

from checkov_keys.iac.host import root_batches
from checkov_keys.iac.host.reporting_scan import run_frameworks
from checkov_keys.iac.host.root_batches import make_batches
from checkov_keys.iac.host.scan_notes import VARIABLE, read_notes
from checkov_keys.iac.host.scan_runs import ScanFlags
from checkov_keys.iac.selection.file_selection import Target, select_directory

FLAGS = ScanFlags(("CKV2_KEYS_1", "CKV2_KEYS_5"), quiet=True)
# No reader, and no server: a process is forked for each batch.
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork: this system has none")


@pytest.fixture
def small(monkeypatch):
    """Have batches of two files, if all files may be in several."""
    monkeypatch.setattr(root_batches, "_MOST_FILES", 2)
    monkeypatch.setattr(root_batches, "_FEWEST_FILES", 1)


ONE = {"a/main.tf": KEY, "b/main.tf": KEY, "c/main.tf": KEY}
CASES = {
    "no file": ({}, [[]]),
    "one root": ({"main.tf": KEY}, [["main.tf"]]),
    "roots": (ONE, [["a/main.tf", "b/main.tf"], ["c/main.tf"]]),
    "a root with more files than a batch has": (
        {"a/1.tf": KEY, "a/2.tf": PLAIN, "a/3.tf": PLAIN, "b/main.tf": KEY},
        [["a/1.tf", "a/2.tf", "a/3.tf"], ["b/main.tf"]],
    ),
    "a module that several roots call is in each batch": (
        {"a/main.tf": call("../m"), "b/main.tf": call("../m"), "m/main.tf": KEY},
        [["a/main.tf", "m/main.tf"], ["b/main.tf", "m/main.tf"]],
    ),
    "modules that call each other": (
        {"a/main.tf": call("../b"), "b/main.tf": call("../a") + KEY, "c/main.tf": KEY},
        [["a/main.tf", "b/main.tf"], ["c/main.tf"]],
    ),
    "what only such modules call, though it comes first": (
        {"a/main.tf": KEY, "b/main.tf": call("../c") + call("../a", "n"), "c/main.tf": call("../b"), "d/main.tf": KEY},
        [["a/main.tf", "b/main.tf", "c/main.tf"], ["d/main.tf"]],
    ),
    "both syntaxes": (
        {"a/main.tf": KEY, "a/more.tf.json": "{}", "b/main.tf": KEY},
        [["a/main.tf", "a/more.tf.json"], ["b/main.tf"]],
    ),
    "a caller of Terragrunt's, in the batch of its directory": (
        {**ONE, "a/terragrunt.hcl": "", "x/terragrunt.hcl": ""},
        [["a/main.tf", "a/terragrunt.hcl", "b/main.tf"], ["c/main.tf", "x/terragrunt.hcl"]],
    ),
    "another thing that is called source, which Checkov may take for a module's": (
        {**ONE, "a/main.tf": KEY + 'resource "aws_s3_object" "o" {\n  source = "../b"\n}\n' + call("../c")},
        [["a/main.tf", "b/main.tf", "c/main.tf"]],
    ),
    "a source of the text that the syntax does not have": (
        {**ONE, "a/main.tf": KEY + call("../c"), "a/x_override.tf": call("../b")},
        [["a/main.tf", "a/x_override.tf", "b/main.tf", "c/main.tf"]],
    ),
    "a module elsewhere that calls one here": (
        {**ONE, "a/main.tf": KEY + call("../.hidden/m"), ".hidden/m/main.tf": call("../../b")},
        [["a/main.tf", "b/main.tf", "c/main.tf"]],
    ),
    "a module elsewhere that calls none here": (
        {**ONE, "a/main.tf": KEY + call("../.hidden/m"), ".hidden/m/main.tf": KEY},
        [["a/main.tf", "b/main.tf"], ["c/main.tf"]],
    ),
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES)
def test_which_files_are_in_which_batch(write_files, files, expected):
    """Batches hold roots in the order of their paths, and all that these call; one batch if that is not certain."""
    folder = write_files({"README.md": "", **files})
    batches = make_batches(select_directory(str(folder)).kept)
    assert expected == [sorted(os.path.relpath(path, folder) for path in batch) for batch in batches]


@pytest.fixture
def scanned(monkeypatch, tmp_path):
    """What a scan of a folder finds: records in their order, what broke, the notes, and the number of batches."""

    def scan(folder, most):
        monkeypatch.setattr(root_batches, "_MOST_FILES", most)
        monkeypatch.setattr(root_batches, "_FEWEST_FILES", most)
        notes = tmp_path / "notes"
        notes.write_bytes(b"")
        monkeypatch.setenv(VARIABLE, str(notes))
        selection = select_directory(str(folder))
        reports, broken = run_frameworks(Target(str(folder), (), selection.frameworks, kept=selection.kept), FLAGS)
        assert [notes] == list(tmp_path.iterdir())
        found = {
            (report.check_type, kind): [_identify(record) for record in getattr(report, f"{kind}_checks")]
            for report in reports
            for kind in ("failed", "passed", "skipped")
        }
        found["unparsed"] = sorted({path for report in reports for path in report.parsing_errors})
        return found, broken, read_notes(notes), len(make_batches(selection.kept))

    return scan


def _identify(record):
    # A vertex that Checkov has not made has the lines of the file as they are, with its byte order mark.
    lines = [(number, text.replace("\ufeff", "")) for number, text in record.code_block]
    place = record.file_abs_path, *record.file_line_range, record.resource
    return record.check_id, *place, record.check_result["result"], lines, sorted(record.check_result)


# Found by 290 others: circles, modules elsewhere, keys of which Checkov has no vertex, sources that are not modules'.
SEEDS = [7, 14, 23, 28, 37, 83, 97, 132, 195]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_as_at_once(tmp_path_factory, scanned, seed, caplog):
    """Records, their order, what is unjudged and why keys fail are those of a scan of everything at once."""
    caplog.set_level(logging.CRITICAL)
    folder = tmp_path_factory.mktemp("odd") / "repository"
    folder.mkdir()
    write_odd_monorepo(folder, seed)
    at_once, in_batches = scanned(folder, 10**9), scanned(folder, 4)
    shutil.rmtree(folder.parent)
    assert at_once[:3] == in_batches[:3]
    assert (1, True) == (at_once[3], in_batches[3] > 1)
    assert sum(map(len, at_once[0].values())) > 5


def test_a_batch_at_which_checkov_breaks(tmp_path_factory, scanned, monkeypatch):
    """Its directories are named, and those of the other batches are judged."""
    folder = tmp_path_factory.mktemp("odd") / "repository"
    for name in "abcd":
        (folder / name).mkdir(parents=True)
        (folder / name / "main.tf").write_text(KEY)
    from checkov.terraform.runner import Runner  # noqa: PLC0415  # as the code under test

    run = Runner.run

    def break_at_c(self, *args, **kwargs):
        if "c" in {step[0][-1] for step in os.walk(folder)}:
            raise ValueError("not today")
        return run(self, *args, **kwargs)

    monkeypatch.setattr(Runner, "run", break_at_c)
    found, broken, _, number = scanned(folder, 2)
    assert (2, 2) == (number, len(found["terraform", "passed"]))
    what = f"every terraform template in 2 directories of {folder}, from {folder}/c to {folder}/d"
    assert [(what, "Checkov's runner broke: ValueError: not today")] == [(each.address, each.reason) for each in broken]
