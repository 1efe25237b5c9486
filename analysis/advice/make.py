# SPDX-License-Identifier: GPL-2.0-only
"""Makes the table of `./swimlab advise` of finished studies, and holds it against the held-out ones.

The studies are files of ./swimlab study in studies/advice; each is run into a folder of its name. What is
written depends on their runs alone, so who runs them again gets the same table.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analysis.advice.burials import burials
from analysis.advice.cases import VARIED, cases_of, common_settings, read_all, source_of
from analysis.advice.detection import detection
from analysis.advice.held_out import compared, measured, validated
from analysis.advice.load import load
from analysis.advice.lookup import FORMAT, TABLE, Table
from analysis.advice.page import write_tables
from analysis.run import seal
from analysis.run.metrics import write_atomically
from analysis.study.model import Study

DETECTION = ("detection-small", "detection-100", "detection-300", "detection-1000")
LOSS = ("loss-small", "loss-110", "loss-300", "loss-1000")
HELD_OUT = ("held-out-small", "held-out")
HELD_OUT_TABLE = TABLE.with_name("held-out.json")

DEFAULT = {
    "protocol.probe_interval": "1s",
    "protocol.probe_timeout": "500ms",
    "protocol.suspicion_mult": "4",
}
"""memberlist-lan's own."""


def make(folder: Path, table: Path = TABLE, held_out: Path = HELD_OUT_TABLE) -> dict[str, Any]:
    """Writes both files, and the tables of the page; returns what the held-out cases say. Raises RecordError.

    @param folder has a folder a study
    """
    detected = read_all(folder / name for name in DETECTION)
    lossy = read_all(folder / name for name in LOSS)
    kept_out = read_all(folder / name for name in HELD_OUT)
    common = common_settings([*detected, *lossy, *kept_out])
    under_loss = [case for study in lossy for case in cases_of(study)]
    raw: dict[str, Any] = {
        "format": FORMAT,
        "made": _made([*detected, *lossy]),
        "settings": common,
        "default": DEFAULT,
        "detection": detection(case for study in detected for case in cases_of(study)),
        "load": load(under_loss),
        "burials": burials(under_loss),
        "validated": {"bytes_margin": 0.0, "messages_margin": 0.0},
    }
    cases = measured(case for study in kept_out for case in cases_of(study))
    raw["validated"] = validated(compared(Table(raw), cases))
    write_tables(Table(raw), compared(Table(raw), cases))
    _write(table, raw)
    _write(held_out, {"format": FORMAT, "made": _made(kept_out), "cases": cases})
    return raw["validated"]


def _made(studies: list[Study]) -> dict[str, Any]:
    sources = [source_of(study) for study in studies]
    return {
        "version": sources[0]["version"],
        "runs": sum(each["runs"] for each in sources),
        "varied": list(VARIED),
        "studies": sources,
    }


def _write(path: Path, raw: dict[str, Any]) -> None:
    write_atomically(path, seal.sealed(json.dumps(raw, indent=1, ensure_ascii=False)))
