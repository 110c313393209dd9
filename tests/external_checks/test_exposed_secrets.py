"""Exposed secrets of Terraform with the real `checkov` command and with `scan`: the same records, at the sinks."""

import json

import pytest

RULE = "CKV2_KEYS_5"
# Nothing in the directories `live` and `modules/app` names an access key.
FILES = {
    "modules/user/main.tf": """
variable "name" {}
resource "aws_iam_access_key" "k" {
  user = var.name
}
output "creds" {
  value = { id = aws_iam_access_key.k.id, secret = aws_iam_access_key.k.secret }
}
""",
    "modules/app/main.tf": """
variable "env" {}
resource "aws_lambda_function" "f" {
  environment {
    variables = var.env
  }
}
resource "aws_ssm_parameter" "p" {
  # checkov:skip=CKV2_KEYS_5:of the training account
  type  = "String"
  value = jsonencode(var.env)
}
""",
    "modules/app/more.tf.json": '{"resource": {"null_resource": {"n": {"triggers": "${var.env}"}}}}',
    "live/main.tf": """
module "ann" {
  source   = "../modules/user"
  for_each = toset(["a.b", "c"])
  name     = each.key
}
module "app" {
  source = "../modules/app"
  env    = module.ann["a.b"].creds
}
output "kept" {
  value = module.ann["c"].creds.id
}
output "shown" {
  # checkov:skip=CKV2_KEYS_1:another rule
  value     = module.ann["c"].creds
  sensitive = true
}
""",
    "other/main.tf": 'resource "aws_instance" "i" {}\n',
    "old/main.tofu": 'resource "aws_iam_access_key" "k" {\n  user = "u"\n}\noutput "o" {\n'
    "  value = aws_iam_access_key.k.secret\n}\n",
}
FAILED = {
    ("module.app.aws_lambda_function.f", "/modules/app/main.tf", 3, 7),
    ("module.app.null_resource.n", "/modules/app/more.tf.json", 1, 1),
    ("output.shown", "/live/main.tf", 14, 18),
    ("output.o", "/old/main.tofu", 4, 6),
}
SKIPPED = {("module.app.aws_ssm_parameter.p", "/modules/app/main.tf", 8, 12)}


@pytest.fixture
def folder(run_command):
    """The folder of the command with FILES in it."""
    for name, text in FILES.items():
        path = run_command.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return run_command.folder


def read(done, kind):
    found = json.loads(done.stdout)
    reports = [each for each in (found if isinstance(found, list) else [found]) if "results" in each]
    records = [each for report in reports for each in report["results"][kind] if each["check_id"] == RULE]
    return {(each["resource"], each["repo_file_path"], *each["file_line_range"]) for each in records}


@pytest.mark.parametrize("named", [(), ("--check", RULE), ("--check", "HIGH")], ids=["all", "its id", "its severity"])
def test_scan(folder, run_command, named):
    """Each sink has one record; nothing passes; a module is read whatever its own files say."""
    done = run_command("checkov-keys", "scan", "-d", ".", "-o", "json", *named, cwd=folder)
    assert 1 == done.returncode
    assert (FAILED, SKIPPED, set()) == tuple(read(done, f"{kind}_checks") for kind in ("failed", "skipped", "passed"))


def test_checkov(folder, run_command, checks_dir):
    """Plain Checkov with the pack says the same."""
    flags = ("--external-checks-dir", checks_dir, "--check", "CKV2_KEYS_*", "-o", "json")
    done = run_command("checkov", "-d", ".", *flags, cwd=folder)
    assert (FAILED, SKIPPED, set()) == tuple(read(done, f"{kind}_checks") for kind in ("failed", "skipped", "passed"))


@pytest.mark.parametrize("flags", [("--skip-check", RULE), ("--check", "CKV2_KEYS_1")], ids=["skipped", "another"])
def test_not_asked_for(folder, run_command, flags):
    """Whoever leaves the rule out does not get it."""
    done = run_command("checkov-keys", "scan", "-d", ".", "-o", "json", *flags, cwd=folder)
    assert set() == read(done, "failed_checks") | read(done, "skipped_checks")


def test_a_module_called_twice(run_command):
    """Each call has a record of its own, also if only one of them hands a secret on."""
    files = {
        "main.tf": 'module "a" {\n  source = "./m"\n  s = aws_iam_access_key.k.secret\n}\n'
        'module "b" {\n  source = "./m"\n  s = "plain"\n}\nmodule "c" {\n  source = "./m"\n'
        '  s = aws_iam_access_key.k.ses_smtp_password_v4\n}\nresource "aws_iam_access_key" "k" {\n  user = "u"\n}\n',
        "m/main.tf": 'variable "s" {}\nresource "aws_instance" "i" {\n  count = 2\n  user_data = var.s\n}\n',
    }
    for name, text in files.items():
        (run_command.folder / name).parent.mkdir(exist_ok=True)
        (run_command.folder / name).write_text(text)
    done = run_command("checkov-keys", "scan", "-d", ".", "-o", "json", "--check", RULE)
    expected = {f"module.{call}.aws_instance.i[{number}]" for call in "ac" for number in (0, 1)}
    assert expected == {resource for resource, *_ in read(done, "failed_checks")}


def test_a_broken_check_fails_every_key(run_command, checks_dir):
    """An error in the reading is not a clean scan."""
    (run_command.folder / "main.tf").write_text('resource "aws_iam_access_key" "k" {\n  user = "u"\n}\n')
    (run_command.folder / "broken.py").write_text(
        "from checkov_keys.iac.terraform.secret_reader import TerraformSecretReader\n"
        "def find_exposures(self, graph):\n    raise RuntimeError('no')\n"
        "TerraformSecretReader.find_exposures = find_exposures\n"
        "from checkov_keys.__main__ import main\nimport sys\nsys.exit(main())\n"
    )
    del checks_dir
    done = run_command("python", "broken.py", "scan", "-f", "main.tf", "--framework", "terraform", "-o", "json")
    assert 2 == done.returncode
    assert {"aws_iam_access_key.k"} == {resource for resource, *_ in read(done, "failed_checks")}
    assert "the check CKV2_KEYS_5 broke: RuntimeError: no" in done.stderr
