"""Profiles of `aws login`: one line says what to do about an older botocore; with a newer one they work."""

import hashlib
import json
import re
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path, PurePosixPath, PureWindowsPath

import botocore
import botocore.credentials
import pytest
from emulated_aws import CREDENTIALS, FEW_ATTEMPTS

from checkov_keys.runtime.session.install_command import format_install, format_install_into

KNOWS_LOGIN = hasattr(botocore.credentials, "LoginProvider")
HAS_CRT = find_spec("awscrt") is not None
older = pytest.mark.skipif(KNOWS_LOGIN, reason="this botocore knows aws login")
newer = pytest.mark.skipif(not KNOWS_LOGIN, reason="this botocore does not know aws login")

SESSION = "arn:aws:iam::123456789012:user/me"
LOGIN = f"[profile me]\nlogin_session = {SESSION}\nregion = eu-west-1\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/Auditor\n"
KEYS = "aws_access_key_id = AKIAPROFILE\naws_secret_access_key = secret\n"


@pytest.fixture
def audit_with(run_command, clean_environment, moto):
    """Audit with a configuration file, all of AWS being moto."""

    def run(text, *flags, credentials="", **environment):
        Path(clean_environment["AWS_CONFIG_FILE"]).write_text(text)
        Path(clean_environment["AWS_SHARED_CREDENTIALS_FILE"]).write_text(credentials)
        known = {**FEW_ATTEMPTS, "AWS_MAX_ATTEMPTS": "1", "AWS_ENDPOINT_URL": moto.endpoint, **environment}
        return run_command("checkov-keys", "audit", "-o", "json", "--check", "CKV2_KEYS_1", *flags, **known)

    return run


UNKNOWN = {
    "a profile that is named": (LOGIN, ("--profile", "me"), {}, "me"),
    "a profile of the environment": (LOGIN, (), {"AWS_PROFILE": "me"}, "me"),
    "the default profile": (LOGIN.replace("profile me", "default"), (), {}, "default"),
    "a role above it": (f"{LOGIN}[profile role]\n{ROLE}source_profile = me\n", ("--profile", "role"), {}, "me"),
    "a role above a role": (
        f"{LOGIN}[profile one]\n{ROLE}source_profile = me\n[profile two]\n{ROLE}source_profile = one\n",
        ("--profile", "two"),
        {},
        "me",
    ),
    "malformed: an empty session": ("[profile me]\nlogin_session =\n", ("--profile", "me"), {}, "me"),
    "malformed: no ARN": ("[profile me]\nlogin_session = \x07\n", ("--profile", "me"), {}, "me"),
    "malformed: half a key beside it": (f"{LOGIN}aws_session_token = t\n", ("--profile", "me"), {}, "me"),
}


@older
@pytest.mark.parametrize(("text", "flags", "environment", "name"), UNKNOWN.values(), ids=UNKNOWN)
def test_an_older_botocore(audit_with, moto, text, flags, environment, name):
    """One line names the profile, the release that it takes and the command, and AWS is not asked."""
    done = audit_with(text, *flags, **environment)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert f"profile {name} is one of aws login, which botocore {botocore.__version__} does not know" in done.stderr
    assert '"boto3[crt]>=1.41"' in done.stderr
    assert "aws configure export-credentials" in done.stderr
    assert "Unable to locate" not in done.stderr
    assert [] == moto.calls


OTHERS = {
    "keys of the same profile": (LOGIN, ("--profile", "me"), {"credentials": f"[me]\n{KEYS}"}, "AKIAPROFILE"),
    "keys in the environment": (f"[default]\nlogin_session = {SESSION}\n", (), CREDENTIALS, "AKIATESTING"),
    "another profile": (f"{LOGIN}[profile other]\n{KEYS}", ("--profile", "other"), {}, "AKIAPROFILE"),
}


@pytest.mark.parametrize(("text", "flags", "environment", "key"), OTHERS.values(), ids=OTHERS)
def test_other_credentials(audit_with, moto, text, flags, environment, key):
    """What botocore finds before it gets to aws login signs the calls, whatever its release."""
    done = audit_with(text, *flags, **environment)
    assert (1, "") == (done.returncode, done.stderr)
    assert {key} == {signer for _, _, signer in moto.calls}


NOTHING = {
    "silent: no configuration": ("", (), "Unable to locate credentials"),
    "silent: a profile without a session": (
        "[profile me]\nregion = eu-west-1\n",
        ("--profile", "me"),
        "Unable to locate",
    ),
    "malformed: profiles that lead to each other": (
        f"[profile a]\n{ROLE}source_profile = b\n[profile b]\n{ROLE}source_profile = a\n",
        ("--profile", "a"),
        "nfinite loop",
    ),
    "malformed: a source that is not there": (
        f"[profile a]\n{ROLE}source_profile = gone\n",
        ("--profile", "a"),
        'source_profile "gone"',
    ),
}


@pytest.mark.parametrize(("text", "flags", "said"), NOTHING.values(), ids=NOTHING)
def test_no_credentials_at_all(audit_with, text, flags, said):
    """The line is the one of botocore, and says nothing of aws login."""
    done = audit_with(text, *flags)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert said in done.stderr
    assert "aws login" not in done.stderr


@pytest.fixture
def signed_in(clean_environment):
    """Leave what `aws login` leaves; returns what is in the cache."""

    def sign_in(**changes):
        until = datetime.now(timezone.utc) + timedelta(hours=1)
        token = {
            "accessToken": {
                "accessKeyId": "ASIALOGIN",
                "secretAccessKey": "secret",
                "sessionToken": "token",
                "accountId": "123456789012",
                "expiresAt": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
            "refreshToken": "refresh-me",
            "dpopKey": "a-private-key",
            "clientId": "arn:aws:signin:::devtools/same-device",
            **changes,
        }
        token = {name: value for name, value in token.items() if value is not None}
        cache = Path(clean_environment["HOME"]) / ".aws" / "login" / "cache"
        cache.mkdir(parents=True)
        (cache / f"{hashlib.sha256(SESSION.encode()).hexdigest()}.json").write_text(json.dumps(token))

    return sign_in


@newer
@pytest.mark.skipif(not HAS_CRT, reason="botocore's extra crt is not here")
def test_a_newer_botocore(audit_with, moto, signed_in):
    """The credentials of the cache sign the calls; they came about without an access key, so nobody asks whose."""
    signed_in()
    done = audit_with(LOGIN, "--profile", "me")
    assert (1, "") == (done.returncode, done.stderr)
    assert {"ASIALOGIN"} == {signer for _, _, signer in moto.calls}


REFUSED = {
    "nobody has signed in": None,
    "a part is missing": {"clientId": None},
    "an expired session, whose key is not one": {
        "accessToken": {
            "accessKeyId": "A",
            "secretAccessKey": "s",
            "sessionToken": "t",
            "accountId": "1",
            "expiresAt": "2020-01-01T00:00:00Z",
        }
    },
}


@newer
@pytest.mark.skipif(not HAS_CRT, reason="botocore's extra crt is not here")
@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_a_newer_botocore_without_a_session(audit_with, moto, signed_in, changes):
    """One line says to sign in again, and tells nothing of the session."""
    if changes is not None:
        signed_in(**changes)
    done = audit_with(LOGIN, "--profile", "me")
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert "sign in again with aws login" in done.stderr
    assert not re.search("refresh-me|a-private-key", done.stderr)
    assert [] == moto.calls


@newer
@pytest.mark.skipif(HAS_CRT, reason="botocore's extra crt is here")
def test_a_newer_botocore_without_its_extra(audit_with, moto):
    """One line says how to install it."""
    done = audit_with(LOGIN, "--profile", "me")
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert format_install("boto3[crt]") in done.stderr
    assert [] == moto.calls


WANTED = ("boto3[crt]>=1.41",)
COMMANDS = {
    "a plain environment": ("env", "", True, PurePosixPath("/v/bin/python"), "/v/bin/python -m pip install"),
    "a path with a space": ("env", "", True, PurePosixPath("/my v/python"), '"/my v/python" -m pip install'),
    "Windows": ("env", "", True, PureWindowsPath(r"C:\v\python.exe"), r"C:\v\python.exe -m pip install"),
    "pipx": ("checkov-keys", "pipx_metadata.json", False, PurePosixPath("/p"), "pipx runpip checkov-keys install"),
    "pipx with a suffix": (
        "checkov-keys 1",
        "pipx_metadata.json",
        False,
        PurePosixPath("/p"),
        'pipx runpip "checkov-keys 1" install',
    ),
    "uv": ("checkov-keys", "uv-receipt.toml", False, PurePosixPath("/p"), "uv pip install --python /p"),
    "no pip": ("env", "", False, PurePosixPath("/p"), "uv pip install --python /p"),
}


@pytest.mark.parametrize(("folder", "file", "has_pip", "python", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_the_command(tmp_path, folder, file, has_pip, python, expected):
    """It is one of the tool that made the environment."""
    (tmp_path / folder).mkdir()
    if file:
        (tmp_path / folder / file).write_text("{}")
    command = format_install_into(tmp_path / folder, python, WANTED, has_pip=has_pip)
    assert f'{expected} --upgrade "boto3[crt]>=1.41"' == command
