"""Live access keys that a template owns: turned off by hand they come back with the template's next rollout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ManagedKey:
    """An access key that a resource of a template stands for.

    `key` is the access key's id. `address` names the resource as its tool prints it: a Terraform address with module
    and instance (`module.a["x"].aws_iam_access_key.k[0]`), or CloudFormation's logical id. `origin` says where that is
    known from: the path of a state file as it was given, or "stack NAME in REGION".
    """

    key: str
    tool: Literal["Terraform", "CloudFormation"]
    address: str
    origin: str


@dataclass(frozen=True)
class Place:
    """Lines that declare a key, from 1, in a file below the directory that was searched."""

    directory: str
    path: str
    first_line: int
    last_line: int

    def __str__(self) -> str:
        """Return the place as people write it: main.tf:10-12."""
        return f"{self.path}:{self.first_line}-{self.last_line}"
