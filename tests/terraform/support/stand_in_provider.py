"""Stand-ins for Terraform's providers hashicorp/aws and null that call nobody: what they make exists in state only.

With it the real `terraform` plans and applies IAM configurations offline. Names and arguments are those of the real
provider; what AWS would answer is unknown until the apply, as there. An access key's id tells its account, as real ones
do: see `read_account`. The process is started by Terraform itself, or once for many runs with `--dev`, which prints
how to reach it. Needs the PyPI package `tf`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import sys
from typing import Any

from tf.blocks import SetNestedBlock
from tf.iface import DataSource, Resource
from tf.provider import Provider
from tf.runner import run_provider
from tf.schema import Attribute, Block, Schema
from tf.types import Bool, Map, Number, Set, String, Unknown

TEXT = String()
USER_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")
STATUSES = ("Active", "Inactive", "Expired")

# What decides the account a provider configuration works in; the region and the like do not.
DECIDING = (
    "profile",
    "access_key",
    "allowed_account_ids",
    "forbidden_account_ids",
    "shared_config_files",
    "assume_role",
)


def text(name, **how):
    """An attribute that holds text."""
    return Attribute(name, TEXT, **how)


def number_account(config):
    """The account, twelve digits, in which a provider configuration (argument: value) works."""
    deciding = {name: config[name] for name in DECIDING if config.get(name)}
    if not deciding:
        return "111122223333"
    if len(deciding.get("allowed_account_ids", ())) == 1:
        return deciding["allowed_account_ids"][0].zfill(12)
    digest = hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()
    return str(int(digest, 16) % 10**12).zfill(12)


def make_key_id(account):
    """A new access key id; its first half after AKIA is the account in base 32."""
    tail = base64.b32encode(secrets.token_bytes(5)).decode()
    return "AKIA" + base64.b32encode(int(account).to_bytes(5, "big")).decode() + tail


class _Kept(Resource):
    """A resource whose attributes are what was planned, and something new for each that AWS would make."""

    type_name = ""
    attributes: tuple[Attribute, ...] = ()

    def __init__(self, provider):
        self.account = provider.account

    @classmethod
    def get_name(cls):
        return cls.type_name

    @classmethod
    def get_schema(cls):
        return Schema(attributes=list(cls.attributes))

    def make(self, _planned: dict[str, Any]) -> dict[str, Any]:
        """What AWS would make beside what is planned (attribute: value)."""
        return {"id": f"{self.type_name}-{secrets.token_hex(6)}"}

    def create(self, _ctx, planned):
        made = {**planned, **self.make(planned)}
        return {name: secrets.token_urlsafe(20) if value is Unknown else value for name, value in made.items()}

    def read(self, _ctx, current):
        return current

    def update(self, _ctx, current, planned):
        return {name: current.get(name) if value is Unknown else value for name, value in planned.items()}

    def delete(self, _ctx, _current):
        return None

    def import_(self, ctx, id):  # noqa: A002  # the name that `tf` calls it by
        ctx.diagnostics.add_error(f"aws_{self.type_name} {id} cannot be imported from an account that is not there")


def _check_text(diags, config, name, pattern, words):
    """Refuse a known value that AWS would not take."""
    value = config.get(name)
    if isinstance(value, str) and not pattern.fullmatch(value):
        diags.add_error(f'invalid value for {name}: "{value}", which {words}', path=[name])


class User(_Kept):
    """aws_iam_user."""

    type_name = "iam_user"
    attributes = (
        text("name", required=True),
        text("path", optional=True, computed=True, default="/"),
        text("permissions_boundary", optional=True),
        Attribute("force_destroy", Bool(), optional=True),
        Attribute("tags", Map(TEXT), optional=True),
        Attribute("tags_all", Map(TEXT), computed=True),
        text("id", computed=True),
        text("arn", computed=True),
        text("unique_id", computed=True),
    )

    def validate(self, diags, type_name, config):
        super().validate(diags, type_name, config)
        _check_text(diags, config, "name", USER_NAME, "must only hold alphanumeric characters and +=,.@_-")

    def make(self, planned):
        name, path = planned["name"], planned["path"]
        made = {"id": name, "unique_id": "AIDA" + secrets.token_hex(8).upper(), "tags_all": planned.get("tags") or {}}
        return {**made, "arn": f"arn:aws:iam::{self.account}:user{path}{name}"}

    def import_(self, _ctx, id):  # noqa: A002  # the name that `tf` calls it by
        empty = {attribute.name: None for attribute in self.attributes}
        planned = {**empty, "name": id, "path": "/"}
        return {**planned, **self.make(planned)}


class AccessKey(_Kept):
    """aws_iam_access_key. Each has an id and a secret of its own."""

    type_name = "iam_access_key"
    attributes = (
        text("user", required=True, requires_replace=True),
        text("status", optional=True, computed=True, default="Active"),
        text("pgp_key", optional=True, requires_replace=True),
        text("id", computed=True),
        text("secret", computed=True, sensitive=True),
        text("create_date", computed=True),
        text("encrypted_secret", computed=True),
        text("encrypted_ses_smtp_password_v4", computed=True),
        text("key_fingerprint", computed=True),
        text("ses_smtp_password_v4", computed=True, sensitive=True),
    )

    def validate(self, diags, type_name, config):
        super().validate(diags, type_name, config)
        _check_text(diags, config, "status", re.compile("|".join(STATUSES)), f"is none of {', '.join(STATUSES)}")

    def make(self, _planned):
        return {"id": make_key_id(self.account), "create_date": "2024-01-01T00:00:00Z"}


class UserPolicy(_Kept):
    """aws_iam_user_policy."""

    type_name = "iam_user_policy"
    attributes = (
        text("user", required=True, requires_replace=True),
        text("policy", required=True),
        text("name", optional=True, computed=True),
        text("name_prefix", optional=True),
        text("id", computed=True),
    )

    def make(self, planned):
        name = secrets.token_hex(6) if planned["name"] is Unknown else planned["name"]
        return {"name": name, "id": f"{planned['user']}:{name}"}


class UserPolicyAttachment(_Kept):
    """aws_iam_user_policy_attachment."""

    type_name = "iam_user_policy_attachment"
    attributes = (
        text("user", required=True, requires_replace=True),
        text("policy_arn", required=True, requires_replace=True),
        text("id", computed=True),
    )


class Group(_Kept):
    """aws_iam_group."""

    type_name = "iam_group"
    attributes = (
        text("name", required=True),
        text("path", optional=True),
        text("id", computed=True),
        text("arn", computed=True),
        text("unique_id", computed=True),
    )

    def make(self, planned):
        name, path = planned["name"], planned.get("path") or "/"
        return {"id": name, "arn": f"arn:aws:iam::{self.account}:group{path}{name}"}


class GroupMembership(_Kept):
    """aws_iam_group_membership."""

    type_name = "iam_group_membership"
    attributes = (
        text("name", required=True, requires_replace=True),
        text("group", required=True, requires_replace=True),
        Attribute("users", Set(TEXT), required=True),
        text("id", computed=True),
    )

    def make(self, planned):
        return {"id": planned["name"]}


class UserGroupMembership(_Kept):
    """aws_iam_user_group_membership."""

    type_name = "iam_user_group_membership"
    attributes = (
        text("user", required=True, requires_replace=True),
        Attribute("groups", Set(TEXT), required=True),
        text("id", computed=True),
    )


class NamedUser(DataSource):
    """data.aws_iam_user: whoever is asked for exists."""

    def __init__(self, provider):
        self.account = provider.account

    @classmethod
    def get_name(cls):
        return "iam_user"

    @classmethod
    def get_schema(cls):
        computed = ("arn", "id", "path", "permissions_boundary", "user_id")
        tags = Attribute("tags", Map(TEXT), computed=True)
        return Schema(
            attributes=[text("user_name", required=True), *(text(each, computed=True) for each in computed), tags]
        )

    def read(self, _ctx, config):
        name = config["user_name"]
        found = {"path": "/", "permissions_boundary": "", "tags": {}, "arn": f"arn:aws:iam::{self.account}:user/{name}"}
        digest = hashlib.sha256(f"{self.account}/{name.lower()}".encode()).hexdigest()
        return {**config, **found, "id": "AIDA" + digest[:16].upper(), "user_id": "AIDA" + digest[:16].upper()}


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
        return [User, AccessKey, UserPolicy, UserPolicyAttachment, Group, GroupMembership, UserGroupMembership]


class NullResource(_Kept):
    """null_resource, which only hands its triggers on."""

    type_name = "resource"
    attributes = (Attribute("triggers", Map(TEXT), optional=True, requires_replace=True), text("id", computed=True))


class NullStandIn(StandIn):
    """hashicorp/null."""

    def get_model_prefix(self):
        return "null_"

    def full_name(self):
        return "registry.terraform.io/hashicorp/null"

    def get_provider_schema(self, _diags):
        return Schema()

    def configure_provider(self, _diags, _config):
        pass

    def get_data_sources(self):
        return []

    def get_resources(self):
        return [NullResource]


if __name__ == "__main__":
    run_provider({"aws": StandIn, "null": NullStandIn}[sys.argv[1]](), sys.argv)
