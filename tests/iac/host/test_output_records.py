"""Records of outputs, through Checkov's own runners in this process: however odd an output is, no runner breaks."""

import pytest
from checkov.cloudformation.runner import Runner as CloudFormationRunner
from checkov.runner_filter import RunnerFilter
from checkov.serverless.runner import Runner as ServerlessRunner

from checkov_keys.iac.host.registration import register

KEY = "Resources:\n  Key: {Type: AWS::IAM::AccessKey}\n"
VALUE = "Value: !GetAtt Key.SecretAccessKey"
BUCKET = "  B: {Type: AWS::S3::Bucket, Properties: {Tags: %s}}\n"
LOOP = """  Fn::ForEach::X:
    - N
    - [a, b]
    - A${N}: {Type: AWS::Lambda::Function, Properties: {Environment: {A: !GetAtt Key.SecretAccessKey}}}
"""


def _scan(runner, framework, folder, name, text):
    register((framework,))
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    runner_filter = RunnerFilter(framework=[framework], checks=["CKV2_KEYS_5"])
    report = runner.run(root_folder=str(folder), runner_filter=runner_filter)
    return {record.resource: record.file_line_range for record in report.failed_checks}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{KEY}Outputs: [!GetAtt Key.SecretAccessKey]\n", {}),
        (f"{KEY}Outputs: SecretAccessKey\n", {}),
        (f"{KEY}Outputs: {{A: !GetAtt Key.SecretAccessKey}}\n", {}),
        (f"{KEY}Outputs: {{7: {{{VALUE}}}}}\n", {"Outputs.7": [3, 3]}),
        (f"{KEY}Outputs: {{A.B: {{{VALUE}}}, A B: {{{VALUE}}}}}\n", {"Outputs.A.B": [3, 3], "Outputs.A B": [3, 3]}),
        (f"{KEY}Outputs: {{A: {{Metadata: 5, Tags: [5], {VALUE}}}}}\n", {"Outputs.A": [3, 3]}),
        (f"{KEY}{BUCKET % '[5, {Key: a, Value: !GetAtt Key.SecretAccessKey}]'}", {"AWS::S3::Bucket.B": [2, 2]}),
        (f"{KEY}{BUCKET % '{a: {}, b: !GetAtt Key.SecretAccessKey}'}", {"AWS::S3::Bucket.B": [2, 2]}),
        (f"{KEY}{LOOP}Outputs:\n  A: {{{VALUE}}}\n", {"Outputs.A": [8, 8]}),
        (f"{KEY}Outputs:\n  A: &a {{{VALUE}}}\n  B: *a\n", {"Outputs.A": [4, 4], "Outputs.B": [5, 5]}),
        (f"{KEY}Outputs:\n  A:\n    {VALUE}\n\n\n  # comment\n  B: {{Value: x}}", {"Outputs.A": [4, 5]}),
        (f"{KEY}Outputs:\n  A:\n    {VALUE}".replace("\n", "\r\n"), {"Outputs.A": [4, 5]}),
        (f"{KEY}Outputs:\n  A:\n    {VALUE}\n".encode("utf-16"), {"Outputs.A": [4, 5]}),
        (f'{KEY}Outputs:\n  A:\n    Value: {{"Fn::GetAtt": "Key.\\x53ecretAccessKey"}}\n', {"Outputs.A": [4, 5]}),
    ],
)
def test_outputs_of_a_template(text, expected, tmp_path):
    """An output has the lines from its name to its last value."""
    assert expected == _scan(CloudFormationRunner(), "cloudformation", tmp_path, "t.yaml", text)


@pytest.mark.parametrize("indent", ["\t", " ", ""])
def test_outputs_of_json(indent, tmp_path):
    """JSON has the lines, also where Checkov parses it otherwise, and where it is all on one line."""
    lines = [
        '{"Resources": {"Key": {"Type": "AWS::IAM::AccessKey"}},',
        '"Outputs": {',
        '"A": {',
        '"Value": {"Fn::GetAtt": ["Key", "SecretAccessKey"]}',
        "}}}",
    ]
    text = f"\n{indent}".join(lines) if indent else "".join(lines)
    expected = {"Outputs.A": [3, 5] if indent else [1, 1]}
    assert expected == _scan(CloudFormationRunner(), "cloudformation", tmp_path, "t.json", text)


SERVICE = "service: s\nprovider: {name: aws}\n"
OF_SERVICE = "resources:\n  Resources:\n    Key: {Type: AWS::IAM::AccessKey}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{SERVICE}{OF_SERVICE}  Outputs: [!GetAtt Key.SecretAccessKey]\n", []),
        (f"{SERVICE}{OF_SERVICE}  Outputs: SecretAccessKey\n", []),
        (
            f"{SERVICE}resources: [Resources: {{Key: {{Type: AWS::IAM::AccessKey}}}}, Outputs: {{A: {{{VALUE}}}}}]\n",
            [],
        ),
        (f"{SERVICE}{OF_SERVICE}  Outputs: {{7: {{{VALUE}}}}}\n", ["Outputs.7"]),
        (f"{SERVICE}functions: [a, {{b: c}}]\n{OF_SERVICE}  Outputs: {{A: {{{VALUE}}}}}\n", ["Outputs.A"]),
        (
            f"{SERVICE}functions: {{a: x, b: {{environment: [x]}}, c: {{environment: {{{VALUE}}}}}}}\n{OF_SERVICE}",
            ["functions.c"],
        ),
        (f"{SERVICE.replace('{name: aws}', 'aws')}{OF_SERVICE}  Outputs: {{A: {{{VALUE}}}}}\n", ["Outputs.A"]),
    ],
)
def test_odd_services(text, expected, tmp_path):
    """A serverless.yml that is odd elsewhere has its records."""
    assert expected == list(_scan(ServerlessRunner(), "serverless", tmp_path, "serverless.yml", text))
