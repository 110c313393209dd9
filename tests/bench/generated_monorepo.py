"""Repositories with many Terraform root modules, few of which name an access key: seeded, by size.

As a script, `generated_monorepo.py FOLDER DIRECTORIES [RESOURCES] [SHARE]` writes one.
"""

import random
import sys
from pathlib import Path

RESOURCES, SHARE = 20, 0.01
_KINDS = ("aws_s3_bucket", "aws_sqs_queue", "aws_sns_topic", "aws_cloudwatch_log_group", "aws_dynamodb_table")
_MODULES = 10


def write_monorepo(folder, directories, resources=RESOURCES, share=SHARE, seed=7):
    """Write so many root modules with so many resources each; return how many of them name keys.

    A share of the roots names keys: half of these in a file of their own, a quarter through a module that several
    roots call, a quarter through a module that calls another one. Most other roots call modules too, without keys.
    """
    chance = random.Random(seed)  # noqa: S311  # no secret
    folder = Path(folder)
    for number in range(_MODULES):
        _write(folder / "modules" / f"plain{number}" / "main.tf", [_VARIABLE, *_resources(chance, resources // 4)])
    _write(folder / "modules" / "keys" / "main.tf", [_VARIABLE, _key("one"), _key("two", "Inactive")])
    _write(folder / "modules" / "account" / "main.tf", [_VARIABLE, _call("keys", "../keys"), _output()])
    keyed = chance.sample(range(directories), max(1, round(directories * share))) if share else []
    for number in range(directories):
        root = folder / f"team{number % 50:02d}" / f"service{number:05d}"
        parts = ['provider "aws" {\n  region = "eu-west-1"\n}\n', *_resources(chance, resources)]
        if number in keyed:
            parts += _keys(keyed.index(number) % 4)
        elif chance.random() < 0.7:
            plain = chance.randrange(_MODULES)
            parts.append(_call("plain", f"../../modules/plain{plain}"))
        half = len(parts) // 2
        _write(root / "main.tf", parts[:half])
        _write(root / "more.tf", parts[half:])
        _write(root / "terraform.tfvars", ['name = "from-values"\n'])
    return len(keyed)


_VARIABLE = 'variable "name" {\n  default = "deployer"\n}\n'


def _keys(way):
    if way < 2:
        return [_named_key("own"), _named_key("other")]
    return [_call("account", "../../modules/account" if way == 2 else "../../modules/keys")]


def _named_key(name):
    return f'resource "aws_iam_access_key" "{name}" {{\n  user = "ops"\n}}\n'


def _key(name, status=None):
    line = f'  status = "{status}"\n' if status else ""
    return f'resource "aws_iam_access_key" "{name}" {{\n  user = var.name\n{line}}}\n'


def _call(name, source):
    return f'module "{name}" {{\n  source = "{source}"\n  name   = "{name}-user"\n}}\n'


def _output():
    return 'output "name" {\n  value = var.name\n}\n'


def _resources(chance, number):
    return [
        f'resource "{chance.choice(_KINDS)}" "r{each}" {{\n  name = "n-{chance.randrange(10**6)}"\n\n'
        f'  tags = {{\n    team  = "t{chance.randrange(50)}"\n    stage = "prod"\n  }}\n}}\n'
        for each in range(number)
    ]


def _write(path, parts):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts))


if __name__ == "__main__":
    write_monorepo(sys.argv[1], *(int(each) for each in sys.argv[2:4]), *(float(each) for each in sys.argv[4:5]))
