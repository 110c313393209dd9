"""An organization of moto that an auditor audits with the policies and the role of examples/iam."""

import ast
import json

import boto3
from emulated_aws import ADMIN, OWN
from faulty_moto_server import age_keys

POLICY, ORGANIZATION_POLICY = "audit_policy.json.txt", "organization_policy.json.txt"
REMEDIATION_POLICY, USAGE_POLICY = "remediation_policy.json.txt", "usage_policy.json.txt"
ROLE, EXTERNAL_ID = "checkov-keys-audit", "ticket-42"


def widen(document):
    """Return a policy as moto can enforce it: it asks whether "*" is allowed to IAM, whatever a call is about."""
    statements = [
        {**each, "Resource": "*"} if all(action.startswith("iam:") for action in each["Action"]) else each
        for each in document["Statement"]
    ]
    return {**document, "Statement": statements}


def find_failing(results, rule="CKV2_KEYS_1"):
    """Return the names of the users that a rule fails, in their order."""
    return sorted(record["user"] for record in results["failed_checks"] if record["check_id"] == rule)


class Organization:
    """An organization of two accounts, each with a violating user; the template's role is in the member."""

    def __init__(self, server, template):
        self.server, self._template = server, template.read_text()
        iam, organizations = self._client("iam"), self._client("organizations")
        self._violate(iam, "own")
        iam.create_user(UserName="auditor")
        self.auditor = iam.create_access_key(UserName="auditor")["AccessKey"]
        organizations.create_organization()
        created = organizations.create_account(AccountName="Dev", Email="dev@example.com")["CreateAccountStatus"]
        self.member, top = created["AccountId"], organizations.list_roots()["Roots"][0]["Id"]
        below = top
        for name in ("all", "dev"):
            unit = organizations.create_organizational_unit(ParentId=below, Name=name)["OrganizationalUnit"]["Id"]
            self.unit, below = (unit if below == top else self.unit), unit
        organizations.move_account(AccountId=self.member, SourceParentId=top, DestinationParentId=below)
        self._violate(self.member_client("iam"), "member")
        age_keys(OWN)
        age_keys(self.member)

    def deploy(self, **parameters):
        """Make a stack of the template in the member account."""
        given = {"Auditor": f"arn:aws:iam::{OWN}:user/auditor", **parameters}
        self.member_client("cloudformation").create_stack(
            StackName="audit",
            TemplateBody=self._template,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        # moto keeps the policies of a stack's role in a form that it cannot read when it asks them.
        iam, role = self.member_client("iam"), parameters.get("RoleName", ROLE)
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            kept = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            document = ast.literal_eval(kept) if isinstance(kept, str) else kept
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(widen(document)))

    def add_user(self, name, *statuses):
        """Add a user whose keys have these statuses and are of last year."""
        iam = self._client("iam")
        iam.create_user(UserName=name)
        for status in statuses:
            key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
            iam.update_access_key(UserName=name, AccessKeyId=key, Status=status)
        age_keys(OWN)

    def exempt(self, *names, rule="CKV2_KEYS_1"):
        """Exempt users from a rule by their tags."""
        for name in names:
            self._client("iam").tag_user(UserName=name, Tags=[{"Key": "checkov:skip", "Value": f"{rule}: a test"}])

    def grant(self, *documents):
        """Give the auditor these policies, and nobody anything else from now on."""
        for number, document in enumerate(documents):
            self._client("iam").put_user_policy(
                UserName="auditor", PolicyName=str(number), PolicyDocument=json.dumps(widen(document))
            )
        self.server.enforce()

    def _client(self, service, **credentials):
        return boto3.client(service, endpoint_url=self.server.endpoint, **{**ADMIN, **credentials})

    def member_client(self, service):
        """A client of boto3 in the member account."""
        arn = f"arn:aws:iam::{self.member}:role/OrganizationAccountAccessRole"
        entered = self._client("sts").assume_role(RoleArn=arn, RoleSessionName="filling")["Credentials"]
        return self._client(
            service,
            aws_access_key_id=entered["AccessKeyId"],
            aws_secret_access_key=entered["SecretAccessKey"],
            aws_session_token=entered["SessionToken"],
        )

    @staticmethod
    def _violate(iam, name):
        iam.create_user(UserName=name, Path="/team/")
        for _ in range(2):
            iam.create_access_key(UserName=name)
        iam.create_account_alias(AccountAlias=f"alias-of-{name}")
