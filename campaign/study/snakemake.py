# SPDX-License-Identifier: GPL-2.0-only
"""The engine Snakemake: the batches of a round as a workflow, which its profiles take to clusters.

The work folder is the whole workflow: who goes there and calls `snakemake -j8` by hand, with whatever
profile, has the batches done as this does, and the next `./swimlab study` takes their results up.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from campaign import surroundings
from campaign.children import side_by_side
from campaign.errors import Failure, UserError
from campaign.study import leash
from campaign.study.batches import Estimates, Undone, limit_minutes
from campaign.study.engine import Done, Job
from campaign.study.work_folder import PROGRAM_NAME, SCRIPT_NAME, Batch, WorkFolder, words_on
from campaign.words import one_line, path_text

LOG_NAME = "snakemake.log"
_BATCH_SECONDS = 2.0
_LOOK_EVERY_S = 0.2
_LEASH = Path(leash.__file__)
_SHOWN_LINES = 15

_SNAKEFILE = """\
# The batches of runs that a study still needs. By hand, from this folder:
#     snakemake -j8                    on this machine
#     snakemake -j100 --profile NAME   where the profile says
BATCHES = {batches}
INPUTS = {inputs}


localrules: all


rule all:
    input:
        expand("results/{{batch}}.tar", batch=BATCHES),


rule batch:
    input:
        script="{script}",
        program="{program}",
        scenario="inputs/{{scenario}}/scenario.toml",
        others=lambda wildcards: INPUTS[wildcards.scenario],
        lines="batches/{{scenario}}-{{number}}.jsonl",
    output:
        "results/{{scenario}}-{{number}}.tar",
    wildcard_constraints:
        scenario="s[0-9]+",
        number="[0-9]+-[0-9]+",
    threads: 1
    resources:
        runtime={minutes},{memory}
    shell:
        "sh {{input.script}} {{input.program}} {{input.scenario}} {{input.lines}} {{output}}"
"""


class SnakemakeEngine:
    """`jobs` batches at a time."""

    def __init__(
        self,
        program: Path,
        inputs: Path,
        scratch: Path,
        jobs: int,
        options: Sequence[str] = (),
        memory_mb: int | None = None,
    ) -> None:
        """inputs: holds a folder of copies for each scenario; scratch: becomes the workflow's folder;
        options: for snakemake, as `--profile NAME`; memory_mb: what a run
        needs at most, where that is known.

        Raises UserError where there is no Snakemake.
        """
        if shutil.which("snakemake") is None:
            raise UserError("there is no snakemake on PATH: apt-get install snakemake")
        self._folder = WorkFolder(program, inputs, scratch)
        self._jobs = jobs
        self._options = [*options]
        self._memory_mb = memory_mb
        self._estimates = Estimates()

    def perform(self, jobs: Sequence[Job], done: Done) -> None:
        """See Engine."""
        self._folder.prepare(jobs)
        undone = Undone(self._folder, jobs, self._estimates)
        undone.take_all(done)
        while undone:
            batches = undone.batches(self._jobs, _BATCH_SECONDS)
            self._write(batches)
            side_by_side(1, lambda: self._run(batches, undone, done))
            for batch in batches:
                if not undone.is_done(batch):
                    kept = self._folder.result(batch).exists()
                    undone.lost(batch, self._last_words(), kept, done)
            for result in self._folder.results():
                result.unlink()
        self._folder.remove()

    def _write(self, batches: Sequence[Batch]) -> None:
        self._folder.write(batches)
        longest = max(batch.seconds for batch in batches)
        text = _SNAKEFILE.format(
            batches=[batch.name for batch in batches],
            inputs=self._folder.input_files(),
            script=SCRIPT_NAME,
            program=PROGRAM_NAME,
            minutes=limit_minutes(longest),
            memory=f"\n        mem_mb={self._memory_mb}," if self._memory_mb else "",
        )
        (self._folder.path / "Snakefile").write_text(text, encoding="utf-8")

    async def _run(self, batches: Sequence[Batch], undone: Undone, done: Done) -> None:
        """Run Snakemake once, and tell of what comes as it comes.

        Its results stay until it ends: it looks at them too.
        """
        command = [sys.executable, "-I", str(_LEASH)]
        command += ["snakemake", f"-j{self._jobs}", "--scheduler", "greedy"]
        command += ["--keep-going", "--rerun-incomplete", "--nolock", "--nocolor"]
        with open(self._folder.path / LOG_NAME, "wb") as log:
            process = await asyncio.create_subprocess_exec(
                *command,
                *self._options,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self._folder.path,
                env=surroundings.of_user,
                # Its shells too are of this group, so that none outlives us.
                start_new_session=True,
            )
        try:
            waiting = {self._folder.result(batch): batch for batch in batches}
            ended = False
            while not ended:
                ended = process.returncode is not None
                for result in [path for path in waiting if path.exists()]:
                    del waiting[result]
                    undone.take(result, done)
                if unfit := self._folder.unfit():
                    raise UserError(words_on(unfit))
                await asyncio.sleep(0 if ended else _LOOK_EVERY_S)
        finally:
            await _stop(process)
        if process.returncode != 0 and len(waiting) == len(batches):
            raise Failure(f"snakemake did no batch:\n{self._last_words()}")
        if process.returncode == 0 and waiting:
            folder = path_text(self._folder.path)
            raise UserError(
                f"Snakemake ended well, and {len(waiting)} of {len(batches)} results are not in"
                f" {folder}/results: bring them there from where they are, or run the workflow in"
                f" {folder} by hand; then the same command goes on"
            )

    def _last_words(self) -> str:
        """The end of what Snakemake said; the whole is in its log."""
        log = self._folder.path / LOG_NAME
        lines = log.read_text("utf-8", "replace").splitlines()[-_SHOWN_LINES:]
        return "\n".join([*map(one_line, lines), f"(the whole is in {log})"])


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Let go of the leash: it ends as by Ctrl-C, which cancels its jobs on a cluster."""
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()
