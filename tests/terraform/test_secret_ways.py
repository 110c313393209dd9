"""The steps by which a secret came to a sink: all that are on its way, in their order, and no others."""

import pytest
from read_exposures import list_exposures

KEYS = """resource "aws_iam_access_key" "j" {
  user = "j"
}
resource "aws_iam_access_key" "k" {
  for_each = toset(["a", "b"])
  user     = each.key
}
locals {
  hash  = sha256(aws_iam_access_key.j.secret)
  plain = aws_iam_access_key.j.secret
  creds = { for n, k in aws_iam_access_key.k : n => k.secret }
  pair  = { hash = local.hash, plain = local.plain }
}
"""
MODULE = """
variable "secret" {}
variable "env" {
  default = {}
}
locals {
  joined = join(",", values(var.env))
}
resource "aws_lambda_function" "f" {
  environment {
    variables = { S = var.secret, J = local.joined }
  }
}
output "back" {
  value = "<${var.secret}>"
}
"""
J, A, B = "aws_iam_access_key.j.secret", 'aws_iam_access_key.k["a"].secret', 'aws_iam_access_key.k["b"].secret'
F = "aws_lambda_function.f.environment.variables"


def output(value):
    return f'output "o" {{\n  value = {value}\n}}\n'


def call(arguments, meta=""):
    return f'module "m" {{\n  source = "./m"\n  {meta}\n  {arguments}\n}}\n'


# Configuration: the ways, each without the key's last step and the sink's address in front of the argument.
WAYS = {
    "directly": (output(J), [(J, "output.o")]),
    "past a hash of it": (output('"${local.hash}:${local.plain}"'), [(J, "local.plain", "output.o")]),
    "past what is beside it": (output("local.pair.plain"), [(J, "local.plain", "local.pair", "output.o")]),
    "through a set": (
        output("toset(values(local.creds))"),
        [(A, "local.creds", "output.o"), (B, "local.creds", "output.o")],
    ),
    "two keys in one text": (
        output('"${local.plain} ${local.creds["b"]}"'),
        [(J, "local.plain", "output.o"), (B, "local.creds", "output.o")],
    ),
    "through each module": (
        call("secret = each.value", "for_each = local.creds"),
        [
            (A, "local.creds", 'module.m["a"].var.secret', f'module.m["a"].{F}.S'),
            (B, "local.creds", 'module.m["b"].var.secret', f'module.m["b"].{F}.S'),
        ],
    ),
    "two variables of one function": (
        call("secret = local.plain\n  env = local.creds"),
        [
            (A, "local.creds", "module.m.var.env", "module.m.local.joined", f"module.m.{F}.J"),
            (B, "local.creds", "module.m.var.env", "module.m.local.joined", f"module.m.{F}.J"),
            (J, "local.plain", "module.m.var.secret", f"module.m.{F}.S"),
        ],
    ),
    "out of one module of two": (
        call('secret = each.key == "a" ? local.plain : "no"', 'for_each = toset(["a", "b"])')
        + output('module.m["a"].back'),
        [
            (J, "local.plain", 'module.m["a"].var.secret', 'module.m["a"].back', "output.o"),
            (J, "local.plain", 'module.m["a"].var.secret', f'module.m["a"].{F}.S'),
        ],
    ),
    "through a resource that it asks for itself": (
        """resource "null_resource" "n" {
          triggers = { s = local.plain, h = local.hash }
          provisioner "local-exec" {
            command = "echo ${self.triggers.s}"
          }
        }
""",
        [
            (J, "local.plain", "null_resource.n.triggers", "null_resource.n.provisioner.local-exec.command"),
            (J, "local.plain", "null_resource.n.triggers.s"),
        ],
    ),
    "through a template": (
        'data "template_file" "t" {\n  template = "$${s}"\n  vars = { h = local.hash, s = local.plain }\n}\n'
        + output("data.template_file.t.rendered"),
        [(J, "local.plain", "data.template_file.t.rendered", "output.o")],
    ),
    "through one of two instances": (
        """resource "aws_secretsmanager_secret_version" "v" {
          for_each      = local.creds
          secret_string = each.value
        }
"""
        + output('aws_secretsmanager_secret_version.v["b"].secret_string'),
        [(B, "local.creds", 'aws_secretsmanager_secret_version.v["b"].secret_string', "output.o")],
    ),
    "through a dynamic block": (
        """resource "aws_codebuild_project" "p" {
          environment {
            dynamic "environment_variable" {
              for_each = [local.plain]
              content {
                value = environment_variable.value
              }
            }
          }
        }
""",
        [(J, "local.plain", "aws_codebuild_project.p.environment.environment_variable.value")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), WAYS.values(), ids=WAYS)
def test_ways(text, expected, tmp_path):
    """Each secret of each sink has the way that it took."""
    (tmp_path / "main.tf").write_text(KEYS + text)
    if '"./m"' in text:
        (tmp_path / "m").mkdir()
        (tmp_path / "m" / "main.tf").write_text(MODULE)
    found = [tuple(step.text for step in secret.way) for each in list_exposures(tmp_path) for secret in each.secrets]
    assert sorted(expected) == sorted(found)


CHAIN = 400


def test_long_chain_of_resources(tmp_path):
    """Each resource of a long chain is a sink, in whatever order they are written, and each way has an end."""
    links = [
        f'resource "terraform_data" "t{at}" {{\n  input = local.l{at}.s\n}}\n'
        f"locals {{\n  l{at} = {{ s = {f'terraform_data.t{at - 1}.output' if at else J} }}\n}}\n"
        for at in range(CHAIN)
    ]
    (tmp_path / "main.tf").write_text(KEYS + output(f"terraform_data.t{CHAIN - 1}.output") + "".join(links[::-1]))
    found = list_exposures(tmp_path)
    assert CHAIN + 1 == len(found)
    (way,) = [secret.way for each in found for secret in each.secrets if each.address == "output.o"]
    assert [J, "local.l399", "terraform_data.t399.output", "output.o"] == [way[0].text, *[s.text for s in way[-3:]]]
