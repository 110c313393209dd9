"""Plans that are damaged, unfinished, or written in another way, read without Terraform."""

import copy
import json
from pathlib import Path

import pytest
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.host.registration import register
from checkov_keys.iac.terraform.plan import read_plans

CASES = Path(__file__).parents[1] / "cases" / "terraform_plan"
ALIASES = "reported/aliases_of_one_account"
LEFT_ALONE = "reported/a_refresh_leaves_keys_as_they_are"
MODULES = "reported/ids_of_users_of_module_instances"
SEVERAL = "unknown/one_of_several_users"
SKIPPED = {"address", "create_date", "schema_version", "sensitive_values", "after_sensitive", "before"}
JUNK = (None, [], {}, "x", 7, True, [None], [["x"]], {"x": None}, "module.", 'a["b')


def load(case):
    return json.loads((CASES / case / "tfplan.json.txt").read_text(encoding="utf-8"))


def read(plan, folder):
    """Read a plan that is written into a folder, without Checkov."""
    path = folder / "tfplan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return read_plans([str(path)], [], with_users=True)


def _list_places(value, place=()):
    """Every place in a document, as keys that lead to it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inside in pairs:
        yield (*place, name)
        yield from _list_places(inside, (*place, name))


@pytest.mark.parametrize("case", [ALIASES, LEFT_ALONE, MODULES, SEVERAL])
def test_damaged(tmp_path, case):
    """Whatever stands in the place of anything, a plan is read without an exception, and no key becomes another one."""
    plan = load(case)
    whole = read(plan, tmp_path)
    known = {declared.key.address for declared in whole.keys} | {each.address for each in whole.unjudged}
    places = [place for place in _list_places(plan) if place[-1] not in SKIPPED]
    for number, place in enumerate(places):
        for junk in (JUNK[number % len(JUNK)], JUNK[(number + 5) % len(JUNK)]):
            damaged = copy.deepcopy(plan)
            holder = damaged
            for name in place[:-1]:
                holder = holder[name]
            holder[place[-1]] = junk
            found = read(damaged, tmp_path)
            assert {declared.key.address for declared in found.keys} <= known, (place, junk)


def _change(case, **more):
    return {**load(case), **more}


DOUBTS = {
    "it failed": (_change(LEFT_ALONE, errored=True), "the plan failed"),
    "it is not complete": (_change(LEFT_ALONE, complete=False), "the plan is not complete"),
    "no key is left of it": (_change(LEFT_ALONE, complete=False, prior_state={}), "the plan is not complete"),
}


@pytest.mark.parametrize(("plan", "reason"), DOUBTS.values(), ids=DOUBTS)
def test_unfinished(tmp_path, plan, reason):
    """A plan that does not tell all is named with the reason, beside what is judged."""
    found = read(plan, tmp_path)
    assert [str(tmp_path / "tfplan.json")] == [each.address for each in found.unjudged]
    assert reason in found.unjudged[0].reason
    assert (2 if plan["prior_state"] else 0) == len(found.keys)


def test_unfinished_without_keys(tmp_path):
    """A plan that mentions no key is not named, whatever it says of itself."""
    assert () == read({"complete": False, "errored": True, "configuration": {}}, tmp_path).unjudged


UNREADABLE = {"nothing": b"", "no JSON": b"{", "no text": b"\xff\xfe\x00", "a list": b"[]", "deep": b"[" * 100_000}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(tmp_path, content):
    """A key that Checkov finds in a file that cannot be read again is named with the reason."""
    path = tmp_path / "tfplan.json"
    path.write_bytes(content)
    vertex = {"file_path_": str(path), "__address__": "aws_iam_access_key.a", "resource_type": "aws_iam_access_key"}
    (unjudged,) = read_plans([], [vertex]).unjudged
    assert isinstance(unjudged, Unjudged)
    assert "aws_iam_access_key.a" == unjudged.address
    assert "the plan " in unjudged.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings(tmp_path, encoding):
    """A plan is read in every encoding in which JSON may be written."""
    path = tmp_path / "tfplan.json"
    path.write_bytes(json.dumps(load(LEFT_ALONE)).encode(encoding))
    assert 2 == len(read_plans([str(path)], []).keys)


EXPRESSIONS = {
    "the same literal": ({"constant_value": "a"}, {"constant_value": "a"}, 1),
    "another literal": ({"constant_value": "a"}, {"constant_value": "b"}, 2),
    "nothing and null": ({}, {"constant_value": None}, 1),
    "an empty text and nothing": ({"constant_value": ""}, {}, 1),
    "what refers to the same": ({"references": ["var.a"]}, {"references": ["var.a"]}, 2),
    "a reference and nothing": ({"references": ["var.a"]}, {}, 2),
    "a list of literals": ({"constant_value": ["a"]}, {"constant_value": ["a"]}, 1),
}


@pytest.mark.parametrize(("first", "second", "accounts"), EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_accounts(tmp_path, first, second, accounts):
    """Two provider configurations are one account if literals say so: what is made of a reference no plan tells."""
    plan = load(ALIASES)
    expressions = {name: {"profile": each} for name, each in (("aws.prod", first), ("aws.prod_us", second))}
    for name, each in expressions.items():
        plan["configuration"]["provider_config"][name] = {"name": "aws", "expressions": each}
    for resource in plan["configuration"]["root_module"]["resources"]:
        if resource["name"] == "fail_e":
            resource["provider_config_key"] = "aws.prod_us"
    keys = {declared.key.address: declared.user.account for declared in read(plan, tmp_path).keys}
    assert accounts == len({keys[f"aws_iam_access_key.fail_{name}"] for name in "de"})


def test_lines_of_what_is_left_alone(runners, tmp_path):
    """A key that the plan does not look at is reported at the first line that names it, without any value."""
    text = (CASES / LEFT_ALONE / "tfplan.json.txt").read_text(encoding="utf-8")
    (tmp_path / "tfplan.json").write_text(text, encoding="utf-8")
    register()
    chosen = RunnerFilter(framework=["terraform_plan"], checks=["CKV2_KEYS_1"])
    report = runners["terraform_plan"]().run(root_folder=str(tmp_path), runner_filter=chosen)
    lines = text.splitlines()
    assert 2 == len(report.failed_checks)
    configuration = next(number for number, line in enumerate(lines) if '"configuration"' in line)
    for record in report.failed_checks:
        first, last = record.file_line_range
        assert first == last < configuration
        assert f'"address": "{record.resource}"' in lines[first - 1]
        assert [(first, f"{record.resource}\n")] == record.code_block


def test_loops(tmp_path):
    """Modules that lead to each other end, and soon."""
    references = [f"module.a.out{number}" for number in range(20)]
    outputs = {f"out{number}": {"expression": {"references": ["module.a"]}} for number in range(20)}
    module = {"outputs": outputs}
    module["module_calls"] = {
        "a": {"module": {"outputs": {**outputs, "x": {"expression": {"references": references}}}}}
    }
    plan = load(SEVERAL)
    root = plan["configuration"]["root_module"]
    root["module_calls"] = {"a": {"module": module}}
    for resource in root["resources"]:
        if resource["name"] == "unknown_l":
            resource["expressions"]["user"] = {"references": ["module.a"]}
    found = {declared.key.address: declared.user.kind for declared in read(plan, tmp_path).keys}
    assert "expression" == found["aws_iam_access_key.unknown_l"]
