"""`checkov-keys fix`: the edits that it refuses, each with its reason and its place."""

import pytest
from fixable_templates import CDK, MIXED, ONE, ONE_ADDRESS, TWO, TWO_ADDRESS, YAML, read_files

MODULE = 'module "{}" {{\n  source = "./key"\n{}}}\n'
UPWARDS = 'module "m" {\n  source = "../key"\n}\n'
CROSSPLANE = """apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata:
  name: one
spec:
  forProvider:
    user: u
"""
ANSIBLE = """- name: keys
  hosts: localhost
  tasks:
    - name: one
      amazon.aws.iam_access_key:
        user_name: u
"""
SERVERLESS = "service: s\nprovider:\n  name: aws\nresources:\n" + "".join(f"  {line}\n" for line in YAML.splitlines())
LOOP = """Resources:
  U: {Type: AWS::IAM::User}
  Fn::ForEach::Keys:
    - Name
    - [A, B]
    - Key${Name}: {Type: AWS::IAM::AccessKey, Properties: {UserName: u}}
"""


# Files, addresses, and what is said of the first one.
REFUSED = {
    "no templates": ({"README": ""}, ["x"], "x: no template declares it: there are no access keys at all"),
    "a slip": ({"main.tf": ONE}, ["aws_iam_access_key.on"], f"no template declares it: did you mean {ONE_ADDRESS}?"),
    "a place of its secret": (
        {"main.tf": ONE + f'output "o" {{\n  value = {ONE_ADDRESS}.secret\n}}\n'},
        ["output.o"],
        "output.o: no template declares it",
    ),
    "another name": ({"t.yaml": YAML}, ["x"], "there are AWS::IAM::AccessKey.One, AWS::IAM::AccessKey.Two"),
    "count": (
        {"main.tf": ONE.replace("{", "{\n  count = 1", 1)},
        [f"{ONE_ADDRESS}[0]"],
        f"{ONE_ADDRESS}[0]: it has count, so one block may make several keys, main.tf:2",
    ),
    "several by count": ({"main.tf": ONE.replace("{", "{\n  count = 2", 1)}, [ONE_ADDRESS], "it has count, "),
    "for_each": (
        {"main.tf": ONE.replace("{", "{\n  for_each = var.x", 1)},
        [f'{ONE_ADDRESS}["a"]'],
        "it has for_each, ",
    ),
    "a module with count": (
        {"main.tf": MODULE.format("m", "  count = 1\n"), "key/main.tf": ONE},
        [f"module.m[0].{ONE_ADDRESS}"],
        "module.m has count or for_each, so one block makes several keys, key/main.tf:1",
    ),
    "a module with an unknown for_each": (
        {"main.tf": MODULE.format("m", "  for_each = var.x\n"), "key/main.tf": ONE},
        [f'module.m["x"].{ONE_ADDRESS}'],
        "module.m has count or for_each",
    ),
    "a module called twice": (
        {"main.tf": MODULE.format("m", "") + MODULE.format("n", ""), "key/main.tf": ONE},
        [f"module.m.{ONE_ADDRESS}"],
        f"its block declares module.n.{ONE_ADDRESS}, too, and all of them would change, key/main.tf:1",
    ),
    "a module of two roots": (
        {"dev/main.tf": UPWARDS, "prod/main.tf": UPWARDS, "key/main.tf": ONE},
        [f"module.m.{ONE_ADDRESS}"],
        f"its block declares module.m.{ONE_ADDRESS}, too",
    ),
    "a module that both syntaxes call": (
        {
            "main.tf": MODULE.format("m", ""),
            "more.tf.json": '{"module": {"n": {"source": "./key"}}}',
            "key/main.tf": ONE,
        },
        [f"module.m.{ONE_ADDRESS}"],
        f"its block declares module.n.{ONE_ADDRESS}, too, and all of them would change, key/main.tf:1",
    ),
    "an override that says more than a literal": (
        {"main.tf": ONE, "one_override.tf": ONE.replace("}", "  status = var.s\n}")},
        [ONE_ADDRESS],
        f"{ONE_ADDRESS}: its status comes from var.s, one_override.tf:3",
    ),
    "a broken file beside the call of its module": (
        {"main.tf": MODULE.format("m", ""), "x.tf": 'module "n" {{{', "key/main.tf": ONE},
        [f"module.m.{ONE_ADDRESS}"],
        "what else is in its modules is not known: x.tf:1 cannot be read: ",
    ),
    "a variable": (
        {"main.tf": ONE.replace("}", "  status = var.s\n}")},
        [ONE_ADDRESS],
        "its status comes from var.s, main.tf:3",
    ),
    "a status that is ignored": (
        {"main.tf": ONE.replace("}", "  lifecycle {\n    ignore_changes = [status]\n  }\n}")},
        [ONE_ADDRESS],
        "its ignore_changes names the status, which Terraform would not change, main.tf:4",
    ),
    "Terraform's JSON syntax": (
        {"main.tf.json": '{"resource": {"aws_iam_access_key": {"one": {"user": "u"}}}}'},
        [ONE_ADDRESS],
        "it is in Terraform's JSON syntax, which fix does not edit, main.tf.json:1",
    ),
    "a downloaded module": (
        {
            "main.tf": MODULE.format("m", "").replace("./key", "./.terraform/modules/key"),
            ".terraform/modules/key/main.tf": ONE,
        },
        [f"module.m.{ONE_ADDRESS}"],
        "its module was downloaded, and an edit would be lost: edit the module's source, .terraform/modules/key/main.",
    ),
    "a module outside": (
        {"key/main.tf": ONE, "root/main.tf": UPWARDS},
        ["-d", "root", f"module.m.{ONE_ADDRESS}"],
        "its file is outside the directories: pass the one that holds it with -d, key/main.tf:1",
    ),
    "a parameter": (
        {"t.yaml": "Parameters:\n  S: {Type: String}\n" + YAML + "      Status: !Ref S\n"},
        ["Two"],
        "its status comes from !Ref S, t.yaml:12",
    ),
    "CDK output": ({"t.json": CDK}, ["One"], "the CDK made the template and would write over the edit"),
    "CDK output without its paths": (
        {"cdk.out/t.json": CDK.replace("aws:cdk:path", "path")},
        ["One"],
        "the CDK made the template and would write over the edit: edit the CDK's source, cdk.out/t.json:1",
    ),
    "a loop": ({"t.yaml": LOOP}, ["Fn::ForEach::Keys"], "Checkov's graph does not hold the access keys of a loop"),
    "a key of a loop": ({"t.yaml": LOOP}, ["KeyA"], "there are no access keys at all; not judged: Fn::ForEach::Keys"),
    "Crossplane": ({"k.yaml": CROSSPLANE}, ["AccessKey.default.one"], "it is in a Crossplane manifest, "),
    "Ansible": ({"site.yml": ANSIBLE}, ["tasks.amazon.aws.iam_access_key.one"], "it is in an Ansible playbook, "),
    "Serverless": (
        {"serverless.yml": SERVERLESS},
        ["AWS::IAM::AccessKey.One"],
        "it is in a Serverless template, which fix does not edit, serverless.yml:",
    ),
    "two roots": (
        {"dev/main.tf": ONE, "prod/main.tf": ONE},
        [ONE_ADDRESS],
        "it is declared in several places: dev/main.tf:1, prod/main.tf:1: name a narrower -d",
    ),
    "two templates": (
        {"a.yaml": YAML, "b.yaml": YAML},
        ["One"],
        "it is declared in several places: a.yaml:2, b.yaml:2",
    ),
    "all keys of a user": (
        {"main.tf": ONE + TWO},
        [ONE_ADDRESS, TWO_ADDRESS],
        f"{ONE_ADDRESS}: this would leave user u without an active key, main.tf:1",
    ),
    "a file that is not UTF-8": ({"t.yaml": b"# \xff\n" + YAML.encode()}, ["One"], "the file is not UTF-8, t.yaml:1"),
}


@pytest.mark.parametrize(("files", "addresses", "reason"), REFUSED.values(), ids=REFUSED)
def test_refusals(fix, files, addresses, reason):
    """Exit code 2, the reason in one line with the place, and neither a diff nor a change."""
    flags = addresses[:-1] if addresses[0] == "-d" else ["-d", "."]
    named = addresses[-1:] if addresses[0] == "-d" else addresses
    done = fix(files, *flags, "--resource", *named)
    assert (2, "") == (done.returncode, done.stdout), done.stderr
    refused = [line for line in done.stderr.splitlines() if line.startswith("checkov-keys fix: refused: ")]
    assert len(named) == len(refused), done.stderr
    assert reason in refused[0]
    assert "Traceback" not in done.stderr


def test_a_link_outside(fix, write_files):
    """A link does not lead to the edit of a file that is not below a directory that was named."""
    folder = write_files({"main.tf": ONE})
    (fix.folder / "main.tf").symlink_to(folder / "main.tf")
    done = fix({}, "-d", ".", "--resource", ONE_ADDRESS, "--write")
    assert 2 == done.returncode
    assert (
        f"its file is outside the directories: pass the one that holds it with -d, {folder}/main.tf:1\n" in done.stderr
    )
    assert ONE == (folder / "main.tf").read_text()


def test_a_refusal_beside_an_edit(fix):
    """The diff of what can be edited is printed; with --write, all or nothing."""
    flags = ("-d", ".", "--resource", ONE_ADDRESS, "aws_iam_access_key.three")
    done = fix(MIXED, *flags)
    assert (2, 1) == (done.returncode, done.stdout.count('\n+  status = "Inactive"'))
    before = read_files(fix.folder)
    written = fix({}, *flags, "--write")
    assert (2, "") == (written.returncode, written.stdout)
    assert "checkov-keys fix: nothing was written" in written.stderr
    assert before == read_files(fix.folder)


def test_lines_are_those_of_the_file(fix):
    """A refusal names the line as it is, whatever is edited above it."""
    done = fix(
        {"main.tf": ONE + TWO.replace("}", "  status = var.s\n}")}, "-d", ".", "--resource", ONE_ADDRESS, TWO_ADDRESS
    )
    assert 2 == done.returncode
    assert "its status comes from var.s, main.tf:6\n" in done.stderr
    assert '+  status = "Inactive"\n' in done.stdout
