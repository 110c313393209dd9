"""The examples of examples/ci: their schemas, and what they run, run for real."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from dockerfile_parse import DockerfileParser
from junitparser import JUnitXml

TWO_KEYS = 'resource "aws_iam_access_key" "a" { user = "u" }\nresource "aws_iam_access_key" "b" { user = "u" }\n'
ONE_KEY = 'resource "aws_iam_access_key" "a" { user = "u" }\n'
BROKEN = 'resource "aws_iam_access_key" {{{'
TEMPLATES = {"silent: one key": (ONE_KEY, 0), "two keys": (TWO_KEYS, 1), "malformed": (BROKEN, 2)}


@pytest.fixture
def examples(root):
    """The folder of the examples."""
    return root / "examples" / "ci"


@pytest.fixture
def workflow(examples):
    """The jobs of the GitHub workflow."""
    return yaml.safe_load((examples / "github_workflow.yml.txt").read_text())["jobs"]


@pytest.fixture
def gitlab_job(examples):
    """A job of GitLab's configuration, with what it extends."""
    jobs = yaml.safe_load((examples / "gitlab_ci.yml.txt").read_text())
    return lambda name: {**jobs[jobs[name]["extends"]], **jobs[name]}


@pytest.fixture
def jenkins_command(examples):
    """The commands of the Jenkinsfile that hold a word."""
    commands = re.findall(r"script: '([^']*)'", (examples / "Jenkinsfile").read_text())
    return lambda word: next(command for command in commands if word in command)


def test_schemas(check_schema, examples):
    """GitHub and GitLab would take the files."""
    check_schema("vendor.github-workflows", examples / "github_workflow.yml.txt")
    check_schema("vendor.gitlab-ci", examples / "gitlab_ci.yml.txt")


def test_the_workflow_and_the_action(workflow, root):
    """The workflow gives inputs and reads outputs that the action has, and uploads after findings too."""
    action = yaml.safe_load((root / "action.yml").read_text())
    for job in workflow.values():
        (used,) = [step for step in job["steps"] if "/checkov-keys@" in step["uses"]]
        (upload,) = [step for step in job["steps"] if "upload-sarif@" in step["uses"]]
        assert used["with"].keys() <= action["inputs"].keys()
        read = re.findall(rf"steps\.{used['id']}\.outputs\.([\w-]+)", str(upload))
        assert read
        assert set(read) <= action["outputs"].keys()
        assert "failure()" in upload["if"]
        assert "category" not in upload["with"]


def test_the_permissions_of_the_workflow(workflow):
    """Only the job that pull requests never start may enter AWS."""
    may_enter = [name for name, job in workflow.items() if "id-token" in job["permissions"]]
    assert ["account"] == may_enter
    assert "pull_request" not in workflow["account"]["if"]
    assert all("write" == job["permissions"]["security-events"] for job in workflow.values())


@pytest.mark.parametrize(("template", "code"), TEMPLATES.values(), ids=TEMPLATES)
def test_gitlab_templates(gitlab_job, run_command, template, code):
    """Findings may fail, what could not be judged may not, and the reports are where GitLab looks for them."""
    (run_command.folder / "main.tf").write_text(template)
    job = gitlab_job("access-keys:templates")
    done = run_command("bash", "-eo", "pipefail", "-c", "\n".join(job["script"]))
    assert code == done.returncode, done.stderr
    assert [1] == job["allow_failure"]["exit_codes"]
    failures, vulnerabilities = reported(run_command.folder, job["artifacts"])
    assert (2 if code == 1 else 0) == failures == vulnerabilities


def reported(folder, artifacts):
    """The numbers of failures in JUnit and of vulnerabilities in GitLab's format."""
    assert "always" == artifacts["when"]
    junit = JUnitXml.fromfile(str(folder / artifacts["reports"]["junit"]))
    sast = json.loads((folder / artifacts["reports"]["sast"]).read_text())
    return sum(suite.failures for suite in junit), len(sast["vulnerabilities"])


def test_gitlab_account(gitlab_job, run_command, moto_endpoint, violating_by_hand):
    """The job enters AWS by its own token of GitLab's, and by nothing else."""
    violating = violating_by_hand(6)
    job = gitlab_job("access-keys:account")
    assert ["AWS_ID_TOKEN"] == list(job["id_tokens"])
    variables = {name: value.replace("111122223333", "123456789012") for name, value in job["variables"].items()}
    environment = {"AWS_ID_TOKEN": "header.claims.signature", "AWS_ENDPOINT_URL": moto_endpoint, **variables}
    done = run_command("bash", "-eo", "pipefail", "-c", "\n".join(job["script"]), **environment)
    assert 1 == done.returncode, done.stderr
    failures, vulnerabilities = reported(run_command.folder, job["artifacts"])
    assert len(violating) == failures == vulnerabilities


@pytest.mark.parametrize(("template", "code"), TEMPLATES.values(), ids=TEMPLATES)
def test_jenkins_templates(jenkins_command, examples, run_command, template, code):
    """The command ends with the code that the pipeline tells apart, and its report is where `junit` looks for it."""
    (run_command.folder / "main.tf").write_text(template)
    done = run_command("sh", "-c", jenkins_command("scan").replace(".checkov-keys/bin/", ""))
    assert code == done.returncode, done.stderr
    looked_for = re.search(r"junit testResults: '([^']*)'", (examples / "Jenkinsfile").read_text()).group(1)
    assert ["templates.xml"] == [name for name in looked_for.split(",") if (run_command.folder / name).exists()]
    junit = JUnitXml.fromfile(str(run_command.folder / "templates.xml"))
    assert (2 if code == 1 else 0) == sum(suite.failures for suite in junit)


def test_jenkins_account(jenkins_command, examples, run_command, audit, iam_server):
    """The same of the account."""
    command = jenkins_command("audit").replace(".checkov-keys/bin/", "").split()
    done = audit(iam_server({"alice": ["Active", "Active"]}).url, *command[2:])
    assert 1 == done.returncode, done.stderr
    assert "account.xml" in (examples / "Jenkinsfile").read_text().partition("junit testResults")[2]
    assert 1 == sum(suite.failures for suite in JUnitXml.fromfile(str(run_command.folder / "account.xml")))


def test_dockerfile(examples, source, run_command, clean_environment, tmp_path, python_with_checkov):
    """What the image runs installs the pack beside Checkov, and its entry point loads it."""
    steps = DockerfileParser(path=str(examples / "Dockerfile"), cache_content=True).structure
    values = {step["instruction"]: step["value"] for step in steps if step["instruction"] != "COPY"}
    image, venv = tmp_path / "image", tmp_path / "venv"
    for step in steps:
        if step["instruction"] == "COPY":
            *names, target = step["value"].split()
            copied(source, names, image / target.lstrip("/"))
    subprocess.run([python_with_checkov(sys.executable), "-m", "venv", venv], check=True)
    path = f"{venv / 'bin'}{os.pathsep}{clean_environment['PATH']}"
    done = run_command("sh", "-c", values["RUN"].replace("/opt/", f"{image}/opt/"), PATH=path)
    assert 0 == done.returncode, done.stdout + done.stderr
    entry_point = [word.replace("/opt/", f"{image}/opt/") for word in json.loads(values["ENTRYPOINT"])]
    done = run_command(*entry_point, "-d", source / "examples" / "terraform" / "failing", "--compact", PATH=path)
    assert (1, "") == (done.returncode, done.stderr)
    assert 2 == done.stdout.count('Check: CKV2_KEYS_1: "')
    assert "Check: CKV_AWS_" in done.stdout
    assert values["FROM"].startswith("bridgecrew/checkov:")


def copied(source, names, target):
    """Copy files, or the content of a folder, as COPY does."""
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, target, dirs_exist_ok=True)
        else:
            shutil.copy(source / name, target)
