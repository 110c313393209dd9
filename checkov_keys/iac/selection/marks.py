"""Finds which of Checkov's runners a file can matter to, by the words in it, before Checkov is imported.

A file that holds none of these words declares no access key, whatever its language.
"""

from __future__ import annotations

import os
import re
from typing import Callable, NamedTuple

# Of Terraform and OpenTofu; Checkov takes .hcl for Terraform's, too.
NATIVE = (".tf", ".tofu", ".hcl")
JSON_SYNTAX = (".tf.json", ".tofu.json")
_VALUES = (".tfvars", ".tfvars.json")
_YAML = (".yaml", ".yml")
_LOOKED_AT = (*NATIVE, ".json", ".template", *_YAML)

# `iam:` as the name of a module or a section, not the prefix of an action in a policy.
_ANSIBLE_IAM = re.compile(rb"""\biam["']?\s*:\s""")
# JSON, YAML and HCL may write letters of the words below as escapes, and UTF-16 writes them otherwise.
_ESCAPED = re.compile(rb"\\(?:u00|x)(?:2[eE]|3[aA]|4[1-9a-fA-F]|5[0-9a-fA-F]|6[1-9a-fA-F]|7[0-9aA])")
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")
# https://www.checkov.io/7.Scan%20Examples/Serverless%20Framework.html, and Checkov's own variable.
_SERVERLESS_NAMES = "CKV_SLS_FILE_MASK"


class _Language(NamedTuple):
    """A framework by Checkov's name, the files that its runner reads, and what in them may declare an access key.

    `declares_user` tells whether they may declare a user with or without keys.
    """

    framework: str
    is_read: Callable[[str], bool]
    declares_key: Callable[[bytes], bool]
    declares_user: Callable[[bytes], bool] = lambda _: False


def _is_serverless_file(name: str) -> bool:
    return name in os.environ.get(_SERVERLESS_NAMES, "serverless.yml,serverless.yaml").split(",")


def _is_crossplane(content: bytes) -> bool:
    # https://marketplace.upbound.io/providers/upbound/provider-aws-iam/latest/resources/iam.aws.upbound.io/AccessKey/v1beta1
    return b"iam.aws." in content


def _is_ansible(content: bytes) -> bool:
    # What every file holds that calls a module which makes keys.
    return (
        b"iam_access_key" in content
        or b"iam_type" in content
        or bool(b"iam" in content and _ANSIBLE_IAM.search(content))
    )


def _is_terraform_key(content: bytes) -> bool:
    # Also awsutils_expiring_iam_access_key, of another provider.
    return b"iam_access_key" in content


def _is_cloudformation_key(content: bytes) -> bool:
    return b"AWS::IAM::AccessKey" in content


def _is_terraform_user(content: bytes) -> bool:
    return b"aws_iam_user" in content


def _is_cloudformation_user(content: bytes) -> bool:
    return b"AWS::IAM::User" in content


_LANGUAGES = (
    _Language("terraform", lambda name: name.endswith(NATIVE), _is_terraform_key, _is_terraform_user),
    _Language("terraform_json", lambda name: name.endswith(JSON_SYNTAX), _is_terraform_key, _is_terraform_user),
    _Language("terraform_plan", lambda name: name.endswith(".json"), _is_terraform_key, _is_terraform_user),
    _Language(
        "cloudformation",
        lambda name: name.endswith((".json", ".template", *_YAML)),
        _is_cloudformation_key,
        _is_cloudformation_user,
    ),
    _Language(
        "kubernetes",
        lambda name: name.endswith((".json", *_YAML)),
        lambda content: _is_crossplane(content) and b"AccessKey" in content,
        lambda content: _is_crossplane(content) and b"User" in content,
    ),
    _Language("ansible", lambda name: name.endswith(_YAML), _is_ansible),
    _Language("serverless", _is_serverless_file, _is_cloudformation_key, _is_cloudformation_user),
)


# Files that another program makes templates of: what they make is not known before.
_SOURCES = (".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".tftpl", ".gotmpl", ".erb", ".mustache", ".cfn", ".cform")
# Of these languages, what can mean nothing else.
_KEY_WORDS = (b"iam_access_key", b"AWS::IAM::AccessKey")
# https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/
_PULUMI = re.compile(rb"\baws:iam(?:/accessKey)?:AccessKey\b")


class Marks(NamedTuple):
    """What a file's words tell: the frameworks in which it may declare an access key, and whether it is Crossplane's.

    A manifest of Crossplane may make the user of another one's key.
    """

    frameworks: tuple[str, ...] = ()
    crossplane: bool = False


def is_looked_at(name: str) -> bool:
    """Tell whether a file of this name can matter to any runner, whatever it holds."""
    return name.endswith(_LOOKED_AT)


def is_source(name: str) -> bool:
    """Tell whether a file of this name is what another program makes a template of."""
    return name.endswith(_SOURCES)


def explain_unread_keys(name: str, content: bytes) -> str:
    """Return why keys that a file names are not judged, "" if it names none, or if they are judged elsewhere."""
    if is_source(name):
        named = any(word in content for word in _KEY_WORDS) or (_is_crossplane(content) and b"AccessKey" in content)
        return "it names an access key, and what is made of it is not here" if named else ""
    if name.endswith((".json", *_YAML)) and _PULUMI.search(content):
        return "it names an access key of Pulumi, which is not judged"
    return ""


def is_of_module(name: str) -> bool:
    """Tell whether a file belongs to a Terraform module: its blocks, or values of its variables."""
    return name.endswith((*NATIVE, *JSON_SYNTAX, *_VALUES))


def read_marks(name: str, content: bytes, *, with_users: bool = False) -> Marks:
    """Return what the words in a file of this name say; all that they may mean if they are written otherwise.

    `with_users`, a framework in which it may declare a user is one of those in which it may declare a key.
    """
    if content.startswith(_OTHER_ENCODINGS) or (b"\\" in content and _ESCAPED.search(content)):
        return assume_marks(name)
    frameworks = [
        language.framework
        for language in _LANGUAGES
        if language.is_read(name)
        and (language.declares_key(content) or (with_users and language.declares_user(content)))
    ]
    return Marks(tuple(frameworks), _is_manifest(name) and _is_crossplane(content))


def assume_marks(name: str) -> Marks:
    """Return all that the words in a file of this name may tell."""
    frameworks = [language.framework for language in _LANGUAGES if language.is_read(name)]
    return Marks(tuple(frameworks), _is_manifest(name))


def _is_manifest(name: str) -> bool:
    return name.endswith((".json", *_YAML))
