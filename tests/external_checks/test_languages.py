"""Languages whose records take a way of their own through `checkov`."""

import json

from pack_records import CLOUDFORMATION, CROSSPLANE, RULE, list_ours

ANSIBLE = """
- name: Access keys
  hosts: localhost
  tasks:
    - name: fail_a
      amazon.aws.iam_access_key:
        user_name: u
    - name: skip_b
      # checkov:skip=CKV2_KEYS_1:rotation, done by Friday
      amazon.aws.iam_access_key:
        user_name: u
  handlers:
    - name: fail_c
      amazon.aws.iam_access_key:
        user_name: u
"""


def test_kubernetes_alone(checkov):
    """`--framework kubernetes` judges Crossplane's manifests, with either graph library."""
    manifest = CROSSPLANE.replace("skip-b", "fail-b").replace(RULE, "CKV_K8S_20")
    for library in ("RUSTWORKX", "NETWORKX"):
        flags = ("--framework", "kubernetes")
        done, reports = checkov({"keys.yaml": manifest}, *flags, CHECKOV_GRAPH_FRAMEWORK=library)
        assert (1, ["AccessKey.default.fail-a", "AccessKey.default.fail-b"]) == (done.returncode, list_ours(reports))


def test_ansible(checkov):
    """A playbook is judged, with the tasks that Checkov's own graph does not hold."""
    done, reports = checkov({"site.yml": ANSIBLE}, "--framework", "ansible")
    failed = ["handlers.amazon.aws.iam_access_key.fail_c", "tasks.amazon.aws.iam_access_key.fail_a"]
    assert (1, failed) == (done.returncode, list_ours(reports))
    assert ["tasks.amazon.aws.iam_access_key.skip_b"] == list_ours(reports, "skipped_checks")
    assert {"MEDIUM"} == {record["severity"] for record in reports[0]["results"]["failed_checks"]}


def test_a_packaged_serverless_service(checkov, run_command, checks_dir):
    """The template that `serverless package` writes is judged where its folder is asked for, and skipped otherwise."""
    key = {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "uploads-dev-uploader"}}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The AWS CloudFormation template for this Serverless application",
        "Resources": {"ServerlessDeploymentBucket": {"Type": "AWS::S3::Bucket"}, "First": key, "Second": key},
        "Outputs": {"ServerlessDeploymentBucketName": {"Value": {"Ref": "ServerlessDeploymentBucket"}}},
    }
    (run_command.folder / ".serverless").mkdir()
    files = {".serverless/cloudformation-template-update-stack.json": json.dumps(template, indent=2)}
    done, reports = checkov(files)
    assert (0, []) == (done.returncode, list_ours(reports))
    command = ["checkov", "-d", ".serverless", "--external-checks-dir", checks_dir, "--check", RULE, "-o", "json"]
    done = run_command(*command)
    failed = ["AWS::IAM::AccessKey.First", "AWS::IAM::AccessKey.Second"]
    assert (1, failed) == (done.returncode, list_ours([json.loads(done.stdout)]))


SERVERLESS = """
service: s
provider:
  name: aws
resources:
  Resources:
    failA:
      Type: AWS::IAM::AccessKey
      Properties: {UserName: u}
    failB:
      Type: AWS::IAM::AccessKey
      Properties: {UserName: u}
"""
FAILED_KEYS = ["AWS::IAM::AccessKey.failA", "AWS::IAM::AccessKey.failB"]


def test_serverless(checkov):
    """A serverless.yml is judged by the Serverless runner only, a CloudFormation template by its own only."""
    done, reports = checkov({"serverless.yml": SERVERLESS, "keys.yaml": CLOUDFORMATION})
    found = {report["check_type"]: (list_ours([report]), list_ours([report], "skipped_checks")) for report in reports}
    assert 1 == done.returncode
    assert (FAILED_KEYS, []) == found["serverless"]
    assert (["AWS::IAM::AccessKey.failA"], ["AWS::IAM::AccessKey.skipB"]) == found["cloudformation"]


def test_a_serverless_check_that_breaks(checkov, tmp_path):
    """Checkov takes an exception in such a check for an unknown result, and would report a clean scan."""
    (tmp_path / "sitecustomize.py").write_text(
        "import checkov.cloudformation.graph_manager as manager\n"
        "def build(self, *args): raise RuntimeError('no graph today')\n"
        "manager.CloudformationGraphManager.build_graph_from_definitions = build\n"
    )
    files = {"serverless.yml": SERVERLESS}
    done, reports = checkov(files, "--framework", "serverless", PYTHONPATH=str(tmp_path))
    assert (1, FAILED_KEYS) == (done.returncode, list_ours(reports))
    assert "the check CKV2_KEYS_1 broke: RuntimeError: no graph today" in done.stderr
