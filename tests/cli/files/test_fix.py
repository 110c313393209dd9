"""`checkov-keys fix`: the edit that turns a declared key off, as a diff or written."""

import json
import shutil
import stat

import pytest
from fixable_templates import CDK, KEY, MIXED, ONE, ONE_ADDRESS, TWO, TWO_ADDRESS, YAML, read_files

# A language, a key as people name it, and as a scan does.
EXAMPLES = {
    "Terraform": ("terraform", "aws_iam_access_key.left_over", "aws_iam_access_key.left_over"),
    "CloudFormation": ("cloudformation", "LeftOverKey", "AWS::IAM::AccessKey.LeftOverKey"),
}


@pytest.mark.parametrize("command", [("git", "apply"), ("patch", "-p1")], ids=["git", "patch"])
@pytest.mark.parametrize(("language", "named", "address"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_diff_of_an_example(fix, run_command, root, language, named, address, command):
    """The failing example passes once the diff is applied; until then nothing has changed."""
    shutil.copytree(root / "examples" / language / "failing", fix.folder / "infra")
    before = read_files(fix.folder)
    done = fix({}, "-d", "infra", "--resource", named)
    assert (1, "") == (done.returncode, done.stderr)
    assert before == read_files(fix.folder)
    (fix.folder / "the.diff").write_text(done.stdout)
    assert 0 == run_command(*command, *(["-i"] if command[0] == "patch" else []), "the.diff").returncode
    scanned = run_command("checkov-keys", "scan", "-d", "infra")
    assert 0 == scanned.returncode, scanned.stdout
    assert 0 == fix({}, "-d", "infra", "--resource", address).returncode


@pytest.mark.parametrize(("language", "named", "address"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_written_example(fix, run_command, root, language, named, address):
    """The failing example passes once it is written, and the command says what it wrote and when AWS changes."""
    shutil.copytree(root / "examples" / language / "failing", fix.folder / "infra")
    (file,) = read_files(fix.folder)
    file.chmod(0o640)
    done = fix({}, "-d", "infra", "--resource", named, "--write")
    assert (0, "") == (done.returncode, done.stdout)
    assert [
        f"checkov-keys fix: wrote infra/{file.name}: {address}",
        "checkov-keys fix: AWS turns them off with the next terraform apply or deployment of the stack",
    ] == done.stderr.splitlines()
    assert 0o640 == stat.S_IMODE(file.stat().st_mode)
    assert [file] == list(read_files(fix.folder))
    assert 0 == run_command("checkov-keys", "scan", "-d", "infra").returncode


def test_several_keys_of_several_files(fix, run_command):
    """One diff, one edit a key, from several directories and flags; what is off already is said, and is no edit."""
    files = {
        "a/main.tf": ONE + TWO + KEY.format("three", "u"),
        "b/t.yaml": YAML,
        "b/u.json": CDK.replace("aws:cdk:path", "path")
        .replace("One", "Three")
        .replace('"u"', '"v", "Status": "Inactive"'),
    }
    flags = ["-d", "a", "-d", "b", "--resource", ONE_ADDRESS, "Two", "--resource", TWO_ADDRESS, "Three"]
    done = fix(files, *flags)
    assert (1, "checkov-keys fix: inactive already: AWS::IAM::AccessKey.Three, b/u.json:1\n") == (
        done.returncode,
        done.stderr,
    )
    assert ["--- a/a/main.tf", "--- a/b/t.yaml"] == [
        line for line in done.stdout.splitlines() if line.startswith("---")
    ]
    assert 0 == fix({}, *flags, "--write").returncode
    assert 0 == run_command("checkov-keys", "scan", "-d", ".").returncode
    again = fix({}, *flags)
    assert (0, "", 4) == (again.returncode, again.stdout, again.stderr.count("inactive already: "))


def test_bytes_stay(fix):
    """Byte order mark, line breaks and a missing one at the end are written as they were, and are in the diff."""
    before = b"\xef\xbb\xbf# \xc3\xa9\r\n" + (ONE + TWO).rstrip("\n").replace("\n", "\r\n").encode()
    flags = ("-d", ".", "--resource", ONE_ADDRESS)
    diff = fix({"main.tf": before}, *flags, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert 1 == diff.returncode, diff.stderr
    assert "+  status = " in diff.stdout
    assert "# é" in diff.stdout
    assert 0 == fix({}, *flags, "--write").returncode
    expected = before.replace(b'  user = "u"\r\n', b'  user   = "u"\r\n  status = "Inactive"\r\n', 1)
    assert expected == (fix.folder / "main.tf").read_bytes()


def test_a_folder_of_a_repository(fix, run_command):
    """The diff applies where the command ran, also below the top of a repository."""
    assert 0 == run_command("git", "init", "--quiet").returncode
    fix({"sub/infra/main.tf": ONE + TWO}, "--help")
    below = fix.folder / "sub"
    diff = run_command("checkov-keys", "fix", "-d", "infra", "--resource", ONE_ADDRESS, cwd=below)
    (below / "the.diff").write_text(diff.stdout)
    assert 0 == run_command("git", "apply", "the.diff", cwd=below).returncode
    assert "Inactive" in (below / "infra" / "main.tf").read_text()


def test_a_directory_elsewhere(fix, run_command, write_files):
    """The diff of files that are not below the working directory says where to apply it."""
    folder = write_files({"main.tf": ONE + TWO})
    diff = fix({}, "-d", str(folder), "--resource", ONE_ADDRESS)
    assert 1 == diff.returncode
    assert f"apply it with patch -p1 -d {folder}\n" in diff.stderr
    (fix.folder / "the.diff").write_text(diff.stdout)
    assert 0 == run_command("patch", "-p1", "-d", folder, "-i", fix.folder / "the.diff").returncode
    assert "Inactive" in (folder / "main.tf").read_text()


def test_files_elsewhere_that_do_not_parse(fix):
    """They are nothing to a key whose own files can be read."""
    broken = {"t.yaml": "Resources: [", "fixture.json": '{ "a": ', "x/main.tf": "resource {{{", "x/main.tf.json": "{"}
    done = fix({**MIXED, **broken}, "-d", ".", "--resource", ONE_ADDRESS, "--write")
    assert 0 == done.returncode, done.stderr
    wrote, when = done.stderr.splitlines()
    assert f"checkov-keys fix: wrote main.tf: {ONE_ADDRESS}" == wrote
    assert when.startswith("checkov-keys fix: AWS turns them off with the next terraform apply")


def test_an_override_file(fix, run_command):
    """It is edited if its status counts; if that is Inactive, there is nothing to do."""
    files = {
        "main.tf": ONE + TWO,
        "keys_override.tf": 'resource "aws_iam_access_key" "one" {\n  status = "Active"\n}\n',
    }
    done = fix(files, "-d", ".", "--resource", ONE_ADDRESS, "--write")
    assert 0 == done.returncode, done.stderr
    assert f"wrote keys_override.tf: {ONE_ADDRESS}" in done.stderr
    assert ONE + TWO == (fix.folder / "main.tf").read_text()
    assert 0 == run_command("checkov-keys", "scan", "-d", ".").returncode
    again = fix({}, "-d", ".", "--resource", ONE_ADDRESS)
    assert (0, "", f"checkov-keys fix: inactive already: {ONE_ADDRESS}, keys_override.tf:1\n") == (
        again.returncode,
        again.stdout,
        again.stderr,
    )


def test_a_file_of_opentofu(fix, run_command):
    """It is edited as a file of Terraform is."""
    done = fix({"main.tofu": ONE + TWO}, "-d", ".", "--resource", ONE_ADDRESS, "--write")
    assert 0 == done.returncode, done.stderr
    assert 'status = "Inactive"' in (fix.folder / "main.tofu").read_text()
    assert 0 == run_command("checkov-keys", "scan", "-d", ".").returncode


def test_a_template_in_one_line(fix):
    """Several resources may share a line."""
    resources = {name: {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "u"}} for name in ("One", "Two")}
    text = json.dumps({"Resources": resources}, separators=(",", ":"))
    assert 0 == fix({"t.json": text}, "-d", ".", "--resource", "Two", "--write").returncode
    resources["Two"]["Properties"]["Status"] = "Inactive"
    assert {"Resources": resources} == json.loads((fix.folder / "t.json").read_text())


def test_the_only_key_of_a_user(fix):
    """It may be turned off: that it is the only one is no accident of naming too many."""
    assert 1 == fix(MIXED, "-d", ".", "--resource", "aws_iam_access_key.other").returncode


USAGE = {
    "no directory": (("--resource", "x"), "the following arguments are required: -d/--directory"),
    "no resource": (("-d", "."), "the following arguments are required: --resource"),
    "a directory that is not there": (("-d", "nowhere", "--resource", "x"), "no such directory: nowhere"),
    "a file": (("-d", "main.tf", "--resource", "x"), "no such directory: main.tf"),
    "a resource that is none": (("-d", ".", "--resource"), "expected at least one argument"),
}


@pytest.mark.parametrize(("flags", "said"), USAGE.values(), ids=USAGE)
def test_usage_errors(fix, flags, said):
    """Exit code 2, and a line that says what is wrong."""
    done = fix({"main.tf": ONE}, *flags)
    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
