"""One failing and one passing template of each language, for the self-test.

The failing one also hands the secret of the first key to a parameter that is not encrypted, if secrets are followed in
its language.

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

# The files of languages in which secrets are followed.
WITH_SECRETS = frozenset(name for framework, name in LANGUAGES if framework not in {"kubernetes", "ansible"})


def write_samples(folder: Path, second_status: str) -> None:
    """Write a template of each language: a user with one active key and a second one of the given status.

    If that is Active, the secret of the first one is in plain sight.
    """
    for _, name in LANGUAGES:
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_bytes(_SAMPLES[name](second_status).encode())


def _terraform(status: str) -> str:
    return (
        'resource "aws_iam_user" "u" {\n  name = "u"\n}\n\n'
        'resource "aws_iam_access_key" "first" {\n  user = aws_iam_user.u.name\n}\n\n'
        f'resource "aws_iam_access_key" "second" {{\n  user   = "u"\n  status = "{status}"\n}}\n\n'
        f'resource "aws_ssm_parameter" "secret" {{\n  name  = "secret"\n  type  = "{_type_of_parameter(status)}"\n'
        "  value = aws_iam_access_key.first.secret\n}\n"
    )


def _terraform_json(status: str) -> str:
    keys = {"first": {"user": "${aws_iam_user.u.name}"}, "second": {"user": "u", "status": status}}
    secret = {"name": "secret", "type": _type_of_parameter(status), "value": "${aws_iam_access_key.first.secret}"}
    user = {"u": {"name": "u"}}
    resources = {"aws_iam_user": user, "aws_iam_access_key": keys, "aws_ssm_parameter": {"secret": secret}}
    return json.dumps({"resource": resources}, indent=1)


def _type_of_parameter(status: str) -> str:
    return "String" if status == "Active" else "SecureString"


def _plan(status: str) -> str:
    keys = {"first": "Active", "second": status}
    planned = [("aws_iam_access_key", name, {"status": of_key, "user": "u"}) for name, of_key in keys.items()]
    # Only the configuration knows where a value comes from that AWS has yet to make.
    planned.append(("aws_ssm_parameter", "secret", {"name": "secret", "type": _type_of_parameter(status)}))
    of_secret = {
        "name": {"constant_value": "secret"},
        "type": {"constant_value": _type_of_parameter(status)},
        "value": {"references": ["aws_iam_access_key.first.secret", "aws_iam_access_key.first"]},
    }
    of_key = {"user": {"constant_value": "u"}}
    expressions = {"aws_iam_access_key": of_key, "aws_ssm_parameter": of_secret}
    provider = {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.0",
            "planned_values": {
                "root_module": {
                    "resources": [{**_name(kind, name), "values": values} for kind, name, values in planned]
                }
            },
            "resource_changes": [
                {
                    **_name(kind, name),
                    "change": {"actions": ["create"], "before": None, "after": values, "after_unknown": _unknown(kind)},
                }
                for kind, name, values in planned
            ],
            "configuration": {
                "provider_config": {"aws": provider},
                "root_module": {
                    "resources": [
                        {**_name(kind, name), "provider_config_key": "aws", "expressions": expressions[kind]}
                        for kind, name, _ in planned
                    ]
                },
            },
        },
        indent=1,
    )


def _name(kind: str, name: str) -> dict[str, str]:
    return {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}


def _unknown(kind: str) -> dict[str, bool]:
    return {"secret": True, "id": True} if kind == "aws_iam_access_key" else {"value": True, "id": True}


def _cloudformation_yaml(status: str) -> str:
    return (
        "Resources:\n"
        "  User:\n    Type: AWS::IAM::User\n    Properties:\n      UserName: u\n"
        "  First:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: !Ref User\n"
        f"  Second:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: u\n      Status: {status}\n"
        f"{_yaml_of_secret(status)}"
    )


def _yaml_of_secret(status: str) -> str:
    if status != "Active":
        return ""
    kind = "    Type: AWS::SSM::Parameter\n    Properties:\n      Type: String\n"
    return f"  Secret:\n{kind}      Value: !GetAtt First.SecretAccessKey\n"


def _cloudformation_json(status: str) -> str:
    kind = "AWS::IAM::AccessKey"
    value = {"Fn::GetAtt": ["First", "SecretAccessKey"]}
    secret = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}
    return json.dumps(
        {
            "Resources": {
                "User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "u"}},
                "First": {"Type": kind, "Properties": {"UserName": {"Ref": "User"}}},
                "Second": {"Type": kind, "Properties": {"UserName": "u", "Status": status}},
                **({"Secret": secret} if status == "Active" else {}),
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
