"""CloudFormation templates, and what holds the secrets of their keys in plain sight."""

from checkov.cloudformation.parser import parse

from checkov_keys.iac.cloudformation.exposures import find_exposures
from checkov_keys.iac.cloudformation.template_file import make_template


def list_exposures(folder, text, name="template.yaml"):
    """Return the exposures of a template with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    parsed, lines = parse(str(path))
    return [found.exposure for found in find_exposures(make_template(str(path), parsed, lines))]


def list_places(folder, text):
    """Return address and argument of everything that holds a secret, in any order."""
    return sorted((each.address, secret.argument) for each in list_exposures(folder, text) for secret in each.secrets)
