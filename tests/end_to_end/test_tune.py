# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab tune` as a user runs it: small problems whose answer is known, the same answer again, and what
stands in the way."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from campaign.build import ROOT, Build
from campaign.cli import main
from campaign.tune.products import product_named

BUILD = Build(ROOT / "build")
PROGRAM = BUILD.program("swimlab-ns3")

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-ns3 is not built; ./swimlab test builds it"
)

KNOWN = "known_to_all_s.median"
CLUSTER = """
[cluster]
members = 12
[vary]
probe_interval = ["750ms", "1s", "3s"]
suspicion_mult = [2, 4, 6]
"""
UNDER_A_CAP = f"""
title = "Twelve members"
budget = "220 runs"
[goal]
minimise = "{KNOWN}"
messages_per_member_second = "<= 2"
{CLUSTER}"""


def tune(file: Path, out: Path, *options: str) -> int:
    return main(["tune", str(file), "--out", str(out), *options], BUILD)


def written(folder: Path, text: str) -> Path:
    file = folder / "t.toml"
    file.write_text(text)
    return file


def result_of(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "result.json").read_bytes()))


@pytest.fixture(scope="module")
def capped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished tune."""
    folder = tmp_path_factory.mktemp("tune")
    assert tune(written(folder, UNDER_A_CAP), folder / "out") == 0
    return folder


def test_under_a_cap_of_load_the_shortest_period_that_it_allows_is_recommended(
    capped: Path,
) -> None:
    result = result_of(capped / "out")
    best = result["recommended"][0]
    # A ping and an ack a period and member are 2.6 messages a second at 750 ms, 2.0 at 1 s.
    assert best["point"] == {"protocol.probe_interval": "1s", "protocol.suspicion_mult": "2"}
    assert best["kept"] == {"messages_per_member_second": True}
    assert best["path"][KNOWN]["high"] < result["default"]["path"][KNOWN]["low"]
    assert sum(result["runs"].values()) <= 220
    block = (capped / "out" / "block.txt").read_text()
    assert product_named("memberlist").parse(block) == best["point"]
    assert (capped / "out" / "report.html").stat().st_size > 10_000


def test_the_same_command_makes_no_run_twice_and_gives_the_same_bytes(
    capped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = capped / "out"
    before = {name: (out / name).read_bytes() for name in ("result.json", "runs.jsonl")}
    assert tune(capped / "t.toml", out) == 0
    assert "0 runs made, 2" in capsys.readouterr().out
    assert before == {name: (out / name).read_bytes() for name in before}


def test_another_folder_gives_the_same_answer(capped: Path, tmp_path: Path) -> None:
    shutil.copy(capped / "t.toml", tmp_path / "t.toml")
    assert tune(tmp_path / "t.toml", tmp_path / "out", "--jobs", "1") == 0
    mine, other = result_of(tmp_path / "out"), result_of(capped / "out")
    for result in (mine, other):
        del result["command"], result["seal"]
    assert mine == other


def test_goals_that_contradict_each_other_are_named_with_what_is_possible(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = UNDER_A_CAP.replace("minimise", f'{KNOWN} = "<= 5 s"\nminimise')
    text = text.replace('"<= 2"', '"<= 1.5"')
    assert tune(written(tmp_path, text), tmp_path / "out") == 0
    result = result_of(tmp_path / "out")
    assert result["recommended"] == []
    # Each of the two under the other.
    assert sorted(each["goals"] for each in result["contradictions"]) == [
        [KNOWN, "messages_per_member_second"],
        ["messages_per_member_second", KNOWN],
    ]
    best = {each["goals"][0]: each["best"]["value"] for each in result["contradictions"]}
    assert best[KNOWN] > 5 and best["messages_per_member_second"] > 1.5
    assert not (tmp_path / "out" / "block.txt").exists()
    assert "contradict" in capfd.readouterr().out


def test_what_cannot_be_set_is_refused_with_its_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = UNDER_A_CAP.replace("suspicion_mult", "indirect_checks")
    assert tune(written(tmp_path, text), tmp_path / "out", "--for", "consul") == 2
    error = capsys.readouterr().err
    assert "t.toml:12: indirect_checks cannot be set in Consul" in error and "compiled in" in error
    assert not (tmp_path / "out").exists()


def test_what_the_simulator_refuses_is_told_at_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = UNDER_A_CAP.replace("members = 12", 'members = 12\ncolour = "red"')
    assert tune(written(tmp_path, text), tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert "t.toml:8: workload: " in error and "cluster.colour" in error


def test_a_product_s_own_settings_are_not_the_cluster_s(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = UNDER_A_CAP.replace("members = 12", 'members = 12\npreset = "swim"')
    assert tune(written(tmp_path, text), tmp_path / "out") == 2
    assert "cluster.preset is memberlist" in capsys.readouterr().err


def test_a_goal_that_no_run_can_tell_is_refused_at_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody crashes, so nothing is known to all."""
    (tmp_path / "calm.toml").write_text('duration = "60s"\n[cluster]\nmembers = 12\n')
    text = f"""budget = "60 runs"
scenarios = ["calm.toml"]
[goal]
minimise = "messages_per_member_second"
"{KNOWN}" = "<= 9 s"
[vary]
suspicion_mult = [2, 4]
"""
    assert tune(written(tmp_path, text), tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert f"t.toml:5: {KNOWN} cannot be measured here" in error, error


def test_an_end_of_what_may_vary_that_no_member_could_have_is_refused_before_any_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = UNDER_A_CAP.replace("suspicion_mult = [2, 4, 6]", "suspicion_mult = [4, 2000000000]")
    assert tune(written(tmp_path, text), tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert "t.toml:12: SuspicionMult = 2000000000" in error and "from 1 to 1000" in error, error
    assert not (tmp_path / "out").exists()


def test_nomad_has_nothing_to_set_and_that_is_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = UNDER_A_CAP.partition("[vary]")[0].replace("220 runs", "60 runs")
    assert tune(written(tmp_path, text), tmp_path / "out", "--for", "nomad") == 0
    assert result_of(tmp_path / "out")["axes"] == []


def test_an_interrupted_tune_keeps_its_runs_and_goes_on(tmp_path: Path) -> None:
    file = written(tmp_path, UNDER_A_CAP.replace("members = 12", "members = 200"))
    out = tmp_path / "out"
    call = "import sys; from campaign.cli import main; from campaign.build import ROOT, Build;"
    call += " sys.exit(main(sys.argv[1:], Build(ROOT / 'build')))"
    words = [sys.executable, "-c", call, "tune", str(file), "--out", str(out)]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        for _ in range(600):
            if (out / "runs.jsonl").exists() and (out / "runs.jsonl").stat().st_size:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "runs are complete and kept in" in error and "to go on:\n    ./swimlab tune" in error
    lines = (out / "runs.jsonl").read_bytes().splitlines()
    assert lines and all(json.loads(line)["cell"] for line in lines)
    assert not (out / ".work").exists()
