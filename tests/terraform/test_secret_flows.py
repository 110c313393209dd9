"""Where the secret of a key is seen in plain sight, configuration by configuration, and where it is not."""

import pytest
from read_exposures import list_exposures, read_exposures

KEY = 'resource "aws_iam_access_key" "k" {\n  user = "ci"\n}\n'
# The expression whose value nobody is to see.
HELD = "aws_iam_access_key.k.secret"
APP = """
variable "env" {}
resource "aws_lambda_function" "f" {
  environment {
    variables = var.env
  }
}
"""


def output(value):
    return f'output "o" {{\n  value = {value}\n}}\n'


def call(name, env, meta=""):
    return f'module "{name}" {{\n  source = "./app"\n{meta}\n  env = {env}\n}}\n'


def resource(kind, body, name="r"):
    return f'resource "{kind}" "{name}" {{\n{body}\n}}\n'


SILENT = {
    "no output": KEY,
    "the id of the key": KEY + output("aws_iam_access_key.k.id"),
    "no such key": output(HELD),
    "a key that is not made": KEY.replace("{", "{\n  count = 0", 1) + output("try(aws_iam_access_key.k[0].secret, 1)"),
    "an encrypted one": KEY.replace("{", '{\n  pgp_key = "keybase:me"', 1) + output(f"try({HELD}, 1)"),
    "an encrypted one, as a whole": KEY.replace("{", '{\n  pgp_key = "keybase:me"', 1) + output("aws_iam_access_key.k"),
    "maybe encrypted": KEY.replace("{", "{\n  pgp_key = var.key", 1) + 'variable "key" {}\n' + output(HELD),
    "its encrypted form": KEY.replace("{", '{\n  pgp_key = "keybase:me"', 1)
    + output("aws_iam_access_key.k.encrypted_secret"),
    "a hash of it": KEY + output(f"sha256({HELD})"),
    "its length": KEY + output(f"length({HELD})"),
    "whether it is empty": KEY + output(f'{HELD} == "" ? "no" : "yes"'),
    "its first letters": KEY + output(f"substr({HELD}, 0, 4)"),
    "what is beside it": KEY + output(f'jsondecode(jsonencode({{ a = "x", b = {HELD} }})).a'),
    "an output that nobody hands on": 'module "m" {\n  source = "./m"\n}\n',
    "Secrets Manager": KEY + resource("aws_secretsmanager_secret_version", f"secret_string = {HELD}"),
    "a secure string": KEY + resource("aws_ssm_parameter", f'type = "SecureString"\nvalue = {HELD}'),
    "a parameter of an unknown type": KEY + resource("aws_ssm_parameter", f"type = var.t\nvalue = {HELD}"),
    "a write-only argument": KEY + resource("aws_ssm_parameter", f'type = "String"\nvalue_wo = {HELD}'),
    "a Kubernetes secret": KEY + resource("kubernetes_secret", f"data = {{ s = {HELD} }}"),
    "a secret of GitHub": KEY + resource("github_actions_secret", f"plaintext_value = {HELD}"),
    "a variable of GitLab": KEY + resource("gitlab_project_variable", f"value = {HELD}"),
    "Vault": KEY + resource("vault_kv_secret_v2", f"data_json = jsonencode({HELD})"),
    "a sensitive file": KEY + resource("local_sensitive_file", f"content = {HELD}"),
    "a place of which nothing is known": KEY + resource("example_thing", f"value = {HELD}"),
    "an unknown count of zero": KEY + resource("aws_instance", f"count = 0\nuser_data = {HELD}"),
    "a data source": 'data "aws_iam_access_keys" "k" {\n  user = "u"\n}\n' + output("data.aws_iam_access_keys.k"),
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text, tmp_path):
    """Nothing is said of a secret that is kept, encrypted or gone, nor of a place that is in no table."""
    (tmp_path / "main.tf").write_text(text)
    if '"./m"' in text:
        (tmp_path / "m").mkdir()
        (tmp_path / "m" / "main.tf").write_text(KEY + output(HELD))
    assert set() == read_exposures(tmp_path)


SHOWN = {
    "an output": (output(HELD), {("output.o", "value")}),
    "a sensitive output": (output(f"sensitive({HELD})"), {("output.o", "value")}),
    "the password for SES": (output("aws_iam_access_key.k.ses_smtp_password_v4"), {("output.o", "value")}),
    "the key as a whole": (output("aws_iam_access_key.k"), {("output.o", "value")}),
    "through a local and JSON": (
        f"locals {{\n  c = jsonencode({{ a = {HELD} }})\n}}\n" + output("local.c"),
        {("output.o", "value")},
    ),
    "in base64": (output(f'base64encode("user:${{{HELD}}}")'), {("output.o", "value")}),
    "in the key of a map": (output(f"{{ (nonsensitive({HELD})) = 1 }}"), {("output.o", "value")}),
    "beside what is not known": (output(f'"${{var.x}}:${{{HELD}}}"') + 'variable "x" {}\n', {("output.o", "value")}),
    "if nobody knows a condition": (output(f'var.x ? {HELD} : "n"') + 'variable "x" {}\n', {("output.o", "value")}),
    "in a heredoc": (
        resource("aws_instance", f"user_data = <<-EOT\n  export S=${{{HELD}}}\n  EOT"),
        {("aws_instance.r", "user_data")},
    ),
    "a parameter": (
        resource("aws_ssm_parameter", f'type = "String"\nvalue = {HELD}'),
        {("aws_ssm_parameter.r", "value")},
    ),
    "from one resource to the next": (
        resource("aws_secretsmanager_secret_version", f"secret_string = {HELD}", "v")
        + output("aws_secretsmanager_secret_version.v.secret_string"),
        {("output.o", "value")},
    ),
    "a resource as a whole": (
        resource("aws_secretsmanager_secret_version", f"secret_string = {HELD}", "v")
        + output("jsonencode(aws_secretsmanager_secret_version.v)"),
        {("output.o", "value")},
    ),
    "a rendered template": (
        f'data "template_file" "t" {{\n  template = "$${{s}}"\n  vars = {{ s = {HELD} }}\n}}\n'
        + resource("aws_instance", "user_data = data.template_file.t.rendered"),
        {("aws_instance.r", "user_data")},
    ),
    "parts of a cloud-init": (
        f'data "cloudinit_config" "t" {{\n  part {{\n    content = {HELD}\n  }}\n}}\n'
        + resource("aws_launch_template", "user_data = data.cloudinit_config.t.rendered"),
        {("aws_launch_template.r", "user_data")},
    ),
    "an archive": (
        f'data "archive_file" "z" {{\n  type = "zip"\n  source {{\n    content = {HELD}\n  }}\n}}\n',
        {("data.archive_file.z", "source")},
    ),
    "a dynamic block": (
        resource(
            "aws_codebuild_project",
            f'environment {{\n  dynamic "environment_variable" {{\n    for_each = {{ S = {HELD} }}\n'
            "    iterator = it\n    content {\n      name = it.key\n      value = it.value\n    }\n  }\n}",
        ),
        {("aws_codebuild_project.r", "environment")},
    ),
    "two instances": (
        resource("aws_instance", f"count = 2\nuser_data = {HELD}"),
        {("aws_instance.r[0]", "user_data"), ("aws_instance.r[1]", "user_data")},
    ),
    "a command": (
        resource("null_resource", f'provisioner "local-exec" {{\n  command = "echo ${{{HELD}}}"\n}}'),
        {("null_resource.r", "provisioner")},
    ),
    "a command that asks its resource": (
        resource(
            "null_resource",
            f'triggers = {{ s = {HELD} }}\nprovisioner "local-exec" {{\n  command = "echo ${{self.triggers.s}}"\n}}',
        ),
        {("null_resource.r", "triggers"), ("null_resource.r", "provisioner")},
    ),
    "tags of anything": (resource("aws_vpc", f"tags = {{ s = {HELD} }}"), {("aws_vpc.r", "tags")}),
    "an environment in a pod": (
        resource(
            "kubernetes_deployment",
            f"spec {{\n template {{\n spec {{\n container {{\n env {{\n value = {HELD}\n}}\n}}\n}}\n}}\n}}",
        ),
        {("kubernetes_deployment.r", "spec")},
    ),
    "a variable of GitHub": (
        resource("github_actions_variable", f"value = {HELD}"),
        {("github_actions_variable.r", "value")},
    ),
    "through a module": (
        call("app", f"{{ S = {HELD} }}"),
        {("module.app.aws_lambda_function.f", "environment")},
    ),
    "one of two calls": (
        call("a", f"{{ S = {HELD} }}") + call("b", '{ S = "plain" }'),
        {("module.a.aws_lambda_function.f", "environment")},
    ),
    "one call of many": (
        call("a", "{ S = each.value }", f'for_each = {{ x = {HELD}, y = "plain" }}'),
        {('module.a["x"].aws_lambda_function.f', "environment")},
    ),
}


@pytest.mark.parametrize(("text", "expected"), SHOWN.values(), ids=SHOWN)
def test_shown(text, expected, tmp_path):
    """Each sink is named once per instance, with the argument that holds the secret."""
    (tmp_path / "main.tf").write_text(KEY + text)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.tf").write_text(APP)
    assert expected == read_exposures(tmp_path)


def test_way(tmp_path):
    """The way goes from the key to the argument, with the file and the line of each step."""
    (tmp_path / "main.tf").write_text(
        f"{KEY}locals {{\n  creds = {{ s = {HELD} }}\n}}\n"
        'module "app" {\n  source = "./app"\n  env = local.creds\n}\n'
    )
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.tf").write_text(APP)
    (exposure,) = list_exposures(tmp_path)
    (secret,) = exposure.secrets
    assert ("aws_iam_access_key.k", "secret", "environment.variables.s") == secret[:3]
    assert [
        (HELD, "main.tf", 2),
        ("local.creds", "main.tf", 5),
        ("module.app.var.env", "main.tf", 9),
        ("module.app.aws_lambda_function.f.environment.variables.s", "app/main.tf", 5),
    ] == [(step.text, step.path[len(str(tmp_path)) + 1 :], step.line) for step in secret.way]
    assert (str(tmp_path / "app" / "main.tf"), 3) == (exposure.path, exposure.line)


def test_two_keys_in_one_output(tmp_path):
    """One record names both."""
    text = KEY + KEY.replace('"k"', '"j"') + output(f"[{HELD}, aws_iam_access_key.j.secret]")
    (tmp_path / "main.tf").write_text(text)
    (exposure,) = list_exposures(tmp_path)
    assert ["aws_iam_access_key.j", "aws_iam_access_key.k"] == [secret.key for secret in exposure.secrets]
