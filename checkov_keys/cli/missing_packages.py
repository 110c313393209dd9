"""What to do if a package that checkov-keys needs is missing: the environment is broken, not the program."""

from __future__ import annotations

from importlib.util import find_spec

from checkov_keys.domain.errors import CheckovKeysError
from checkov_keys.runtime.session.install_command import format_install

# The packages that boto3 consists of, as they are imported. Checkov requires all others, so that installing it again
# installs them; their names in a package index may differ from the ones that are imported.
_OF_BOTO3 = frozenset({"boto3", "botocore", "jmespath", "s3transfer"})
_OURS = "checkov_keys"


class MissingPackageError(CheckovKeysError):
    """A package is not installed."""


def describe_missing(error: ModuleNotFoundError) -> str | None:
    """Return a line that says which package is missing and how to install it; None if it is a module of this one."""
    package = (error.name or "").partition(".")[0]
    return _describe(package) if package and package != _OURS else None


def check_installed(*packages: str) -> None:
    """Raise MissingPackageError if one of the packages is not there; none of them is imported."""
    for package in packages:
        if find_spec(package) is None:
            raise MissingPackageError(_describe(package))


def _describe(package: str) -> str:
    wanted = "boto3" if package in _OF_BOTO3 else "checkov"
    return f"the Python package {package} is not installed, or not all of it: run {format_install(wanted)}"
