"""The same expressions, asked of the real `terraform console`: known ones again, and made-up ones."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.functions import FUNCTIONS
from checkov_keys.iac.hcl.json_texts import encode_json
from checkov_keys.iac.hcl.values import is_wholly_known, strip_marks

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")

FILES = sorted((Path(__file__).parent / "expressions").glob("*.txt"))
SCALARS = ["null", "true", "false", "0", "1", "-1", "1.5", '""', '"a"', '"b"', '"1"', '"é"', '"true"']
LISTS = ["[]", '["a", "b", "a"]', "[1, [2]]", '[{ a = 1 }, { a = "x" }]', '{ a = 1, b = "x" }', "{}", "{ a = [1] }"]
CALLS = {
    "length": 1,
    "keys": 1,
    "values": 1,
    "lookup": 3,
    "merge": 2,
    "concat": 2,
    "flatten": 1,
    "distinct": 1,
    "compact": 1,
    "contains": 2,
    "element": 2,
    "index": 2,
    "reverse": 1,
    "slice": 3,
    "zipmap": 2,
    "setproduct": 2,
    "setunion": 2,
    "setsubtract": 2,
    "coalesce": 2,
    "coalescelist": 2,
    "one": 1,
    "sum": 1,
    "sort": 1,
    "join": 2,
    "tolist": 1,
    "toset": 1,
    "tomap": 1,
    "tostring": 1,
    "tobool": 1,
    "tonumber": 1,
    "alltrue": 1,
    "jsonencode": 1,
    "yamlencode": 1,
    "formatlist": 2,
    "upper": 1,
    "title": 1,
    "split": 2,
    "replace": 3,
    "regexall": 2,
    "base64encode": 1,
    "substr": 3,
}


def ask_terraform(directory, expressions):
    """Return what terraform prints of each expression as JSON; None if it refuses it."""
    rows = "\n".join(f"  c{number} = try(jsonencode({text}), null)" for number, text in enumerate(expressions))
    names = ", ".join(f"local.c{number}" for number in range(len(expressions)))
    (directory / "main.tf").write_text(
        f"locals {{\n{rows}\n  all = nonsensitive(base64encode(jsonencode([{names}])))\n}}\n", encoding="utf-8"
    )
    done = subprocess.run(
        ["terraform", "console"], cwd=directory, input="local.all\n", capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith('"'), done.stdout + done.stderr
    return json.loads(base64.b64decode(json.loads(done.stdout)))


def make_expression(random, depth=0):
    """Return the text of some expression, sensible or not."""
    kind = random.random()
    if depth > 2 or kind < 0.3:
        return random.choice(SCALARS if kind < 0.2 else LISTS)
    if kind < 0.4:
        arms = [make_expression(random, 9), make_expression(random, 9)]
        return f"({random.choice(['true', 'false'])} ? {' : '.join(arms)})"
    if kind < 0.5:
        operator = random.choice(["==", "!=", "+", "-", "*", "/", "%", "<", ">=", "&&", "||"])
        return f"({make_expression(random, depth + 1)} {operator} {make_expression(random, depth + 1)})"
    if kind < 0.55:
        return f"{random.choice(LISTS)}[{random.choice(SCALARS)}]"
    if kind < 0.6:
        return f'"x${{{make_expression(random, depth + 1)}}}"'
    name = random.choice(sorted(CALLS))
    return f"{name}({', '.join(make_expression(random, depth + 1) for _ in range(CALLS[name]))})"


def print_value(find_value, text):
    """Return a value as JSON; None if it is refused, "?" if something in it is not known here."""
    try:
        value = find_value(text)
    except EvaluationError:
        return None
    return encode_json(strip_marks(value)) if is_wholly_known(value) else "?"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rows_still_hold(tmp_path, file):
    """The rows say what the terraform of this machine says."""
    rows = [line.rsplit(" => ", 1) for line in file.read_text(encoding="utf-8").splitlines()]
    answers = ask_terraform(tmp_path, [expression for expression, _ in rows])
    assert {
        expression: printed for (expression, printed), answer in zip(rows, answers) if printed != (answer or "error")
    } == {}


@pytest.mark.parametrize("seed", range(3))
def test_made_up_expressions(tmp_path, find_value, seed):
    """What is known here is what terraform prints, and what is refused here is refused by terraform."""
    random = Random(seed)  # noqa: S311  # no secret
    texts = sorted({make_expression(random) for _ in range(400)})
    ours = {text: print_value(find_value, text) for text in texts}
    theirs = dict(zip(texts, ask_terraform(tmp_path, texts)))
    assert {text: (ours[text], theirs[text]) for text in texts if ours[text] not in {"?", theirs[text]}} == {}


def test_every_function_is_there():
    """There is every function that terraform has, with as many parameters."""
    done = subprocess.run(["terraform", "metadata", "functions", "-json"], capture_output=True, text=True, check=True)
    signatures = json.loads(done.stdout)["function_signatures"]
    theirs = {
        name: (len(signature.get("parameters", [])), "variadic_parameter" in signature)
        for name, signature in signatures.items()
        if "::" not in name and name not in {"try", "can"}
    }
    assert theirs == {
        name: (len(function.parameters), function.variadic is not None) for name, function in FUNCTIONS.items()
    }
