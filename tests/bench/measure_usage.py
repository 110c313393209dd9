"""What `make bench` runs for trail files: megabytes a second, memory, and the same work by zcat and jq.

Only a wrong count fails, since it is a measurement. `measure_usage.py TIMES` takes so many times the events.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generated_trails import write_trail

from checkov_keys.runtime.usage.trail_files import read_trail

EVENTS_OF_FILE, EVENTS_OF_SMALL_FILE = 1_000, 50
COMPARED_BYTES = 8_000_000  # to zcat and jq, which would take minutes for all
MEGABYTE = 1_000_000
# What is measured, the files, the events of each, the share of the key's events.
TRAILS = (
    ("a key in one event of a thousand", 500, EVENTS_OF_FILE, 0.001),
    ("the same in small files", 10_000, EVENTS_OF_SMALL_FILE, 0.001),
    ("a key in every tenth event", 200, EVENTS_OF_FILE, 0.1),
    ("a key in every event", 100, EVENTS_OF_FILE, 1),
)


def read_alone(folder, key):
    """What a process of its own is started for: read a trail and print what it took and found."""
    start = time.perf_counter()
    usages, coverage = read_trail(folder, [key])
    seconds = time.perf_counter() - start
    own, child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    busy = sum(usage.ru_utime + usage.ru_stime for usage in (own, child))
    # Kilobytes; of the children, that of the largest one.
    memory = (own.ru_maxrss + len(os.sched_getaffinity(0)) * child.ru_maxrss) / 1024
    print(json.dumps([seconds, busy, memory, usages[0].calls.number, coverage.events, len(coverage.unread)]))


def measure(name, files, events, share):
    """Read a trail three times, and print the least time and the most memory."""
    with tempfile.TemporaryDirectory() as folder:
        made = write_trail(folder, files, events, share)
        command = [sys.executable, __file__, "--alone", folder, made.key]
        runs = [json.loads(subprocess.check_output(command)) for _ in range(3)]
        assert all([made.calls, made.events, 0] == found for _, _, _, *found in runs), runs
        seconds, busy, memory, *_ = (min(of_run) for of_run in zip(*runs))
        rate = made.bytes / seconds / MEGABYTE
        print(f"{name}: {made.events:,} events in {files:,} files, {made.bytes / MEGABYTE:.0f} MB of gzip")
        print(f"  {seconds:.2f} s, {rate:.0f} MB of gzip a second (goal: at least 60 on two free cores), ", end="")
        print(
            f"{made.bytes / busy / MEGABYTE:.0f} MB for each second of CPU, {made.text / made.bytes:.1f} times the text"
        )
        print(f"  peak memory of all processes {memory:.0f} MB (goal: under 300 MB)", flush=True)
        compare(folder, made.key, rate)


def compare(folder, key, rate):
    """Read some of the same files with zcat and jq, and print how much faster this is."""
    if not (shutil.which("jq") and shutil.which("zcat")):
        print("  zcat or jq is not here")
        return
    some, size = [], 0
    for path in sorted(Path(folder).rglob("*.json.gz")):
        if size < COMPARED_BYTES:
            some.append(path)
            size += path.stat().st_size
    query = f'[.Records[]|select(.userIdentity.accessKeyId=="{key}")]|length'
    script = f"zcat \"$@\" | jq '{query}' > {os.devnull}"
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(["sh", "-c", script, "sh", *some], check=True)
        times.append(time.perf_counter() - start)
    theirs = size / min(times) / MEGABYTE
    print(f"  zcat | jq: {theirs:.1f} MB a second; this is {rate / theirs:.1f} times as fast (goal: 10)", flush=True)


def main():
    """Measure all, or do what a process of its own was started for."""
    if sys.argv[1:2] == ["--alone"]:
        return read_alone(*sys.argv[2:])
    times = int((sys.argv[1:] or ["1"])[0])
    for name, files, events, share in TRAILS:
        measure(name, files * times, events, share)
    return None


if __name__ == "__main__":
    main()
