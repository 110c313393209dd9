"""The resources and data sources of the stand-in providers: what they take, and what they make up in AWS's place."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import string
from typing import Any

from tf.iface import DataSource, Resource
from tf.schema import Attribute, Schema
from tf.types import Bool, Map, Set, String, Unknown

TEXT = String()
USER_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")
# What a key holds that lets others act as its user.
SECRETS = ("secret", "ses_smtp_password_v4")
STATUSES = ("Active", "Inactive", "Expired")


def text(name, **how):
    """An attribute that holds text."""
    return Attribute(name, TEXT, **how)


def make_secret(length=40):
    """A text of its own, of letters and digits, that nothing else holds."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


def make_key_id(account):
    """A new access key id; its first half after AKIA is the account in base 32."""
    tail = base64.b32encode(secrets.token_bytes(5)).decode()
    return "AKIA" + base64.b32encode(int(account).to_bytes(5, "big")).decode() + tail


class Kept(Resource):
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

    def upgrade(self, _ctx, _version, old):
        # With a warning, as `tf` gives one, Terraform leaves deposed objects undestroyed without a word.
        return old

    def import_(self, ctx, id):  # noqa: A002  # the name that `tf` calls it by
        ctx.diagnostics.add_error(f"aws_{self.type_name} {id} cannot be imported from an account that is not there")


def _check_text(diags, config, name, pattern, words):
    """Refuse a known value that AWS would not take."""
    value = config.get(name)
    if isinstance(value, str) and not pattern.fullmatch(value):
        diags.add_error(f'invalid value for {name}: "{value}", which {words}', path=[name])


class User(Kept):
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


class AccessKey(Kept):
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

    def make(self, planned):
        made = {"id": make_key_id(self.account), "create_date": "2024-01-01T00:00:00Z"}
        if planned.get("pgp_key"):
            # What is encrypted is not the secret itself, and no other attribute tells it.
            encrypted = {f"encrypted_{name}": make_secret(80) for name in SECRETS}
            return {**made, **encrypted, "key_fingerprint": secrets.token_hex(20), **dict.fromkeys(SECRETS)}
        nothing = dict.fromkeys(("encrypted_secret", "encrypted_ses_smtp_password_v4", "key_fingerprint"))
        return {**made, **nothing, "secret": make_secret(), "ses_smtp_password_v4": make_secret(44)}

    def import_(self, _ctx, id):  # noqa: A002  # the name that `tf` calls it by
        # There is no account that tells whose key it is, so what is imported says it: ann/Active.
        user, _, status = id.partition("/")
        empty = {attribute.name: None for attribute in self.attributes}
        return {**empty, "user": user, "status": status or "Active", **self.make({})}


class UserPolicy(Kept):
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


class UserPolicyAttachment(Kept):
    """aws_iam_user_policy_attachment."""

    type_name = "iam_user_policy_attachment"
    attributes = (
        text("user", required=True, requires_replace=True),
        text("policy_arn", required=True, requires_replace=True),
        text("id", computed=True),
    )


class Group(Kept):
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


class GroupMembership(Kept):
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


class UserGroupMembership(Kept):
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


class NullResource(Kept):
    """null_resource, which only hands its triggers on."""

    type_name = "resource"
    attributes = (Attribute("triggers", Map(TEXT), optional=True, requires_replace=True), text("id", computed=True))


RESOURCES = (User, AccessKey, UserPolicy, UserPolicyAttachment, Group, GroupMembership, UserGroupMembership)
