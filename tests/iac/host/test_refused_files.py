"""A file that Checkov does not parse costs something only if a key can depend on it."""

import pytest

from checkov_keys.iac.host.refused_files import RefusedFile, describe_refusal, judge_refusal

PROBLEM = "it does not parse: line 1: the block x is not closed"
KEY = 'resource "aws_iam_access_key" "k" {\n  user = local.x\n}\n'
CALL = 'module "m" {\n  source = "./m"\n}\n'
OUTPUT = 'output "x" {\n  value = local.x\n}\n'
BUCKET = 'resource "aws_s3_bucket" "b" {\n'
UNREAD = {
    "a key": ("main.tf", KEY, {}, True),
    "a user": ("main.tf", 'resource "aws_iam_user" "u" {{\n', {}, True),
    "a call": ("main.tf", CALL + "}}", {}, True),
    "another resource alone": ("main.tf", BUCKET, {}, False),
    "another resource beside a key": ("more.tf", BUCKET, {"main.tf": KEY}, False),
    "another resource that is referred to": ("more.tf", BUCKET, {"main.tf": KEY + "# aws_s3_bucket.b.id"}, True),
    "a data source that is referred to": ("d.tf", 'data "x" "y" {', {"main.tf": KEY + "# data.x.y.z"}, True),
    "locals alone": ("locals.tf", "locals {\n  x =\n}\n", {}, False),
    "locals beside a key": ("locals.tf", "locals {\n  x =\n}\n", {"main.tf": KEY}, True),
    "locals beside a call": ("locals.tf", "locals {\n  x =\n}\n", {"main.tf": CALL}, True),
    "locals beside an output": ("locals.tf", "locals {\n  x =\n}\n", {"main.tf": OUTPUT}, True),
    "locals beside a bucket": ("locals.tf", "locals {\n  x =\n}\n", {"main.tf": BUCKET}, False),
    "a variable beside a key": ("v.tf", 'variable "x" {\n', {"main.tf": KEY}, True),
    "a provider beside a key": ("v.tf", 'provider "aws" {\n', {"main.tf": KEY}, True),
    "an output": ("outputs.tf", 'output "x" {\n', {}, True),
    "an override beside a key": ("main_override.tf", "x {", {"main.tf": KEY}, True),
    "an override alone": ("override.tf", "x {", {}, False),
    "JSON with a key": ("main.tf.json", '{"resource": {"aws_iam_access_key": ', {}, True),
    "JSON with locals beside a key": ("l.tf.json", '{"locals": ', {"main.tf": KEY}, True),
    "JSON with a resource beside a key": ("l.tf.json", '{"resource": ', {"main.tf": KEY}, True),
    "JSON with neither": ("l.tf.json", '{"terraform": ', {"main.tf": KEY}, False),
    "nothing": ("main.tf", "", {"k.tf": KEY}, False),
}


@pytest.mark.parametrize(("name", "text", "siblings", "matters"), UNREAD.values(), ids=UNREAD)
def test_files_of_terraform_that_are_not_read_here_either(name, text, siblings, matters):
    """Keys, users, calls, and whatever is shared in a module from which keys may take something."""
    others = tuple((sibling, content.encode()) for sibling, content in siblings.items())
    framework = "terraform_json" if name.endswith(".json") else "terraform"
    file = RefusedFile(framework, name, text.encode(), PROBLEM, others)
    assert (PROBLEM if matters else "") == judge_refusal(file)
    assert "" == judge_refusal(file._replace(problem=""))


STACK = "Resources:\n  K:\n    Type: AWS::IAM::AccessKey\n"
CROSSPLANE_USER = "apiVersion: iam.aws.upbound.io/v1beta1\nkind: User\n"
OTHERS = {
    "values": ("terraform", "terraform.tfvars", "aws_iam_user =", False),
    "values as JSON": ("terraform", "x.auto.tfvars.json", "{", False),
    "a test": ("terraform", "keys.tftest.hcl", "aws_iam_access_key {", False),
    "another file in HCL": ("terraform", "terragrunt.hcl", "x {", False),
    "another file in HCL with a key": ("terraform", "x.hcl", KEY, True),
    "a template with a key": ("cloudformation", "a.yaml", STACK, True),
    "a template without one": ("cloudformation", "a.yaml", "Resources: [", False),
    "a template with a key of another language": ("cloudformation", "a.yaml", "iam_access_key: [", False),
    "letters as escapes": ("cloudformation", "a.json", '{"AWS::IAM::Access\\u004bey": ', True),
    "another encoding": ("cloudformation", "a.json", "\ufeff".encode("utf-16-le") + b"{", True),
    "a plan with a key": ("terraform_plan", "plan.json", '{"type": "aws_iam_access_key"', True),
    "a plan without one": ("terraform_plan", "fixture.json", '{ "a": ', False),
    "a play with a key": ("ansible", "site.yml", "- iam_access_key: [", True),
    "a play without one": ("ansible", "site.yml", "- ping: [", False),
    "a manifest of a key": ("kubernetes", "k.yaml", "iam.aws.upbound.io AccessKey [", True),
    "a manifest of a user": ("kubernetes", "u.yaml", CROSSPLANE_USER, True),
    "another manifest": ("kubernetes", "p.yaml", "kind: Pod\n[", False),
    "Serverless": ("serverless", "serverless.yml", STACK, True),
    "Serverless without a key": ("serverless", "serverless.yml", "service: [", False),
    "a framework that somebody has asked for": ("helm", "chart.yaml", "", True),
}


@pytest.mark.parametrize(("framework", "name", "text", "matters"), OTHERS.values(), ids=OTHERS)
def test_other_files(framework, name, text, matters):
    """Words of the language in question decide."""
    content = text if isinstance(text, bytes) else text.encode()
    assert ("it does not parse" if matters else "") == judge_refusal(RefusedFile(framework, name, content))


READ = {
    "what is read here": (
        "terraform",
        "main.tf",
        KEY + "locals {\n  x = {\n    for # c\n    z in [] : z => 1\n  }\n}\n",
        "",
    ),
    "what is not": ("terraform", "main.tf", KEY + "{{", "it does not parse: line 4: "),
    "what is not UTF-8": ("terraform", "main.tf", KEY.encode() + b"# \xff", "it does not parse: it is not UTF-8"),
    "JSON that is read here": ("terraform_json", "main.tf.json", '{"resource": {"aws_iam_access_key": {}}}', ""),
    "JSON that is not": ("terraform_json", "main.tf.json", '{"resource": {"aws_iam_access_key": ', "it does not parse"),
    "OpenTofu": ("terraform", "main.tofu", KEY + "}", "it does not parse: line 4: "),
    "no file": ("terraform", "gone.tf", None, "it cannot be read: No such file or directory"),
}


@pytest.mark.parametrize(("framework", "name", "text", "reason"), READ.values(), ids=READ)
def test_files_as_they_are_read(tmp_path, framework, name, text, reason):
    """The reason tells the line."""
    path = tmp_path / name
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = describe_refusal(framework, str(path))
    assert bool(reason) is bool(said)
    assert said.startswith(reason)


def test_siblings_are_read(write_files):
    """What a file that cannot be read is good for depends on the others of its module."""
    files = {"a/locals.tf": "locals {", "a/main.tf": KEY, "b/locals.tf": "locals {", "b/main.tf": "#"}
    folder = write_files(files)
    said = [describe_refusal("terraform", str(folder / name / "locals.tf")) for name in "ab"]
    assert [True, False] == [bool(each) for each in said]
