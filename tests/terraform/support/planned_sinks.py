"""Blocks that hand keys' secrets on in one directory, and what a plan tells of each: `SILENT` and `EXPOSED`.

A row maps the address of a sink to what is exposed there, `argument: way`, first in the plan that makes everything,
then in one that finds it all in the state. The second plan knows each secret's text.
"""

from __future__ import annotations

KEYS = """
resource "aws_iam_user" "u" { name = "ann" }
resource "aws_iam_access_key" "k" { user = aws_iam_user.u.name }
resource "aws_iam_access_key" "pgp" {
  user    = "pgp"
  pgp_key = "keybase:ann"
}
resource "aws_iam_access_key" "many" {
  for_each = toset(["a", "b.c"])
  user     = each.key
}
locals { creds = { secret = aws_iam_access_key.k.secret } }
variable "password" {
  default   = "given by hand"
  sensitive = true
}
module "creds" {
  source = "./creds"
  key    = aws_iam_access_key.k
}
module "each" {
  source   = "./keys"
  for_each = toset(["x.y", "z"])
  user     = each.key
}
"""
MODULES = {
    "creds/main.tf": 'variable "key" {}\n'
    'output "pair" { value = { id = var.key.id, secret = var.key.secret } }\n'
    'output "key_id" { value = var.key.id }\n'
    'output "unused" { value = var.key.secret }\n',
    "keys/main.tf": 'variable "user" {}\n'
    'resource "aws_iam_access_key" "k" { user = var.user }\n'
    'output "secret" { value = aws_iam_access_key.k.secret }\n',
    "app/main.tf": 'variable "env" {}\n'
    'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  environment {\n    variables = var.env\n  }\n}\n',
}
K, KS = "aws_iam_access_key.k", "aws_iam_access_key.k.secret"


def function(label, variables, head=""):
    """A function's block; `variables` is an expression."""
    inside = f"  environment {{\n    variables = {variables}\n  }}\n"
    return f'resource "aws_lambda_function" "{label}" {{\n  function_name = "f"\n{head}{inside}}}\n'


def block(address, **arguments):
    """A resource's block; arguments are expressions."""
    kind, name = address.split(".")
    lines = "".join(f"  {argument} = {text}\n" for argument, text in arguments.items())
    return f'resource "{kind}" "{name}" {{\n{lines}}}\n'


def project(label, environment):
    """A build project's block; its environment is the text of its nested blocks."""
    inside = f"  environment {{\n{environment}  }}\n"
    return f'resource "aws_codebuild_project" "{label}" {{\n  name = "p"\n{inside}}}\n'


def output(name, value, *, sensitive=True):
    """An output's block."""
    return f'output "{name}" {{\n  value     = {value}\n  sensitive = {str(sensitive).lower()}\n}}\n'


CONTENT = (
    "      content {\n        name  = environment_variable.key\n        value = environment_variable.value\n      }\n"
)
EACH = '  for_each = toset(["a", "b.c"])\n'
MANY = "aws_iam_access_key.many[each.key]"
SILENT = {
    "an id": function("id", f"{{ ID = {K}.id }}"),
    "an id by the key of a loop": function("ids", f"{{ ID = {MANY}.id }}", EACH),
    "ids beside something sensitive": function("mixed", f"{{ ID = {MANY}.id, P = var.password }}", EACH),
    "an id in what is always sensitive": block(
        "aws_ssm_parameter.ids", for_each='toset(["a", "b.c"])', name='"x"', type='"String"', value=f"{MANY}.id"
    ),
    "an id of a module": function("module_id", "{ ID = module.creds.pair.id, OTHER = module.creds.key_id }"),
    "Secrets Manager": block("aws_secretsmanager_secret_version.s", secret_id='"x"', secret_string=KS),
    "a SecureString": block("aws_ssm_parameter.secure", name='"x"', type='"SecureString"', value=KS),
    "a Kubernetes Secret": 'resource "kubernetes_secret" "s" {\n  metadata {\n    name = "x"\n  }\n'
    f"  data = {{ s = {KS} }}\n}}\n",
    "a sensitive file": block("local_sensitive_file.s", filename='"x"', content=KS),
    "what is in no table": block("aws_db_instance.d", identifier='"x"', password=KS),
    "an encrypted secret": function("pgp", "{ S = aws_iam_access_key.pgp.encrypted_secret }"),
    "no secret, as it is encrypted": output("pgp", "aws_iam_access_key.pgp.secret"),
    "ids in an output": output("ids", "[for key in aws_iam_access_key.many : key.id]", sensitive=False),
    "something sensitive in an output": output("password", "var.password"),
}
EXPOSED = {
    "an environment": (
        function("f", f"{{ S = {KS} }}"),
        {"aws_lambda_function.f": ["environment.variables: k.secret"]},
    ),
    "a key of a loop": (
        function("each", f"{{ S = {MANY}.secret }}", EACH),
        {
            'aws_lambda_function.each["a"]': ['environment.variables: many["a"].secret'],
            'aws_lambda_function.each["b.c"]': ['environment.variables: many["b.c"].secret'],
        },
    ),
    "a loop over keys": (
        function("over", "{ S = each.value.secret }", "  for_each = aws_iam_access_key.many\n"),
        {
            'aws_lambda_function.over["a"]': ['environment.variables: many["a"].secret'],
            'aws_lambda_function.over["b.c"]': ['environment.variables: many["b.c"].secret'],
        },
    ),
    "user data of launch templates": (
        block("aws_launch_template.t", user_data=f'base64encode("export S=${{{K}.ses_smtp_password_v4}}")'),
        {"aws_launch_template.t": ["user_data: k.ses_smtp_password_v4"]},
    ),
    "a definition in JSON": (
        block(
            "aws_ecs_task_definition.t",
            family='"x"',
            container_definitions=f'jsonencode([{{ env = "${{{KS}}}!", x = base64gzip({KS}) }}])',
        ),
        {"aws_ecs_task_definition.t": ["container_definitions: k.secret"]},
    ),
    "a URL": (
        block("aws_s3_object.url", bucket='"b"', key='"k"', content=f'urlencode("s3://x:${{{KS}}}@b")'),
        {"aws_s3_object.url": ["content: k.secret"]},
    ),
    "a parameter, and its value elsewhere": (
        block("aws_ssm_parameter.p", name='"x"', type='"String"', value=KS)
        + block("aws_s3_object.p", bucket='"b"', key='"k"', content="aws_ssm_parameter.p.value"),
        {
            "aws_ssm_parameter.p": ["value: k.secret"],
            "aws_s3_object.p": ["content: k.secret → aws_ssm_parameter.p.value"],
        },
    ),
    "terraform_data and null_resource": (
        block("terraform_data.d", input=KS) + block("null_resource.n", triggers="{ s = terraform_data.d.output }"),
        {
            "terraform_data.d": ["input: k.secret"],
            "null_resource.n": ["triggers: k.secret → terraform_data.d.input"],
        },
    ),
    "a block in a block": (
        project("c", f'    environment_variable {{\n      name  = "S"\n      value = {KS}\n    }}\n'),
        {"aws_codebuild_project.c": ["environment.environment_variable.value: k.secret"]},
    ),
    "tags": (
        block("aws_s3_object.tags", bucket='"b"', key='"k"', tags=f"{{ s = {KS} }}"),
        {"aws_s3_object.tags": ["tags: k.secret"]},
    ),
    "a provisioner": (
        f'resource "null_resource" "c" {{\n  provisioner "local-exec" {{\n    command = ": ${{{KS}}}"\n  }}\n}}\n',
        {"null_resource.c": ["provisioner.local-exec.command: k.secret"]},
    ),
    "into a module": (
        f'module "app" {{\n  source = "./app"\n  env    = {{ S = {KS} }}\n}}\n',
        {"module.app.aws_lambda_function.f": ["environment.variables: k.secret → module.app.var.env"]},
    ),
    "through a module": (
        output("through", "module.creds.pair.secret"),
        {"output.through": ["value: k.secret → module.creds.var.key → module.creds.pair"]},
    ),
    "of instances of a module": (
        function("modules", "{ S = module.each[each.key].secret }", '  for_each = toset(["x.y", "z"])\n'),
        {
            f'aws_lambda_function.modules["{each}"]': [
                f'environment.variables: module.each["{each}"].k.secret → module.each["{each}"].secret'
            ]
            for each in ("x.y", "z")
        },
    ),
    "a whole key in an output": (
        output("whole", K),
        {"output.whole": ["value: k.secret", "value: k.ses_smtp_password_v4"]},
    ),
}
# What references do not tell, but texts do.
LATER = {
    "through a local": (
        function("local", "{ S = local.creds.secret }"),
        {"aws_lambda_function.local": ["environment.variables: k.secret"]},
    ),
    "a block for each": (
        project("d", f'    dynamic "environment_variable" {{\n      for_each = {{ S = {KS} }}\n{CONTENT}    }}\n'),
        {"aws_codebuild_project.d": ["environment.environment_variable.value: k.secret"]},
    ),
    "some attribute in an output": (
        output("some", "{ for name, key in aws_iam_access_key.many : name => key.secret }"),
        {"output.some": ['value: many["a"].secret', 'value: many["b.c"].secret']},
    ),
}
# What references alone tell as if it were the secret.
FIRST = {
    "a hash": (
        block("null_resource.hash", triggers=f"{{ s = sha256({KS}) }}"),
        {"null_resource.hash": ["triggers: k.secret"]},
    ),
}


def write_files():
    """The files of the directory that has all of it."""
    rows = [*SILENT.values(), *(row[0] for table in (EXPOSED, LATER, FIRST) for row in table.values())]
    return {"main.tf": KEYS + "".join(rows), **MODULES}
