"""Turning a key off in Terraform's native syntax: what is written, what is refused, and what stays as it was."""

import io
import shutil
import subprocess

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkov_keys.iac.editing.drafts import Drafts
from checkov_keys.iac.editing.refusal import EditRefusedError
from checkov_keys.iac.editing.terraform_edit import turn_off
from checkov_keys.iac.terraform.module_files import ModuleFile


def turned_off(text, name):
    """The text of a module's only file in which a key is off."""
    return turn_off([ModuleFile("/main.tf", is_json=False, is_override=False)], Drafts({"/main.tf": text}), name).text


HEAD = 'resource "aws_iam_access_key" "k" '

UNCHANGED = {
    "inactive, and as many as there may be": '{\n  count  = 2\n  status = "Inactive"\n}\n',
    "inactive": '{\n  user   = "u"\n  status = "Inactive"\n}\n',
    "expired": '{\n  user   = "u"\n  status = "Expired" # since May\n}\n',
    "inactive in one line": '{ status = "Inactive" }\n',
}

# What stands behind the labels of the block, before and after. The befores are as `terraform fmt` writes them.
EDITED = {
    "omitted": (
        '{\n  user = "u"\n}\n',
        '{\n  user   = "u"\n  status = "Inactive"\n}\n',
    ),
    "active": (
        '{\n  user   = "u"\n  status = "Active"\n}\n',
        '{\n  user   = "u"\n  status = "Inactive"\n}\n',
    ),
    "null": (
        '{\n  user   = "u"\n  status = null\n}\n',
        '{\n  user   = "u"\n  status = "Inactive"\n}\n',
    ),
    "a wider neighbour": (
        '{\n  user    = "u"\n  pgp_key = "keybase:u"\n}\n',
        '{\n  user    = "u"\n  pgp_key = "keybase:u"\n  status  = "Inactive"\n}\n',
    ),
    "a group of its own": (
        '{\n  provider = aws.b\n\n  # whose key it is\n  user = "u"\n\n  pgp_key = "keybase:u"\n}\n',
        (
            '{\n  provider = aws.b\n\n  # whose key it is\n  user   = "u"\n  status = "Inactive"\n\n'
            '  pgp_key = "keybase:u"\n}\n'
        ),
    ),
    "comments that make room": (
        '{\n  user   = "u"      # whose\n  status = "Active" # since May\n}\n',
        '{\n  user   = "u"        # whose\n  status = "Inactive" # since May\n}\n',
    ),
    "a comment that says otherwise": (
        '{\n  user = "u" # status = "Active"\n  # status = "Active"\n}\n',
        '{\n  user   = "u" # status = "Active"\n  status = "Inactive"\n  # status = "Active"\n}\n',
    ),
    "a comment behind null": (
        '{\n  user   = "u"\n  status = null /* null */\n}\n',
        '{\n  user   = "u"\n  status = "Inactive" /* null */\n}\n',
    ),
    "an expression in several lines": (
        '{\n  user = join("-", [\n    "status = }",\n  ])\n}\n',
        '{\n  user = join("-", [\n    "status = }",\n  ])\n  status = "Inactive"\n}\n',
    ),
    "a heredoc": (
        '{\n  user = <<-EOT\n    status = "Active"\n  EOT\n}\n',
        '{\n  user = <<-EOT\n    status = "Active"\n  EOT\n\n  status = "Inactive"\n}\n',
    ),
    "a status in a nested block": (
        (
            '{\n  user = "u"\n  lifecycle {\n    postcondition {\n      condition     = self.status == "Active"\n'
            '      error_message = "status"\n    }\n  }\n}\n'
        ),
        (
            '{\n  user   = "u"\n  status = "Inactive"\n  lifecycle {\n    postcondition {\n'
            '      condition     = self.status == "Active"\n      error_message = "status"\n    }\n  }\n}\n'
        ),
    ),
    "another change ignored": (
        '{\n  user = "u"\n  lifecycle {\n    ignore_changes = [pgp_key]\n  }\n}\n',
        '{\n  user   = "u"\n  status = "Inactive"\n  lifecycle {\n    ignore_changes = [pgp_key]\n  }\n}\n',
    ),
    "one line": ('{ user = "u" } # why\n', '{\n  user   = "u"\n  status = "Inactive"\n} # why\n'),
    "one line with comments": (
        '{ /* a */ user = "u" /* b */ }\n',
        '{\n  /* a */\n  user   = "u" /* b */\n  status = "Inactive"\n}\n',
    ),
    "one line that says active": ('{ status = "Active" }\n', '{ status = "Inactive" }\n'),
    "no attribute": ("{\n}\n", '{\n  status = "Inactive"\n}\n'),
    "nothing": ("{}\n", '{\n  status = "Inactive"\n}\n'),
    "no final line break": ('{\n  user = "u"\n}', '{\n  user   = "u"\n  status = "Inactive"\n}'),
}

# As nobody's formatter leaves it: what is there stays as it is.
UNFORMATTED = {
    "tabs": ('{\n\tuser="u"\n}\n', '{\n\tuser="u"\n\tstatus = "Inactive"\n}\n'),
    "a column of their own": (
        '{\n    user     = "u"\n    pgp_key  = "k"\n}\n',
        '{\n    user     = "u"\n    pgp_key  = "k"\n    status   = "Inactive"\n}\n',
    ),
    "no column": (
        '{\n  user = "u"\n  pgp_key = "k"\n}\n',
        '{\n  user = "u"\n  pgp_key = "k"\n  status = "Inactive"\n}\n',
    ),
    "a literal in no column": (
        '{\n  user = "u"\n  status="Active"   # x\n}\n',
        '{\n  user = "u"\n  status="Inactive"   # x\n}\n',
    ),
}

REFUSED = {
    "count": ('{\n  count = 1\n  user = "u"\n}\n', "it has count, so one block may make several keys", 2),
    "for_each": ('{\n  user = "u"\n  for_each = {}\n}\n', "it has for_each, ", 3),
    "a variable": ("{\n  status = var.status\n}\n", "its status comes from var.status", 2),
    "a local": ("{\n  status = local.status # x\n}\n", "its status comes from local.status", 2),
    "a condition": ('{\n  status = var.on ? "Active" : "Inactive"\n}\n', "its status comes from var.on ? ", 2),
    "a template": ('{\n  status = "${"Active"}"\n}\n', 'its status comes from "${"Active"}"', 2),
    "a status of nobody's": ('{\n  status = "active"\n}\n', 'its status is "active", which AWS does not know', 2),
    "status ignored": (
        '{\n  user = "u"\n  lifecycle {\n    ignore_changes = [user, status]\n  }\n}\n',
        "its ignore_changes names the status",
        4,
    ),
    "status ignored in quotes": (
        '{\n  lifecycle {\n    ignore_changes = ["status"]\n  }\n}\n',
        "its ignore_changes ",
        3,
    ),
    "everything ignored": ("{\n  lifecycle {\n    ignore_changes = all\n  }\n}\n", "its ignore_changes ", 3),
    "who knows what ignored": (
        "{\n  lifecycle {\n    ignore_changes = [\n  }\n}\n",
        "the file cannot be read: ",
        1,
    ),
    "two of a name": ('{ user = "u" }\n' + HEAD + '{ user = "u" }\n', "its module declares it more than once", 2),
    "a block and an attribute in one line": ('{ lifecycle {} user = "u" }\n', "the file cannot be read: ", 1),
    "a brace in a line with an attribute": ('{\n  user = "u" }\n', "the file cannot be read: ", 2),
}

MISSING = {
    "an empty file": "",
    "another type": 'resource "aws_iam_user" "k" {}\n',
    "another name": 'resource "aws_iam_access_key" "kk" {}\n',
    "a data source": 'data "aws_iam_access_key" "k" {}\n',
    "within a comment": "/*\n" + HEAD + "{}\n*/\n",
    "within a heredoc": "locals {\n  x = <<EOT\n" + HEAD + "{\n}\nEOT\n}\n",
    "no label": 'resource "aws_iam_access_key" {\n}\n',
}


@pytest.mark.parametrize("body", UNCHANGED.values(), ids=UNCHANGED)
def test_inactive_already(body):
    """A key that is Inactive already leaves the text as it is."""
    assert HEAD + body == turned_off(HEAD + body, "k")


@pytest.mark.parametrize(("before", "after"), [*EDITED.values(), *UNFORMATTED.values()], ids=[*EDITED, *UNFORMATTED])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("around", [("", ""), ("\ufeff", ""), ('# "k" {\nlocals {}\n\n', "\nlocals {}\n")])
def test_edits(before, after, line_break, around):
    """The status is off, everything else as it was: byte order mark, line breaks, comments, other blocks."""
    if around[1] and not before.endswith("\n"):
        around = (around[0], "\n" + around[1])
    text, expected = (line_break.join(f"{around[0]}{HEAD}{body}{around[1]}".split("\n")) for body in (before, after))
    assert expected == turned_off(text, "k")
    assert expected == turned_off(expected, "k")


@pytest.mark.parametrize(("body", "reason", "line"), REFUSED.values(), ids=REFUSED)
def test_refusals(body, reason, line):
    """What one edit does not decide is left to its author, with the reason and the line."""
    with pytest.raises(EditRefusedError) as refused:
        turned_off(HEAD + body, "k")
    assert line == refused.value.line
    assert str(refused.value).startswith(reason)


@pytest.mark.parametrize("text", MISSING.values(), ids=MISSING)
def test_no_such_block(text):
    """The edit is refused if the text does not hold the key as a block."""
    with pytest.raises(EditRefusedError, match="the file does not hold it as a block"):
        turned_off(text, "k")


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not here")
def test_terraform_would_not_format_it_again(tmp_path, clean_environment):
    """What `terraform fmt` left alone, it leaves alone afterwards."""
    for number, (name, (before, _)) in enumerate(EDITED.items()):
        kept = 'locals {\n  unformatted = "' + name + '"\n}\n\n' + HEAD + before
        (tmp_path / f"{number}.tf").write_text(turned_off(kept if kept.endswith("\n") else kept + "\n", "k"))
    flags = ["-check", "-diff", "-list=false", str(tmp_path)]
    done = subprocess.run(
        ["terraform", "fmt", *flags], env=clean_environment, capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stdout), done.stderr


VALUES = st.sampled_from(
    ['"u"', "var.u", '"a # b"', '"${var.a}}"', 'join("", ["a", "}"])', '[\n    "{",\n  ]', "{\n    a = 1\n  }"]
)
STATUSES = st.sampled_from(['"Active"', "null", None])
NAMES = st.lists(st.sampled_from(["user", "pgp_key", "provider"]), unique=True)
FILLING = st.sampled_from(["", "\n", "  # status = {\n", "  /* } */\n", "  timeouts {\n    x = 1\n  }\n"])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(names=NAMES, data=st.data(), status=STATUSES)
def test_nothing_else_changes(names, data, status):
    """Whatever a block holds, an independent parser finds its status off and everything else as it was."""
    attributes = [(name, data.draw(VALUES)) for name in names]
    if status:
        attributes.insert(data.draw(st.integers(0, len(attributes))), ("status", status))
    parts = [f"{data.draw(FILLING)}  {name} = {value}\n" for name, value in attributes]
    text = f"{HEAD}{{\n{''.join(parts)}{data.draw(FILLING)}}}\n"
    before, after = _parsed(text), _parsed(turned_off(text, "k"))
    assert ["Inactive"] == after["status"]
    assert {**before, "status": None} == {**after, "status": None}


def _parsed(text):
    attributes = hcl2.load(io.StringIO(text))["resource"][0]["aws_iam_access_key"]["k"]
    return {name: value for name, value in attributes.items() if not name.startswith("__")}
