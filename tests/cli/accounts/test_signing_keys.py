"""The key that signs is neither planned nor turned off, whatever form the credentials have."""

import json
import sys
from pathlib import Path

import pytest
from emulated_aws import OWN

USER = f"arn:aws:iam::{OWN}:user/user-00000"
ROLE = f"arn:aws:iam::{OWN}:role/Admin"
TEMPORARY = "ASIATEMPORARY"
STATIC = "aws_access_key_id = {key}\naws_secret_access_key = x\n"
SESSION = f"aws_access_key_id = {TEMPORARY}\naws_secret_access_key = x\naws_session_token = y\n"
PROCESS = "credential_process = {python} {home}/process.py {key}\n"
SESSION_PROCESS = f"credential_process = {{python}} {{home}}/process.py {TEMPORARY} token\n"
BOTO = "[Credentials]\n" + STATIC
# As what `credential_process` names answers.
ANSWERING = """import json, sys
keys = {"Version": 1, "AccessKeyId": sys.argv[1], "SecretAccessKey": "x"}
print(json.dumps({**keys, "SessionToken": sys.argv[2]} if sys.argv[2:] else keys))
"""


def profiles(**sections):
    """An AWS configuration file, each section of which has the text that is given, or a role over another section."""
    texts = []
    for name, text in sections.items():
        over = f"role_arn = {ROLE}{name}\n{text}\nregion = us-east-1\n" if text.startswith(("source", "cred")) else text
        texts.append(f"[profile {name}]\n{text if 'credential_process' in text else over}")
    return "".join(texts)


FIRST, BOTH, ALL, NONE = "the first key", "both keys of the user", "every key of the account", "no key"
IN_PROFILE = {"AWS_PROFILE": "p"}
IN_ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "{key}", "AWS_SECRET_ACCESS_KEY": "x"}
TOKEN = {"AWS_ACCESS_KEY_ID": TEMPORARY, "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y"}
# Files in the home directory by name, the environment, the flags, the identity of temporary credentials, and what is
# protected.
FORMS = {
    "the environment": ({}, IN_ENVIRONMENT, (), "", FIRST),
    "the configuration file": ({"config": profiles(p=STATIC)}, IN_PROFILE, (), "", FIRST),
    "the credentials file": ({"credentials": "[p]\n" + STATIC}, {}, ("--profile", "p"), "", FIRST),
    "the default profile": ({"credentials": "[default]\n" + STATIC}, {}, (), "", FIRST),
    "a program": ({"config": profiles(p=PROCESS)}, IN_PROFILE, (), "", FIRST),
    "~/.boto": ({".boto": BOTO}, {}, (), "", FIRST),
    "BOTO_CONFIG": ({"boto.cfg": BOTO}, {"BOTO_CONFIG": "{home}/boto.cfg"}, (), "", FIRST),
    "AWS_CREDENTIAL_FILE": (
        {"old": "AWSAccessKeyId={key}\nAWSSecretKey=x\n"},
        {"AWS_CREDENTIAL_FILE": "{home}/old"},
        (),
        "",
        FIRST,
    ),
    "a role over a profile": (
        {"config": profiles(p="source_profile = base"), "credentials": "[base]\n" + STATIC},
        IN_PROFILE,
        (),
        "",
        FIRST,
    ),
    "a role over a program": ({"config": profiles(base=PROCESS, p="source_profile = base")}, IN_PROFILE, (), "", FIRST),
    "a role over a role over a role over a program": (
        {"config": profiles(base=PROCESS, c="source_profile = base", b="source_profile = c", p="source_profile = b")},
        IN_PROFILE,
        (),
        "",
        FIRST,
    ),
    "a role over the environment": (
        {"config": profiles(p="credential_source = Environment")},
        IN_ENVIRONMENT,
        ("--profile", "p"),
        "",
        FIRST,
    ),
    "--role-arn after the environment": ({}, IN_ENVIRONMENT, ("--role-arn", f"{ROLE}1"), "", FIRST),
    "--role-arn after a role over a program": (
        {"config": profiles(base=PROCESS, p="source_profile = base")},
        IN_PROFILE,
        ("--role-arn", f"{ROLE}1"),
        "",
        FIRST,
    ),
    "--role-arn after ~/.boto": ({".boto": BOTO}, {}, ("--role-arn", f"{ROLE}1"), "", FIRST),
    "a session token in the environment": ({}, TOKEN, (), USER, BOTH),
    "a session token in a profile": ({"credentials": "[p]\n" + SESSION}, IN_PROFILE, (), USER, BOTH),
    "a session token of a program": ({"config": profiles(p=SESSION_PROCESS)}, IN_PROFILE, (), USER, BOTH),
    "a session token of a user in another case": ({}, TOKEN, (), USER.replace("user-", "path/USER-"), BOTH),
    "a role over a session token": (
        {"config": profiles(p="source_profile = base"), "credentials": "[base]\n" + SESSION},
        IN_PROFILE,
        (),
        USER,
        BOTH,
    ),
    "--role-arn after a session token": ({}, TOKEN, ("--role-arn", f"{ROLE}1"), USER, BOTH),
    "--role-arn after a role over a session token": (
        {"config": profiles(base=SESSION_PROCESS, p="source_profile = base")},
        IN_PROFILE,
        ("--role-arn", f"{ROLE}1"),
        USER,
        BOTH,
    ),
    "a federation token": ({}, TOKEN, (), f"arn:aws:sts::{OWN}:federated-user/me", ALL),
    "a session token of another account": ({}, TOKEN, ("--role-arn", f"{ROLE}1"), USER.replace(OWN, "1" * 12), NONE),
    "the credentials of a role, handed over": (
        {"credentials": "[other]\n" + STATIC},
        TOKEN,
        (),
        f"arn:aws:sts::{OWN}:assumed-role/Admin/me",
        FIRST,
    ),
    "a web identity": (
        {"token": "a-web-identity-token"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": ROLE},
        (),
        "",
        NONE,
    ),
}


@pytest.fixture
def credentials(clean_environment):
    """Set credentials up for a key: `credentials(key, files, environment)` returns the environment of a command."""
    home = Path(clean_environment["HOME"])
    nobody = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "")

    def set_up(account, key, files, environment):
        (home / "process.py").write_text(ANSWERING)
        for name, text in files.items():
            (home / name).write_text(text.format(key=key, home=home, python=sys.executable))
        given = {name: value.format(key=key, home=home) for name, value in environment.items()}
        return {**nobody, "AWS_ENDPOINT_URL": account.server.endpoint, "AWS_DEFAULT_REGION": "us-east-1", **given}

    return set_up


def expected_keys(account, protected):
    """The key that is planned for each user, by what is protected."""
    (first, second), (other, _) = account.keys(), account.keys("user-00020")
    return {FIRST: [second, other], BOTH: [None, other], ALL: [None, None], NONE: [first, other]}[protected]


@pytest.mark.parametrize(("files", "environment", "flags", "identity", "protected"), FORMS.values(), ids=FORMS)
def test_a_form_of_credentials(violators, command, apply, credentials, files, environment, flags, identity, protected):
    """The plan leaves the key alone, and so does a plan that was made with other credentials and is applied."""
    account = violators(callers={TEMPORARY: identity} if identity else None)
    key, other = account.keys()[0], account.keys("user-00020")[0]
    account.save_snapshot("neutral")
    given = credentials(account, key, files, environment)
    planned = command(account, "remediate", "-o", "json", *flags, **given)
    assert (1, "") == (planned.returncode, planned.stderr)
    assert expected_keys(account, protected) == [each["key"] for each in json.loads(planned.stdout)["plan"]]
    done = apply(account, "--from-snapshot", "neutral", *flags, **given)
    off = {FIRST: [other], BOTH: [other], ALL: [], NONE: [key, other]}[protected]
    assert off == account.inactive(), done.stdout + done.stderr
    assert ("these calls" in done.stdout) is (protected != NONE)


@pytest.mark.parametrize("form", ["a role over a program", "--role-arn after a session token"])
def test_everywhere_alike(violators, command, run_command, credentials, form):
    """The words, the scripts, the key that is named by hand, the snapshot, and the sentence of the audit."""
    files, environment, flags, identity, protected = FORMS[form]
    account = violators(callers={TEMPORARY: identity})
    key, second = account.keys()
    given = credentials(account, key, files, environment)
    words = command(account, "remediate", *flags, "--save-snapshot", "saved", **given)
    assert f"{key} signs these calls, or may" in words.stdout
    assert f"--access-key-id {key} " not in words.stdout
    again = run_command("checkov-keys", "remediate", "--from-snapshot", "saved")
    assert (1, words.stdout) == (again.returncode, again.stdout)
    command(account, "remediate", *flags, "-o", "sh", **given)
    script = (account.folder / "turn_off_keys.sh").read_text()
    assert f"--access-key-id {key} " not in script
    assert (f"--access-key-id {second} " in script) is (protected == FIRST)
    refused = command(account, "remediate", *flags, "--user", "user-00000", "--key", key, **given)
    assert (2, "") == (refused.returncode, refused.stdout)
    assert f"--key {key} signs these calls, or may: use other credentials to turn it off\n" in refused.stderr
    told = json.loads(command(account, "audit", *flags, "-o", "json", **given).stdout)["results"]["failed_checks"]
    assert key not in {each["proposal"]["key"] for each in told}
