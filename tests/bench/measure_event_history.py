"""What `make bench` runs for event history: how near the calls come to the two a second that AWS allows.

The server throttles what goes beyond, as AWS does, in each region by itself. Only a wrong count fails.
"""

import os
import time
from datetime import datetime, timedelta, timezone

from emulated_aws import CREDENTIALS
from lookup_events_server import LookupEventsServer, make_event

from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage.enabled_regions import RegionChoice
from checkov_keys.runtime.usage.event_history import read_event_history

KEYS = tuple(f"AKIA{number:016}" for number in range(4))
PAGE, PAGES, ALLOWED = 50, 5, 2
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2", "sa-east-1")
NOW = datetime.now(timezone.utc)


def main():
    """Read every event of some keys in one region and in several at once, and print the time beside the least."""
    os.environ.update({**CREDENTIALS, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull})
    for regions in (REGIONS[:1], REGIONS):
        events = {
            region: [
                make_event(key, NOW - timedelta(minutes=number), f"{region}-{number}")
                for key in KEYS
                for number in range(1, PAGE * PAGES + 1)
            ]
            for region in regions
        }
        with LookupEventsServer(events, lookups_a_second=ALLOWED) as server:
            session = AwsSession(endpoint_url=server.url)
            start = time.perf_counter()
            reading = read_event_history(session, KEYS, RegionChoice(regions), all_events=True)
            seconds = time.perf_counter() - start
            found = [usage.calls.number for usage in reading.usages]
            assert [PAGE * PAGES * len(regions)] * len(KEYS) == found, found
            calls = max(len(server.asked(region)) for region in regions)
            least = (calls - 1) / ALLOWED
            print(f"event history of {len(KEYS)} keys in {len(regions)} regions, {calls} calls in each:")
            print(f"  {seconds:.2f} s, {seconds / least:.2f} times what {ALLOWED} calls a second allow (goal: 1.1)")
            print(f"  {server.throttled} calls were throttled", flush=True)


if __name__ == "__main__":
    main()
