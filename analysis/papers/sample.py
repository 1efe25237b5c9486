# SPDX-License-Identifier: GPL-2.0-only
"""A sample of a study's runs that is small enough for the repository, and that `./swimlab reproduce`
takes for a study's folder: so that whoever doubts a page can do some of its runs again.

The lines of the journal are those of the whole study, byte for byte.
"""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

from analysis.run import seal
from analysis.run.metrics import write_atomically
from analysis.study.model import JOURNAL_NAME, STUDY_NAME, read_asked

RUNS = 4
MEMBER_SECONDS = 400_000
"""Of all of them together, as long as there is one: a test does them again."""
MOST_BYTES = 5e9
"""That all of them together may send, while there is more than one: messages as long as a cluster cost
more than its member-seconds tell."""
LONGEST_LINE = 20_000
"""Bytes; where much happens to many a run has more, and is left to the whole."""

INPUTS = "inputs"
STUDIES_PATH = "studies/"


def write_sample(study: Path, out: Path) -> None:
    """Replaces `out` by a sample of the finished study's folder: always the same of the same runs."""
    asked = read_asked(study)
    sizes = {cell["key"]: cell["members"] * cell["simulated_s"] for cell in asked["cells"]}
    chosen = _lines(study / JOURNAL_NAME, sizes)
    cells = {json.loads(line)["cell"] for line in chosen}
    del asked["seal"]
    asked = from_the_root(asked)
    asked["cells"] = [cell for cell in asked["cells"] if cell["key"] in cells]
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    shutil.copytree(study / INPUTS, out / INPUTS)
    write_atomically(out / STUDY_NAME, seal.sealed(json.dumps(asked, indent=1, ensure_ascii=False)))
    (out / JOURNAL_NAME).write_bytes(b"".join(chosen))


def from_the_root(asked: dict[str, Any]) -> dict[str, Any]:
    """study.json with paths from the root of the repository, wherever that was, and the command that
    asks the same again."""
    file = asked["study_file"]
    root = file[: file.rindex(STUDIES_PATH)]

    def short(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: short(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [short(inner) for inner in value]
        return value.removeprefix(root) if root and isinstance(value, str) else value

    return short(asked) | {"command": f"./swimlab study {file.removeprefix(root)}"}


def _lines(journal: Path, sizes: dict[str, float]) -> list[bytes]:
    """By cell and seed, whatever the order in which the runs ended. Of runs that are too long for several the
    one to which the least happened.

    sizes: of each cell that is asked its member-seconds; a journal may have others, of an earlier question.
    """
    short = {}
    for line in journal.read_bytes().splitlines(keepends=True):
        if len(line) <= LONGEST_LINE and line.endswith(b"\n"):
            raw = json.loads(line)
            if "failed" not in raw and raw["cell"] in sizes:
                short[raw["cell"], raw["seed"]] = line
    keys = sorted(short)
    chosen = random.Random(1).sample(keys, min(RUNS, len(keys)))
    if sum(sizes[cell] for cell, _ in chosen) > MEMBER_SECONDS:
        chosen = [min(keys, key=lambda key: (sizes[key[0]], len(short[key]), key))]
    sent = {key: _bytes_of(short[key]) for key in chosen}
    while len(sent) > 1 and sum(sent.values()) > MOST_BYTES:
        del sent[max(sent, key=lambda key: (sent[key], key))]
    return [short[key] for key in sorted(sent)]


def _bytes_of(line: bytes) -> float:
    """What the members of a run sent."""
    return sum(json.loads(line)["kept"]["metrics"]["traffic"]["bytes"].values())
