"""Which arguments of which resources show the secret of a key, and which keep it."""

import pytest
from read_exposures import read_exposures

KEY = 'resource "aws_iam_access_key" "k" {\n  user = "ci"\n}\n'
HELD = "aws_iam_access_key.k.secret"
NO, YES = False, True
# The type, the body with %s for the secret, and whether anybody sees it there.
PLACES = {
    "a Helm value by name": ("helm_release", 'set {\n  name = "aws.secret"\n  value = %s\n}', YES),
    "a Helm value in a list of objects": ("helm_release", 'set = [{ name = "a", value = %s }]', YES),
    "Helm values": ("helm_release", "values = [yamlencode({ aws = { secret = %s } })]", YES),
    "a sensitive Helm value": ("helm_release", 'set_sensitive {\n  name = "a"\n  value = %s\n}', NO),
    "a variable of Terraform Cloud": ("tfe_variable", "value = %s", YES),
    "one that is not sensitive": ("tfe_variable", "sensitive = false\nvalue = %s", YES),
    "one that is": ("tfe_variable", "sensitive = true\nvalue = %s", NO),
    "one of which that is not known": ("tfe_variable", "sensitive = var.s\nvalue = %s", NO),
    "a variable of Bitbucket": ("bitbucket_repository_variable", "value = %s", YES),
    "a secured one": ("bitbucket_repository_variable", "secured = true\nvalue = %s", NO),
    "a header of CloudFront": (
        "aws_cloudfront_distribution",
        'origin {\n  custom_header {\n    name = "x"\n    value = %s\n  }\n}',
        YES,
    ),
    "stage variables": ("aws_api_gateway_stage", "variables = { s = %s }", YES),
    "a record": ("aws_route53_record", "records = [%s]", YES),
    "a configuration": ("aws_appconfig_hosted_configuration_version", "content = jsonencode({ s = %s })", YES),
    "a canary": ("aws_synthetics_canary", "run_config {\n  environment_variables = { S = %s }\n}", YES),
    "a connector": ("aws_mskconnect_connector", "connector_configuration = { s = %s }", YES),
    "a step of a cluster": ("aws_emr_cluster", "step {\n  hadoop_jar_step {\n    args = [%s]\n  }\n}", YES),
    "a fleet": ("aws_spot_fleet_request", "launch_specification {\n  user_data = %s\n}", YES),
    "a machine elsewhere": ("hcloud_server", "user_data = %s", YES),
    "a container": ("docker_container", 'env = ["S=${%s}"]', YES),
    "a container elsewhere": (
        "azurerm_container_group",
        "container {\n  environment_variables = { S = %s }\n}",
        YES,
    ),
    "a safe variable of it": (
        "azurerm_container_group",
        "container {\n  secure_environment_variables = { S = %s }\n}",
        NO,
    ),
    "what keeps a random name": ("random_id", "keepers = { s = %s }", YES),
    "a hash that does": ("random_id", "keepers = { s = sha1(%s) }", NO),
    "an annotation of a Kubernetes Secret": ("kubernetes_secret", "metadata {\n  annotations = { s = %s }\n}", YES),
    "its data": ("kubernetes_secret", "data = { s = %s }", NO),
    "a database": ("aws_db_instance", "password = %s", NO),
    "a place of another provider": ("example_thing", "user_data = %s", NO),
}


@pytest.mark.parametrize(("kind", "body", "is_seen"), PLACES.values(), ids=PLACES)
def test_places(kind, body, is_seen, tmp_path):
    """A place is named if people see what is in it who may not use the key."""
    block = f'resource "{kind}" "r" {{\n{body % HELD}\n}}\n'
    (tmp_path / "main.tf").write_text(f"{KEY}{block}")
    assert {address for address, _ in read_exposures(tmp_path)} == ({f"{kind}.r"} if is_seen else set())


OLD = {
    "the password of an old provider": 'output "o" {\n  value = aws_iam_access_key.k.ses_smtp_password\n}\n',
    "a template as a resource": 'resource "template_file" "t" {\n  template = "$${secret}"\n  vars {\n'
    f'    secret = "${{{HELD}}}"\n  }}\n}}\noutput "o" {{\n  value = "${{template_file.t.rendered}}"\n}}\n',
}


@pytest.mark.parametrize("text", OLD.values(), ids=OLD)
def test_old_configurations(text, tmp_path):
    """What Terraform had in its first years is still in repositories."""
    (tmp_path / "main.tf").write_text(KEY + text)
    assert {("output.o", "value")} == read_exposures(tmp_path)
