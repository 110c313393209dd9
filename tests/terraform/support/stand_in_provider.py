"""Stand-ins for Terraform's providers hashicorp/aws, null, local and kubernetes that call nobody: what they make exists
in state only.

With them the real `terraform` plans and applies IAM configurations offline. Names and arguments are those of the real
providers; what AWS would answer is unknown until the apply, as there. An access key's id tells its account, as real
ones do. `stand_in_provider.py <name>` is started by Terraform itself, or once for many runs with `--dev`, which
prints how to reach it. Needs the PyPI package `tf`.
"""

from __future__ import annotations

import hashlib
import json
import sys

from stand_in_resources import RESOURCES, TEXT, NamedUser, NullResource, text
from stand_in_sinks import KUBERNETES_RESOURCES, LOCAL_RESOURCES, SINK_RESOURCES
from tf.blocks import SetNestedBlock
from tf.provider import Provider
from tf.runner import run_provider
from tf.schema import Attribute, Block, Schema
from tf.types import Bool, Map, Number, Set

# What decides the account a provider configuration works in; the region and the like do not.
DECIDING = (
    "profile",
    "access_key",
    "allowed_account_ids",
    "forbidden_account_ids",
    "shared_config_files",
    "assume_role",
)


def number_account(config):
    """The account, twelve digits, in which a provider configuration (argument: value) works."""
    deciding = {name: config[name] for name in DECIDING if config.get(name)}
    if not deciding:
        return "111122223333"
    if len(deciding.get("allowed_account_ids", ())) == 1:
        return deciding["allowed_account_ids"][0].zfill(12)
    digest = hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()
    return str(int(digest, 16) % 10**12).zfill(12)


class StandIn(Provider):
    """hashicorp/aws with IAM users, their keys, policies and groups."""

    account = number_account({})

    def get_model_prefix(self):
        return "aws_"

    def full_name(self):
        return "registry.terraform.io/hashicorp/aws"

    def get_provider_schema(self, _diags):
        words = ("region", "profile", "access_key", "secret_key", "token", "retry_mode")
        switches = ("skip_credentials_validation", "skip_metadata_api_check", "skip_requesting_account_id")
        lists = ("allowed_account_ids", "forbidden_account_ids", "shared_config_files", "shared_credentials_files")
        attributes = [
            *(text(name, optional=True) for name in words),
            *(Attribute(name, Bool(), optional=True) for name in switches),
            *(Attribute(name, Set(TEXT), optional=True) for name in lists),
            Attribute("max_retries", Number(), optional=True),
        ]
        role = [text(name, optional=True) for name in ("role_arn", "session_name", "external_id")]
        tags = [Attribute("tags", Map(TEXT), optional=True)]
        blocks = [
            SetNestedBlock("assume_role", Block(attributes=role)),
            SetNestedBlock("default_tags", Block(attributes=tags)),
        ]
        return Schema(attributes=attributes, block_types=blocks)

    def validate_config(self, _diags, _config):
        pass

    def configure_provider(self, _diags, config):
        self.account = number_account(config)

    def get_data_sources(self):
        return [NamedUser]

    def get_resources(self):
        return [*RESOURCES, *SINK_RESOURCES]


class NullStandIn(StandIn):
    """hashicorp/null."""

    name = "null"
    resources: tuple[type, ...] = (NullResource,)

    def get_model_prefix(self):
        return f"{self.name}_"

    def full_name(self):
        return f"registry.terraform.io/hashicorp/{self.name}"

    def get_provider_schema(self, _diags):
        return Schema()

    def configure_provider(self, _diags, _config):
        pass

    def get_data_sources(self):
        return []

    def get_resources(self):
        return list(self.resources)


class LocalStandIn(NullStandIn):
    """hashicorp/local, without files."""

    name = "local"
    resources = LOCAL_RESOURCES


class KubernetesStandIn(NullStandIn):
    """hashicorp/kubernetes, without a cluster."""

    name = "kubernetes"
    resources = KUBERNETES_RESOURCES


STAND_INS = {"aws": StandIn, "null": NullStandIn, "local": LocalStandIn, "kubernetes": KubernetesStandIn}

if __name__ == "__main__":
    run_provider(STAND_INS[sys.argv[1]](), sys.argv)
