"""An organization of moto whose accounts are audited in shards, in this process."""

import re

import boto3
from emulated_aws import ADMIN

from checkov_keys.cli.commands import main
from checkov_keys.domain.shards import find_shard

# Keys of each user, account after account.
USERS = [{"alice": 2, "bob": 1}, {"carol": 2}, {}, {"dave": 0, "erin": 1}]


class ShardedOrganization:
    """So many accounts beside the management account, each with users, and the commands that audit and merge them."""

    def __init__(self, endpoint, folder, capsys, accounts=7):
        self.endpoint, self.folder, self._capsys = endpoint, folder, capsys
        organizations = boto3.client("organizations", endpoint_url=endpoint, **ADMIN)
        organizations.create_organization(FeatureSet="ALL")
        self.ids = sorted(each["Id"] for each in organizations.list_accounts()["Accounts"])
        self._fill(boto3.client("iam", endpoint_url=endpoint, **ADMIN), {"own": 2, "other": 1})
        for number in range(accounts):
            made = organizations.create_account(AccountName=f"account {number}", Email=f"{number}@example.com")
            account = made["CreateAccountStatus"]["AccountId"]
            self.ids.append(account)
            self._fill(self._enter(account), USERS[number % len(USERS)])

    def _enter(self, account):
        sts = boto3.client("sts", endpoint_url=self.endpoint, **ADMIN)
        arn = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        keys = sts.assume_role(RoleArn=arn, RoleSessionName="filling")["Credentials"]
        return boto3.client(
            "iam",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    @staticmethod
    def _fill(iam, users):
        for name, count in users.items():
            iam.create_user(UserName=name)
            for _ in range(count):
                iam.create_access_key(UserName=name)

    def run(self, *arguments):
        """Run a command; returns its exit code, standard output and standard error."""
        code = main([str(argument) for argument in arguments])
        return (code, *self._capsys.readouterr())

    def audit(self, *flags):
        """Audit the organization."""
        return self.run("audit", "--organization", *flags)

    def audit_shards(self, of, *, without=()):
        """Audit every shard but some; returns the files of results, of snapshots, and the exit codes."""
        results, snapshots, codes = [], [], []
        for number in (number for number in range(1, of + 1) if number not in without):
            snapshots.append(self.folder / f"snapshot-{number}.json")
            code, out, _ = self.audit("--shard", f"{number}/{of}", "-o", "json", "--save-snapshot", snapshots[-1])
            results.append(self.folder / f"result-{number}.json")
            results[-1].write_text(out)
            codes.append(code)
        return results, snapshots, codes

    def find_shards(self, of):
        """The numbers of the shards that have an account."""
        return {find_shard(account, of) for account in self.ids}


def drop_times(text):
    """A text without the times at which something was read."""
    return re.sub(r'"read_at": "[^"]*"', '"read_at": "then"', text)
