"""The Step Functions of examples/deploy: language, template, and what its tasks do, run for real."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import boto3
import pytest
from cfnlint.api import lint_file
from cfnlint.decode import decode
from dockerfile_parse import DockerfileParser
from emulated_aws import ADMIN
from moto import mock_aws
from sharded_organization import ShardedOrganization

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "deploy"
TEMPLATE = FOLDER / "step_functions.template"
SHARDS = 3
VALUES = {
    "AtOnce": "2",
    "Bucket": "files",
    "Cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/c",
    "SecurityGroup": "sg-1",
    "Shards": str(SHARDS),
    "Subnets": "subnet-1,subnet-2",
    "Task": "arn:aws:ecs:us-east-1:123456789012:task-definition/t:1",
}


@pytest.fixture(scope="module")
def template():
    """The template."""
    return decode(str(TEMPLATE))[0]


@pytest.fixture(scope="module")
def definition(template):
    """The state machine, with what the template substitutes."""
    properties = template["Resources"]["StateMachine"]["Properties"]
    text = json.dumps(properties["Definition"])
    named = set(re.findall(r"\$\{(\w+)\}", text))
    assert named == properties["DefinitionSubstitutions"].keys() == VALUES.keys()
    return json.loads(re.sub(r"\$\{(\w+)\}", lambda found: VALUES[found[1]], text))


def test_template():
    """AWS's own schemas know every property, and the state machine's."""
    assert [] == [str(match) for match in lint_file(TEMPLATE)]


def test_no_access_key(run_command):
    """It has no access key of its own."""
    shutil.copy(TEMPLATE, run_command.folder)
    done = run_command("checkov-keys", "scan", "-f", TEMPLATE.name, "-o", "json")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "AccessKey" not in re.findall(r"Type: AWS::IAM::(\w+)", TEMPLATE.read_text())


def test_language(definition, tmp_path):
    """The definition follows the rules of Amazon States Language, by a program that knows them."""
    tools = [shutil.which(name) for name in ("statelint", "asl-validator")]
    if not any(tools):
        pytest.skip("neither statelint (PyPI) nor asl-validator (npm) is here")
    (tmp_path / "machine.asl.json").write_text(json.dumps(definition))
    for tool, flags in zip(tools, ((), ("--json-path",))):
        if tool:
            done = subprocess.run(
                [tool, *flags, tmp_path / "machine.asl.json"], capture_output=True, text=True, check=False
            )
            assert 0 == done.returncode, done.stdout + done.stderr


def test_permissions(template, root):
    """The tasks may do what the policies of examples/iam allow, and keep files; nobody may do anything anywhere."""
    needed = set()
    for name in ("audit_policy", "organization_policy"):
        document = json.loads((root / "examples" / "iam" / f"{name}.json.txt").read_text())
        needed |= {action for statement in document["Statement"] for action in statement["Action"]}
    needed -= {"organizations:ListAccountsForParent", "organizations:ListOrganizationalUnitsForParent"}
    allowed = set()
    for resource in template["Resources"].values():
        for policy in resource.get("Properties", {}).get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                assert [] == [action for action in actions if "*" in action]
                if resource is template["Resources"]["TaskRole"]:
                    allowed |= set(actions)
    assert needed | {"s3:GetObject", "s3:PutObject", "s3:ListBucket"} == allowed


def test_no_shard_is_hidden(definition):
    """Each state goes on to the one that judges, by which the execution ends as it ends: nothing is caught."""
    states = definition["States"]
    assert ["Number the shards", "Read the shards", "Judge"] == list(states)
    assert "Judge" == states["Read the shards"]["Next"]
    assert states["Judge"]["End"]
    assert "Catch" not in json.dumps(definition)
    assert not {"Retry", "Catch"} & states["Judge"].keys()


def execute(definition, replace):
    """Run a state machine in moto's interpreter, with tasks replaced; returns how it ended and its output."""
    machine = json.loads(json.dumps(definition))
    reading = machine["States"]["Read the shards"]
    # moto's grammar wants a fraction, AWS's a number.
    reading.update(ToleratedFailurePercentage=100.0, ResultPath="$.read")
    for states, name in ((reading["ItemProcessor"]["States"], "Read a shard"), (machine["States"], "Judge")):
        states[name] = replace(name, states[name])
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        api = boto3.client("stepfunctions", **ADMIN)
        role = "arn:aws:iam::123456789012:role/r"
        arn = api.create_state_machine(name="s", definition=json.dumps(machine), roleArn=role)["stateMachineArn"]
        started = api.start_execution(stateMachineArn=arn, name="run-1")["executionArn"]
        until = time.monotonic() + 60
        while time.monotonic() < until:
            ended = api.describe_execution(executionArn=started)
            if ended["status"] != "RUNNING":
                return ended["status"], json.loads(ended.get("output") or "null")
            time.sleep(0.1)
    raise AssertionError("it runs forever")


def pass_on(name, task):
    """A state that hands on what a task would be run with."""
    (container,) = task["Parameters"]["Overrides"]["ContainerOverrides"]
    network = task["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    read = {"read.$": "$.read"} if name == "Judge" else {}
    return {"Type": "Pass", "Parameters": {"container": container, "network": network, **read}, "End": True}


@pytest.fixture(scope="module")
def tasks(definition):
    """What each task of an execution is run with: those of the shards, and the last one's."""
    status, output = execute(definition, pass_on)
    assert "SUCCEEDED" == status
    return [*output.pop("read"), output]


def test_tasks(tasks):
    """One for each shard, in the subnets, then one that judges; all with the same place for files."""
    commands = [task["container"]["Command"] for task in tasks]
    assert [["/opt/checkov-keys/shard.sh"]] * SHARDS + [["/opt/checkov-keys/judge.sh"]] == commands
    variables = [environment_of(task) for task in tasks]
    assert [f"{n}/{SHARDS}" for n in range(1, SHARDS + 1)] == sorted(each.get("SHARD") for each in variables[:-1])
    assert {"s3://files/run-1"} == {each["RUN"] for each in variables}
    assert [["subnet-1", "subnet-2"]] * len(tasks) == [task["network"]["Subnets"] for task in tasks]


def environment_of(task):
    """The variables of a task."""
    return {each["Name"]: each["Value"] for each in task["container"]["Environment"]}


def test_what_judges_is_run_after_shards_that_failed(definition):
    """A shard whose task fails is tolerated, so that the task that names it is run: its failure is the execution's."""

    def fail(name, task):
        return pass_on(name, task) if name == "Judge" else {"Type": "Fail", "Error": "States.TaskFailed"}

    status, output = execute(definition, fail)
    assert ("SUCCEEDED", ["/opt/checkov-keys/judge.sh"]) == (status, output["container"]["Command"])
    assert 100 == definition["States"]["Read the shards"]["ToleratedFailurePercentage"]


@pytest.fixture
def run_task(run_command, moto_endpoint, aws_environment):
    """Run the script of a task, with its variables, at moto's S3 and IAM."""
    if not shutil.which("aws"):
        pytest.skip("the AWS CLI is not here: pip install awscli")
    boto3.client("s3", endpoint_url=moto_endpoint, **ADMIN).create_bucket(Bucket="files")

    def run(task):
        (command,) = task["container"]["Command"]
        environment = {"ROLE_NAME": "OrganizationAccountAccessRole", **aws_environment, **environment_of(task)}
        script = FOLDER / Path(command).name
        assert os.access(script, os.X_OK)
        done = run_command(script, AWS_ENDPOINT_URL=moto_endpoint, AWS_DEFAULT_REGION="us-east-1", **environment)
        return done.returncode

    return run


@pytest.fixture
def files(moto_endpoint, tmp_path, capsys):
    """An organization, and the bucket that its files are in."""
    files = boto3.resource("s3", endpoint_url=moto_endpoint, **ADMIN).Bucket("files")
    files.organization = ShardedOrganization(moto_endpoint, tmp_path, capsys, accounts=2)
    files.read = lambda name: files.Object(f"run-1/{name}").get()["Body"].read().decode()
    return files


def test_all_tasks(tasks, run_task, files):
    """All shards: what judges them ends with 1 for findings. Without one of them: 2, and each report names it."""
    assert [0, 0, 0, 1] == [run_task(task) for task in tasks]
    ids = [each["id"] for each in json.loads(files.read("report/results.json"))["audit"]["accounts"]]
    assert sorted(files.organization.ids) == ids
    files.Object("run-1/shards/2-3.json").delete()
    assert 2 == run_task(tasks[-1])
    for name in ("report/results.json", "report/results.csv", "report/report.html"):
        assert "shard 2/3" in files.read(name)
    assert [{"number": 2, "of": 3}] == json.loads(files.read("merged.json"))["missing_shards"]
    files.objects.delete()
    assert 2 == run_task(tasks[-1])


def test_a_shard_that_cannot_be_read(tasks, run_task, files):
    """Without credentials there is no snapshot: the task fails, and puts nothing in its place."""
    task = json.loads(json.dumps(tasks[0]))
    task["container"]["Environment"].append({"Name": "AWS_ACCESS_KEY_ID", "Value": ""})
    assert run_task(task) != 0
    assert [] == list(files.objects.all())


def test_what_the_page_deploys(template, root):
    """The line of docs/live.md gives the template what it asks for, and nothing that it does not know."""
    page = (root / "docs" / "live.md").read_text().replace("\\\n", "")
    (line,) = re.findall(r"^aws cloudformation deploy .*$", page, re.MULTILINE)
    assert root / re.search(r"--template-file (\S+)", line)[1] == TEMPLATE
    given = set(re.findall(r"(\w+)=\S", line))
    assert given <= template["Parameters"].keys()
    assert {name for name, each in template["Parameters"].items() if "Default" not in each} <= given


def test_image():
    """The image has what the tasks call, where they call it."""
    steps = DockerfileParser(path=str(FOLDER / "Dockerfile"), cache_content=True).structure
    copied = [step["value"].split() for step in steps if step["instruction"] == "COPY"]
    assert ["examples/deploy/shard.sh", "examples/deploy/judge.sh", "/opt/checkov-keys/"] == copied[-1]
    (installs,) = [step["value"] for step in steps if step["instruction"] == "RUN"]
    assert "pip install --no-cache-dir /opt/checkov-keys " in installs
    assert "awscli" in installs
    # After Checkov, in a step of its own, and only if it is asked for.
    assert 'if [ -n "$BOTO3" ]; then pip install --no-cache-dir --upgrade "$BOTO3"; fi' in installs.split(" && ")
    assert ["BOTO3="] == [step["value"] for step in steps if step["instruction"] == "ARG"]
