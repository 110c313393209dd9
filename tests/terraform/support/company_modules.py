"""Patterns that companies write as modules of their own; see company_patterns.py for what a pattern is."""

from __future__ import annotations

import json

from company_files import FILE_PATTERNS
from company_patterns import ROOT_PATTERNS, Part, fill


def user_module(chance, names, number):
    """A public module's shape: switches that create a user and one of two kinds of key."""
    module = """
variable "name" { type = string }
variable "create_user" {
  type    = bool
  default = true
}
variable "create_iam_access_key" {
  type    = bool
  default = true
}
variable "iam_access_key_status" {
  type    = string
  default = null
}
variable "pgp_key" {
  type    = string
  default = ""
}

resource "aws_iam_user" "this" {
  count = var.create_user ? 1 : 0
  name  = var.name
}

resource "aws_iam_access_key" "this" {
  count   = var.create_user && var.create_iam_access_key && var.pgp_key != "" ? 1 : 0
  user    = aws_iam_user.this[0].name
  pgp_key = var.pgp_key
  status  = var.iam_access_key_status
}

resource "aws_iam_access_key" "this_no_pgp" {
  count  = var.create_user && var.create_iam_access_key && var.pgp_key == "" ? 1 : 0
  user   = aws_iam_user.this[0].name
  status = var.iam_access_key_status
}

output "iam_user_name" { value = try(aws_iam_user.this[0].name, "") }
output "key_ids" {
  value = concat(aws_iam_access_key.this[*].id, aws_iam_access_key.this_no_pgp.*.id)
}
"""
    root = """
module "person_@n@" {
  source                = "./modules/person@n@"
  for_each              = @people@
  name                  = "${each.key}-m@n@"
  pgp_key               = each.value.pgp ? "keybase:x" : ""
  create_iam_access_key = each.value.key
}

resource "aws_iam_access_key" "emergency_@n@" {
  count = @more@
  user  = compact([for person in module.person_@n@ : person.iam_user_name])[0]
}

resource "aws_iam_access_key" "by_name_@n@" {
  for_each = toset([for name in values(module.person_@n@)[*].iam_user_name : name if endswith(name, "@end@")])
  user     = each.value
}
"""
    people = {name: {"pgp": chance.random() < 0.3, "key": chance.random() < 0.8} for name in chance.sample(names, 2)}
    end = chance.choice((f"m{number}", "none", next(iter(people))[-2:] + f"-m{number}"))
    text = fill(root.replace("@end@", end), number, people=people, more=chance.choice((0, 1)))
    return Part({f"persons{number}.tf": text, f"modules/person{number}/main.tf": module})


def label_module(chance, names, number):
    """A label module that makes names out of their parts."""
    module = """
variable "namespace" { default = null }
variable "stage" { default = null }
variable "name" { default = null }
variable "attributes" {
  type    = list(string)
  default = []
}
variable "delimiter" { default = "-" }
variable "label_order" {
  type    = list(string)
  default = ["namespace", "stage", "name", "attributes"]
}

locals {
  regex = "/[^a-zA-Z0-9-]/"
  parts = { for k in ["namespace", "stage", "name"] : k => lower(replace(coalesce(lookup({
    namespace = var.namespace
    stage     = var.stage
    name      = var.name
  }, k), " "), local.regex, "")) }
  all = merge(local.parts, { attributes = join(var.delimiter, distinct(compact(var.attributes))) })
  id  = join(var.delimiter, [for label in var.label_order : local.all[label] if length(local.all[label]) > 0])
}

output "id" { value = local.id }
"""
    root = """
module "label_@n@" {
  source     = "./modules/label@n@"
  namespace  = @namespace@
  stage      = @stage@
  name       = @name@
  attributes = @attributes@
}

resource "aws_iam_user" "label_@n@" { name = module.label_@n@.id }
resource "aws_iam_access_key" "label_@n@" { user = aws_iam_user.label_@n@.name }
resource "aws_iam_access_key" "label_literal_@n@" {
  user   = @literal@
  status = @status@
}
"""
    namespace, stage = chance.choice(("eg", "Acme", None)), chance.choice(("prod", "Dev!", None))
    name, attributes = chance.choice(("ci", "Deploy_Bot")), chance.choice(([], ["blue"], ["", "blue", "blue"]))
    parts = [
        "".join(letter for letter in (part or "").lower() if letter.isalnum()) for part in (namespace, stage, name)
    ]
    literal = "-".join([*filter(None, parts), *dict.fromkeys(filter(None, attributes))])
    values = {"namespace": namespace, "stage": stage, "name": name, "attributes": attributes}
    literal = literal if chance.random() < 0.7 else chance.choice(names)
    text = fill(root, number, **values, literal=literal, status=chance.choice((None, "Active", "Inactive")))
    return Part({f"label{number}.tf": text, f"modules/label{number}/main.tf": module})


def platform_tree(chance, names, number):
    """Modules three deep: a platform's teams, a team's robots, a robot's keys."""
    robot = """
variable "login" { type = string }
variable "slots" { type = map(bool) }
resource "aws_iam_access_key" "slot" {
  for_each = var.slots
  user     = var.login
  status   = each.value ? "Active" : "Inactive"
}
output "login" { value = lower(var.login) }
"""
    team = """
variable "team" {
  type = object({ robots = optional(map(map(bool)), {}), prefix = optional(string, "") })
}
module "robot" {
  source   = "../robot"
  for_each = var.team.robots
  login    = "${var.team.prefix}${each.key}"
  slots    = each.value
}
output "logins" { value = [for robot in module.robot : robot.login] }
"""
    platform = """
variable "teams" { type = any }
module "team" {
  source   = "./team"
  for_each = { for name, team in var.teams : name => team if !try(team.closed, false) }
  team     = { for key, value in each.value : key => value if key != "closed" }
}
output "logins" { value = distinct(flatten(values(module.team)[*].logins)) }
"""
    root = """
variable "teams_@n@" {}
module "platform_@n@" {
  source = "./platform@n@"
  count  = @count@
  teams  = var.teams_@n@
}
resource "aws_iam_access_key" "again_@n@" {
  for_each = @again@ ? toset(flatten(module.platform_@n@[*].logins)) : toset([])
  user     = each.key
}
"""
    teams = {}
    for name in chance.sample(("red", "green", "blue"), chance.randint(1, 3)):
        robots = {
            each: {slot: chance.random() < 0.7 for slot in chance.sample(("a", "b"), chance.randint(1, 2))}
            for each in chance.sample(names, chance.randint(1, 2))
        }
        teams[name] = {
            "robots": robots,
            **({"prefix": "t-"} if chance.random() < 0.3 else {}),
            "closed": chance.random() < 0.2,
        }
    again = chance.random() < 0.5
    files = {f"platform{number}/{name}/main.tf": text for name, text in (("robot", robot), ("team", team))}
    files = {**files, f"platform{number}/main.tf": platform}
    return Part(
        {**files, f"platform{number}.tf": fill(root, number, count=chance.choice((1, 1, 0, 2)), again=again)},
        {f"teams_{number}": teams},
    )


def generated_json(chance, names, number):
    """JSON syntax that a program writes, beside HCL that a person writes."""
    made = {
        "//": "made by a program",
        "locals": {f"owner_{number}": chance.choice(names)},
        "variable": {f"spares_{number}": {"type": "number", "default": chance.choice((0, 1, 2))}},
        "resource": {
            "aws_iam_access_key": {
                f"made_{number}": {
                    "user": f"${{local.owner_{number}}}",
                    "status": chance.choice(("Active", "Inactive", None)),
                },
                f"spare_{number}": [
                    {
                        "count": f"${{var.spares_{number}}}",
                        "user": f"%{{ if true }}${{local.owner_{number}}}%{{ endif }}",
                    }
                ],
            },
        },
    }
    text = 'resource "aws_iam_access_key" "hand_@n@" {\n  user = upper(local.owner_@n@)\n}\n'
    return Part({f"made{number}.tf.json": json.dumps(made, indent=2), f"hand{number}.tf": fill(text, number)})


def shared_accounts(chance, names, number):
    """A module called for two accounts, and a second region of one of them."""
    module = """
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.main, aws.audit]
    }
  }
}
variable "user" {}
resource "aws_iam_access_key" "main" {
  provider = aws.main
  user     = var.user
}
resource "aws_iam_access_key" "audit" {
  provider = aws.audit
  user     = var.user
}
"""
    root = """
provider "aws" {
  alias   = "home_@n@"
  profile = "home"
}
provider "aws" {
  alias   = "region_@n@"
  profile = "home"
  region  = "us-east-1"
}
provider "aws" {
  alias = "far_@n@"
  assume_role { role_arn = "arn:aws:iam::999988887777:role/far" }
}
module "accounts_@n@" {
  source    = "./modules/accounts@n@"
  user      = @user@
  providers = { aws.main = aws.home_@n@, aws.audit = aws.SECOND_@n@ }
}
"""
    text = fill(root.replace("SECOND", chance.choice(("region", "far"))), number, user=chance.choice(names))
    return Part({f"accounts{number}.tf": text, f"modules/accounts{number}/main.tf": module})


MODULE_PATTERNS = (user_module, label_module, platform_tree, generated_json)
PATTERNS = (
    *ROOT_PATTERNS,
    *ROOT_PATTERNS,
    *FILE_PATTERNS,
    *FILE_PATTERNS,
    *MODULE_PATTERNS,
    *MODULE_PATTERNS,
    shared_accounts,
)
