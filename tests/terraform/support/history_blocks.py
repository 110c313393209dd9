"""Blocks of Terraform, and edits of states, of which plan_histories.py is made."""

from __future__ import annotations

import copy

LATE = 'resource "terraform_data" "late" { input = "ann" }\n'
LATE_TEAM = """
resource "terraform_data" "late" {
  for_each = toset(["x", "y.z"])
  input    = each.key
}
resource "aws_iam_user" "u" {
  for_each = terraform_data.late
  name     = each.value.output
}
"""
PAIR = 'resource "aws_iam_user" "u" {\n  count = 2\n  name  = "n${count.index}"\n}\n'
TEAM = 'resource "aws_iam_user" "u" {\n  for_each = toset(["p", "q.r"])\n  name     = each.key\n}\n'
ALIASES = """
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}
provider "aws" {
  alias   = "prod"
  profile = "prod"
}
provider "aws" {
  alias   = "prod_us"
  profile = "prod"
  region  = "us-east-1"
}
"""
KEY_MODULE = {
    "m/main.tf": 'variable "user" {}\n'
    'resource "aws_iam_access_key" "k" { user = var.user }\n'
    'output "user" { value = aws_iam_access_key.k.user }\n'
}
USER_MODULE = {
    "u/main.tf": 'variable "name" {}\n'
    'resource "aws_iam_user" "u" { name = var.name }\n'
    'output "id" { value = aws_iam_user.u.id }\n'
    'output "whole" { value = aws_iam_user.u }\n'
}
TEAM_MODULE = {
    "t/main.tf": 'variable "names" {}\n'
    'resource "aws_iam_user" "u" {\n  for_each = var.names\n  name     = each.key\n}\n'
    'output "users" { value = aws_iam_user.u }\n'
    'output "ids" { value = { for name, user in aws_iam_user.u : name => user.id } }\n'
}
OVER_MODULE = {
    "o/main.tf": 'variable "users" {}\n'
    'resource "aws_iam_access_key" "k" {\n  for_each = var.users\n  user     = each.value.id\n}\n'
    'resource "aws_iam_access_key" "one" { user = var.users["a"].id }\n'
}
ODD_KEYS = 'toset(["a.b", "q\\"x", "b]r[c", "ü ö", "x\\\\y", "😀", "$${z}", "a/b", "module.x", "l\\nf", ""])'
BEFORE = "  lifecycle { create_before_destroy = true }\n"


def files(*blocks, **modules):
    """The files of a root module whose main.tf holds some blocks; `modules` are values like KEY_MODULE."""
    made = {"main.tf": "".join(blocks)}
    for module in modules.values():
        made.update(module)
    return made


def key(label, user, body="", **arguments):
    """An access key's block; arguments are expressions."""
    return _block("resource", ("aws_iam_access_key", label), {"user": user, **arguments}, body)


def user(label, name):
    """A user's block; the name is an expression."""
    return _block("resource", ("aws_iam_user", label), {"name": name})


def call(label, source, **arguments):
    """A module call's block."""
    return _block("module", (label,), {"source": f'"./{source}"', **arguments})


def move(origin, target):
    """A moved block."""
    return _block("moved", (), {"from": origin, "to": target})


def remove(origin, *, destroy):
    """A removed block."""
    return f"removed {{\n  from = {origin}\n  lifecycle {{ destroy = {str(destroy).lower()} }}\n}}\n"


def bring(target, name, **arguments):
    """An import block; the stand-in takes `user` or `user/status` for a key's id."""
    return _block("import", (), {"to": target, "id": name, **arguments})


def find_user(name, **arguments):
    """A data source's block, with the label `d`."""
    return _block("data", ("aws_iam_user", "d"), {"user_name": name, **arguments})


def _block(kind, labels, arguments, body=""):
    head = " ".join([kind, *(f'"{label}"' for label in labels)])
    return f"{head} {{\n{''.join(f'  {name} = {text}{chr(10)}' for name, text in arguments.items())}{body}}}\n"


def depose(state):
    """Give the key `a` a deposed object, as an apply that fails half-way through leaves one."""
    first = _find_instance(state, "a")
    other = copy.deepcopy(first)
    other.update(deposed="0badc0de")
    other["attributes"]["id"] = first["attributes"]["id"][:-4] + "2222"
    next(each for each in state["resources"] if each["name"] == "a")["instances"].append(other)


def taint(state):
    """Mark the key `a` as tainted."""
    _find_instance(state, "a")["status"] = "tainted"


def drift(state):
    """Turn the key `b` off behind Terraform's back."""
    _find_instance(state, "b")["attributes"]["status"] = "Inactive"


def _find_instance(state, name):
    return next(each for each in state["resources"] if each["name"] == name)["instances"][0]
