"""Intrinsic functions, in a table: what they are spelled as once everything that the template tells is in place."""

import pytest

from checkov_keys.iac.cloudformation.functions import NO_VALUE, spell
from checkov_keys.iac.cloudformation.sections import Sections
from checkov_keys.iac.cloudformation.values import Values
from checkov_keys.iac.common.conditions import ALWAYS, free, negation

MANY = 100
TEMPLATE = Sections(
    "users.yaml",
    users={
        "Named": {"UserName": "deployer"},
        "Composed": {"UserName": {"Fn::Sub": "${AWS::StackName}-deployer"}},
        "Unnamed": {},
        "InPath": {"Path": "/a/b/", "UserName": "auditor"},
        "InUnknownPath": {"Path": {"Ref": "Free"}},
        "Cyclic": {"UserName": {"Ref": "CyclicToo"}},
        "CyclicToo": {"UserName": {"Ref": "Cyclic"}},
        "Malformed": {"UserName": ["deployer"]},
    },
    parameters={
        "Stage": {"Type": "String", "Default": "dev", "__startline__": 3},
        "Free": {"Type": "String"},
        "Port": {"Type": "Number", "Default": 1},
        "Flag": {"Type": "String", "Default": True},
        "Odd": {"Default": {"a": "b"}},
        "Names": {"Type": "CommaDelimitedList", "Default": "ann, bob"},
    },
    mappings={
        "Map": {"dev": {"name": "dan", "names": ["x", "y"], "__startline__": 9}, "1": {"name": 7}, "__file__": "f"}
    },
)


def _list_alternatives(value):
    return [(when, spell(value)) for when, value in Values(TEMPLATE, free).list_alternatives(value)]


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("deployer", "deployer"),
        ("", ""),
        ("1", 1),
        ("true", True),
        ("a\0b", "a\0b"),
        (NO_VALUE.spelling, None),
        ("dev", {"Ref": "Stage"}),
        ("dev", {"Ref": "Stage", "__startline__": 1, "__endline__": 2}),
        ("1", {"Ref": "Port"}),
        ("true", {"Ref": "Flag"}),
        ("${Odd}", {"Ref": "Odd"}),
        ("${Free}", {"Ref": "Free"}),
        ("${Nowhere}", {"Ref": "Nowhere"}),
        ("${AWS::Region}", {"Ref": "AWS::Region"}),
        ("deployer", {"Ref": "Named"}),
        ("${Composed}", {"Ref": "Composed"}),
        ("${Unnamed}", {"Ref": "Unnamed"}),
        ("${Malformed}", {"Ref": "Malformed"}),
        ("${Cyclic}", {"Ref": "Cyclic"}),
        ("${CyclicToo}", {"Ref": "CyclicToo"}),
        ("dev-x", {"Fn::Sub": "${Stage}-x"}),
        ("dev-x", {"Fn::Sub": "${ Stage }-x"}),
        ("${Free}-x", {"Fn::Sub": "${Free}-x"}),
        ("${!Free}-x", {"Fn::Sub": "${!Free}-x"}),
        ("${Unnamed.Arn}", {"Fn::Sub": "${Unnamed.Arn}"}),
        ("${AWS::StackName}-dev-deployer", {"Fn::Sub": "${AWS::StackName}-${Stage}-${Named}"}),
        ("dev and $ and {} and ${}", {"Fn::Sub": "${Stage} and $ and {} and ${}"}),
        ("dan-${Free}", {"Fn::Sub": ["${A}-${Free}", {"A": {"Fn::FindInMap": ["Map", "dev", "name"]}, "__file__": 1}]}),
        ("its-own", {"Fn::Sub": ["${Stage}-own", {"Stage": "its"}]}),
        ('${Fn::Sub: ["${Stage}"]}', {"Fn::Sub": ["${Stage}"]}),
        ("${Fn::Sub: 5}", {"Fn::Sub": 5}),
        ("a-b", {"Fn::Join": ["-", ["a", "b"]]}),
        ("a", {"Fn::Join": ["-", ["a"]]}),
        ("", {"Fn::Join": ["-", []]}),
        ("ab", {"Fn::Join": ["", ["a", {"Ref": "AWS::NoValue"}, "b"]]}),
        ("${Free}-x", {"Fn::Join": ["-", [{"Ref": "Free"}, "x"]]}),
        ("ann-bob", {"Fn::Join": ["-", {"Ref": "Names"}]}),
        ("${Fn::Join: [-, ${Nowhere}]}", {"Fn::Join": ["-", {"Ref": "Nowhere"}]}),
        ("${Fn::Join: [${Free}, [a, b]]}", {"Fn::Join": [{"Ref": "Free"}, ["a", "b"]]}),
        ("bob", {"Fn::Select": [1, ["ann", "bob"]]}),
        ("bob", {"Fn::Select": ["1", ["ann", "bob"]]}),
        ("bob", {"Fn::Select": [{"Ref": "Port"}, {"Ref": "Names"}]}),
        ("bob", {"Fn::Select": [1, {"Fn::Split": [":", "ann:bob"]}]}),
        ("y", {"Fn::Select": [1, {"Fn::FindInMap": ["Map", {"Ref": "Stage"}, "names"]}]}),
        ("${Fn::Select: [2, [ann, bob]]}", {"Fn::Select": [2, ["ann", "bob"]]}),
        ("${Fn::Select: [-1, [ann, bob]]}", {"Fn::Select": [-1, ["ann", "bob"]]}),
        ("${Fn::Select: [true, [ann, bob]]}", {"Fn::Select": [True, ["ann", "bob"]]}),
        ("${Fn::Select: [0]}", {"Fn::Select": [0]}),
        ("[ann, bob]", {"Fn::Split": [",", "ann,bob"]}),
        ("${Fn::Split: [, ann]}", {"Fn::Split": ["", "ann"]}),
        ("${Unnamed}", {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::GetAtt": ["Unnamed", "Arn"]}]}]}),
        ("deployer", {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::GetAtt": "Named.Arn"}]}]}),
        ("auditor", {"Fn::Select": [3, {"Fn::Split": ["/", {"Fn::GetAtt": "InPath.Arn"}]}]}),
        ("a", {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::GetAtt": "InPath.Arn"}]}]}),
        (
            "${Fn::Select: [1, ${Fn::Split: [/, ${InUnknownPath.Arn}]}]}",
            {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::GetAtt": "InUnknownPath.Arn"}]}]},
        ),
        ("dan", {"Fn::FindInMap": ["Map", "dev", "name"]}),
        ("7", {"Fn::FindInMap": ["Map", 1, "name"]}),
        ("${Fn::FindInMap: [Map, ${AWS::Region}, name]}", {"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "name"]}),
        ("${Fn::FindInMap: [Map, dev, __startline__]}", {"Fn::FindInMap": ["Map", "dev", "__startline__"]}),
        ("${Fn::FindInMap: [Map, dev]}", {"Fn::FindInMap": ["Map", "dev"]}),
        ("${Fn::ImportValue: dev-user}", {"Fn::ImportValue": {"Fn::Sub": "${Stage}-user"}}),
        ("${Stack.Outputs.User}", {"Fn::GetAtt": ["Stack", "Outputs", "User"]}),
        ('{"a": 1, "b": 2}', {"b": 2, "a": 1, "__endline__": 4}),
        ("${Fn::Base64: deployer}", {"Fn::Base64": {"Ref": "Named"}}),
    ],
)
def test_a_value_is_spelled(expected, value):
    """An expression has one spelling, with what cannot be resolved kept in it."""
    assert [(ALWAYS, expected)] == _list_alternatives(value)


def test_both_branches_come_out_each_under_its_condition():
    """An Fn::If gives both of its values, each with the condition under which it holds."""
    value = {"Fn::Sub": ["${A}-x", {"A": {"Fn::If": ["IsProd", "a", {"Ref": "Stage"}]}}]}
    assert [(free("IsProd"), "a-x"), (negation(free("IsProd")), "dev-x")] == _list_alternatives(value)


@pytest.mark.parametrize("argument", ["IsProd", [], ["IsProd", "a"], ["IsProd", "a", "b", "c"], {"IsProd": "a"}, 5])
def test_a_malformed_choice_stays_unresolved(argument):
    """An Fn::If with the wrong arguments is kept as it is."""
    assert [(ALWAYS, True)] == [
        (when, text.startswith("${Fn::If: ")) for when, text in _list_alternatives({"Fn::If": argument})
    ]


def test_more_ways_than_can_be_told_apart_are_one():
    """Too many nested or consecutive choices are cut to a few outcomes, one of them unresolved."""
    one_after_another = {"Fn::Join": ["", [{"Fn::If": [str(number), "a", "b"]} for number in range(MANY)]]}
    one_in_another = "a"
    for number in range(MANY):
        one_in_another = {"Fn::If": [str(number), "a", one_in_another]}
    for value in (one_after_another, one_in_another):
        alternatives = _list_alternatives(value)
        assert 1 <= len(alternatives) <= 64
        assert any("${" in text for _, text in alternatives)


def test_conditions_see_references_where_properties_see_defaults():
    """In a condition a parameter stays a reference, since its default need not be its value."""
    alternatives = Values(TEMPLATE).list_alternatives({"Fn::Sub": "${Stage}-${Named}"})
    assert ["${Stage}-deployer"] == [spell(value) for _, value in alternatives]
