"""Terraform HCL and JSON: whose key it is, whether it is active, whether it exists.

Every key's name says what is expected; both sets must be equal, so a key too many or too few fails too.
"""

import json

import pytest

MODULE = """
variable "user" {}
variable "status" { default = "Active" }
resource "aws_iam_access_key" "this" {
  user   = var.user
  status = var.status
}
resource "aws_iam_user" "made" { name = "made-${var.user}" }
output "user" { value = var.user }
output "made" { value = aws_iam_user.made.name }
"""

SILENT = {
    "no key at all": (0, 'resource "aws_iam_user" "u" { name = "u" }'),
    "a key a user": (
        2,
        """
        resource "aws_iam_access_key" "pass_a" { user = "a" }
        resource "aws_iam_access_key" "pass_b" { user = "b" }
        """,
    ),
    "the other key is inactive": (
        2,
        """
        resource "aws_iam_user" "u" { name = "u" }
        resource "aws_iam_access_key" "pass_a" { user = aws_iam_user.u.name }
        resource "aws_iam_access_key" "pass_b" {
          user   = aws_iam_user.u.name
          status = "Inactive"
        }
        """,
    ),
    "the other key has expired": (
        2,
        """
        resource "aws_iam_access_key" "pass_a" { user = "u" }
        resource "aws_iam_access_key" "pass_b" {
          user   = "u"
          status = "Expired"
        }
        """,
    ),
    "a variable's default turns it off": (
        2,
        """
        variable "status" { default = "Inactive" }
        resource "aws_iam_access_key" "pass_a" { user = "u" }
        resource "aws_iam_access_key" "pass_b" {
          user   = "u"
          status = var.status
        }
        """,
    ),
    "a ternary turns it off": (
        2,
        """
        variable "rotating" { default = false }
        resource "aws_iam_access_key" "pass_a" { user = "u" }
        resource "aws_iam_access_key" "pass_b" {
          user   = "u"
          status = var.rotating ? "Active" : "Inactive"
        }
        """,
    ),
    "count is 0": (
        1,
        """
        variable "second" { default = false }
        resource "aws_iam_access_key" "pass_a" { user = "u" }
        resource "aws_iam_access_key" "fail_never" {
          count = 0
          user  = "u"
        }
        resource "aws_iam_access_key" "fail_neither" {
          count = var.second ? 1 : 0
          user  = "u"
        }
        """,
    ),
    "for_each is empty": (
        1,
        """
        resource "aws_iam_access_key" "pass_a" { user = "u" }
        resource "aws_iam_access_key" "fail_never" {
          for_each = toset([])
          user     = "u"
        }
        resource "aws_iam_access_key" "fail_neither" {
          for_each = {}
          user     = "u"
        }
        """,
    ),
    "a user an instance": (
        6,
        """
        resource "aws_iam_user" "team" {
          for_each = toset(["x", "y"])
          name     = each.key
        }
        resource "aws_iam_user" "row" {
          count = 2
          name  = "row${count.index}"
        }
        resource "aws_iam_access_key" "pass_each" {
          for_each = toset(["x", "y"])
          user     = aws_iam_user.team[each.key].name
        }
        resource "aws_iam_access_key" "pass_count" {
          count = 2
          user  = aws_iam_user.row[count.index].name
        }
        resource "aws_iam_access_key" "pass_map" {
          for_each = { a = "map-a", b = "map-b" }
          user     = each.value
        }
        """,
    ),
    "a user each index": (
        4,
        """
        variable "who" {}
        resource "aws_iam_user" "row" {
          count = 2
          name  = "row${count.index}"
        }
        resource "aws_iam_user" "unknown" {
          for_each = var.who
          name     = each.key
        }
        resource "aws_iam_access_key" "pass_0" { user = aws_iam_user.row[0].name }
        resource "aws_iam_access_key" "pass_1" { user = aws_iam_user.row[1].name }
        resource "aws_iam_access_key" "pass_a" { user = aws_iam_user.unknown["a"].name }
        resource "aws_iam_access_key" "pass_b" { user = aws_iam_user.unknown["b"].name }
        """,
    ),
    "one block over users, a key each": (
        1,
        """
        resource "aws_iam_user" "team" {
          for_each = toset(["x", "y"])
          name     = each.key
        }
        resource "aws_iam_access_key" "pass_each" {
          for_each = aws_iam_user.team
          user     = each.value.name
        }
        """,
    ),
    "two blocks over different collections": (
        2,
        """
        variable "team" {}
        variable "guests" {}
        resource "aws_iam_access_key" "pass_team" {
          for_each = var.team
          user     = each.value
        }
        resource "aws_iam_access_key" "pass_guests" {
          for_each = var.guests
          user     = each.value
        }
        """,
    ),
    "names that share the text between their dots": (
        2,
        """
        resource "aws_iam_access_key" "pass_a" { user = "alice.team.prod" }
        resource "aws_iam_access_key" "pass_b" { user = "bob.team.dev" }
        """,
    ),
    "names with every character that IAM allows": (
        2,
        """
        resource "aws_iam_access_key" "pass_a" { user = "a,b+c=d@e.f-g_h" }
        resource "aws_iam_access_key" "pass_b" { user = "a" }
        """,
    ),
    "one user's name is a part of another expression": (
        2,
        """
        variable "who" {}
        resource "aws_iam_user" "u" { name = var.who }
        resource "aws_iam_access_key" "pass_a" { user = aws_iam_user.u.name }
        resource "aws_iam_access_key" "pass_b" { user = "svc-${aws_iam_user.u.name}" }
        """,
    ),
    "two users whose names do not resolve": (
        2,
        """
        variable "a" {}
        resource "aws_iam_user" "a" { name = random_pet.a.id }
        resource "aws_iam_user" "b" { name = random_pet.b.id }
        resource "aws_iam_access_key" "pass_a" { user = aws_iam_user.a.name }
        resource "aws_iam_access_key" "pass_b" { user = aws_iam_user.b.name }
        """,
    ),
}

FAILING = {
    "two references": (
        2,
        """
        resource "aws_iam_user" "u" { name = "u" }
        resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.u.name }
        resource "aws_iam_access_key" "fail_b" { user = aws_iam_user.u.id }
        """,
    ),
    "two literals": (
        2,
        """
        resource "aws_iam_access_key" "fail_a" { user = "u" }
        resource "aws_iam_access_key" "fail_b" { user = "u" }
        """,
    ),
    "a reference, a literal, a local, a variable, an interpolation": (
        5,
        """
        variable "who" { default = "u" }
        locals { u = aws_iam_user.u.name }
        resource "aws_iam_user" "u" { name = "u" }
        resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.u.name }
        resource "aws_iam_access_key" "fail_b" { user = "u" }
        resource "aws_iam_access_key" "fail_c" { user = local.u }
        resource "aws_iam_access_key" "fail_d" { user = var.who }
        resource "aws_iam_access_key" "fail_e" { user = "${aws_iam_user.u.name}" }
        """,
    ),
    "names that differ in case": (
        2,
        """
        resource "aws_iam_access_key" "fail_a" { user = "Ops" }
        resource "aws_iam_access_key" "fail_b" { user = "ops" }
        """,
    ),
    "status null, omitted, and active by a variable": (
        3,
        """
        variable "status" { default = "Active" }
        resource "aws_iam_access_key" "fail_a" { user = "u" }
        resource "aws_iam_access_key" "fail_b" {
          user   = "u"
          status = null
        }
        resource "aws_iam_access_key" "fail_c" {
          user   = "u"
          status = var.status
        }
        """,
    ),
    "the inactive third key passes": (
        3,
        """
        resource "aws_iam_access_key" "fail_a" { user = "u" }
        resource "aws_iam_access_key" "fail_b" { user = "u" }
        resource "aws_iam_access_key" "pass_c" {
          user   = "u"
          status = "Inactive"
        }
        """,
    ),
    "the unknown third key changes nothing": (
        3,
        """
        variable "status" {}
        resource "aws_iam_access_key" "fail_a" { user = "u" }
        resource "aws_iam_access_key" "fail_b" { user = "u" }
        resource "aws_iam_access_key" "unknown_c" {
          user   = "u"
          status = var.status
        }
        """,
    ),
    "count = 2 by a variable": (
        2,
        """
        variable "n" { default = 2 }
        resource "aws_iam_access_key" "fail_a" {
          count = var.n
          user  = "u"
        }
        """,
    ),
    "for_each over two for one user": (
        2,
        """
        resource "aws_iam_access_key" "fail_a" {
          for_each = toset(["one", "two"])
          user     = "u"
        }
        """,
    ),
    "instances whose keys hold dots": (
        5,
        """
        resource "aws_iam_access_key" "pass_a" {
          for_each = toset(["jane"])
          user     = each.key
        }
        resource "aws_iam_access_key" "fail_a" {
          for_each = toset(["john.doe", "j.r.doe"])
          user     = each.key
        }
        resource "aws_iam_access_key" "fail_b" {
          for_each = toset(["john.doe", "j.r.doe"])
          user     = each.key
        }
        """,
    ),
    "the same index of the same users": (
        4,
        """
        variable "who" {}
        resource "aws_iam_user" "row" {
          count = 2
          name  = "row${count.index}"
        }
        resource "aws_iam_user" "unknown" {
          for_each = var.who
          name     = each.key
        }
        resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.row[1].name }
        resource "aws_iam_access_key" "fail_b" { user = "row1" }
        resource "aws_iam_access_key" "fail_c" { user = aws_iam_user.unknown["a"].name }
        resource "aws_iam_access_key" "fail_d" { user = aws_iam_user.unknown["a"].name }
        """,
    ),
    "two blocks over the same users": (
        2,
        """
        resource "aws_iam_user" "team" {
          for_each = toset(["x", "y"])
          name     = each.key
        }
        resource "aws_iam_access_key" "fail_a" {
          for_each = aws_iam_user.team
          user     = each.value.name
        }
        resource "aws_iam_access_key" "fail_b" {
          for_each = aws_iam_user.team
          user     = each.value.name
        }
        """,
    ),
    "the same unresolved variable": (
        2,
        """
        variable "who" {}
        resource "aws_iam_access_key" "fail_a" { user = var.who }
        resource "aws_iam_access_key" "fail_b" { user = "${var.who}" }
        """,
    ),
    "a user whose name does not resolve": (
        3,
        """
        variable "who" {}
        resource "aws_iam_user" "u" { name = "svc-${var.who}" }
        resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.u.name }
        resource "aws_iam_access_key" "fail_b" { user = aws_iam_user.u.id }
        resource "aws_iam_access_key" "fail_c" { user = "${aws_iam_user.u.name}" }
        """,
    ),
}

UNKNOWN = {
    "a status that does not resolve": (
        1,
        """
        variable "status" {}
        resource "aws_iam_access_key" "unknown_a" {
          user   = "u"
          status = var.status
        }
        """,
    ),
    "a status that AWS does not know": (
        2,
        """
        resource "aws_iam_access_key" "unknown_a" {
          user   = "u"
          status = "active"
        }
        resource "aws_iam_access_key" "pass_b" { user = "u" }
        """,
    ),
    "malformed: no user, a status that is a list": (
        2,
        """
        resource "aws_iam_access_key" "unknown_a" {}
        resource "aws_iam_access_key" "unknown_b" {
          user   = "u"
          status = ["Active"]
        }
        """,
    ),
}


@pytest.mark.parametrize(("keys", "text"), [pytest.param(*case, id=name) for name, case in SILENT.items()])
def test_silent(verdicts, assert_as_named, keys, text):
    """No key of these configurations is reported."""
    assert_as_named(verdicts("terraform", {"main.tf": text}), keys)


@pytest.mark.parametrize(
    ("keys", "text"), [pytest.param(*case, id=name) for name, case in {**FAILING, **UNKNOWN}.items()]
)
def test_reported(verdicts, assert_as_named, keys, text):
    """Each active key of a user that has more than one is FAILED, a key that nobody can judge UNKNOWN."""
    assert_as_named(verdicts("terraform", {"main.tf": text}), keys)


def test_users_and_keys_in_different_files(verdicts, assert_as_named):
    """The files of one directory are one root module."""
    files = {
        "users.tf": 'resource "aws_iam_user" "u" { name = "u" }',
        "a.tf": 'resource "aws_iam_access_key" "fail_a" { user = aws_iam_user.u.name }',
        "b.tf": 'resource "aws_iam_access_key" "fail_b" { user = "u" }',
    }
    assert_as_named(verdicts("terraform", files), 2)


def test_root_modules_side_by_side(verdicts, assert_as_named):
    """The same name in two root modules is two users, and the same address two keys."""
    files = {
        "dev/main.tf": 'resource "aws_iam_access_key" "pass_dev" { user = "u" }',
        "prod/main.tf": 'resource "aws_iam_access_key" "pass_prod" { user = "u" }',
    }
    assert_as_named(verdicts("terraform", files), 2)


def test_a_value_from_tfvars(verdicts, assert_as_named):
    """A name rendered from terraform.tfvars meets the literal."""
    files = {
        "main.tf": """
        variable "who" {}
        resource "aws_iam_access_key" "fail_a" { user = var.who }
        resource "aws_iam_access_key" "fail_b" { user = "ops" }
        """,
        "terraform.tfvars": 'who = "ops"',
    }
    assert_as_named(verdicts("terraform", files), 2)


MODULES = {
    "a module called twice for two users": (
        2,
        """
        module "pass_a" {
          source = "./mod"
          user   = "a"
        }
        module "pass_b" {
          source = "./mod"
          user   = "b"
        }
        """,
    ),
    "a module called twice for one user, and a key beside it": (
        3,
        """
        resource "aws_iam_user" "u" { name = "u" }
        module "fail_a" {
          source = "./mod"
          user   = aws_iam_user.u.name
        }
        module "fail_b" {
          source = "./mod"
          user   = "u"
        }
        resource "aws_iam_access_key" "fail_c" { user = "u" }
        """,
    ),
    "a module that passes null as status": (
        2,
        """
        module "fail_a" {
          source = "./mod"
          user   = "u"
          status = null
        }
        module "fail_b" {
          source = "./mod"
          user   = "u"
        }
        """,
    ),
    "a module that turns its key off": (
        2,
        """
        module "pass_a" {
          source = "./mod"
          user   = "u"
          status = "Inactive"
        }
        module "pass_b" {
          source = "./mod"
          user   = "u"
        }
        """,
    ),
    "a module with count": (
        2,
        """
        module "fail_a" {
          source = "./mod"
          count  = 2
          user   = "u"
        }
        """,
    ),
    "a module with for_each": (
        2,
        """
        module "pass_a" {
          source   = "./mod"
          for_each = toset(["a", "b"])
          user     = each.key
        }
        """,
    ),
    "a module that is called for nobody": (
        1,
        """
        module "fail_never" {
          source = "./mod"
          count  = 0
          user   = "u"
        }
        module "fail_neither" {
          source   = "./mod"
          for_each = {}
          user     = "u"
        }
        resource "aws_iam_access_key" "pass_a" { user = "u" }
        """,
    ),
    "an unresolved user is one of its own in each module instance": (
        2,
        """
        module "pass_a" {
          source = "./mod"
          user   = random_pet.a.id
        }
        module "pass_b" {
          source = "./mod"
          user   = random_pet.b.id
        }
        """,
    ),
    "outputs of two calls are two users": (
        4,
        """
        module "pass_a" {
          source = "./mod"
          user   = "a"
        }
        module "pass_b" {
          source = "./mod"
          user   = "b"
        }
        resource "aws_iam_access_key" "pass_c" { user = module.pass_a.made }
        resource "aws_iam_access_key" "pass_d" { user = module.pass_b.made }
        """,
    ),
    "the output of the second call meets its literal": (
        4,
        """
        locals { second = module.fail_b.user }
        module "pass_a" {
          source = "./mod"
          user   = "a"
        }
        module "fail_b" {
          source = "./mod"
          user   = "b"
        }
        resource "aws_iam_access_key" "fail_c" { user = local.second }
        resource "aws_iam_access_key" "fail_d" { user = "b" }
        """,
    ),
}


@pytest.mark.parametrize(("keys", "text"), [pytest.param(*case, id=name) for name, case in MODULES.items()])
def test_modules(verdicts, assert_as_named, keys, text):
    """A key in a module is a key of every instance of the module, for the user that the instance is given."""
    assert_as_named(verdicts("terraform", {"main.tf": text, "mod/main.tf": MODULE}), keys)


def test_nested_modules(verdicts, assert_as_named):
    """A user's name finds its way through two modules."""
    files = {
        "main.tf": """
        module "fail_outer" {
          source = "./outer"
          user   = "u"
        }
        resource "aws_iam_access_key" "fail_b" { user = "u" }
        """,
        "outer/main.tf": """
        variable "user" {}
        module "inner" {
          source = "../mod"
          user   = var.user
        }
        """,
        "mod/main.tf": MODULE,
    }
    assert_as_named(verdicts("terraform", files), 2)


TERRAFORM_JSON = {
    "silent": (
        {
            "aws_iam_user": {"u": {"name": "u"}},
            "aws_iam_access_key": {
                "pass_a": {"user": "${aws_iam_user.u.name}"},
                "pass_b": {"user": "u", "status": "Inactive"},
            },
        },
        2,
    ),
    "a reference, a literal and a null": (
        {
            "aws_iam_user": {"u": {"name": "u"}},
            "aws_iam_access_key": {
                "fail_a": {"user": "${aws_iam_user.u.name}"},
                "fail_b": {"user": "u", "status": None},
            },
        },
        2,
    ),
    "count": ({"aws_iam_access_key": {"fail_a": {"user": "u", "count": 2}}}, 2),
}


@pytest.mark.parametrize(("resources", "keys"), [pytest.param(*case, id=name) for name, case in TERRAFORM_JSON.items()])
def test_terraform_json(verdicts, assert_as_named, resources, keys):
    """Terraform's JSON syntax means the same."""
    files = {"main.tf.json": json.dumps({"resource": resources}, indent=2)}
    assert_as_named(verdicts("terraform_json", files), keys)
