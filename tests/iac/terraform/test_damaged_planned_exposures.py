"""Plans with secrets that are damaged, go in circles, or are large, read without Terraform; and secrets in texts."""

import base64
import copy
import gzip
import json
from urllib.parse import quote

import pytest

from checkov_keys.iac.terraform.planned_exposures import find_planned_exposures
from checkov_keys.iac.terraform.planned_texts import SecretTexts

KEY = "aws_iam_access_key"
SECRET = "q7Rk/2mZ+4vXc9LpWb1TnY8sJd0HfGa3eUiO6MxQ"  # noqa: S105  # nobody's
JUNK = (
    None,
    [],
    {},
    "x",
    7,
    True,
    [None],
    [["x"]],
    {"x": None},
    "module.",
    "each.value.secret",
    'a["b',
    {"references": 1},
)
FIRST = {"secret": True, "ses_smtp_password_v4": True}


def refer(*references):
    """An expression."""
    return {"references": list(references)}


def make_plan(resources, modules=None, outputs=None, **values):
    """A plan that makes a key, other resources (address: (expressions, values, unknown)) and root outputs."""
    rows = {f"{KEY}.k": ({}, values, {} if values else FIRST), **resources}
    planned, changes, blocks = [], [], []
    for address, (expressions, known, unknown) in rows.items():
        kind, name = address.split(".")
        row = {"address": address, "mode": "managed", "type": kind, "name": name}
        planned.append({**row, "values": known})
        changes.append({**row, "change": {"after_unknown": unknown, "after_sensitive": unknown}})
        blocks.append({**row, "expressions": expressions})
    names = outputs or {}
    return {
        "planned_values": {
            "outputs": {name: {"sensitive": True} for name in names},
            "root_module": {"resources": planned},
        },
        "resource_changes": changes,
        "output_changes": {name: {"after_unknown": True} for name in names},
        "configuration": {
            "root_module": {
                "resources": blocks,
                "outputs": {name: {"expression": each} for name, each in names.items()},
                "module_calls": modules or {},
            }
        },
    }


def read(plan, folder):
    """The sinks in a plan that is written into a folder: {address: addresses of keys}."""
    path = folder / "tfplan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    found = find_planned_exposures([str(path)], [])
    return {each.exposure.address: [secret.key for secret in each.exposure.secrets] for each in found}


OF_KEY = refer(f"{KEY}.k.secret", f"{KEY}.k")
SINK = {"input": OF_KEY}
UNKNOWN = {"input": True, "output": True}
MODULE = {
    "m": {
        "expressions": {"x": OF_KEY},
        "module": {"outputs": {"o": {"expression": refer("var.x")}}, "variables": {"x": {}}},
    }
}
NEW = make_plan(
    {
        "terraform_data.d": (SINK, {}, UNKNOWN),
        "null_resource.n": ({"triggers": refer("terraform_data.d.output", "terraform_data.d")}, {}, {"triggers": True}),
        "aws_lambda_function.f": (
            {"environment": [{"variables": refer("module.m.o", "module.m")}]},
            {"environment": [{"variables": {}}]},
            {"environment": [{"variables": {"S": True}}]},
        ),
    },
    MODULE,
    {"o": refer("module.m.o", "module.m")},
)
OLD = make_plan(
    {"aws_instance.i": ({"user_data": refer("local.x")}, {"user_data": f"export S={SECRET}", "tags": {"a": "b"}}, {})},
    secret=SECRET,
)
PLANS = {"new": NEW, "old": OLD}
SINKS = {
    "new": {"aws_lambda_function.f", "null_resource.n", "output.o", "terraform_data.d"},
    "old": {"aws_instance.i"},
}


def _list_places(value, place=()):
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inside in pairs:
        yield (*place, name)
        yield from _list_places(inside, (*place, name))


@pytest.mark.parametrize("name", PLANS)
def test_damaged(tmp_path, name):
    """A plan is read without an exception, whatever any part of it is replaced by, and nothing else becomes a sink."""
    assert set(read(PLANS[name], tmp_path)) == SINKS[name]
    for place in _list_places(PLANS[name]):
        for junk in JUNK:
            damaged = copy.deepcopy(PLANS[name])
            holder = damaged
            for step in place[:-1]:
                holder = holder[step]
            holder[place[-1]] = junk
            assert set(read(damaged, tmp_path)) <= SINKS[name], (place, junk)


CIRCLES = {
    "resources": make_plan(
        {
            "terraform_data.a": ({"input": refer("terraform_data.b.output")}, {}, UNKNOWN),
            "terraform_data.b": ({"input": refer("terraform_data.a.output")}, {}, UNKNOWN),
        }
    ),
    "a resource": make_plan({"terraform_data.a": ({"input": refer("terraform_data.a", "self.input")}, {}, UNKNOWN)}),
    "modules": make_plan(
        {"terraform_data.a": ({"input": refer("module.a.o")}, {}, UNKNOWN)},
        {
            name: {
                "expressions": {"x": refer(f"module.{other}.o")},
                "module": {"outputs": {"o": {"expression": refer("var.x")}}},
            }
            for name, other in ("ab", "ba")
        },
    ),
    "a module and itself": make_plan(
        {"terraform_data.a": ({"input": refer("module.a")}, {}, UNKNOWN)},
        {"a": {"expressions": {"x": refer("module.a")}, "module": {"outputs": {"o": {"expression": refer("var.x")}}}}},
    ),
}


@pytest.mark.parametrize("plan", CIRCLES.values(), ids=CIRCLES)
def test_circles(tmp_path, plan):
    """References that go in a circle end, and hold no secret."""
    assert {} == read(plan, tmp_path)


def test_circle_with_secret(tmp_path):
    """What enters a circle is found where it enters."""
    plan = make_plan(
        {
            "terraform_data.a": ({"input": refer(f"{KEY}.k.secret", "terraform_data.b.output")}, {}, UNKNOWN),
            "terraform_data.b": ({"input": refer("terraform_data.a.output")}, {}, UNKNOWN),
        }
    )
    assert "terraform_data.a" in read(plan, tmp_path)


def make_chain(length):
    """A plan in which each resource refers to the one before."""
    chain = {
        f"terraform_data.d{number}": ({"input": refer(f"terraform_data.d{number - 1}.output")}, {}, UNKNOWN)
        for number in range(1, length)
    }
    return make_plan({"terraform_data.d0": (SINK, {}, UNKNOWN), **chain})


def make_crowd(size):
    """A plan in which many resources refer to each of many others, and these to the key."""
    inner = {f"terraform_data.d{number}": (SINK, {}, UNKNOWN) for number in range(size)}
    everything = refer(*(f"terraform_data.d{number}.output" for number in range(size)))
    outer = {f"null_resource.n{number}": ({"triggers": everything}, {}, {"triggers": True}) for number in range(10)}
    return make_plan({**inner, **outer})


@pytest.mark.parametrize(("plan", "least"), [(make_chain(3000), 50), (make_crowd(3000), 3010)], ids=["chain", "crowd"])
def test_large(tmp_path, plan, least):
    """Thousands of references are followed, as far as a secret is followed at all, without deep recursion."""
    assert least <= len(read(plan, tmp_path))


def encode(text):
    return base64.b64encode(text.encode()).decode()


TEXTS = {
    "itself": SECRET,
    "within letters": f"x{SECRET}y",
    "a script": f"#!/bin/sh\nexport S='{SECRET}'\n",
    "JSON in JSON": json.dumps({"a": json.dumps([{"S": SECRET}])}),
    "a URL": f"https://x:{quote(SECRET, safe='')}@example.com/",
    "base64": encode(SECRET),
    "base64 of a script": encode(f"#!/bin/sh\nexport S={SECRET}\n"),
    "base64 for URLs": base64.urlsafe_b64encode(f"??>>{SECRET}".encode()).decode().rstrip("="),
    "base64 in JSON in base64": encode(json.dumps({"a": encode(f"S={SECRET}")})),
    "base64 of UTF-16": base64.b64encode(f"S={SECRET}".encode("utf-16-le")).decode(),
    "base64 of gzip": base64.b64encode(gzip.compress(f"S={SECRET}".encode())).decode(),
}
OTHERS = {
    "nothing": "",
    "another": SECRET.swapcase(),
    "a part": SECRET[:-1],
    "backwards": SECRET[::-1],
    "no base64": "=" * 100 + "A" * 101,
    "no gzip": base64.b64encode(b"\x1f\x8b" + b"x" * 100).decode(),
    "percent": "%" * 1000 + "%zz%F",
    "no letters": "\0\ud800ü" * 100,
    "a bomb": base64.b64encode(gzip.compress(b"\0" * 10**8)).decode(),
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_other_texts(text):
    """A text that does not hold the secret does not, whatever it looks like."""
    assert set() == SecretTexts([(SECRET, ("k", "secret"))]).find(text)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts(text):
    """A secret is found in whatever its text is put into."""
    assert {("k", "secret")} == SecretTexts([("A" * 40, ("j", "secret")), (SECRET, ("k", "secret"))]).find(text)


@pytest.mark.parametrize("secret", ["", "short", "A" * 15, "a secret with blanks in it", "ü" * 40])
def test_untelling(secret):
    """What could be any text is not looked for."""
    assert set() == SecretTexts([(secret, ("k", "secret"))]).find(f"a {secret} b")
