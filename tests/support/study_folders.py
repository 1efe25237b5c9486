# SPDX-License-Identifier: GPL-2.0-only
"""A study made by hand (made_up_studies.py) as a folder, as the engine writes one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from report_campaigns import Cluster, run_record

from analysis.run import seal
from analysis.study.model import JOURNAL_NAME, STUDY_FORMAT, STUDY_NAME, Study


def write(made: Study, folder: Path, networks: Mapping[str, Cluster] | None = None) -> Path:
    """Of each scenario in `networks` its network is kept, as that of the study's first cell of it."""
    folder.mkdir(parents=True, exist_ok=True)
    asked: dict[str, Any] = {
        "format": STUDY_FORMAT,
        "abstract": "",
        "command": "./swimlab study study.toml",
        "study_file": "study.toml",
        "study_text": 'title = "Made up"\n',
        "inputs": {"inputs/study.toml": "0" * 64},
        "measure": {},
        "replicate": {"at_least": 1, "at_most": 1, "until": {}, "budget_s": None, "seed": 1},
        "design": {"kind": "factorial", "points": None, "seed": 1},
        **made.asked,
        "build": {"commit": "0123456789abcdef", "ns3": "3.37"},
        "axes": [{"key": a.key, "values": list(a.values), "scale": a.scale} for a in made.axes],
        "resolved": {},
        "cells": [
            {
                "key": cell.key,
                "scenario": cell.scenario,
                "variant": cell.variant,
                "point": cell.point,
                "settings": list(cell.settings),
                "resolved": cell.resolved,
                "members": cell.members,
                "simulated_s": cell.simulated_s,
            }
            for cell in made.cells
        ],
    }
    (folder / STUDY_NAME).write_text(seal.sealed(json.dumps(asked, indent=1)), encoding="utf-8")
    with open(folder / JOURNAL_NAME, "w", encoding="utf-8") as journal:
        for of_cell in made.entries.values():
            for entry in of_cell.values():
                line: dict[str, Any] = {"cell": entry.cell, "seed": entry.seed}
                if entry.failure is None:
                    line["kept"] = entry.kept
                else:
                    line |= {"failed": entry.failure.text, "command": entry.failure.command}
                line["process"] = {"wall_s": entry.wall_s, "peak_memory_bytes": 1 << 20}
                journal.write(json.dumps(line) + "\n")
    for scenario, cluster in (networks or {}).items():
        first = next(cell for cell in made.cells if cell.scenario == scenario)
        record = run_record(cluster, 1, {}, 0, "")
        kept = {key: record[key] for key in ("members", "member_names", "timeline", "topology")}
        (folder / "networks").mkdir(exist_ok=True)
        text = json.dumps({"seed": 1, "cell": first.key, **kept})
        (folder / "networks" / f"{scenario}.json").write_text(text, encoding="utf-8")
    return folder
