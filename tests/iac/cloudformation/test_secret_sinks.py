"""The two tables of places in CloudFormation, and where in a resource they are looked for."""

import re

import pytest
from exposed_templates import list_exposures, list_places

from checkov_keys.iac.cloudformation.sinks import SAFE_PLACES, SINKS

KEY = "Resources:\n  Key: {Type: AWS::IAM::AccessKey}\n  Sink: "
VALUE = "!GetAtt Key.SecretAccessKey"


def _of(body):
    return f"{KEY}{body.replace('SECRET', VALUE)}\n"


@pytest.mark.parametrize("place", [*SINKS, *SAFE_PLACES], ids=lambda place: f"{place.types} {place.arguments}")
def test_every_row_is_whole(place):
    """Each row says why in a sentence, and links to a page of the vendor; a sink says where a secret belongs."""
    assert re.fullmatch(r"[A-Z][^.]+\.", place.reason)
    assert place.link.startswith(("https://docs.aws.amazon.com/", "https://www.serverless.com/framework/docs/"))
    assert re.fullmatch(r"[A-Z].+\.", place.instead) if place in SINKS else not place.instead


def _rows(places):
    for place in places:
        for kind in place.types.split():
            for argument in place.arguments.split():
                if kind not in ("Outputs", "functions"):
                    yield kind.replace("*", "AWS::S3::Bucket"), argument


@pytest.mark.parametrize(("kind", "argument"), _rows(SINKS))
def test_every_sink_is_found(kind, argument, tmp_path):
    """A secret in an argument of the table is reported, however deep it is."""
    attribute = f"{argument}: {{a: [{{b: SECRET}}]}}"
    body = attribute if argument == "Metadata" else f"Properties: {{Type: String, {attribute}}}"
    assert [(f"{kind}.Sink", f"{argument}.a.0.b")] == list_places(tmp_path, _of(f"{{Type: {kind}, {body}}}"))


@pytest.mark.parametrize(("kind", "argument"), _rows(SAFE_PLACES))
def test_no_safe_place_is_reported(kind, argument, tmp_path):
    """A secret is kept where it belongs."""
    assert [] == list_places(tmp_path, _of(f"{{Type: {kind}, Properties: {{{argument}: SECRET}}}}"))


@pytest.mark.parametrize(
    "body",
    [
        "{Type: AWS::New::Service, Properties: {Anything: SECRET}}",
        "{Type: AWS::Lambda::Function, Properties: {Layers: [SECRET]}}",
        "{Type: AWS::Lambda::Function, Environment: {Variables: {A: SECRET}}}",
        "{Type: Custom::Store, Properties: {Secret: SECRET}}",
        "{Type: AWS::SSM::Parameter, Properties: {Type: SecureString, Value: SECRET}}",
        "{Type: AWS::SSM::Parameter, Properties: {Type: !Ref Unknown, Value: SECRET}}",
        "{Type: AWS::SSM::Parameter, Properties: {Type: [String], Value: SECRET}}",
        "{Type: AWS::SSM::Parameter, Properties: {Value: SECRET}}",
        "{Type: AWS::S3::Bucket, DeletionPolicy: SECRET, UpdatePolicy: {a: SECRET}, DependsOn: [SECRET]}",
        "{Type: AWS::Backup::BackupPlan, Properties: {Metadata: SECRET}}",
        "{Type: AWS::Lambda::Function, Properties: SECRET}",
        "{Type: [AWS::Lambda::Function], Properties: {Environment: SECRET}}",
        "{Properties: {Environment: SECRET}}",
        "SECRET",
        "[SECRET]",
    ],
)
def test_what_is_in_neither_table_is_not_reported(body, tmp_path):
    """Nothing is known of a place that is in neither table, nor of a parameter whose type is not known."""
    assert [] == list_places(tmp_path, _of(body))


@pytest.mark.parametrize(
    ("argument", "body"),
    [
        ("UserData", "{Type: AWS::EC2::Instance, Properties: {UserData: {Fn::Base64: !Sub '${Key.SecretAccessKey}'}}}"),
        (
            "LaunchTemplateData.UserData",
            "{Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: !If [X, {UserData: SECRET}, 0]}}",
        ),
        ("Value", "{Type: AWS::SSM::Parameter, Properties: {Type: !If [X, String, StringList], Value: SECRET}}"),
        (
            "Metadata.AWS::CloudFormation::Init.config.files./root/.aws.content",
            "{Type: A::B, Metadata: {AWS::CloudFormation::Init: {config: {files: {/root/.aws: {content: SECRET}}}}}}",
        ),
        (
            "ContainerDefinitions.0.Environment.0.Value",
            "{Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [{Environment: [{Value: SECRET}]}]}}",
        ),
    ],
)
def test_the_argument_is_named_as_it_is_written(argument, body, tmp_path):
    """An argument is written with dots and numbers, without what functions are around its value."""
    assert [argument] == [argument for _, argument in list_places(tmp_path, _of(body))]


@pytest.mark.parametrize(
    "argument", ["Value: SECRET", "Value: x, Export: {Name: SECRET}", "Value: x, Description: SECRET"]
)
def test_outputs(argument, tmp_path):
    """An output shows its value, its name as an export, and its description."""
    text = f"{KEY}{{Type: AWS::S3::Bucket}}\nOutputs:\n  Out: {{{argument}}}\n".replace("SECRET", VALUE)
    (found,) = list_exposures(tmp_path, text)
    assert ("Outputs.Out", 5) == (found.address, found.line)


GLOBALS = """Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Environment: {Variables: {A: !GetAtt Key.SecretAccessKey, B: x}}
    Tags: {Shared: !GetAtt Key.SecretAccessKey}
Resources:
  Key: {Type: AWS::IAM::AccessKey}
  Bare: {Type: AWS::Serverless::Function}
  Own: {Type: AWS::Serverless::Function, Properties: {Environment: {Variables: {A: !Ref Key}}, Tags: {Shared: x}}}
  Ignoring: {Type: AWS::Serverless::Function, IgnoreGlobals: [Environment, Tags]}
  IgnoringAll: {Type: AWS::Serverless::Function, IgnoreGlobals: '*'}
  Lambda: {Type: AWS::Lambda::Function}
"""


def test_globals_of_sam(tmp_path):
    """A function takes over what SAM's Globals say, unless it says otherwise itself."""
    bare = "AWS::Serverless::Function.Bare"
    assert [(bare, "Environment.Variables.A"), (bare, "Tags.Shared")] == list_places(tmp_path, GLOBALS)


NESTED = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s, Parameters: {A: SECRET, B: SECRET}}}"
CHILD = "Parameters: {A: {Type: String, NoEcho: %s}, B: {Type: String}}\nResources: {X: {Type: AWS::S3::Bucket}}\n"


@pytest.mark.parametrize(
    ("shown", "location", "no_echo"),
    [
        ("B", "child.yaml", "true"),
        ("B", "./child.yaml", "'true'"),
        ("AB", "child.yaml", "false"),
        ("AB", "missing.yaml", "true"),
        ("AB", "https://s3.amazonaws.com/b/child.yaml", "true"),
        ("AB", "!Ref Key", "true"),
        ("AB", "[child.yaml]", "true"),
        ("AB", '"a\\0b.yaml"', "true"),
        ("AB", ".", "true"),
    ],
)
def test_parameters_of_nested_stacks(shown, location, no_echo, tmp_path):
    """A parameter of a nested stack is shown, unless its template is here and says NoEcho."""
    (tmp_path / "child.yaml").write_text(CHILD % no_echo, encoding="utf-8")
    places = list_places(tmp_path, _of(NESTED % location))
    assert [f"Parameters.{name}" for name in shown] == [argument for _, argument in places]
