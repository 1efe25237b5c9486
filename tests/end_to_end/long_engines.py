# SPDX-License-Identifier: GPL-2.0-only
"""Real Snakemake and real Slurm have runs done as this machine itself does them, whatever becomes of
nodes, jobs and the user's patience.

Run by ctest with the label long, and not with the other Python tests.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import slurm_cluster
from campaign import surroundings
from campaign.errors import Failure, Interrupted, UserError
from campaign.study.engine import Engine, Job, Outcome
from campaign.study.local import LocalEngine
from campaign.study.slurm import Patience, SlurmEngine
from campaign.study.snakemake import SnakemakeEngine
from engine_jobs import ABOUT, Told, cells, fake_simulator, inputs_of, jobs_of

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-ns3"
SEEDS = range(1, 9)

needs_program = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-ns3 is not built; ./swimlab test builds it"
)
needs_snakemake = pytest.mark.skipif(
    shutil.which("snakemake") is None, reason="there is no snakemake: apt-get install snakemake"
)
needs_slurm = pytest.mark.skipif(bool(slurm_cluster.missing()), reason=slurm_cluster.missing())

Make = Callable[..., Engine]
"""Of the program and the folder of the test; and what else an engine takes."""


@pytest.fixture(name="cluster", scope="module")
def _cluster() -> Iterator[slurm_cluster.Cluster]:
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="slurm-") as folder:
        with slurm_cluster.cluster(Path(folder), 4, "CR_Core") as cluster:
            yield cluster


@pytest.fixture(name="slurm")
def _slurm(cluster: slurm_cluster.Cluster, monkeypatch: pytest.MonkeyPatch) -> Make:
    cluster.wait_for_nodes()
    monkeypatch.setattr(surroundings, "of_user", cluster.environment)

    def make(program: Path, folder: Path, **others: Any) -> Engine:
        patience = Patience(result_s=3, longest_poll_s=0.5)
        engine = SlurmEngine(
            program, folder / "inputs", folder / "workflow", 2, patience=patience, **others
        )
        return engine

    return make


@pytest.fixture(name="snakemake")
def _snakemake() -> Make:
    def make(program: Path, folder: Path, **others: Any) -> Engine:
        return SnakemakeEngine(program, folder / "inputs", folder / "workflow", 2, **others)

    return make


@pytest.fixture(
    name="make",
    params=[
        pytest.param("snakemake", marks=needs_snakemake),
        pytest.param("slurm", marks=needs_slurm),
    ],
)
def _make(request: pytest.FixtureRequest) -> Make:
    """Either engine."""
    return request.getfixturevalue(request.param)


def performed(engine: Engine, jobs: list[Job]) -> Told:
    """All of them."""
    told = Told()
    engine.perform(jobs, told.done)
    assert told.calls == {job.name: 1 for job in jobs}
    return told


@needs_program
def test_runs_are_those_of_the_local_engine(make: Make, tmp_path: Path) -> None:
    inputs = inputs_of(tmp_path, "one", "two")
    jobs = jobs_of(cells("one", "two"), SEEDS)
    here = performed(LocalEngine(PROGRAM, inputs, tmp_path / "local", 2), jobs)
    there = performed(make(PROGRAM, tmp_path), jobs)
    assert here.records == there.records and len(here.records) == len(jobs)
    assert not (tmp_path / "workflow").exists(), "nothing is to be done any more"


@needs_program
def test_a_run_that_fails_says_why_and_stops_no_other(make: Make, tmp_path: Path) -> None:
    inputs = inputs_of(tmp_path, "one")
    good, bad = cells("one")
    bad = dataclasses.replace(bad, settings=("cluster.members=-1",))
    jobs = jobs_of([good, bad], range(1, 4))
    here = performed(LocalEngine(PROGRAM, inputs, tmp_path / "local", 2), jobs)
    there = performed(make(PROGRAM, tmp_path), jobs)
    assert len(here.failures) == 3
    assert {code for code, _ in there.failures.values()} == {2}
    assert all("cluster.members" in text for _, text in there.failures.values())
    assert there.records == here.records


def test_ctrl_c_ends_everything_and_what_was_done_is_not_done_again(
    make: Make, tmp_path: Path
) -> None:
    inputs_of(tmp_path, "one")
    log, hanging, mended = (tmp_path / name for name in ("log", "hanging", "mended"))
    hang = f"[ -e {mended} ] || {{ echo $$ >>{hanging}; exec sleep 600; }}"
    program = fake_simulator(tmp_path, {1: f"echo 1 >>{log}", 2: f"echo 2 >>{log}", 3: hang})
    jobs = jobs_of(cells("one")[:1], range(1, 4))

    def interrupt() -> None:
        while not (hanging.exists() and hanging.read_text().endswith("\n")):
            time.sleep(0.05)
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    told = Told()
    with pytest.raises(Interrupted):
        make(program, tmp_path).perform(jobs, told.done)
    thread.join()
    wait_until_gone([int(pid) for pid in hanging.read_text().split()])
    mended.touch()
    make(program, tmp_path).perform([job for job in jobs if job.name not in told.calls], told.done)
    assert told.calls == {job.name: 1 for job in jobs}
    assert sorted(log.read_text().split()) == ["1", "2"]


def test_a_command_that_is_killed_leaves_nothing_behind(
    make: Make, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    inputs_of(tmp_path, "one")
    hanging, mended = tmp_path / "hanging", tmp_path / "mended"
    hang = f"[ -e {mended} ] || {{ echo $$ >>{hanging}; exec sleep 600; }}"
    program = fake_simulator(tmp_path, {3: hang})
    jobs = jobs_of(cells("one")[:1], range(1, 4))
    command = os.fork()
    if command == 0:
        try:
            make(program, tmp_path).perform(jobs, lambda outcome: None)
        finally:
            os._exit(1)
    while not (hanging.exists() and hanging.read_text().endswith("\n")):
        time.sleep(0.05)
    os.kill(command, signal.SIGKILL)
    os.waitpid(command, 0)
    pids = [int(pid) for pid in hanging.read_text().split()]
    if "snakemake" in request.node.name:
        wait_until_gone(pids)  # Slurm's jobs end when the next command finds them.
    mended.touch()
    performed(make(program, tmp_path), jobs)
    wait_until_gone(pids)


def wait_until_gone(pids: list[int]) -> None:
    """None of these processes outlives its engine by much."""
    end = time.monotonic() + 20
    while alive := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < end, f"{alive} go on"
        time.sleep(0.1)


@needs_snakemake
@needs_program
def test_the_workflow_can_be_run_by_hand(snakemake: Make, tmp_path: Path) -> None:
    inputs = inputs_of(tmp_path, "one", "two")
    jobs = jobs_of(cells("one", "two"), SEEDS)
    told = Told()
    with pytest.raises(UserError, match="run the workflow in .*/workflow by hand"):
        snakemake(PROGRAM, tmp_path, options=["--dry-run"]).perform(jobs, told.done)
    assert not told.calls
    # It can be anywhere: all that it needs is in the folder.
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "workflow").rename(elsewhere)
    subprocess.run(["snakemake", "-j2", "-q"], cwd=elsewhere, check=True, timeout=120)
    elsewhere.rename(tmp_path / "workflow")
    # It cannot do any run, but takes up what was done.
    engine = snakemake(PROGRAM, tmp_path, options=["--dry-run"])
    there = performed(engine, jobs)
    assert there.records == performed(LocalEngine(PROGRAM, inputs, tmp_path / "l", 2), jobs).records


@needs_snakemake
def test_what_snakemake_refuses_is_told(snakemake: Make, tmp_path: Path) -> None:
    inputs_of(tmp_path, "one")
    engine = snakemake(fake_simulator(tmp_path, {}), tmp_path, options=["--no-such-option"])
    with pytest.raises(Failure, match="unrecognized arguments: --no-such-option"):
        engine.perform(jobs_of(cells("one"), SEEDS), Told().done)


@needs_slurm
def test_a_node_that_cannot_do_runs_is_left_out(slurm: Make, tmp_path: Path) -> None:
    inputs_of(tmp_path, "one")
    log = tmp_path / "log"
    bare = '[ "$SLURMD_NODENAME" = here2 ] && { sleep 1; echo "no libns3" >&2; exit 127; }; '
    ways = {seed: f"sleep 0.3; echo $SLURMD_NODENAME >>{log}" for seed in SEEDS}
    program = fake_simulator(tmp_path, ways, bare + ABOUT)
    told = performed(
        slurm(program, tmp_path, options=["--exclusive"]), jobs_of(cells("one"), SEEDS)
    )
    assert len(told.records) == 2 * len(SEEDS)
    assert set(log.read_text().split()) == {"here1"}


@needs_slurm
def test_nodes_of_which_none_can_do_runs_are_told_of(slurm: Make, tmp_path: Path) -> None:
    inputs_of(tmp_path, "one")
    bare = '[ -n "${SLURMD_NODENAME-}" ] && { echo "no libns3" >&2; exit 127; }; '
    program = fake_simulator(tmp_path, {}, bare + ABOUT)
    with pytest.raises(UserError, match="here. cannot do runs: .*no libns3"):
        slurm(program, tmp_path).perform(jobs_of(cells("one"), SEEDS), Told().done)


def slow(tmp_path: Path, at_first: str = "exec sleep 600") -> tuple[Path, Path]:
    """A simulator that hangs once with seed 3, and the file that tells when it does."""
    mark = tmp_path / "mark"
    once = f"if [ ! -e {mark} ]; then echo $SLURMD_NODENAME $SLURM_ARRAY_JOB_ID >{mark}; {at_first}; fi"
    return fake_simulator(tmp_path, {3: once}), mark


def disturb(mark: Path, disturbance: Callable[[str, str], None]) -> threading.Thread:
    """Once the run hangs: its node and its job."""

    def wait_and_act() -> None:
        while not (mark.exists() and mark.read_text().endswith("\n")):
            time.sleep(0.05)
        time.sleep(0.5)
        disturbance(*mark.read_text().split())

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    return thread


@needs_slurm
@pytest.mark.parametrize("disturbance", ["job cancelled", "node lost", "queue forgotten"])
def test_runs_of_lost_jobs_are_done_by_others(
    slurm: Make, cluster: slurm_cluster.Cluster, tmp_path: Path, disturbance: str
) -> None:
    def act(node: str, job: str) -> None:
        if disturbance == "job cancelled":
            cluster.ask("scancel", job)
        elif disturbance == "node lost":
            cluster.kill(node)
            killed.append(node)
        else:
            cluster.kill("slurmctld")
            cluster.start_controller("-c")

    killed: list[str] = []
    inputs_of(tmp_path, "one")
    program, mark = slow(tmp_path)
    thread = disturb(mark, act)
    told = performed(slurm(program, tmp_path), jobs_of(cells("one"), SEEDS))
    thread.join()
    for node in killed:
        cluster.start_node(node)
    assert not told.failures and len(told.records) == 2 * len(SEEDS)


@needs_slurm
def test_the_controller_may_be_away_for_a_while(
    slurm: Make, cluster: slurm_cluster.Cluster, tmp_path: Path
) -> None:
    def act(_node: str, _job: str) -> None:
        cluster.kill("slurmctld")
        time.sleep(3)
        cluster.start_controller()

    inputs_of(tmp_path, "one")
    program, mark = slow(tmp_path, "sleep 6")
    thread = disturb(mark, act)
    told = performed(slurm(program, tmp_path), jobs_of(cells("one"), SEEDS))
    thread.join()
    assert not told.failures and len(told.records) == 2 * len(SEEDS)


@needs_slurm
def test_jobs_end_with_the_command(
    slurm: Make, cluster: slurm_cluster.Cluster, tmp_path: Path
) -> None:
    class Full(Exception):
        pass

    def full(_: Outcome) -> None:
        raise Full

    inputs_of(tmp_path, "one")
    with pytest.raises(Full):
        slurm(fake_simulator(tmp_path, {8: "exec sleep 600"}), tmp_path).perform(
            jobs_of(cells("one"), SEEDS), full
        )
    assert cluster.ask("squeue", "-h", "--states=PD,R,CG") == ""


@needs_slurm
def test_jobs_of_a_killed_command_end_with_the_next(
    slurm: Make, cluster: slurm_cluster.Cluster, tmp_path: Path
) -> None:
    inputs_of(tmp_path, "one")
    engine = slurm(fake_simulator(tmp_path, {}), tmp_path)
    script = tmp_path / "orphan.sh"
    script.write_text("#!/bin/sh\nsleep 600\n")
    assert isinstance(engine, SlurmEngine)
    orphan = engine._queue.submit([str(script)], tmp_path, 1, 1, ["--output=/dev/null"])
    performed(engine, jobs_of(cells("one"), SEEDS))
    assert cluster.ask("squeue", "-h", "-j", orphan, "--states=PD,R,CG") == ""


@needs_slurm
@pytest.mark.parametrize(
    "option, reason",
    [("--partition=nowhere", "nvalid partition"), ("--partition=short", "PartitionTimeLimit")],
)
def test_what_slurm_will_never_start_is_told(
    slurm: Make, tmp_path: Path, option: str, reason: str
) -> None:
    inputs_of(tmp_path, "one")
    engine = slurm(fake_simulator(tmp_path, {}), tmp_path, options=[option])
    with pytest.raises(UserError, match=reason):
        engine.perform(jobs_of(cells("one"), SEEDS), Told().done)


@needs_slurm
def test_memory_is_asked_for_where_slurm_shares_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inputs = inputs_of(tmp_path, "one")
    log = tmp_path / "log"
    program = fake_simulator(tmp_path, {1: f"echo $SLURM_MEM_PER_NODE >>{log}"})
    with tempfile.TemporaryDirectory(prefix="slurm-") as folder:
        for number, (shares, memory) in enumerate((("CR_Core", ""), ("CR_Core_Memory", "300"))):
            place = Path(folder) / str(number)
            place.mkdir()
            with slurm_cluster.cluster(place, shares=shares) as cluster:
                monkeypatch.setattr(surroundings, "of_user", cluster.environment)
                engine = SlurmEngine(program, inputs, tmp_path / "workflow", 2, memory_mb=300)
                performed(engine, jobs_of(cells("one")[:1], range(1, 2)))
            assert log.read_text().strip() == memory
            log.unlink()


@needs_slurm
def test_a_batch_whose_time_is_over_goes_on_in_another_job(slurm: Make, tmp_path: Path) -> None:
    inputs_of(tmp_path, "one")
    program, _ = slow(tmp_path)
    engine = slurm(program, tmp_path, options=["--time=1"])
    told = performed(engine, jobs_of(cells("one")[:1], range(2, 5)))
    assert not told.failures and len(told.records) == 3
