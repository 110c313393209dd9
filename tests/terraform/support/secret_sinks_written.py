"""Resources that are given texts, as blocks of Terraform: functions from a module to text. Not all are sinks."""

from __future__ import annotations


def _resource(kind, body):
    """A resource whose body has `{s}` for a text, `{t}` for another, `{l}` for a list, `{m}` for a map."""

    def write(module):
        name, chance = f"r{module.number()}", module.chance
        meta = chance.choice(("", "", "", "  count = 2\n", '  for_each = toset(["p", "q"])\n', "  count = 0\n"))
        texts = {"s": module.pick(), "t": module.pick(), "l": module.pick("list"), "m": module.pick("map")}
        filled = body
        for key, text in texts.items():
            filled = filled.replace(f"@{key}", text)
        return f'resource "{kind}" "{name}" {{\n{meta}{filled}}}\n'

    return write


SINKS = (
    _resource("aws_ssm_parameter", '  name = "n"\n  type = "String"\n  value = @s\n'),
    _resource("aws_ssm_parameter", '  name = "n"\n  type = "StringList"\n  value = join(",", @l)\n'),
    _resource("aws_ssm_parameter", '  name = "n"\n  type = "SecureString"\n  value = @s\n'),
    _resource(
        "aws_ssm_parameter",
        '  name = "n"\n  type = lower("STRING") == "string" ? "String" : "x"\n  insecure_value = @s\n',
    ),
    _resource("aws_s3_object", '  bucket = "b"\n  key = "k"\n  content = @s\n'),
    _resource("aws_s3_object", '  bucket = "b"\n  key = "k"\n  content_base64 = base64encode(@s)\n'),
    _resource("aws_lambda_function", '  function_name = "f"\n  environment {\n    variables = @m\n  }\n'),
    _resource(
        "aws_lambda_function", '  function_name = "f"\n  environment {\n    variables = { S = @s, T = @t }\n  }\n'
    ),
    _resource(
        "aws_lambda_function",
        '  function_name = "f"\n  dynamic "environment" {\n    for_each = [@m]\n    content {\n'
        "      variables = environment.value\n    }\n  }\n",
    ),
    _resource(
        "aws_ecs_task_definition",
        '  family = "f"\n  container_definitions = jsonencode([{ environment = [{ name = "S", value = @s }] }])\n',
    ),
    _resource("aws_instance", '  user_data = "#!/bin/sh\\nexport S=${@s}"\n'),
    _resource("aws_instance", "  user_data_base64 = base64encode(@s)\n  tags = { a = @t }\n"),
    _resource(
        "aws_launch_template",
        '  name = "l"\n  user_data = base64encode(@s)\n  tag_specifications {\n    tags = @m\n  }\n',
    ),
    _resource(
        "aws_codebuild_project",
        '  name = "p"\n  environment {\n    dynamic "environment_variable" {\n      for_each = @m\n'
        "      iterator = each_one\n      content {\n        name = each_one.key\n        value = each_one.value\n"
        "      }\n    }\n  }\n",
    ),
    _resource(
        "aws_codebuild_project",
        '  name = "p"\n  environment {\n    environment_variable {\n      name = "S"\n      value = @s\n    }\n  }\n',
    ),
    _resource("aws_glue_job", '  name = "g"\n  default_arguments = { "--s" = @s }\n'),
    _resource("aws_cloudformation_stack", '  name = "c"\n  parameters = @m\n'),
    _resource("aws_sfn_state_machine", '  name = "s"\n  definition = jsonencode({ States = { a = @s } })\n'),
    _resource(
        "aws_dynamodb_table_item", '  table_name = "t"\n  hash_key = "h"\n  item = jsonencode({ h = { S = @s } })\n'
    ),
    _resource("aws_secretsmanager_secret_version", '  secret_id = "x"\n  secret_string = jsonencode(@m)\n'),
    _resource("aws_secretsmanager_secret_version", '  secret_id = "x"\n  secret_string = @s\n'),
    _resource("aws_db_instance", '  identifier = "d"\n  password = @s\n  tags = { plain = "x" }\n'),
    _resource("aws_sqs_queue", '  name = "q"\n  policy = @s\n  tags = @m\n'),
    _resource("local_file", '  filename = "f"\n  content = @s\n'),
    _resource("local_sensitive_file", '  filename = "f"\n  content = @s\n'),
    _resource("kubernetes_config_map", '  data = @m\n  metadata {\n    name = "m"\n  }\n'),
    _resource("kubernetes_secret", '  data = @m\n  metadata {\n    name = "m"\n  }\n'),
    _resource(
        "kubernetes_deployment",
        "  spec {\n    template {\n      spec {\n        container {\n          env {\n"
        '            name = "S"\n            value = @s\n          }\n        }\n      }\n    }\n  }\n',
    ),
    _resource("null_resource", "  triggers = @m\n"),
    _resource("null_resource", "  triggers = { hash = sha256(@s), plain = @t }\n"),
    _resource("terraform_data", "  input = [@s, @l]\n"),
    _resource("terraform_data", "  triggers_replace = @s\n"),
)
