"""Patterns for users that are elsewhere, in files or in the account: see company_patterns.py for what a pattern is."""

from __future__ import annotations

import json

import yaml
from company_patterns import Part, fill


def user_files(chance, names, number):
    """A file per user, found by fileset."""
    ending = chance.choice(("yaml", "json"))
    text = """
locals {
  user_files_@n@ = fileset("${path.module}/users@n@", "*.FORM")
  users_@n@ = {
    for name in local.user_files_@n@ :
    trimsuffix(name, ".FORM") => FORMdecode(file("${path.module}/users@n@/${name}"))
  }
}

resource "aws_iam_user" "file_@n@" {
  for_each = local.users_@n@
  name     = "${each.key}-f@n@"
  path     = lookup(each.value, "path", "/")
}

resource "aws_iam_access_key" "file_@n@" {
  for_each = { for id, user in local.users_@n@ : id => user if lookup(user, "key", true) }
  user     = try(each.value.shared, aws_iam_user.file_@n@[each.key].name)
  status   = title(lookup(each.value, "status", "active"))
}
"""
    files = {f"files{number}.tf": fill(text.replace("FORM", ending), number)}
    write = json.dumps if ending == "json" else yaml.safe_dump
    for name in chance.sample(["amy", "ben", "cy.d"], chance.randint(1, 3)):
        settings = {
            "status": chance.choice(("active", "inactive")),
            "key": chance.random() < 0.8,
            "path": "/p/",
            "shared": names[0],
        }
        chosen = {each: settings[each] for each in chance.sample(sorted(settings), chance.randint(1, 3))}
        files[f"users{number}/{name}.{ending}"] = write(chosen)
    return Part(files)


def table_of_keys(chance, names, number):
    """A CSV table with a row per key, grouped by its user."""
    text = """
locals {
  rows_@n@    = csvdecode(file("${path.module}/keys@n@.csv"))
  by_user_@n@ = { for row in local.rows_@n@ : row.user => row... }
  first_@n@   = { for user, rows in local.by_user_@n@ : user => rows[0] }
  tails_@n@   = [for rows in values(local.by_user_@n@) : slice(rows, 1, length(rows))]
  others_@n@  = { for row in flatten(local.tails_@n@) : row.label => row }
}

resource "aws_iam_access_key" "first_@n@" {
  for_each = local.first_@n@
  user     = each.key
  status   = each.value.active == "yes" ? null : "Inactive"
}

resource "aws_iam_access_key" "other_@n@" {
  for_each = local.others_@n@
  user     = lower(trimspace(each.value.user))
  status   = tobool(replace(replace(each.value.active, "yes", "true"), "no", "false")) ? "Active" : "Inactive"
}
"""
    words = [(chance.choice(names), chance.choice(("yes", "yes", "no"))) for _ in range(chance.randint(1, 4))]
    rows = ["user,label,active", *(f"{name},row{place},{word}" for place, (name, word) in enumerate(words))]
    return Part({f"table{number}.tf": fill(text, number), f"keys{number}.csv": "\n".join(rows) + "\n"})


def existing_users(chance, names, number):
    """Users that exist already, by data sources; one name and a status are secrets."""
    text = """
variable "existing_@n@" { type = set(string) }
variable "secret_@n@" {
  type = object({ name = string, active = optional(bool, true) })
  default   = { name = @secret@ }
  sensitive = true
}

data "aws_iam_user" "existing_@n@" {
  for_each  = var.existing_@n@
  user_name = each.key
}

resource "aws_iam_access_key" "existing_@n@" {
  for_each   = data.aws_iam_user.existing_@n@
  user       = each.value.user_name
  depends_on = [aws_iam_access_key.secret_@n@]
  lifecycle {
    ignore_changes = [status]
  }
}

resource "aws_iam_access_key" "secret_@n@" {
  user   = var.secret_@n@.name
  status = var.secret_@n@.active ? "Active" : "Inactive"
}

resource "aws_iam_access_key" "last_@n@" {
  count = length(keys(data.aws_iam_user.existing_@n@)) > 1 ? 1 : 0
  user  = reverse(sort([for user in data.aws_iam_user.existing_@n@ : user.user_name]))[0]
}
"""
    values = {f"existing_{number}": chance.sample(names, chance.randint(1, 2))}
    if chance.random() < 0.4:
        values[f"secret_{number}"] = {"name": chance.choice(names), "active": chance.random() < 0.5}
    return Part({f"existing{number}.tf": fill(text, number, secret=chance.choice(names))}, values)


FILE_PATTERNS = (user_files, table_of_keys, existing_users)
