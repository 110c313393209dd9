"""Files that somebody has named: why one is not judged, though nobody scans it for what is in it.

In a directory, a file of another kind is nobody's business. Whoever names a file wants to know about it, and must not
be told that all is well since nothing could read it: an empty file, a state in place of a plan, a log, a binary.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from checkov_keys.iac.selection.marks import JSON_SYNTAX, NATIVE, is_looked_at, is_of_module

_UNKNOWN_NAME = "no runner of Checkov reads files with such a name"
_EMPTY = "it is empty"
_NOT_TEXT = "it is not text"
_NO_READER = (
    "it is not Terraform, a plan in JSON, CloudFormation, Crossplane, Ansible or Serverless, so that nothing reads it"
)
_STATE = "it is a Terraform state, not a plan: make one with terraform show -json PLAN"
_LOG = "it is a log of Terraform's -json, not a plan: make one with terraform show -json PLAN"
_SAVED_PLAN = "it is a saved plan of Terraform, which is not text: scan what terraform show -json makes of it"
_INCOMPLETE = "the plan is not complete, so that what it lacks cannot be judged"
_YAML = (".yaml", ".yml")
# A saved plan is a ZIP file.
_ZIP = b"PK\x03\x04"
# Words that no file of these languages lacks: a template's sections, a manifest's header, a play, a task, a service.
_OF_YAML = re.compile(
    r"""^[ \t-]*["']?(?:Resources|AWSTemplateFormatVersion|Transform|Parameters|apiVersion|hosts|tasks|name|block"""
    r"""|include_tasks|import_tasks|import_playbook|service|provider|resources|functions|[\w.]+\.[\w.]+)["']?[ \t]*:""",
    re.MULTILINE,
)
_OF_JSON = (
    {"Resources"},
    {"AWSTemplateFormatVersion"},
    {"Transform"},
    {"apiVersion", "kind"},
    {"format_version", "planned_values"},
    {"format_version", "resource_changes"},
    {"format_version", "configuration"},
)
_OF_STATE = (
    {"format_version", "values"},
    {"version", "terraform_version", "resources"},
    {"version", "serial", "lineage"},
    {"version", "modules"},
)


def explain_unjudged_file(path: str) -> str:
    """Return in one line why a named file is not judged, "" if it is, or if whoever scans it says so itself."""
    if not is_looked_at(path):
        return _UNKNOWN_NAME if not is_of_module(path) else ""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    text = _decode(content)
    if text is None:
        return _SAVED_PLAN if content.startswith(_ZIP) else _NOT_TEXT
    return _explain_text(path, text) if text.strip() else _EMPTY


def _explain_text(path: str, text: str) -> str:
    if path.endswith((*NATIVE, *JSON_SYNTAX)):
        # The reading of Terraform says what it cannot read.
        return ""
    if path.endswith(".json"):
        return _explain_json(text)
    return "" if _OF_YAML.search(text) or _is_json_with_a_reader(text) else _NO_READER


def _decode(content: bytes) -> str | None:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        # Checkov reads templates in whatever encoding they may have.
        text = content.decode("latin-1")
    return None if "\0" in text or content.startswith(_ZIP) else text


def _explain_json(text: str) -> str:
    try:
        document = json.loads(text)
    except RecursionError:
        return "it is nested too deeply to be read"
    except ValueError as error:
        return _LOG if _is_log(text) else f"it is not JSON: {error}"
    if not isinstance(document, dict):
        return "" if isinstance(document, list) and _OF_YAML.search(text) else _NO_READER
    names = document.keys()
    if any(required <= names for required in _OF_JSON):
        return _INCOMPLETE if document.get("errored") is True or document.get("complete") is False else ""
    if any(required <= names for required in _OF_STATE):
        return _STATE
    return _LOG if "@level" in names else _NO_READER


def _is_json_with_a_reader(text: str) -> bool:
    return text.lstrip().startswith("{") and not _explain_json(text)


def _is_log(text: str) -> bool:
    """Tell whether a text is what Terraform says with -json: an object of JSON in each line."""
    try:
        first = json.loads(text.lstrip().partition("\n")[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and "@level" in first
