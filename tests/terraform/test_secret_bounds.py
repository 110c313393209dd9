"""Configurations that are wrong, huge or turn in circles, and where the secret of a key is seen all the same."""

import json

import pytest
from read_exposures import find_all, list_exposures, read_exposures

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.terraform.scan_context import ScanContext

KEY = 'resource "aws_iam_access_key" "k" {\n  user = "ci"\n}\n'
OUTPUT = 'output "o" {\n  value = aws_iam_access_key.k.secret\n}\n'
HOPS = 1_000


CIRCLES = {
    "a local of itself": KEY + OUTPUT + "locals {\n  a = local.a\n}\n",
    "two locals of each other": KEY
    + "locals {\n  a = [local.b, aws_iam_access_key.k.secret]\n  b = local.a\n}\n"
    + OUTPUT,
    "a module that calls itself": KEY + OUTPUT + 'module "m" {\n  source = "./"\n}\n',
    "a resource of itself": KEY + OUTPUT + 'resource "terraform_data" "t" {\n  input = terraform_data.t.output\n}\n',
    "a key of its own secret": KEY.replace('"ci"', "aws_iam_access_key.k.secret") + OUTPUT,
    "an output that is no expression": KEY + OUTPUT + 'output "p" {\n  value = aws_iam_access_key.k.secret..\n}\n',
    "an output without a value": KEY + OUTPUT + 'output "p" {\n  description = "x"\n}\n',
    "a resource with one label": KEY + OUTPUT + 'resource "aws_instance" {\n  user_data = "x"\n}\n',
    "a dynamic block without anything": KEY
    + OUTPUT
    + 'resource "aws_instance" "r" {\n  tags = aws_iam_access_key.k.id\n  dynamic "x" {\n  }\n  dynamic {\n  }\n}\n',
    "a dynamic block over null": KEY
    + OUTPUT
    + 'resource "aws_lambda_function" "f" {\n  dynamic "environment" {\n    for_each = null\n    content {\n'
    + "      variables = { s = aws_iam_access_key.k.secret }\n    }\n  }\n}\n",
    "a count that is refused": KEY
    + OUTPUT
    + 'resource "aws_instance" "r" {\n  count = "x"\n  user_data = aws_iam_access_key.k.secret\n}\n',
    "a module that is not here": KEY
    + OUTPUT
    + 'module "m" {\n  source = "acme/x/aws"\n  secret = aws_iam_access_key.k.secret\n}\n',
    "two keys of one name": KEY + KEY + OUTPUT,
}


@pytest.mark.parametrize("text", CIRCLES.values(), ids=CIRCLES)
def test_the_rest_is_found(text, tmp_path):
    """What Terraform would refuse is passed over; the output beside it is still named."""
    (tmp_path / "main.tf").write_text(text)
    assert {("output.o", "value")} == read_exposures(tmp_path)


def test_a_thousand_locals(tmp_path):
    """A long way is told by its key and its last hundred steps, and one can see that some are left out."""
    hops = "".join(f"  h{number + 1} = local.h{number}\n" for number in range(HOPS))
    last = f'output "o" {{\n  value = local.h{HOPS}\n}}\n'
    (tmp_path / "main.tf").write_text(f"{KEY}locals {{\n  h0 = aws_iam_access_key.k.secret\n{hops}}}\n{last}")
    (exposure,) = list_exposures(tmp_path)
    steps = [step.text for step in exposure.secrets[0].way]
    assert 103 == len(steps)
    assert ["aws_iam_access_key.k.secret", "…", "local.h901", "local.h902"] == steps[:4]
    assert ["local.h1000", "output.o"] == steps[-2:]


def test_doubling_locals(tmp_path):
    """Forty locals that each name the one before twice are two to the fortieth secret: that is refused, or named."""
    hops = "".join(f"  h{number + 1} = [local.h{number}, local.h{number}]\n" for number in range(40))
    last = 'output "o" {\n  value = local.h40\n}\noutput "p" {\n  value = local.h3\n}\n'
    (tmp_path / "main.tf").write_text(f"{KEY}locals {{\n  h0 = aws_iam_access_key.k.secret\n{hops}}}\n{last}")
    found = find_all(ScanContext((str(tmp_path),), str(tmp_path)))
    named = {each.address for each in found if isinstance(each, Unjudged)}
    shown = {each.exposure.address for each in found if not isinstance(each, Unjudged)}
    assert "output.p" in shown
    assert "output.o" in named | shown


def test_a_huge_template(tmp_path):
    """A secret at the end of a megabyte is found, or said not to be looked for."""
    (tmp_path / "t.tpl").write_text("x" * 900_000 + "${s}")
    text = 'output "o" {\n  value = templatefile("t.tpl", { s = aws_iam_access_key.k.secret })\n}\n'
    (tmp_path / "main.tf").write_text(KEY + text)
    found = find_all(ScanContext((str(tmp_path),), str(tmp_path)))
    assert ["output.o"] == [each.address if isinstance(each, Unjudged) else each.exposure.address for each in found]


def test_more_sinks_than_an_account_has(tmp_path):
    """The first ones are named, and that there are more."""
    text = 'resource "aws_instance" "r" {\n  count = 9000\n  user_data = aws_iam_access_key.k.secret\n}\n'
    calls = "".join(f'module "m{number}" {{\n  source = "./m"\n}}\n' for number in range(3))
    (tmp_path / "main.tf").write_text(calls)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(KEY + text)
    found = find_all(ScanContext((str(tmp_path), str(tmp_path / "m")), str(tmp_path)))
    assert [str(tmp_path)] == [each.address for each in found if isinstance(each, Unjudged)]
    assert 15_000 < len(found) < 27_000


JSON = {
    "output": {"o": {"value": "${aws_iam_access_key.k.secret}"}},
    "resource": {
        "aws_iam_access_key": {"k": {"user": "ci"}},
        "kubernetes_deployment": {
            "d": {"spec": [{"template": [{"spec": [{"container": [{"env": [{"value": "${local.s}"}]}]}]}]}]}
        },
        "aws_codebuild_project": {
            "c": {
                "dynamic": {
                    "environment": {
                        "for_each": ["${local.s}"],
                        "iterator": "it",
                        "content": {"environment_variable": {"name": "S", "value": "${it.value}"}},
                    }
                }
            }
        },
        "aws_apprunner_service": {
            "a": {
                "source_configuration": {
                    "dynamic": {
                        "image_repository": {
                            "for_each": ["${local.s}"],
                            "content": {
                                "dynamic": [
                                    {
                                        "image_configuration": {
                                            "for_each": ["${image_repository.value}"],
                                            "iterator": "it",
                                            "content": {"runtime_environment_variables": {"S": "${it.value}"}},
                                        }
                                    }
                                ]
                            },
                        }
                    }
                }
            },
            "b": {"source_configuration": [{"dynamic": {"image_repository": {"for_each": "${[1]}"}}}]},
        },
        "aws_lambda_function": {
            "f": {
                "dynamic": [{"environment": [{"for_each": {"a": 1}, "content": [{"variables": {"S": "${local.s}"}}]}]}]
            }
        },
        "aws_vpc": {"v": {"dynamic": ["x", {"y": {}, "z": {"for_each": "${local.s}"}}], "tags": {"a": "b"}}},
        "null_resource": {"n": {"provisioner": {"local-exec": {"command": "echo ${local.s}"}}}},
    },
    "locals": {"s": "${aws_iam_access_key.k.secret}"},
}


def test_json_syntax(tmp_path):
    """Blocks in JSON are told from arguments by nobody; the places are the same."""
    (tmp_path / "main.tf.json").write_text(json.dumps(JSON))
    expected = {
        ("aws_apprunner_service.a", "source_configuration"),
        ("aws_codebuild_project.c", "environment"),
        ("aws_lambda_function.f", "environment"),
        ("kubernetes_deployment.d", "spec"),
        ("null_resource.n", "provisioner"),
        ("output.o", "value"),
    }
    assert expected == read_exposures(tmp_path)


def test_override_files(tmp_path):
    """What an override file says counts."""
    (tmp_path / "main.tf").write_text(KEY + 'output "o" {\n  value = "x"\n}\n' + OUTPUT.replace('"o"', '"p"'))
    (tmp_path / "override.tf").write_text(OUTPUT + 'output "p" {\n  value = "x"\n}\n')
    assert {("output.o", "value")} == read_exposures(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b'output "o" {', b"{}" * 10_000], ids=str)
def test_odd_files(content, tmp_path):
    """A file beside the others that cannot be read takes nothing away."""
    (tmp_path / "main.tf").write_text(KEY + OUTPUT)
    (tmp_path / "odd.tf").write_bytes(content)
    assert {("output.o", "value")} == read_exposures(tmp_path)
