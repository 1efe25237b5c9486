# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab calibrate`: which runs it asks for, and what it makes of systems that cannot run."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from campaign import calibrate as command
from campaign.calibrate import SYSTEMS, System, calibrate, names_of
from campaign.cli import main
from campaign.errors import Failure, Refused, UserError


class Bench:
    """Keeps what would be run and compared; systems in `refusing` cannot do the scenario."""

    def __init__(self, folder: Path) -> None:
        self.scenario = folder / "crash.toml"
        self.scenario.write_text('title = "A crash"\n')
        self.out = folder / "out"
        self.refusing: set[str] = set()
        self.runs: list[list[str]] = []
        self.compared: list[tuple[list[str], dict[str, str]]] = []

    def calibrate(self, *names: str, options: Sequence[str] = ()) -> None:
        calibrate(self.scenario, options, names, self.out, self._run, self._compare)

    def _run(self, arguments: list[str]) -> None:
        self.runs.append(arguments)
        if Path(arguments[-1]).name in self.refusing:
            raise Refused("it has no verb 'inject'")

    def _compare(self, out: Path, names: Sequence[str], left_out: Mapping[str, str]) -> None:
        assert out == self.out
        self.compared.append((list(names), dict(left_out)))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    for name, system in SYSTEMS.items():
        monkeypatch.setitem(command.SYSTEMS, name, System(system.options))
    return Bench(tmp_path)


def test_runs_each_system_into_a_folder_of_its_own(bench: Bench) -> None:
    bench.calibrate("ns3", "serf", options=["--set", "network.loss=1%", "--runs", "2"])
    given = ["--set", "network.loss=1%", "--runs", "2", "--out"]
    scenario = str(bench.scenario)
    assert bench.runs == [
        [scenario, "--backend", "ns3", *given, str(bench.out / "ns3")],
        [scenario, "--backend", "sockets", "--members", "serf", *given, str(bench.out / "serf")],
    ]
    assert bench.compared == [(["ns3", "serf"], {})]


def test_a_program_is_a_system_by_its_adapter(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_emulation_missing", lambda: "")
    bench.calibrate("ns3", "my/redis.toml", "sockets:my/redis.toml", "serf.toml")
    assert [run[1:] for run in bench.runs] == [
        ["--backend", backend, *members, "--out", str(bench.out / name)]
        for backend, members, name in (
            ("ns3", [], "ns3"),
            ("emulation", ["--members", "my/redis.toml"], "redis"),
            ("sockets", ["--members", "my/redis.toml"], "redis-sockets"),
            ("emulation", ["--members", "serf.toml"], "serf-emulation"),
        )
    ]
    assert bench.compared[0][0] == ["ns3", "redis", "redis-sockets", "serf-emulation"]
    monkeypatch.setattr(command, "_emulation_missing", lambda: "takes root")
    bench.calibrate("ns3", "sockets", "my/redis.toml")
    assert bench.compared[1] == (["ns3", "sockets"], {"redis": "takes root"})


def test_what_is_not_on_this_machine_is_left_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setitem(command.SYSTEMS, "serf", System((), lambda: "Serf is not installed"))
    bench.calibrate("ns3", "sockets", "serf")
    assert len(bench.runs) == 2
    assert bench.compared == [(["ns3", "sockets"], {"serf": "Serf is not installed"})]
    assert "serf is left out: Serf is not installed" in capsys.readouterr().out


def test_what_cannot_do_the_scenario_is_left_out(bench: Bench) -> None:
    bench.refusing = {"memberlist"}
    bench.calibrate("ns3", "memberlist", "sockets")
    assert bench.compared == [(["ns3", "sockets"], {"memberlist": "it has no verb 'inject'"})]


def test_what_the_reference_refuses_is_a_mistake(bench: Bench) -> None:
    bench.refusing = {"ns3"}
    with pytest.raises(Refused, match="inject"):
        bench.calibrate("ns3", "sockets")
    assert len(bench.runs) == 1 and bench.compared == []


def test_one_system_is_no_comparison(bench: Bench) -> None:
    bench.refusing = {"sockets", "serf"}
    with pytest.raises(UserError, match="two systems.*ns3 could run"):
        bench.calibrate("ns3", "sockets", "serf")


def test_a_failed_run_is_not_left_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(arguments: list[str]) -> None:
        raise Failure("2 of 3 runs failed")

    monkeypatch.setattr(bench, "_run", fail)
    with pytest.raises(Failure):
        bench.calibrate("ns3", "sockets")


def test_a_sweep_is_refused_unless_its_keys_are_set(bench: Bench) -> None:
    bench.scenario.write_text('[sweep]\n"network.loss" = ["0%", "1%"]\n')
    with pytest.raises(UserError, match="--set network.loss=VALUE"):
        bench.calibrate("ns3", "sockets")
    assert bench.runs == []
    bench.calibrate("ns3", "sockets", options=["--set", "network.loss=1%"])
    assert len(bench.runs) == 2


@pytest.mark.parametrize(
    "text, wrong",
    [
        ("ns3,raft", "no 'raft'"),
        ("ns3", "two or more"),
        ("ns3,ns3", "each once"),
        ("", "no ''"),
        ("a/x.toml,b/x.toml", "each once"),
        ("ns3,wire:x.toml", "no 'wire:x.toml'"),
    ],
)
def test_systems_are_checked(
    bench: Bench, capsys: pytest.CaptureFixture, text: str, wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        names_of(text)
    with pytest.raises(SystemExit) as ended:
        main(["calibrate", str(bench.scenario), "--backends", text])
    assert ended.value.code == 2
    assert "./swimlab help calibrate" in capsys.readouterr().err


def test_a_scenario_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["calibrate", str(tmp_path / "none.toml")]) == 2
    assert "there is no such scenario file" in capsys.readouterr().err
