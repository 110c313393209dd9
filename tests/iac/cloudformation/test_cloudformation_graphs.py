"""Graphs of random templates: a naive interpreter judges the sound ones again, and nobody trips over malformed ones."""

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networkx import DiGraph
from rustworkx import PyDiGraph

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY_IN_TEMPLATES
from checkov_keys.iac.cloudformation.reader import CloudFormationReader
from checkov_keys.iac.common.graph_view import GraphView
from checkov_keys.iac.host.graph_check import AccessKeyGraphCheck

PARAMETERS = {
    "Bound": {"Type": "String", "Default": "a", "AllowedValues": ["a", "b", "z"]},
    "Numeric": {"Type": "Number", "Default": 1, "AllowedValues": [1, 2]},
    "Open": {"Type": "String", "Default": "a"},
}
REFERENCES = (*PARAMETERS, "AWS::Region")
ANYTHING = ("a", "b", "1", "2", "z", "neither", "nor")
DEPLOYMENTS = [dict(zip(REFERENCES, values)) for values in product("abz", "12", ANYTHING, ANYTHING)]
NAMES = ("C0", "C1", "C2")
OPERANDS = st.sampled_from(["a", "b", 1, *({"Ref": name} for name in REFERENCES)])
EQUALS = st.tuples(OPERANDS, OPERANDS).map(lambda pair: {"Fn::Equals": list(pair)})


def _conditions(number):
    """A condition may refer to those before it."""
    leaves = EQUALS | (
        st.sampled_from(NAMES[:number]).map(lambda name: {"Condition": name}) if number else st.nothing()
    )
    return st.recursive(
        leaves,
        lambda inner: (
            inner.map(lambda part: {"Fn::Not": [part]})
            | st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"Fn::And": parts})
            | st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"Fn::Or": parts})
        ),
        max_leaves=4,
    )


def _choices(values):
    return st.recursive(
        st.sampled_from(values),
        lambda inner: st.tuples(st.sampled_from(NAMES), inner, inner).map(lambda choice: {"Fn::If": list(choice)}),
        max_leaves=3,
    )


KEYS = st.fixed_dictionaries(
    {
        "Condition": st.sampled_from([None, *NAMES]),
        "UserName": _choices(["u", "v", {"Ref": "Bound"}]),
        "Status": _choices(["Active", "Inactive", {"Ref": "AWS::NoValue"}]),
    }
)


def _graph(conditions, keys, library):
    """Return what Checkov's graph holds of the template."""
    vertices = [
        *_vertices("parameters", PARAMETERS),
        *_vertices("conditions", conditions),
        *_vertices("resource", {f"AWS::IAM::AccessKey.K{number}": key for number, key in enumerate(keys)}),
    ]
    edges = [
        (len(PARAMETERS) + len(conditions) + number, len(PARAMETERS) + NAMES.index(key["Condition"]), "Condition")
        for number, key in enumerate(keys)
        if key["Condition"]
    ]
    graph = library()
    graph.add_nodes_from(list(enumerate(vertices)))
    graph.add_edges_from([(key, condition, {"label": label}) for key, condition, label in edges])
    return graph


def _vertices(block_type, blocks):
    return [
        {
            "block_type_": block_type,
            "block_name_": name,
            "file_path_": "not-on-disk.yaml",
            "config_": config,
            **({"resource_type": name.partition(".")[0]} if block_type == "resource" else {}),
        }
        for name, config in blocks.items()
    ]


def _holds(condition, conditions, deployment):
    ((function, argument),) = condition.items()
    if function == "Condition":
        return _holds(conditions[argument], conditions, deployment)
    if function == "Fn::Equals":
        left, right = (str(deployment[x["Ref"]] if isinstance(x, dict) else x) for x in argument)
        return left == right
    truths = [_holds(part, conditions, deployment) for part in argument]
    return {"Fn::Not": not truths[0], "Fn::And": all(truths), "Fn::Or": any(truths)}[function]


def _chosen(value, truths):
    while isinstance(value, dict) and "Fn::If" in value:
        name, then, otherwise = value["Fn::If"]
        value = then if truths[name] else otherwise
    return value


def _by_every_deployment(conditions, keys):
    """Return the verdict over every key that some deployment creates."""
    verdicts = {}
    seen = set()
    for deployment in DEPLOYMENTS:
        truths = {name: _holds(condition, conditions, deployment) for name, condition in conditions.items()}
        if tuple(truths.values()) in seen:
            continue
        seen.add(tuple(truths.values()))
        existing = [number for number, key in enumerate(keys) if key["Condition"] is None or truths[key["Condition"]]]
        users = {number: str(_chosen(keys[number]["UserName"], truths)) for number in existing}
        active = [number for number in existing if _chosen(keys[number]["Status"], truths) != "Inactive"]
        for number in existing:
            violates = number in active and sum(users[number] == users[other] for other in active) > 1
            verdicts[number] = "failed" if violates or verdicts.get(number) == "failed" else "passed"
    return verdicts


@settings(max_examples=200, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.tuples(*map(_conditions, range(3))), st.lists(KEYS, min_size=2, max_size=4))
def test_every_deployment_agrees(conditions, keys):
    """The verdicts on a random template are those of trying every combination of its parameters."""
    named = dict(zip(NAMES, conditions))
    expected = _by_every_deployment(named, keys)
    for library in (PyDiGraph, DiGraph):
        graph = _graph(named, keys, library)
        passed, failed, unknown = AccessKeyGraphCheck(ONE_ACTIVE_KEY_IN_TEMPLATES, CloudFormationReader()).run(graph)
        found = {int(vertex["block_name_"][-1]): "passed" for vertex in passed}
        found.update({int(vertex["block_name_"][-1]): "failed" for vertex in failed})
        assert (expected, []) == (found, unknown)


CALLS = ("If", "Sub", "Join", "Select", "Split", "FindInMap", "GetAtt", "Equals")
FUNCTIONS = ["Ref", "Condition", *(f"Fn::{name}" for name in CALLS)]
WORDS = ["", "C0", "U0", "P0", "M0", "0", "/", "${P0}", "${U0.Arn}", "${", "U0.Arn", "AWS::NoValue", "\0", "x" * 10_000]
SCALARS = st.none() | st.booleans() | st.integers(-1, 2) | st.floats() | st.sampled_from(WORDS) | st.dates()
ANY = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*FUNCTIONS, "a", "__startline__"]), inner, max_size=2)
        | st.tuples(st.sampled_from(FUNCTIONS), st.lists(inner, min_size=2, max_size=3)).map(lambda call: dict([call]))
    ),
    max_leaves=8,
)
TESTS = ["Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Condition", "a"]
CONDITION = st.dictionaries(st.sampled_from(TESTS), ANY, max_size=2)
PROPERTIES = st.none() | st.fixed_dictionaries({}, optional={"UserName": ANY, "Status": ANY, "Path": ANY})
PARAMETER = st.fixed_dictionaries({}, optional={"Type": ANY, "Default": ANY, "AllowedValues": ANY})


@settings(max_examples=300, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    keys=st.lists(PROPERTIES, min_size=1, max_size=3),
    users=st.lists(PROPERTIES, max_size=2),
    conditions=st.lists(CONDITION, max_size=2),
    parameters=st.lists(PARAMETER, max_size=2),
    mapping=st.dictionaries(st.sampled_from(["C0", "0", 0, "__file__"]), ANY, max_size=2),
)
def test_whatever_stands_in_a_template_every_key_is_read(keys, users, conditions, parameters, mapping):
    """Every key of a malformed template is either judged or named as unjudged."""
    vertices = [
        *_vertices("resource", {f"AWS::IAM::AccessKey.K{number}": key for number, key in enumerate(keys)}),
        *_vertices("resource", {f"AWS::IAM::User.U{number}": user for number, user in enumerate(users)}),
        *_vertices("conditions", {f"C{number}": condition for number, condition in enumerate(conditions)}),
        *_vertices("parameters", {f"P{number}": parameter for number, parameter in enumerate(parameters)}),
        *_vertices("mappings", {"M0": mapping}),
    ]
    graph = DiGraph()
    graph.add_nodes_from(list(enumerate(vertices)))
    reading = CloudFormationReader().read(GraphView(graph))
    judged = {declared.key.address for _, group in reading.users() for declared in group}
    assert {f"K{number}" for number in range(len(keys))} == judged | {item.address for item in reading.unjudged}
