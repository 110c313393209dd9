"""Where a secret flows in a CloudFormation template, in tables: expressions of one output, with what is in them."""

import pytest
from exposed_templates import list_exposures, list_places

TEMPLATE = """
Parameters:
  Stage: {Type: String}
  Index: {Type: Number, Default: 1}
  Attribute: {Type: String, Default: SecretAccessKey}
Mappings: {Map: {dev: {name: SecretAccessKey}}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  IsEither: !Or [!Condition IsProd, !Condition IsDev]
Resources:
  Key: {Type: AWS::IAM::AccessKey, Properties: {UserName: u}}
  ProdKey: {Type: AWS::IAM::AccessKey, Condition: IsProd, Properties: {UserName: v}}
  Own: {Type: Custom::Key, Properties: {Of: !Ref Key}}
  Unnamed: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Key}}
  Vault:
    Type: AWS::SecretsManager::Secret
    Properties:
      SecretString: !Sub '{"id":"${Key}","secret":"${Key.SecretAccessKey}","n":1}'
  Plain:
    Type: AWS::SecretsManager::Secret
    Properties: {SecretString: !GetAtt Key.SecretAccessKey}
  Written:
    Type: AWS::SecretsManager::Secret
    Properties: {SecretString: !ToJsonString {id: !Ref Key, secret: !GetAtt Key.SecretAccessKey}}
Outputs:
  Out:
    Value: """

SILENT = [
    "text",
    "''",
    "7",
    "Key.SecretAccessKey",
    "!Ref Key",
    "!GetAtt Key.Arn",
    "!GetAtt Key.secretaccesskey",
    "!GetAtt Own.SecretAccessKey",
    "!GetAtt Nothing.SecretAccessKey",
    "!GetAtt Unnamed.Value",
    "!Sub '${Key}'",
    "!Sub '${!Key.SecretAccessKey}'",
    "!Sub ['${Key.SecretAccessKey', {}]",
    "!Sub ['${Own}', {Own: !Ref Key, Unused: !GetAtt Key.SecretAccessKey}]",
    "!Sub ['${Key.SecretAccessKey}', {Key.SecretAccessKey: other}]",
    "!Join ['', [a, !Ref Key]]",
    "!Select [0, [!Ref Key, !GetAtt Key.SecretAccessKey]]",
    "!Select [2, [!Ref Key, !GetAtt Key.SecretAccessKey]]",
    "!Select [-1, [!GetAtt Key.SecretAccessKey]]",
    "!Select [!Ref Stage, [!GetAtt Key.SecretAccessKey]]",
    "!Select [0, !Split [':', !Sub '${Key}:${Key.SecretAccessKey}']]",
    "!Select [0, !Split ['::', !Join [':', [!Ref Key, '', !GetAtt Key.SecretAccessKey]]]]",
    # Where a text is split that holds such letters nobody knows.
    "!Select [1, !Split ['/', !Sub '${Key.SecretAccessKey}/x']]",
    "!Select [1, !Split [':', !Sub '${Stage}:${Key.SecretAccessKey}']]",
    "!Select [0, !Split [':', !Sub ['${A}:x', {A: !If [IsProd, !GetAtt Key.SecretAccessKey, '']}]]]",
    "!Base64 {Ref: Key}",
    "{Fn::Length: [!GetAtt Key.SecretAccessKey]}",
    "{Fn::ImportValue: !Sub '${Key.SecretAccessKey}'}",
    "!If [IsProd, a, b]",
    "!If [IsProd, !Ref Key]",
    "!If [IsDev, !GetAtt ProdKey.SecretAccessKey, '']",
    "!If [IsEither, '', !GetAtt Key.SecretAccessKey]",
    "!If [IsProd, !If [IsDev, !GetAtt Key.SecretAccessKey, ''], '']",
    "!Sub '{{resolve:secretsmanager:${Vault}:SecretString:id}}'",
    "!Sub '{{resolve:secretsmanager:${Vault}:SecretString:n}}'",
    "!Sub '{{resolve:secretsmanager:${Vault}:SecretString:missing}}'",
    "!Sub '{{resolve:secretsmanager:${Plain}:SecretString:secret}}'",
    "!Sub '{{resolve:secretsmanager:${Written}:SecretString:id}}'",
    "!Sub '{{resolve:secretsmanager:${Own}:SecretString:secret}}'",
    "!Sub '{{resolve:ssm:${Unnamed}}}'",
    "!Sub '{{resolve:ssm-secure:${Key}}}'",
    "!Ref Vault",
    # Malformed.
    "!GetAtt Key",
    "{Fn::GetAtt: []}",
    "{Fn::GetAtt: [Key]}",
    "{Fn::GetAtt: [Key, [SecretAccessKey]]}",
    "{Fn::GetAtt: {Key: SecretAccessKey}}",
    "{Fn::GetAtt: 5}",
    "{Fn::Sub: 5}",
    "{Fn::Sub: []}",
    "{Fn::Join: x}",
    "{Fn::Select: []}",
    "{Fn::Select: [0, {Ref: Stage}]}",
    "{Fn::Split: x}",
    "!Select [0, !Split ['', !GetAtt Key.SecretAccessKey]]",
    "!Select [0, !Split [!Ref Stage, !GetAtt Key.SecretAccessKey]]",
    "{Fn::If: []}",
    "{Fn::Transform: {Name: AWS::Include}}",
    "{Fn::FindInMap: [Map, dev, name]}",
]


@pytest.mark.parametrize("value", SILENT)
def test_no_secret_is_in_it(value, tmp_path):
    """A value is not a finding if it holds no secret, or if nobody knows whether it does."""
    assert [] == list_places(tmp_path, f"{TEMPLATE}{value}\n")


REPORTED = [
    "!GetAtt Key.SecretAccessKey",
    "!GetAtt [Key, SecretAccessKey]",
    "{Fn::GetAtt: Key.SecretAccessKey}",
    "{Fn::GetAtt: [Key, !Ref Attribute]}",
    "!GetAtt ProdKey.SecretAccessKey",
    "!Sub '${Key.SecretAccessKey}'",
    "!Sub 'a ${ Key.SecretAccessKey } and ${!literal}'",
    "!Sub ['${A}', {A: !GetAtt Key.SecretAccessKey}]",
    "!Sub ['${A}${Key.SecretAccessKey}', {A: x}]",
    "!Join [':', [!Ref Key, !GetAtt Key.SecretAccessKey]]",
    "!Join [',', !Split [':', !Sub '${Key}:${Key.SecretAccessKey}']]",
    "!Select [1, [!Ref Key, !GetAtt Key.SecretAccessKey]]",
    "!Select ['1', [!Ref Key, !GetAtt Key.SecretAccessKey]]",
    "!Select [!Ref Index, [!Ref Key, !GetAtt Key.SecretAccessKey]]",
    "!Select [1, !Split [':', !Sub '${Key}:${Key.SecretAccessKey}']]",
    "!Select [2, !Split [':', !Join [':', [!Ref 'AWS::AccountId', !Ref Key, !GetAtt Key.SecretAccessKey]]]]",
    "!Select [0, !If [IsProd, [!GetAtt Key.SecretAccessKey], [x]]]",
    "{Fn::Base64: !Sub 'export A=${Key.SecretAccessKey}'}",
    "{'Fn::ForEach::Loop': [Name, [a, b], {'${Name}': !GetAtt Key.SecretAccessKey}]}",
    "{Fn::ToJsonString: {a: [!GetAtt Key.SecretAccessKey]}}",
    "!If [IsProd, !GetAtt Key.SecretAccessKey, '']",
    "!If [IsProd, !GetAtt ProdKey.SecretAccessKey, '']",
    "!If [Undefined, '', !GetAtt Key.SecretAccessKey]",
    "!If [IsProd, '', !If [IsDev, !GetAtt Key.SecretAccessKey, '']]",
    "!Join ['', [a, !Sub ['${B}', {B: !Join ['', [{Fn::Base64: !GetAtt Key.SecretAccessKey}]]}]]]",
    "!Sub '{{resolve:secretsmanager:${Vault}:SecretString:secret}}'",
    "!Sub '{{resolve:secretsmanager:${Vault}}}'",
    "!Sub '{{resolve:secretsmanager:${Vault}:SecretString}}'",
    "!Sub '{{resolve:secretsmanager:${Vault}:SecretString:secret:AWSCURRENT}}'",
    "!Join ['', ['{{resolve:secretsmanager:', !Ref Vault, ':SecretString:secret::}}']]",
    "!Sub '{{resolve:secretsmanager:${Plain}:SecretString::}}'",
    "!Sub '{{resolve:secretsmanager:${Written}:SecretString:secret}}'",
]


@pytest.mark.parametrize("value", REPORTED)
def test_a_secret_is_in_it(value, tmp_path):
    """A secret is followed through every function that hands it on."""
    assert [("Outputs.Out", "Value")] == list_places(tmp_path, f"{TEMPLATE}{value}\n")


def test_the_way_of_a_secret(tmp_path):
    """The way leads from the key through what keeps the secret to the sink, each with its file and line."""
    text = """Resources:
  Key: {Type: AWS::IAM::AccessKey, Properties: {UserName: u}}
  Kept:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: !Sub '${Key.SecretAccessKey}'
  App:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          SECRET: !GetAtt Kept.Value
"""
    _, app = list_exposures(tmp_path, text)
    path = str(tmp_path / "template.yaml")
    (secret,) = app.secrets
    way = [("Key.SecretAccessKey", path, 2), ("Kept.Value", path, 3), ("App.Environment.Variables.SECRET", path, 13)]
    assert ("AWS::Lambda::Function.App", path, 8) == (app.address, app.path, app.line)
    assert ("AWS::IAM::AccessKey.Key", "SecretAccessKey", "Environment.Variables.SECRET", tuple(way)) == secret


def test_keys_and_arguments_are_told_apart(tmp_path):
    """A sink is one exposure, with one secret for each key and argument."""
    text = """Resources:
  A: {Type: AWS::IAM::AccessKey}
  B: {Type: AWS::IAM::AccessKey}
  App:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables: {X: !Sub '${A.SecretAccessKey}${B.SecretAccessKey}', Y: !GetAtt B.SecretAccessKey, Z: !Ref A}
      Tags: [{Key: k, Value: !GetAtt A.SecretAccessKey}]
"""
    (app,) = list_exposures(tmp_path, text)
    found = [(secret.key[-1], secret.argument) for secret in app.secrets]
    expected = [("A", "Environment.Variables.X"), ("B", "Environment.Variables.X"), ("B", "Environment.Variables.Y")]
    assert [*expected, ("A", "Tags.0.Value")] == found
