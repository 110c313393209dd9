"""Which category the SARIF of a shard has: for one category, GitHub keeps only the latest upload."""

import pytest
from shard_files import choose_accounts

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.shards import Shard
from checkov_keys.report.formats.sarif_files import split_by_account
from checkov_keys.report.formats.sarif_log import build_live_log
from checkov_keys.report.live.live_report import LiveReport

SHARD = Shard(3, 10)
CASES = {
    "silent: all accounts": (None, 2, "checkov-keys/aws/"),
    "silent: one account": (None, 1, "checkov-keys/aws/000000000001/"),
    "a shard": (SHARD, 2, "checkov-keys/aws/shard-3-of-10/"),
    "an empty shard": (SHARD, 0, "checkov-keys/aws/shard-3-of-10/"),
}


@pytest.mark.parametrize(("shard", "count", "expected"), CASES.values(), ids=CASES)
def test_category(shard, count, expected):
    """A shard has its own, so that it replaces no other."""
    report = LiveReport(choose_accounts(shard, count), (ONE_ACTIVE_KEY,))
    report.add_shards(shard)
    assert expected == build_live_log(report)["runs"][0]["automationDetails"]["id"]


def test_a_file_for_each_account():
    """An account's file has the account's category, whichever shard it is in."""
    report = LiveReport(choose_accounts(SHARD), (ONE_ACTIVE_KEY,))
    report.add_shards(SHARD)
    parts = split_by_account(report)
    categories = [build_live_log(part)["runs"][0]["automationDetails"]["id"] for part in parts]
    assert [f"checkov-keys/aws/{account.id}/" for account in report.accounts] == categories
