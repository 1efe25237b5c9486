# SPDX-License-Identifier: GPL-2.0-only
"""The engine of this machine: some processes that do one run after the other (`swimlab-ns3 work`).

A process belongs to one scenario, whose text and maps it reads from the study's folder; after a failed
run it ends, and the next run gets another one.
"""

import asyncio
import json
import os
import shutil
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from campaign.children import LARGE_PAGES, LINE_LIMIT_BYTES, last_lines, side_by_side, stop, why
from campaign.study.engine import Done, Job, Outcome


class LocalEngine:
    """`jobs` processes at a time."""

    def __init__(self, program: Path, inputs: Path, scratch: Path, jobs: int) -> None:
        """inputs: holds a folder of copies for each scenario; scratch: a folder to write to."""
        self._program = program
        self._inputs = inputs
        self._scratch = scratch
        self._jobs = jobs

    def perform(self, jobs: Sequence[Job], done: Done) -> None:
        """See Engine."""
        waiting = deque(jobs)
        side_by_side(min(self._jobs, len(waiting)), lambda: self._work(waiting, done))

    async def _work(self, waiting: deque[Job], done: Done) -> None:
        worker = None
        try:
            while waiting:
                job = waiting.popleft()
                if worker is None or worker.scenario != job.cell.scenario or worker.ended:
                    await _end(worker)
                    worker = await _Worker.start(self._program, self._inputs, job.cell.scenario)
                out = self._scratch / job.name
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir(parents=True)
                done(await worker.run(job, out))
        finally:
            await _end(worker)


class _Worker:
    """A process that does runs of one scenario."""

    def __init__(self, scenario: str, process: asyncio.subprocess.Process) -> None:
        self.scenario = scenario
        self.ended = False
        self._process = process

    @staticmethod
    async def start(program: Path, inputs: Path, scenario: str) -> "_Worker":
        folder = inputs / scenario
        starting = asyncio.create_task(
            asyncio.create_subprocess_exec(
                str(program),
                "work",
                str(folder / "scenario.toml"),
                "--inputs",
                str(folder),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=LINE_LIMIT_BYTES,
                env=os.environ | LARGE_PAGES,
                # A Ctrl-C of the terminal reaches only this process, which stops its children itself.
                start_new_session=True,
            )
        )
        try:
            return _Worker(scenario, await asyncio.shield(starting))
        except asyncio.CancelledError:
            # Half started it would be nobody's.
            await _end(_Worker(scenario, await starting))
            raise

    async def run(self, job: Job, out: Path) -> Outcome:
        """How it ended."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        assert process.stderr is not None
        try:
            process.stdin.write(job.line(out).encode("utf-8"))
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            pass  # It has ended, and the end of its output says so.
        async for line in process.stdout:
            answer = json.loads(line)
            if "done" in answer:
                return Outcome(job, out)
            if "failed" in answer:
                self.ended = True
                return Outcome(job, None, answer["failed"], answer["code"], out)
        self.ended = True
        words = await last_lines(process.stderr)
        code = await process.wait()
        return Outcome(job, None, f"the simulator ended, {why(code)}\n{words}".rstrip(), code, out)

    async def end(self) -> None:
        """However it is; nothing of it is left to the loop, which may be about to close."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await stop(self._process)
        await self._process.communicate()


async def _end(worker: _Worker | None) -> None:
    if worker is None:
        return
    ending = asyncio.create_task(worker.end())
    try:
        await asyncio.shield(ending)
    except asyncio.CancelledError:
        # Another worker's task failed while this one was ending: half ended it would stay.
        await ending
        raise
