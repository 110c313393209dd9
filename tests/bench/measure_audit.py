"""What `make bench` runs after measure_speed.py: the live audit at the size of an organization.

Every goal is a count, a ratio within one run, or a size; nothing here fails, since it is a measurement. Each call of
the servers on loopback takes 30 ms, as one of AWS does. It takes about fifteen minutes; names of the functions below,
without `measure_`, run only these.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import boto3

USERS, VIOLATING_EVERY = 5_000, 20
DELAY = 0.03  # seconds
ACCOUNTS, USERS_OF_EACH = (25, 100), 1_000
# What 100 such accounts took before accounts found their own level.
BEFORE = 274  # seconds
MANY_ACCOUNTS, USERS_OF_MANY = 10_000, 2
# (Workers of the bare pool, those of the collector, the goal as a ratio.)
COMPARED = ((10, "10", 1.3), (50, "own", 1.3))
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


def ran(command, environment, *, codes=(0,), output=os.devnull, watch=None):
    """Run a command to a file; return its wall time in seconds and its peak memory in megabytes.

    `watch` is called with the process while it runs.
    """
    with open(output, "w") as written:  # noqa: PTH123  # also for the null device
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=written)
        watching = threading.Thread(target=watch or (lambda _: None), args=(process,), daemon=True)
        watching.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in codes, f"{command[:9]} ended with {process.returncode}"
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
    assert violating <= summary["failed"], summary
    assert (0, True) == (summary["unjudged"], summary["failed"] + summary["passed"] >= USERS), summary
    needed = server.calls["ListUsers"] + USERS + violating * 3
    print(f"an audit of {USERS:,} users, {violating} violating, by the command with -o json to a file: {seconds:.2f} s")
    print(f"  calls: {server.calls}")
    made = sum(server.calls.values())
    print(f"  {made:,} calls: {made - needed} more than needed (goal: at most 10)")
    print(f"  peak memory {memory:.0f} MB (goal: under 300 MB)", flush=True)


def measure_family():
    """Count what all default rules cost beside the first one alone, where a credential report can be had."""
    print(f"the calls of one audit of {USERS:,} users behind a lean server, with a credential report:")
    made, times = {}, {}
    for name, flags in (("the first rule", ("--check", "CKV2_KEYS_1")), ("all default rules", ())):
        with serving("lean_iam_server.py", USERS, DELAY) as server:
            environment = entered(server.url, FIRST_ACCOUNT)
            times[name], _ = ran(audit(server.url, *flags), environment, codes=(1,))
        made[name] = sum(server.calls.values())
        print(f"  {name}: {made[name]:,} calls, {times[name]:.2f} s")
    alone, family = made.values()
    print(f"  {family / alone:.2f} times the calls (goal: at most 1.3)", flush=True)


def measure_reading():
    """Compare the collector with a bare pool, behind moto and behind a server that costs next to nothing."""
    lean = "lean_iam_server.py", USERS, DELAY
    # moto takes milliseconds of its own, which both wait for and the audit's own time might hide behind.
    for name, server in (("moto", ("faulty_moto_server.py", 1, USERS, DELAY)), ("a lean server", lean)):
        with serving(*server) as answering:
            environment = entered(answering.url, FIRST_ACCOUNT)
            for workers, ours, goal in COMPARED[-1:] if name == "moto" else COMPARED:
                _compare(f"{USERS:,} users behind {name}", answering.url, environment, workers, ours, goal)


def _compare(name, url, environment, workers, ours, goal):
    runs = {("bare", str(workers)): [], ("collector", ours): []}
    for way in [*runs] * 3:
        command = [sys.executable, HERE / "timed_reading.py", way[0], url, way[1]]
        users, *seconds = subprocess.check_output(command, env=environment, text=True).split()
        assert USERS == int(users), users
        runs[way].append(tuple(map(float, seconds)))
    # The least time, and the CPU time of the same run.
    (least, least_busy), (took, busy) = (min(of_way) for of_way in runs.values())
    whole, _ = ran(
        audit(url, "-o", "json", *([] if ours == "own" else ["--user-workers", ours])), environment, codes=(1,)
    )
    print(f"{name}, least of 3:")
    print(f"  a bare pool of {workers} over boto3: {least:.2f} s ({least_busy:.2f} s of CPU)")
    print(f"  the collector, workers: {ours}: {took:.2f} s ({busy:.2f} s of CPU)")
    print(f"  {took / least:.2f} times the bare pool (goal: at most {goal})")
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
            # One record for each user and rule.
            assert count * USERS_OF_EACH <= summary["passed"] + summary["failed"], summary
            assert not summary["unjudged"], summary
            times.append(seconds)
            calls = sum(server.calls.values())
            print(f"  {count} accounts: {seconds:.1f} s, {calls:,} calls, {calls / seconds:.0f} a second, ", end="")
            print(f"peak memory {memory:.0f} MB (goal: under 600 MB)", flush=True)
    print(f"  {times[1] / BEFORE:.2f} of the {BEFORE} s that 100 accounts took before (goal: 0.5, on the same machine)")
    print(
        f"  {times[1] / times[0]:.2f} times the time for {ACCOUNTS[1] / ACCOUNTS[0]:.1f} times the accounts (goal: 4)"
    )


def measure_many_accounts():
    """Audit 10,000 small accounts in one process, and look at its memory meanwhile."""
    print(f"{MANY_ACCOUNTS:,} accounts of {USERS_OF_MANY} users, behind a server without delay (takes minutes):")
    sizes = []

    def watch(process):
        while process.returncode is None:
            shown = subprocess.run(["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, check=False)
            if shown.stdout.strip():
                sizes.append(int(shown.stdout) / 1024)
            time.sleep(1)

    ids = [str(FIRST_ACCOUNT + number) for number in range(MANY_ACCOUNTS)]
    # An argument may have 128 kilobytes.
    flags = [flag for start in range(0, len(ids), 1000) for flag in ("--accounts", ",".join(ids[start : start + 1000]))]
    with serving("lean_iam_server.py", USERS_OF_MANY, 0) as server, tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result")
        command = audit(server.url, *flags, "-o", "json")
        seconds, memory = ran(command, ENVIRONMENT, codes=(1,), output=result, watch=watch)
        summary = json.loads(result.read_text())["summary"]
    assert MANY_ACCOUNTS * USERS_OF_MANY <= summary["passed"] + summary["failed"], summary
    assert not summary["unjudged"], summary
    tenths = [sizes[number * (len(sizes) - 1) // 10] for number in range(11)]
    print(f"  {seconds:.1f} s, {seconds / MANY_ACCOUNTS * 1000:.1f} ms an account")
    print(f"  peak memory {memory:.0f} MB (goal: under 600 MB, flat)")
    print(f"  after each tenth of the time: {', '.join(f'{size:.0f}' for size in tenths)} MB", flush=True)


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


MEASURES = (measure_start, measure_calls, measure_family, measure_reading, measure_organization, measure_many_accounts)

if __name__ == "__main__":
    print("the live audit, behind 30 ms a call (about fifteen minutes)", flush=True)
    for measure in MEASURES:
        if measure.__name__.partition("_")[2] in sys.argv[1:] or not sys.argv[1:]:
            measure()
