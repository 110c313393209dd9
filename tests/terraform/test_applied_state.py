"""The oracle must be right itself: small directories, and what the real Terraform makes of them."""

import pytest
from applied_state import RefusedError, Terraform, find_obstacle, read_account

OBSTACLE = find_obstacle()
pytestmark = pytest.mark.skipif(OBSTACLE is not None, reason=str(OBSTACLE))

KEY = 'resource "aws_iam_access_key" "{}" {{ user = "{}" }}\n'
INACTIVE = 'resource "aws_iam_access_key" "{}" {{\n  user   = "{}"\n  status = "Inactive"\n}}\n'
ACCOUNTS = """
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "region"
  region = "us-east-1"
}
provider "aws" {
  alias = "account"
  assume_role { role_arn = "arn:aws:iam::444455556666:role/x" }
}
"""


@pytest.fixture(scope="module")
def terraform():
    """One provider for every test here."""
    with Terraform() as running:
        yield running


DIRECTORIES = {
    "no key": ({"main.tf": 'resource "aws_iam_user" "u" { name = "ann" }\n'}, {}, []),
    "a key for each user": (
        {"main.tf": KEY.format("a", "ann") + KEY.format("b", "bob")},
        {"aws_iam_access_key.a": ("ann", "Active"), "aws_iam_access_key.b": ("bob", "Active")},
        [],
    ),
    "names in another case are one user": (
        {"main.tf": KEY.format("a", "ann") + KEY.format("b", "Ann")},
        {"aws_iam_access_key.a": ("ann", "Active"), "aws_iam_access_key.b": ("Ann", "Active")},
        ["aws_iam_access_key.a", "aws_iam_access_key.b"],
    ),
    "an inactive key does not count": (
        {"main.tf": KEY.format("a", "ann") + INACTIVE.format("b", "ann")},
        {"aws_iam_access_key.a": ("ann", "Active"), "aws_iam_access_key.b": ("ann", "Inactive")},
        [],
    ),
    "instances of a module, and a text as an index": (
        {
            "main.tf": 'module "m" {\n  source   = "./m"\n  for_each = toset(["x.y"])\n}\n',
            "m/main.tf": 'resource "aws_iam_access_key" "k" {\n  count = 2\n  user  = "ann"\n}\n',
        },
        {f'module.m["x.y"].aws_iam_access_key.k[{at}]': ("ann", "Active") for at in (0, 1)},
        [f'module.m["x.y"].aws_iam_access_key.k[{at}]' for at in (0, 1)],
    ),
    "a name that is known after the apply": (
        {
            "main.tf": 'resource "terraform_data" "who" { input = "ann" }\n'
            'resource "aws_iam_access_key" "a" { user = terraform_data.who.output }\n' + KEY.format("b", "ann")
        },
        {"aws_iam_access_key.a": ("ann", "Active"), "aws_iam_access_key.b": ("ann", "Active")},
        ["aws_iam_access_key.a", "aws_iam_access_key.b"],
    ),
}


@pytest.mark.parametrize(("files", "keys", "failed"), DIRECTORIES.values(), ids=DIRECTORIES)
def test_apply(terraform, write_files, files, keys, failed):
    """An apply tells the keys that exist, their users and statuses, and which of them are one too many."""
    applied = terraform.apply(write_files(files))
    assert keys == {address: values[:2] for address, values in applied.keys.items()}
    assert (failed, sorted(set(keys) - set(failed))) == (applied.failed, applied.passed)


def test_accounts(terraform, write_files):
    """Two aliases of one account meet, one that assumes a role elsewhere does not."""
    keys = "".join(
        f'resource "aws_iam_access_key" "{name}" {{\n  user     = "ann"\n  provider = aws{alias}\n}}\n'
        for name, alias in (("home", ""), ("region", ".region"), ("far", ".account"))
    )
    applied = terraform.apply(write_files({"main.tf": ACCOUNTS + keys}))
    assert ["aws_iam_access_key.home", "aws_iam_access_key.region"] == applied.failed
    assert 2 == len(set(applied.accounts.values()))


def test_flags_plan_and_state(terraform, write_files):
    """Flags reach the plan, whose JSON and the state's are returned, with a secret of its own for each key."""
    text = (
        'variable "who" { default = "bob" }\nresource "aws_iam_access_key" "a" {\n  count = 2\n  user  = var.who\n}\n'
    )
    folder = write_files({"main.tf": text, "some.tfvars": 'who = "ann"\n'})
    applied = terraform.apply(folder, ["-var-file=some.tfvars"], plan=True, state=True)
    changes = [change["change"]["after"]["user"] for change in applied.plan["resource_changes"]]
    instances = [instance["attributes"] for instance in applied.state["resources"][0]["instances"]]
    assert (["ann", "ann"], ["ann", "ann"]) == (changes, [each["user"] for each in instances])
    assert 2 == len({each["secret"] for each in instances}) == len({each["id"] for each in instances})
    assert applied.accounts["aws_iam_access_key.a[0]"] == read_account(instances[0]["id"])


def test_a_module_beside_the_directory(terraform, write_files):
    """A tree above the directory brings the modules that it calls."""
    tree = write_files({"app/main.tf": 'module "m" { source = "../m" }\n', "m/main.tf": KEY.format("k", "ann")})
    assert ["module.m.aws_iam_access_key.k"] == list(terraform.apply(tree / "app", tree=tree).keys)


REFUSED = {
    "not HCL": ("resource {", "Unclosed configuration block"),
    "no user": ('resource "aws_iam_access_key" "a" {}\n', "Missing required argument"),
    "a status that AWS does not know": (
        'resource "aws_iam_access_key" "a" {\n  user   = "ann"\n  status = "active"\n}\n',
        "invalid value for status",
    ),
    "a name that AWS does not take": ('resource "aws_iam_user" "u" { name = "a b" }\n', "invalid value for name"),
    "a variable without a value": ('variable "v" {}\n' + KEY.format("a", "${var.v}"), "No value for required variable"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_refused(terraform, write_files, text, words):
    """What Terraform does not take raises an error with its words."""
    with pytest.raises(RefusedError, match=words):
        terraform.apply(write_files({"main.tf": text}))
