"""What the pages show is what happens: each line of shell is run, here or elsewhere, or says why it cannot be."""

import ast
import re
import shlex
from importlib import import_module
from pathlib import Path

import botocore.session
import pytest
import yaml
from botocore import xform_name
from cfnlint.decode import decode

from checkov_keys.cli.accounts.exemption_file import read_exemptions
from checkov_keys.cli.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
KEY = 'resource "aws_iam_access_key" "{}" {{ user = "u" }}\n'
STACK = "Resources: {K: {Type: 'AWS::IAM::AccessKey', Properties: {UserName: u}}}\n"

# The exit code of each line that is run here, in a folder that has two keys of one user below `infra`.
RUN = {
    'checkov -d . --external-checks-dir "$(checkov-keys checks-dir)"': 1,
    "checkov-keys scan -d . -o cli -o sarif --output-file-path console,results.sarif": 1,
    "checkov-keys scan -d . -o cli -o junitxml --output-file-path console,access-keys.xml": 1,
    "checkov-keys scan -f tfplan.json": 1,
    "checkov-keys scan --changed-files infra/keys.tf infra/main.tf": 1,
    "checkov-keys scan -d .serverless": 0,
    "checkov-keys scan -d . --check CKV2_KEYS_5": 0,
    r"grep -rnE 'aws_iam_access_key\..*\.(secret|ses_smtp_password_v4)|SecretAccessKey' .": 1,
    "checkov-keys audit --profile prod": 1,
    "checkov-keys audit -o cli -o sarif -o csv --output-file-path results": 1,
    "checkov-keys audit --save-snapshot evidence.json": 1,
    'eval "$(register-python-argcomplete checkov-keys)"': 0,
}
ELSEWHERE = {
    r"checkov-keys (remediate|rollback|fix)": "tests/cli/accounts/test_managed_keys.py",
    r"checkov-keys (audit -d infra|dashboard)": "tests/cli/accounts/test_audit_templates.py",
    r"checkov-keys (audit --organization --shard|merge)": "tests/ci/test_deployed_matrix.py",
    r"echo \$\(\( 0x": "tests/domain/test_shards.py",
    r"aws cloudformation deploy": "tests/ci/test_deployed_state_machine.py",
    r"checkov-keys audit --organization --role-name": "tests/cli/accounts/test_permissions.py",
    r"checkov-keys audit --(organization|ou|accounts|role-arn)": "tests/runtime/reading/test_account_choice.py",
    r"checkov-keys audit --(all-rules|check|skip-check)": "tests/cli/accounts/test_permissions.py",
    r"checkov-keys audit --from-snapshot": "tests/test_shown_commands.py",
    r"checkov-keys usage --(user|key) \S+( -o json)?$": "tests/cli/accounts/test_usage.py",
    r"checkov-keys usage .*--trail logs": "tests/cli/accounts/test_usage_of_trails.py",
    r"checkov-keys usage .*--trail s3": "tests/cli/accounts/test_usage_of_buckets.py",
    r"checkov-keys usage .*--(athena|from-athena)": "tests/cli/accounts/test_usage_athena.py",
    r"checkov-keys audit --usage": "tests/cli/accounts/test_audit_usage.py",
    r"checkov-keys doctor": "tests/cli/test_small_commands.py",
    r"checkov -d \. --external-checks-git": "tests/external_checks/test_loading.py",
    r"docker ": "tests/ci/test_ci_examples.py",
    r"aws (cloudformation|cloudtrail|iam|sts) ": "tests/test_shown_commands.py",
}
NOT_RUN = {
    r"(pip|pipx) (install|runpip) ": "it asks a package index",
    r"echo 'boto3|uv tool install": "it asks a package index",
    r"terraform |serverless package": "they need a configuration and a provider",
    r"register-python-argcomplete --shell fish": "it needs fish",
    r"for file in|gzip|done": "it uploads to GitHub",
}


def blocks(language):
    """Every fenced block of a language, without its indentation, with the page that shows it."""
    for page in PAGES:
        for indent, name, text in FENCED.findall(page.read_text()):
            if name == language:
                yield page, re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)


def shown_lines():
    """Every line of shell of the pages, without comments."""
    texts = [text.replace("\\\n", "") for _, text in blocks("sh")]
    return list(dict.fromkeys(re.sub(r"\s+#.*", "", line).strip() for text in texts for line in text.splitlines()))


def test_every_line_is_run_somewhere():
    """A line is run here, or it has its place in a table that says where, or why not; no table has anything else."""
    lines = shown_lines()
    others = {**ELSEWHERE, **NOT_RUN}
    assert [] == [line for line in lines if line not in RUN and not any(re.match(each, line) for each in others)]
    assert [] == [line for line in RUN if line not in lines]
    assert [] == [each for each in others if not any(re.match(each, line) for line in lines)]
    assert [] == [file for file in set(ELSEWHERE.values()) if not (ROOT / file).exists()]


@pytest.fixture
def workplace(run_command, root, iam_server, aws_environment):
    """Run a line of shell in a repository with keys, for an account of a user with two active ones."""
    folder = run_command.folder
    for name, text in {
        "infra/main.tf": KEY.format("a"),
        "infra/keys.tf": KEY.format("b"),
        ".serverless/stack.yaml": STACK,
        "tfplan.json": (root / "examples" / "terraform_plan" / "failing" / "tfplan.json.txt").read_text(),
        "config": "[profile prod]\nregion = us-east-1\n",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    (folder / "credentials").write_text("[prod]\n" + "".join(f"{name} = {value}\n" for name, value in keys.items()))
    environment = {
        **aws_environment,
        "AWS_ENDPOINT_URL": iam_server({"alice": ["Active", "Active"]}).url,
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
    }
    return lambda line: run_command("bash", "-c", line, **environment)


@pytest.mark.parametrize(("line", "code"), RUN.items(), ids=RUN)
def test_lines(workplace, line, code):
    """The line runs as it stands, and ends with the code of what is there to find."""
    done = workplace(f"{line} --check CKV2_KEYS_1" if line.startswith("checkov -d") else line)
    assert code == done.returncode, done.stdout + done.stderr


def test_a_snapshot_is_judged_again(workplace):
    """What a saved snapshot says is what the account said."""
    lines = [line for line in shown_lines() if "-snapshot evidence" in line]
    saved, judged = [workplace(f"{line} -o json") for line in lines]
    assert (1, 1, saved.stdout) == (saved.returncode, judged.returncode, judged.stdout)


def test_every_command_is_shown():
    """Each command but the tour is on a page that people write."""
    pages = [page.read_text() for page in PAGES if page.name != "commands.md"]
    shown = {name for text in pages for name in re.findall(r"checkov-keys ([a-z][a-z-]*)", text)}
    assert set() == {command.name for command in COMMANDS} - {"demo"} - shown


@pytest.mark.parametrize("line", [line for line in shown_lines() if line.startswith("checkov-keys ")])
def test_lines_are_parsed(line):
    """The command takes the flags and the values of the line."""
    name, *arguments = shlex.split(re.sub(r"<\(.*?\)", "FILE", line).partition("|")[0])[1:]
    (module,) = [command.parser for command in COMMANDS if command.name == name]
    import_module(f"checkov_keys.cli.{module}").build_parser().parse_args(arguments)


def test_lines_of_the_aws_cli(root):
    """AWS knows the operations and their parameters, and the template those that it is given."""
    session = botocore.session.get_session()
    template = decode(str(root / "examples" / "iam" / "audit_role.template"))[0]
    # `deploy` is a command of the AWS CLI's own: tests/ci/test_deployed_state_machine.py.
    lines = [line for line in shown_lines() if line.startswith("aws ") and " deploy " not in line]
    assert ["create-stack-set", "create-stack-instances"] == [line.split()[2] for line in lines if "stack" in line]
    for _, service, operation, *words in map(shlex.split, lines):
        model = session.get_service_model(service)
        shape = {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}[
            operation
        ].input_shape
        members, required = (shape.members, shape.required_members) if shape else ((), ())
        given = {word[2:] for word in words if word.startswith("--")}
        assert set() == given - {xform_name(name, "-") for name in members} - {"region", "query", "output"}
        assert {xform_name(name, "-") for name in required} <= given
        assert set(re.findall(r"ParameterKey=(\w+)", " ".join(words))) <= template["Parameters"].keys()
        assert all((root / file).exists() for file in re.findall(r"file://(\S+)", " ".join(words)))


def test_yaml_is_yaml(root):
    """Every block of YAML parses, and steps give the action inputs that it has."""
    action = yaml.safe_load((root / "action.yml").read_text())
    for page, text in blocks("yaml"):
        parsed = yaml.safe_load(re.sub(r"!(\w+)", "", text))
        steps = parsed.get("steps", []) if isinstance(parsed, dict) else []
        for step in steps:
            if "/checkov-keys@" in step.get("uses", ""):
                assert step.get("with", {}).keys() <= action["inputs"].keys(), page


EXAMPLES = {"gitlab": "gitlab_ci.yml.txt", "jenkins": "Jenkinsfile", "pre-commit": "pre_commit_config.yaml.txt"}


@pytest.mark.parametrize(("page", "example"), EXAMPLES.items(), ids=EXAMPLES)
def test_lines_of_pipelines(root, page, example):
    """Each line of a pipeline that is shown is one of the example that tests run, whatever comments it out there."""
    known = {line.strip(" #") for line in (root / "examples" / "ci" / example).read_text().splitlines()}
    shown = [text for name in ("yaml", "groovy") for where, text in blocks(name) if where.stem == page]
    assert shown
    assert [] == [line for text in shown for line in text.splitlines() if line.strip() not in known]


def test_exemptions(tmp_path):
    """The exemptions that are shown are read as such."""
    (text,) = [text for page, text in blocks("yaml") if page.stem == "live"]
    (tmp_path / "exemptions.yaml").write_text(text)
    (exemption,) = read_exemptions(str(tmp_path / "exemptions.yaml"))
    assert ("keys in two safes", "platform-team") == (exemption.reason, exemption.owner)


def said():
    """Every text in the package's code, joined where the code joins it; what is filled in is `…`."""
    for module in (ROOT / "checkov_keys").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.sub(r"%s|\{\w*\}", "…", node.value)


# What Checkov, Python or pip says.
FOREIGN = {"cannot import name 'START_LINE'"}


def test_messages_of_the_troubleshooting_page(root):
    """Every message in its first column is one that the program can print."""
    rows = re.findall(r"^\| (?!you see|-)(.*?) \|", (root / "docs" / "troubleshooting.md").read_text(), re.MULTILINE)
    messages = [span for row in rows for span in re.findall(r"`([^`]+)`", row) if row.startswith("`")]
    texts = list(said())
    parts = [part.strip(" :") for each in messages if each not in FOREIGN for part in each.split("…")]
    missing = [part for part in parts if len(part) > 1 and not any(part in text for text in texts)]
    assert [] == missing
