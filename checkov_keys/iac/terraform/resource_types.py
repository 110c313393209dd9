"""What is known of resource types beyond the configuration: types of arguments, and what providers hand on.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_user and its neighbours.
"""

from __future__ import annotations

from typing import NamedTuple

from checkov_keys.iac.hcl.values import BOOL, DYNAMIC, STRING, MapType, SetType, Type, Value, boolean, null, string

USER_TYPE = "aws_iam_user"
KEY_TYPE = "aws_iam_access_key"
# https://registry.terraform.io/providers/cloudposse/awsutils/latest/docs/resources/expiring_iam_access_key: such a key
# has no status, it is active.
EXPIRING_KEY_TYPE = "awsutils_expiring_iam_access_key"
KEY_TYPES = (KEY_TYPE, EXPIRING_KEY_TYPE)


class ResourceType(NamedTuple):
    """A resource type, or data source.

    `arguments` maps arguments to types; `defaults` has what the provider fills in; `handed_on` maps attributes to the
    argument whose value they have; `not_null` attributes are computed and never null, `computed` ones may be. A
    `required` argument may not be null. `made_of` maps computed attributes to the arguments and blocks whose texts
    they hold.
    """

    arguments: dict[str, Type]
    defaults: dict[str, Value]
    handed_on: dict[str, str]
    not_null: tuple[str, ...] = ("id", "arn")
    computed: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    made_of: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  # nobody changes it


# What a key's user is given in clear text, unless the key has a `pgp_key`.
# `ses_smtp_password` was in version 2 of the provider.
SECRET_ATTRIBUTES = ("secret", "ses_smtp_password_v4", "ses_smtp_password")
_KEY_SECRETS = (
    "secret",
    "encrypted_secret",
    "key_fingerprint",
    "ses_smtp_password_v4",
    "encrypted_ses_smtp_password_v4",
)

# What AWS tells when it makes a key.
KEY_FACTS = frozenset(("id", "create_date", *_KEY_SECRETS, *SECRET_ATTRIBUTES))

UNLISTED = ResourceType({}, {}, {}, ("id",))

_TYPES = {
    ("resource", USER_TYPE): ResourceType(
        {
            "name": STRING,
            "path": STRING,
            "permissions_boundary": STRING,
            "force_destroy": BOOL,
            "tags": MapType(STRING),
        },
        {"path": string("/"), "force_destroy": boolean(False)},  # noqa: FBT003
        {"id": "name"},
        ("arn", "unique_id", "tags_all"),
        required=("name",),
    ),
    ("resource", KEY_TYPE): ResourceType(
        {"user": STRING, "status": STRING, "pgp_key": STRING},
        {"status": string("Active"), "pgp_key": null(STRING)},
        {},
        ("id", "create_date"),
        _KEY_SECRETS,
        ("user",),
    ),
    ("resource", EXPIRING_KEY_TYPE): ResourceType(
        {"user": STRING, "pgp_key": STRING}, {"pgp_key": null(STRING)}, {}, ("id",), _KEY_SECRETS, ("user",)
    ),
    ("data", USER_TYPE): ResourceType(
        {"user_name": STRING}, {}, {}, ("id", "arn", "user_id"), ("path", "permissions_boundary", "tags")
    ),
    ("resource", "aws_iam_user_policy_attachment"): ResourceType({"user": STRING, "policy_arn": STRING}, {}, {}),
    ("resource", "aws_iam_user_policy"): ResourceType({"user": STRING, "name": STRING, "policy": STRING}, {}, {}),
    ("resource", "aws_iam_user_login_profile"): ResourceType({"user": STRING}, {}, {}),
    ("resource", "aws_iam_group_membership"): ResourceType(
        {"name": STRING, "users": SetType(STRING), "group": STRING}, {}, {}
    ),
    ("resource", "aws_iam_user_group_membership"): ResourceType({"user": STRING, "groups": SetType(STRING)}, {}, {}),
    ("resource", "aws_iam_policy_attachment"): ResourceType(
        {
            "name": STRING,
            "users": SetType(STRING),
            "roles": SetType(STRING),
            "groups": SetType(STRING),
            "policy_arn": STRING,
        },
        {},
        {},
    ),
    ("resource", "aws_iam_group"): ResourceType(
        {"name": STRING, "path": STRING}, {"path": string("/")}, {"id": "name"}, ("arn", "unique_id")
    ),
    ("resource", "null_resource"): ResourceType({"triggers": MapType(STRING)}, {}, {}),
    ("resource", "terraform_data"): ResourceType(
        {"input": DYNAMIC, "triggers_replace": DYNAMIC}, {}, {"output": "input"}, ("id",)
    ),
    # https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file
    ("data", "template_file"): ResourceType({}, {}, {}, ("id",), made_of={"rendered": ("template", "vars")}),
    # As Terraform 0.6 had it.
    ("resource", "template_file"): ResourceType({}, {}, {}, ("id",), made_of={"rendered": ("template", "vars")}),
    ("data", "template_cloudinit_config"): ResourceType({}, {}, {}, ("id",), made_of={"rendered": ("part",)}),
    # https://registry.terraform.io/providers/hashicorp/cloudinit/latest/docs/data-sources/config
    ("data", "cloudinit_config"): ResourceType({}, {}, {}, ("id",), made_of={"rendered": ("part",)}),
    ("resource", "cloudinit_config"): ResourceType({}, {}, {}, ("id",), made_of={"rendered": ("part",)}),
    ("resource", "time_sleep"): ResourceType({"triggers": MapType(STRING)}, {}, {}),
}


def find_type(mode: str, resource_type: str) -> ResourceType:
    """Return what is known of a type, `UNLISTED` if nothing is."""
    return _TYPES.get((mode, resource_type), UNLISTED)
