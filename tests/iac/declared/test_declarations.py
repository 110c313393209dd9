"""The users and access keys that directories declare, with the account that each belongs to."""

from pathlib import Path

import pytest

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.users import KeyStatus
from checkov_keys.iac.declared.declarations import declarations

ONE, TWO = "111111111111", "222222222222"
USERS = """resource "aws_iam_user" "a" {
  name = "Ada"
}
resource "aws_iam_user" "b" {
  name = var.b
}
resource "aws_iam_access_key" "a" {
  user = aws_iam_user.a.name
}
resource "aws_iam_access_key" "b" {
  user = aws_iam_user.b.name
}
resource "aws_iam_access_key" "c" {
  count  = 2
  user   = "carl"
  status = "Inactive"
}
"""
CLOUDFORMATION = """Parameters:
  Name: {Type: String, Default: dora}
  Stage: {Type: String}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  User:
    Type: AWS::IAM::User
    Properties:
      UserName: !Ref Name
  Key:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: !Ref User
  ProdKey:
    Type: AWS::IAM::AccessKey
    Condition: Prod
    Properties:
      UserName: !Ref User
"""
CROSSPLANE = """apiVersion: iam.aws.upbound.io/v1beta1
kind: User
metadata:
  name: emil
---
apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata:
  name: emil-key
spec:
  forProvider:
    userRef:
      name: emil
"""


@pytest.fixture
def declared(write_files, monkeypatch):
    """What files declare: `declared(files, directories, accounts)`."""

    def read(files, directories=(".",), **accounts):
        monkeypatch.chdir(write_files(files))
        return declarations(directories, {Path(folder): number for folder, number in accounts.items()})

    return read


def test_nothing(declared):
    """Templates without users or keys declare nothing, and nothing is unread."""
    found = declared({"main.tf": 'resource "aws_s3_bucket" "b" {}\n'})
    assert ((), (), ()) == (found.users, found.keys, found.unjudged)


def test_terraform(declared):
    """Users by their names, keys with place and status, each instance of a block; a name that nobody knows is ""."""
    found = declared({"infra/main.tf": USERS})
    assert [("ada", "aws_iam_user.a", "infra/main.tf:1-3")] == [
        (each.name, each.address, str(each.source_range)) for each in found.users
    ]
    on, off = KeyStatus.ACTIVE, KeyStatus.INACTIVE
    assert [
        ("ada", "aws_iam_access_key.a", "infra/main.tf:7-9", on),
        ("", "aws_iam_access_key.b", "infra/main.tf:10-12", on),
        ("carl", "aws_iam_access_key.c[0]", "infra/main.tf:13-17", off),
        ("carl", "aws_iam_access_key.c[1]", "infra/main.tf:13-17", off),
    ] == [(each.user, each.address, str(each.source_range), each.status) for each in found.keys]
    assert all(each.certain for each in found.keys)


def test_other_languages(declared):
    """Users of CloudFormation and Crossplane too; a key under a condition may exist or not."""
    found = declared({"stack.template": CLOUDFORMATION, "k8s/keys.yaml": CROSSPLANE})
    assert [("dora", "stack.template:7-10"), ("emil", "k8s/keys.yaml:1-5")] == [
        (each.name, str(each.source_range)) for each in found.users
    ]
    assert [("dora", True), ("dora", False), ("emil", True)] == [(each.user, each.certain) for each in found.keys]


def test_a_directory_inside_of_another_counts_once(declared):
    """What two of the given directories share is declared once."""
    found = declared({"infra/main.tf": USERS}, (".", "infra"))
    assert (1, 4) == (len({each.address for each in found.users}), len(found.keys))


def test_a_plan_beside_its_templates_counts_once(declared, root):
    """A plan declares its keys only if its templates are not there to do so."""
    plan = (root / "examples" / "terraform_plan" / "failing" / "tfplan.json.txt").read_text()
    alone = declared({"plan/tfplan.json": plan})
    assert 2 == len(alone.keys)
    main = "".join(
        f'resource "aws_iam_access_key" "{name}" {{\n  user = "deployer"\n}}\n' for name in ("current", "left_over")
    )
    both = declared({"main.tf": main})
    assert ["main.tf", "main.tf"] == [each.source_range.path for each in both.keys]


PROVIDERS = {
    "no provider": ("", ""),
    "a region only": ('provider "aws" { region = "eu-west-1" }\n', ""),
    "the only account allowed": (f'provider "aws" {{\n  allowed_account_ids = ["{ONE}"]\n}}\n', ONE),
    "two accounts allowed": (f'provider "aws" {{\n  allowed_account_ids = ["{ONE}", "{TWO}"]\n}}\n', ""),
    "a role": (f'provider "aws" {{\n  assume_role {{\n    role_arn = "arn:aws:iam::{ONE}:role/x"\n  }}\n}}\n', ONE),
    "a role by a variable with a default": (
        (
            f'variable "r" {{\n  default = "arn:aws:iam::{ONE}:role/x"\n}}\n'
            'provider "aws" {\n  assume_role {\n    role_arn = var.r\n  }\n}\n'
        ),
        ONE,
    ),
    "a role that nobody knows": (
        'variable "r" {}\nprovider "aws" {\n  assume_role {\n    role_arn = var.r\n  }\n}\n',
        "",
    ),
    "no role at all": ('provider "aws" {\n  assume_role {\n    role_arn = "x"\n  }\n}\n', ""),
    "a profile": ('provider "aws" {\n  profile = "prod"\n}\n', ""),
}


@pytest.mark.parametrize(("provider", "account"), PROVIDERS.values(), ids=PROVIDERS)
def test_the_account_that_a_provider_tells(declared, provider, account):
    """The account of users and keys is the one that their provider allows or enters."""
    found = declared({"main.tf": provider + USERS})
    assert {account} == {each.account for each in (*found.users, *found.keys)}


def test_a_provider_alias(declared):
    """Each resource has the account of its own provider."""
    alias = f'provider "aws" {{\n  alias = "two"\n  allowed_account_ids = ["{TWO}"]\n}}\n'
    own = 'resource "aws_iam_access_key" "two" {\n  provider = aws.two\n  user = "ada"\n}\n'
    found = declared({"main.tf": alias + own + USERS})
    assert {"aws_iam_access_key.two": TWO} == {each.address: each.account for each in found.keys if each.account}


def test_the_account_that_a_map_tells(declared):
    """The deepest directory counts; a module belongs to the root module that calls it."""
    files = {
        "prod/main.tf": USERS,
        "prod/dev/main.tf": USERS,
        "other/main.tf": 'module "m" {\n  source = "../modules/m"\n}\n',
        "modules/m/main.tf": 'resource "aws_iam_access_key" "m" {\n  user = "mia"\n}\n',
        "stacks/a.template": CLOUDFORMATION,
    }
    found = declared(files, **{"prod": ONE, "prod/dev": TWO, "other": TWO, "stacks": ONE})
    accounts = {(each.source_range.path, each.account) for each in found.keys}
    assert {
        ("prod/main.tf", ONE),
        ("prod/dev/main.tf", TWO),
        ("modules/m/main.tf", TWO),
        ("stacks/a.template", ONE),
    } == accounts


def test_a_map_that_contradicts_a_provider(declared):
    """--map may not name another account than the provider of the directory."""
    with pytest.raises(UsageError, match=rf"--map says account {TWO} of prod, and a provider in prod {ONE}"):
        declared({"prod/main.tf": PROVIDERS["the only account allowed"][0] + USERS}, prod=TWO)


def test_what_cannot_be_read_is_named(declared):
    """Files that do not parse and may declare a key, and keys of which nobody can tell the user."""
    broken = 'resource "aws_iam_access_key" "x" {\n'
    noise = {"t.yaml": "Resources: [AWS::IAM::AccessKey", "fixture.json": '{ "a": ', "x/main.tf": "locals {{{"}
    found = declared(
        {"a/main.tf": broken, **noise, "b/main.tf": 'resource "aws_iam_access_key" "y" {\n  user = ""\n}\n'}
    )
    assert [
        ("a/main.tf", "it may declare access keys and cannot be read: the block resource is not closed, in line 1"),
        ("aws_iam_access_key.y", "it names no user"),
        ("t.yaml", "it does not parse"),
    ] == sorted((each.address, each.reason.partition(", in /")[0]) for each in found.unjudged)
