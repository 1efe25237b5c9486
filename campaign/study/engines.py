# SPDX-License-Identifier: GPL-2.0-only
"""The engines by name, as `./swimlab study --engine` takes them (docs/studies/engines.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import UserError
from campaign.study.engine import Engine
from campaign.study.folder import StudyFolder
from campaign.study.local import LocalEngine
from campaign.study.slurm import SlurmEngine
from campaign.study.snakemake import SnakemakeEngine

LOCAL = "local"
WORKFLOW_FOLDER = "workflow"
"""In the study's folder: what workers need, as long as something is to be done."""


@dataclass(frozen=True)
class Place:
    """Where and for whom an engine works."""

    program: Path
    folder: StudyFolder
    jobs: int
    options: Sequence[str]
    """As given with --engine-option: the engine's program takes them."""
    memory_bytes: int | None
    """What a run needs at most, where that is known."""

    @property
    def memory_mb(self) -> int | None:
        """Rounded up, with room for the program itself."""
        return None if self.memory_bytes is None else (self.memory_bytes >> 20) + 64

    @property
    def workflow(self) -> Path:
        """The folder that workers share."""
        return self.folder.path / WORKFLOW_FOLDER


def _local(place: Place) -> Engine:
    if place.options:
        raise UserError(f"--engine-option {place.options[0]}: the engine local has no options")
    return LocalEngine(place.program, place.folder.inputs, place.folder.scratch, place.jobs)


def _of_many_machines(kind: type[SnakemakeEngine] | type[SlurmEngine]) -> Callable[[Place], Engine]:
    def made(place: Place) -> Engine:
        return kind(
            place.program,
            place.folder.inputs,
            place.workflow,
            place.jobs,
            place.options,
            place.memory_mb,
        )

    return made


ENGINES: dict[str, Callable[[Place], Engine]] = {
    LOCAL: _local,
    "snakemake": _of_many_machines(SnakemakeEngine),
    "slurm": _of_many_machines(SlurmEngine),
}


def on_this_machine(engine: str, options: Sequence[str]) -> bool:
    """Whether the runs have this machine's memory only."""
    return engine == LOCAL or (engine == "snakemake" and not options)
