"""Patterns that companies write for IAM users and keys, in one root module: parts of a random configuration.

Each takes a `random.Random`, names of users to choose from, and a number that makes its own names unique; it returns a
Part. `@n@` in a text is that number, other words between `@` are values as HCL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from configuration_blocks import write_value


@dataclass
class Part:
    """Files of a root module ({path: text}), and values of variables that they declare without a default."""

    files: dict[str, str]
    values: dict[str, object] = field(default_factory=dict)


def fill(text, number, **values):
    """Put values into a text."""
    texts = {"n": str(number), **{name: write_value(value) for name, value in values.items()}}
    return re.sub(r"@(\w+)@", lambda match: texts[match.group(1)], text)


def _some(chance, names, least=1, most=3):
    return chance.sample(names, min(len(names), chance.randint(least, most)))


def rotation_slots(chance, names, number):
    """Two slots for a key, of which one is in use, or both while a rotation lasts."""
    active = chance.choice((["blue"], ["blue", "green"], ["green"], []))
    text = """
variable "active_slots_@n@" {
  type    = set(string)
  default = ["blue"]
  validation {
    condition     = length(setsubtract(var.active_slots_@n@, ["blue", "green"])) == 0
    error_message = "Only blue and green exist."
  }
}

locals { rotating_@n@ = @user@ }

resource "aws_iam_access_key" "slot_@n@" {
  for_each = toset(["blue", "green"])
  user     = local.rotating_@n@
  status   = contains(var.active_slots_@n@, each.key) ? "Active" : "Inactive"
}
"""
    values = {f"active_slots_{number}": active} if chance.random() < 0.7 else {}
    return Part({f"rotation{number}.tf": fill(text, number, user=chance.choice(names))}, values)


def team_map(chance, names, number):
    """A map of people with optional settings, and so many keys for each."""
    text = """
variable "people_@n@" {
  type = map(object({
    groups  = optional(list(string), [])
    keys    = optional(number, 1)
    enabled = optional(bool, true)
    login   = optional(string)
  }))
}

locals {
  people_keys_@n@ = flatten([
    for id, person in var.people_@n@ : [
      for slot in range(person.keys) : {
        user   = coalesce(person.login, id)
        slot   = slot
        status = person.enabled ? "Active" : "Inactive"
      }
    ]
  ])
}

resource "aws_iam_access_key" "person_@n@" {
  for_each = { for entry in local.people_keys_@n@ : "${entry.user}.${entry.slot}" => entry }

  user   = each.value.user
  status = each.value.status
}
"""
    people = {}
    for name in _some(chance, names):
        settings = {"groups": ["dev"], "keys": chance.choice((0, 1, 1, 2)), "enabled": chance.random() < 0.8}
        people[name] = {each: settings[each] for each in chance.sample(sorted(settings), chance.randint(0, 3))}
        if chance.random() < 0.2:
            people[name]["login"] = f"{name}-robot"
    return Part({f"people{number}.tf": fill(text, number)}, {f"people_{number}": people})


def nested_services(chance, names, number):
    """Services with an optional object inside, whose list has a default."""
    text = """
variable "services_@n@" {
  type = list(object({
    name = string
    ci = optional(object({
      user = optional(string)
      keys = optional(list(string), ["default"])
      off  = optional(bool)
    }), {})
  }))
}

resource "aws_iam_access_key" "service_@n@" {
  for_each = merge([
    for service in var.services_@n@ : {
      for key in service.ci.keys : "${service.name}/${key}" => service
    }
  ]...)
  user   = each.value.ci.user != null ? each.value.ci.user : each.value.name
  status = try(each.value.ci.off ? "Inactive" : "Active", "Active")
}
"""
    services = []
    for name in _some(chance, names):
        service = {"name": name}
        if chance.random() < 0.7:
            choices = {
                "user": chance.choice(names),
                "keys": chance.choice((["a"], ["a", "b"], [])),
                "off": chance.random() < 0.4,
            }
            service["ci"] = {each: choices[each] for each in chance.sample(sorted(choices), chance.randint(0, 3))}
        services.append(service)
    return Part({f"services{number}.tf": fill(text, number)}, {f"services_{number}": services})


def old_splits(chance, names, number):
    """A list in a string, as before Terraform 0.12."""
    text = """
variable "robots_@n@" { type = string }
variable "keys_enabled_@n@" { default = "1" }

resource "aws_iam_user" "robot_@n@" {
  count = "${length(compact(split(",", var.robots_@n@)))}"
  name  = "${element(compact(split(",", var.robots_@n@)), count.index)}-r@n@"
}

resource "aws_iam_access_key" "robot_@n@" {
  count = "${var.keys_enabled_@n@ == "1" ? length(aws_iam_user.robot_@n@) : 0}"
  user  = "${element(aws_iam_user.robot_@n@.*.name, count.index)}"
}

resource "aws_iam_access_key" "second_@n@" {
  count  = "${var.keys_enabled_@n@}"
  user   = "${aws_iam_user.robot_@n@.0.name}"
  status = "${length(split(",", var.robots_@n@)) > @limit@ ? "Active" : "Inactive"}"
}
"""
    text = fill(text, number, limit=chance.choice((0, 1, 5)))
    values = {f"robots_{number}": ",".join(_some(chance, names)) + chance.choice(("", ","))}
    if chance.random() < 0.4:
        values[f"keys_enabled_{number}"] = chance.choice((0, 1, "0", "1"))
    return Part({f"old{number}.tf": text}, values)


def regions_product(chance, names, number):
    """A key for each pair of a user and a region."""
    text = """
variable "regions_@n@" {
  type    = list(string)
  default = ["eu-west-1"]
}
variable "regional_users_@n@" { type = list(string) }

locals {
  pairs_@n@ = { for pair in setproduct(var.regional_users_@n@, var.regions_@n@) : join("@glue@", pair) => pair }
}

resource "aws_iam_access_key" "regional_@n@" {
  for_each = local.pairs_@n@
  user     = each.value[0]
  status   = each.value[1] == var.regions_@n@[0] || @all@ ? "Active" : "Inactive"
}
"""
    text = text.replace("@glue@", chance.choice((":", "/", "-")))
    values = {f"regional_users_{number}": _some(chance, names, 1, 2)}
    if chance.random() < 0.6:
        values[f"regions_{number}"] = chance.choice((["us-east-1"], ["us-east-1", "eu-west-1"]))
    return Part({f"regions{number}.tf": fill(text, number, all=chance.random() < 0.4)}, values)


def stage_switch(chance, names, number):
    """Settings by stage, in a map that the stage picks from."""
    text = """
variable "stage_@n@" {
  type     = string
  default  = "dev"
  nullable = false
}

locals {
  by_stage_@n@ = {
    dev  = { user = "@a@-dev", keys = 0 }
    test = { user = "@a@", keys = 1, status = "Inactive" }
    prod = { user = "@a@", keys = 2 }
  }
  chosen_@n@ = lookup(local.by_stage_@n@, lower(var.stage_@n@), local.by_stage_@n@.dev)
  is_live_@n@ = can(regex("^prod(uction)?$", lower(var.stage_@n@)))
}

resource "aws_iam_access_key" "staged_@n@" {
  count  = local.chosen_@n@.keys
  user   = local.chosen_@n@.user
  status = lookup(local.chosen_@n@, "status", null)
}

resource "aws_iam_access_key" "live_@n@" {
  count = local.is_live_@n@ ? 1 : 0
  user = trimspace(<<-EOT
    @a@
  EOT
  )
}
"""
    text = text.replace("@a@", chance.choice(names))
    values = (
        {f"stage_{number}": chance.choice(("dev", "test", "Prod", "prod", None, "other"))}
        if chance.random() < 0.8
        else {}
    )
    return Part({f"stage{number}.tf": fill(text, number)}, values)


def handed_through(chance, names, number):
    """Keys whose users come out of other blocks' arguments."""
    text = """
resource "aws_iam_group_membership" "crew_@n@" {
  name  = "crew"
  group = "crew"
  users = @crew@
}

data "aws_iam_user" "boss_@n@" { user_name = @boss@ }

resource "terraform_data" "owner_@n@" { input = { login = data.aws_iam_user.boss_@n@.user_name, on = @on@ } }

resource "null_resource" "note_@n@" {
  triggers = { who = terraform_data.owner_@n@.input.login }
}

resource "aws_iam_access_key" "crew_@n@" {
  for_each = aws_iam_group_membership.crew_@n@.users
  user     = each.value
}

resource "aws_iam_access_key" "boss_@n@" {
  count  = terraform_data.owner_@n@.input.on ? 1 : 0
  user   = null_resource.note_@n@.triggers["who"]
  status = terraform_data.owner_@n@.output.on ? "Active" : "Inactive"
}
"""
    values = {"crew": _some(chance, names, 1, 3), "boss": chance.choice(names), "on": chance.random() < 0.7}
    return Part({f"handed{number}.tf": fill(text, number, **values)})


ROOT_PATTERNS = (
    rotation_slots,
    team_map,
    nested_services,
    old_splits,
    regions_product,
    stage_switch,
    handed_through,
)
