"""Random templates with conditions, judged a second time by a naive interpreter that tries every deployment."""

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networkx import DiGraph
from rustworkx import PyDiGraph

from checkov_keys.domain.rules import ONE_ACTIVE_KEY
from checkov_keys.iac.cloudformation_reader import CloudFormationReader
from checkov_keys.iac.graph_check import AccessKeyGraphCheck

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


def _graph(conditions, keys, *, library):
    """Return what Checkov's graph holds of the template."""
    vertices = [
        *(_vertex("parameters", name, parameter) for name, parameter in PARAMETERS.items()),
        *(_vertex("conditions", name, condition) for name, condition in conditions.items()),
        *(
            _vertex(
                "resource", f"AWS::IAM::AccessKey.K{number}", {"UserName": key["UserName"], "Status": key["Status"]}
            )
            for number, key in enumerate(keys)
        ),
    ]
    first_key, first_condition = len(PARAMETERS) + len(conditions), len(PARAMETERS)
    edges = [
        (first_key + number, first_condition + NAMES.index(key["Condition"]), {"label": "Condition"})
        for number, key in enumerate(keys)
        if key["Condition"]
    ]
    graph = library()
    graph.add_nodes_from(list(enumerate(vertices)))
    graph.add_edges_from(edges)
    return graph


def _vertex(block_type, name, config):
    return {
        "block_type_": block_type,
        "block_name_": name,
        "file_path_": "not-on-disk.yaml",
        "config_": config,
        **({"resource_type": name.partition(".")[0]} if block_type == "resource" else {}),
    }


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
    named = dict(zip(NAMES, conditions))
    expected = _by_every_deployment(named, keys)
    for library in (PyDiGraph, DiGraph):
        graph = _graph(named, keys, library=library)
        passed, failed, unknown = AccessKeyGraphCheck(ONE_ACTIVE_KEY, CloudFormationReader()).run(graph)
        found = {int(vertex["block_name_"][-1]): "passed" for vertex in passed}
        found.update({int(vertex["block_name_"][-1]): "failed" for vertex in failed})
        assert (expected, []) == (found, unknown)
