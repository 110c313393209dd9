"""Accounts of moto to audit and to change, and the commands that do so."""

import contextlib
import json
import subprocess

import boto3
import pytest
from audited_organization import Organization
from emulated_aws import ADMIN, OWN
from violating_account import JOURNAL, Violators


@pytest.fixture
def violators(faulty_moto, fill_moto, run_command):
    """Start such an account: `violators(faults, seen=…)`; `users` is how many, and that every so many violate."""

    def start(faults=None, users=(21,), **settings):
        return Violators(faulty_moto(faults, **settings), fill_moto(OWN, *users), run_command.folder)

    return start


@pytest.fixture
def moto(watched_moto):
    """An account with one violating user, and every call that is made of it from now on."""
    server = watched_moto()
    iam = boto3.client("iam", endpoint_url=server.endpoint, **ADMIN)
    iam.create_user(UserName="ci")
    for _ in range(2):
        iam.create_access_key(UserName="ci")
    server.calls.clear()
    return server


@pytest.fixture
def command(clean_environment, aws_environment, run_command):
    """Run `checkov-keys …` at an account's endpoint, with what somebody types on standard input."""

    def run(account, name, *flags, typed="", prefix=(), **environment):
        given = [*prefix, "checkov-keys", name, "--endpoint-url", account.server.endpoint, *flags]
        return subprocess.run(
            given,
            cwd=run_command.folder,
            env={**clean_environment, **aws_environment, **environment},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def apply(command):
    """Turn off what is planned, without being asked."""
    return lambda account, *flags, **more: command(
        account, "remediate", "--apply", "--yes", "--journal", JOURNAL, *flags, **more
    )


@pytest.fixture
def rollback(command):
    """Take back what the journal says, without being asked."""
    return lambda account, *flags, **more: command(account, "rollback", JOURNAL, "--yes", *flags, **more)


@pytest.fixture
def start_command(clean_environment, aws_environment, run_command):
    """Start `checkov-keys …` at an account's endpoint; returns the process."""
    with contextlib.ExitStack() as stack:

        def begin(account, name, *flags):
            process = subprocess.Popen(
                ["checkov-keys", name, "--endpoint-url", account.server.endpoint, *flags],
                cwd=run_command.folder,
                env={**clean_environment, **aws_environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.callback(process.communicate)
            stack.callback(process.kill)
            return process

        yield begin


@pytest.fixture
def policy(root):
    """Read a policy from examples/iam, without the actions that are to be left out."""

    def read(name, *without):
        document = json.loads((root / "examples" / "iam" / name).read_text())
        for statement in document["Statement"]:
            statement["Action"] = [action for action in statement["Action"] if action not in without]
        document["Statement"] = [statement for statement in document["Statement"] if statement["Action"]]
        return document

    return read


@pytest.fixture
def template(root):
    """The template of the role that an auditor assumes."""
    return root / "examples" / "iam" / "audit_role.template"


@pytest.fixture
def organization(watched_moto, untrusted, template):
    """An organization that asks the trust policy of a role before it lets anybody in."""
    return Organization(watched_moto(untrusted), template)


@pytest.fixture
def audit_as_auditor(organization, audit):
    """Run the audit with the auditor's credentials; returns the process and its results."""

    def run(*flags):
        key = organization.auditor
        environment = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        done = audit(organization.server.endpoint, *flags, "-o", "json", **environment)
        return done, json.loads(done.stdout)["results"] if done.stdout else None

    return run
