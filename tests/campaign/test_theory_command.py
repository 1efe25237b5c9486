# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab theory`: which clusters it tells of, in which formats, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from analysis.theory.forms import FORMS
from campaign.build import ROOT, Build
from campaign.cli import main
from campaign.theory import NO_SCENARIO, PRESETS_ONLY

GOLDEN = Path(__file__).with_name("theory-swim.txt")

SWIM = {
    "cluster.members": "128",
    "cluster.preset": "swim",
    "network.loss": "0%",
    "network.datagram_loss": "0%",
    "protocol.probe_interval": "2s",
    "protocol.indirect_checks": "1",
    "protocol.stream_fallback": "false",
    "protocol.nack": "false",
    "protocol.suspicion": "true",
    "protocol.suspicion_law": "paper",
    "protocol.suspicion_mult": "3",
    "protocol.suspicion_max_timeout_mult": "1",
    "protocol.suspicion_confirmations": "auto",
    "protocol.awareness_max_multiplier": "1",
    "protocol.piggyback": "ping-ack",
    "protocol.retransmit_law": "paper",
    "protocol.retransmit_mult": "3",
    "protocol.gossip_interval": "0s",
    "protocol.gossip_nodes": "3",
    "protocol.push_pull_interval": "0s",
}
"""What the simulator makes of preset swim."""

STUB = """#!{python}
import json, sys
words = sys.argv[1:]
resolved = json.loads({resolved!r})
for flag, setting in zip(words, words[1:]):
    if flag == "--set":
        key, _, value = setting.partition("=")
        if key not in resolved:
            sys.exit(print(f"--set {{setting}}: unknown key", file=sys.stderr) or 2)
        resolved[key] = value
print(json.dumps(dict(title="A line", question="", members=128, duration_s=1.0, backend="ns3",
    seeds=[1], resolved=resolved, points=json.loads({points!r}), point={{}}, verdict=None, inputs={{}},
    made_with={{}}, memory_bytes=None)))
"""
NO_SWEEP = [{"key": "", "settings": {}}]


class Lab:
    """A build with a simulator that resolves preset swim, and what the command printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture) -> None:
        self.folder, self._capsys = folder, capsys
        self.plans(NO_SWEEP)

    def plans(self, points: list[dict]) -> None:
        program = self.folder / "swimlab-ns3"
        program.write_text(
            STUB.format(python=sys.executable, resolved=json.dumps(SWIM), points=json.dumps(points))
        )
        program.chmod(0o755)

    def theory(self, *options: str, code: int = 0) -> str:
        """@return what it printed, on standard error if it ends with a code"""
        assert main(["theory", *options], Build(self.folder)) == code
        printed = self._capsys.readouterr()
        return printed.err if code else printed.out

    def rows(self, *options: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.theory(*options, "--format", "csv"))))


@pytest.fixture
def lab(tmp_path: Path, capsys: pytest.CaptureFixture) -> Lab:
    return Lab(tmp_path, capsys)


def test_the_table_is_the_golden_one(lab: Lab) -> None:
    assert lab.theory("--members", "56", "--loss", "5%") == GOLDEN.read_text().replace(
        "Closed forms: ", "A line: "
    )


def test_a_row_for_each_size_and_loss(lab: Lab) -> None:
    rows = lab.rows("--members", "8,56", "--loss", "0%,5%,10%")
    assert len(rows) == 6 * len(FORMS)
    failures = {
        (row["members"], row["loss"]): float(row["value"])
        for row in rows
        if row["key"] == "probe_failure"
    }
    assert failures["8", "0.05"] == failures["56", "0.05"] == pytest.approx(0.018086, abs=5e-7)
    assert failures["56", "0.1"] == pytest.approx(0.065341, abs=5e-7)
    assert failures["8", "0.0"] == 0
    text = lab.theory("--members", "8,56", "--loss", "0%,5%")
    assert "      members 56, loss 5 %" in text


def test_a_row_for_each_point_of_a_sweep(lab: Lab, tmp_path: Path) -> None:
    scenario = tmp_path / "swept.toml"
    scenario.write_text("")
    values = ("0.5s", "2s")
    lab.plans([{"key": f"p{v}", "settings": {"protocol.probe_interval": v}} for v in values])
    rows = [row for row in lab.rows(str(scenario)) if row["key"] == "swim_detection_s"]
    assert [row["protocol.probe_interval"] for row in rows] == list(values)
    assert [float(row["value"]) for row in rows] == pytest.approx([0.79099, 3.16395], abs=5e-6)


def test_formats_hold_the_same_numbers_and_every_limit(lab: Lab) -> None:
    rows = lab.rows("--loss", "5%")
    of_json = json.loads(lab.theory("--loss", "5%", "--format", "json"))["rows"]
    assert [row["key"] for row in rows] == [row["key"] for row in of_json] == list(FORMS)
    for row, other in zip(rows, of_json):
        assert row["limits"] == other["limits"] == FORMS[row["key"]].limits
        assert row["outside"] == other["outside"]
        if other["value"] is None:
            assert row["value"] == ""
        else:
            assert float(row["value"]) == pytest.approx(other["value"], rel=1e-8)


def test_what_is_outside_of_the_limits_says_why(lab: Lab) -> None:
    settings = ["--set", "protocol.stream_fallback=true", "--loss", "5%"]
    outside = {row["key"]: row["outside"] for row in lab.rows(*settings)}
    assert "stream_fallback = true" in outside["probe_failure"]
    assert outside["longest_gap_s"] == ""
    text = lab.theory(*settings)
    assert "0.01809*" in text and "* stream_fallback = true saves" in text


def test_curves_go_to_the_folder(lab: Lab, tmp_path: Path) -> None:
    out = tmp_path / "a" / "folder"
    lab.theory("--members", "8,56", "--out", str(out))
    assert (out / "theory.csv").read_text() == lab.theory("--members", "8,56", "--format", "csv")
    rows = list(csv.DictReader((out / "curves.csv").open()))
    at_5 = [row for row in rows if (row["quantity"], row["axis"]) == ("messages_a_period", "loss")]
    assert {row["place"] for row in at_5} >= {"0", "0.3"}
    pictures = sorted(path.stem for path in (out / "figures").glob("*.svg"))
    assert pictures == sorted(path.stem for path in (out / "figures").glob("*.png"))
    assert "theory-detection-by-members" in pictures and "theory-accuracy-by-loss" in pictures
    told = (out / "figures.md").read_text()
    assert all(f"figures/{name}.svg" in told for name in pictures)
    assert FORMS["probe_failure"].limits in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--members", "1"], "'1' is not a whole number from 2 to 1,000,000"),
        (["--members", "8,many"], "'many' is not a whole number"),
        (["--members", "8,8"], "'8,8' has a value twice"),
        (["--loss", "0.05"], "'0.05' is not a share from 0% to less than 100%, such as 5%"),
        (["--loss", "100%"], "'100%' is not a share"),
        (["--loss", "-1%"], "expected one argument"),
        (["--format", "xml"], "invalid choice: 'xml' (choose from 'table', 'csv', 'json')"),
        (["--set", "loss"], "'loss' is not KEY=VALUE"),
        (["x.toml", "y.toml"], "there is no y.toml"),
    ],
)
def test_wrong_arguments_are_refused_in_a_line(
    capsys: pytest.CaptureFixture, arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["theory", *arguments])
    assert exit.value.code == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1 and "see ./swimlab help theory" in said


def test_wrong_settings_are_refused_in_a_line(lab: Lab, tmp_path: Path) -> None:
    said = lab.theory("--set", "protocol.prob=1s", code=2)
    assert said == "--set protocol.prob=1s: unknown key\n"
    assert "there is no such scenario file" in lab.theory(str(tmp_path / "no.toml"), code=2)
    alone = lab.theory("--set", "cluster.members=1", code=2)
    assert "nobody is there to be probed" in alone and alone.count("\n") == 1
    (tmp_path / "file").touch()
    said = lab.theory("--out", str(tmp_path / "file" / "out"), code=2)
    assert "choose another folder with --out" in said and said.count("\n") == 1


def test_too_many_cases_are_refused(lab: Lab) -> None:
    members = ",".join(map(str, range(2, 1003)))
    said = lab.theory("--members", members, code=2)
    assert "make 1,001 cases" in said and said.startswith(str(NO_SCENARIO))


def test_the_simulator_resolves_presets_as_here() -> None:
    build = Build(ROOT / "build")
    if not build.program("swimlab-ns3").exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    from campaign.plan import Request, ask_for_plan

    request = Request(NO_SCENARIO, ("cluster.preset=swim",), text=PRESETS_ONLY)
    resolved = ask_for_plan(build.program("swimlab-ns3"), request).resolved
    assert {key: resolved[key] for key in SWIM} == SWIM
