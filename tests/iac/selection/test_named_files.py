"""A named file has a verdict, or a reason why it has none."""

import json

import pytest

from checkov_keys.iac.selection.file_selection import select_directory
from checkov_keys.iac.selection.named_files import explain_unjudged_file

PLAN = {"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {}}}
READ = {
    "main.tf": 'resource "aws_iam_user" "a" {}\n',
    "main.tofu": "# nothing yet\n",
    "a.tf.json": "{}",
    "variables.tfvars": 'user = "a"\n',
    "x.tfvars": "",
    "plan.json": json.dumps(PLAN),
    "old.json": json.dumps({"format_version": "0.1", "terraform_version": "0.12.0", "resource_changes": []}),
    "template.json": json.dumps({"Resources": {}}),
    "pod.json": json.dumps({"apiVersion": "v1", "kind": "Pod"}),
    "t.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources: !Include x\n",
    "sam.template": "Transform: AWS::Serverless-2016-10-31\n",
    "json.template": json.dumps({"Resources": {}}),
    "json.yaml": json.dumps({"Resources": {}}),
    "k.yml": "---\napiVersion: v1\nkind: Pod\n",
    "play.yml": "- hosts: all\n  roles: [x]\n",
    "tasks.yml": "- amazon.aws.iam_access_key:\n    user_name: a\n",
    "serverless.yml": "service: a\nprovider: {name: aws}\n",
    "broken.yaml": "Resources:\n\t- : :\n",
    "utf16.yaml": "Resources: {}\n",
    "marked.yaml": "\ufeffResources: {}\n",
}
NOT_READ = {
    "empty": ("tfplan.json", b"", "it is empty"),
    "blank": ("main.tf", b" \n\t\n", "it is empty"),
    "a mark and nothing": ("t.yaml", b"\xef\xbb\xbf\n", "it is empty"),
    "binary": ("plan.json", bytes(range(256)) * 4, "it is not text"),
    "zeros": ("t.yaml", b"\0" * 100, "it is not text"),
    "a saved plan": ("tfplan.json", b"PK\x03\x04abc", "it is a saved plan of Terraform"),
    "no JSON": ("plan.json", b"\x8f\x8e\xf0", "it is not JSON"),
    "half of JSON": ("plan.json", json.dumps(PLAN).encode()[:-3], "it is not JSON"),
    "deep JSON": ("plan.json", b"[" * 100_000, "nested too deeply"),
    "a state as it is saved": (
        "a.json",
        json.dumps({"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "resources": []}).encode(),
        "it is a Terraform state, not a plan",
    ),
    "a state as it is shown": (
        "a.json",
        json.dumps({"format_version": "1.0", "terraform_version": "1.9.0", "values": {}}).encode(),
        "it is a Terraform state, not a plan",
    ),
    "a log of a plan": ("a.json", b'{"@level":"info"}\n{"@level":"info"}\n', "it is a log of Terraform's -json"),
    "one line of a log": ("a.json", b'{"@level":"info"}\n', "it is a log of Terraform's -json"),
    "a plan that failed": ("a.json", json.dumps({**PLAN, "errored": True}).encode(), "the plan is not complete"),
    "a plan for a target": ("a.json", json.dumps({**PLAN, "complete": False}).encode(), "the plan is not complete"),
    "other JSON": ("package.json", b'{"name": "x"}', "nothing reads it"),
    "a number": ("a.json", b"3", "nothing reads it"),
    "other YAML": ("values.yaml", b"replicas: 3\n", "nothing reads it"),
    "another name": ("keys.cfn", b"Resources: {}\n", "no runner of Checkov reads files with such a name"),
    "a plan without an ending": ("tfplan", b"{}", "no runner of Checkov reads files with such a name"),
}


@pytest.mark.parametrize("name", READ)
def test_files_that_are_read(tmp_path, name):
    """Whoever scans them says what is wrong in them."""
    path = tmp_path / name
    path.write_text(READ[name], encoding="utf-16" if name == "utf16.yaml" else "utf-8")
    assert "" == explain_unjudged_file(str(path))


@pytest.mark.parametrize(("name", "content", "reason"), NOT_READ.values(), ids=NOT_READ)
def test_files_that_nobody_reads(tmp_path, name, content, reason):
    """The reason is one line."""
    path = tmp_path / name
    path.write_bytes(content)
    said = explain_unjudged_file(str(path))
    assert reason in said
    assert said.isprintable()


def test_a_file_that_cannot_be_read(tmp_path):
    """Somebody may have named a directory, or a file that has gone."""
    (tmp_path / "a.json").mkdir()
    assert explain_unjudged_file(str(tmp_path / "a.json")).startswith("it cannot be read: ")
    assert explain_unjudged_file(str(tmp_path / "b.json")).startswith("it cannot be read: ")


UNREAD = {
    "a template of Jinja": ("keys.yml.j2", "- amazon.aws.iam_access_key: {user_name: '{{ u }}'}\n", True),
    "a template of CloudFormation": ("keys.cfn", "Resources: {A: {Type: AWS::IAM::AccessKey}}\n", True),
    "a template without keys": ("policy.json.tpl", '{"iam": "x"}\n', False),
    "a section called iam": ("values.yaml.j2", "iam:\n  role: x\n", False),
    "Pulumi": ("Pulumi.yaml", "name: x\nresources:\n  k: {type: 'aws:iam:AccessKey'}\n", True),
    "Pulumi, the long form": ("Main.yaml", "resources:\n  k: {type: 'aws:iam/accessKey:AccessKey'}\n", True),
    "a user of Pulumi": ("Main.yaml", "resources:\n  k: {type: 'aws:iam:User'}\n", False),
    "a plan that failed": ("plan.json", json.dumps({**PLAN, "errored": True}), True),
    "a plan that is complete": ("plan.json", json.dumps({**PLAN, "complete": True}), False),
    "a test report that failed": ("report.json", '{"errored": true}', False),
}


@pytest.mark.parametrize(("name", "text", "named"), UNREAD.values(), ids=UNREAD)
def test_files_in_a_directory_that_nobody_reads(tmp_path, name, text, named):
    """Those that name an access key are named, and no others."""
    (tmp_path / name).write_text(text)
    assert [str(tmp_path / name)] * named == [each.address for each in select_directory(str(tmp_path)).unlisted]


def test_a_template_past_checkovs_limit(tmp_path, monkeypatch):
    """Checkov would skip it, with a line in its log."""
    monkeypatch.setenv("CHECKOV_MAX_IAC_FILE_SIZE", "100")
    (tmp_path / "t.json").write_text(json.dumps({"Resources": {"A": {"Type": "AWS::IAM::AccessKey"}}, "x": "y" * 100}))
    (unjudged,) = select_directory(str(tmp_path)).unlisted
    assert "more than 100 bytes, which Checkov does not read" in unjudged.reason


ABSENT = {
    "a registry": ('module "m" { source = "terraform-aws-modules/iam/aws" }\n', ["terraform-aws-modules/iam/aws"]),
    "a private registry": ('module "m" { source = "app.terraform.io/a/b/aws" }\n', ["app.terraform.io/a/b/aws"]),
    "git": ('module "m" { source = "git::ssh://git@host/x.git" }\n', ["git::ssh://git@host/x.git"]),
    "GitHub": ('module "m" { source = "github.com/a/b" }\n', ["github.com/a/b"]),
    "a directory that is missing": ('module "m" { source = "./nowhere" }\n', ["./nowhere"]),
    "a directory that is there": ('module "m" { source = "./here" }\n', []),
    "one source twice": ('module "m" { source = "a/b/c" }\nmodule "n" { source = "a/b/c" }\n', ["a/b/c"]),
    "a provider": (
        'module "m" { source = "./here" }\nterraform { required_providers { a = { source = "a/b" } } }\n',
        [],
    ),
    "a provider with its host": (
        'module "m" { source = "./here" }\nterraform { required_providers { a = { source = "x.io/a/b" } } }\n',
        [],
    ),
    "a file": ('module "m" { source = "./here" }\nresource "aws_s3_object" "o" { source = "./a.zip" }\n', []),
    "nothing": ('resource "aws_s3_bucket" "b" {}\n', []),
}


@pytest.mark.parametrize(("text", "sources"), ABSENT.values(), ids=ABSENT)
def test_modules_that_are_not_here(tmp_path, text, sources):
    """Each source is named once; what else is called a source is not one of a module."""
    (tmp_path / "here").mkdir()
    (tmp_path / "main.tf").write_text(text)
    assert sources == [each.source for each in select_directory(str(tmp_path)).absent]


@pytest.mark.parametrize("folder", ["here", "gone"])
def test_modules_that_terraform_has_put_there(tmp_path, folder):
    """A module is here if `terraform init` has written where it is, and it is there."""
    (tmp_path / "main.tf").write_text('module "m" {\n  source = "a/b/aws"\n}\n')
    modules = tmp_path / ".terraform" / "modules"
    (modules / "here").mkdir(parents=True)
    entry = {"Key": "m", "Source": "registry.terraform.io/a/b/aws", "Dir": f".terraform/modules/{folder}"}
    (modules / "modules.json").write_text(json.dumps({"Modules": [entry]}))
    assert (["a/b/aws"] if folder == "gone" else []) == [each.source for each in select_directory(str(tmp_path)).absent]
