"""The workflow of examples/deploy: its shards and the job that judges them, run for real over an organization."""

import json
import re
import shutil

import pytest
import yaml
from sharded_organization import ShardedOrganization

SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
ROLE = "OrganizationAccountAccessRole"


@pytest.fixture
def workflow(root):
    """The workflow."""
    return yaml.safe_load((root / "examples" / "deploy" / "github_matrix.yml.txt").read_text())


@pytest.fixture
def run_job(run_command, tmp_path, moto_endpoint, aws_environment, workflow):
    """Run the steps of a job as GitHub's runner does; artifacts are folders; returns the codes of its commands."""
    artifacts = tmp_path / "artifacts"

    def run(name, shard=None):
        folder = tmp_path / f"{name}-{shard}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        environment = {**aws_environment, **workflow["env"], "AWS_ENDPOINT_URL": moto_endpoint}
        codes = []
        for step in workflow["jobs"][name]["steps"]:
            text = json.dumps(step).replace("${{ matrix.shard }}", str(shard)).replace("checkov-keys-audit", ROLE)
            filled = json.loads(text)
            if not _holds(filled.get("if", "success()"), folder, codes):
                continue
            if "upload-artifact" in step.get("uses", ""):
                _copy(folder / filled["with"]["path"], artifacts / filled["with"]["name"])
            elif "download-artifact" in step.get("uses", ""):
                for artifact in artifacts.glob(filled["with"]["pattern"]):
                    _copy(artifact, folder / filled["with"]["path"] / artifact.name)
            elif "run" in filled and "pip install" not in filled["run"]:
                done = run_command(*SHELL, filled["run"], cwd=folder, **environment)
                codes.append(done.returncode)
        return codes

    run.artifacts = artifacts
    return run


def _copy(source, target):
    target.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def _holds(condition, folder, codes):
    """Whether a step runs: conditions ask for success, for failure too, and for files."""
    file = re.search(r"hashFiles\('([^']+)'\) != ''", condition)
    asked = "failure()" in condition or not any(codes)
    return asked and (file is None or (folder / file[1]).exists())


def test_schema(check_schema, root):
    """GitHub would take the file."""
    check_schema("vendor.github-workflows", root / "examples" / "deploy" / "github_matrix.yml.txt")


def test_it_asks_for_no_more_than_it_needs(workflow):
    """Only the shards enter AWS, by a role; what judges them cannot; pull requests start neither."""
    assert {} == workflow["permissions"]
    shard, judge = workflow["jobs"]["shard"], workflow["jobs"]["judge"]
    assert {"id-token": "write"} == shard["permissions"]
    assert "id-token" not in judge["permissions"]
    assert {"schedule", "workflow_dispatch"} == workflow[True].keys()
    assert "secrets" not in json.dumps(workflow["jobs"])


def test_every_shard_has_a_job(workflow):
    """As many as the flag says, none of which stops another; what judges them runs without some of them, too."""
    strategy = workflow["jobs"]["shard"]["strategy"]
    assert list(range(1, int(workflow["env"]["SHARDS"]) + 1)) == strategy["matrix"]["shard"]
    assert not strategy["fail-fast"]
    assert "${{ !cancelled() }}" == workflow["jobs"]["judge"]["if"]


def test_all_shards_and_without_one(run_job, workflow, moto_endpoint, tmp_path, capsys):
    """All shards: findings, in each report. Without one: 2, and each report names it. Without all: 2."""
    organization = ShardedOrganization(moto_endpoint, tmp_path, capsys, accounts=2)
    shards = workflow["jobs"]["shard"]["strategy"]["matrix"]["shard"]
    assert [[0]] * len(shards) == [run_job("shard", shard) for shard in shards]
    assert [0, 1, 0] == run_job("judge")
    report = json.loads((run_job.artifacts / "report" / "results.json").read_text())
    assert sorted(organization.ids) == [each["id"] for each in report["audit"]["accounts"]]
    assert (tmp_path / "judge-None" / "report" / "results.sarif").exists()
    shutil.rmtree(run_job.artifacts / "shard-7")
    assert [2, 2, 0] == run_job("judge")
    for name in ("results.json", "results.sarif", "report.html"):
        assert "shard 7/10" in (tmp_path / "judge-None" / "report" / name).read_text()
    shutil.rmtree(run_job.artifacts)
    assert [2, 2] == run_job("judge")
