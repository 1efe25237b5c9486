# SPDX-License-Identifier: GPL-2.0-only
"""Campaign folders made by code, for the tests of the report.

They hold what docs/records.md promises and nothing more: a cluster that follows a simple law
(detection after a delay drawn from a seeded generator), small enough that a test writes and reports
one in seconds.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

SECOND_NS = 1_000_000_000
SCENARIO_TEXT = """title = "Two crashes"
[protocol]
gossip_nodes = 3
"""
KINDS_BYTES = {"ping": 40, "ack": 20, "ping-req": 60, "gossip": 300, "push-pull": 4000}


@dataclass(frozen=True)
class Cluster:
    """What a synthetic run is made of. Crashes hit the highest-numbered members."""

    members: int = 24
    simulated_s: int = 60
    crash_at_s: int | None = 10
    crashes: int = 2
    partition_s: tuple[int, int] | None = None
    sides: tuple[int, int] = (8, 16)
    false_positives: int = 0
    period_s: float = 1.0
    fanout: int = 3
    title: str = "Two crashes"
    topology: dict[str, Any] = field(default_factory=dict)


def name_of(member: int, members: int) -> str:
    return f"m{member:0{len(str(members - 1))}d}"


def leaf_spine(members: int, leaves: int = 4, spines: int = 2) -> dict[str, Any]:
    """A small leaf-spine network, members attached in turn."""
    routers = [
        {"id": i, "label": f"spine-{i}", "x": (i + 0.5) / spines, "y": 1.0, "members": 0}
        for i in range(spines)
    ] + [
        {"id": spines + i, "label": f"leaf-{i}", "x": (i + 0.5) / leaves, "y": 0.0, "members": 0}
        for i in range(leaves)
    ]
    router_of_member = [spines + m % leaves for m in range(members)]
    for router in router_of_member:
        routers[router]["members"] += 1
    for router in routers:
        router |= {"latitude": None, "longitude": None}
    return {
        "kind": "leaf-spine",
        "routers": routers,
        "links": [
            {"a": s, "b": spines + i, "delay_ns": 50_000}
            for s in range(spines)
            for i in range(leaves)
        ],
        "router_of_member": router_of_member,
        "diameter_hops": 2,
        "mean_path_delay_ns": 90_000,
        "max_path_delay_ns": 100_000,
        "articulation_points": [],
    }


def backbone(members: int) -> dict[str, Any]:
    """A map of four cities in a row; the third has no coordinates, and all the middle ones are
    articulation points."""
    cities = [
        ("Helsinki", 60.17, 24.94),
        ("Tallinn", 59.44, 24.75),
        ("Nowhere", None, None),
        ("Vilnius", 54.69, 25.28),
    ]
    router_of_member = [0 if m % 3 else 3 for m in range(members)]
    routers = [
        {
            "id": i,
            "label": label,
            "x": 0.5,
            "y": i / 3,
            "latitude": latitude,
            "longitude": longitude,
            "members": router_of_member.count(i),
        }
        for i, (label, latitude, longitude) in enumerate(cities)
    ]
    return {
        "kind": "file",
        "routers": routers,
        "links": [{"a": i, "b": i + 1, "delay_ns": 2_000_000} for i in range(3)],
        "router_of_member": router_of_member,
        "diameter_hops": 3,
        "mean_path_delay_ns": 2_500_000,
        "max_path_delay_ns": 6_000_000,
        "articulation_points": [1, 2],
    }


def events_of(cluster: Cluster, seed: int) -> list[tuple[int, str, str, str, str, str]]:
    """The rows of events.csv: crashes detected by all, a partition that separates and re-merges,
    false deaths."""
    random = np.random.default_rng([seed, int(cluster.period_s * 1000), cluster.fanout])
    names = [name_of(m, cluster.members) for m in range(cluster.members)]
    rows: list[tuple[int, str, str, str, str, str]] = []

    def add(
        at_s: float, observer: str, event: str, subject: str, source: str, incarnation: str = "1"
    ) -> None:
        rows.append((int(at_s * SECOND_NS), observer, event, subject, incarnation, source))

    crashed = names[cluster.members - cluster.crashes :] if cluster.crash_at_s is not None else []
    live = [name for name in names if name not in crashed]
    for subject in crashed:
        add(cluster.crash_at_s, "", "crash", subject, "", "")
        first_s = cluster.crash_at_s + cluster.period_s * (0.5 + random.exponential())
        for observer in live:
            delay_s = random.exponential(1.0 / cluster.fanout)
            accuser = live[int(random.integers(len(live)))]
            add(first_s + delay_s, observer, "suspect", subject, accuser)
            add(first_s + 4 * cluster.period_s + delay_s, observer, "dead", subject, accuser)
    if cluster.partition_s:
        split_s, heal_s = cluster.partition_s
        of_side = [names[: cluster.sides[0]], names[cluster.sides[0] :]]
        for side, members in enumerate(of_side):
            for subject in members:
                add(split_s, "", "partition", subject, str(side), "")
        add(heal_s, "", "heal", "", "", "")
        for side, members in enumerate(of_side):
            for observer in set_order(members, live):
                for subject in set_order(of_side[1 - side], live):
                    add(split_s + 2 + random.random(), observer, "suspect", subject, observer)
                    add(split_s + 6 + random.random(), observer, "dead", subject, observer)
                    add(heal_s + 2 + random.random(), observer, "joined", subject, subject, "2")
    for number in range(cluster.false_positives):
        subject, observer = live[number % 3], live[-1 - number % 4]
        at_s = cluster.simulated_s * (0.78 + 0.02 * number)
        # After a partition everybody is at incarnation 2; each false death raises it by one.
        known, next_one = str(2 + number), str(3 + number)
        add(at_s, observer, "suspect", subject, live[3], known)
        add(at_s + 0.2, observer, "dead", subject, live[3], known)
        add(at_s + 0.4, observer, "joined", subject, subject, next_one)
        add(at_s, live[4], "suspect", subject, live[3], known)
        add(at_s + 0.4, live[4], "refuted", subject, subject, next_one)
    return sorted(rows, key=lambda row: row[0])


def set_order(names: list[str], allowed: list[str]) -> list[str]:
    """Those of the names that are allowed, in their own order."""
    return [name for name in names if name in allowed]


def write_run(folder: Path, cluster: Cluster, seed: int, point: dict[str, str]) -> None:
    """One run folder, as swimlab-ns3 writes it."""
    folder.mkdir(parents=True)
    rows = events_of(cluster, seed)
    with open(folder / "events.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["time_ns", "observer", "event", "subject", "incarnation", "source"])
        writer.writerows(rows)
    with open(folder / "traffic.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["second", "kind", "sent", "sent_bytes", "received", "received_bytes"])
        for second in range(cluster.simulated_s):
            for kind, size in KINDS_BYTES.items():
                sent = round(cluster.members / cluster.period_s)
                if kind == "gossip":
                    sent = cluster.fanout * cluster.members if 10 <= second < 20 else 0
                if kind == "push-pull":
                    sent = 2 if second % 5 == 0 else 0
                if sent:
                    writer.writerow([second, kind, sent, sent * size, sent, sent * size])
    digest = hashlib.sha256((folder / "events.csv").read_bytes()).hexdigest()
    record = run_record(cluster, seed, point, len(rows), digest)
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")


def run_record(
    cluster: Cluster, seed: int, point: dict[str, str], events: int, digest: str
) -> dict[str, Any]:
    names = [name_of(m, cluster.members) for m in range(cluster.members)]
    timeline: list[dict[str, Any]] = []
    if cluster.crash_at_s is not None:
        crashed = names[cluster.members - cluster.crashes :]
        timeline.append(
            {
                "at_s": cluster.crash_at_s,
                "verb": "crash",
                "targets": f"random {cluster.crashes}",
                "members": crashed,
            }
        )
    if cluster.partition_s:
        timeline.append(
            {
                "at_s": cluster.partition_s[0],
                "verb": "partition",
                "sides": [names[: cluster.sides[0]], names[cluster.sides[0] :]],
            }
        )
        timeline.append({"at_s": cluster.partition_s[1], "verb": "heal"})
    return {
        "format": 1,
        "scenario": {
            "file": "scenarios/synthetic.toml",
            "title": cluster.title,
            "question": "How soon does everyone know?",
            "resolved": {
                "seed": str(seed),
                "duration": f"{cluster.simulated_s}s",
                "cluster.members": str(cluster.members),
                "cluster.start": "converged",
                "cluster.preset": "memberlist-lan",
                "protocol.probe_interval": f"{cluster.period_s:g}s",
                "protocol.gossip_nodes": str(cluster.fanout),
                "network.model": "packet",
                "network.loss": "1%",
            },
        },
        "point": point,
        "seed": seed,
        "backend": "ns3-packet",
        "members": cluster.members,
        "member_names": names,
        "simulated_s": float(cluster.simulated_s),
        "wall_s": 1.5,
        "peak_memory_bytes": 20_000_000,
        "events": events,
        "events_sha256": digest,
        "versions": {
            "swimlab": "0.1.0",
            "commit": "0123456789abcdef",
            "ns3": "3.37",
            "compiler": "GNU 12.2.0",
        },
        "machine": {"cpu": "synthetic", "cores": 2, "system": "Debian 12"},
        "timeline": timeline,
        "topology": cluster.topology or leaf_spine(cluster.members),
    }


def write_campaign(
    folder: Path, points: list[tuple[dict[str, str], Cluster]], seeds: list[int]
) -> Path:
    """A campaign folder of every point times every seed; one point with empty settings is a
    plain campaign."""
    runs = []
    for number, (settings, cluster) in enumerate(points):
        for seed in seeds:
            run = f"p{number:03d}-seed-{seed}" if settings else f"seed-{seed}"
            write_run(folder / "runs" / run, cluster, seed, settings)
            runs.append(run)
    campaign = {
        "title": points[0][1].title,
        "question": "How soon does everyone know?",
        "command": "./swimlab run scenarios/synthetic.toml --runs 3",
        "scenario_file": "scenarios/synthetic.toml",
        "scenario_text": SCENARIO_TEXT,
        "points": [
            {"key": f"p{number:03d}" if settings else "", "settings": settings}
            for number, (settings, _) in enumerate(points)
        ],
        "seeds": seeds,
        "runs": runs,
    }
    (folder / "campaign.json").write_text(json.dumps(campaign), encoding="utf-8")
    return folder
