"""Read the account of the credentials in use in this process, and print the seconds that it took, and those of CPU.

`timed_reading.py bare URL` does it with a plain pool of threads over boto3, which reports nothing;
`timed_reading.py collector URL` with the collector. Both make the same calls, ten at a time.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

WORKERS = 10


def bare(url):
    """Return how many users there are, after the calls that the audit makes too."""
    import boto3  # noqa: PLC0415  # each way pays for its own imports
    from botocore.config import Config  # noqa: PLC0415

    iam = boto3.client("iam", endpoint_url=url, config=Config(max_pool_connections=WORKERS))
    names, violating = [], []

    def read(name):
        keys = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
        if [key["Status"] for key in keys].count("Active") > 1:
            violating.append((name, keys))

    with ThreadPoolExecutor(WORKERS) as pool:
        for page in iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000}):
            names += [user["UserName"] for user in page["Users"]]
        list(pool.map(read, names))
        asked = [pool.submit(iam.list_user_tags, UserName=name) for name, _ in violating]
        asked += [
            pool.submit(iam.get_access_key_last_used, AccessKeyId=key["AccessKeyId"])
            for _, keys in violating
            for key in keys
        ]
        for answer in asked:
            answer.result()
    return len(names)


def collector(url):
    """Return how many users the collector reads."""
    from checkov_keys.runtime.reading.collector import collect_account  # noqa: PLC0415
    from checkov_keys.runtime.session.aws_session import AwsSession  # noqa: PLC0415

    return len(collect_account(AwsSession(endpoint_url=url, connections=WORKERS), workers=WORKERS).users)


def main():
    """Take the way and the endpoint from the command line."""
    way, url = sys.argv[1:]
    start, busy = time.perf_counter(), time.process_time()
    users = {"bare": bare, "collector": collector}[way](url)
    print(users, time.perf_counter() - start, time.process_time() - busy)


if __name__ == "__main__":
    main()
