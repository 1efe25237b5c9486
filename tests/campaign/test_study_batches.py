# SPDX-License-Identifier: GPL-2.0-only
"""Batches of runs for worker machines: what a batch leaves behind, and that no run is lost, told of
twice or tried for ever, whatever becomes of workers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from campaign.errors import Failure, UserError
from campaign.study.batches import MOST_TRIES, Estimates, Undone
from campaign.study.work_folder import Batch, WorkFolder
from engine_jobs import ABOUT, Told, cells, fake_simulator, inputs_of, jobs_of

CRASH, FAIL, HANG = 3, 5, 7


def script(folder: WorkFolder, batch: Batch) -> subprocess.Popen[bytes]:
    """The batch, under way as on a worker machine."""
    number = batch.name.split("-")[0]
    command = ["sh", "batch.sh", "swimlab-ns3", f"inputs/{number}/scenario.toml"]
    command += [f"batches/{batch.name}.jsonl", f"results/{batch.name}.tar"]
    environment = os.environ | {"TMPDIR": str(folder.path)}
    return subprocess.Popen(
        command, cwd=folder.path, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    )


class Place:
    """A work folder with jobs that nobody has done."""

    def __init__(self, tmp_path: Path, seeds: range, ways: dict[int, str]) -> None:
        self.told = Told()
        self.jobs = jobs_of(cells("one", "two"), seeds)
        self.program = fake_simulator(tmp_path, ways)
        self.folder = WorkFolder(self.program, inputs_of(tmp_path, "one", "two"), tmp_path / "work")
        self.folder.prepare(self.jobs)
        self.undone = Undone(self.folder, self.jobs, Estimates())

    def batches(self, lanes: int = 1, seconds: float = 1e9) -> list[Batch]:
        """What is to be done, with its files."""
        batches = self.undone.batches(lanes, seconds)
        self.folder.write(batches)
        return batches

    def do(self, batches: list[Batch]) -> None:
        """By workers that live."""
        for batch in batches:
            assert script(self.folder, batch).wait(60) == 0
            self.undone.take(self.folder.result(batch), self.told.done)


def test_a_run_that_fails_or_crashes_stops_no_other(tmp_path: Path) -> None:
    ways = {
        CRASH: "echo 'out of luck' >&2; kill -9 $$",
        FAIL: """echo '{"failed":"no luck","code":1}'; exit 1""",
    }
    place = Place(tmp_path, range(1, 8), ways)
    place.do(place.batches())
    assert not place.undone
    assert place.told.calls == {job.name: 1 for job in place.jobs}
    for job in place.jobs:
        if job.seed == CRASH:
            code, text = place.told.failures[job.name]
            assert code == -signal.SIGKILL and "memory" in text and "out of luck" in text
        elif job.seed == FAIL:
            assert place.told.failures[job.name] == (1, "no luck")
        else:
            assert place.told.records[job.name]["seed"] == job.seed


def test_a_simulator_that_ends_without_a_word_is_not_asked_for_ever(tmp_path: Path) -> None:
    place = Place(tmp_path, range(1, 4), {1: "exit 0", 2: "exit 2", 3: "exit 1"})
    place.do(place.batches())
    assert sorted(code for code, _ in place.told.failures.values()) == [0] * 4 + [1] * 4 + [2] * 4


def test_a_batch_that_is_stopped_keeps_what_it_did(tmp_path: Path) -> None:
    place = Place(tmp_path, range(HANG - 2, HANG + 2), {HANG: "echo at it >&2; exec sleep 600"})
    batch = place.batches()[0]
    before = set(tmp_path.glob("work/swimlab.*"))
    process = script(place.folder, batch)
    while not any(
        (box / "words").exists() and (box / "words").read_text()
        for box in set(tmp_path.glob("work/swimlab.*")) - before
    ):
        time.sleep(0.02)
    process.terminate()
    assert process.wait(30) == 0
    place.undone.take(place.folder.result(batch), place.told.done)
    assert {name.rsplit("-")[1] for name in place.told.records} == {str(HANG - 2), str(HANG - 1)}
    assert not place.told.failures
    assert not list(tmp_path.glob("work/swimlab.*")), "a worker leaves nothing in its TMPDIR"
    # It was at the first run without an answer, which alone is to blame, as often as it may.
    blamed = next(job for job in batch.jobs if job.seed == HANG)
    for _ in range(MOST_TRIES):
        place.undone.lost(batch, "stopped", True, place.told.done)
    assert list(place.told.failures) == [blamed.name]


def test_lost_batches_go_out_in_smaller_pieces_until_the_fault_is_found(tmp_path: Path) -> None:
    killer = 13
    place = Place(tmp_path, range(1, 21), {})
    killed = 0
    sizes = []
    while place.undone:
        batches = place.batches(seconds=1.0)
        sizes.append(max(len(batch.jobs) for batch in batches))
        lost = [batch for batch in batches if any(job.seed == killer for job in batch.jobs)]
        place.do([batch for batch in batches if batch not in lost])
        for batch in lost:
            killed += 1
            place.undone.lost(batch, "its machine is gone", False, place.told.done)
        assert len(sizes) <= MOST_TRIES
    assert sizes[0] > sizes[1] > sizes[2] == 1
    assert {name.rsplit("-")[1] for name in place.told.failures} == {str(killer)}
    assert all("its machine is gone" in text for _, text in place.told.failures.values())
    assert place.told.calls == {job.name: 1 for job in place.jobs}
    assert killed <= 4 * MOST_TRIES


def test_where_nothing_comes_back_no_run_is_blamed(tmp_path: Path) -> None:
    place = Place(tmp_path, range(1, 4), {})
    with pytest.raises(Failure, match="no run came back from any worker: the power is off"):
        for _ in range(MOST_TRIES):
            for batch in place.batches():
                place.undone.lost(batch, "the power is off", False, place.told.done)
    assert not place.told.calls


def test_batches_are_as_long_as_asked_and_enough_for_all_workers(tmp_path: Path) -> None:
    place = Place(tmp_path, range(1, 101), {})
    one_s = Estimates().seconds(place.jobs[0])
    for lanes, seconds, largest in ((1, 10 * one_s, 10), (2, 1e9, 100), (20, 1e9, 10)):
        batches = place.undone.batches(lanes, seconds)
        assert sorted(job.name for batch in batches for job in batch.jobs) == sorted(
            job.name for job in place.jobs
        )
        assert max(len(batch.jobs) for batch in batches) <= largest
        assert len(batches) >= 2 * lanes
        for batch in batches:
            assert len({job.cell.scenario for job in batch.jobs}) == 1
            assert batch.seconds == pytest.approx(len(batch.jobs) * one_s)


def test_estimates_become_those_of_the_runs_that_were_seen(tmp_path: Path) -> None:
    place = Place(tmp_path, range(1, 3), {})
    place.do(place.batches())
    again = jobs_of(cells("one", "two"), range(1, 2))[0]
    assert place.undone._estimates.seconds(again) == 0.25  # as fake_simulator says


def test_results_that_nobody_read_are_taken_up(tmp_path: Path) -> None:
    place = Place(tmp_path, range(1, 5), {})
    for batch in place.batches():
        assert script(place.folder, batch).wait(60) == 0
    later = WorkFolder(place.program, tmp_path / "inputs", tmp_path / "work")
    later.prepare(place.jobs)
    undone = Undone(later, place.jobs, Estimates())
    undone.take_all(place.told.done)
    assert not undone and len(place.told.records) == len(place.jobs)
    assert later.results() == []


@pytest.mark.parametrize("what", ["program", "scenario", "settings"])
def test_results_of_anything_else_are_not_taken_up(tmp_path: Path, what: str) -> None:
    place = Place(tmp_path, range(1, 3), {})
    for batch in place.batches():
        assert script(place.folder, batch).wait(60) == 0
    jobs = place.jobs
    if what == "program":
        fake_simulator(tmp_path, {99: "exit 1"})
    elif what == "scenario":
        (tmp_path / "inputs" / "two" / "map.csv").write_text("another\n")
    else:
        for job in jobs:
            object.__setattr__(job.cell, "settings", ("cluster.members=21",))
    later = WorkFolder(place.program, tmp_path / "inputs", tmp_path / "work")
    later.prepare(jobs)
    undone = Undone(later, jobs, Estimates())
    undone.take_all(place.told.done)
    assert not place.told.calls


def test_a_worker_with_another_program_is_told_of(tmp_path: Path) -> None:
    place = Place(tmp_path, range(1, 2), {})
    (place.folder.path / "swimlab-ns3").write_text("#!/bin/sh\nexit 0\n")
    assert refused(place).startswith(str(place.folder.path / "swimlab-ns3") + " has the sha256 ")


def test_a_worker_without_libns3_is_told_of(tmp_path: Path) -> None:
    there = (
        'if [ -e "$TMPDIR/bare" ]; then echo "libns3-core.so.37: cannot open" >&2; exit 127; fi; '
    )
    reason = refused_by(tmp_path, there)
    assert "libns3-core.so.37: cannot open" in reason
    assert "apt-get install libns3.37" in reason


def test_a_worker_with_other_libraries_is_told_of(tmp_path: Path) -> None:
    there = """if [ -e "$TMPDIR/bare" ]; then echo '{"libraries":{"libc.so.6":"there","libm.so.6":"one"}}'; exit; fi; """
    reason = refused_by(tmp_path, there)
    assert '"libc.so.6":"there"' in reason
    assert "libm.so.6" not in reason, "which is the same"


def refused_by(tmp_path: Path, there: str) -> str:
    """What a worker says whose simulator answers otherwise."""
    place = Place(tmp_path, range(1, 2), {})
    place.program = fake_simulator(tmp_path, {}, there + ABOUT)
    place.folder.prepare(place.jobs)
    (place.folder.path / "bare").touch()
    return refused(place)


def refused(place: Place) -> str:
    """Why the worker does none of the runs."""
    batch = place.batches()[0]
    assert script(place.folder, batch).wait(60) == 1
    assert not place.folder.result(batch).exists()
    ((host, reason),) = place.folder.unfit().items()
    assert host == os.uname().nodename
    return reason


def test_a_result_that_cannot_be_read_has_no_runs(tmp_path: Path) -> None:
    place = Place(tmp_path, range(1, 2), {})
    batch = place.batches()[0]
    assert script(place.folder, batch).wait(60) == 0
    result = place.folder.result(batch)
    for content in (b"", b"nothing", result.read_bytes()[:700]):
        result.write_bytes(content)
        place.undone.take(result, place.told.done)
    assert not place.told.calls


def test_a_folder_that_cannot_be_written_is_the_users_to_mend(tmp_path: Path) -> None:
    place = Place(tmp_path, range(1, 2), {})
    (place.folder.path / "batches").rmdir()
    (place.folder.path / "batches").symlink_to("/dev/full")
    with pytest.raises(UserError, match="work/batches"):
        place.batches()
