"""Repositories of Terraform modules that call each other in every way that decides which of them are roots: seeded."""

import json
import os
import random

_KEY = 'resource "aws_iam_access_key" "%s" {\n  user   = %s\n  status = %s\n}\n'
_PLAIN = 'resource "aws_s3_bucket" "%s" {\n  bucket = "b"\n  tags   = { a = "}" } # }\n}\n'
_TEXT = 'resource "local_file" "%s" {\n  content = <<EOT\nresource "x" "y" {\nEOT\n}\n'
_USER = 'resource "aws_iam_user" "%s" {\n  name = "%s"\n}\n'
_VARIABLE = 'variable "user" {{\n  default = "{}"\n}}\n'
_CALL = 'module "{}" {{\n  source = "{}"\n{}}}\n'
_PARAMETER = 'resource "aws_ssm_parameter" "%s" {\n  type  = "String"\n  name  = "n"\n  value = %s\n}\n'


def write_odd_monorepo(folder, seed, roots=40):
    """Write so many directories with modules: some call others, once or in circles, by odd names and odd sources."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    names = [
        chance.choice(["", "team/", "a/b/", ".hidden/", "modules/", "x.y/", "../outside/"])
        + f"{chance.choice('mnkz')}{each}"
        for each in range(roots)
    ]
    # What keeps everything in one batch is rare.
    odd = chance.random() < 0.2
    if chance.random() < 0.7:
        names = [name for name in names if not name.startswith(("../", "."))]
    for place in range(len(names)):
        _write_module(chance, folder, names, place, odd=odd)
    if chance.random() < 0.4:
        for name in chance.sample(names, 2):
            (folder / name / "terragrunt.hcl").write_text(f'terraform {{\n  source = "{_path(name, names[0])}"\n}}\n')


def _write_module(chance, folder, names, place, *, odd):
    name = names[place]
    directory = folder / name
    directory.mkdir(parents=True, exist_ok=True)
    blocks = [_VARIABLE.format(chance.choice(["ops", "ci"]))]
    blocks += [_make_block(chance, f"r{each}") for each in range(chance.randrange(4))]
    # Mostly those that come later, which makes trees; sometimes any, which makes circles.
    later = names[place + 1 :] if chance.random() < 0.9 else names
    calls = [chance.choice(later) for _ in range(chance.choice([0, 0, 1, 1, 2])) if later]
    for each, called in enumerate(calls):
        blocks.append(_make_call(chance, f"c{each}", _path(name, called), odd=odd))
    chance.shuffle(blocks)
    half = len(blocks) // 2
    ending = chance.choice([".tf", ".tf", ".tf", ".tofu"])
    text = "\n".join(blocks[half:])
    if chance.random() < 0.2:
        text = text.replace("\n", "\r\n")
    (directory / f"more{ending}").write_text(text, newline="")
    (directory / "main.tf").write_text(("\ufeff" if chance.random() < 0.1 else "") + "\n".join(blocks[:half]))
    if odd and chance.random() < 0.3 and calls:
        (directory / "over_override.tf").write_text(_CALL.format("c0", _path(name, chance.choice(names)), ""))
    if chance.random() < 0.15:
        key = {"user": "ops", "status": chance.choice(["Active", "Inactive"])}
        document = {"resource": {"aws_iam_access_key": {"j": key}}}
        if later and chance.random() < 0.5:
            document["module"] = {"j": {"source": _path(name, chance.choice(later))}}
        (directory / "extra.tf.json").write_text(json.dumps(document))
    if chance.random() < 0.3:
        (directory / "terraform.tfvars").write_text(f'user = "{chance.choice(["deploy", "ci"])}"\n')


def _make_block(chance, name):
    if chance.random() < 0.5:
        user = chance.choice(
            ['"ops"', "var.user", f"aws_iam_user.u{name}.name", '"${var.user}-x"', "aws_s3_bucket.g.id"]
        )
        key = _KEY % (name, user, chance.choice(['"Active"', '"Inactive"', "var.status", "null"]))
        user_block = _USER % (f"u{name}", "made") if "aws_iam_user" in user else ""
        bucket = _PLAIN % "g" if "bucket.g" in user and chance.random() < 0.5 else ""
        given = f"aws_iam_access_key.{name}.secret"
        secret = _PARAMETER % (f"s{name}", given) if chance.random() < 0.3 else ""
        skip = "  #checkov:skip=CKV2_KEYS_1:known\n" if chance.random() < 0.1 else ""
        return key.replace("{\n", "{\n" + skip, 1) + user_block + bucket + secret
    return chance.choice([_PLAIN, _TEXT]) % name


def _make_call(chance, name, path, *, odd):
    kind = chance.random() if odd else 1
    if kind < 0.05:
        return f'resource "aws_s3_object" "{name}" {{\n  bucket = "b"\n  key = "k"\n  source = "{path}"\n}}\n'
    if kind < 0.08:
        return f'module "{name}" {{\n  source = var.user\n}}\n'
    if kind < 0.1:
        return f'module "{name}" {{\n  source = "{path.removeprefix("./")}"\n}}\n'
    given = chance.choice(["", '  user = "ops"\n', "  count = 2\n", "  user = var.user\n"])
    return _CALL.format(name, path, given)


def _path(name, other):
    return f"./{os.path.relpath(other, name)}"
