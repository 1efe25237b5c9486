# SPDX-License-Identifier: GPL-2.0-only
"""Runs the fuzz targets of tests/fuzz/ for a while: what crashes them is kept, with the command that
shows it again.

What a run finds interesting stays in the build folder, so that the next one starts where it ended.
"""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from campaign.checks.tally import Tally

_PREFIX = "fuzz-"
_RUNS = re.compile(r"^Done (\d+) runs", re.MULTILINE)
_LIMITS = ("-seed=1", "-max_len=4096", "-timeout=10", "-rss_limit_mb=2048")
"""libFuzzer's: an input that takes 10 s or 2 GB is a finding too."""


def fuzz(folder: Path, jobs: int, seconds: int) -> Tally:
    """Run every target of a build, `jobs` at the same time; each is one test.

    folder: the build folder of tests/fuzz/, where the targets and their seeds are.
    """
    targets = sorted(
        file for file in folder.glob(f"{_PREFIX}*") if file.is_file() and not file.suffix
    )
    if not targets:
        why = f"{folder} holds no target; was it configured with SWIMLAB_FUZZ?"
        return Tally.failure("fuzzing", why)
    print(f"Fuzzing {len(targets)} targets, each for {seconds} s", flush=True)
    tally = Tally()
    with ThreadPoolExecutor(jobs) as pool:
        for done in pool.map(lambda target: _fuzz_one(target, seconds), targets):
            tally += done
    return tally


def _fuzz_one(target: Path, seconds: int) -> Tally:
    name = target.name.removeprefix(_PREFIX)
    seeds = target.parent / "seeds" / name
    corpus = target.parent / "corpus" / name
    findings = target.parent / "findings" / name
    for made in (corpus, findings):
        made.mkdir(parents=True, exist_ok=True)
    command = [str(target), *_LIMITS, f"-max_total_time={seconds}"]
    command += [f"-artifact_prefix={findings}/", str(corpus), str(seeds)]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    runs = _RUNS.search(done.stdout)
    if done.returncode == 0 and runs:
        print(f"Fuzzing: {name} withstood {runs[1]} inputs", flush=True)
        return Tally(passed=1)
    print(done.stdout)
    return Tally.failure(f"fuzzing {name}", done.stdout + _how_to_reproduce(target, done.stdout))


def _how_to_reproduce(target: Path, output: str) -> str:
    written = re.search(r"Test unit written to (\S+)", output)
    return f"\nonce more: {target} {written[1]}" if written else ""
