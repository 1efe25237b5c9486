# SPDX-License-Identifier: GPL-2.0-only
"""Jobs for engines, a place to do them in, and simulators that fail as real ones seldom do."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from analysis.study.model import Cell
from campaign.study.engine import Job, Outcome

SCENARIO = """
title = "one of many"
question = "Is a run the same wherever it is done?"
duration = "20s"
[cluster]
members = 20
[topology]
kind = "star"
[network]
loss = "2%"
[[event]]
at = "5s"
crash = "random 2"
"""

_FAKE = """\
#!/bin/sh
# A simulator whose runs end as their seeds say.
[ "$1" = about ] && { ABOUT; exit 0; }
while read -r line; do
    out=$(printf '%s' "$line" | sed 's/^{"out": "\\([^"]*\\)".*/\\1/')
    seed=$(printf '%s' "$line" | sed 's/.*"seed": \\([0-9]*\\),.*/\\1/')
    echo '{"simulated_s":1,"of_s":2}'
    case $seed in
WAYS
    esac
    printf '{"wall_s": 0.25, "seed": %d}\\n' "$seed" >"$out/run.json"
    echo '{"done":true}'
done
"""

ABOUT = """printf '{"libraries":{"libc.so.6":"here","libm.so.6":"one"}}\\n'"""


def fake_simulator(folder: Path, ways: dict[int, str], about: str = ABOUT) -> Path:
    """A program that says of itself what `about` prints; ways: of a seed the commands of its run."""
    program = folder / "fake-simulator"
    text = "".join(f"        {seed}) {commands} ;;\n" for seed, commands in ways.items())
    program.write_text(_FAKE.replace("WAYS\n", text).replace("ABOUT", about), encoding="utf-8")
    program.chmod(0o755)
    return program


def cells(*names: str) -> list[Cell]:
    """Of one scenario each, and of two settings."""
    return [
        Cell(
            f"{place:012x}",
            name,
            "",
            {"protocol.probe_interval": interval},
            ("record=summary", f"protocol.probe_interval={interval}"),
            {},
            20,
            20.0,
        )
        for place, (name, interval) in enumerate((n, i) for n in names for i in ("1s", "2s"))
    ]


def jobs_of(some: list[Cell], seeds: range) -> list[Job]:
    """Every cell with every seed, seed by seed."""
    return [Job(cell, seed) for seed in seeds for cell in some]


def inputs_of(folder: Path, *names: str) -> Path:
    """A study's inputs/, with these scenarios."""
    for name in names:
        (folder / "inputs" / name).mkdir(parents=True)
        (folder / "inputs" / name / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    return folder / "inputs"


@dataclass
class Told:
    """What an engine tells of its runs."""

    records: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each run that ended well the sums of its records."""
    failures: dict[str, tuple[int, str]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    def done(self, outcome: Outcome) -> None:
        """As an engine calls it."""
        name = outcome.job.name
        self.calls[name] += 1
        if outcome.folder is None:
            self.failures[name] = (outcome.code, outcome.text)
        else:
            run = json.loads((outcome.folder / "run.json").read_bytes())
            self.records[name] = {"seed": run["seed"], "events": run.get("events_sha256", "")}
            self.records[name] |= run.get("files", {})
