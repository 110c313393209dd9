"""Files that Checkov does not read, or refuses, and odd ones among many: each way of a scan says the same of them."""

import json

import pytest
from filled_folders import FAILING, fill_with

BY_MAIN = {"CKV_EVAL_VARS": "True"}
KEY = 'resource "aws_iam_access_key" "a" {\n  user = "u"\n}\n'
# Terraform takes comments there, and Checkov's parser does not.
REFUSED = 'locals {\n  x = {\n    # c\n    for z in ["a"] :\n    # d\n    z => z\n  }\n}\n'
JSON_KEYS = json.dumps(
    {"locals": {"u": "x"}, "resource": {"aws_iam_access_key": {"a": {"user": "${local.u}"}, "b": {"user": "x"}}}}
)
BROKEN = "locals {\n  x = \n}\n"
CASES = {
    "OpenTofu alone": ({"main.tofu": FAILING}, 1, ["a FAILED", "b FAILED"], ""),
    "OpenTofu beside Terraform": (
        {"main.tf": KEY, "b.tofu": KEY.replace('"a"', '"b"')},
        1,
        ["a FAILED", "b FAILED"],
        "",
    ),
    "OpenTofu instead of Terraform": ({"main.tf": FAILING, "main.tofu": KEY}, 0, ["a PASSED"], ""),
    "OpenTofu's JSON alone": ({"main.tofu.json": JSON_KEYS}, 1, ["a FAILED", "b FAILED"], ""),
    "a skip comment of OpenTofu": (
        {"main.tofu": KEY.replace("\n", "\n  # checkov:skip=CKV2_KEYS_1:known\n", 1)},
        0,
        ["a SKIPPED"],
        "",
    ),
    "a key in a file that Checkov refuses": ({"main.tf": KEY + REFUSED}, 0, ["a PASSED"], ""),
    "instances in a file that Checkov refuses": (
        {"main.tf": REFUSED + KEY.replace("\n", '\n  for_each = toset(["x.y", "z"])\n', 1)},
        1,
        ['a["x.y"] FAILED', 'a["z"] FAILED'],
        "",
    ),
    "a file that Checkov refuses beside a key": ({"main.tf": KEY, "other.tf": REFUSED}, 0, ["a PASSED"], ""),
    "a file that nobody reads beside a key": (
        {"main.tf": KEY, "other.tf": BROKEN},
        2,
        ["a PASSED"],
        "other.tf: it does not parse: line 2: the value of x is missing",
    ),
    "a bucket that nobody reads beside a key": (
        {"main.tf": KEY, "other.tf": 'resource "aws_s3_bucket" "b" {\n  x = \n}\n'},
        0,
        ["a PASSED"],
        "",
    ),
    "JSON that nobody reads beside a key": ({"main.tf": KEY, "fixture.json": '{ "a": '}, 0, ["a PASSED"], ""),
    "a file name with a line feed": ({"new\nline.tf": FAILING, "x/y.tf": ""}, 1, ["a FAILED", "b FAILED"], ""),
    "a file name with brackets": ({"[a]/b|c.tf": FAILING, "x/y.tf": ""}, 1, ["a FAILED", "b FAILED"], ""),
    "modules that Terraform has put there": (
        {
            "main.tf": 'module "m" {\n  source = "registry/x/aws"\n}\n',
            ".terraform/modules/modules.json": '{"Modules": [{"Key": "m", "Dir": ".terraform/modules/m"}]}',
            ".terraform/modules/m/main.tf": FAILING,
        },
        1,
        ["module.m.aws_iam_access_key.a FAILED", "module.m.aws_iam_access_key.b FAILED"],
        "",
    ),
    "a hidden module that only a file calls which Checkov does not read": (
        {"main.tofu": 'module "m" {\n  source = "./.m"\n}\n', ".m/main.tf": FAILING},
        1,
        ["module.m.aws_iam_access_key.a FAILED", "module.m.aws_iam_access_key.b FAILED"],
        "",
    ),
    "a hidden module of the JSON syntax": (
        {"main.tf": 'module "m" {\n  source = "./.m"\n}\n', ".m/main.tf.json": JSON_KEYS},
        1,
        ["module.m.aws_iam_access_key.a FAILED", "module.m.aws_iam_access_key.b FAILED"],
        "",
    ),
    "a hidden module of the JSON syntax beside JSON": (
        {"main.tf.json": '{"module": {"m": {"source": "./.m"}}}', ".m/main.tf.json": JSON_KEYS},
        1,
        ["module.m.aws_iam_access_key.a FAILED", "module.m.aws_iam_access_key.b FAILED"],
        "",
    ),
    "a key of the one syntax whose user the other one gives to a module that is not here": (
        {
            "k.tf.json": '{"resource": {"aws_iam_access_key": {"a": {"user": "x"}}}}',
            "main.tf": 'module "m" {\n  source = "./gone"\n  user   = "x"\n}\n',
        },
        2,
        [],
        "module.m: module ./gone cannot be read",
    ),
    "a test of Terraform": (
        {"main.tf": KEY, "x.tftest.hcl": "override_resource {\n  target = aws_iam_access_key.a\n}\nrun {{\n"},
        0,
        ["a PASSED"],
        "",
    ),
}


@pytest.fixture
def records(run_command):
    """Scan a table of files; returns the exit code, the results by resource, and what standard error tells."""

    def of(files, *flags, **environment):
        fill_with(files)(run_command.folder)
        done = run_command("checkov-keys", "scan", *flags, "-o", "json", **environment)
        assert "Traceback" not in done.stderr
        reports = json.loads(done.stdout)
        found = [
            f"{record['resource'].removeprefix('aws_iam_access_key.')} {record['check_result']['result']}"
            for report in (reports if isinstance(reports, list) else [reports])
            for kind in ("passed_checks", "failed_checks", "skipped_checks")
            for record in report.get("results", {}).get(kind, ())
        ]
        return done.returncode, sorted(found), done.stderr

    return of


WAYS = {"runners only": ((), {}), "by main": ((), BY_MAIN), "the whole tree": (("--whole-tree",), {})}


@pytest.mark.parametrize(("flags", "environment"), WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(("files", "code", "found", "said"), CASES.values(), ids=CASES)
def test_odd_files(records, files, code, found, said, flags, environment):
    """What stands in them is judged, and only what a key can depend on costs the exit code."""
    done = records(files, "-d", ".", *flags, **environment)
    assert (code, found) == done[:2], done[2]
    unjudged = [line for line in done[2].splitlines() if line.startswith("checkov-keys scan: not judged: ")]
    assert said in "".join(unjudged)
    assert bool(said) is bool(unjudged)


@pytest.mark.parametrize("environment", [{}, BY_MAIN], ids=["runners only", "by main"])
@pytest.mark.parametrize("name", ["main.tofu", "main.tofu.json", "new\nline.tf"])
def test_files_by_name(records, name, environment):
    """A file of OpenTofu can be named, and another one beside it is not read for that."""
    files = {name: JSON_KEYS if name.endswith(".json") else FAILING, "deep/other.tofu": FAILING.replace('"u"', '"w"')}
    assert (1, ["a FAILED", "b FAILED"]) == records(files, "-f", name, **environment)[:2]


@pytest.mark.parametrize("framework", ["terraform", "terraform_plan", "cloudformation"])
def test_a_file_without_a_key_of_the_language(records, framework):
    """Whoever asks for one framework gets no exit code for files that hold no key of it."""
    files = {"broken.json": '{ "a": ', "broken.yaml": "a: [", "main.tf": "locals {\n  x =\n}\n"}
    assert 0 == records(files, "-d", ".", "--framework", framework, "--whole-tree")[0]


def test_plain_checkov(run_command):
    """Checkov with the pack reports keys in files that it does not read or refuses."""
    files = {"a/main.tofu": FAILING, "b/main.tf": KEY + REFUSED}
    fill_with(files)(run_command.folder)
    checks = run_command("checkov-keys", "checks-dir").stdout.strip()
    flags = ("--external-checks-dir", checks, "--check", "CKV2_KEYS_1", "-o", "json", "--framework", "terraform")
    results = json.loads(run_command("checkov", "-d", ".", *flags).stdout)["results"]
    assert [("/a/main.tofu", [1, 1]), ("/a/main.tofu", [2, 2])] == [
        (record["file_path"], record["file_line_range"]) for record in results["failed_checks"]
    ]
    assert ["/b/main.tf"] == [record["file_path"] for record in results["passed_checks"]]


@pytest.mark.parametrize("environment", [{}, BY_MAIN], ids=["runners only", "by main"])
def test_that_nothing_is_left_out_is_said(records, environment):
    """In one line, with the reason; not if somebody has asked for it."""
    files = {"main.tf": KEY, ".external_modules/x/main.tf": ""}
    code, _, stderr = records(files, "-d", ".", **environment)
    said = "checkov-keys scan: all of . is scanned: .external_modules holds modules that were downloaded"
    assert (0, 1) == (code, stderr.count(said))
    assert said not in records(files, "-d", ".", "--whole-tree", **environment)[2]


BOMB = 'a: &a ["x", "x", "x", "x", "x", "x", "x", "x", "x"]\n' + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi")
)


@pytest.mark.parametrize("way", [{}, BY_MAIN], ids=["by runners alone", "by Checkov's main"])
def test_a_named_file_that_is_too_much(run_command, way):
    """It is named and not read, and a file beside it is judged."""
    template = f"{BOMB}Resources:\n  A: {{Type: AWS::IAM::AccessKey, Properties: {{UserName: u}}}}\n"
    fill_with({"bomb.yaml": template, "main.tf": FAILING})(run_command.folder)
    alone = run_command("checkov-keys", "scan", "-f", "bomb.yaml", **way)
    assert 2 == alone.returncode
    assert "bomb.yaml: " in alone.stderr
    beside = run_command("checkov-keys", "scan", "-f", "bomb.yaml", "main.tf", "-o", "json", **way)
    assert 2 == beside.returncode
    assert 2 == json.loads(beside.stdout)["summary"]["failed"]
