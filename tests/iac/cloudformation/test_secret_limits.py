"""Conditions under which a secret is nowhere, templates as nobody would write them, and quiet templates."""

from pathlib import Path

import pytest
from checkov.cloudformation.parser import parse
from exposed_templates import list_exposures, list_places
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networkx import DiGraph
from rustworkx import PyDiGraph

from checkov_keys.iac.cloudformation.exposures import find_exposures
from checkov_keys.iac.cloudformation.secret_reader import CloudFormationSecretReader
from checkov_keys.iac.cloudformation.template_file import make_template
from checkov_keys.iac.common.graph_view import GraphView

CASES = Path(__file__).parents[1] / "cases"
CONDITIONS = """Parameters: {Stage: {Type: String}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  IsTest: !Equals [!Ref Stage, test]
  Never: !And [!Condition IsProd, !Condition IsTest]
Resources:
"""
ENVIRONMENT = "Properties: {Environment: {A: !GetAtt Key.SecretAccessKey}}"


@pytest.mark.parametrize(
    ("is_exposed", "of_key", "of_sink"),
    [
        (False, "IsProd", "IsDev"),
        (False, "IsProd", "IsTest"),
        (False, "Never", "IsProd"),
        (False, "IsProd", "Never"),
        (True, "IsProd", "IsProd"),
        (True, "IsDev", "IsTest"),
        (True, "IsProd", "Undefined"),
        (True, "[IsProd]", "IsDev"),
        (True, "{a: b}", "7"),
    ],
)
def test_conditions_that_exclude_each_other(is_exposed, of_key, of_sink, tmp_path):
    """A resource or output that never exists together with the key is not a finding."""
    key = f"  Key: {{Type: AWS::IAM::AccessKey, Condition: {of_key}}}\n"
    app = f"  App: {{Type: AWS::Lambda::Function, Condition: {of_sink}, {ENVIRONMENT}}}\n"
    output = f"Outputs:\n  Out: {{Condition: {of_sink}, Value: !GetAtt Key.SecretAccessKey}}\n"
    found = [address for address, _ in list_places(tmp_path, f"{CONDITIONS}{key}{app}{output}")]
    assert (["AWS::Lambda::Function.App", "Outputs.Out"] if is_exposed else []) == found


def test_what_keeps_a_secret_must_exist_too(tmp_path):
    """A parameter that hands a secret on has a condition like any other resource."""
    text = (
        f"{CONDITIONS}  Key: {{Type: AWS::IAM::AccessKey}}\n"
        "  Kept: {Type: AWS::SSM::Parameter, Condition: IsDev, Properties: {Value: !GetAtt Key.SecretAccessKey}}\n"
        "Outputs:\n  Out: {Condition: IsProd, Value: !GetAtt Kept.Value}\n"
    )
    assert [] == list_places(tmp_path, text)
    assert [("Outputs.Out", "Value")] == list_places(tmp_path, text.replace("IsProd, Value", "IsDev, Value"))


def test_too_many_conditions_are_taken_to_hold(tmp_path):
    """Where more combinations matter than are tried, a sink is reported."""
    names = [f"S{number}" for number in range(14)]
    choice = "!GetAtt Key.SecretAccessKey"
    for name in names:
        choice = f"!If [{name}, {choice}, '']"
    text = (
        f"Parameters: {{{', '.join(f'{name}: {{Type: String}}' for name in names)}}}\n"
        f"Conditions: {{{', '.join(f'{name}: !Equals [!Ref {name}, x]' for name in names)}}}\n"
        f"Resources: {{Key: {{Type: AWS::IAM::AccessKey}}}}\nOutputs: {{Out: {{Value: {choice}}}}}\n"
    )
    assert [("Outputs.Out", "Value")] == list_places(tmp_path, text)


def _make(resources, outputs):
    key = {"Type": "AWS::IAM::AccessKey"}
    return make_template("t.yaml", {"Resources": {"Key": key, **resources}, "Outputs": outputs})


ATTRIBUTE = {"Fn::GetAtt": ["Key", "SecretAccessKey"]}


def _keep(value):
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


def test_a_parameter_that_leads_back_to_itself():
    """A cycle, which CloudFormation refuses, ends."""
    both = {"Fn::Join": ["", [{"Fn::GetAtt": "B.Value"}, ATTRIBUTE]]}
    found = find_exposures(_make({"A": _keep(both), "B": _keep({"Fn::GetAtt": "A.Value"})}, {}))
    assert ["AWS::SSM::Parameter.A"] == [each.exposure.address for each in found]


@pytest.mark.parametrize("step", [1, -1])
def test_a_thousand_parameters_one_after_another(step):
    """A long way is followed so far only, whichever end comes first in the template."""
    hops = {f"P{number}": _keep({"Fn::GetAtt": f"P{number - 1}.Value"}) for number in range(1, 1_000)}
    found = list(find_exposures(_make(dict([("P0", _keep(ATTRIBUTE)), *hops.items()][::step]), {})))
    assert 10 <= len(found) < 100
    assert all(len(secret.way) <= 30 for each in found for secret in each.exposure.secrets)


def _nest(wrap, times):
    value = ATTRIBUTE
    for _ in range(times):
        value = wrap(value)
    return value


@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: {"Fn::Sub": ["${A}${A}", {"A": value}]},
        lambda value: {"Fn::Join": ["", [value, value]]},
        lambda value: {"Fn::Join": ["-", [value] * 500]},
        lambda value: [value, value],
        lambda value: {"a": value, "b": value},
        lambda value: {"Fn::If": ["C", value, value]},
        lambda value: {"Fn::Select": [0, [value, value]]},
        lambda value: {"Fn::Select": [0, {"Fn::Split": ["-", {"Fn::Join": ["-", [value, value]]}]}]},
    ],
)
@pytest.mark.parametrize("times", [1, 30, 300])
def test_values_that_double_each_other(wrap, times):
    """Anchors of YAML let a value hold another one twice, and so on: it is not looked at a billion times."""
    places = [
        secret.argument
        for each in find_exposures(_make({}, {"Out": {"Value": _nest(wrap, times)}}))
        for secret in each.exposure.secrets
    ]
    assert len(places) <= 1_000
    assert times > 1 or places


def test_a_value_inside_itself():
    """A value that holds itself, as anchors of YAML allow, ends."""
    cyclic = {"a": ATTRIBUTE}
    cyclic["b"] = cyclic
    text = {"Fn::Join": ["", [ATTRIBUTE]]}
    text["Fn::Join"][1].append(text)
    found = list(find_exposures(_make({}, {"Out": {"Value": cyclic, "Description": text}})))
    assert ["Outputs.Out"] == [each.exposure.address for each in found]


def test_five_hundred_keys_and_sinks(tmp_path):
    """Each sink has its own key, and a text of all keys has all of them."""
    names = range(500)
    keys = "".join(f"  K{n}: {{Type: AWS::IAM::AccessKey}}\n" for n in names)
    apps = "".join(
        f"  A{n}: {{Type: AWS::Lambda::Function, Properties: {{Environment: {{A: !GetAtt K{n}.SecretAccessKey}}}}}}\n"
        for n in names
    )
    everything = "".join(f"${{K{n}.SecretAccessKey}}" for n in names)
    found = list_exposures(tmp_path, f"Resources:\n{keys}{apps}Outputs:\n  Out: {{Value: !Sub '{everything}'}}\n")
    assert [*([1] * 500), 500] == [len(each.secrets) for each in found]


FUNCTIONS = [
    "Ref",
    *(f"Fn::{name}" for name in ("If", "Sub", "Join", "Select", "Split", "GetAtt", "Base64", "ToJsonString")),
]
WORDS = ["", "C", "Key", "P", "Key.SecretAccessKey", "SecretAccessKey", "P.Value", "${Key.SecretAccessKey}", "${", "0"]
WORDS += ["{{resolve:ssm:${P}}}", "{{resolve:secretsmanager:${S}:SecretString:a}}", "\0", "\0000\0", "AWS::NoValue"]
SCALARS = st.none() | st.booleans() | st.integers(-1, 2) | st.floats() | st.sampled_from(WORDS) | st.dates()
ANY = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FUNCTIONS, "a", "__startline__", 5]), inner, max_size=2)
        | st.tuples(st.sampled_from(FUNCTIONS), st.lists(inner, min_size=2, max_size=3)).map(lambda call: dict([call]))
    ),
    max_leaves=8,
)
KINDS = (
    st.sampled_from(["AWS::IAM::AccessKey", "AWS::SSM::Parameter", "AWS::SecretsManager::Secret", "Custom::X"]) | ANY
)
PROPERTIES = st.dictionaries(st.sampled_from(["Type", "Value", "SecretString", "Tags", "Environment"]), ANY) | ANY
BODIES = ANY | st.fixed_dictionaries(
    {}, optional={"Type": KINDS, "Properties": PROPERTIES, "Metadata": ANY, "Condition": ANY}
)
RESOURCES = st.dictionaries(st.sampled_from(["Key", "P", "S", 5, "A B"]), BODIES, max_size=4)
SECTION = st.dictionaries(st.sampled_from(["C", "Function", "Key"]), ANY, max_size=2) | ANY


@settings(max_examples=300, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(RESOURCES | ANY, SECTION, SECTION, SECTION)
def test_whatever_is_in_a_template_nobody_trips(resources, outputs, conditions, shared):
    """Malformed templates end in findings or in none, never in an error."""
    parsed = {"Resources": resources, "Outputs": outputs, "Conditions": conditions, "Globals": shared}
    list(find_exposures(make_template("t.yaml", parsed)))


@pytest.mark.parametrize("library", [DiGraph, PyDiGraph])
def test_a_template_that_is_not_there(library):
    """What Checkov has in its graph is looked at if the file is gone, also with tags that Checkov cannot read."""
    blocks = {"AWS::IAM::AccessKey.Key": {}, "AWS::S3::Bucket.B": {"Tags": [{"Key": "k", "Value": ATTRIBUTE}, 5]}}
    vertices = [
        {
            "block_type_": "resource",
            "block_name_": name,
            "id": name,
            "file_path_": "gone.yaml",
            "resource_type": name.partition(".")[0],
            "config_": config,
            **config,
        }
        for name, config in blocks.items()
    ]
    vertices.append(
        {"block_type_": "outputs", "block_name_": "O", "file_path_": "gone.yaml", "config_": {"Value": ATTRIBUTE}}
    )
    graph = library()
    graph.add_nodes_from(list(enumerate(vertices)))
    found = CloudFormationSecretReader().find_exposures(GraphView(graph))
    assert ["AWS::S3::Bucket.B", "Outputs.O"] == [each.exposure.address for each in found.exposures]
    assert "Tags" not in found.exposures[0].vertex


EXPOSED = {
    "silent/attributes_that_change_nothing": ["Outputs.passKey"],
    "silent/a_serverless_application": ["AWS::Serverless::Function.Api"],
}


@pytest.mark.parametrize("case", sorted(CASES.glob("cloudformation/*/*")), ids=lambda case: case.name)
def test_the_cases_of_other_rules_are_quiet(case, tmp_path):
    """No template that was written for another rule has a finding, but for two that do give a secret away."""
    found = []
    for file in filter(Path.is_file, case.rglob("*")):
        path = tmp_path / file.name.removesuffix(".txt")
        path.write_bytes(file.read_bytes())
        parsed, lines = parse(str(path))
        if isinstance(parsed, dict):
            found += [each.exposure.address for each in find_exposures(make_template(str(path), parsed, lines))]
    assert EXPOSED.get("/".join(case.parts[-2:]), []) == found
