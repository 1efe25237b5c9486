# SPDX-License-Identifier: GPL-2.0-only
"""Calibration on records made by code: planted differences are found where they were planted, and
nothing is claimed that the records cannot tell."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest


from analysis.calibration.calibration import Calibration, read_calibration
from analysis.calibration.chain import Chain, chain_of
from analysis.calibration.page import write_calibration
from analysis.run.records import RecordError
from run_tables import RunTable

MEMBERS, QUIET_S, LENGTH_S = 10, 20, 40


@dataclass(frozen=True)
class Scene:
    """What the runs of one system are like: one crash, with a little chance in everything."""

    pings: float = 2.0
    """A member sends so many a second; as many acks; gossip and push/pulls as below."""
    gossip: float = 3.0
    push_pulls: float = 0.1
    ping_bytes: int = 60
    suspect_s: float = 1.5
    suspect_spread: float = 0.01
    suspicion_s: float = 7.0
    unconfirmed: float = 0.0
    """Share of the crashes whose suspicion lasts longer, since nobody confirms it."""
    spread_s: float = 0.4
    runs: int = 12
    seed: int = 1
    kind: str = "swimlab"
    says_suspect: bool = True
    counts_traffic: bool = True
    invalid: int = 0
    resolution_ns: int = 0
    lag_ns: int = 0
    not_observable: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()

    def but(self, **changes: Any) -> Scene:
        return dataclasses.replace(self, **changes)


def write_system(folder: Path, scene: Scene) -> None:
    """A campaign folder of the scene."""
    rng = np.random.default_rng(scene.seed)
    for number in range(scene.runs):
        run = RunTable(MEMBERS, LENGTH_S)
        crash_s = QUIET_S + rng.random()
        suspect_s = crash_s + scene.suspect_s * rng.lognormal(0, scene.suspect_spread)
        held_up = 1.5 if rng.random() < scene.unconfirmed else 1.0
        dead_s = suspect_s + scene.suspicion_s * held_up * (1 + 0.001 * rng.random())
        run.truth(crash_s, "crash", "m9")
        if scene.says_suspect:
            run.says(suspect_s, "m0", "suspect", "m9")
        run.says(dead_s, "m0", "dead", "m9")
        run.says(dead_s + scene.spread_s * rng.uniform(0.97, 1.03), _others(), "dead", "m9")
        if scene.counts_traffic:
            add_traffic(run, scene)
        run.overrides = {
            "seed": number + 1,
            "backend": "made",
            "versions": {"swimlab": "0"},
            "machine": {"cpu": "none", "cores": 1, "system": "none"},
            "timeline": [{"at_s": crash_s, "verb": "crash", "members": ["m9"]}],
            "member_kinds": [scene.kind] * MEMBERS,
            "time_resolution_ns": {scene.kind: scene.resolution_ns},
            "lag_p99_ns": scene.lag_ns,
            "valid": number >= scene.invalid,
            "not_observable": list(scene.not_observable),
            "traffic_members": MEMBERS if scene.counts_traffic else 0,
        }
        run.write(folder / "runs" / f"seed-{number + 1}")
    campaign = {
        "title": "One <crash> & a half",
        "question": "Do they agree?",
        "command": "./swimlab run made.toml",
        "scenario_file": "made.toml",
        "scenario_text": "",
        "resolved": dict(scene.settings),
    }
    (folder / "campaign.json").write_text(json.dumps(campaign))


def _others() -> str:
    return " ".join(f"m{i}" for i in range(1, MEMBERS - 1))


def add_traffic(run: RunTable, scene: Scene) -> None:
    for second in range(LENGTH_S):
        sent = round(scene.pings * MEMBERS)
        run.sent(second, "ping", sent, sent * scene.ping_bytes)
        run.sent(second, "ack", sent, sent * 20)
        if second >= QUIET_S:
            gossip = round(scene.gossip * MEMBERS)
            run.sent(second, "gossip", gossip, gossip * 100)
        exchanges = round(scene.push_pulls * MEMBERS)
        if exchanges:
            run.sent(second, "push-pull", exchanges, exchanges * 4000)


@pytest.fixture
def compared(tmp_path: Path):
    """Compares a scene with another that is its reference."""

    def compare(scene: Scene, reference: Scene = Scene(seed=2)) -> tuple[Calibration, Chain]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        write_system(folder / "ns3", reference)
        write_system(folder / "sockets", scene)
        calibration = read_calibration(folder, ["ns3", "sockets"], {}, jobs=1)
        return calibration, chain_of(calibration, calibration.others[0])

    return compare


class TestChain:
    def test_alike_systems_do_not_part(self, compared) -> None:
        _, chain = compared(Scene())
        assert chain.first_difference is None
        assert [step.outcome for step in chain.steps] == ["agrees"] * 5
        assert "no difference" in chain.text[0] and "5 of 5 stages agree." in chain.text[0]
        assert len(chain.text) == 1
        assert chain.beside == []

    @pytest.mark.parametrize(
        "planted, stage",
        [
            ({"pings": 2.2}, "quiet_datagrams"),
            ({"suspect_s": 1.8}, "first_suspect_s"),
            ({"suspicion_s": 8.0}, "suspicion_s"),
            ({"spread_s": 0.5}, "spread_s"),
            ({"gossip": 4.0}, "after_datagrams"),
        ],
    )
    def test_a_planted_difference_is_found_where_it_is(self, compared, planted, stage) -> None:
        _, chain = compared(Scene(**planted))
        assert chain.first_difference == stage
        before = [step.key for step in chain.steps][: [s.key for s in chain.steps].index(stage)]
        assert {step.outcome for step in chain.steps if step.key in before} <= {"agrees"}

    def test_the_first_of_two_is_the_finding_and_the_other_is_told(self, compared) -> None:
        _, chain = compared(Scene(suspicion_s=8.0, gossip=4.0))
        assert chain.first_difference == "suspicion_s"
        assert any("Later" in text and "datagrams since the crash" in text for text in chain.text)

    def test_a_difference_within_the_tolerance_is_none(self, compared) -> None:
        _, chain = compared(Scene(suspicion_s=7.5, spread_s=0.42, suspect_s=1.55))
        assert chain.first_difference is None

    def test_what_few_or_scattered_runs_cannot_tell_is_open(self, compared) -> None:
        wide = Scene(suspect_spread=0.8)
        _, chain = compared(wide.but(suspect_s=1.7), wide.but(seed=2))
        assert {s.key: s.outcome for s in chain.steps}["first_suspect_s"] == "open"
        assert "need more runs" in chain.text[0]
        assert any("12 runs cannot tell" in text for text in chain.text)
        _, chain = compared(Scene(runs=3, suspicion_s=9.0), Scene(seed=2, runs=3))
        assert chain.first_difference is None
        assert any("too few runs" in text for text in chain.text)

    def test_times_are_no_finer_than_the_records_and_the_machine(self, compared) -> None:
        for blur in ({"resolution_ns": 200_000_000}, {"lag_ns": 200_000_000}):
            _, chain = compared(Scene(spread_s=0.5).but(**blur))
            assert chain.first_difference is None
        _, chain = compared(Scene(spread_s=0.7, resolution_ns=200_000_000))
        assert chain.first_difference == "spread_s"
        assert any("known to 200" in text for text in chain.text)


class TestExplanation:
    def test_names_the_kind_that_differs(self, compared) -> None:
        _, chain = compared(Scene(gossip=4.0))
        assert "gossip 4 against 3" in chain.text[1] and "100" in chain.text[1]

    def test_tells_a_longer_time_out_from_missing_confirmations(self, compared) -> None:
        _, chain = compared(Scene(suspicion_s=9.0))
        assert "the time-out itself is another" in chain.text[1]
        _, chain = compared(Scene(unconfirmed=0.8))
        assert chain.first_difference == "suspicion_s"
        assert "the time-out is the same" in chain.text[1]
        assert re.search(r"\d+ of 12 crashes took at least 5\s% longer", chain.text[1])
        assert "against 0 of 12" in chain.text[1]

    def test_says_whether_probes_are_as_frequent(self, compared) -> None:
        _, chain = compared(Scene(suspect_s=2.5))
        assert "2 against 2 pings" in chain.text[1] and "as often" in chain.text[1]

    def test_sizes_streams_and_settings_stand_beside_the_chain(self, compared) -> None:
        settings = (("protocol.nack", "false"),)
        _, chain = compared(Scene(ping_bytes=90, push_pulls=0.3, settings=settings))
        assert chain.first_difference is None
        beside = " ".join(chain.beside)
        assert "ping 90 against 60" in beside
        assert "0.300 against 0.100 push/pulls" in beside
        assert "protocol.nack is false and not not set" in beside


class TestRecords:
    def test_rates_are_of_the_right_seconds(self, compared) -> None:
        calibration, _ = compared(Scene())
        medians = {k: d.median for k, d in calibration.distributions["sockets"].items()}
        assert medians["quiet_datagrams"] == pytest.approx(4.0)
        assert medians["quiet_datagram_bytes"] == pytest.approx(2 * 60 + 2 * 20)
        assert medians["quiet_messages"] == pytest.approx(4.1)
        assert medians["after_datagrams"] == pytest.approx(7.0)
        assert medians["messages"] == pytest.approx(4.1 + 3 / 2)

    def test_stages_are_of_each_crash(self, compared) -> None:
        calibration, _ = compared(Scene())
        by_run = calibration.values["sockets"]
        for suspect, held, dead in zip(
            by_run["first_suspect_s"], by_run["suspicion_s"], by_run["first_dead_s"]
        ):
            assert suspect[0] + held[0] == pytest.approx(dead[0])

    def test_what_another_make_does_not_log_is_not_observable(self, compared) -> None:
        silent = Scene(kind="serf", says_suspect=False, counts_traffic=False)
        calibration, chain = compared(silent)
        assert calibration.distributions["sockets"]["first_suspect_s"] is None
        assert calibration.distributions["sockets"]["quiet_datagrams"] is None
        outcomes = {step.key: step.outcome for step in chain.steps}
        assert outcomes["quiet_datagrams"] == outcomes["first_suspect_s"] == "not observable"
        assert outcomes["spread_s"] == "agrees"
        assert "Not observable" in chain.text[-1]

    def test_what_a_detector_or_a_program_has_no_word_for_is_not_observable(self, compared) -> None:
        wordless = Scene(says_suspect=False, not_observable=("refuted", "suspect"))
        for kind in ("swimlab", "redis"):
            calibration, _ = compared(wordless.but(kind=kind))
            found = calibration.distributions["sockets"]
            assert found["first_suspect_s"] is found["suspicion_s"] is None
            assert found["first_dead_s"] is not None
        calibration, _ = compared(Scene(kind="redis", not_observable=("left",)))
        assert calibration.distributions["sockets"]["first_suspect_s"] is not None
        assert calibration.systems[1].untold == {"left"}

    def test_our_own_members_that_never_suspect_have_no_value(self, compared) -> None:
        calibration, chain = compared(Scene(says_suspect=False))
        found = calibration.distributions["sockets"]["first_suspect_s"]
        assert found is not None and found.median is None
        assert {s.key: s.outcome for s in chain.steps}["first_suspect_s"] == "no value"

    def test_invalid_runs_are_left_out(self, compared) -> None:
        calibration, _ = compared(Scene(invalid=5))
        system = calibration.others[0]
        assert len(system.runs) == 7 and system.invalid == 5

    def test_a_system_without_a_valid_run_is_left_out(self, tmp_path: Path) -> None:
        for name, scene in (("ns3", Scene()), ("sockets", Scene()), ("serf", Scene(invalid=12))):
            write_system(tmp_path / name, scene)
        calibration = read_calibration(tmp_path, ["ns3", "sockets", "serf"], {}, jobs=1)
        assert [system.name for system in calibration.systems] == ["ns3", "sockets"]
        assert "none of its 12 runs is valid" in calibration.left_out["serf"]
        with pytest.raises(RecordError, match="two systems"):
            read_calibration(tmp_path, ["ns3", "serf"], {}, jobs=1)

    def test_a_missing_campaign_is_named(self, tmp_path: Path) -> None:
        write_system(tmp_path / "ns3", Scene())
        with pytest.raises(RecordError, match="serf was not run"):
            read_calibration(tmp_path, ["ns3", "serf"], {}, jobs=1)

    def test_all_pairs_count_for_the_promise(self, tmp_path: Path) -> None:
        # Each is within the tolerance of the reference, and not of the other.
        for name, factor in (("ns3", 1.0), ("sockets", 0.94), ("memberlist", 1.06)):
            scene = Scene(suspect_s=1.5 * factor, suspicion_s=7 * factor, spread_s=0.4 * factor)
            write_system(tmp_path / name, scene)
        calibration = read_calibration(tmp_path, ["ns3", "sockets", "memberlist"], {}, jobs=1)
        agreement = calibration.agreement("first_dead_s")
        assert agreement is not None and not agreement.within_tolerance
        assert (agreement.low.name, agreement.high.name) == ("sockets", "memberlist")
        quiet = calibration.agreement("quiet_datagrams")
        assert quiet is not None and quiet.within_tolerance


class TestReport:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        write_system(tmp_path / "ns3", Scene(runs=8))
        write_system(tmp_path / "memberlist", Scene(runs=8, kind="memberlist", suspicion_s=9.0))
        silent = Scene(runs=8, kind="serf", says_suspect=False, counts_traffic=False)
        write_system(tmp_path / "serf", silent)
        return tmp_path

    def write(self, folder: Path) -> tuple[str, str]:
        text = write_calibration(
            folder, ["ns3", "memberlist", "serf"], {"sockets": "no <port> is free"}, jobs=1
        )
        return text, (folder / "calibration.html").read_text()

    def test_stands_alone_and_escapes_what_it_is_given(self, folder: Path) -> None:
        _, page = self.write(folder)
        assert not re.search(r"<script|https?://|<link", page)
        assert set(re.findall(r'src="(.{10})', page)) == {"data:image"}
        assert "One &lt;crash&gt; &amp; a half" in page and "no &lt;port&gt; is free" in page
        assert len(re.findall(r"<figure", page)) == 4

    def test_says_not_observable_and_not_0(self, folder: Path) -> None:
        _, page = self.write(folder)
        row = re.search(r"<tr><td>datagrams, quiet</td>(.*?)</tr>", page, re.DOTALL)
        assert row is not None
        cells = re.findall(r'<td class="number">(.*?)<', row[1])
        assert cells == ["4", "4", "not observable"]
        refuted = re.search(r"<tr><td>wrong suspicions refuted</td>(.*?)</tr>", page, re.DOTALL)
        assert refuted is not None
        assert re.findall(r">([^<>]+)</td>", refuted[1]) == ["0"] + ["not observable"] * 2

    def test_terminal_page_and_json_tell_the_same(self, folder: Path) -> None:
        text, page = self.write(folder)
        content = json.loads((folder / "calibration.json").read_text())
        chain = content["chains"]["memberlist"]
        assert chain["first_difference"] == "suspicion_s"
        assert chain["text"][0] in text
        assert chain["text"][0] in page.replace("\u00a0", " ")
        assert "Swimlab on sockets is left out: no <port> is free." in text
        assert content["left_out"] == {"sockets": "no <port> is free"}
        assert content["systems"][2]["quantities"]["quiet_datagrams"] == "not observable"
        assert content["comparisons"]["serf"]["quiet_datagrams"] is None
        assert content["comparisons"]["memberlist"]["suspicion_s"]["ratio"] == pytest.approx(
            9 / 7, rel=0.01
        )
        assert not content["agreement"]["first_dead_s"]["within_tolerance"]

    def test_the_same_records_give_the_same_bytes(self, folder: Path) -> None:
        def written() -> dict[str, bytes]:
            self.write(folder)
            names = ["calibration.html", "calibration.json", "figures/calibration-times.png"]
            return {name: (folder / name).read_bytes() for name in names}

        assert written() == written()
