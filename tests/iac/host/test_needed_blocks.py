"""Which blocks Checkov's parser is given: all that a record is made from, at the lines where they are."""

import json
import sys

import hcl2
import pytest
from checkov.terraform.tf_parser import load_or_die_quietly
from odd_monorepos import write_odd_monorepo

from checkov_keys.iac.host import scan_runs
from checkov_keys.iac.host.needed_blocks import parse_needed_blocks
from checkov_keys.iac.host.reporting_scan import run_frameworks
from checkov_keys.iac.host.scan_runs import ScanFlags
from checkov_keys.iac.selection.file_selection import Target, select_directory

KEY = 'resource "aws_iam_access_key" "k" {\n  user = "u"\n}\n'
BUCKET = 'resource "aws_s3_bucket" "b" {\n  tags = { a = "}" } # }\n}\n'
NAMED = 'resource "random_pet" "p" {\n}\n'
CASES = {
    "a key, and a bucket that nothing names": ({"main.tf": BUCKET + KEY}, ["aws_iam_access_key.k"]),
    "a resource that a key names": (
        {"main.tf": NAMED + BUCKET + KEY.replace('"u"', "random_pet.p.id")},
        ["aws_iam_access_key.k", "random_pet.p"],
    ),
    "what is named by what is named": (
        {
            "a.tf": NAMED + 'data "x_y" "z" {\n  a = aws_s3_bucket.b.id\n}\n' + BUCKET,
            "k.tf": "locals {\n  a = data.x_y.z\n}\n",
        },
        ["aws_s3_bucket.b", "x_y.z"],
    ),
    "what a file of the other syntax names": (
        {"a.tf": NAMED + BUCKET, "b.tf.json": json.dumps({"locals": {"a": "${random_pet.p.id}"}})},
        ["random_pet.p"],
    ),
    "what an override file names": (
        {"a.tf": NAMED + BUCKET + KEY, "o_override.tf": KEY.replace('"u"', "random_pet.p.id")},
        ["aws_iam_access_key.k", "aws_iam_access_key.k", "random_pet.p"],
    ),
    "a user": ({"main.tf": BUCKET + 'resource "aws_iam_user" "u" {\n  name = "u"\n}\n'}, ["aws_iam_user.u"]),
    "what a secret may reach": (
        {"main.tf": KEY + BUCKET + 'resource "x_y" "z" {\n  tags = { a = aws_iam_access_key.k.secret }\n}\n'},
        ["aws_iam_access_key.k", "x_y.z"],
    ),
    "a block in a text": (
        {"main.tf": KEY + 'resource "x_y" "z" {\n  a = <<EOT\n}\n' + KEY + "EOT\n}\n"},
        ["aws_iam_access_key.k"],
    ),
    "two blocks in one line": ({"main.tf": 'resource "x_y" "z" {}; \n' + KEY}, None),
    "a file with carriage returns is given as it is": (
        {"main.tf": (KEY + BUCKET).replace("\n", "\r\n")},
        ["aws_iam_access_key.k", "aws_s3_bucket.b"],
    ),
    "a file with a byte order mark, too": (
        {"main.tf": "\ufeff" + BUCKET + KEY},
        ["aws_iam_access_key.k", "aws_s3_bucket.b"],
    ),
    "a file that is not read, too": ({"main.tf": KEY + BUCKET + "locals {\n  a = \n"}, None),
    "nothing": ({"main.tf": ""}, []),
}


def parse(path):
    """Return the addresses of a file's resources and data sources with their first lines, None if it is refused."""
    parsed = load_or_die_quietly(str(path), {})
    if parsed is None:
        return None
    blocks = [*parsed.get("resource", ()), *parsed.get("data", ())]
    return {
        f"{resource_type}.{name}": (body["__start_line__"], body["__end_line__"])
        for block in blocks
        for resource_type, named in block.items()
        for name, body in named.items()
    }


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES)
def test_which_blocks_are_parsed(tmp_path, files, expected):
    """Those are, at the lines where they are without it; None is what Checkov's parser refuses, with and without."""
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode())
    native = sorted(tmp_path.glob("*.tf"))
    before = [parse(path) for path in native]
    with parse_needed_blocks([str(tmp_path)]):
        after = [parse(path) for path in native]
    if expected is None:
        assert [None] == before == after
        return
    assert expected == sorted(address for file in after for address in file)
    assert all(file.items() <= whole.items() for file, whole in zip(after, before))
    assert before == [parse(path) for path in native]


def test_what_else_the_parser_has():
    """Another release of Checkov may ask for it."""
    with parse_needed_blocks([]):
        assert find_opening_module().hcl2.loads is hcl2.loads


def find_opening_module():
    """The module in which Checkov opens files."""
    return sys.modules[load_or_die_quietly.__module__]


def test_other_directories_and_values(write_files):
    """They are given as they are."""
    folder = write_files({"a/main.tf": BUCKET, "b/main.tf": BUCKET, "a/x.tfvars": "a = 1\n"})
    with parse_needed_blocks([str(folder / "a")]):
        assert ({}, {"aws_s3_bucket.b": (1, 3)}) == (parse(folder / "a" / "main.tf"), parse(folder / "b" / "main.tf"))
        assert {"a": [1]} == load_or_die_quietly(str(folder / "a" / "x.tfvars"), {})


@pytest.mark.parametrize("seed", [3, 5, 14])
def test_the_same_records(tmp_path, monkeypatch, seed):
    """Field by field, of both rules, as if Checkov parsed everything."""
    write_odd_monorepo(tmp_path / "repository", seed)
    selection = select_directory(str(tmp_path / "repository"))
    target = Target(str(tmp_path / "repository"), (), selection.frameworks, kept=selection.kept)

    def scan():
        reports, broken = run_frameworks(target, ScanFlags(("CKV2_KEYS_1", "CKV2_KEYS_5"), quiet=True))
        assert [] == broken
        records = [
            record
            for report in reports
            for kind in ("failed", "passed", "skipped")
            for record in getattr(report, f"{kind}_checks")
        ]
        # Checkov counts the blocks of its graph in breadcrumbs, and a severity from another process is another one.
        return [
            {name: value for name, value in vars(record).items() if name not in ("breadcrumbs", "severity")}
            for record in records
        ]

    some = scan()
    monkeypatch.setattr(scan_runs, "is_module_file", lambda _: False)
    assert some == scan()
    assert some
