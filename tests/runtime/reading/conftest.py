"""Accounts of moto that are entered by roles, behind a proxy with faults, and their organization."""

import contextlib

import boto3
import pytest
from account_outcomes import role_arn
from emulated_aws import OWN
from odd_iam_server import OddIamServer
from organization_fault_proxy import OrganizationFaultProxy


@pytest.fixture
def proxy(moto_iam):
    """Start a proxy with faults in front of moto; returns it."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(OrganizationFaultProxy(moto_iam[0], *args, **kwargs))


@pytest.fixture
def fill(moto_iam):
    """Give an account users with so many active keys, and an alias."""
    url, own = moto_iam

    def add(account, users, alias=None, region="us-east-1"):
        iam = own
        if (account, region) != (OWN, "us-east-1"):
            sts = boto3.client("sts", endpoint_url=url, region_name=region)
            arn = role_arn(account, partition=sts.meta.partition)
            keys = sts.assume_role(RoleArn=arn, RoleSessionName="filling")["Credentials"]
            iam = boto3.client(
                "iam",
                endpoint_url=url,
                region_name=region,
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
            )
        for name, count in users.items():
            iam.create_user(UserName=name)
            for _ in range(count):
                iam.create_access_key(UserName=name)
        if alias:
            iam.create_account_alias(AccountAlias=alias)

    return add


class Organization:
    """An organization of moto: accounts and units by name."""

    def __init__(self, url):
        self.api = boto3.client("organizations", endpoint_url=url, region_name="us-east-1")
        self.api.create_organization(FeatureSet="ALL")
        self.root = self.api.list_roots()["Roots"][0]["Id"]

    def account(self, name, unit=None):
        made = self.api.create_account(AccountName=name, Email=f"{name}@example.com")
        account = made["CreateAccountStatus"]["AccountId"]
        if unit:
            self.api.move_account(AccountId=account, SourceParentId=self.root, DestinationParentId=unit)
        return account

    def unit(self, name, parent=None):
        made = self.api.create_organizational_unit(ParentId=parent or self.root, Name=name)
        return made["OrganizationalUnit"]["Id"]


@pytest.fixture
def organization(moto_iam):
    """The organization that the account of the credentials manages."""
    return Organization(moto_iam[0])


@pytest.fixture
def odd():
    """Start a server whose answers a test writes: `odd({"alice": TWO_KEYS}, ListUsers=…)`."""
    with contextlib.ExitStack() as stack:

        def start(users, **answers):
            entries = [
                (name, f"AIDA{name}", [(id_.format(name.upper()), status) for id_, status in keys])
                for name, keys in users.items()
            ]
            return stack.enter_context(OddIamServer(entries, answers))

        yield start
