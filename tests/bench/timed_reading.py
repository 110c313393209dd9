"""Read the account of the credentials in use in this process, and print the seconds that it took, and those of CPU.

`timed_reading.py bare URL WORKERS` does it with a plain pool of threads over boto3, which reports nothing;
`timed_reading.py collector URL WORKERS` with the collector. Both make the same calls, so many at once; `own` lets the
collector find its own level.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

QUARANTINES = [f"arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine{version}" for version in ("", "V2", "V3")]


def bare(url, workers):
    """Return how many users there are, after the calls that the audit makes too."""
    import boto3  # noqa: PLC0415  # each way pays for its own imports
    from botocore.config import Config  # noqa: PLC0415

    iam = boto3.client("iam", endpoint_url=url, config=Config(max_pool_connections=workers))
    names, violating = [], []

    def read(name):
        keys = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
        if [key["Status"] for key in keys].count("Active") > 1:
            violating.append((name, keys))

    with ThreadPoolExecutor(workers) as pool:
        asked = [pool.submit(iam.get_account_summary), pool.submit(iam.generate_credential_report)]
        asked += [pool.submit(iam.list_entities_for_policy, PolicyArn=arn) for arn in QUARANTINES]
        for page in iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000}):
            names += [user["UserName"] for user in page["Users"]]
        list(pool.map(read, names))
        asked += [pool.submit(iam.list_user_tags, UserName=name) for name, _ in violating]
        asked += [
            pool.submit(iam.get_access_key_last_used, AccessKeyId=key["AccessKeyId"])
            for _, keys in violating
            for key in keys
        ]
        asked.append(pool.submit(iam.get_credential_report))
        for answer in asked:
            answer.result()
    return len(names)


def collector(url, workers):
    """Return how many users the collector reads."""
    from checkov_keys.runtime.reading.collector import collect_account  # noqa: PLC0415
    from checkov_keys.runtime.session.aws_session import AwsSession  # noqa: PLC0415

    connections = {} if workers is None else {"connections": workers}
    return len(collect_account(AwsSession(endpoint_url=url, **connections), workers=workers).users)


def main():
    """Take the way, the endpoint and the number of workers from the command line."""
    way, url, workers = sys.argv[1:]
    start, busy = time.perf_counter(), time.process_time()
    users = {"bare": bare, "collector": collector}[way](url, None if workers == "own" else int(workers))
    print(users, time.perf_counter() - start, time.process_time() - busy)


if __name__ == "__main__":
    main()
