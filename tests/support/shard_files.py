"""Results and snapshots of shards, of accounts that are made up."""

import itertools
import json
from datetime import datetime, timezone

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, User
from checkov_keys.report.formats.json_stream import stream_json
from checkov_keys.report.live.live_report import LiveReport
from checkov_keys.runtime.reading.snapshot import snapshot_text

READ_AT = datetime(2026, 11, 1, tzinfo=timezone.utc)


def make_account(number, keys=(2, 1)):
    """An account of users with so many active keys each."""
    account = f"{number:012}"
    users = tuple(
        User(
            account,
            f"u{place}",
            f"arn:aws:iam::{account}:user/u{place}",
            tuple(AccessKey(f"AKIA{number}U{place}K{key}", KeyStatus.ACTIVE, READ_AT) for key in range(count)),
            READ_AT,
        )
        for place, count in enumerate(keys)
    )
    return Account(account, "aws", users, read_at=READ_AT, name=f"name {number}", caller="arn:aws:iam::1:user/me")


def choose_accounts(shard, count=2, **settings):
    """So many accounts of a shard; of the first numbers if it is None."""
    numbers = (number for number in itertools.count(1) if not shard or shard.holds(f"{number:012}"))
    return [make_account(number, **settings) for number in itertools.islice(numbers, count)]


def result_text(accounts, shard=None):
    """What audit -o json writes of accounts."""
    report = LiveReport(accounts, (ONE_ACTIVE_KEY,))
    report.add_shards(shard)
    return "".join(stream_json(report))


def shard_texts(shard, **settings):
    """The result and the snapshot of a shard."""
    accounts = choose_accounts(shard, **settings)
    return result_text(accounts, shard), snapshot_text(accounts, shard)


def change(text, **changes):
    """A JSON text with other values at the paths that are named, as `audit__shard`."""
    document = json.loads(text)
    for path, value in changes.items():
        *above, name = path.split("__")
        inner = document
        for each in above:
            inner = inner[each]
        inner[name] = value
    return json.dumps(document)
