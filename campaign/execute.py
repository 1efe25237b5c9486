# SPDX-License-Identifier: GPL-2.0-only
"""Runs the backend's program for many runs at once, as child processes, and shows how far they are
together. However this ends, every half-written folder is gone before the caller goes on.
"""

import asyncio
import json
import os
import sys
import time
from collections import deque
from pathlib import Path

from campaign.children import LARGE_PAGES, LINE_LIMIT_BYTES, last_lines, side_by_side, stop, why
from campaign.errors import Failure, UserError
from campaign.folder import CampaignFolder
from campaign.pace import Pace, pace_text
from campaign.plan import USER_ERROR, Request, Run
from campaign.progress import Progress
from campaign.words import command_text, setting_text


class Executor:
    """Executes runs of one campaign into its folder.

    A run that fails does not stop the others: the rest of a long sweep is worth having. A mistake
    of the user or a full disk (exit code 2 of the simulator) does, since the others would meet it
    too.
    """

    def __init__(self, program: Path, request: Request, folder: CampaignFolder) -> None:
        self.failed: list[Run] = []
        self.real_time = request.backend.real_time
        self._program = program
        self._request = request
        self._folder = folder

    def execute(self, runs: list[Run], jobs: int, already_complete: int) -> None:
        """Do all these runs, `jobs` at a time; those that fail are told of and kept in `failed`.

        `already_complete` counts the runs of the same campaign that an earlier command did.
        """
        self._total = already_complete + len(runs)
        self._share_of = {run.key: 0.0 for run in runs}
        self._paces: dict[str, Pace] = {}
        self._complete = already_complete
        self._progress = Progress(
            self._request.backend.verb, sys.stdout, already_complete / self._total
        )
        waiting = deque(runs)
        try:
            side_by_side(min(jobs, len(runs)), lambda: self._work(waiting))
        finally:
            self._progress.close()

    async def _work(self, waiting: deque[Run]) -> None:
        while waiting:
            run = waiting.popleft()
            try:
                await self._run(run)
                self._folder.finish(run)
                self._complete += 1
            except Failure as failure:
                self.failed.append(run)
                self._progress.say(f"{failure}\nThis run again, alone:\n    {self._replay(run)}")
            finally:
                self._folder.abandon(run)
                self._paces.pop(run.key, None)
            self._advance(run, 1.0)

    async def _run(self, run: Run) -> None:
        """Run the simulator once; return when it wrote all, raise when it did not."""
        out = self._folder.begin(run)
        process = await asyncio.create_subprocess_exec(
            *self._command(run, str(out)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT_BYTES,
            env=os.environ | ({} if self._request.backend.real_time else LARGE_PAGES),
            # A Ctrl-C of the terminal reaches only this process, which stops its children itself.
            start_new_session=True,
        )
        assert process.stdout is not None and process.stderr is not None
        try:
            _, last_words = await asyncio.gather(
                self._follow(run, process.stdout), last_lines(process.stderr)
            )
            code = await process.wait()
        finally:
            await stop(process)
        if code == USER_ERROR:
            raise UserError(last_words or f"run {run.key}: exit code 2 without a message")
        if code != 0:
            raise Failure(
                f"Run {run.key} (seed {run.seed}) failed, {why(code)}\n{last_words}".rstrip()
            )

    async def _follow(self, run: Run, stdout: asyncio.StreamReader) -> None:
        """Show the progress that the simulator prints, one JSON object a line."""
        async for line in stdout:
            try:
                state = json.loads(line)
                share = state["simulated_s"] / state["of_s"]
                pace = self._paces.setdefault(run.key, Pace())
                pace.take(state, time.monotonic())
            except (ValueError, KeyError, TypeError) as error:
                raise Failure(f"Run {run.key} printed what is no progress: {line!r}") from error
            self._advance(run, share)

    def _advance(self, run: Run, share: float) -> None:
        self._share_of[run.key] = share
        share = (self._total - len(self._share_of) + sum(self._share_of.values())) / self._total
        detail = pace_text(list(self._paces.values()))
        self._progress.update(share, f"{self._complete} of {self._total} runs{detail}")

    def _command(self, run: Run, out: str) -> list[str]:
        point = [f"{key}={setting_text(value)}" for key, value in run.point.settings.items()]
        command = [str(self._program), "run", str(self._request.scenario)]
        command += ["--inputs", str(self._folder.inputs)]
        command += [*self._request.member_arguments(), "--seed", str(run.seed), "--out", out]
        for setting in (*self._request.settings, *point):
            command += ["--set", setting]
        return command

    def _replay(self, run: Run) -> str:
        out = f"{self._folder.path}-replay/{run.key}"
        command = self._command(run, out)
        command[0] = os.path.relpath(command[0])
        return f"{command_text(['mkdir', '-p', out])} && {command_text(command)}"
