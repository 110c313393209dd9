"""The versions that a bug report needs, without importing what they are of."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from checkov_keys import __version__

_OTHERS = (("Checkov", "checkov"), ("boto3", "boto3"))


def format_versions() -> str:
    """Return the versions of checkov-keys, Checkov and boto3, one in a line."""
    return "\n".join([f"checkov-keys {__version__}", *(f"{name} {_find(package)}" for name, package in _OTHERS)])


def _find(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "is not installed"
