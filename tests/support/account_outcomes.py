"""Which accounts an audit chooses at an endpoint, and what comes of each."""

from checkov_keys.domain.rules.one_active_key import judge_user
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.runtime.reading.account_audit import audit_accounts
from checkov_keys.runtime.reading.account_choice import AccountChoice, accounts_to_audit
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.facts_to_read import FACTS_OF_FIRST_RULE
from checkov_keys.runtime.session.aws_session import AwsSession

# Access keys of a user of odd_iam_server.py; {0} is the user's name in capitals.
ONE_KEY = [("AKIA{0}1", "Active")]
TWO_KEYS = [*ONE_KEY, ("AKIA{0}2", "Active")]
ROLE = "OrganizationAccountAccessRole"


def role_arn(account, name=ROLE, partition="aws"):
    """The ARN of a role, whose name may begin with a path."""
    return f"arn:{partition}:iam::{account}:role/{name}"


def choose_accounts(url, **choice):
    """Choose accounts; returns them as (id, name, ARN of the role)."""
    accounts = accounts_to_audit(AwsSession(endpoint_url=url), AccountChoice(**choice))
    return [(account.id, account.name, account.role.arn if account.role else None) for account in accounts]


def audit_chosen(url, region=None, account_workers=4, **choice):
    """Audit the chosen accounts; returns the outcomes by account id, of which each account must have exactly one."""
    session = AwsSession(endpoint_url=url, region=region)
    accounts = accounts_to_audit(session, AccountChoice(**choice))
    outcomes = list(audit_accounts(session, accounts, account_workers=account_workers))
    assert sorted(account.id for account in accounts) == sorted(outcome.id for outcome in outcomes)
    return {outcome.id: outcome for outcome in outcomes}


def list_violating(account):
    """The names of the users with more than one active key."""
    return [user.name for user in account.users if judge_user(user) is Verdict.FAILED]


def verdicts_at(server, **settings):
    """What the audit of a server says: a verdict by name, and the reason by what is unjudged."""
    account = collect_account(AwsSession(endpoint_url=server.url), FACTS_OF_FIRST_RULE, **settings)
    judged = {user.name: judge_user(user).value for user in account.users}
    return judged, {one.address.rpartition("/")[2]: one.reason for one in account.unjudged}
