"""What `checkov` and `checkov-keys scan` report of secrets in templates of CloudFormation, SAM, the CDK, Serverless."""

import json

import pytest

RULE = "CKV2_KEYS_5"
YAML = """AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Key:
    Type: AWS::IAM::AccessKey
    Properties: {UserName: u}
  Creds:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: !GetAtt Key.SecretAccessKey
  Skipped:
    Type: AWS::Lambda::Function
    Metadata:
      checkov:
        skip:
          - {id: CKV2_KEYS_5, comment: by metadata}
    Properties:
      Environment: {Variables: {SECRET: !Sub '${Key.SecretAccessKey}'}}
  Tagged:
    Type: AWS::S3::Bucket
    Properties:
      # checkov:skip=CKV2_KEYS_5:by comment
      Tags:
        - {Key: k, Value: !GetAtt Key.SecretAccessKey}
  Kept:
    Type: AWS::SecretsManager::Secret
    Properties: {SecretString: !GetAtt Key.SecretAccessKey}
Outputs:

  # The output has the name of a resource.
  Creds:
    Value: !GetAtt Key.SecretAccessKey
    Export:
      Name: creds
  # Of the next one.
  Flow: {Value: !Join ['', [!GetAtt Key.SecretAccessKey]]}
  Known:
    # checkov:skip=CKV2_KEYS_5:by comment
    Value: !GetAtt Key.SecretAccessKey
  # checkov:skip=CKV2_KEYS_5:above
  Above:
    Value: !GetAtt Key.SecretAccessKey
  Id:
    Value: !Ref Key
"""
FAILED = {"AWS::SSM::Parameter.Creds": [6, 10], "Outputs.Creds": [31, 34], "Outputs.Flow": [36, 36]}
SKIPPED = {
    "AWS::Lambda::Function.Skipped": "by metadata",
    "AWS::S3::Bucket.Tagged": "by comment",
    "Outputs.Known": "by comment",
    "Outputs.Above": "above",
}
SAM = """Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Environment:
      Variables:
        SECRET: !GetAtt Key.SecretAccessKey
Resources:
  Key:
    Type: AWS::IAM::AccessKey
    Properties: {UserName: u}
  App:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b}
"""
# As `cdk synth` writes it.
CDK = {
    "Resources": {
        "Key961D73CA": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "User00B015A1"}}},
        "User00B015A1": {"Type": "AWS::IAM::User", "Metadata": {"aws:cdk:path": "Stack/User/Resource"}},
        "App65D7B0E5": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Environment": {
                    "Variables": {"S": {"Fn::Join": ["", ["x=", {"Fn::GetAtt": ["Key961D73CA", "SecretAccessKey"]}]]}}
                }
            },
            "DependsOn": ["User00B015A1"],
            "Metadata": {"aws:cdk:path": "Stack/App/Resource", "aws:asset:property": "Code"},
        },
    },
    "Outputs": {
        "Secret": {"Value": {"Fn::GetAtt": ["Key961D73CA", "SecretAccessKey"]}},
        "Id": {"Value": {"Ref": "Key961D73CA"}},
    },
    "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk"}},
}


def list_records(reports, part="failed_checks"):
    """The records of the rule in one part of the reports, by resource."""
    found = [record for report in reports for record in report["results"][part] if record["check_id"] == RULE]
    assert len({record["resource"] for record in found}) == len(found)
    return {record["resource"]: record for record in found}


@pytest.fixture
def check(checkov):
    """Run Checkov with this rule alone."""
    return lambda files, *flags, **environment: checkov(files, *flags, chosen=("--check", RULE), **environment)


@pytest.mark.parametrize("library", ["RUSTWORKX", "NETWORKX"])
def test_yaml(check, library):
    """Resources and outputs have a record each, with their own lines and skip comments."""
    done, reports = check({"t.yaml": YAML}, CHECKOV_GRAPH_FRAMEWORK=library)
    failed = list_records(reports)
    skipped = list_records(reports, "skipped_checks")
    assert FAILED == {name: record["file_line_range"] for name, record in failed.items()}
    assert SKIPPED == {name: record["check_result"]["suppress_comment"] for name, record in skipped.items()}
    assert {"HIGH"} == {record["severity"] for record in failed.values()}
    assert [[36, "  Flow: {Value: !Join ['', [!GetAtt Key.SecretAccessKey]]}\n"]] == failed["Outputs.Flow"][
        "code_block"
    ]
    assert 1 == done.returncode


def test_json_of_the_cdk(check):
    """Synthesized templates are followed like any other."""
    _, reports = check({"Stack.template.json": json.dumps(CDK, indent=1)})
    failed = list_records(reports)
    assert {"AWS::Lambda::Function.App65D7B0E5", "Outputs.Secret"} == set(failed)
    first, last = failed["Outputs.Secret"]["file_line_range"]
    lines = json.dumps(CDK, indent=1).splitlines()
    assert ('"Secret": {', "},") == (lines[first - 1].strip(), lines[last - 1].strip())


def test_sam(check):
    """A function that takes a secret over from the Globals has the record."""
    _, reports = check({"template.yaml": SAM})
    assert {"AWS::Serverless::Function.App": [11, 13]} == {
        name: record["file_line_range"] for name, record in list_records(reports).items()
    }


SERVERLESS = """service: s
provider:
  name: aws
  environment:
    SHARED: !GetAtt Key.SecretAccessKey
functions:
  Key:
    handler: a.b
  skipped:
    # checkov:skip=CKV2_KEYS_5:known
    handler: a.b
    environment:
      OWN: !Sub '${Key.SecretAccessKey}'
  plain:
    handler: a.b
    environment:
      SHARED: !Ref Key
resources:
  Resources:
    Key:
      Type: AWS::IAM::AccessKey
      Properties: {UserName: u}
    Creds:
      Type: AWS::SSM::Parameter
      Properties:
        Type: String
        Value: !Sub '${Key.SecretAccessKey}'
    Known:
      Type: AWS::SSM::Parameter
      Properties:
        # checkov:skip=CKV2_KEYS_5:known
        Type: String
        Value: !GetAtt Key.SecretAccessKey
  Outputs:
    Creds:
      Value:
        Fn::GetAtt: [Key, SecretAccessKey]
    Known:
      Description: d
      # checkov:skip=CKV2_KEYS_5:known
      Value: !Join ['', [!GetAtt Key.SecretAccessKey]]
"""
OF_SERVICE = {"AWS::SSM::Parameter.Creds": [23, 27], "Outputs.Creds": [35, 37], "functions.Key": [7, 8]}


def test_serverless(check):
    """Resources, outputs and functions of a serverless.yml have records, and no other file has them from its runner."""
    _, reports = check({"serverless.yml": SERVERLESS, "t.yaml": YAML})
    (ours,) = (report for report in reports if report["check_type"] == "serverless")
    assert OF_SERVICE == {name: record["file_line_range"] for name, record in list_records([ours]).items()}
    assert {"AWS::SSM::Parameter.Known", "Outputs.Known", "functions.skipped"} == set(
        list_records([ours], "skipped_checks")
    )
    (other,) = (report for report in reports if report["check_type"] == "cloudformation")
    assert set(FAILED) == set(list_records([other]))


def test_a_rule_that_is_not_asked_for(checkov):
    """Without the rule there are no records of it, and no others than before."""
    _, reports = checkov({"serverless.yml": SERVERLESS, "t.yaml": YAML}, chosen=("--check", "CKV2_KEYS_1"))
    found = {record["check_id"] for report in reports for record in report["results"]["passed_checks"]}
    assert ({"CKV2_KEYS_1"}, {}) == (found, list_records(reports))


def test_a_check_that_breaks(check, tmp_path):
    """An error costs every key its verdict in both runners, and never looks like a clean scan."""
    (tmp_path / "sitecustomize.py").write_text(
        "from checkov_keys.iac.cloudformation import secret_reader\n"
        "def find(template): raise RuntimeError('nothing found today')\n"
        "secret_reader.find_exposures = find\n"
    )
    done, reports = check({"serverless.yml": SERVERLESS, "t.yaml": YAML}, PYTHONPATH=str(tmp_path))
    assert [["AWS::IAM::AccessKey.Key"], ["AWS::IAM::AccessKey.Key"]] == [
        list(list_records([each])) for each in reports
    ]
    assert "the check CKV2_KEYS_5 broke: RuntimeError: nothing found today" in done.stderr


def test_the_scan_finds_the_same(check, run_command):
    """`checkov-keys scan` leaves files without keys out, and has every record that `checkov` has."""
    child = "Resources: {App: {Type: AWS::Lambda::Function, Properties: {Role: r}}}\nOutputs: {A: {Value: x}}\n"
    files = {"t.yaml": YAML, "sam.yaml": SAM, "cdk.template.json": json.dumps(CDK), "serverless.yml": SERVERLESS}
    _, reports = check({**files, "plain.yaml": child})
    done = run_command("checkov-keys", "scan", "-d", ".", "--check", RULE, "-o", "json")
    found = json.loads(done.stdout)

    def count(reports):
        parts = ("passed_checks", "failed_checks", "skipped_checks")
        kept = [record for report in reports for part in parts for record in report["results"][part]]
        return sorted((each["resource"], each["file_path"].rsplit("/")[-1], each["file_line_range"]) for each in kept)

    assert 16 == len(count(reports))
    assert count(reports) == count(found)
