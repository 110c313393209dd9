"""What `remediate -d` says to do about a key that a template owns: what `fix` writes, or why it has to be by hand."""

import json
import shlex
from argparse import Namespace

import pytest

from checkov_keys.cli.accounts.owners import name_owners
from checkov_keys.cli.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.cli.files import fix
from checkov_keys.cli.files.fix_flags import read_options
from checkov_keys.domain.remediation import Decision
from checkov_keys.domain.templates import ManagedKey
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, User
from checkov_keys.report.plan.remediation_text import format_plan, format_table

KEY = 'resource "aws_iam_access_key" "k" {\n  user = "bot"\n}\n'
ADDRESS = "aws_iam_access_key.k"
MODULE = 'module "m" {\n  source = "../key"\n}\n'
STACK = "Resources:\n  K:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: bot\n"
TERRAFORM, STACKS = ("Terraform", ADDRESS), ("CloudFormation", "K")


@pytest.fixture
def planned(write_files, monkeypatch):
    """The plan for a key of "bot" that a tool manages under an address: the text, and what the JSON says of it."""

    def make(files, owner, *directories):
        monkeypatch.chdir(write_files(files))
        user = User("1" * 12, "bot", "arn", tuple(AccessKey(f"AKIA{n}", KeyStatus.ACTIVE) for n in range(2)))
        decision = Decision(Account("1" * 12, "aws", (user,)), user, "AKIA0", "Turn off AKIA0.")
        tool, address = owner
        states = {"AKIA0": ManagedKey("AKIA0", tool, address, "state")}
        plan = name_owners(Namespace(directory=list(directories), stacks=False), None, [decision], states)
        (told,) = json.loads(format_plan(plan, ()))["plan"]
        return format_table(plan, ()), told["managed_by"]

    return make


# Files, what manages the key, directories, where the edit is, and the command.
WRITTEN = {
    "Terraform": (
        {"infra/main.tf": KEY},
        TERRAFORM,
        ["infra"],
        "infra/main.tf:1-3",
        f"checkov-keys fix -d infra --resource {ADDRESS}",
    ),
    "OpenTofu": (
        {"main.tofu": KEY},
        TERRAFORM,
        ["."],
        "main.tofu:1-3",
        f"checkov-keys fix -d . --resource {ADDRESS}",
    ),
    "CloudFormation": (
        {"a b/t.yaml": STACK},
        STACKS,
        ["a b"],
        "a b/t.yaml:2-5",
        "checkov-keys fix -d 'a b' --resource K",
    ),
    "an override": (
        {"main.tf": KEY, "override.tf": KEY.replace("}", '  status = "Active"\n}')},
        TERRAFORM,
        ["."],
        "override.tf:1-4",
        f"checkov-keys fix -d . --resource {ADDRESS}",
    ),
    "a module in another directory": (
        {"dev/main.tf": MODULE, "key/main.tf": KEY},
        ("Terraform", f"module.m.{ADDRESS}"),
        ["dev", "key"],
        "key/main.tf:1-3",
        f"checkov-keys fix -d dev -d key --resource module.m.{ADDRESS}",
    ),
    "broken files elsewhere": (
        {"main.tf": KEY, "fixture.json": '{ "a": ', "x/main.tf": "locals {{{"},
        TERRAFORM,
        ["."],
        "main.tf:1-3",
        f"checkov-keys fix -d . --resource {ADDRESS}",
    ),
}


@pytest.mark.parametrize(("files", "owner", "directories", "where", "command"), WRITTEN.values(), ids=WRITTEN)
def test_the_command_that_is_proposed_writes_the_edit(planned, files, owner, directories, where, command):
    """The plan says where the edit is made, and `fix` called as it says makes it there."""
    text, told = planned(files, owner, *directories)
    assert f" into {where} instead:\n  {command}" in text
    assert (command, None) == (told["fix"], told["by_hand"])
    options = read_options([*shlex.split(command)[2:], "--write"])
    assert NOTHING_FOUND == fix.run(options)
    text, told = planned({}, owner, *directories)
    assert " turns it off already: AWS does so with the next " in text
    assert (None, None) == (told["fix"], told["by_hand"])


# Files, what manages the key, where it is, and the reason.
BY_HAND = {
    "count": (
        {"main.tf": KEY.replace("{", "{\n  count = 2", 1)},
        ("Terraform", f"{ADDRESS}[1]"),
        "main.tf:1-4",
        "it has count, so one block may make several keys, main.tf:2",
    ),
    "for_each that only the state knows": (
        {"main.tf": 'variable "names" {}\n' + KEY.replace("{", "{\n  for_each = var.names", 1)},
        ("Terraform", f'{ADDRESS}["a"]'),
        "main.tf:2-5",
        "it has for_each, so one block may make several keys, main.tf:3",
    ),
    "an override with an expression": (
        {"main.tf": KEY, "override.tf": KEY.replace("}", "  status = var.s\n}")},
        TERRAFORM,
        "main.tf:1-3",
        "its status comes from var.s, override.tf:3",
    ),
    "ignored changes": (
        {"main.tf": KEY.replace("}", "  lifecycle {\n    ignore_changes = [status]\n  }\n}")},
        TERRAFORM,
        "main.tf:1-6",
        "its ignore_changes names the status, which Terraform would not change, main.tf:4",
    ),
    "Terraform's JSON syntax": (
        {"main.tf.json": '{"resource": {"aws_iam_access_key": {"k": {"user": "bot"}}}}'},
        TERRAFORM,
        "main.tf.json:1-1",
        "it is in Terraform's JSON syntax, which fix does not edit, main.tf.json:1",
    ),
    "a module that is called twice": (
        {"dev/main.tf": MODULE, "prod/main.tf": MODULE.replace('"m"', '"n"'), "key/main.tf": KEY},
        ("Terraform", f"module.m.{ADDRESS}"),
        "key/main.tf:1-3",
        f"its block declares module.n.{ADDRESS}, too, and all of them would change, key/main.tf:1",
    ),
    "a module that is called with count": (
        {"dev/main.tf": MODULE.replace("}", "  count = 2\n}"), "key/main.tf": KEY},
        ("Terraform", f"module.m[1].{ADDRESS}"),
        "key/main.tf:1-3",
        "module.m has count or for_each, so one block makes several keys, key/main.tf:1",
    ),
    "two root modules": (
        {"dev/main.tf": KEY, "prod/main.tf": KEY},
        TERRAFORM,
        "dev/main.tf:1-3 or prod/main.tf:1-3",
        "it is declared in several places: dev/main.tf:1, prod/main.tf:1: name a narrower -d",
    ),
    "a parameter": (
        {"t.yaml": STACK + "      Status: !Ref S\nParameters:\n  S: {Type: String}\n"},
        STACKS,
        "t.yaml:2-6",
        "its status comes from !Ref S, t.yaml:6",
    ),
    "a broken file in its module": (
        {"main.tf": KEY, "other.tf": "locals {{{"},
        TERRAFORM,
        "main.tf:1-3",
        "what else is in its modules is not known: other.tf:1 cannot be read: ",
    ),
}


@pytest.mark.parametrize(("files", "owner", "where", "reason"), BY_HAND.values(), ids=BY_HAND)
def test_an_edit_by_hand(planned, capsys, files, owner, where, reason):
    """The plan proposes no command that `fix` would refuse, and says why."""
    text, told = planned(files, owner, ".")
    assert f"Edit {where} by hand instead, because checkov-keys fix does not: {reason}" in text
    assert "checkov-keys fix -d" not in text
    assert told["fix"] is None
    assert told["by_hand"].startswith(reason)
    assert INCOMPLETE == fix.run(read_options(["-d", ".", "--resource", owner[1]]))
    assert f"refused: {owner[1]}: {told['by_hand']}\n" in capsys.readouterr().err


def test_a_key_that_no_template_declares(planned, capsysbinary):
    """The plan says what to write, not where, and `fix` has nothing to offer."""
    text, told = planned({"main.tf": KEY.replace('"k"', '"other"')}, TERRAFORM, ".")
    assert 'Write status = "Inactive" there instead.' in text
    assert ([], None, None) == (told["places"], told["fix"], told["by_hand"])
    assert INCOMPLETE == fix.run(read_options(["-d", ".", "--resource", ADDRESS]))
    assert FINDINGS == fix.run(read_options(["-d", ".", "--resource", "aws_iam_access_key.other"]))
    assert b'+  status = "Inactive"' in capsysbinary.readouterr().out
