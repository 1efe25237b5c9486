# SPDX-License-Identifier: GPL-2.0-only
"""Whether a campaign's files are what its runs wrote: each sum that stands in a record is held against
the file, and what the runs say that they read against what the campaign says.

Runs of others bring no sums and are taken at their word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from analysis.run import seal
from analysis.run.records import RecordError, RunInfo

INPUTS = "inputs"


def check_campaign(out_dir: Path, infos: Sequence[RunInfo], jobs: int) -> None:
    """Raises RecordError with the first file that was changed or damaged."""
    campaign = _campaign(out_dir)
    inputs = campaign.get("inputs", {})
    files = [(out_dir / INPUTS / name, sha256) for name, sha256 in inputs.items()]
    for info in infos:
        folder = out_dir / "runs" / info.name
        files += [(folder / name, sha256) for name, sha256 in info.raw.get("files", {}).items()]
        for name, sha256 in info.raw.get("inputs", {}).items():
            if inputs.get(name, sha256) != sha256:
                raise RecordError(
                    f"{folder / 'run.json'}: the run read another {name} than the campaign is about;"
                    " remove the run's folder and run it again"
                )
    with ThreadPoolExecutor(jobs) as pool:
        for message in pool.map(lambda pair: _damage(*pair), files):
            if message:
                raise RecordError(message)


def check_files(folder: Path, info: RunInfo, names: Sequence[str]) -> None:
    """Holds those files of a run that are there, or must be, against the sums in its run.json.

    Raises RecordError with the first that was changed or damaged.
    """
    sums = info.raw.get("files", {})
    for name in names:
        if name in sums and (message := _damage(folder / name, sums[name])):
            raise RecordError(message)


def _campaign(out_dir: Path) -> dict[str, Any]:
    path = out_dir / "campaign.json"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    if seal.is_broken(content):
        raise RecordError(f"{path}: was changed after it was written; run the campaign again")
    try:
        return json.loads(content)
    except ValueError as error:
        raise RecordError(f"{path}: not JSON: {error}") from None


def _damage(path: Path, sha256: str) -> str | None:
    try:
        with open(path, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return f"{path}: no such file, and a record has its sum; it was removed after the run"
    if found == sha256:
        return None
    return (
        f"{path}: sha256 is {found}, and the record says {sha256}; the file was changed or cut after"
        " the run, so run it again"
    )
