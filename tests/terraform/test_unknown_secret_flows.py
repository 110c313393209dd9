"""Where secrets are seen if nobody knows how many keys there are, how they are named, or which of them is meant."""

import pytest
from read_exposures import read_exposures

KEY = 'resource "aws_iam_access_key" "k" {\n  user = "ci"\n}\n'
USERS = 'variable "users" {}\n'
NAMED = USERS + 'resource "aws_iam_access_key" "k" {\n  for_each = toset(var.users)\n  user     = each.key\n}\n'
COUNTED = (
    USERS + 'resource "aws_iam_access_key" "k" {\n  count = length(var.users)\n  user  = var.users[count.index]\n}\n'
)
BOTH = 'variable "which" {}\n' + KEY.replace("{", '{\n  for_each = toset(["a", "b"])', 1)
CREDS = """locals {
  creds = { for u, k in aws_iam_access_key.k : u => { id = k.id, secret = k.secret } }
  list  = [for u in var.users : aws_iam_access_key.k[u].secret]
  ids   = [for u in var.users : aws_iam_access_key.k[u].id]
}
"""
OF_NAME = 'variable "name" {}\n' + KEY.replace('"ci"', "var.name")
TEAMS = USERS + 'module "m" {\n  source   = "./m"\n  for_each = toset(var.users)\n}\n'
TWO = 'variable "which" {}\nmodule "m" {\n  source   = "./m"\n  for_each = toset(["a", "b"])\n}\n'
OPTIONAL = 'module "m" {\n  source = "./m"\n}\nmodule "n" {\n  source = "./m"\n  pgp_key = "keybase:me"\n}\n'
CREATED = 'variable "on" {\n  type = bool\n}\n' + KEY.replace("{", "{\n  count = var.on ? 1 : 0", 1)
MODULE = """
variable "pgp_key" {
  default = null
}
resource "aws_iam_access_key" "k" {
  user    = "u"
  pgp_key = var.pgp_key
}
output "creds" {
  value = { id = aws_iam_access_key.k.id, secret = aws_iam_access_key.k.secret }
}
"""

# Configuration: expressions that show the secret of a key, and expressions that do not.
CASES = {
    "keys of unknown users": (
        NAMED + CREDS,
        (
            "aws_iam_access_key.k",
            "values(aws_iam_access_key.k)[*].secret",
            '[for u, k in aws_iam_access_key.k : k.secret if u == "ann"]',
            "{ for k in aws_iam_access_key.k : k.user => k.secret }",
            "local.creds",
            'local.creds["ann"].secret',
            'lookup(local.creds, "ann", {})',
            'merge(local.creds, { x = "y" })',
            'flatten([for u, c in local.creds : [for n, v in c : "${u}/${n}/${v}"]])',
            "local.list[1]",
            'join(",", local.list)',
            "zipmap(var.users, local.list)",
            "jsonencode({ for u in var.users : u => aws_iam_access_key.k[u].secret })",
            "local.creds[var.users[0]].secret",
        ),
        (
            "keys(aws_iam_access_key.k)",
            "values(aws_iam_access_key.k)[*].id",
            "[for k in aws_iam_access_key.k : k.user]",
            "{ for u, c in local.creds : u => c.id }",
            'local.creds["ann"].id',
            "length(local.creds)",
            "keys(local.creds)",
            "local.ids[1]",
            'join(",", local.ids)',
            "[for s in local.list : sha256(s)]",
            "sha256(jsonencode(local.creds))",
            "tostring(length(jsonencode(local.creds)))",
            "local.creds[var.users[0]].id",
        ),
    ),
    "an unknown number of keys": (
        COUNTED,
        (
            "aws_iam_access_key.k.*.secret",
            "aws_iam_access_key.k[1].secret",
            'element(concat(aws_iam_access_key.k[*].secret, [""]), 0)',
            "zipmap(var.users, aws_iam_access_key.k[*].secret)",
            "[for i in range(length(var.users)) : aws_iam_access_key.k[i].secret]",
            "{ for k in aws_iam_access_key.k : k.user => k.secret... }",
            "one(aws_iam_access_key.k[*].secret)",
        ),
        (
            "aws_iam_access_key.k.*.id",
            "aws_iam_access_key.k[1].id",
            "zipmap(aws_iam_access_key.k[*].user, aws_iam_access_key.k[*].id)",
            "[for i, u in var.users : aws_iam_access_key.k[i].id]",
            "one(aws_iam_access_key.k[*]).user",
        ),
    ),
    "a key that may be there": (
        CREATED,
        ('join("", aws_iam_access_key.k.*.secret)', 'var.on ? aws_iam_access_key.k[0].secret : ""'),
        ('join("", aws_iam_access_key.k.*.id)', 'try(sha256(aws_iam_access_key.k[0].secret), "")'),
    ),
    "one of two keys": (
        BOTH,
        (
            "aws_iam_access_key.k[var.which].secret",
            "jsonencode(aws_iam_access_key.k[var.which])",
            "{ for n, k in aws_iam_access_key.k : n => { s = k.secret, i = k.id } }[var.which].s",
            'lookup({ for n, k in aws_iam_access_key.k : n => k.secret }, var.which, "")',
        ),
        (
            "aws_iam_access_key.k[var.which].id",
            "{ for n, k in aws_iam_access_key.k : n => { s = k.secret, i = k.id } }[var.which].i",
        ),
    ),
    "a key of an unknown user": (
        OF_NAME,
        (
            "{ (var.name) = aws_iam_access_key.k.secret }",
            '{ "${var.name}/id" = aws_iam_access_key.k.id, "${var.name}/secret" = aws_iam_access_key.k.secret }',
            "{ for k in [aws_iam_access_key.k] : k.user => k.secret }",
            'merge({ (var.name) = aws_iam_access_key.k.secret }, { x = "y" })',
            '[for i in range(10) : aws_iam_access_key.k.secret if "${i}${var.name}" != "5bob"]',
            "provider::terraform::encode_tfvars({ s = aws_iam_access_key.k.secret })",
        ),
        (
            "{ user = aws_iam_access_key.k.user, id = aws_iam_access_key.k.id }",
            '{ (var.name) = { s = aws_iam_access_key.k.secret, i = aws_iam_access_key.k.id } }["bob"].i',
            "{ for k in [aws_iam_access_key.k] : k.user => k.id }",
            "one([aws_iam_access_key.k]).user",
            "true ? aws_iam_access_key.k.user : aws_iam_access_key.k.secret",
            'sha1("${var.name}${aws_iam_access_key.k.secret}")',
            'uuidv5("dns", jsonencode(aws_iam_access_key.k))',
            'tostring(length("${var.name}${aws_iam_access_key.k.secret}"))',
            '"${var.name == aws_iam_access_key.k.secret ? var.name : "other"}"',
        ),
    ),
    "a module for each of unknown users": (
        TEAMS,
        (
            "module.m",
            "values(module.m)[*].creds",
            "{ for u, m in module.m : u => m.creds.secret }",
            "[for u in var.users : module.m[u].creds.secret]",
            "merge(values(module.m)[*].creds...)",
        ),
        ("values(module.m)[*].creds.id", "{ for u, m in module.m : u => m.creds.id }"),
    ),
    "one of two modules": (
        TWO,
        ("module.m[var.which].creds.secret", "module.m[var.which].creds", "module.m[var.which]"),
        ("module.m[var.which].creds.id",),
    ),
    "a module that encrypts if it is told to": (
        OPTIONAL,
        ("module.m.creds.secret", "try(module.m.creds.secret, null)", "module.m"),
        ("module.n.creds.secret", "module.n", "module.m.creds.id"),
    ),
}


@pytest.mark.parametrize(("text", "showing", "silent"), CASES.values(), ids=CASES)
def test_expressions(text, showing, silent, tmp_path):
    """Exactly the outputs that would show the secret of some key are named; what is beside it in a key is not."""
    expressions = {**{f"s{at}": each for at, each in enumerate(showing)}, **dict(zip("abcdefghijklm", silent))}
    outputs = "".join(f'output "{name}" {{\n  value = {each}\n}}\n' for name, each in expressions.items())
    (tmp_path / "main.tf").write_text(text + outputs)
    if '"./m"' in text:
        (tmp_path / "m").mkdir()
        (tmp_path / "m" / "main.tf").write_text(MODULE)
    found = {address.removeprefix("output.") for address, _ in read_exposures(tmp_path)}
    assert {expressions[name] for name in found} == set(showing)


DYNAMIC = """
resource "aws_codebuild_project" "%s" {
  environment {
    dynamic "environment_variable" {
      for_each = %s
      content {
        value = environment_variable.value%s
      }
    }
  }
}
"""
SINKS = {
    "for each key": (
        NAMED
        + CREDS
        + 'resource "aws_instance" "s" {\n  for_each  = local.creds\n  user_data = each.value.secret\n}\n',
        {("aws_instance.s", "user_data")},
    ),
    "for each id": (
        NAMED + CREDS + 'resource "aws_instance" "s" {\n  for_each  = local.creds\n  user_data = each.value.id\n}\n',
        set(),
    ),
    "by a secret as a key": (
        KEY.replace('"ci"', "var.n")
        + 'variable "n" {}\nresource "aws_instance" "s" {\n  for_each  = { (var.n) = aws_iam_access_key.k.secret }\n'
        + "  user_data = each.value\n}\n",
        {("aws_instance.s", "user_data")},
    ),
    "dynamic blocks": (
        NAMED
        + CREDS
        + DYNAMIC % ("a", "aws_iam_access_key.k", ".secret")
        + DYNAMIC % ("b", "aws_iam_access_key.k", ".id")
        + DYNAMIC % ("c", "local.creds", ".secret")
        + DYNAMIC % ("d", "local.creds", ".id"),
        {("aws_codebuild_project.a", "environment"), ("aws_codebuild_project.c", "environment")},
    ),
}


@pytest.mark.parametrize(("text", "expected"), SINKS.values(), ids=SINKS)
def test_sinks(text, expected, tmp_path):
    """What a resource is given in each of its turns is told from what is beside it."""
    (tmp_path / "main.tf").write_text(text)
    assert expected == read_exposures(tmp_path)
