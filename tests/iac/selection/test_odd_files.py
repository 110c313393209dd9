"""One odd file does not keep all others from being left out."""

import json
import os

import pytest
from selected_templates import KEY, PLAIN, call

from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.host.scan_runs import keep_to
from checkov_keys.iac.selection.file_selection import select_directory

EXPRESSION = 'module "x" {\n  source = var.x\n}\n'
BROKEN = 'module "x" {\n source = \n{{ if }}\n'
KEY_IN_JSON = '{"resource": {"aws_iam_access_key": {"k": {"user": "u"}}}}'
# Beside a key in k/, and in idle/ something that does not matter.
KEPT = {
    "a block without a source": ({"odd/main.tf": 'module "x" { name = "no source here" }\n'}, []),
    "a module in a comment": ({"odd/main.tf": '# a module "x"\n/* module "y" */\n' + PLAIN}, []),
    "a module in a text": ({"odd/main.tf": 'locals {\n  x = <<EOT\nmodule "x" {\nEOT\n}\n'}, []),
    "a source that is an expression": ({"odd/main.tf": EXPRESSION}, ["odd/main.tf"]),
    "a source that is an expression, beside something else that is called source": (
        {"odd/main.tf": EXPRESSION + 'terraform {\n  required_providers {\n    x = { source = "x" }\n  }\n}\n'},
        ["odd/main.tf"],
    ),
    "a source that is a template": ({"odd/main.tf": call("../${var.x}")}, ["odd/main.tf"]),
    "a block that does not parse": ({"odd/main.tf": BROKEN}, ["odd/main.tf"]),
    "a file that does not parse, but calls nothing": ({"odd/main.tf": 'locals {\n  module = "\n'}, []),
    "a file that does not parse, and tells what it calls": ({"odd/main.tf": call("../idle") + "{{ if }}\n"}, []),
    "all of its directory": (
        {"odd/main.tf": EXPRESSION, "odd/more.tf": PLAIN, "odd/x.tfvars": ""},
        ["odd/main.tf", "odd/more.tf", "odd/x.tfvars"],
    ),
    "what it calls": (
        {"odd/main.tf": EXPRESSION + call("../m"), "m/main.tf": call("../n"), "n/main.tf": PLAIN},
        ["m/main.tf", "n/main.tf", "odd/main.tf"],
    ),
    "what its other files call": (
        {"odd/main.tf": EXPRESSION, "odd/more.tf": call("../m"), "m/main.tf": PLAIN},
        ["m/main.tf", "odd/main.tf", "odd/more.tf"],
    ),
    "who calls it": ({"odd/main.tf": EXPRESSION, "root/main.tf": call("../odd")}, ["odd/main.tf"]),
    "JSON": ({"odd/main.tf.json": '{"module": {"x": {"source": "${var.x}"}}}'}, ["odd/main.tf.json"]),
    "JSON that does not parse": ({"odd/main.tf.json": '{"module": {"x": '}, ["odd/main.tf.json"]),
    "JSON that does not parse, without a module": ({"odd/main.tf.json": '{"locals": '}, []),
    "OpenTofu": ({"odd/main.tofu": EXPRESSION}, ["odd/main.tofu"]),
}


@pytest.mark.parametrize(("files", "kept"), KEPT.values(), ids=KEPT)
def test_what_is_kept_of_an_unclear_caller(selected, files, kept):
    """Its directory, and what is called from there; nothing else, and not only because a word looks like a call."""
    frameworks, found = selected({"k/main.tf": KEY, "idle/main.tf": PLAIN, **files})
    assert sorted(["k/main.tf", *kept]) == found
    assert "terraform" in frameworks


@pytest.mark.parametrize("text", [EXPRESSION, BROKEN])
def test_an_unclear_caller_without_a_key_anywhere(selected, text):
    """There is nothing that it could call."""
    assert ((), []) == selected({"odd/main.tf": text, "idle/main.tf": PLAIN})


CHANGED = {
    "an unclear caller": ("odd/main.tf", ["k/main.tf", "odd/main.tf"]),
    "who calls it": ("root/main.tf", ["k/main.tf", "odd/main.tf"]),
    "a key": ("k/main.tf", ["k/main.tf", "odd/main.tf"]),
    "something else": ("idle/main.tf", []),
}


@pytest.mark.parametrize(("changed", "kept"), CHANGED.values(), ids=CHANGED)
def test_changed_files(selected, changed, kept):
    """A change of an unclear caller may change the verdict on any key."""
    files = {"k/main.tf": KEY, "idle/main.tf": PLAIN, "odd/main.tf": EXPRESSION, "root/main.tf": call("../odd")}
    assert kept == selected(files, changed=[changed])[1]


@pytest.mark.parametrize("name", ["new\nline", "re\rturn", "[a]", "]", "a|b", "(x", "a*", "x.terraform", "a\\b", "$^"])
@pytest.mark.parametrize(
    ("framework", "ending", "text"),
    [("terraform", ".tf", KEY), ("terraform", ".tofu", KEY), ("terraform_json", ".tf.json", KEY_IN_JSON)],
)
def test_odd_names(write_files, scan, name, framework, ending, text):
    """Files and directories of any name are kept, or left out, by Checkov's runners themselves."""
    kept, left_out = f"{name}/{name}{ending}", f"{name}{name}/x{ending}"
    folder = write_files({kept: text, f"{name}/{name}/other{ending}": PLAIN, left_out: "" if ending == ".tf" else "{}"})
    selection = select_directory(str(folder))
    assert "" == selection.whole
    with keep_to(str(folder), selection.kept.files[framework]):
        assert [("aws_iam_access_key.k", "passed")] == scan(framework, folder)
        (folder / left_out).write_text(text)
        assert [("aws_iam_access_key.k", "passed")] == scan(framework, folder)


def test_modules_that_terraform_has_put_there(selected):
    """What `terraform init` has downloaded is looked at for the root module that calls it."""
    manifest = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Dir": ".terraform/modules/m"}, 3, {"Dir": None}]}
    files = {
        "root/main.tf": call("registry/x/aws"),
        "root/.terraform/modules/modules.json": json.dumps(manifest),
        "root/.terraform/modules/m/main.tf": KEY,
        "idle/main.tf": call("registry/x/aws"),
        "idle/.terraform/modules/modules.json": "[",
    }
    frameworks, kept = selected(files)
    assert ("terraform",) == frameworks
    assert {"root/main.tf"} == {name for name in kept if ".terraform" not in name}


WHOLE = {
    "modules that somebody downloaded": (".external_modules/x/main.tf", {}, "/.external_modules holds modules that"),
    "a variable of Checkov": ("x.tf", {"DOWNLOAD_EXTERNAL_MODULES": "true"}, "DOWNLOAD_EXTERNAL_MODULES is set: "),
    "another one": ("x.tf", {"EXTERNAL_MODULES_DIR": "x"}, "EXTERNAL_MODULES_DIR is set: modules may be in any"),
}


@pytest.mark.parametrize(("file", "environment", "reason"), WHOLE.values(), ids=WHOLE)
def test_why_nothing_is_left_out(write_files, monkeypatch, file, environment, reason):
    """If modules may be anywhere everything is scanned, and the reason is told in one line."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    selection = select_directory(str(write_files({"main.tf": KEY, file: PLAIN})))
    assert (FRAMEWORKS, None) == (selection.frameworks, selection.kept)
    assert reason in selection.whole
    assert 1 == len(selection.whole.splitlines())


def test_a_directory_that_is_not_there(tmp_path):
    """Whoever scans it says so; the reason is told."""
    selection = select_directory(str(tmp_path / "nowhere"))
    assert FRAMEWORKS == selection.frameworks
    assert selection.whole.endswith("nowhere cannot be listed: No such file or directory")


def test_a_directory_in_which_nobody_can_look(write_files, monkeypatch):
    """It is named, and everything else is selected as without it."""
    folder = write_files({"k/main.tf": KEY, "idle/main.tf": PLAIN, "closed/main.tf": KEY})
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    selection = select_directory(str(folder))
    assert ("terraform",) == selection.frameworks
    assert [(str(folder / "closed"), "it cannot be listed: Permission denied")] == [
        (each.address, each.reason) for each in selection.unlisted
    ]
