"""Templates whose keys can be turned off."""

import json

KEY = 'resource "aws_iam_access_key" "{}" {{\n  user = "{}"\n}}\n'
ONE, TWO = KEY.format("one", "u"), KEY.format("two", "u")
YAML_KEY = "  {}:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: {}\n"
YAML = "Resources:\n" + YAML_KEY.format("One", "u") + YAML_KEY.format("Two", "u")
CDK = json.dumps(
    {
        "Resources": {
            "One": {
                "Type": "AWS::IAM::AccessKey",
                "Properties": {"UserName": "u"},
                "Metadata": {"aws:cdk:path": "App/One"},
            }
        }
    }
)
ONE_ADDRESS, TWO_ADDRESS = "aws_iam_access_key.one", "aws_iam_access_key.two"
MIXED = {"main.tf": ONE + TWO + KEY.format("other", "v")}


def read_files(folder):
    """The bytes of every file below a folder, by its path."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
