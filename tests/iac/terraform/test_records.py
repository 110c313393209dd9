"""What Checkov reports of Terraform: a record for every instance, in whichever file of a module its block is."""

import json

import pytest

PAIR = 'resource "aws_iam_access_key" "{name}" {{\n  user = "bot"{more}\n}}\n'
ONE, TWO = (PAIR.format(name=name, more="") for name in ("one", "two"))
SKIPPED = PAIR.format(name="two", more="\n  # checkov:skip=CKV2_KEYS_1:rotation")
OFF = PAIR.format(name="two", more='\n  status = "Inactive"')
LOOP = """
locals {
  robots = { "ship.io" = ["old", "new"], pack = ["only"] }
  pairs  = merge([for name, labels in local.robots : { for label in labels : "${name}/${label}" => name }]...)
}
resource "aws_iam_access_key" "robot" {
  for_each = local.pairs
  user     = each.value
}
"""
# Checkov's parser refuses this file, Terraform's does not.
REFUSED = f"""{TWO}
locals {{
  odd  = true ? /* a
    comment */ "x" : "y"
  text = "${{"a"}}${{"${{"b"}}"}}"
  key  = {{ for k, v in {{}} : k => v... }}
}}
"""
CASES = {
    "silent: an override": ({"main.tf": ONE + TWO, "override.tf": OFF}, {"one": "passed", "two": "passed"}),
    "silent: another module": ({"a/main.tf": ONE, "b/main.tf": TWO}, {"one": "passed", "two": "passed"}),
    "instances": (
        {"main.tf": LOOP},
        {'robot["ship.io/old"]': "failed", 'robot["ship.io/new"]': "failed", 'robot["pack/only"]': "passed"},
    ),
    "two files": ({"main.tf": ONE, "more.tf": TWO}, {"one": "failed", "two": "failed"}),
    "a file of OpenTofu": ({"main.tf": ONE, "more.tofu": TWO}, {"one": "failed", "two": "failed"}),
    "a skipped key of OpenTofu": ({"main.tf": ONE, "more.tofu": SKIPPED}, {"one": "failed", "two": "skipped"}),
    "a file that OpenTofu replaces": ({"main.tf": ONE + TWO, "main.tofu": TWO}, {"two": "passed"}),
    "a file that Checkov refuses": ({"main.tf": ONE, "more.tf": REFUSED}, {"one": "failed", "two": "failed"}),
    "a module that is installed": (
        {
            "main.tf": 'module "keys" {\n  source  = "example/keys/aws"\n  version = "1.0"\n}\n' + ONE,
            ".terraform/modules/modules.json": json.dumps(
                {"Modules": [{"Key": "keys", "Dir": ".terraform/modules/keys"}]}
            ),
            ".terraform/modules/keys/main.tf": TWO,
        },
        {"one": "failed", "module.keys.two": "failed"},
    ),
    "a module twice": (
        {"main.tf": 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n', "m/main.tf": ONE},
        {"module.a.one": "failed", "module.b.one": "failed"},
    ),
}


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES)
def test_records(files, expected, write_files, scan):
    """Every instance that exists has one record with its own address and verdict."""
    found = scan("terraform", write_files(files))
    names = {address.replace("aws_iam_access_key.", ""): verdict for address, verdict in found}
    assert (expected, len(expected)) == (names, len(found))


def test_both_syntaxes(write_files, scan):
    """The two syntaxes of one directory are one module; each of Checkov's runners reports the keys of its files."""
    document = json.dumps({"resource": {"aws_iam_access_key": {"two": {"user": "BOT"}}}})
    folder = write_files({"main.tf": ONE, "more.tf.json": document})
    assert [("aws_iam_access_key.one", "failed")] == scan("terraform", folder)
    assert [("aws_iam_access_key.two", "failed")] == scan("terraform_json", folder)


BROKEN = {
    "silent: nothing about keys": ("locals {\n  a = [\n", []),
    "a key": (TWO + "locals {\n  a = [\n", ["unknown"]),
    "not UTF-8": (b'# \xff\nresource "aws_iam_access_key" "two" {}\n', ["unknown"]),
}


@pytest.mark.parametrize(("content", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_nobody_reads(content, expected, write_files, scan):
    """A file that cannot be read is named if it may declare a key, and changes nothing otherwise."""
    folder = write_files({"main.tf": ONE})
    (folder / "broken.tf").write_bytes(content if isinstance(content, bytes) else content.encode())
    found = dict(scan("terraform", folder))
    assert "passed" == found.pop("aws_iam_access_key.one")
    assert expected == [*found.values()]
