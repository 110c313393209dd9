"""What `make bench` runs after measure_speed.py: the live audit at the size of an organization.

Every goal is a count, a ratio within one run, or a size; nothing here fails, since it is a measurement. Each call of
the servers on loopback takes 30 ms, as one of AWS does. It takes about ten minutes.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import boto3

USERS, VIOLATING_EVERY = 5_000, 20
DELAY = 0.03  # seconds
ACCOUNTS, USERS_OF_EACH = (25, 100), 1_000
FIRST_ACCOUNT = 111111100001
HERE = Path(__file__).parent
SERVERS = HERE.parent / "servers"
COMMAND = Path(sys.executable).with_name("checkov-keys")
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "BC_SKIP_MAPPING": "TRUE",
    "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE",
    "NO_PROXY": "127.0.0.1",
}
# What every audit has to import, and the client that it has to make.
LEAST = "import boto3; boto3.client('iam'); from checkov.common.output.report import Report"


@contextmanager
def serving(script, *arguments):
    """Yield a server as `url`; `calls` ({action: count}) is there once it has ended."""
    command = [sys.executable, SERVERS / script, *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        server = SimpleNamespace(url=process.stdout.readline().strip(), calls={})
        try:
            yield server
        finally:
            server.calls = json.loads(process.communicate()[0])


def ran(command, environment, *, codes=(0,), output=os.devnull):
    """Run a command to a file; return its wall time in seconds and its peak memory in megabytes."""
    with open(output, "w") as written:  # noqa: PTH123  # also for the null device
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=written)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in codes, f"{command} ended with {process.returncode}"
    # Kilobytes on Linux, bytes on macOS.
    return seconds, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


def entered(url, account):
    """Return the environment of a role's session in an account."""
    base = {f"aws_{name}": "testing" for name in ("access_key_id", "secret_access_key")}
    sts = boto3.client("sts", endpoint_url=url, region_name="us-east-1", **base)
    arn = f"arn:aws:iam::{account}:role/Auditor"
    given = sts.assume_role(RoleArn=arn, RoleSessionName="bench")["Credentials"]
    return {
        **ENVIRONMENT,
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


def audit(url, *flags):
    """Return the command that audits."""
    return [COMMAND, "audit", "--endpoint-url", url, *flags]


def measure_calls():
    """Count the calls of one audit, and its memory."""
    with serving("faulty_moto_server.py", 1, USERS, DELAY) as server, tempfile.TemporaryDirectory() as folder:
        flags = ("--accounts", str(FIRST_ACCOUNT), "-o", "json")
        result = Path(folder, "result")
        seconds, memory = ran(audit(server.url, *flags), ENVIRONMENT, codes=(1,), output=result)
        summary = json.loads(result.read_text())["summary"]
    violating = len(range(0, USERS, VIOLATING_EVERY))
    assert (violating, USERS - violating, 0) == (summary["failed"], summary["passed"], summary["unjudged"]), summary
    needed = server.calls["ListUsers"] + USERS + violating * 3
    print(f"an audit of {USERS:,} users, {violating} violating, by the command with -o json to a file: {seconds:.2f} s")
    print(f"  calls: {server.calls}")
    made = sum(server.calls.values())
    print(f"  {made:,} calls: {made - needed} more than needed (goal: at most 10)")
    print(f"  peak memory {memory:.0f} MB (goal: under 300 MB)", flush=True)


def measure_reading():
    """Compare the collector with a bare pool, behind moto and behind a server that costs next to nothing."""
    lean = "lean_iam_server.py", USERS, DELAY
    # moto takes milliseconds of its own, which both wait for and the audit's own time might hide behind.
    for name, server in (("moto", ("faulty_moto_server.py", 1, USERS, DELAY)), ("a lean server", lean)):
        with serving(*server) as answering:
            _compare(name, answering.url, entered(answering.url, FIRST_ACCOUNT))


def _compare(name, url, environment):
    runs = {"bare": [], "collector": []}
    for way in [*runs] * 2:
        command = [sys.executable, HERE / "timed_reading.py", way, url]
        users, *seconds = subprocess.check_output(command, env=environment, text=True).split()
        assert USERS == int(users), users
        runs[way].append(tuple(map(float, seconds)))
    # The least time, and the CPU time of the same run.
    (least, least_busy), (ours, ours_busy) = (min(of_way) for of_way in runs.values())
    whole, _ = ran(audit(url, "-o", "json"), environment, codes=(1,))
    print(f"{USERS:,} users behind {name}, ten at a time, least of 2:")
    print(f"  a bare pool of boto3: {least:.2f} s ({least_busy:.2f} s of CPU)")
    print(f"  the collector: {ours:.2f} s ({ours_busy:.2f} s of CPU)")
    print(f"  {ours / least:.2f} times the bare pool (goal: at most 1.3)")
    print(f"  the whole command, with imports and the report: {whole / least:.2f} times ({whole:.2f} s)", flush=True)


def measure_organization():
    """Audit 25 and 100 accounts in one run each."""
    print(f"organizations of {ACCOUNTS[0]} and {ACCOUNTS[1]} accounts of {USERS_OF_EACH:,} users (takes minutes):")
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for count in ACCOUNTS:
            with serving("lean_iam_server.py", USERS_OF_EACH, DELAY) as server:
                ids = ",".join(str(FIRST_ACCOUNT + number) for number in range(count))
                command = audit(server.url, "--accounts", ids, "-o", "json")
                result = Path(folder, "result")
                seconds, memory = ran(command, ENVIRONMENT, codes=(1,), output=result)
                summary = json.loads(result.read_text())["summary"]
            assert count * USERS_OF_EACH == summary["passed"] + summary["failed"], summary
            assert not summary["unjudged"], summary
            times.append(seconds)
            calls = sum(server.calls.values())
            print(f"  {count} accounts: {seconds:.1f} s, {calls:,} calls, {calls / seconds:.0f} a second, ", end="")
            print(f"peak memory {memory:.0f} MB (goal: under 600 MB)", flush=True)
    print(
        f"  {times[1] / times[0]:.2f} times the time for {ACCOUNTS[1] / ACCOUNTS[0]:.1f} times the accounts (goal: 4)"
    )


def measure_start():
    """Time what a person waits for."""
    helped = min(ran([COMMAND, "audit", "--help"], ENVIRONMENT)[0] for _ in range(5))
    print(f"checkov-keys audit --help: {helped:.2f} s (goal: under 0.3 s; least of 5)")
    with serving("faulty_moto_server.py", 1, 5, DELAY) as server:
        environment = entered(server.url, FIRST_ACCOUNT)
        least, small = [], []
        for _ in range(5):
            least.append(ran([sys.executable, "-c", LEAST], environment)[0])
            small.append(ran(audit(server.url), environment, codes=(1,))[0])
    print(f"an audit of 5 users: {min(small):.2f} s; importing boto3 and Checkov's Report alone: {min(least):.2f} s")
    print(f"  {min(small) - min(least):.2f} s more (goal: at most 0.6 s; least of 5)", flush=True)


if __name__ == "__main__":
    print("the live audit, behind 30 ms a call (about ten minutes)", flush=True)
    measure_start()
    measure_calls()
    measure_reading()
    measure_organization()
