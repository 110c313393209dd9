"""Templates that are made to take all time or memory: each ends, judged or named as not judged."""

import logging
import os
import resource
import subprocess
import sys

import pytest

from checkov_keys.iac.host.reporting_scan import run_frameworks
from checkov_keys.iac.host.scan_runs import ScanFlags
from checkov_keys.iac.selection.file_selection import Target, select_directory

KEY = 'resource "aws_iam_access_key" "b" {\n  user = "alice"\n}\n'
UNKNOWN, PASSED, REFUSED = "UNKNOWN", "PASSED", "not read"
# What a process may take in the tests with hard limits; about three times of what it does take.
MOST_BYTES, MOST_SECONDS = 2_000_000_000, 60


def of_user(user):
    """A configuration with a key of alice, and one of a user that an expression names."""
    return {"main.tf": f'{KEY}resource "aws_iam_access_key" "a" {{\n  user = {user}\n}}\n'}


def over(collection):
    """A configuration with a key of alice, and one for each member of a collection."""
    block = f'resource "aws_iam_access_key" "a" {{\n  for_each = {collection}\n  user = each.key\n}}\n'
    return {"main.tf": KEY + block}


def doubled(first, step, user, times=40):
    """A configuration whose locals are each made of the one before, twice."""
    steps = "".join(f"  l{n} = {step.replace('@', f'local.l{n - 1}')}\n" for n in range(1, times + 1))
    return {"main.tf": f"{of_user(user)['main.tf']}locals {{\n  l0 = {first}\n{steps}}}\n"}


def nested(opening, closing, times, inner='"x"'):
    """A configuration whose user is in so many brackets."""
    return of_user(opening * times + inner + closing * times)


def laughing(kind, key):
    """A YAML file whose aliases make a billion items, with a key."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{own}: &{own} [{', '.join([f'*{before}'] * 9)}]" for before, own in zip("abcdefghi", "bcdefghij")]
    return {kind: "\n".join([*lines, key])}


def play(variables, task):
    """A playbook with a key of alice, and one task more."""
    first = "  - name: b\n    amazon.aws.iam_access_key: {user_name: alice}\n"
    return {"p.yml": f"- hosts: all\n  vars:\n    x: y\n{variables}  tasks:\n{first}  - name: a\n{task}"}


def made(user, loop=""):
    """A task that makes a key."""
    return f"    amazon.aws.iam_access_key: {{user_name: {user}}}\n{loop}"


def template(user, before=""):
    """A template of CloudFormation with a key of alice, and one of a user that functions name."""
    head = f"{before}Resources:\n  b: {{Type: AWS::IAM::AccessKey, Properties: {{UserName: alice}}}}\n"
    return {"t.yaml": f"{head}  a: {{Type: AWS::IAM::AccessKey, Properties: {{UserName: {user}}}}}\n"}


SUM = '"${@}${@}"'
CHAIN = {
    f"m{n}/main.tf": "".join(f'module "{name}" {{\n  source = "../m{n + 1}"\n}}\n' for name in "no") for n in range(30)
}
MANY = [f"u{n}" for n in range(60)]
TERRAFORM = {
    "a text times a billion": (of_user('"aaaaaaaaaaaaaaaa" * 1000000000'), REFUSED),
    "three loops in each other": (
        over(f"toset(flatten([for x in {MANY} : [for y in {MANY} : [for z in {MANY} : x]]]))".replace("'", '"')),
        UNKNOWN,
    ),
    "a product of lists": (
        over('toset([for p in setproduct(range(100), range(100), range(100)) : "u${p[0]}"])'),
        UNKNOWN,
    ),
    "a range of a billion": (of_user('"u${length(range(1000000000))}"'), REFUSED),
    "a wide format": (of_user('format("%1000000000d", 1)'), UNKNOWN),
    "texts joined twice": (
        of_user('join("", [for i in range(1000) : join("", [for j in range(1000) : "xxxxxxxxxx"])])'),
        UNKNOWN,
    ),
    "a text that doubles": (doubled('"aaaaaaaa"', SUM, "local.l40"), UNKNOWN),
    "a list that doubles": (doubled("[1]", "concat(@, @)", '"u${length(local.l40)}"'), UNKNOWN),
    "lists in lists": (doubled("[1]", "[@, @]", '"u${length(flatten(local.l40))}"'), UNKNOWN),
    "objects in objects": (doubled("{ a = 1 }", "{ a = @, b = @ }", "jsonencode(local.l40)"), UNKNOWN),
    "lists in lists compared": (doubled("[1]", "[@, @]", 'local.l40 == local.l39 ? "x" : "y"'), UNKNOWN),
    "one list deeper than it is wide": (doubled("[1]", "[@]", "jsonencode(local.l900)", 900), UNKNOWN),
    "a digest of what doubles": (doubled('"a"', f"md5({SUM})", "local.l400", 400), PASSED),
    "parentheses": (nested("(", ")", 5000), REFUSED),
    "lists": (nested("[", "]", 5000), REFUSED),
    "objects": (nested("{a=", "}", 5000), REFUSED),
    "a heredoc of many lines": (of_user("md5(<<E\n" + "xxxxxxxx\n" * 200_000 + "E\n)"), PASSED),
    "a long line": (of_user(f'"{"x" * 2_000_000}"'), PASSED),
    "a count of a billion": (
        {"main.tf": KEY + 'resource "aws_iam_access_key" "a" {\n  count = 1000000000\n  user = "u${count.index}"\n}\n'},
        UNKNOWN,
    ),
    "modules that call each other twice": (
        {
            **CHAIN,
            "main.tf": KEY + 'module "m" {\n  source = "./m0"\n}\n',
            "m30/main.tf": 'output "o" {\n  value = 1\n}\n',
        },
        "",
    ),
    "a billion laughs in a file": (
        {**over('toset(flatten(yamldecode(file("x.yml")).j))'), **laughing("x.yml", "")},
        UNKNOWN,
    ),
}
OTHERS = {
    "CloudFormation: a billion laughs": (laughing("t.yaml", template("bob")["t.yaml"]), REFUSED),
    "CloudFormation: an alias as the user": (laughing("t.yaml", template("*j")["t.yaml"]), REFUSED),
    "CloudFormation: deep lists": (template("bob", f"Metadata: {'[' * 5000}{']' * 5000}\n"), REFUSED),
    "CloudFormation: Fn::Sub that doubles": (
        template("{'Fn::Sub': ['${a}${a}', {a: " * 30 + "x" + "}]}" * 30),
        UNKNOWN,
    ),
    "CloudFormation: a condition of 200 parameters": (
        template(
            "bob",
            "Parameters:\n"
            + "".join(f"  P{n}: {{Type: String}}\n" for n in range(200))
            + "Conditions:\n  C: !And ["
            + ", ".join(f"!Equals [!Ref P{n}, a]" for n in range(200))
            + "]\n",
        ),
        PASSED,
    ),
    "Crossplane: a billion laughs": (
        laughing("k.yaml", "apiVersion: iam.aws.upbound.io/v1beta1\nkind: AccessKey\nmetadata: {name: k}\n"),
        REFUSED,
    ),
    "Ansible: a billion laughs": (
        laughing("p.yml", "tasks:\n- name: k\n  amazon.aws.iam_access_key: {user_name: alice}\n"),
        REFUSED,
    ),
    "Ansible: a text times a billion": (play("", made("\"{{ 'a' * 1000000000 }}\"")), PASSED),
    "Ansible: a loop over a product": (
        play("", made('"{{ item.0 }}"', '    loop: "{{ range(9999) | product(range(9999)) | list }}"\n')),
        PASSED,
    ),
    "Ansible: a variable that doubles": (
        play(
            "    a0: aaaaaaaa\n" + "".join(f'    a{n}: "{{{{ a{n - 1} + a{n - 1} }}}}"\n' for n in range(1, 41)),
            made('"{{ a40 }}"'),
        ),
        PASSED,
    ),
    "Ansible: ids in every turn of a loop": (
        play(
            "",
            "    iam: {iam_type: user, name: '{{ item }}', state: present, access_key_state: inactive,"
            f" access_key_ids: '{'A,' * 9000}'}}\n    loop: \"{{{{ range(5000) }}}}\"\n",
        ),
        PASSED,
    ),
}


def write(folder, files):
    """Write a configuration into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def judge(caplog):
    """Judge a folder as `checkov-keys scan` does: names with PASSED, UNKNOWN or, if a file is not read, that."""

    def scan(folder):
        selection = select_directory(str(folder))
        found = [REFUSED for _ in selection.unlisted]
        if selection.frameworks:
            target = Target(str(folder), (), selection.frameworks, kept=selection.kept)
            with caplog.at_level(logging.WARNING):
                reports, broken = run_frameworks(target, ScanFlags(("CKV2_KEYS_1", "CKV2_KEYS_5"), quiet=True))
            assert not broken
            assert not [record for record in caplog.records if record.exc_info]
            found += [
                PASSED
                for report in reports
                for record in report.passed_checks
                if record.resource.endswith("a") and record.check_id == "CKV2_KEYS_1"
            ]
        for record in caplog.records:
            text = record.getMessage()
            if "UNKNOWN for" in text:
                found.append(REFUSED if "Terraform would refuse it" in text else UNKNOWN)
        return found

    return scan


@pytest.mark.parametrize(("files", "expected"), [*TERRAFORM.values(), *OTHERS.values()], ids=[*TERRAFORM, *OTHERS])
def test_a_bomb(files, expected, judge, tmp_path):
    """What can be known is judged, what takes too much is named, and nothing takes more than its budget."""
    write(tmp_path, files)
    assert judge(tmp_path) == ([expected] if expected else [])


def limit_process():
    """Have the system end the process that is about to start if it takes too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


@pytest.mark.parametrize(
    "name", ["three loops in each other", "a text that doubles", "a count of a billion", "lists in lists compared"]
)
def test_the_command_within_hard_limits(name, clean_environment, tmp_path):
    """The command ends with exit code 2 and a name, within limits that the system holds it to."""
    write(tmp_path, TERRAFORM[name][0])
    command = [sys.executable, "-m", "checkov_keys", "scan", "-d", str(tmp_path), "--quiet", "--compact"]
    environment = {**clean_environment, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(
        command, env=environment, preexec_fn=limit_process, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "not judged: aws_iam_access_key.a" in ended.stderr
