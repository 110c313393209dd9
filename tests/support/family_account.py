"""An account in which each rule for live accounts has users that violate it, and what the rules say of it."""

from datetime import datetime, timezone

from checkov_keys.domain.rules.family import LIVE_RULES
from checkov_keys.report.live.live_report import LiveReport
from checkov_keys.report.live.user_record import Review
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.facts_to_read import FactsToRead
from checkov_keys.runtime.session.aws_session import AwsSession

TODAY = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
ALL_FACTS = FactsToRead(LIVE_RULES)
QUARANTINE = "AWSCompromisedKeyQuarantineV2"
# The server's keys are of January 2024: old, whatever they are used for.
USERS = {
    "none": [],
    "two": ["Active", "Active"],
    "used": ["Active"],
    "unused": ["Active"],
    "off": ["Inactive"],
    "leaked": ["Active"],
    "person": ["Active"],
}
ROOT = "root"
# What happens instead of an answer, in the words of breaking_account_server.py.
FAULTS = [
    "AccessDenied",
    "Throttling",
    "ServiceUnavailable",
    "InternalFailure",
    "ExpiredToken",
    "garbage",
    "html",
    "drop",
    "doubled:UserName",
    "without:AccessKeyLastUsed",
    "without:ServiceName",
    "without:SummaryMap",
    "without:PolicyUsers",
    "without:LoginProfile",
    "no marker",
]
# Whom each rule fails there, by its number.
VIOLATING = {
    1: {"two"},
    2: {"unused", "two"},
    3: {"two", "used", "unused", "leaked", "person"},
    4: {ROOT},
    6: {"leaked"},
    7: {"off"},
    8: {"person"},
}


def serve_family(serve, faults=None, **settings):
    """Start a breaking_account_server with the account, by a fixture that starts one."""
    server = serve(
        USERS,
        faults,
        root_keys=1,
        quarantined={QUARANTINE: ["leaked"]},
        passwords=["person"],
        **settings,
    )
    for name in ("used", "leaked", "person"):
        server.last_uses[server.key_id(name)] = (TODAY, "s3", "eu-west-1")
    return server


def judge_at(url, rules=LIVE_RULES, facts=None, **settings):
    """Return the report of an account at a server by rules, and the account."""
    account = collect_account(AwsSession(endpoint_url=url), facts or FactsToRead(rules), **settings)
    return LiveReport([account], rules, Review()), account


def outcomes_of(report):
    """Return what a report says of each user, or of "root", by the number of the rule; 0 is every rule."""
    found = {}
    for name in ("failed", "passed", "skipped"):
        for record in getattr(report, f"{name}_checks"):
            found.setdefault(number_of(record.check_id), {})[short(record.resource)] = name.upper()
    for each in report.unjudged:
        found.setdefault(number_of(each.rule), {})[short(each.address)] = "UNKNOWN"
    return found


def number_of(rule):
    return int(rule.rpartition("_")[2]) if rule else 0


def short(address):
    return address.rpartition(":")[2].rpartition("/")[2]


def list_lost(report):
    """Return which violating users a report neither fails nor names as unjudged, as (rule, user)."""
    found = outcomes_of(report)
    everything = found.get(0, {})
    return [
        (number, name)
        for number, names in VIOLATING.items()
        for name in names
        if found.get(number, {}).get(name) not in {"FAILED", "UNKNOWN"}
        and everything.get(name) != "UNKNOWN"
        and everything.get("*") != "UNKNOWN"
    ]


def failed(found):
    """Whom each rule fails, of what outcomes_of() returns."""
    return {number: {name for name, said in names.items() if said == "FAILED"} for number, names in found.items()}


def unknown(found):
    """Whom each rule cannot judge, rules without such users left out."""
    names = {number: {name for name, said in names.items() if said == "UNKNOWN"} for number, names in found.items()}
    return {number: each for number, each in names.items() if each}
