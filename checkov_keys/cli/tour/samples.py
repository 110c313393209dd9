"""One failing and one passing template of each language, for the self-test.

They are text in Python because Checkov takes every .json and .yaml of a repository that it loads with
`--external-checks-git` for a policy.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Checkov's framework and the file of each language.
LANGUAGES: tuple[tuple[str, str], ...] = (
    ("terraform", "terraform/main.tf"),
    ("terraform_json", "terraform_json/main.tf.json"),
    ("terraform_plan", "terraform_plan/tfplan.json"),
    ("cloudformation", "cloudformation_yaml/keys.yaml"),
    ("cloudformation", "cloudformation_json/keys.json"),
    ("kubernetes", "crossplane/keys.yaml"),
    ("ansible", "ansible/site.yml"),
    ("serverless", "serverless/serverless.yml"),
)


def write_samples(folder: Path, second_status: str) -> None:
    """Write a template of each language: a user with one active key and a second one of the given status."""
    for _, name in LANGUAGES:
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text(_SAMPLES[name](second_status), encoding="utf-8")


def _terraform(status: str) -> str:
    return (
        'resource "aws_iam_user" "u" {\n  name = "u"\n}\n\n'
        'resource "aws_iam_access_key" "first" {\n  user = aws_iam_user.u.name\n}\n\n'
        f'resource "aws_iam_access_key" "second" {{\n  user   = "u"\n  status = "{status}"\n}}\n'
    )


def _terraform_json(status: str) -> str:
    keys = {"first": {"user": "${aws_iam_user.u.name}"}, "second": {"user": "u", "status": status}}
    return json.dumps({"resource": {"aws_iam_user": {"u": {"name": "u"}}, "aws_iam_access_key": keys}}, indent=1)


def _plan(status: str) -> str:
    def key(name: str, status: str) -> dict[str, object]:
        return {
            "address": f"aws_iam_access_key.{name}",
            "mode": "managed",
            "type": "aws_iam_access_key",
            "name": name,
            "values": {"status": status, "user": "u"},
        }

    resources = [key("first", "Active"), key("second", status)]
    changes = [
        {
            "address": f"aws_iam_access_key.{name}",
            "change": {"actions": ["create"], "before": None, "after": {}, "after_unknown": {}},
        }
        for name in ("first", "second")
    ]
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.0",
            "planned_values": {"root_module": {"resources": resources}},
            "resource_changes": changes,
            "configuration": {"root_module": {"resources": []}},
        },
        indent=1,
    )


def _cloudformation_yaml(status: str) -> str:
    return (
        "Resources:\n"
        "  User:\n    Type: AWS::IAM::User\n    Properties:\n      UserName: u\n"
        "  First:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: !Ref User\n"
        f"  Second:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: u\n      Status: {status}\n"
    )


def _cloudformation_json(status: str) -> str:
    kind = "AWS::IAM::AccessKey"
    return json.dumps(
        {
            "Resources": {
                "User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "u"}},
                "First": {"Type": kind, "Properties": {"UserName": {"Ref": "User"}}},
                "Second": {"Type": kind, "Properties": {"UserName": "u", "Status": status}},
            }
        },
        indent=1,
    )


def _crossplane(status: str) -> str:
    api = "apiVersion: iam.aws.upbound.io/v1beta1\n"
    key = f"---\n{api}kind: AccessKey\nmetadata:\n  name: "
    # Both versions are scanned together: the provider configuration makes them two accounts.
    spec = f"spec:\n  providerConfigRef:\n    name: {status.lower()}\n  forProvider:"
    return (
        f"{api}kind: User\nmetadata:\n  name: u\n{spec} {{}}\n"
        f"{key}first\n{spec}\n    userRef:\n      name: u\n"
        f"{key}second\n{spec}\n    user: u\n    status: {status}\n"
    )


def _ansible(status: str) -> str:
    active = str(status == "Active").lower()
    return (
        "- name: Access keys\n  hosts: localhost\n  vars:\n    user: u\n  tasks:\n"
        '    - name: first\n      amazon.aws.iam_access_key:\n        user_name: "{{ user }}"\n'
        f"    - name: second\n      amazon.aws.iam_access_key:\n        user_name: u\n        active: {active}\n"
    )


def _serverless(status: str) -> str:
    resources = "".join(f"  {line}\n" for line in _cloudformation_yaml(status).splitlines())
    return f"service: s\nprovider:\n  name: aws\nresources:\n{resources}"


_SAMPLES = {
    "terraform/main.tf": _terraform,
    "terraform_json/main.tf.json": _terraform_json,
    "terraform_plan/tfplan.json": _plan,
    "cloudformation_yaml/keys.yaml": _cloudformation_yaml,
    "cloudformation_json/keys.json": _cloudformation_json,
    "crossplane/keys.yaml": _crossplane,
    "ansible/site.yml": _ansible,
    "serverless/serverless.yml": _serverless,
}
