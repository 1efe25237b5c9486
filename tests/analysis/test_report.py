# SPDX-License-Identifier: GPL-2.0-only
"""The report of campaigns made by code: what it says is what summary.json says, and it stands
alone.

Each claim about the page is made on the page as a reader's program sees it, parsed, not on the
template.
"""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest


from analysis.campaign import text as report_text
from analysis.run.records import RecordError
from analysis.report.report import happening, write_report
from analysis.campaign.summary import write_summary
from report_campaigns import Cluster, write_campaign

ROOT = Path(__file__).resolve().parents[2]

PLAIN_FIGURES = {"view-sizes", "topology", "detection-times", "dissemination", "load-over-time"}
NASTY_TITLE = 'Ten <script>alert("crashes")</script> & more'
AXES = ("protocol.probe_interval", "protocol.gossip_nodes")


@dataclass
class Page:
    """A report with what it was made from."""

    folder: Path
    text: str
    summary: dict

    def cells(self, table: str) -> list[list[str]]:
        """The rows of the table with this id, as plain text."""
        body = re.search(rf'<table id="{table}"[^>]*>(.*?)</table>', self.text, re.DOTALL)
        assert body, f"the page has no table {table}"
        rows = re.findall(r"<tr.*?>(.*?)</tr>", body[1], re.DOTALL)
        return [
            [plain(cell) for cell in re.findall(r"<t[dh].*?>(.*?)</t[dh]>", row, re.DOTALL)]
            for row in rows
        ]

    def row(self, table: str, name: str) -> list[str]:
        found = [row for row in self.cells(table) if row and row[0] == name]
        assert len(found) == 1, f"{len(found)} rows {name} in table {table}"
        return found[0]

    def figures(self) -> set[str]:
        return {file.stem for file in (self.folder / "figures").glob("*.svg")}


def plain(markup: str) -> str:
    """The text of a piece of HTML, a line break as a space."""
    return (
        html.unescape(re.sub(r"<[^>]+>", "", markup.replace("<br>", " ")))
        .replace("\xa0", " ")
        .strip()
    )


def make(folder: Path, points: list[tuple[dict[str, str], Cluster]], seeds: list[int]) -> Page:
    write_campaign(folder, points, seeds)
    summary = write_summary(folder, 1)
    text = write_report(folder).read_text(encoding="utf-8")
    return Page(folder, text, summary)


def sweep_points() -> list[tuple[dict[str, str], Cluster]]:
    return [
        (
            {AXES[0]: f"{period_s:g}s", AXES[1]: str(fanout)},
            Cluster(period_s=period_s, fanout=fanout, false_positives=2 if fanout == 1 else 0),
        )
        for period_s in (0.5, 1, 2)
        for fanout in (1, 3)
    ]


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """Crashes, a partition, false positives, several seeds, a title that is not harmless."""
    cluster = Cluster(
        members=30, simulated_s=50, partition_s=(20, 32), false_positives=4, title=NASTY_TITLE
    )
    return make(tmp_path_factory.mktemp("eventful"), [({}, cluster)], [1, 2, 10])


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Page:
    cluster = Cluster(crash_at_s=None, simulated_s=20, title="Nothing happens")
    return make(tmp_path_factory.mktemp("quiet"), [({}, cluster)], [1])


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return make(tmp_path_factory.mktemp("swept"), sweep_points(), [1, 2])


class Resources(HTMLParser):
    """Collects whatever a browser would load, and checks that every element is closed in order."""

    EMPTY_ELEMENTS = {"meta", "img", "br"}

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href", "data")]
        if tag not in self.EMPTY_ELEMENTS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


@pytest.mark.parametrize("which", ["eventful", "quiet", "swept"])
def test_stands_alone(which: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(which)
    assert not re.search(r"https?:", page.text)
    resources = Resources()
    resources.feed(page.text)
    assert not resources.open
    assert resources.loaded and all(r.startswith("data:image/svg+xml") for r in resources.loaded)
    assert not {"script", "link", "iframe"} & set(resources.tags)


@pytest.mark.parametrize("which", ["eventful", "quiet", "swept"])
def test_every_figure_is_a_real_picture_in_both_formats(
    which: str, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(which)
    for name in page.figures():
        assert f'id="{name}"' in page.text
        pixels = matplotlib.image.imread(page.folder / "figures" / f"{name}.png")[..., :3]
        inked = np.mean(pixels.min(axis=2) < 0.9)
        assert pixels.shape[1] > 1000 and inked > 0.005, f"{name}: {inked:.2%} inked"
        embedded = base64.b64encode((page.folder / "figures" / f"{name}.svg").read_bytes())
        assert embedded.decode() in page.text
    pngs = {file.stem for file in (page.folder / "figures").glob("*.png")}
    assert page.figures() == pngs


def test_draws_what_there_is_and_says_what_there_is_not(eventful: Page, quiet: Page) -> None:
    assert eventful.figures() == PLAIN_FIGURES | {
        "false-positives-over-time",
        "false-positives-by-accuser",
    }
    assert quiet.figures() == {"view-sizes", "topology", "load-over-time"}
    order = [eventful.text.index(f'id="{name}"') for name in ("timeline", "view-sizes", "results")]
    assert order == sorted(order)
    assert "no member crashed in this scenario" in quiet.text
    assert "no living member was ever declared dead" in quiet.text
    assert "Nothing was done to the cluster" in quiet.text
    assert 'id="times"' not in quiet.text


def test_times_are_those_of_the_summary(eventful: Page) -> None:
    partition = eventful.summary["partition"]
    for name, expected in (
        ("First suspicion", eventful.summary["first_suspect_s"]),
        ("First declared dead", eventful.summary["first_dead_s"]),
        ("Known to all", eventful.summary["full_dissemination_s"]),
        ("Separated", partition["separated_s"]),
        ("One again", partition["remerged_s"]),
    ):
        assert expected["median"] is not None
        # Under a hundred values there is no column of the 99th percentile.
        _, n, median, longest, _ = eventful.row("times", name)
        assert int(n) == expected["n"]
        shown = [float(text.split()[0].rstrip("s")) for text in (median, longest)]
        assert shown == pytest.approx([expected[k] for k in ("median", "max")], rel=5e-3)
        assert expected["ci95"] is None and "no interval: it takes" in median


def test_counts_are_those_of_the_summary(eventful: Page) -> None:
    summary, false = eventful.summary, eventful.summary["false_positives"]
    assert false["events"] > 0 and false["during_partition"] > 0 and summary["crashes"] == 6
    low, high = summary["crashes_known_to_all_ci95"]
    share = f"[{100 * low:.1f}, {100 * high:.0f}] %"
    assert eventful.row("counts", "Crashes known to all")[1] == f"6 of 6 {share}"
    found = false["incidents"]
    wrong = eventful.row("counts", "Wrong deaths (incidents)")[1]
    assert wrong.startswith(
        f"{found['count']} {report_text.interval(found['ci95'])}; a member-hour "
    )
    events = f"{false['events']} {false['subjects']} members, {false['pairs']} pairs"
    assert eventful.row("counts", "False positives (FP)")[1] == events
    assert eventful.row("counts", "by healthy observers (FP−)")[1] == str(false["fp_minus"])
    assert eventful.row("counts", "Refuted suspicions")[1] == str(summary["refuted_suspicions"])
    across = eventful.row("counts", "Declared dead across the partition")[1]
    assert across == f"{false['during_partition']:,}"
    assert eventful.row("counts", "Runs in which the sides became one again")[1].startswith(
        "3 of 3 ["
    )
    for name, key in (("Messages", "messages"), ("Bytes", "bytes")):
        shown = eventful.row("counts", f"{name} sent a member and second")
        rate = summary[f"{key}_per_member_second"]
        assert float(shown[1]) == pytest.approx(rate["total"], rel=5e-3)
        by_kind = dict(re.findall(r"([\w-]+) ([\d.]+)", shown[2].partition("By kind: ")[2]))
        assert set(by_kind) == set(rate["by_kind"])
        for kind, value in rate["by_kind"].items():
            assert float(by_kind[kind].rstrip(".")) == pytest.approx(value, rel=5e-3)


def test_bounds_a_count_of_zero_by_the_time_lived(quiet: Page) -> None:
    # 24 members for 20 s are 480 s / 3600 = 0.1333 member-hours; 6.48 / 0.1333 = 48.6.
    row = quiet.row("counts", "Wrong deaths (incidents)")
    assert row[1] == "0 below 48.6 a member-hour (95 %)"
    assert "in 0.133 member-hours of simulated time" in plain(quiet.text)


def test_names_what_threatens_its_validity(eventful: Page, quiet: Page) -> None:
    for page in (eventful, quiet):
        assert "Processing takes no time" in page.text and "A converged start" in page.text
    assert "1 run cannot tell how runs differ" in plain(quiet.text)
    assert "3 runs cannot tell how runs differ" in plain(eventful.text)


def test_escapes_what_the_scenario_says(eventful: Page) -> None:
    assert (
        f"<h1>{html.escape(NASTY_TITLE, quote=True).replace('&quot;', '&#34;')}</h1>"
        in eventful.text
    )
    assert "<script" not in eventful.text


def test_tells_how_to_get_the_numbers_again(eventful: Page) -> None:
    campaign = json.loads((eventful.folder / "campaign.json").read_text())
    assert html.escape(campaign["command"]) in eventful.text
    assert "0123456789abcdef" in eventful.text
    runs = {row[0]: row for row in eventful.cells("runs")[1:]}
    assert list(runs) == ["seed-1", "seed-2", "seed-10"]
    for name, sha256 in eventful.summary["events_sha256"].items():
        assert runs[name][-1] == sha256
        assert runs[name][1] == name.partition("-")[2]


def test_names_the_settings_that_differ_from_the_preset(eventful: Page, swept: Page) -> None:
    assert re.search(r"instead of the preset&#39;s: gossip_nodes</th><td>3<", eventful.text)
    assert "preset&#39;s: probe_interval" not in eventful.text
    assert re.search(r"swept: gossip nodes</th><td>protocol.gossip_nodes: 1, 3<", swept.text)
    assert "instead of the preset" not in swept.text


def test_same_records_give_the_same_bytes(eventful: Page) -> None:
    kept = {f.name: f.read_bytes() for f in (eventful.folder / "figures").glob("*.svg")}
    again = write_report(eventful.folder).read_text(encoding="utf-8")
    assert again == eventful.text
    assert kept == {f.name: f.read_bytes() for f in (eventful.folder / "figures").glob("*.svg")}


def test_figures_of_an_earlier_report_are_removed(tmp_path: Path) -> None:
    write_campaign(tmp_path, [({}, Cluster(crash_at_s=None, simulated_s=5))], [1])
    write_summary(tmp_path, 1)
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "detection-times.svg").write_text("stale")
    write_report(tmp_path)
    assert not (tmp_path / "figures" / "detection-times.svg").exists()


def test_missing_summary_is_an_error_that_names_it(tmp_path: Path) -> None:
    write_campaign(tmp_path, [({}, Cluster(crash_at_s=None, simulated_s=5))], [1])
    with pytest.raises(RecordError, match="summary.json: no such file"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_sweep_shows_every_point_and_every_axis(swept: Page) -> None:
    assert swept.figures() == {
        "view-sizes",
        "topology",
        "trade-off",
        "sweep-map",
        "sweep-dissemination",
        "sweep-by-protocol-probe_interval",
        "sweep-by-protocol-gossip_nodes",
    }
    rows = swept.cells("points")[1:]
    assert [row[:2] for row in rows] == [
        [period, fanout] for period in ("0.5s", "1s", "2s") for fanout in ("1", "3")
    ]
    for row, point in zip(rows, swept.summary["points"], strict=True):
        assert float(row[4].split()[0]) == pytest.approx(
            point["full_dissemination_s"]["median"], rel=5e-3
        )
        assert row[4].endswith(f"n = {point['full_dissemination_s']['n']}")
    for row, point in zip(swept.cells("errors")[1:], swept.summary["points"], strict=True):
        false = point["false_positives"]
        assert row[2].split()[0] == str(false["incidents"]["count"])
        assert row[4:7] == [
            str(n) for n in (false["events"], false["fp_minus"], point["refuted_suspicions"])
        ]
        assert ("accuser" in row[7]) == bool(false["events"])
    assert 'id="times"' not in swept.text and 'id="counts"' not in swept.text
    slowest = max(p["full_dissemination_s"]["median"] for p in swept.summary["points"])
    assert re.search(rf"to {report_text.duration(slowest)} \(probe interval 2s", swept.text)


def test_sweep_of_one_axis_needs_no_map(tmp_path: Path) -> None:
    points = [({AXES[1]: str(f)}, Cluster(fanout=f, simulated_s=30)) for f in (1, 2)]
    page = make(tmp_path, points, [1])
    assert "sweep-map" not in page.figures()
    assert "sweep-by-protocol-gossip_nodes" in page.figures()


def test_sweep_of_which_one_point_is_left_is_reported_as_that_point(tmp_path: Path) -> None:
    """As `--set` leaves it that fixes every axis."""
    page = make(tmp_path, [({AXES[1]: "2"}, Cluster(fanout=2, simulated_s=30))], [1, 2])
    (point,) = page.summary["points"]
    assert int(page.row("times", "Known to all")[1]) == point["full_dissemination_s"]["n"] > 0
    assert not any(figure.startswith("sweep") for figure in page.figures())


def test_sweep_without_crashes_still_shows_its_load(tmp_path: Path) -> None:
    points = [
        ({AXES[1]: str(f)}, Cluster(fanout=f, crash_at_s=None, simulated_s=20)) for f in (1, 2)
    ]
    page = make(tmp_path, points, [1])
    assert page.figures() == {"view-sizes", "topology", "sweep-by-protocol-gossip_nodes"}
    assert "no crash was noticed in this sweep" in page.text


@pytest.mark.parametrize(
    ("entry", "verb", "whom"),
    [
        ({"verb": "heal"}, "heal", ""),
        ({"verb": "loss", "value": "10%"}, "loss 10%", "everybody"),
        (
            {"verb": "partition", "sides": [["m0"], ["m1", "m2"]]},
            "partition",
            "1 member against 2 members",
        ),
        (
            {"verb": "crash", "targets": "random 2", "members": ["m3", "m7"]},
            "crash",
            "random 2, 2 members (first run: m3, m7)",
        ),
    ],
)
def test_timeline_says_what_was_done_to_whom(entry: dict, verb: str, whom: str) -> None:
    assert happening({"at_s": 30.0, **entry}) == {"at": "30\u00a0s", "verb": verb, "whom": whom}
