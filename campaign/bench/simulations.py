# SPDX-License-Identifier: GPL-2.0-only
"""The simulator beside ns-3 alone: a quiet cluster, and the same traffic by nobody's rules."""

import csv
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from campaign.bench.measure import Steady, alternate, simulate
from campaign.bench.table import Promise, Row, Section
from campaign.build import ROOT, Build
from campaign.errors import Failure

SCENARIO = ROOT / "scenarios" / "steady.toml"
PATH = "network.model=path"
QUIET = ("protocol.push_pull_interval=0s",)
MESSAGES_A_MEMBER_SECOND = 2.0
LEAST_SIMULATED_S = 10
FEWER_RUNS_FROM = 100_000
FEWER_RUNS = 3

PATH_PROMISES = {
    1000: Promise(1 / 4, at_least=True),
    10_000: Promise(1 / 4, at_least=True),
    1_000_000: Promise(1 / 5, at_least=True),
}
PACKET_PROMISE = Promise(1.3, at_least=False)
PACKET_MEMBERS = 1000
PACKET_SHARE = 0.1
"""Of the simulated time of paths: packets take ten times as long."""

Pair = tuple[float, float]
"""Ours, baseline."""


@dataclass(frozen=True)
class Traffic:
    """What a run recorded of its datagrams."""

    messages: int
    bytes_of: dict[str, float]
    """The mean size of a datagram by kind."""


@dataclass
class Simulations:
    """Runs them; what two sections want is measured once."""

    build: Build
    runs: int
    member_seconds: float
    """About how many of simulation a run has."""
    tell: Callable[[str], None]
    _paths: dict[int, list[Pair]] = field(default_factory=dict)

    def path(self, members: int) -> list[Pair]:
        """Member-seconds of simulation in a second of the processor, on the network of paths; the
        baseline is the bare exchange."""
        if members not in self._paths:
            self._paths[members] = self._measure_path(members)
        return self._paths[members]

    def member_bytes(self, members: int) -> Pair:
        """The memory of a member of these, without that of programs with next to no members; ours,
        bare exchange. It is next to the same each time, so once is enough."""
        self.tell(f"memory, {members:,} members")
        ours, bare = self._memory(members)
        ours_of_two, bare_of_two = self._memory(2)
        return (ours - ours_of_two) / (members - 2), (bare - bare_of_two) / (members - 2)

    def packet(self) -> list[Pair]:
        """The processor time of a simulated second on the network of packets; ours, UDP echo."""
        members = PACKET_MEMBERS
        duration = f"{PACKET_SHARE * self._simulated_s(members):g}s"
        self.tell(f"packet, {members:,} members")
        settings = (f"cluster.members={members}", f"duration={duration}", *QUIET)
        _, traffic = self.simulate_ours(*settings)
        sizes = [str(round(traffic.bytes_of[kind])) for kind in ("ping", "ack")]
        echo = str(self.build.program("tests/benchmarks/udp-echo"))

        def ours() -> float:
            steady, _ = self.simulate_ours(*settings)
            return steady.cpu_s / steady.simulated_s

        def baseline() -> float:
            steady = simulate([echo, *sizes, str(SCENARIO), *settings])
            if abs((steady.messages or 0) - traffic.messages) > 0.01 * traffic.messages:
                raise Failure(
                    f"udp-echo carried {steady.messages} datagrams where the cluster sent"
                    f" {traffic.messages}: there is nothing to compare"
                )
            return steady.cpu_s / steady.simulated_s

        return alternate(ours, baseline, self.runs)

    def simulate_ours(self, *settings: str, large_pages: bool = True) -> tuple[Steady, Traffic]:
        """One run of the quiet cluster with these settings."""
        program = str(self.build.program("swimlab-ns3"))
        with tempfile.TemporaryDirectory(prefix="swimlab-bench-") as out:
            command = [program, "run", str(SCENARIO), "--out", out]
            for setting in settings:
                command += ["--set", setting]
            return simulate(command, large_pages), _read_traffic(Path(out) / "traffic.csv")

    def _measure_path(self, members: int) -> list[Pair]:
        simulated_s = self._simulated_s(members)
        self.tell(f"path, {members:,} members")

        def ours() -> float:
            steady, traffic = self.simulate_ours(*_path_settings(members, simulated_s))
            expected = MESSAGES_A_MEMBER_SECOND * members * simulated_s
            if abs(traffic.messages - expected) > 0.01 * expected:
                raise Failure(f"a quiet cluster moved {traffic.messages} messages, not {expected}")
            return members * steady.simulated_s / steady.cpu_s

        def baseline() -> float:
            steady = simulate(self._bare_exchange(members, simulated_s))
            return members * steady.simulated_s / steady.cpu_s

        runs = min(self.runs, FEWER_RUNS) if members >= FEWER_RUNS_FROM else self.runs
        return alternate(ours, baseline, runs)

    def _memory(self, members: int) -> Pair:
        """What the whole processes have."""
        settings = _path_settings(members, LEAST_SIMULATED_S)
        ours, _ = self.simulate_ours(*settings, large_pages=False)
        bare = simulate(self._bare_exchange(members, LEAST_SIMULATED_S), large_pages=False)
        return ours.memory_bytes, bare.memory_bytes

    def _bare_exchange(self, members: int, simulated_s: int) -> list[str]:
        program = self.build.program("tests/benchmarks/bare-exchange")
        return [str(program), str(members), str(simulated_s)]

    def _simulated_s(self, members: int) -> int:
        return max(LEAST_SIMULATED_S, round(self.member_seconds / members))


def _path_settings(members: int, simulated_s: int) -> tuple[str, ...]:
    return (f"cluster.members={members}", f"duration={simulated_s}s", PATH, *QUIET)


def path_section(simulations: Simulations, sizes: tuple[int, ...]) -> Section:
    rows = []
    for members in sizes:
        pairs = [
            (MESSAGES_A_MEMBER_SECOND * ours, MESSAGES_A_MEMBER_SECOND * baseline)
            for ours, baseline in simulations.path(members)
        ]
        what = f"path, {members:,} members"
        rows.append(Row("path", what, "/s", tuple(pairs), PATH_PROMISES.get(members)))
    return Section(
        "path",
        "messages a second; baseline: a bare exchange of as many on ns-3's scheduler",
        tuple(rows),
    )


def packet_section(simulations: Simulations) -> Section:
    what = f"packet, {PACKET_MEMBERS:,} members"
    return Section(
        "packet",
        "time of a simulated second; baseline: plain UDP echo of the same datagrams",
        (Row("packet", what, "s", tuple(simulations.packet()), PACKET_PROMISE),),
    )


def _read_traffic(file: Path) -> Traffic:
    messages: dict[str, int] = {}
    total_bytes: dict[str, int] = {}
    with open(file, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            kind = row["kind"]
            messages[kind] = messages.get(kind, 0) + int(row["received"])
            total_bytes[kind] = total_bytes.get(kind, 0) + int(row["received_bytes"])
    return Traffic(
        sum(messages.values()),
        {kind: total_bytes[kind] / count for kind, count in messages.items() if count},
    )
