"""The runner and the reader of each of Checkov's frameworks that declare access keys, imported when asked for."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from checkov.common.runners.base_runner import BaseRunner

    from checkov_keys.iac.common.exposed_secrets import SecretReader
    from checkov_keys.iac.common.template_reader import TemplateReader


class _Served(NamedTuple):
    """A framework (`--framework`), and where the classes of its runner, its reader and its reader of secrets are."""

    framework: str
    runner: str
    reader: str
    secrets: str = ""


_TERRAFORM = "terraform.secret_reader:TerraformSecretReader"
_CLOUDFORMATION = "cloudformation.secret_reader:CloudFormationSecretReader"
_SERVED: tuple[_Served, ...] = (
    _Served("terraform", "checkov.terraform.runner:Runner", "terraform.reader:TerraformReader", _TERRAFORM),
    _Served(
        "cloudformation",
        "checkov.cloudformation.runner:Runner",
        "cloudformation.reader:CloudFormationReader",
        _CLOUDFORMATION,
    ),
    _Served("kubernetes", "checkov.kubernetes.runner:Runner", "crossplane.reader:CrossplaneReader"),
    _Served(
        "serverless",
        "checkov.serverless.runner:Runner",
        "cloudformation.reader:CloudFormationReader",
        _CLOUDFORMATION,
    ),
    _Served("terraform_plan", "checkov.terraform.plan_runner:Runner", "terraform.reader:TerraformReader", _TERRAFORM),
    _Served("ansible", "checkov.ansible.runner:Runner", "ansible.reader:AnsibleReader"),
    _Served(
        "terraform_json",
        "checkov.terraform_json.runner:TerraformJsonRunner",
        "terraform.reader:TerraformReader",
        _TERRAFORM,
    ),
)
_BY_FRAMEWORK = {served.framework: served for served in _SERVED}


def runner_type(framework: str) -> type[BaseRunner[Any, Any, Any]]:
    """Return the class of Checkov's runner of one of FRAMEWORKS."""
    runner: type[BaseRunner[Any, Any, Any]] = resolve_name(_BY_FRAMEWORK[framework].runner)
    return runner


def reader_of(framework: str) -> TemplateReader:
    """Return a reader of the language of one of FRAMEWORKS."""
    reader: TemplateReader = resolve_name(f"checkov_keys.iac.{_BY_FRAMEWORK[framework].reader}")()
    return reader


def secret_reader_of(framework: str) -> SecretReader | None:
    """Return what follows secrets in the language of one of FRAMEWORKS, None if nothing does."""
    path = _BY_FRAMEWORK[framework].secrets
    return resolve_name(f"checkov_keys.iac.{path}")() if path else None
