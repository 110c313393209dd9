"""An account of moto whose violating users have keys to turn off."""

import json
from datetime import datetime, timezone

import boto3
from emulated_aws import ADMIN, OWN

from checkov_keys.domain.users import AccessKey, Account, KeyStatus, NoUse, User
from checkov_keys.runtime.reading.snapshot import snapshot_text

JOURNAL = "journal.jsonl"


class Violators:
    """An account of moto with two users of two active keys each, `user-00000` and `user-00020`, behind a server."""

    def __init__(self, server, backend, folder):
        self.server, self.backend, self.folder = server, backend, folder

    def keys(self, name="user-00000"):
        """The ids of a user's keys, oldest first."""
        return [key.access_key_id for key in self.backend.users[name].access_keys]

    def inactive(self):
        """The ids of all keys that are turned off, in the order of their users."""
        users = (self.backend.users[name] for name in sorted(self.backend.users))
        return [key.access_key_id for user in users for key in user.access_keys if key.status == "Inactive"]

    def turn_off_the_other(self):
        """Turn off the key of `user-00000` that is not planned."""
        self.backend.update_access_key("user-00000", self.keys()[1], "Inactive")

    def save_snapshot(self, file, used=lambda _: NoUse.NEVER):
        """Write a snapshot that protects nobody's credentials; `used` tells the last use of a first or second key."""
        users = [
            User(OWN, name, f"arn:aws:iam::{OWN}:user/{name}", tuple(self._read_keys(user, used)))
            for name, user in sorted(self.backend.users.items())
        ]
        account = Account(OWN, "aws", tuple(users), read_at=datetime.now(timezone.utc))
        (self.folder / file).write_text(snapshot_text([account]))

    @staticmethod
    def _read_keys(user, used):
        for number, key in enumerate(user.access_keys):
            created = key.create_date.replace(tzinfo=timezone.utc)
            yield AccessKey(key.access_key_id, KeyStatus(key.status), created, used(number))

    def use(self):
        """Make a call with the key of `user-00000` that is planned."""
        given = {**ADMIN, "aws_access_key_id": self.keys()[0]}
        boto3.client("iam", endpoint_url=self.server.endpoint, **given).list_users()

    def journal(self, name=JOURNAL):
        """Its lines as [(key, after, outcome)]."""
        lines = [json.loads(line) for line in (self.folder / name).read_text().splitlines()]
        return [(line["key"], line["after"], line["outcome"]) for line in lines]
