"""Turning a key off in CloudFormation's YAML and JSON: what is written, what is refused, and what stays as it was."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from checkov_keys.iac.editing.cloudformation_edit import turned_off
from checkov_keys.iac.editing.refusal import EditRefusedError

HEAD = "# keys\nResources:\n  K:\n    Type: AWS::IAM::AccessKey\n"
JSON_HEAD = '{"Resources": {"K": {"Type": "AWS::IAM::AccessKey", "Properties": '

UNCHANGED = {
    "inactive": HEAD + "    Properties: {UserName: u, Status: Inactive}\n",
    "expired": HEAD + "    Properties:\n      Status: 'Expired' # since May\n",
    "JSON": JSON_HEAD + '{"Status": "Inactive"}}}}',
}

# What stands below the type, before and after.
YAML = {
    "omitted": (
        "    Properties:\n      UserName: !Ref U\n",
        "    Properties:\n      UserName: !Ref U\n      Status: Inactive\n",
    ),
    "active": (
        "    Properties:\n      UserName: u\n      Status: Active # since May\n",
        "    Properties:\n      UserName: u\n      Status: Inactive # since May\n",
    ),
    "double quotes": ('    Properties: {"Status": "Active"}\n', '    Properties: {"Status": "Inactive"}\n'),
    "single quotes": ("    Properties:\n      'Status': 'Active'\n", "    Properties:\n      'Status': 'Inactive'\n"),
    "null": ("    Properties:\n      Status: null\n", '    Properties:\n      Status: "Inactive"\n'),
    "nothing": (
        "    Properties:\n      Status:\n      UserName: u\n",
        '    Properties:\n      Status: "Inactive"\n      UserName: u\n',
    ),
    "a folded text": (
        "    Properties:\n      Status: >-\n        Active\n",
        "    Properties:\n      Status: >-\n        Inactive\n",
    ),
    "an anchor that nothing uses": (
        "    Properties:\n      Status: &Active Active\n",
        "    Properties:\n      Status: &Active Inactive\n",
    ),
    "comments": (
        "    Properties:\n      # whose\n      UserName: !Ref U # Status: Active\n      # how often\n      Serial: 1\n",
        (
            "    Properties:\n      # whose\n      UserName: !Ref U # Status: Active\n      Status: Inactive\n"
            "      # how often\n      Serial: 1\n"
        ),
    ),
    "a user by a function in several lines": (
        "    Properties:\n      UserName:\n        Fn::Join:\n        - ''\n        - [u]\n\n    # L\n  L: {}\n",
        (
            "    Properties:\n      UserName:\n        Fn::Join:\n        - ''\n        - [u]\n      Status: Inactive\n"
            "\n    # L\n  L: {}\n"
        ),
    ),
    "a user in a block of text": (
        "    Properties:\n      UserName:\n        Fn::Sub: |\n          u\n\n    DependsOn: L\n",
        (
            "    Properties:\n      Status: Inactive\n      UserName:\n        Fn::Sub: |\n          u\n"
            "\n    DependsOn: L\n"
        ),
    ),
    "a user in a block of text, and a serial": (
        "    Properties:\n      UserName: >-\n        u\n      Serial: 1\n",
        "    Properties:\n      UserName: >-\n        u\n      Serial: 1\n      Status: Inactive\n",
    ),
    "a user by an alias": (
        "    DependsOn: &u U\n    Properties:\n      UserName: *u\n",
        "    DependsOn: &u U\n    Properties:\n      Status: Inactive\n      UserName: *u\n",
    ),
    "quoted names": (
        "    'Properties':\n      'UserName': u\n",
        "    'Properties':\n      'UserName': u\n      'Status': 'Inactive'\n",
    ),
    "wide indentation": (
        "    Properties:\n            UserName: u\n",
        "    Properties:\n            UserName: u\n            Status: Inactive\n",
    ),
    "flow style": ("    Properties: {UserName: !Ref U}\n", "    Properties: {Status: Inactive, UserName: !Ref U}\n"),
    "flow style in several lines": (
        "    Properties: {\n      UserName: u, # whose\n      Serial: 1\n    }\n",
        "    Properties: {\n      Status: Inactive,\n      UserName: u, # whose\n      Serial: 1\n    }\n",
    ),
    "a status of another resource": (
        "    Properties: {UserName: u}\n  L:\n    Type: AWS::IAM::AccessKey\n    Properties: {Status: Active}\n",
        (
            "    Properties: {Status: Inactive, UserName: u}\n  L:\n    Type: AWS::IAM::AccessKey\n"
            "    Properties: {Status: Active}\n"
        ),
    ),
    "no final line break": (
        "    Properties:\n      UserName: u",
        "    Properties:\n      UserName: u\n      Status: Inactive",
    ),
}

# The properties, before and after.
JSON = {
    "omitted": ('{"UserName": "u"}', '{"Status": "Inactive", "UserName": "u"}'),
    "active": ('{"UserName": "u", "Status": "Active"}', '{"UserName": "u", "Status": "Inactive"}'),
    "null": ('{"UserName": "u", "Status": null}', '{"UserName": "u", "Status": "Inactive"}'),
    "no space": ('{"UserName":"u"}', '{"Status":"Inactive","UserName":"u"}'),
    "space within": ('{ "UserName" : "u" }', '{ "Status" : "Inactive", "UserName" : "u" }'),
    "several lines": (
        '{\n    "UserName": {"Ref": "U"}\n  }',
        '{\n    "Status": "Inactive",\n    "UserName": {"Ref": "U"}\n  }',
    ),
    "tabs": (
        '{\n\t\t\t"UserName": "u",\n\t\t\t"Serial": 1\n\t\t}',
        '{\n\t\t\t"Status": "Inactive",\n\t\t\t"UserName": "u",\n\t\t\t"Serial": 1\n\t\t}',
    ),
    "escapes": (
        '{"UserName": "\\u0041\\/\\ud83d\\ude00"}',
        '{"Status": "Inactive", "UserName": "\\u0041\\/\\ud83d\\ude00"}',
    ),
}

REFUSED = {
    "a parameter": ("    Properties:\n      Status: !Ref S\n", "its status comes from !Ref S", 6),
    "a parameter by its long name": ("    Properties:\n      Status: {Ref: S}\n", "its status comes from Ref", 6),
    "a choice": ("    Properties:\n      Status: !If [A, Active, Inactive]\n", "its status comes from !If", 6),
    "a choice by its long name": (
        "    Properties:\n      Status:\n        Fn::If: [A, B, C]\n",
        "its status comes from Fn::If",
        6,
    ),
    "a list": ("    Properties:\n      Status: [Active]\n", "its status comes from a list", 6),
    "a number": ("    Properties:\n      Status: 1\n", "its status comes from 1", 6),
    "a status of nobody's": (
        "    Properties:\n      Status: active\n",
        "its status is 'active', which AWS does not know",
        6,
    ),
    "no properties": ("    DependsOn: U\n", "it has no properties", 3),
    "properties that are none": ("    Properties: []\n", "it has no properties", 3),
    "empty properties": ("    Properties: {}\n", "it has no properties", 3),
    "properties of two resources": (
        "    Properties: &p\n      UserName: u\n  L:\n    Type: AWS::IAM::AccessKey\n    Properties: *p\n",
        "an alias (*) makes it share them",
        3,
    ),
    "a status by an alias": (
        "    DependsOn: &s Active\n    Properties:\n      Status: *s\n",
        "an alias (*) makes it share them",
        3,
    ),
    "merged properties": (
        "    Properties:\n      <<: {UserName: u}\n      Serial: 1\n",
        "its properties are merged (<<)",
        3,
    ),
    "CDK output": (
        "    Properties: {UserName: u}\n    Metadata: {'aws:cdk:path': App/K}\n",
        "the CDK made the template",
        3,
    ),
}

MISSING = {
    "an empty file": ("", "the file does not hold it as a resource"),
    "a text": ("hello", "the file does not hold it as a resource"),
    "a list": ("- K\n", "the file does not hold it as a resource"),
    "no resources": ("Resources:\n", "the file does not hold it as a resource"),
    "another resource": ("Resources: {L: {}}\n", "the file does not hold it as a resource"),
    "another type": ("Resources: {K: {Type: AWS::IAM::User}}\n", "it is not an AWS::IAM::AccessKey"),
    "no type": ("Resources: {K: {}}\n", "it is not an AWS::IAM::AccessKey"),
    "no resource": ("Resources: {K: []}\n", "it is not an AWS::IAM::AccessKey"),
    "broken YAML": ("Resources: {K: [\n", "the file is not YAML: "),
    "broken JSON": ('{"Resources": {"K": {"Type": "AWS::IAM::AccessKey",', "the file is not YAML: "),
    "tabs in YAML": ("Resources:\n\tK:\n", "the file is not YAML: "),
    "two documents": ("Resources: {}\n---\nResources: {}\n", "the file is not YAML: "),
    "an alias of nothing": ("Resources: *r\n", "the file is not YAML: "),
}


@pytest.mark.parametrize("text", UNCHANGED.values(), ids=UNCHANGED)
def test_inactive_already(text):
    """A key that is Inactive already leaves the text as it is."""
    assert text == turned_off(text, "K")


@pytest.mark.parametrize(("before", "after"), YAML.values(), ids=YAML)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "byte order mark"])
def test_yaml(before, after, line_break, mark):
    """The status is off, everything else as it was: byte order mark, line breaks, comments, other resources."""
    text, expected = (line_break.join(f"{mark}{HEAD}{body}".split("\n")) for body in (before, after))
    assert expected == turned_off(text, "K")
    assert expected == turned_off(expected, "K")


@pytest.mark.parametrize(("before", "after"), JSON.values(), ids=JSON)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "byte order mark"])
def test_json(before, after, line_break, mark):
    """As in YAML; what is written is JSON."""
    text, expected = (line_break.join(f"{mark}{JSON_HEAD}{body}}}}}}}".split("\n")) for body in (before, after))
    assert expected == turned_off(text, "K")
    properties = json.loads(expected.lstrip("\ufeff"))["Resources"]["K"]["Properties"]
    assert {**json.loads(before), "Status": "Inactive"} == properties


@pytest.mark.parametrize(("body", "reason", "line"), REFUSED.values(), ids=REFUSED)
def test_refusals(body, reason, line):
    """What one edit does not decide is left to its author, with the reason and the line."""
    with pytest.raises(EditRefusedError) as refused:
        turned_off(HEAD + body, "K")
    assert (line, reason) == (refused.value.line, str(refused.value)[: len(reason)])


@pytest.mark.parametrize(("text", "reason"), MISSING.values(), ids=MISSING)
def test_no_such_resource(text, reason):
    """The edit is refused if the text does not hold the key as a plain resource."""
    with pytest.raises(EditRefusedError) as refused:
        turned_off(text, "K")
    assert str(refused.value).startswith(reason)


def test_a_resource_that_is_an_alias():
    """Two names for one resource are edited by hand."""
    text = "Resources:\n  K: &k {Type: AWS::IAM::AccessKey, Properties: {UserName: u}}\n  L: *k\n"
    for name in ("K", "L"):
        with pytest.raises(EditRefusedError, match="an alias"):
            turned_off(text, name)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=12)
VALUES = st.one_of(TEXT, st.integers(), st.dictionaries(TEXT, TEXT, max_size=2), st.lists(TEXT, max_size=2))
PROPERTIES = st.dictionaries(st.sampled_from(["UserName", "Serial", "Other"]), VALUES, min_size=1)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    properties=PROPERTIES,
    status=st.sampled_from(["Active", None]),
    flow=st.sampled_from([True, False, None]),
    wide=st.integers(20, 200),
)
def test_nothing_else_changes(properties, status, flow, wide):
    """However a library writes a template, in YAML or JSON, the same library reads it with the status off."""
    if status:
        properties["Status"] = status
    template = {"Resources": {"K": {"Type": "AWS::IAM::AccessKey", "Properties": properties}, "L": {"Properties": 1}}}
    written = yaml.safe_dump(template, default_flow_style=flow, width=wide, allow_unicode=True, sort_keys=False)
    for text, read in ((written, yaml.safe_load), (json.dumps(template, indent=wide % 4 or None), json.loads)):
        after = read(turned_off(text, "K"))
        assert "Inactive" == after["Resources"]["K"]["Properties"].pop("Status")
        before = read(text)
        before["Resources"]["K"]["Properties"].pop("Status", None)
        assert before == after
