"""`checkov-keys fix`: the edit that turns a declared key off, as a diff, written, or refused."""

import json
import shutil
import stat

import pytest

KEY = 'resource "aws_iam_access_key" "{}" {{\n  user = "{}"\n}}\n'
ONE, TWO = KEY.format("one", "u"), KEY.format("two", "u")
YAML_KEY = "  {}:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: {}\n"
YAML = "Resources:\n" + YAML_KEY.format("One", "u") + YAML_KEY.format("Two", "u")
MODULE = 'module "{}" {{\n  source = "./key"\n{}}}\n'
UPWARDS = 'module "m" {\n  source = "../key"\n}\n'
CROSSPLANE = """apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata:
  name: one
spec:
  forProvider:
    user: u
"""
ANSIBLE = """- name: keys
  hosts: localhost
  tasks:
    - name: one
      amazon.aws.iam_access_key:
        user_name: u
"""
SERVERLESS = "service: s\nprovider:\n  name: aws\nresources:\n" + "".join(f"  {line}\n" for line in YAML.splitlines())
LOOP = """Resources:
  U: {Type: AWS::IAM::User}
  Fn::ForEach::Keys:
    - Name
    - [A, B]
    - Key${Name}: {Type: AWS::IAM::AccessKey, Properties: {UserName: u}}
"""
CDK = json.dumps(
    {
        "Resources": {
            "One": {
                "Type": "AWS::IAM::AccessKey",
                "Properties": {"UserName": "u"},
                "Metadata": {"aws:cdk:path": "App/One"},
            }
        }
    }
)
ONE_ADDRESS, TWO_ADDRESS = "aws_iam_access_key.one", "aws_iam_access_key.two"


@pytest.fixture
def fix(run_command):
    """Run `checkov-keys fix` over a table of files in a folder of its own."""

    def run(files, *flags, **environment):
        for name, text in files.items():
            path = run_command.folder / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return run_command("checkov-keys", "fix", *flags, **environment)

    run.folder = run_command.folder
    return run


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


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
    before = contents(fix.folder)
    done = fix({}, "-d", "infra", "--resource", named)
    assert (1, "") == (done.returncode, done.stderr)
    assert before == contents(fix.folder)
    (fix.folder / "the.diff").write_text(done.stdout)
    assert 0 == run_command(*command, *(["-i"] if command[0] == "patch" else []), "the.diff").returncode
    scanned = run_command("checkov-keys", "scan", "-d", "infra")
    assert 0 == scanned.returncode, scanned.stdout
    assert 0 == fix({}, "-d", "infra", "--resource", address).returncode


@pytest.mark.parametrize(("language", "named", "address"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_written_example(fix, run_command, root, language, named, address):
    """The failing example passes once it is written, and the command says what it wrote and when AWS changes."""
    shutil.copytree(root / "examples" / language / "failing", fix.folder / "infra")
    (file,) = contents(fix.folder)
    file.chmod(0o640)
    done = fix({}, "-d", "infra", "--resource", named, "--write")
    assert (0, "") == (done.returncode, done.stdout)
    assert [
        f"checkov-keys fix: wrote infra/{file.name}: {address}",
        "checkov-keys fix: AWS turns them off with the next terraform apply or deployment of the stack",
    ] == done.stderr.splitlines()
    assert 0o640 == stat.S_IMODE(file.stat().st_mode)
    assert [file] == list(contents(fix.folder))
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
    diff = fix({"main.tf": before}, *flags, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert 1 == diff.returncode, diff.stderr
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


# Files, addresses, and what is said of the first one.
REFUSED = {
    "no templates": ({"README": ""}, ["x"], "x: no template declares it: there are no access keys at all"),
    "a slip": ({"main.tf": ONE}, ["aws_iam_access_key.on"], f"no template declares it: did you mean {ONE_ADDRESS}?"),
    "another name": ({"t.yaml": YAML}, ["x"], "there are AWS::IAM::AccessKey.One, AWS::IAM::AccessKey.Two"),
    "count": (
        {"main.tf": ONE.replace("{", "{\n  count = 1", 1)},
        [f"{ONE_ADDRESS}[0]"],
        (
            f"{ONE_ADDRESS}[0]: it has count, so that one block may stand for several keys: "
            "remove count or edit by hand, main.tf:2"
        ),
    ),
    "several by count": ({"main.tf": ONE.replace("{", "{\n  count = 2", 1)}, [ONE_ADDRESS], "it has count, "),
    "for_each": (
        {"main.tf": ONE.replace("{", "{\n  for_each = var.x", 1)},
        [f'{ONE_ADDRESS}["a"]'],
        "it has for_each, ",
    ),
    "a module with count": (
        {"main.tf": MODULE.format("m", "  count = 1\n"), "key/main.tf": ONE},
        [f"module.m[0].{ONE_ADDRESS}"],
        "module.m has count or for_each, so that one block stands for several keys, key/main.tf:1",
    ),
    "a module with an unknown for_each": (
        {"main.tf": MODULE.format("m", "  for_each = var.x\n"), "key/main.tf": ONE},
        [f'module.m["x"].{ONE_ADDRESS}'],
        "module.m has count or for_each",
    ),
    "a module called twice": (
        {"main.tf": MODULE.format("m", "") + MODULE.format("n", ""), "key/main.tf": ONE},
        [f"module.m.{ONE_ADDRESS}"],
        f"its block declares module.n.{ONE_ADDRESS}, too, and all of them would change, key/main.tf:1",
    ),
    "a module of two roots": (
        {"dev/main.tf": UPWARDS, "prod/main.tf": UPWARDS, "key/main.tf": ONE},
        [f"module.m.{ONE_ADDRESS}"],
        f"its block declares module.m.{ONE_ADDRESS}, too",
    ),
    "a module that Terraform's JSON syntax calls": (
        {"main.tf.json": '{"module": {"m": {"source": "./key"}}}', "key/main.tf": ONE},
        [ONE_ADDRESS],
        f"its block declares module.m.{ONE_ADDRESS}, too, and all of them would change, key/main.tf:1",
    ),
    "an override": (
        {"main.tf": ONE, "one_override.tf": ONE.replace("}", '  status = "Inactive"\n}')},
        [ONE_ADDRESS],
        "it is declared in several places: main.tf:1, one_override.tf:1",
    ),
    "a module that a file calls that does not parse": (
        {"main.tf": MODULE.format("m", ""), "x.tf": 'module "n" {{{', "key/main.tf": ONE},
        [f"module.m.{ONE_ADDRESS}"],
        "what else uses its block is not known: ",
    ),
    "a variable": (
        {"main.tf": ONE.replace("}", "  status = var.s\n}")},
        [ONE_ADDRESS],
        "its status comes from var.s: edit that by hand, main.tf:3",
    ),
    "a status that is ignored": (
        {"main.tf": ONE.replace("}", "  lifecycle {\n    ignore_changes = [status]\n  }\n}")},
        [ONE_ADDRESS],
        "its ignore_changes names the status, which Terraform would not change, main.tf:4",
    ),
    "Terraform's JSON syntax": (
        {"main.tf.json": '{"resource": {"aws_iam_access_key": {"one": {"user": "u"}}}}'},
        [ONE_ADDRESS],
        "it stands in Terraform's JSON syntax, which this command does not edit, main.tf.json:1",
    ),
    "a downloaded module": (
        {
            "main.tf": MODULE.format("m", "").replace("./key", "./.terraform/modules/key"),
            ".terraform/modules/key/main.tf": ONE,
        },
        [f"module.m.{ONE_ADDRESS}"],
        "its module was downloaded, and an edit would be lost: edit the module's source, .terraform/modules/key/main.",
    ),
    "a module outside": (
        {"key/main.tf": ONE, "root/main.tf": UPWARDS},
        ["-d", "root", f"module.m.{ONE_ADDRESS}"],
        "its file is outside of the directories: name with -d the one that holds it, key/main.tf:1",
    ),
    "a parameter": (
        {"t.yaml": "Parameters:\n  S: {Type: String}\n" + YAML + "      Status: !Ref S\n"},
        ["Two"],
        "its status comes from !Ref S: edit that by hand, t.yaml:12",
    ),
    "CDK output": ({"t.json": CDK}, ["One"], "the CDK made the template and would write over the edit"),
    "CDK output without its paths": (
        {"cdk.out/t.json": CDK.replace("aws:cdk:path", "path")},
        ["One"],
        "the CDK made the template and would write over the edit: edit the CDK's source, cdk.out/t.json:1",
    ),
    "a loop": ({"t.yaml": LOOP}, ["Fn::ForEach::Keys"], "Checkov's graph does not hold the access keys of a loop"),
    "a key of a loop": ({"t.yaml": LOOP}, ["KeyA"], "there are no access keys at all; not judged: Fn::ForEach::Keys"),
    "Crossplane": ({"k.yaml": CROSSPLANE}, ["AccessKey.default.one"], "it stands in a Crossplane manifest, "),
    "Ansible": ({"site.yml": ANSIBLE}, ["tasks.amazon.aws.iam_access_key.one"], "it stands in an Ansible playbook, "),
    "Serverless": (
        {"serverless.yml": SERVERLESS},
        ["AWS::IAM::AccessKey.One"],
        "it stands in a Serverless template, which this command does not edit, serverless.yml:",
    ),
    "two roots": (
        {"dev/main.tf": ONE, "prod/main.tf": ONE},
        [ONE_ADDRESS],
        "it is declared in several places: dev/main.tf:1, prod/main.tf:1: name a narrower -d",
    ),
    "two templates": (
        {"a.yaml": YAML, "b.yaml": YAML},
        ["One"],
        "it is declared in several places: a.yaml:2, b.yaml:2",
    ),
    "all keys of a user": (
        {"main.tf": ONE + TWO},
        [ONE_ADDRESS, TWO_ADDRESS],
        f"{ONE_ADDRESS}: this would leave user u without an active key, main.tf:1",
    ),
    "a file that is no UTF-8": ({"t.yaml": b"# \xff\n" + YAML.encode()}, ["One"], "the file is no UTF-8, t.yaml:1"),
}


@pytest.mark.parametrize(("files", "addresses", "reason"), REFUSED.values(), ids=REFUSED)
def test_refusals(fix, files, addresses, reason):
    """Exit code 2, the reason in one line with the place, and neither a diff nor a change."""
    flags = addresses[:-1] if addresses[0] == "-d" else ["-d", "."]
    named = addresses[-1:] if addresses[0] == "-d" else addresses
    done = fix(files, *flags, "--resource", *named)
    assert (2, "") == (done.returncode, done.stdout), done.stderr
    refused = [line for line in done.stderr.splitlines() if line.startswith("checkov-keys fix: refused: ")]
    assert len(named) == len(refused), done.stderr
    assert reason in refused[0]
    assert "Traceback" not in done.stderr


def test_a_link_outside(fix, write_files):
    """A link does not lead to the edit of a file that is not below a directory that was named."""
    folder = write_files({"main.tf": ONE})
    (fix.folder / "main.tf").symlink_to(folder / "main.tf")
    done = fix({}, "-d", ".", "--resource", ONE_ADDRESS, "--write")
    assert 2 == done.returncode
    assert (
        f"its file is outside of the directories: name with -d the one that holds it, {folder}/main.tf:1\n"
        in done.stderr
    )
    assert ONE == (folder / "main.tf").read_text()


MIXED = {"main.tf": ONE + TWO + KEY.format("other", "v")}


def test_a_refusal_beside_an_edit(fix):
    """The diff of what can be edited is printed; with --write, all or nothing."""
    flags = ("-d", ".", "--resource", ONE_ADDRESS, "aws_iam_access_key.three")
    done = fix(MIXED, *flags)
    assert (2, 1) == (done.returncode, done.stdout.count('\n+  status = "Inactive"'))
    before = contents(fix.folder)
    written = fix({}, *flags, "--write")
    assert (2, "") == (written.returncode, written.stdout)
    assert "checkov-keys fix: nothing was written" in written.stderr
    assert before == contents(fix.folder)


def test_lines_are_those_of_the_file(fix):
    """A refusal names the line as it is, whatever is edited above it."""
    done = fix(
        {"main.tf": ONE + TWO.replace("}", "  status = var.s\n}")}, "-d", ".", "--resource", ONE_ADDRESS, TWO_ADDRESS
    )
    assert 2 == done.returncode
    assert "its status comes from var.s: edit that by hand, main.tf:6\n" in done.stderr
    assert '+  status = "Inactive"\n' in done.stdout


def test_a_template_that_does_not_parse(fix):
    """It is named and costs the exit code; a key of another language's file is turned off all the same."""
    done = fix({**MIXED, "broken.yaml": "Resources: ["}, "-d", ".", "--resource", ONE_ADDRESS, "--write")
    assert 2 == done.returncode
    assert "checkov-keys fix: not read: broken.yaml: it does not parse\n" in done.stderr
    assert 'status = "Inactive"' in (fix.folder / "main.tf").read_text()


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
    "a directory that is not there": (("-d", "nowhere", "--resource", "x"), "there is no directory nowhere"),
    "a file": (("-d", "main.tf", "--resource", "x"), "there is no directory main.tf"),
    "a resource that is none": (("-d", ".", "--resource"), "expected at least one argument"),
}


@pytest.mark.parametrize(("flags", "said"), USAGE.values(), ids=USAGE)
def test_usage_errors(fix, flags, said):
    """Exit code 2, and a line that says what is wrong."""
    done = fix({"main.tf": ONE}, *flags)
    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
