"""Where a directory's access keys are declared, by the addresses that scans, states and stacks use."""

import logging

import pytest

from checkov_keys.domain.users import KeyStatus
from checkov_keys.iac.declared.key_blocks import key_blocks

KEY = 'resource "aws_iam_access_key" "k" {\n  user = "u"\n}\n'
CALLS = """variable "names" {}
module "one" {
  source = "../key"
}
module "unknown" {
  source   = "../key"
  for_each = var.names
}
module "two" {
  source = "../key"
  count  = 2
}
"""
CLOUDFORMATION = """Resources:
  # whose key it is
  K:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: u
"""
LOOP = """Resources:
  U: {Type: AWS::IAM::User}
  Fn::ForEach::Keys:
    - Name
    - [A, B]
    - Key${Name}:
        Type: AWS::IAM::AccessKey
        Properties:
          UserName: !Ref Name
"""
EITHER = """Parameters:
  Stage: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  K:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: u
      Status: !If [IsProd, Active, Inactive]
"""
CROSSPLANE = """apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata:
  name: k
spec:
  forProvider:
    user: u
"""
ANSIBLE = """- name: keys
  hosts: localhost
  tasks:
    - name: k
      amazon.aws.iam_access_key:
        user_name: u
"""
SERVERLESS = """service: s
provider:
  name: aws
resources:
  Resources:
    K:
      Type: AWS::IAM::AccessKey
      Properties:
        UserName: u
"""
JSON = '{"resource": {"aws_iam_access_key": {"k": {"user": "u"}}}}'

# Files, and the address, file, lines, status and what has count or for_each of every key that they declare.
LANGUAGES = {
    "no template": ({"README.md": KEY}, []),
    "no key": ({"main.tf": 'resource "aws_iam_user" "k" {}'}, []),
    "a key that does not exist": ({"main.tf": KEY.replace("{", "{\n  count = 0", 1)}, []),
    "Terraform": ({"main.tf": "\n" + KEY}, [("aws_iam_access_key.k", "main.tf", 2, 4, KeyStatus.ACTIVE, "")]),
    "Terraform, inactive": (
        {"main.tf": KEY.replace("}", 'status = "Inactive"\n}')},
        [("aws_iam_access_key.k", "main.tf", 1, 4, KeyStatus.INACTIVE, "")],
    ),
    "Terraform, unknown": (
        {"main.tf": KEY.replace("}", 'status = var.s\n}\nvariable "s" {}')},
        [("aws_iam_access_key.k", "main.tf", 1, 4, KeyStatus.UNKNOWN, "")],
    ),
    "Terraform, instances that nobody knows": (
        {"main.tf": KEY.replace("}", 'for_each = var.s\n}\nvariable "s" {}')},
        [("aws_iam_access_key.k", "main.tf", 1, 4, KeyStatus.UNKNOWN, "aws_iam_access_key.k")],
    ),
    "Terraform, one instance": (
        {"main.tf": KEY.replace("}", "count = 1\n}")},
        [("aws_iam_access_key.k[0]", "main.tf", 1, 4, KeyStatus.ACTIVE, "aws_iam_access_key.k")],
    ),
    "Terraform's JSON syntax": (
        {"main.tf.json": JSON},
        [("aws_iam_access_key.k", "main.tf.json", 1, 1, KeyStatus.ACTIVE, "")],
    ),
    "CloudFormation": (
        {"t.yaml": CLOUDFORMATION},
        [("AWS::IAM::AccessKey.K", "t.yaml", 3, 6, KeyStatus.ACTIVE, "")],
    ),
    "CloudFormation, a condition": (
        {"t.template": EITHER},
        [("AWS::IAM::AccessKey.K", "t.template", 6, 10, KeyStatus.UNKNOWN, "")],
    ),
}


@pytest.mark.parametrize(("files", "expected"), LANGUAGES.values(), ids=LANGUAGES)
def test_blocks(files, expected, write_files, capfd):
    """Each key with its place, as a scan names it; nothing is printed, and logging is as it was."""
    before = logging.root.manager.disable
    folder = write_files(files)
    blocks = key_blocks(folder).blocks
    found = [
        (
            block.address,
            block.path.relative_to(folder).as_posix(),
            block.first_line,
            block.last_line,
            block.status,
            block.repeated,
        )
        for block in blocks
    ]
    assert expected == found
    assert ("", "") == tuple(capfd.readouterr())
    assert before == logging.root.manager.disable


OTHERS = {
    "Crossplane": ({"k.yaml": CROSSPLANE}, "kubernetes"),
    "Ansible": ({"site.yml": ANSIBLE}, "ansible"),
    "Serverless": ({"serverless.yml": SERVERLESS}, "serverless"),
}


@pytest.mark.parametrize(("files", "language"), OTHERS.values(), ids=OTHERS)
def test_other_languages(files, language, write_files):
    """Keys of every language that a scan reads are found, and said to be of it."""
    assert [language] == [block.language for block in key_blocks(write_files(files)).blocks]


def test_the_plan_of_an_example(root, write_files):
    """A plan's keys are found by its addresses."""
    plan = (root / "examples" / "terraform_plan" / "failing" / "tfplan.json.txt").read_text()
    found = key_blocks(write_files({"tfplan.json": plan}))
    assert ["terraform_plan"] == [block.language for block in found.at("aws_iam_access_key.left_over")]


def test_modules(write_files):
    """A block of a module is one key a call, root and instance; each says which others share its lines."""
    files = {"dev/main.tf": CALLS, "prod/main.tf": 'module "one" {\n  source = "../key"\n}\n', "key/main.tf": KEY}
    folder = write_files(files)
    blocks = key_blocks(folder).blocks
    key = "aws_iam_access_key.k"
    expected = [
        ("dev", f"module.one.{key}", ""),
        ("dev", f"module.two[0].{key}", "module.two"),
        ("dev", f"module.two[1].{key}", "module.two"),
        ("dev", f"module.unknown.{key}", "module.unknown"),
        ("prod", f"module.one.{key}", ""),
    ]
    assert expected == sorted((block.root.name, block.address, block.repeated) for block in blocks)
    assert {("main.tf", "key", 1, 4)} == {
        (block.path.name, block.path.parent.name, block.first_line, len(block.others)) for block in blocks
    }
    assert len(blocks) == len(key_blocks(folder, folder / "dev", folder / "prod").blocks)


# Directories that are named, and the root modules and addresses that are found in them.
NAMED = {
    "the caller": (["dev"], [("dev", "module.m.aws_iam_access_key.k")]),
    "the module": (["key"], [("key", "aws_iam_access_key.k")]),
    "the caller and the module": (["dev", "key"], [("dev", "module.m.aws_iam_access_key.k")]),
    "the module and the caller": (["key", "dev"], [("dev", "module.m.aws_iam_access_key.k")]),
    "what holds both": (["."], [("dev", "module.m.aws_iam_access_key.k")]),
}


@pytest.mark.parametrize(("named", "expected"), NAMED.values(), ids=NAMED)
def test_a_module_is_no_root_beside_its_caller(named, expected, write_files):
    """A module that one directory holds and another one calls is the caller's, in whichever order they are named."""
    folder = write_files({"dev/main.tf": 'module "m" {\n  source = "../key"\n}\n', "key/main.tf": KEY})
    found = key_blocks(*(folder / name for name in named))
    assert expected == [(block.root.name, block.address) for block in found.blocks]


# An address, and those of the keys that it finds.
ADDRESSES = {
    "an empty one": ("", []),
    "a name": ("k", []),
    "another module's": ("module.three.aws_iam_access_key.k", []),
    "an index where there are none": ("module.one.aws_iam_access_key.k[0]", []),
    "a root's": ("module.one.aws_iam_access_key.k", ["module.one.aws_iam_access_key.k"]),
    "an instance": ("module.two[1].aws_iam_access_key.k", ["module.two[1].aws_iam_access_key.k"]),
    "an instance that only the state knows": (
        'module.unknown["a.b"].aws_iam_access_key.k',
        ["module.unknown.aws_iam_access_key.k"],
    ),
    "all instances": (
        "module.two.aws_iam_access_key.k",
        ["module.two[0].aws_iam_access_key.k", "module.two[1].aws_iam_access_key.k"],
    ),
    "a logical id": ("K", ["AWS::IAM::AccessKey.K"]),
    "a logical id as a scan spells it": ("AWS::IAM::AccessKey.K", ["AWS::IAM::AccessKey.K"]),
}


@pytest.mark.parametrize(("address", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses(address, expected, write_files):
    """Addresses of scans, states and stacks find their blocks; others find nothing."""
    folder = write_files({"dev/main.tf": CALLS, "key/main.tf": KEY, "t.yaml": CLOUDFORMATION})
    assert expected == sorted(block.address for block in key_blocks(folder).at(address))


# A file, its language, and whether the words in it allow for a key.
UNREAD = {
    "Terraform": ("main.tf", 'resource "aws_iam_access_key" {{{', "terraform", True),
    "Terraform without a key, beside one": ("other/a.tf", "locals {{{", "terraform", False),
    "Terraform's JSON syntax": ("main.tf.json", '{"resource": {"aws_iam_access_key": ', "terraform_json", True),
    "CloudFormation": ("t.yaml", "Resources:\n  K: [AWS::IAM::AccessKey", "cloudformation", True),
    "JSON": ("t.json", '{"Resources": {"Type": "AWS::IAM::AccessKey"', "cloudformation", True),
}


@pytest.mark.parametrize(("name", "text", "language", "may_declare_key"), UNREAD.values(), ids=UNREAD)
def test_files_that_do_not_parse(name, text, language, may_declare_key, write_files, capfd):
    """They are named with their language; the other files are read."""
    folder = write_files({name: text, "other/main.tf": KEY})
    found = key_blocks(folder)
    assert (language, folder / name) in found.unread
    assert {may_declare_key} == {file.may_declare_key for file in found.unread if file.path == folder / name}
    assert ["aws_iam_access_key.k"] == [block.address for block in found.blocks]
    assert ("", "") == tuple(capfd.readouterr())


@pytest.mark.parametrize(("name", "text"), [("main.tf", "locals {{{"), ("t.json", '{ "a": '), ("t.yaml", "a: [")])
def test_files_that_cannot_matter(name, text, write_files):
    """A file that holds no key, and leads to none, is not read, so that nobody knows that it does not parse."""
    found = key_blocks(write_files({name: text, "other/main.tf": KEY}))
    assert ((), ()) == (found.unread, found.unjudged)
    assert ["aws_iam_access_key.k"] == [block.address for block in found.blocks]


def test_files_that_only_terraform_parses(write_files):
    """What Checkov's parser refuses, and Terraform reads, is read."""
    folder = write_files(
        {
            "main.tf": KEY + "locals {\n  a = provider::x::y(1)\n}\n",
            "other.tofu": KEY.replace('access_key" "k', 'access_key" "l'),
        }
    )
    found = key_blocks(folder)
    assert ((), 2) == (found.unread, len(found.blocks))


def test_what_cannot_be_judged(write_files):
    """A loop that Checkov leaves out, and a key without a user, are named."""
    folder = write_files({"t.yaml": LOOP, "main.tf": 'resource "aws_iam_access_key" "k" {}'})
    assert ["Fn::ForEach::Keys", "aws_iam_access_key.k"] == sorted(each.address for each in key_blocks(folder).unjudged)


def test_a_link(write_files, tmp_path):
    """Paths are those of the files themselves."""
    outside = write_files({"main.tf": KEY}, tmp_path / "outside")
    folder = write_files({"README.md": ""})
    (folder / "main.tf").symlink_to(outside / "main.tf")
    assert [outside / "main.tf"] == [block.path for block in key_blocks(folder).blocks]
