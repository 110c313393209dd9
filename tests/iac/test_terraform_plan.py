"""Terraform plans: the reader sees planned values, configuration references and what is only known after the apply."""

import json

import pytest


def _resource(address, values):
    kind, name = address.rsplit(".", 2)[-2:]
    name, _, index = name.partition("[")
    resource = {"address": address, "mode": "managed", "type": kind, "name": name, "values": values}
    return {**resource, "index": index.rstrip("]")} if index else resource


def plan(resources, *, unknown=(), references=(), actions=("create",), deleted=(), modules=()):
    """A plan of `terraform show -json` with resources {address: values} and the rest by address."""
    unknown, references, modules = dict(unknown), dict(references), dict(modules)
    every = {**resources, **{k: v for resources_in in modules.values() for k, v in resources_in.items()}}
    planned = {"resources": [_resource(address, values) for address, values in resources.items()]}
    planned["child_modules"] = [
        {"address": module, "resources": [_resource(address, values) for address, values in inside.items()]}
        for module, inside in modules.items()
    ]
    changes = [
        {
            "address": address,
            "change": {
                "actions": list(actions),
                "before": None,
                "after": values,
                "after_unknown": unknown.get(address, {"id": True}),
            },
        }
        for address, values in every.items()
    ]
    changes += [
        {"address": address, "change": {"actions": ["delete"], "before": values, "after": None, "after_unknown": {}}}
        for address, values in dict(deleted).items()
    ]
    configuration = [
        {**_resource(address, {}), "expressions": {"user": {"references": referred}}}
        for address, referred in references.items()
    ]
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.0",
            "planned_values": {"root_module": planned},
            "resource_changes": changes,
            "configuration": {"root_module": {"resources": configuration}},
        },
        indent=1,
    )


KEY = {"pgp_key": None, "status": "Active", "user": "u"}
OFF = {**KEY, "status": "Inactive"}
GEN = ["aws_iam_user.gen.name", "aws_iam_user.gen"]

CASES = {
    "silent: one key active, one inactive": (
        2,
        plan({"aws_iam_access_key.pass_a": KEY, "aws_iam_access_key.pass_b": OFF}),
    ),
    "silent: the second key is deleted": (
        1,
        plan({"aws_iam_access_key.pass_a": KEY}, deleted={"aws_iam_access_key.fail_b": KEY}),
    ),
    "two active keys": (2, plan({"aws_iam_access_key.fail_a": KEY, "aws_iam_access_key.fail_b": KEY})),
    "two instances of one block": (
        2,
        plan({"aws_iam_access_key.fail_a[0]": KEY, "aws_iam_access_key.fail_a[1]": KEY}),
    ),
    "a child module's key counts": (
        2,
        plan(
            {"aws_iam_access_key.fail_a": KEY},
            modules={'module.m["x.y"]': {'module.m["x.y"].aws_iam_access_key.fail_b': KEY}},
        ),
    ),
    "keys that stay as they are count": (
        2,
        plan({"aws_iam_access_key.fail_a": KEY, "aws_iam_access_key.fail_b": KEY}, actions=["no-op"]),
    ),
    "a replaced key counts once": (1, plan({"aws_iam_access_key.pass_a": KEY}, actions=["delete", "create"])),
    "a null status is active": (
        2,
        plan({"aws_iam_access_key.fail_a": {**KEY, "status": None}, "aws_iam_access_key.fail_b": {"user": "u"}}),
    ),
    "an unknown user is known by its reference": (
        3,
        plan(
            {
                "aws_iam_user.gen": {"path": "/"},
                "aws_iam_access_key.fail_a": {"status": "Active"},
                "aws_iam_access_key.fail_b": {"status": "Active"},
                "aws_iam_access_key.pass_c": KEY,
            },
            references={"aws_iam_access_key.fail_a": GEN, "aws_iam_access_key.fail_b": GEN},
        ),
    ),
    "a status known only after the apply": (
        2,
        plan(
            {"aws_iam_access_key.unknown_a": {"user": "u"}, "aws_iam_access_key.pass_b": KEY},
            unknown={"aws_iam_access_key.unknown_a": {"status": True}},
        ),
    ),
    "malformed: a user known only after the apply, and nothing refers to one": (
        1,
        plan({"aws_iam_access_key.unknown_a": {"status": "Active"}}),
    ),
}


@pytest.mark.parametrize(("keys", "text"), [pytest.param(*case, id=name) for name, case in CASES.items()])
def test_plan(verdicts, assert_as_named, keys, text):
    """One record an instance address that will exist, child modules included."""
    assert_as_named(verdicts("terraform_plan", {"tfplan.json": text}), keys)


def test_plans_side_by_side(verdicts, assert_as_named):
    """Two plans are two accounts."""
    files = {
        "dev/tfplan.json": plan({"aws_iam_access_key.pass_dev": KEY}),
        "prod/tfplan.json": plan({"aws_iam_access_key.pass_prod": KEY}),
    }
    assert_as_named(verdicts("terraform_plan", files), 2)
