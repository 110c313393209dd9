"""Turning a key off whose block override files change: which file is edited, and which one is named in a refusal."""

import pytest

from checkov_keys.iac.editing.drafts import Drafts
from checkov_keys.iac.editing.refusal import EditRefusedError
from checkov_keys.iac.editing.terraform_edit import turn_off
from checkov_keys.iac.terraform.module_files import ModuleFile, is_override

HEAD = 'resource "aws_iam_access_key" "k" '
JSON = '{"resource": {"aws_iam_access_key": {"k": %s}}}'
BASE = HEAD + '{\n  user = "u"\n}\n'
ACTIVE = BASE.replace("}", '  status = "Active"\n}')

# The files of a module, the one that is edited, and the line of its text that is new; "" if the key is off already.
MERGED = {
    "an override that says nothing of the status": (
        {"main.tf": BASE, "override.tf": HEAD + '{ pgp_key = "keybase:u" }\n'},
        ("main.tf", '  status = "Inactive"'),
    ),
    "an override that makes it inactive": (
        {"main.tf": BASE, "main_override.tf": HEAD + '{\n  status = "Inactive"\n}\n'},
        ("main_override.tf", ""),
    ),
    "an override that makes it active": (
        {"main.tf": BASE.replace("}", '  status = "Inactive"\n}'), "override.tf": HEAD + '{ status = "Active" }\n'},
        ("override.tf", HEAD + '{ status = "Inactive" }'),
    ),
    "an override with null": (
        {"main.tf": ACTIVE, "override.tf": HEAD + "{\n  status = null\n}\n"},
        ("override.tf", '  status = "Inactive"'),
    ),
    "two overrides, of which the last one counts": (
        {
            "main.tf": ACTIVE,
            "a_override.tf": HEAD + '{ status = "Inactive" }\n',
            "b_override.tf": HEAD + '{ status = "Active" }\n',
        },
        ("b_override.tf", HEAD + '{ status = "Inactive" }'),
    ),
    "an override of another key": (
        {"main.tf": ACTIVE, "override.tf": HEAD.replace('"k"', '"l"') + '{ status = "Inactive" }\n'},
        ("main.tf", '  status = "Inactive"'),
    ),
    "an override in OpenTofu's name": (
        {"main.tofu": ACTIVE, "override.tofu": HEAD + '{ status = "Active" }\n'},
        ("override.tofu", HEAD + '{ status = "Inactive" }'),
    ),
    "an override in the JSON syntax that says nothing of the status": (
        {"main.tf": ACTIVE, "override.tf.json": JSON % '{"pgp_key": "keybase:u"}'},
        ("main.tf", '  status = "Inactive"'),
    ),
    "an override in the JSON syntax that makes it inactive": (
        {"main.tf": ACTIVE, "override.tf.json": JSON % '{"status": "Inactive"}'},
        ("override.tf.json", ""),
    ),
    "an override that takes ignored changes back": (
        {
            "main.tf": BASE.replace("}", "  lifecycle {\n    ignore_changes = [status]\n  }\n}"),
            "override.tf": HEAD + "{\n  lifecycle {\n    ignore_changes = []\n  }\n}\n",
        },
        ("main.tf", '  status = "Inactive"'),
    ),
    "a file of the JSON syntax with other things": (
        {"main.tf": ACTIVE, "other.tf.json": '{"locals": {"a": 1}}'},
        ("main.tf", '  status = "Inactive"'),
    ),
}


def turn_off_in(texts, name):
    """The file of a module that is to change, and its text."""
    paths = sorted((f"/module/{file}" for file in texts), key=lambda path: (is_override(path), path))
    drafts = Drafts({f"/module/{file}": text for file, text in texts.items()})
    return turn_off([ModuleFile(path, path.endswith(".json"), is_override(path)) for path in paths], drafts, name)


@pytest.mark.parametrize(("texts", "expected"), MERGED.values(), ids=MERGED)
def test_override_files(texts, expected):
    """The file is edited whose status counts, and no other one."""
    made = turn_off_in(texts, "k")
    before = texts[made.path.name].splitlines()
    new = [line for line in made.text.splitlines() if line not in before and "user" not in line]
    assert expected == (made.path.name, "".join(new))
    assert made.text == turn_off_in({**texts, made.path.name: made.text}, "k").text


# The files of a module, and the reason, file and line of the refusal.
REFUSED_MERGED = {
    "an override with count": (
        {"main.tf": BASE, "override.tf": HEAD + "{\n  count = 2\n}\n"},
        ("it has count, so one block may make several keys", "override.tf", 2),
    ),
    "an override in the JSON syntax with for_each": (
        {"main.tf": BASE, "override.tf.json": JSON % '{"for_each": ["a"]}'},
        ("it has for_each, so one block may make several keys", "override.tf.json", 1),
    ),
    "an override with an expression": (
        {"main.tf": ACTIVE, "override.tf": HEAD + "{ status = var.s }\n"},
        ("its status comes from var.s", "override.tf", 1),
    ),
    "an override in the JSON syntax that makes it active": (
        {"main.tf": BASE, "override.tf.json": "\n" + JSON % '{"status": "Active"}'},
        ("its status is set in Terraform's JSON syntax, which fix does not edit", "override.tf.json", 2),
    ),
    "an override that ignores changes": (
        {"main.tf": BASE, "override.tf": HEAD + "{\n  lifecycle {\n    ignore_changes = all\n  }\n}\n"},
        ("its ignore_changes names the status, which Terraform would not change", "override.tf", 3),
    ),
    "an override in the JSON syntax that ignores changes": (
        {"main.tf": BASE, "override.tf.json": JSON % '{"lifecycle": {"ignore_changes": ["status"]}}'},
        ("its ignore_changes names the status, which Terraform would not change", "override.tf.json", 1),
    ),
    "another file of the module that cannot be read": (
        {"main.tf": BASE, "other.tf": 'module "m" {{{\n'},
        ("the file cannot be read: ", "other.tf", 1),
    ),
    "broken JSON in the module": (
        {"main.tf": BASE, "other.tf.json": '{\n  "a": '},
        ("the file cannot be read: ", "other.tf.json", 2),
    ),
    "the key in two files": (
        {"main.tf": BASE, "other.tf": "\n" + BASE},
        ("its module declares it more than once", "other.tf", 2),
    ),
    "the key in both syntaxes": (
        {"main.tf": BASE, "other.tf.json": JSON % '{"user": "u"}'},
        ("its module declares it more than once", "other.tf.json", 1),
    ),
}


@pytest.mark.parametrize(("texts", "expected"), REFUSED_MERGED.values(), ids=REFUSED_MERGED)
def test_refusals_of_override_files(texts, expected):
    """A refusal names the file that gives it reason."""
    with pytest.raises(EditRefusedError) as refused:
        turn_off_in(texts, "k")
    reason, name, line = expected
    assert str(refused.value).startswith(reason)
    assert (name, line) == (refused.value.path.name, refused.value.line)
