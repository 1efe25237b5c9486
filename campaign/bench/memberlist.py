# SPDX-License-Identifier: GPL-2.0-only
"""A simulated member beside a real one: Go's memberlist, many in one process, on a network in memory.

Both with memberlist's settings for a LAN, push/pull included, and both without its compression,
which is off in our preset. memberlist lives in real time. Its members join, and pass on the news of
that, before anything is measured; so that this does not take minutes, they pass news on but once. A
member that has no news does the same either way.
"""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from campaign.bench.simulations import PATH, Simulations
from campaign.bench.table import Row, Section
from campaign.errors import Failure
from campaign.plan import USER_ERROR

CONFIG = {"enable_compression": False, "retransmit_mult": 0}
JOIN_TIMEOUT = "90s"
MEMBER_SECONDS = 100_000
LEAST_SIMULATED_S = 200
"""Longer than a push/pull period of the largest of these clusters."""


@dataclass(frozen=True)
class Load:
    """What memberlist takes of a member."""

    cpu_s: float
    """A second."""
    memory_bytes: float


def memberlist_section(
    simulations: Simulations, sizes: tuple[int, ...], settle_s: float, measure_s: float
) -> Section:
    times, memory = [], []
    for members in sizes:
        simulations.tell(f"memberlist, {members:,} members")
        try:
            theirs = real_loads(simulations, members, settle_s, measure_s)
        except NotTogether as error:
            simulations.tell(f"no more than that: {error}")
            break
        cpu = tuple((_simulated_cpu_s(simulations, members), load.cpu_s) for load in theirs)
        held = tuple((_simulated_bytes(simulations, members), load.memory_bytes) for load in theirs)
        times.append(Row("memberlist", f"memberlist, {members:,} members: time", "s", cpu))
        memory.append(Row("memberlist", f"memberlist, {members:,} members: memory", "B", held))
    return Section(
        "memberlist",
        "a member-second, and memory of a member; baseline: Go's memberlist in one process",
        (*times, *memory),
    )


class NotTogether(Exception):
    """So many real members do not become one cluster on this machine, as it is now."""


def real_loads(
    simulations: Simulations, members: int, settle_s: float, measure_s: float
) -> list[Load]:
    """Measurements of memberlist's members, one after the other in one process."""
    program = simulations.build.program("memberlist-peer")
    with tempfile.TemporaryDirectory(prefix="swimlab-bench-") as folder:
        config = Path(folder) / "memberlist.json"
        config.write_text(json.dumps(CONFIG))
        command = [str(program), "--count", str(members), "--in-memory"]
        command += ["--config", str(config), "--windows", str(simulations.runs)]
        command += ["--join-timeout", JOIN_TIMEOUT, "--settle", f"{settle_s:g}s"]
        command += ["--measure", f"{measure_s / simulations.runs:g}s"]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == USER_ERROR:
        raise NotTogether(done.stderr.strip())
    if done.returncode != 0:
        raise Failure(f"{done.stderr}{program.name} ended with {done.returncode}")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        Load(
            (load["user_cpu_ns_per_member_second"] + load["system_cpu_ns_per_member_second"]) / 1e9,
            load["resident_bytes_per_member"],
        )
        for load in told
    ]


def _simulated_bytes(simulations: Simulations, members: int) -> float:
    """Of a member, as many as there are less two."""

    def total(count: int) -> int:
        settings = (f"cluster.members={count}", f"duration={LEAST_SIMULATED_S}s", PATH)
        steady, _ = simulations.simulate_ours(*settings, large_pages=False)
        return steady.memory_bytes

    return (total(members) - total(2)) / (members - 2)


def _simulated_cpu_s(simulations: Simulations, members: int) -> float:
    """Of a member and simulated second."""
    simulated_s = max(LEAST_SIMULATED_S, round(MEMBER_SECONDS / members))
    steady, _ = simulations.simulate_ours(
        f"cluster.members={members}", f"duration={simulated_s}s", PATH
    )
    return steady.cpu_s / steady.simulated_s / members
