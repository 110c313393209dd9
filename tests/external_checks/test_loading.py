"""Every way in which people load external checks, with the real `checkov` command."""

import json
import shutil
import subprocess
import sys

import pytest

TERRAFORM = """
resource "aws_iam_access_key" "fail_a" { user = "u" }
resource "aws_iam_access_key" "fail_b" { user = "u" }
resource "aws_iam_access_key" "pass_c" {
  user   = "u"
  status = "Inactive"
}
"""
SKIPPED = """
resource "aws_iam_access_key" "fail_a" { user = "u" }
resource "aws_iam_access_key" "skip_b" {
  #checkov:skip=CKV2_KEYS_1:rotation, done by Friday
  user = "u"
}
"""
CLOUDFORMATION = """
Resources:
  failA:
    Type: AWS::IAM::AccessKey
    Properties: {UserName: u}
  skipB:
    Type: AWS::IAM::AccessKey
    Metadata:
      checkov:
        skip:
          - id: CKV2_KEYS_1
            comment: rotation, done by Friday
    Properties: {UserName: u}
"""
CROSSPLANE = """
apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata: {name: fail-a}
spec: {forProvider: {user: u}}
---
apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata:
  name: skip-b
  annotations:
    checkov.io/skip1: CKV2_KEYS_1=rotation, done by Friday
spec: {forProvider: {user: u}}
"""
ANSIBLE = """
- name: Access keys
  hosts: localhost
  tasks:
    - name: fail_a
      amazon.aws.iam_access_key:
        user_name: u
    - name: skip_b
      # checkov:skip=CKV2_KEYS_1:rotation, done by Friday
      amazon.aws.iam_access_key:
        user_name: u
  handlers:
    - name: fail_c
      amazon.aws.iam_access_key:
        user_name: u
"""
RULE = "CKV2_KEYS_1"


@pytest.fixture
def checks_dir(root):
    """The directory that `checkov-keys checks-dir` prints."""
    return root / "checkov_keys" / "external_checks"


@pytest.fixture
def checkov(run_command, checks_dir):
    """Run checkov on a folder of files with the pack loaded; returns the process and the reports of its JSON."""

    def run(files, *flags, load=("--external-checks-dir", checks_dir), chosen=("--check", RULE), **environment):
        for name, text in files.items():
            (run_command.folder / name).write_text(text)
        command = ["checkov", "-d", ".", *load, *chosen, "-o", "json", *flags]
        done = run_command(*command, **environment)
        try:
            found = json.loads(done.stdout)
        except ValueError:
            pytest.fail(f"no JSON: {done.stdout}\n{done.stderr}")
        reports = found if isinstance(found, list) else [found]
        return done, [report for report in reports if "results" in report]

    return run


def ours(reports, part="failed_checks"):
    """The resources of our rule in one part of the reports."""
    return sorted(
        record["resource"] for report in reports for record in report["results"][part] if record["check_id"] == RULE
    )


FAILED = ["aws_iam_access_key.fail_a", "aws_iam_access_key.fail_b"]


def test_directory_of_the_installed_package(checkov, run_command):
    """`--external-checks-dir "$(checkov-keys checks-dir)"`, with all frameworks at once."""
    printed = run_command("checkov-keys", "checks-dir").stdout.strip()
    done, reports = checkov({"main.tf": TERRAFORM}, load=("--external-checks-dir", printed))
    assert (1, FAILED) == (done.returncode, ours(reports))
    assert "" == done.stderr


@pytest.fixture
def bare_python(tmp_path, root):
    """A Python that has Checkov, but not this package."""
    folder = tmp_path / "bare"
    folder.mkdir()
    sitecustomize = folder / "sitecustomize.py"
    sitecustomize.write_text(
        "import sys\n"
        f"sys.path = [entry for entry in sys.path if entry != {str(root)!r}]\n"
        "sys.meta_path = [f for f in sys.meta_path if 'editable' not in getattr(f, '__module__', '')]\n"
    )
    return folder


@pytest.fixture
def clone(root, tmp_path):
    """A git clone of what is here now, committed or not."""
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(".git", ".venv", ".*cache*", "__pycache__", "*.egg-info", "node_modules")
    shutil.copytree(root, source, ignore=ignored)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for step in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *step], cwd=source, check=True)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", source, clone], check=True)
    return clone


@pytest.mark.parametrize("directory", ["checkov_keys/external_checks", "."])
def test_directory_of_a_bare_clone(checkov, clone, bare_python, directory):
    """A clone is enough, with nothing installed."""
    done, reports = checkov(
        {"main.tf": TERRAFORM}, load=("--external-checks-dir", clone / directory), PYTHONPATH=str(bare_python)
    )
    assert (1, FAILED) == (done.returncode, ours(reports))
    assert "" == done.stderr


def test_the_bare_python_is_bare(run_command, bare_python):
    """The test above would prove nothing if the package were importable all the same."""
    done = run_command(sys.executable, "-c", "import checkov_keys", PYTHONPATH=str(bare_python))
    assert "ModuleNotFoundError" in done.stderr


def test_git(checkov, clone, bare_python):
    """`--external-checks-git` walks the whole repository; nothing in it disturbs Checkov."""
    done, reports = checkov(
        {"main.tf": TERRAFORM},
        "--skip-path",
        "_checks/",
        load=("--external-checks-git", f"file://{clone}"),
        PYTHONPATH=str(bare_python),
    )
    assert (1, FAILED) == (done.returncode, ours(reports))
    assert "" == done.stderr


def test_no_module_replaces_another(root):
    """Checkov executes every file of a repository as a top-level module named by its stem: none may shadow another.

    The walked folders are on `sys.path` too, so their names count as well.
    """
    package = root / "checkov_keys"
    stems = {path.stem for path in package.rglob("*") if path.suffix == ".py" or path.is_dir()}
    stems = sorted(stem for stem in stems if not stem.startswith("__"))
    script = f"import importlib.util as u; print([s for s in {stems!r} if u.find_spec(s)])"
    assert (
        "[]"
        == subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    )


CHOICES = {
    "silent: another check": (("--check", "CKV_AWS_20"), 0, []),
    "silent: skipped": (("--skip-check", RULE), None, []),
    "silent: a higher severity": (("--check", "HIGH"), 0, []),
    "by id": (("--check", RULE), 1, FAILED),
    "by wildcard": (("--check", "CKV2_KEYS_*"), 1, FAILED),
    "by severity": (("--check", "MEDIUM"), 1, FAILED),
    "beside others": (("--check", "CKV_AWS_20", "--run-all-external-checks"), 1, FAILED),
    "among all": ((), 1, FAILED),
}


@pytest.mark.parametrize(("chosen", "code", "failed"), [pytest.param(*case, id=name) for name, case in CHOICES.items()])
def test_choice(checkov, chosen, code, failed):
    """Checkov's flags choose this check as they choose a built-in one."""
    done, reports = checkov({"main.tf": TERRAFORM}, "--framework", "terraform", chosen=chosen)
    assert failed == ours(reports)
    assert code in (done.returncode, None)


def test_skip_comments(checkov):
    """`checkov:skip`, `Metadata.checkov.skip` and `checkov.io/skip` make one record SKIPPED and change no other."""
    _, reports = checkov({"main.tf": SKIPPED, "keys.yaml": CLOUDFORMATION, "crossplane.yaml": CROSSPLANE})
    failed = ["AWS::IAM::AccessKey.failA", "AccessKey.default.fail-a", "aws_iam_access_key.fail_a"]
    skipped = ["AWS::IAM::AccessKey.skipB", "AccessKey.default.skip-b", "aws_iam_access_key.skip_b"]
    assert failed == ours(reports)
    assert skipped == ours(reports, "skipped_checks")
    comments = {
        record["check_result"]["suppress_comment"]
        for report in reports
        for record in report["results"]["skipped_checks"]
        if record["check_id"] == RULE
    }
    assert {"rotation, done by Friday"} == comments


def test_kubernetes_alone(checkov):
    """`--framework kubernetes` judges Crossplane's manifests, with either graph library."""
    manifest = CROSSPLANE.replace("skip-b", "fail-b").replace(RULE, "CKV_K8S_20")
    for library in ("RUSTWORKX", "NETWORKX"):
        flags = ("--framework", "kubernetes")
        done, reports = checkov({"keys.yaml": manifest}, *flags, CHECKOV_GRAPH_FRAMEWORK=library)
        assert (1, ["AccessKey.default.fail-a", "AccessKey.default.fail-b"]) == (done.returncode, ours(reports))


def test_ansible(checkov):
    """A playbook is judged, with the tasks that Checkov's own graph does not hold."""
    done, reports = checkov({"site.yml": ANSIBLE}, "--framework", "ansible")
    failed = ["handlers.amazon.aws.iam_access_key.fail_c", "tasks.amazon.aws.iam_access_key.fail_a"]
    assert (1, failed) == (done.returncode, ours(reports))
    assert ["tasks.amazon.aws.iam_access_key.skip_b"] == ours(reports, "skipped_checks")
    assert {"MEDIUM"} == {record["severity"] for record in reports[0]["results"]["failed_checks"]}


def test_a_packaged_serverless_service(checkov, run_command, checks_dir):
    """The template that `serverless package` writes is judged where its folder is asked for, and skipped otherwise."""
    key = {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "uploads-dev-uploader"}}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The AWS CloudFormation template for this Serverless application",
        "Resources": {"ServerlessDeploymentBucket": {"Type": "AWS::S3::Bucket"}, "First": key, "Second": key},
        "Outputs": {"ServerlessDeploymentBucketName": {"Value": {"Ref": "ServerlessDeploymentBucket"}}},
    }
    (run_command.folder / ".serverless").mkdir()
    files = {".serverless/cloudformation-template-update-stack.json": json.dumps(template, indent=2)}
    done, reports = checkov(files)
    assert (0, []) == (done.returncode, ours(reports))
    command = ["checkov", "-d", ".serverless", "--external-checks-dir", checks_dir, "--check", RULE, "-o", "json"]
    done = run_command(*command)
    failed = ["AWS::IAM::AccessKey.First", "AWS::IAM::AccessKey.Second"]
    assert (1, failed) == (done.returncode, ours([json.loads(done.stdout)]))


def test_baseline(checkov):
    """A baseline hides what it knows and nothing else."""
    made, _ = checkov({"main.tf": TERRAFORM}, "--create-baseline")
    assert 1 == made.returncode
    known, reports = checkov({"main.tf": TERRAFORM}, "--baseline", ".checkov.baseline")
    assert (0, []) == (known.returncode, ours(reports))
    third = 'resource "aws_iam_access_key" "fail_z" { user = "u" }'
    fresh, reports = checkov({"main.tf": TERRAFORM + third}, "--baseline", ".checkov.baseline")
    assert (1, ["aws_iam_access_key.fail_z"]) == (fresh.returncode, ours(reports))


SOFT = {
    "by id": ("--soft-fail-on", RULE),
    "by severity": ("--soft-fail-on", "MEDIUM"),
    "altogether": ("--soft-fail",),
}


@pytest.mark.parametrize("flags", SOFT.values(), ids=SOFT)
def test_soft_fail(checkov, flags):
    """Soft failing turns exit code 1 into 0 and still reports."""
    done, reports = checkov({"main.tf": TERRAFORM}, "--framework", "terraform", *flags)
    assert (0, FAILED) == (done.returncode, ours(reports))


def test_configuration_file(checkov, checks_dir):
    """`.checkov.yaml` loads the pack as the flag does."""
    config = f"external-checks-dir:\n  - {checks_dir}\ncheck:\n  - {RULE}\n"
    done, reports = checkov({"main.tf": TERRAFORM, ".checkov.yaml": config}, load=(), chosen=())
    assert (1, FAILED) == (done.returncode, ours(reports))


def test_json_record(checkov):
    """JSON shows severity, guideline and benchmarks, and another active key of the user as connected node."""
    _, reports = checkov({"main.tf": TERRAFORM}, "--framework", "terraform")
    record = reports[0]["results"]["failed_checks"][0]
    assert "MEDIUM" == record["severity"]
    assert record["guideline"].endswith("/IAM/unnecessary-access-keys.html")
    assert ["1.13"] == record["benchmarks"]["CIS AWS Foundations v1.3 to v4.0.1"]
    assert "aws_iam_access_key.fail_b" == record["connected_node"]["resource"]


def test_sarif(checkov, run_command):
    """SARIF shows level warning and security-severity 6.9."""
    checkov({"main.tf": TERRAFORM}, "-o", "sarif", "--output-file-path", "console,r.sarif")
    run = json.loads((run_command.folder / "r.sarif").read_text())["runs"][0]
    assert {"warning"} == {result["level"] for result in run["results"]}
    assert ["6.9"] == [rule["properties"]["security-severity"] for rule in run["tool"]["driver"]["rules"]]


def test_broken_templates_beside_good_ones(checkov):
    """Checkov's parsing error stands, and the good templates are judged."""
    _, reports = checkov({"main.tf": TERRAFORM, "broken.tf": 'resource "aws_iam_user" {{{'}, "--framework", "terraform")
    assert FAILED == ours(reports)
    assert 1 == sum(len(report["results"]["parsing_errors"]) for report in reports)


def test_networkx(checkov):
    """The check reads the graph of either library."""
    flags = ("--framework", "terraform")
    done, reports = checkov({"main.tf": TERRAFORM}, *flags, CHECKOV_GRAPH_FRAMEWORK="NETWORKX")
    assert (1, FAILED) == (done.returncode, ours(reports))


def test_a_check_that_breaks(checkov, tmp_path):
    """An exception inside the check costs every key its verdict, is logged, and never looks like a clean scan."""
    (tmp_path / "sitecustomize.py").write_text(
        "import checkov_keys.domain.rules as rules\n"
        "def judge(self, user): raise RuntimeError('no judgement today')\n"
        "rules.Rule.judge = judge\n"
    )
    done, reports = checkov({"main.tf": TERRAFORM}, "--framework", "terraform", PYTHONPATH=str(tmp_path))
    assert (1, [*FAILED, "aws_iam_access_key.pass_c"]) == (done.returncode, ours(reports))
    assert "the check CKV2_KEYS_1 broke: RuntimeError: no judgement today" in done.stderr


SERVERLESS = """
service: s
provider:
  name: aws
resources:
  Resources:
    failA:
      Type: AWS::IAM::AccessKey
      Properties: {UserName: u}
    failB:
      Type: AWS::IAM::AccessKey
      Properties: {UserName: u}
"""
FAILED_KEYS = ["AWS::IAM::AccessKey.failA", "AWS::IAM::AccessKey.failB"]


def test_serverless(checkov):
    """A serverless.yml is judged by the Serverless runner only, a CloudFormation template by its own only."""
    done, reports = checkov({"serverless.yml": SERVERLESS, "keys.yaml": CLOUDFORMATION})
    found = {report["check_type"]: (ours([report]), ours([report], "skipped_checks")) for report in reports}
    assert 1 == done.returncode
    assert (FAILED_KEYS, []) == found["serverless"]
    assert (["AWS::IAM::AccessKey.failA"], ["AWS::IAM::AccessKey.skipB"]) == found["cloudformation"]


def test_a_serverless_check_that_breaks(checkov, tmp_path):
    """Checkov takes an exception in such a check for an unknown result, and would report a clean scan."""
    (tmp_path / "sitecustomize.py").write_text(
        "import checkov.cloudformation.graph_manager as manager\n"
        "def build(self, *args): raise RuntimeError('no graph today')\n"
        "manager.CloudformationGraphManager.build_graph_from_definitions = build\n"
    )
    files = {"serverless.yml": SERVERLESS}
    done, reports = checkov(files, "--framework", "serverless", PYTHONPATH=str(tmp_path))
    assert (1, FAILED_KEYS) == (done.returncode, ours(reports))
    assert "the check CKV2_KEYS_1 broke: RuntimeError: no graph today" in done.stderr
