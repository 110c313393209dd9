"""CloudFormation, YAML and JSON: whose key it is and whether it is active."""

import json

import pytest


def template(resources, **sections):
    """A template in JSON, one property a line."""
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", **sections, "Resources": resources}, indent=1)


def key(user, **properties):
    """An access key."""
    return {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": user, **properties}}


NAMED = {"Type": "AWS::IAM::User", "Properties": {"UserName": "u"}}
GENERATED = {"Type": "AWS::IAM::User"}
REF = {"Ref": "U"}
PARAMETERS = {"Who": {"Type": "String", "Default": "u"}, "Free": {"Type": "String"}}
OFF_PARAMETER = {"Status": {"Type": "String", "Default": "Inactive"}}

CASES = {
    "silent: no key": (0, template({"U": NAMED})),
    "silent: one key and its named user": (1, template({"U": NAMED, "passA": key(REF)})),
    "silent: the other is inactive": (
        3,
        template({"U": NAMED, "passA": key(REF), "passB": key(REF, Status="Inactive"), "passC": key("v")}),
    ),
    "silent: a parameter's default turns it off": (
        2,
        template({"passA": key("u"), "passB": key("u", Status={"Ref": "Status"})}, Parameters=OFF_PARAMETER),
    ),
    "silent: a logical id is no name": (2, template({"U": GENERATED, "passA": key(REF), "passB": key("U")})),
    "silent: two free parameters": (
        2,
        template(
            {"passA": key({"Ref": "Free"}), "passB": key({"Ref": "Other"})},
            Parameters={**PARAMETERS, "Other": {"Type": "String"}},
        ),
    ),
    "silent: another type with the same UserName": (
        1,
        template(
            {
                "passA": key("u"),
                "P": {
                    "Type": "AWS::IAM::UserPolicy",
                    "Properties": {"UserName": "u", "PolicyName": "p", "PolicyDocument": {}},
                },
            }
        ),
    ),
    "two references": (2, template({"U": GENERATED, "failA": key(REF), "failB": key(REF)})),
    "two literals": (2, template({"failA": key("u"), "failB": key("u", Status="Active")})),
    "a reference, a literal, a Fn::Sub, a parameter, another case": (
        5,
        template(
            {
                "U": NAMED,
                "failA": key(REF),
                "failB": key("u"),
                "failC": key({"Fn::Sub": "${U}"}),
                "failD": key({"Ref": "Who"}),
                "failE": key("U"),
            },
            Parameters=PARAMETERS,
        ),
    ),
    "Fn::Sub of a user without a name": (
        2,
        template({"U": GENERATED, "failA": key(REF), "failB": key({"Fn::Sub": "${U}"})}),
    ),
    "the same free parameter": (
        2,
        template({"failA": key({"Ref": "Free"}), "failB": key({"Ref": "Free"})}, Parameters=PARAMETERS),
    ),
    "the third key's status does not resolve": (
        3,
        template(
            {"failA": key("u"), "failB": key("u"), "unknownC": key("u", Status={"Ref": "Free"})},
            Parameters=PARAMETERS,
        ),
    ),
    "malformed: no user, a status that is a number": (
        2,
        template(
            {
                "unknownA": {"Type": "AWS::IAM::AccessKey", "Properties": {"Status": "Active"}},
                "unknownB": key("u", Status=7),
            }
        ),
    ),
}

YAML = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  U:
    Type: AWS::IAM::User
  failA:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: !Ref U
  failB:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName:
        Ref: U
  failC:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: !Sub "${U}"
      Status: Active
  passD:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: !Ref U
      Status: Inactive
"""


@pytest.mark.parametrize(("keys", "text"), [pytest.param(*case, id=name) for name, case in CASES.items()])
def test_json(verdicts, assert_as_named, keys, text):
    """Each case as a JSON template."""
    assert_as_named(verdicts("cloudformation", {"keys.json": text}), keys)


@pytest.mark.parametrize("name", ["keys.yaml", "keys.yml", "keys.template"])
def test_yaml(verdicts, assert_as_named, name):
    """Short and long forms of an intrinsic function mean the same."""
    assert_as_named(verdicts("cloudformation", {name: YAML}), 4)


def test_stacks_side_by_side(verdicts, assert_as_named):
    """The same name in two templates is two users."""
    files = {"a.yaml": template({"passA": key("u")}), "b.json": template({"passB": key("u")})}
    assert_as_named(verdicts("cloudformation", files), 2)
