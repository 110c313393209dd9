"""Secrets in plans that the real Terraform makes: what is found in them is what the apply leaves in plain sight."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from applied_state import find_obstacle
from history_blocks import call, files, key, remove
from planned_sinks import EXPOSED, FIRST, LATER, SILENT, write_files
from planned_states import Histories, Step

from checkov_keys.iac.terraform.planned_exposures import find_planned_exposures

OBSTACLE = find_obstacle()
pytestmark = pytest.mark.skipif(OBSTACLE is not None, reason=str(OBSTACLE))
SECRETS = ("secret", "ses_smtp_password_v4")
COMMANDS = {
    "checkov": ("checkov", "--external-checks-dir", "{checks}", "--check", "CKV2_KEYS_1,CKV2_KEYS_5"),
    "scan": ("checkov-keys", "scan"),
}


def read(path):
    """What is exposed in a plan: {address of the sink: ["argument: key.attribute → step"]}."""
    found = {}
    for declared in find_planned_exposures([str(path)], []):
        rows = found.setdefault(declared.exposure.address, [])
        for secret in declared.exposure.secrets:
            way = " → ".join(step.text.replace("aws_iam_access_key.", "") for step in secret.way[:-1])
            rows.append(f"{secret.argument}: {way}")
    return {address: sorted(rows) for address, rows in found.items()}


def list_secrets(shown):
    """The texts of all secrets in a state that is shown."""
    modules = [shown["values"]["root_module"]]
    for module in modules:
        modules += module.get("child_modules", ())
    keys = [each for module in modules for each in module["resources"] if each["type"] == "aws_iam_access_key"]
    return [key["values"][name] for key in keys for name in SECRETS if key["values"][name]]


@pytest.fixture(scope="module")
def terraform():
    """One provider for all tests."""
    with Histories() as running:
        yield running


@pytest.fixture(scope="module")
def plans(terraform, tmp_path_factory):
    """The plan that makes everything, one that changes nothing, and the texts of all secrets."""
    folder, step = tmp_path_factory.mktemp("sinks"), Step(write_files())
    paths = folder / "first.json", folder / "second.json"
    for path in paths:
        made = terraform.follow([step], folder / "root")
        path.write_text(json.dumps(made.plan, indent=1), encoding="utf-8")
    return (*paths, list_secrets(made.states["show"]))


@pytest.fixture(scope="module")
def exposed(plans):
    """What is exposed in both plans."""
    return read(plans[0]), read(plans[1])


def test_nothing_else(exposed):
    """Nothing is found but what the tables tell, so no row of SILENT is: not before the apply, and not after it."""
    first = {address for table in (EXPOSED, FIRST) for _, sinks in table.values() for address in sinks}
    later = {address for table in (EXPOSED, LATER) for _, sinks in table.values() for address in sinks}
    assert SILENT
    assert (first, later) == (set(exposed[0]), set(exposed[1]))


@pytest.mark.parametrize("name", EXPOSED)
def test_exposed(exposed, name):
    """A secret is found by what the configuration refers to, and once it is made by its text, with the way it takes."""
    sinks = EXPOSED[name][1]
    for plan in exposed:
        assert sinks == {address: plan.get(address) for address in sinks}


@pytest.mark.parametrize("name", LATER)
def test_later(exposed, name):
    """What no reference tells for sure is found once the secret has a text."""
    sinks = LATER[name][1]
    assert {} == {address: exposed[0][address] for address in sinks if address in exposed[0]}
    assert sinks == {address: exposed[1].get(address) for address in sinks}


def test_values_refute(exposed):
    """What is known not to hold the text is not exposed, although it is made of it."""
    for _, sinks in FIRST.values():
        assert sinks == {address: exposed[0].get(address) for address in sinks}
        assert not sinks.keys() & exposed[1].keys()


K = "aws_iam_access_key"
SINK = f'resource "aws_s3_object" "o" {{\n  bucket = "b"\n  key = "k"\n  content = {K}.a.secret\n}}\n'
BOTH = f'resource "aws_s3_object" "o" {{\n  bucket = "b"\n  key = "k"\n  content = try({K}.a.secret, "x")\n}}\n'
STAYS = 'resource "aws_s3_object" "o" {\n  bucket = "b"\n  key = "k"\n  content = "x"\n}\n'
A, C = key("a", '"ann"'), key("c", '"bob"')
KEYS = {"m/main.tf": f'resource "{K}" "k" {{ user = "ann" }}\noutput "secret" {{ value = {K}.k.secret }}\n'}
OUT = 'output "s" {\n  value = module.m.secret\n  sensitive = true\n}\n'
CHANGES = {
    "the key goes, and the sink with it": ([Step(files(A, SINK)), Step(files(C))], {}),
    "the key goes": ([Step(files(A, SINK)), Step(files(C, STAYS))], {}),
    "the key is forgotten": (
        [Step(files(A, SINK)), Step(files(remove(f"{K}.a", destroy=False), STAYS))],
        {},
    ),
    "everything goes": ([Step(files(A, SINK)), Step(files(A, SINK), ["-destroy"])], {}),
    "the key is replaced": (
        [Step(files(A, SINK)), Step(files(A, SINK), [f"-replace={K}.a"])],
        {"aws_s3_object.o": ["content: a.secret"]},
    ),
    "another one is looked at": (
        [Step(files(A, SINK)), Step(files(A, C, SINK), [f"-target={K}.c"])],
        {"aws_s3_object.o": ["content: a.secret"]},
    ),
    "the sink would change, and is not looked at": (
        [Step(files(A, SINK)), Step(files(A, C, STAYS), [f"-target={K}.c"])],
        {"aws_s3_object.o": ["content: a.secret"]},
    ),
    "only looked at": (
        [Step(files(A, SINK)), Step(files(A, STAYS), ["-refresh-only"])],
        {"aws_s3_object.o": ["content: a.secret"]},
    ),
    "an output of a module": (
        [Step(files(call("m", "m"), OUT, one=KEYS))],
        {"output.s": ["value: module.m.k.secret → module.m.secret"]},
    ),
}


@pytest.mark.parametrize(("steps", "expected"), CHANGES.values(), ids=CHANGES)
def test_changes(terraform, tmp_path, steps, expected):
    """What counts is what there is after the apply: keys that go expose nothing, and what is left alone stays."""
    made = terraform.follow(steps, tmp_path / "root")
    path = tmp_path / "tfplan.json"
    path.write_text(json.dumps(made.plan), encoding="utf-8")
    assert expected == read(path)


@pytest.mark.parametrize("output", ["cli", "json", "sarif"])
@pytest.mark.parametrize("command", COMMANDS)
def test_commands(plans, exposed, command, output):
    """Checkov and the command report each sink once, and show no secret of the state in any format."""
    programs = Path(sys.executable).parent
    checks = subprocess.run([programs / "checkov-keys", "checks-dir"], capture_output=True, text=True, check=True)
    program, *words = COMMANDS[command]
    words = [word.replace("{checks}", checks.stdout.strip()) for word in words]
    line = [programs / program, *words, "-f", plans[1].name, "-o", output]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=plans[1].parent)
    assert 1 == done.returncode
    assert not [secret[:4] for secret in plans[2] if secret in done.stdout + done.stderr]
    if output == "json":
        failed = json.loads(done.stdout)["results"]["failed_checks"]
        assert sorted(exposed[1]) == sorted(each["resource"] for each in failed if each["check_id"] == "CKV2_KEYS_5")
