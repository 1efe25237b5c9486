# SPDX-License-Identifier: GPL-2.0-only
"""Stand-ins for the programs that ./swimlab bench measures: they keep the contracts and do no work.

Installed under each program's name; what it was called as decides what it does. A file named
`settings.json` in the build folder changes the answers: `core_s` and `codecless_s` are the times
that core-benchmark claims, `echo_share` how many of its datagrams udp-echo carries, `peer_exit` how
memberlist-peer ends.
"""

import json
import math
import sys
from pathlib import Path

SETTINGS = {"core_s": 1.4e-7, "codecless_s": 1e-7, "echo_share": 1.0, "peer_exit": 0}
PROGRAMS = (
    "swimlab-ns3",
    "memberlist-peer",
    "tests/benchmarks/bare-exchange",
    "tests/benchmarks/udp-echo",
    "tests/benchmarks/core-benchmark",
)
PING_BYTES, ACK_BYTES = 65, 18


def install(build: Path, **settings: float) -> None:
    """Put all of them into a build folder."""
    for name in PROGRAMS:
        program = build / name
        program.parent.mkdir(parents=True, exist_ok=True)
        text = Path(__file__).read_text()
        program.write_text(f"#!/usr/bin/python3\n{text}")
        program.chmod(0o755)
    (build / "settings.json").write_text(json.dumps(SETTINGS | settings))


def tell_progress(of_s: float, members: int) -> None:
    """As a simulation does that needs a second for all that comes after its start."""
    for share in (0, 0.1, 1):
        line = {"simulated_s": share * of_s, "of_s": of_s}
        print(json.dumps(line | {"memory_bytes": 5_000_000 + 1000 * members, "cpu_s": share / 0.9}))


def simulator(arguments: list[str]) -> None:
    settings = dict(word.split("=", 1) for word in arguments if "=" in word)
    members, of_s = int(settings["cluster.members"]), float(settings["duration"].rstrip("s"))
    tell_progress(of_s, members)
    count = round(members * of_s)
    last = max(0, math.ceil(of_s) - 1)
    rows = [
        "second,kind,sent,sent_bytes,received,received_bytes",
        f"{last},ping,{count},{count * PING_BYTES},{count},{count * PING_BYTES}",
        f"{last},ack,{count},{count * ACK_BYTES},{count},{count * ACK_BYTES}",
    ]
    out = Path(arguments[arguments.index("--out") + 1])
    (out / "traffic.csv").write_text("\n".join(rows) + "\n")


def bare_exchange(arguments: list[str]) -> None:
    members, of_s = int(arguments[0]), float(arguments[1])
    tell_progress(of_s, members)
    print(json.dumps({"messages": round(2 * members * of_s)}))


def udp_echo(arguments: list[str], share: float) -> None:
    assert arguments[:2] == [str(PING_BYTES), str(ACK_BYTES)]
    settings = dict(word.split("=", 1) for word in arguments[3:])
    members, of_s = int(settings["cluster.members"]), float(settings["duration"].rstrip("s"))
    tell_progress(of_s, members)
    print(json.dumps({"messages": round(share * 2 * members * of_s)}))


def core_benchmark(arguments: list[str], core_s: float, codecless_s: float) -> None:
    options = dict(word.split("=", 1) for word in arguments)
    times = {
        "core": core_s,
        "core-without-codec": codecless_s,
        "suspicion-storm": 1e-6,
        "suspicion-storm-decoded": 4e-7,
        "push-pull/1000": 5e-4,
        "push-pull-decoded/1000": 1e-4,
        "push-pull/10000": 6e-3,
        "push-pull-decoded/10000": 1e-3,
    }
    runs = [
        {
            "name": name,
            "run_name": name,
            "run_type": kind,
            "items_per_second": 1 / seconds,
            "allocations_per_item": 0.0,
        }
        for name, seconds in times.items()
        for kind in ["iteration"] * int(options["--benchmark_repetitions"]) + ["aggregate"]
    ]
    Path(options["--benchmark_out"]).write_text(json.dumps({"benchmarks": runs}))


def memberlist_peer(arguments: list[str], exit_code: int) -> int:
    if exit_code != 0:
        print("memberlist-peer: 5 of 8 members have not heard of all in time", file=sys.stderr)
        return exit_code
    for _ in range(int(arguments[arguments.index("--windows") + 1])):
        load = {
            "user_cpu_ns_per_member_second": 90_000,
            "system_cpu_ns_per_member_second": 10_000,
            "resident_bytes_per_member": 500_000,
        }
        print(json.dumps(load))
    return 0


def main(program: Path, arguments: list[str]) -> int:
    build = program.parent if program.parent.name != "benchmarks" else program.parents[2]
    settings = json.loads((build / "settings.json").read_text())
    match program.name:
        case "swimlab-ns3":
            simulator(arguments)
        case "bare-exchange":
            bare_exchange(arguments)
        case "udp-echo":
            udp_echo(arguments, settings["echo_share"])
        case "core-benchmark":
            core_benchmark(arguments, settings["core_s"], settings["codecless_s"])
        case "memberlist-peer":
            return memberlist_peer(arguments, settings["peer_exit"])
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[0]), sys.argv[1:]))
