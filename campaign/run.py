# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab run`: a scenario file in, a folder with records, summary and report out."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from analysis.campaign import verdict
from campaign import surroundings
from campaign.build import ROOT, Build, cores
from campaign.errors import Failure, Interrupted, UserError
from campaign.execute import Executor
from campaign.folder import INPUTS, SCENARIO_COPY, CampaignFolder, describe
from campaign.memory import available_memory_bytes, memory_text
from campaign.plan import USER_ERROR, Plan, Request, ask_for_plan
from campaign.words import command_text, one_line, path_text

Analyse = Callable[[Path, int], None]


def run_campaign(
    request: Request, out: Path, jobs: int | None, command: str, build: Build, analyse: Analyse
) -> None:
    """Do the runs that the folder lacks, then summarise and report over all of them.

    `jobs` is how many at the same time, None what suits the backend; `command` is what the user
    typed, so that a message can tell him to repeat it.
    """
    program = build.program(request.backend.program)
    programs = [program, *map(build.program, request.backend.needs)]
    repeat = command_text(["./swimlab", "run", *_repeatable(request, out).arguments()])
    with _folder_for_copies() as name:
        copies = Path(name)
        plan = ask_for_plan(program, request, copies)
        _check_verdict(plan)
        campaign = describe(plan, request, repeat, programs, build_identity(build))
        with CampaignFolder(out) as folder:
            folder.admit(campaign, copies)
            _run_missing(Executor(program, request, folder), plan, folder, jobs, command)
            # The runs are there: a terminal that closes now must not cost their report.
            before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
            try:
                analyse(out, jobs or cores())
            finally:
                signal.signal(signal.SIGHUP, before)
    print(f"\nReport: {path_text(out / 'report.html')}")


def _run_missing(
    executor: Executor, plan: Plan, folder: CampaignFolder, jobs: int | None, command: str
) -> None:
    """Do the runs that the folder lacks; raises where not all of them are there afterwards."""
    runs, out = plan.runs(), path_text(folder.path)
    missing = [run for run in runs if not folder.is_complete(run)]
    print(_announcement(one_line(plan.title), len(runs), len(missing), out), flush=True)
    try:
        if missing:
            at_once = jobs or (1 if executor.real_time else cores())
            at_once = that_fit(min(at_once, len(missing)), plan.memory_bytes)
            executor.execute(missing, at_once, len(runs) - len(missing))
    except (Interrupted, KeyboardInterrupt):
        complete = sum(folder.is_complete(run) for run in runs)
        raise Interrupted(
            f"Interrupted. {complete} of {len(runs)} runs are complete and kept in {out}; "
            f"to go on with the rest:\n    {command}"
        ) from None
    if executor.failed:
        raise Failure(
            f"{len(executor.failed)} of {len(runs)} runs failed, see above; the others are in "
            f"{out}. There is no report: without the failed runs its numbers would mislead"
        )


def _folder_for_copies() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="swimlab-")
    except OSError as error:
        raise UserError(
            f"{error.filename or 'TMPDIR'}: {error.strerror}; set TMPDIR to a folder that you can "
            "write to"
        ) from error


def _repeatable(request: Request, out: Path) -> Request:
    """A pipe is gone with the command that wrote to it, and the campaign has its text."""
    if request.scenario.is_file():
        return request
    return replace(request, scenario=out / INPUTS / SCENARIO_COPY)


def analyse_in_child(out: Path, jobs: int) -> None:
    """Summary with its headline table, then the report, by analysis/.

    In processes of their own: their memory is gone when they end, and Ctrl-C stops their workers as
    one.
    """
    for command in (["summarize", str(out), "--jobs", str(jobs)], ["report", str(out)]):
        with subprocess.Popen(
            [sys.executable, "-m", "analysis", *command], start_new_session=True
        ) as analysis:
            try:
                code = analysis.wait()
            except BaseException:
                os.killpg(analysis.pid, signal.SIGTERM)
                raise
        if code != 0:
            kind = UserError if code == USER_ERROR else Failure
            raise kind(
                f"analysis {command[0]} ended with {code}, see above. The runs are kept in "
                f"{path_text(out)}; "
                "the same command again repeats the analysis only"
            )


def build_identity(build: Build) -> dict[str, str]:
    """Version and commit of the program; the commit is "unknown" outside a git work tree."""
    described = _git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    # Unpacked into somebody's repository, this is no commit of ours.
    is_ours = _git("rev-parse", "--show-prefix") == ""
    return {
        "version": build.cache().get("CMAKE_PROJECT_VERSION", "unknown"),
        "commit": described if described and is_ours else "unknown",
    }


def _git(*arguments: str) -> str | None:
    """What git says of our own repository, whatever the environment says of another one and whoever
    cloned it; None where it has nothing to say."""
    try:
        done = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            env=surroundings.cleaned(os.environ),
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _check_verdict(plan: Plan) -> None:
    """A mistake in what is expected must be found before the runs, not after them."""
    if plan.verdict is None:
        return
    names = [verdict.point_name(point.settings) for point in plan.points]
    try:
        if plan.settled:
            names += verdict.names_in(plan.verdict)
        verdict.read_expectations(plan.verdict, names)
    except verdict.VerdictError as error:
        raise UserError(str(error)) from None


def that_fit(at_once: int, memory_bytes: int | None) -> int:
    """How many runs at a time have room, at most `at_once`, at least one: the simulator refuses a
    plan of which not even one run fits. Says so where it is fewer.
    """
    available_bytes = available_memory_bytes()
    if memory_bytes is None or available_bytes is None:
        return at_once
    fit = max(1, min(at_once, available_bytes // memory_bytes))
    if fit < at_once:
        print(
            f"{fit} at a time: a run needs about {memory_text(memory_bytes)} of memory, and "
            f"{memory_text(available_bytes)} are available",
            flush=True,
        )
    return fit


def _announcement(title: str, total: int, missing: int, out: str) -> str:
    if missing == total:
        return f"{title}: {total} runs into {out}"
    if missing == 0:
        return f"{title}: all {total} runs are in {out} already; writing the report again"
    there = f"{total - missing} of {total} runs are in {out} already"
    return f"{title}: {there}; going on with {missing}"
