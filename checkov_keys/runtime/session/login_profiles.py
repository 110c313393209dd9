"""Profiles of `aws login`, which older releases of botocore do not know: they look past them.

`aws login` of the AWS CLI 2.32 leaves `login_session` in a profile, and temporary credentials in ~/.aws/login/cache:
https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html
botocore reads both since 1.41.0, with its extra `crt`: https://github.com/boto/botocore/blob/develop/CHANGELOG.rst
Checkov pins an older one: https://github.com/bridgecrewio/checkov/blob/main/setup.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore import __version__ as botocore_version
from botocore.exceptions import InvalidConfigError

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.text import one_line
from checkov_keys.runtime.session.install_command import format_install

if TYPE_CHECKING:
    import botocore.session

# What botocore needs to read such a profile.
REQUIREMENT = "boto3[crt]>=1.41"
_LOGIN_SESSION = "login_session"
# How botocore calls that link of its credential chain, and those of the machine, which come last: its role is not who
# the profile says.
_METHOD, _OF_THE_MACHINE = "login", frozenset({"iam-role", "container-role"})


def find_credentials(core: botocore.session.Session) -> Any:  # noqa: ANN401  # botocore is untyped
    """Return the credentials of a session, None if there are none.

    Raises AuditError, with a command to run, if its profile, or one that this names as its source, is of `aws login`,
    and botocore looked past that.
    """
    try:
        credentials = core.get_credentials()
    except InvalidConfigError:
        # A role whose source profile seems to hold nothing.
        _check_login(core)
        raise
    if credentials is None or credentials.method in _OF_THE_MACHINE:
        _check_login(core)
    return credentials


def _check_login(core: botocore.session.Session) -> None:
    profile = None if _knows_login(core) else _find_login(core)
    if profile is not None:
        name = one_line(profile)
        raise AuditError(
            f"cannot start a session on AWS: profile {name} is one of aws login, which botocore {botocore_version} "
            f"does not know (run {format_install(REQUIREMENT)}, or export its credentials: aws configure "
            "export-credentials --format env)"
        )


def _knows_login(core: botocore.session.Session) -> bool:
    return any(provider.METHOD == _METHOD for provider in core.get_component("credential_provider").providers)


def _find_login(core: botocore.session.Session) -> str | None:
    """Return the profile of `aws login` that a session's profile is, or that its sources lead to; None if none is."""
    profiles = core.full_config.get("profiles", {})
    name, seen = core.profile or "default", set()
    while name in profiles and name not in seen:
        seen.add(name)
        if _LOGIN_SESSION in profiles[name]:
            return str(name)
        name = profiles[name].get("source_profile", "")
    return None
