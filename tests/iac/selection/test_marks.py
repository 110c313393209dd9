"""The words that a file with a key must have: each type of resource that is judged has them, in each language."""

import pytest

from checkov_keys.iac.cloudformation.sections import KEY_TYPE as CLOUDFORMATION_KEY
from checkov_keys.iac.cloudformation.sections import USER_TYPE as CLOUDFORMATION_USER
from checkov_keys.iac.selection.marks import read_marks
from checkov_keys.iac.terraform.resource_types import KEY_TYPES, USER_TYPE

GROUPS = ("iam.aws.upbound.io", "iam.aws.m.upbound.io", "iam.aws.crossplane.io")
KEYS = {
    **{
        f"{name} of {type_}": (name, type_, {name_of})
        for type_ in KEY_TYPES
        for name, name_of in (
            ("main.tf", "terraform"),
            ("main.tofu", "terraform"),
            ("main.tf.json", "terraform_json"),
            ("plan.json", "terraform_plan"),
        )
    },
    **{
        f"{name} of CloudFormation": (name, CLOUDFORMATION_KEY, {"cloudformation"})
        for name in ("a.yaml", "a.yml", "a.json", "a.template")
    },
    "serverless.yml": ("serverless.yml", CLOUDFORMATION_KEY, {"cloudformation", "serverless"}),
    **{group: ("a.yaml", f"apiVersion: {group}/v1beta1\nkind: AccessKey\n", {"kubernetes"}) for group in GROUPS},
}
USERS = {
    "Terraform": ("main.tf", USER_TYPE, {"terraform"}),
    "Terraform in JSON": ("main.tf.json", USER_TYPE, {"terraform_json"}),
    "a plan": ("plan.json", USER_TYPE, {"terraform_plan"}),
    "CloudFormation": ("a.yaml", CLOUDFORMATION_USER, {"cloudformation"}),
    **{group: ("a.yaml", f"apiVersion: {group}/v1beta1\nkind: User\n", {"kubernetes"}) for group in GROUPS},
}
# The runner of Terraform's JSON reads only such names, that of plans any JSON.
ALSO = {"terraform_plan"}


@pytest.mark.parametrize("name", ["main.tf", "main.tf.json", "a.json", "a.yaml", "serverless.yml", "a.template"])
@pytest.mark.parametrize("content", [b"", b"aws_s3_bucket", b"AWS::S3::Bucket", b"kind: Secret"])
def test_files_without_a_key(name, content):
    """They matter to no runner."""
    assert ((), ()) == (read_marks(name, content).frameworks, read_marks(name, content, with_users=True).frameworks)


@pytest.mark.parametrize(("name", "words", "frameworks"), KEYS.values(), ids=KEYS)
def test_types_of_keys(name, words, frameworks):
    """A file with one matters to the runner of its language."""
    found = set(read_marks(name, f"- {words} -".encode()).frameworks)
    assert frameworks == found - (ALSO - frameworks)


@pytest.mark.parametrize(("name", "words", "frameworks"), USERS.values(), ids=USERS)
def test_types_of_users(name, words, frameworks):
    """A file with one matters only to whoever asks for users, too."""
    content = f"- {words} -".encode()
    assert set() == set(read_marks(name, content).frameworks)
    assert frameworks == set(read_marks(name, content, with_users=True).frameworks) - (ALSO - frameworks)
