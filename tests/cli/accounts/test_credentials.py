"""Profiles with MFA, single sign-on and web identity work; a question goes to the terminal, a fault is one line."""

import hashlib
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from emulated_aws import FEW_ATTEMPTS

ROLE, MFA = "arn:aws:iam::123456789012:role/Auditor", "arn:aws:iam::123456789012:mfa/me"
PROMPT, CODE = f"Enter MFA code for {MFA}: ", "492039"
MFA_PROFILE = f"""
[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = secret
[profile mfa]
role_arn = {ROLE}
source_profile = base
mfa_serial = {MFA}
"""
START_URL = "https://example.awsapps.com/start"
SSO_KEYS = f"sso_start_url = {START_URL}\nsso_region = eu-west-1\n"
ROLE_KEYS = "sso_account_id = 123456789012\nsso_role_name = Auditor\n"
SSO_PROFILES = f"""
[profile without-session]
{SSO_KEYS}{ROLE_KEYS}
[profile with-session]
sso_session = corporate
{ROLE_KEYS}
[sso-session corporate]
{SSO_KEYS}sso_registration_scopes = sso:account:access
"""
TOKEN_NAMES = {"without-session": START_URL, "with-session": "corporate"}


@pytest.fixture
def configure(clean_environment):
    """Write the AWS configuration file."""
    return Path(clean_environment["AWS_CONFIG_FILE"]).write_text


@pytest.fixture
def audit_with(run_detached, moto):
    """Run the audit with a profile, all of AWS being moto."""

    def run(*flags, **settings):
        few = {**FEW_ATTEMPTS, "AWS_MAX_ATTEMPTS": "1", "AWS_ENDPOINT_URL": moto.endpoint}
        return run_detached("checkov-keys", "audit", "-o", "json", *flags, **{**few, **settings})

    return run


def _failed(done):
    return [record["user"] for record in json.loads(done.stdout)["results"]["failed_checks"]]


def test_an_mfa_code_is_asked_for_at_the_terminal(configure, audit_with, moto):
    """It reaches STS with the device's serial number; the report, in a file, and the log hold nothing of it."""
    configure(MFA_PROFILE)
    done = audit_with("--profile", "mfa", prompt=PROMPT, typed=f"{CODE}\n".encode())
    assert (1, "") == (done.returncode, done.stderr)
    assert ["ci"] == _failed(done)
    assert PROMPT == done.terminal.strip("\r\n")
    (asked,) = moto.calls_of("AssumeRole")
    assert (ROLE, MFA, CODE) == (asked["RoleArn"], asked["SerialNumber"], asked["TokenCode"])
    assert "AKIABASE" not in {key for action, _, key in moto.calls if action == "ListUsers"}


def test_a_question_can_be_left_with_ctrl_c(configure, audit_with, moto):
    """Nothing is reported, and nobody is asked."""
    configure(MFA_PROFILE)
    done = audit_with("--profile", "mfa", prompt=PROMPT, typed=b"\x03")
    assert (130, "", "checkov-keys audit: interrupted\n") == (done.returncode, done.stdout, done.stderr)
    assert [] == moto.calls


@pytest.mark.parametrize("typed", [b"", b"\x04"], ids=["no terminal", "an end of input at it"])
def test_without_an_mfa_code_one_line_says_so(configure, audit_with, moto, typed):
    """Exit code 2, and AWS is not asked."""
    configure(MFA_PROFILE)
    done = audit_with("--profile", "mfa", prompt=PROMPT if typed else "", typed=typed)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert "the credentials need an MFA code" in done.stderr
    assert "run it at a terminal" in done.stderr
    assert [] == moto.calls


def test_web_identity(audit_with, moto, tmp_path):
    """The token of a pipeline or a pod is exchanged for a role's credentials."""
    (tmp_path / "token").write_text("a-web-identity-token")
    environment = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"), "AWS_ROLE_ARN": ROLE}
    done = audit_with(**environment, AWS_ENDPOINT_URL_STS=moto.endpoint)
    assert (1, "") == (done.returncode, done.stderr)
    assert ["ci"] == _failed(done)
    (asked,) = moto.calls_of("AssumeRoleWithWebIdentity")
    assert (ROLE, "a-web-identity-token") == (asked["RoleArn"], asked["WebIdentityToken"])


def test_a_web_identity_that_is_refused(audit_with, watched_moto, tmp_path):
    """One line names the operation."""
    refusing = watched_moto(lambda action, *_: "no" if action == "AssumeRoleWithWebIdentity" else None)
    (tmp_path / "token").write_text("a-web-identity-token")
    environment = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"), "AWS_ROLE_ARN": ROLE}
    done = audit_with(**environment, AWS_ENDPOINT_URL_STS=refusing.endpoint)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert "AssumeRoleWithWebIdentity" in done.stderr
    assert "a-web-identity-token" not in done.stderr


@pytest.fixture
def signed_in(configure, clean_environment):
    """Leave the token of `aws sso login` where the AWS CLI leaves it."""

    def sign_in(profile, token, hours, **more):
        configure(SSO_PROFILES)
        cache = Path(clean_environment["HOME"]) / ".aws" / "sso" / "cache"
        cache.mkdir(parents=True)
        name = hashlib.sha1(TOKEN_NAMES[profile].encode()).hexdigest()  # noqa: S324  # as the AWS CLI
        until = datetime.now(timezone.utc) + timedelta(hours=hours)
        known = {"startUrl": START_URL, "region": "eu-west-1", "accessToken": token, "expiresAt": _iso(until), **more}
        (cache / f"{name}.json").write_text(json.dumps(known))

    return sign_in


def _iso(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def audit_signed_in(audit_with, sso_portal):
    """Run the audit with a profile of IAM Identity Center, which knows one token and one role."""

    def run(profile, roles=(("123456789012", "Auditor"),)):
        portal = sso_portal({"sso-token"}, roles, {"refresh-me": "sso-token"})
        endpoints = {f"AWS_ENDPOINT_URL_{service}": portal.endpoint for service in ("SSO", "SSO_OIDC")}
        return audit_with("--profile", profile, **endpoints)

    return run


REGISTERED = {"clientId": "id", "clientSecret": "secret", "registrationExpiresAt": "2999-01-01T00:00:00Z"}
VALID = {
    "a profile": ("without-session", "sso-token", 1, {}),
    "a profile with a session": ("with-session", "sso-token", 1, {}),
    "an expired token that can be renewed": (
        "with-session",
        "old-token",
        -1,
        {**REGISTERED, "refreshToken": "refresh-me"},
    ),
}


@pytest.mark.parametrize(("profile", "token", "hours", "more"), VALID.values(), ids=VALID)
def test_single_sign_on(signed_in, audit_signed_in, moto, profile, token, hours, more):
    """After `aws sso login` the audit is signed with the role's credentials."""
    signed_in(profile, token, hours, **more)
    done = audit_signed_in(profile)
    assert (1, "") == (done.returncode, done.stderr)
    assert ["ci"] == _failed(done)
    assert {"ASIASSO"} == {key for _, _, key in moto.calls}


EXPIRED = {
    "a profile": ("without-session", {}),
    "a profile with a session": ("with-session", {}),
    "a token that cannot be renewed": ("with-session", {**REGISTERED, "refreshToken": "refuse-me"}),
}


@pytest.mark.parametrize(("profile", "more"), EXPIRED.values(), ids=EXPIRED)
def test_a_single_sign_on_that_has_expired(signed_in, audit_signed_in, moto, profile, more):
    """One line says what to do, and AWS is asked nothing."""
    signed_in(profile, "old-token", -1, **more)
    done = audit_signed_in(profile)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert "sign in again with aws sso login" in done.stderr
    assert "old-token" not in done.stderr
    assert [] == moto.calls


def test_nobody_has_signed_in(configure, audit_signed_in):
    """The same, where there is no token at all."""
    configure(SSO_PROFILES)
    done = audit_signed_in("with-session")
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert "sign in again with aws sso login" in done.stderr


def test_a_single_sign_on_without_the_role(signed_in, audit_signed_in):
    """One line names what to look at in the profile."""
    signed_in("with-session", "sso-token", 1)
    done = audit_signed_in("with-session", roles=())
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert "No access" in done.stderr
    assert "sso_role_name" in done.stderr
