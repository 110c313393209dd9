"""An IAM role to assume."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from checkov_keys.domain.errors import UsageError

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
ROLE_NAME = "OrganizationAccountAccessRole"
SESSION_NAME = "checkov-keys"
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 64 characters, and a path of 512 before.
_NAME = r"(?:[!-~]{1,510}/)?[\w+=,.@-]{1,64}"
_ROLE_NAME = re.compile(_NAME, re.ASCII)
_ROLE_ARN = re.compile(rf"arn:(aws[a-z-]*):iam::(\d{{12}}):role/{_NAME}", re.ASCII)
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


@dataclass(frozen=True)
class Role:
    """A role and what its trust policy may ask for; raises UsageError if AWS would not allow it.

    `arn` names a role, with its path. `external_id` is shown nowhere, since some treat it as a secret.
    """

    arn: str
    external_id: str | None = field(default=None, repr=False)
    session_name: str = SESSION_NAME

    def __post_init__(self) -> None:
        """Check the spelling."""
        if not _ROLE_ARN.fullmatch(self.arn):
            raise UsageError(
                f"{self.arn!r} is not the ARN of a role: it should look like arn:aws:iam::123456789012:role/Auditor"
            )
        if not _SESSION_NAME.fullmatch(self.session_name):
            raise UsageError(
                f"role session name {self.session_name!r}: AWS allows 2 to 64 letters, digits and any of _+=,.@-"
            )
        if self.external_id is not None and not _EXTERNAL_ID.fullmatch(self.external_id):
            raise UsageError("the external id: AWS allows 2 to 1224 letters, digits and any of _+=,.@:/-")

    @property
    def partition(self) -> str:
        """Return the partition: aws, aws-us-gov, aws-cn and so on."""
        return self.arn.split(":")[1]

    @property
    def account(self) -> str:
        """Return the id of the account that the role belongs to."""
        return self.arn.split(":")[4]


def check_role_name(name: str) -> None:
    """Raise UsageError if no role can have that name; a path may precede the name."""
    if not _ROLE_NAME.fullmatch(name):
        raise UsageError(f"role name {name!r}: AWS allows 1 to 64 letters, digits and any of _+=,.@- after a path")
