"""Which edits would be made for the keys of a directory: what `fix` writes, and what `remediate` proposes."""

import pytest

from checkov_keys.iac.declared.key_blocks import key_blocks
from checkov_keys.iac.editing.edit_plan import plan_edits

KEY = 'resource "aws_iam_access_key" "k" {\n  user = "u"\n}\n'
INACTIVE = KEY.replace("}", '  status = "Inactive"\n}')
ADDRESS = "aws_iam_access_key.k"
CALL = 'module "m" {\n  source = "../key"\n}\n'
STACK = "Resources:\n  K:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: u\n"


@pytest.fixture
def plan(write_files, monkeypatch):
    """The plan for one address in a directory of files, with names of files instead of paths."""

    def make(files, address):
        folder = write_files(files)
        monkeypatch.chdir(folder)
        return plan_edits([address], key_blocks(folder), [folder])

    return make


# Files, an address, and the file and lines that are edited.
EDITED = {
    "Terraform": ({"main.tf": "\n" + KEY}, ADDRESS, ("main.tf", 2, 4)),
    "OpenTofu": ({"main.tofu": KEY}, ADDRESS, ("main.tofu", 1, 3)),
    "OpenTofu's file in place of Terraform's": ({"main.tf": INACTIVE, "main.tofu": KEY}, ADDRESS, ("main.tofu", 1, 3)),
    "CloudFormation": ({"t.yaml": STACK}, "K", ("t.yaml", 2, 5)),
    "a file that only Terraform's own parser reads": (
        {"main.tf": KEY + "locals {\n  a = provider::x::y(1)\n}\n"},
        ADDRESS,
        ("main.tf", 1, 3),
    ),
    "a module": ({"dev/main.tf": CALL, "key/main.tf": KEY}, f"module.m.{ADDRESS}", ("key/main.tf", 1, 3)),
    "a module that Terraform's JSON syntax calls": (
        {"dev/main.tf.json": '{"module": {"m": {"source": "../key"}}}', "key/main.tf": KEY},
        f"module.m.{ADDRESS}",
        ("key/main.tf", 1, 3),
    ),
    "a module of a module of OpenTofu": (
        {"dev/main.tofu": CALL, "key/main.tofu": CALL.replace("../key", "./k"), "key/k/main.tofu": KEY},
        f"module.m.module.m.{ADDRESS}",
        ("key/k/main.tofu", 1, 3),
    ),
    "an override": (
        {"main.tf": INACTIVE, "override.tf": KEY.replace("}", '  status = "Active"\n}')},
        ADDRESS,
        ("override.tf", 1, 4),
    ),
    "another key with count": (
        {"main.tf": KEY + KEY.replace('"k" {', '"l" {\n  count = 2')},
        ADDRESS,
        ("main.tf", 1, 3),
    ),
    "broken JSON beside it": ({"main.tf": KEY, "fixture.json": '{ "a": '}, ADDRESS, ("main.tf", 1, 3)),
    "broken Terraform elsewhere": ({"main.tf": KEY, "x/main.tf": "locals {{{"}, ADDRESS, ("main.tf", 1, 3)),
    "broken JSON syntax elsewhere": ({"main.tf": KEY, "x/main.tf.json": '{"module": '}, ADDRESS, ("main.tf", 1, 3)),
    "a broken caller of another module": (
        {"main.tf": KEY, "x/main.tf": CALL + "}"},
        ADDRESS,
        ("main.tf", 1, 3),
    ),
    "a plan beside it": (
        {"main.tf": KEY, "plan.json": '{"terraform_version": "1.9.0", "resource_changes": []}'},
        ADDRESS,
        ("main.tf", 1, 3),
    ),
    "another type of the same name": (
        {"main.tf": KEY + 'resource "awsutils_expiring_iam_access_key" "k" {\n  user = "v"\n}\n'},
        ADDRESS,
        ("main.tf", 1, 3),
    ),
}


@pytest.mark.parametrize(("files", "address", "expected"), EDITED.values(), ids=EDITED)
def test_edits(plan, write_files, files, address, expected):
    """One file is edited, and with that the key is off."""
    made = plan(files, address)
    assert () == made.refused
    ((edited, *_), (file,)) = (made.edits, made.files)
    folder = write_files({})
    assert expected == (edited.path.relative_to(folder).as_posix(), edited.first_line, edited.last_line)
    assert edited.path == file.path
    assert files[expected[0]] == file.before
    again = plan({**files, expected[0]: file.after}, address)
    assert ((), (), ()) == (again.files, again.edits, again.refused)
    assert [address] == [key.address.rpartition("AccessKey.")[2] for key in again.inactive]


# Files, an address, and the file that says that the key is off.
INACTIVE_ALREADY = {
    "a literal": ({"main.tf": INACTIVE}, ADDRESS, "main.tf"),
    "an override": ({"main.tf": KEY, "override.tf": INACTIVE}, ADDRESS, "override.tf"),
    "an override in the JSON syntax": (
        {"main.tf": KEY, "k_override.tf.json": '{"resource": {"aws_iam_access_key": {"k": {"status": "Inactive"}}}}'},
        ADDRESS,
        "k_override.tf.json",
    ),
    "instances": ({"main.tf": INACTIVE.replace("{", "{\n  count = 2", 1)}, f"{ADDRESS}[1]", "main.tf"),
    "CloudFormation": ({"t.yaml": STACK + "      Status: Inactive\n"}, "K", "t.yaml"),
}


@pytest.mark.parametrize(("files", "address", "name"), INACTIVE_ALREADY.values(), ids=INACTIVE_ALREADY)
def test_inactive_already(plan, files, address, name):
    """There is nothing to do about a key that is off already, and the file that says so is known."""
    made = plan(files, address)
    assert ((), (), ()) == (made.files, made.edits, made.refused)
    assert [name] == [key.path.name for key in made.inactive]


# Files, an address, and the reason.
REFUSED = {
    "count": (
        {"main.tf": KEY.replace("{", "{\n  count = 2", 1)},
        ADDRESS,
        "it has count, so one block may make several keys, main.tf:2",
    ),
    "a call with for_each in OpenTofu": (
        {"dev/main.tofu": CALL.replace("}", '  for_each = toset(["a"])\n}'), "key/main.tofu": KEY},
        f'module.m["a"].{ADDRESS}',
        "module.m has count or for_each, so one block makes several keys, key/main.tofu:1",
    ),
    "a call with count by an override": (
        {
            "dev/main.tf": CALL,
            "dev/override.tf": 'module "m" {\n  count = 1\n}\n',
            "key/main.tf": KEY,
        },
        f"module.m[0].{ADDRESS}",
        "module.m has count or for_each, so one block makes several keys, key/main.tf:1",
    ),
    "a call with count in the JSON syntax": (
        {"dev/main.tf.json": '{"module": {"m": {"source": "../key", "count": 2}}}', "key/main.tf": KEY},
        f"module.m[0].{ADDRESS}",
        "module.m has count or for_each, so one block makes several keys, key/main.tf:1",
    ),
    "a module that OpenTofu and Terraform call": (
        {"dev/main.tf": CALL, "prod/main.tofu": CALL.replace('"m"', '"n"'), "key/main.tf": KEY},
        f"module.m.{ADDRESS}",
        f"its block declares module.n.{ADDRESS}, too, and all of them would change, key/main.tf:1",
    ),
    "an override with count": (
        {"main.tf": KEY, "override.tf": KEY.replace('  user = "u"', "  count = 1")},
        f"{ADDRESS}[0]",
        "it has count, so one block may make several keys, override.tf:2",
    ),
    "an override in the JSON syntax": (
        {"main.tf": KEY, "override.tf.json": '{"resource": {"aws_iam_access_key": {"k": {"status": "Active"}}}}'},
        ADDRESS,
        "its status is set in Terraform's JSON syntax, which fix does not edit, override.tf.json:1",
    ),
    "a broken file in its module": (
        {"dev/main.tf": CALL, "key/main.tf": KEY, "key/x.tf": "locals {{{"},
        f"module.m.{ADDRESS}",
        "what else is in its modules is not known: key/x.tf:1 cannot be read: ",
    ),
    "broken JSON in its module": (
        {"main.tf": KEY, "x.tf.json": '{\n"a": '},
        ADDRESS,
        "what else is in its modules is not known: x.tf.json:2 cannot be read: ",
    ),
    "a broken file that may call its module": (
        {"dev/main.tf": CALL, "key/main.tf": KEY, "prod/main.tf": CALL + "}"},
        f"module.m.{ADDRESS}",
        "what else uses its block is not known: prod/main.tf cannot be read, and may call its module",
    ),
    "a type without a status": (
        {"main.tf": KEY.replace("aws_iam_", "awsutils_expiring_iam_")},
        "awsutils_expiring_iam_access_key.k",
        "awsutils_expiring_iam_access_key has no status: remove the block, main.tf:1",
    ),
    "a key in a file that cannot be read": (
        {"main.tf": KEY.replace('"k"', '"l"'), "x/main.tf": KEY + "}"},
        ADDRESS,
        "no template declares it: did you mean aws_iam_access_key.l?; not read: x/main.tf",
    ),
    "a broken file in the JSON syntax that may call its module": (
        {"dev/main.tf": CALL, "key/main.tf": KEY, "prod/main.tf.json": '{"module": {"m": {"source": "../key"'},
        f"module.m.{ADDRESS}",
        "what else uses its block is not known: prod/main.tf.json cannot be read, and may call its module",
    ),
    "Terraform's JSON syntax": (
        {"main.tf.json": '{"resource": {"aws_iam_access_key": {"k": {"user": "u"}}}}'},
        ADDRESS,
        "it is in Terraform's JSON syntax, which fix does not edit, main.tf.json:1",
    ),
}


@pytest.mark.parametrize(("files", "address", "reason"), REFUSED.values(), ids=REFUSED)
def test_refusals(plan, files, address, reason):
    """Nothing is edited, and the reason names the file and the line that give it."""
    made = plan(files, address)
    assert ((), (), ()) == (made.files, made.edits, made.inactive)
    assert [(address, reason)] == [(each.address, each.reason[: len(reason)]) for each in made.refused]


def test_an_override_outside(plan, tmp_path, write_files):
    """A link does not lead to the edit of an override file that is not below a directory that was named."""
    outside = write_files({"override.tf": KEY.replace("}", '  status = "Active"\n}')}, tmp_path / "outside")
    folder = write_files({"main.tf": KEY})
    (folder / "override.tf").symlink_to(outside / "override.tf")
    (refused,) = plan({}, ADDRESS).refused
    assert f"its file is outside the directories: pass the one that holds it with -d, {outside}/override.tf:1" == (
        refused.reason
    )
