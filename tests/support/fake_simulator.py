# SPDX-License-Identifier: GPL-2.0-only
"""A stand-in for build/swimlab-ns3 that keeps its contract: plan, run, exit codes, progress lines.

The tests of campaign/ are about processes and folders, not about the protocol, so they need a
program that is quick, that can be told to fail, and that says when it started. A scenario is a TOML
file whose [fake] table tells how to behave: `exit` and `stderr` of the seed in `fail_seed`,
`hang_seed` (runs until it is stopped), `hold_s` (how long a run takes), `memory_bytes` (what a run
is said to need), `made_with` (JSON of what it says that it was made with).
"""

import hashlib
import itertools
import json
import sys
import time
import tomllib
from pathlib import Path

EVENTS = """time_ns,observer,event,subject,incarnation,source
1000000000,,crash,m2,,
2000000000,m0,suspect,m2,1,m0
3000000000,m0,dead,m2,1,m0
3200000000,m1,suspect,m2,1,m0
3500000000,m1,dead,m2,1,m0
"""
TRAFFIC = """second,kind,sent,sent_bytes,received,received_bytes
0,ping,3,60,3,60
1,ping,3,60,2,40
"""


def plan(scenario: Path, options: dict[str, list[str]]) -> int:
    """Print the plan, or the message of the scenario's mistake."""
    text = Path(options["--text"][0]).read_bytes() if "--text" in options else scenario.read_bytes()
    content = tomllib.loads(text.decode())
    if "--copy-to" in options:
        (Path(options["--copy-to"][0]) / "scenario.toml").write_bytes(text)
    fake = content.get("fake", {})
    if "mistake" in content:
        print(f"{scenario}:3: {content['mistake']}", file=sys.stderr)
        return 2
    settings = dict(text.split("=", 1) for text in options.get("--set", []))
    seed = int(options.get("--seed", [content.get("seed", 1)])[0])
    runs = int(options.get("--runs", [content.get("runs", 1)])[0])
    axes = content.get("sweep", {})
    combinations = [dict(zip(axes, values)) for values in itertools.product(*axes.values())]
    points = [{"key": f"p{i:03}", "settings": point} for i, point in enumerate(combinations)]
    answer = {
        "title": content["title"],
        "question": "",
        "scenario_file": str(scenario),
        "members": 3,
        "duration_s": 5.0,
        "seeds": list(range(seed, seed + runs)),
        "backend": "ns3-packet",
        "resolved": {"seed": str(seed), "runs": str(runs), "cluster.start": "converged"} | settings,
        "point": {},
        "verdict": content.get("expected"),
        "points": points if axes else [{"key": "", "settings": {}}],
        "made_with": json.loads(fake.get("made_with", "{}")),
        "inputs": {"scenario.toml": hashlib.sha256(text).hexdigest()},
        "memory_bytes": fake.get("memory_bytes"),
    }
    print(json.dumps(answer))
    return 0


def run(scenario: Path, options: dict[str, list[str]]) -> int:
    """Do one run, or fail the way that the scenario says."""
    text = (Path(options["--inputs"][0]) / "scenario.toml").read_bytes()
    content = tomllib.loads(text.decode())
    fake = content.get("fake", {})
    out, seed = Path(options["--out"][0]), int(options["--seed"][0])
    assert list(out.iterdir()) == [], "the contract promises an empty folder"
    (out / "events.csv").write_text(EVENTS)
    progress = {"simulated_s": 2.5, "of_s": 5, "events": 2, "memory_bytes": 30000000}
    print(json.dumps(progress), flush=True)
    if fake.get("fail_seed") == seed:
        print(fake["stderr"], file=sys.stderr)
        return fake["exit"]
    if fake.get("hang_seed") == seed:
        (Path(scenario).parent / "hanging").touch()
        time.sleep(600)
    time.sleep(fake.get("hold_s", 0))
    (out / "traffic.csv").write_text(TRAFFIC)
    settings = dict(text.split("=", 1) for text in options.get("--set", []))
    point = {key: settings[key] for key in content.get("sweep", {})}
    (out / "run.json").write_text(json.dumps(run_record(content, scenario, seed, point)))
    return 0


def run_record(content: dict, scenario: Path, seed: int, point: dict[str, str]) -> dict:
    """A run.json of three members on one router, as docs/records.md describes it."""
    names = ["m0", "m1", "m2"]
    router = {"id": 0, "label": "hub", "x": 0.5, "y": 0.5, "members": 3}
    return {
        "format": 1,
        "scenario": {
            "file": str(scenario),
            "title": content["title"],
            "question": "",
            "resolved": {
                "seed": str(seed),
                "cluster.members": "3",
                "cluster.start": "converged",
                "cluster.preset": "memberlist-lan",
            },
        },
        "point": point,
        "seed": seed,
        "backend": "ns3-packet",
        "members": 3,
        "member_names": names,
        "simulated_s": 5.0,
        "wall_s": 0.1,
        "peak_memory_bytes": 1000000,
        "events": 5,
        "events_sha256": hashlib.sha256(EVENTS.encode()).hexdigest(),
        "versions": {"swimlab": "0.1.0", "commit": "abc", "ns3": "3.37", "compiler": "GNU 12.2.0"},
        "machine": {"cpu": "test", "cores": 2, "system": "Linux"},
        "timeline": [{"at_s": 1.0, "verb": "crash", "targets": "2", "members": ["m2"]}],
        "topology": {
            "kind": "star",
            "routers": [router | {"latitude": None, "longitude": None}],
            "links": [],
            "router_of_member": [0, 0, 0],
            "diameter_hops": 0,
            "mean_path_delay_ns": 100000,
            "max_path_delay_ns": 100000,
            "articulation_points": [],
        },
    }


def main(arguments: list[str]) -> int:
    """`plan SCENARIO [options]` or `run SCENARIO [options]`; every option takes a value."""
    command, scenario, *rest = arguments
    options: dict[str, list[str]] = {}
    for name, value in zip(rest[::2], rest[1::2], strict=True):
        options.setdefault(name, []).append(value)
    return {"plan": plan, "run": run}[command](Path(scenario), options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
