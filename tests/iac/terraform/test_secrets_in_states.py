"""Whether a state of Terraform holds the secret of a key in plain text: told of each key, and nothing more is."""

import json

import pytest

from checkov_keys.iac.terraform.state import managed_keys_of

HIDDEN = "very-secret"

# The attributes of a key besides its id, and whether they hold its secret.
ATTRIBUTES = {
    "nothing": ({}, False),
    "null": ({"secret": None, "ses_smtp_password_v4": None}, False),
    "an imported key": ({"secret": "", "ses_smtp_password_v4": ""}, False),
    "encrypted by pgp_key": ({"secret": None, "encrypted_secret": HIDDEN, "pgp_key": "keybase:a"}, False),
    "of another name": ({"secret_key": HIDDEN}, False),
    "the secret": ({"secret": HIDDEN}, True),
    "the password alone": ({"secret": "", "ses_smtp_password_v4": HIDDEN}, True),
    "of another type": ({"secret": [HIDDEN]}, True),
}


def version_4(name, attributes):
    """A state file, whose attributes may be flat."""
    resource = {"mode": "managed", "type": "aws_iam_access_key", "name": "k", "instances": [{name: attributes}]}
    return {"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "a", "resources": [resource]}


def shown(attributes):
    """What `terraform show -json` writes of a state."""
    resource = {"mode": "managed", "type": "aws_iam_access_key", "name": "k", "values": attributes}
    return {"format_version": "1.0", "values": {"root_module": {"resources": [resource]}}}


@pytest.mark.parametrize(("attributes", "holds"), ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_secrets(attributes, holds):
    """In every form of a state; what is told of a key never has the secret."""
    whole = {"id": "AKIAIOSFODNN7EXAMPLE", **attributes}
    plan = {"format_version": "1.2", "planned_values": {}, "prior_state": shown(whole)}
    for document in (version_4("attributes", whole), version_4("attributes_flat", whole), shown(whole), plan):
        (key,) = managed_keys_of(json.dumps(document).encode(), "prod.tfstate")
        assert holds is key.has_secret
        assert HIDDEN not in repr(key)
