# SPDX-License-Identifier: GPL-2.0-only
"""The report of made-up tunes: it stands alone, says what the result says whatever its texts are, and is
the same bytes wherever it is made."""

from __future__ import annotations

import copy
import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import made_up_tunes as tunes
import pytest
from made_up_tunes import BURIALS, HOSTILE, KNOWN, LOAD, estimate

from analysis.run import seal
from analysis.run.records import RecordError
from analysis.tune import figure_front, figure_sensitivity, tables
from analysis.tune.report import write_report
from analysis.tune.result import Result, read_result

ROOT = Path(__file__).resolve().parents[3]
MADE = {
    made.__name__: made
    for made in (
        tunes.normal,
        tunes.several,
        tunes.impossible,
        tunes.out_of_reach,
        tunes.unshown,
        tunes.hostile,
    )
}


class Page:
    """A report with its text as a reader's program has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.text = write_report(folder).read_text(encoding="utf-8")

    def part(self, name: str) -> str:
        """The words of a section."""
        end = r"\n</section>\n(?=\n|</body>)"
        found = re.search(rf'<section id="{name}".*?>(.*?){end}', self.text, re.S)
        assert found, f"the page has no section {name}"
        return plain(found[1])

    @property
    def words(self) -> str:
        return plain(re.sub(r"<style>.*?</style>", "", self.text, flags=re.S))


def plain(markup: str) -> str:
    text = re.sub(r"<[^>]+>", " ", markup).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", html.unescape(text)).strip()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    top = tmp_path_factory.mktemp("tunes")
    return {name: Page(tunes.write(top / name, made())) for name, made in MADE.items()}


def made_of(tmp_path: Path, made: dict[str, Any]) -> Result:
    return read_result(tunes.write(tmp_path / "tune", made))


@pytest.mark.parametrize("name", MADE)
def test_page_needs_no_other_file_and_no_script(pages: dict[str, Page], name: str) -> None:
    text = pages[name].text
    assert "<script" not in text and "@import" not in text
    sources = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert sources and all(source.startswith(("data:", "#")) for source in sources)


def test_answer_block_and_choices_stand_before_what_bears_them_out(pages: dict[str, Page]) -> None:
    text = pages["normal"].text
    order = ["answer", "block", "choices", "differences", "front", "prices", "sensitivity"]
    order += ["robustness", "beyond", "settings", "method", "provenance"]
    places = [text.index(f'<section id="{name}"') for name in order]
    assert places == sorted(places)
    listed = re.findall(r'<li><a href="#(\w+)">', text)
    assert listed == order[3:], "the contents lead to what is there"


def test_contents_lead_to_nothing_that_is_not_there(pages: dict[str, Page]) -> None:
    for page in pages.values():
        for anchor in re.findall(r'<li><a href="#(\w+)">', page.text):
            assert f'<section id="{anchor}"' in page.text


def test_choices_have_interval_n_and_verdict_at_both_fidelities(pages: dict[str, Page]) -> None:
    text = pages["normal"].part("choices")
    assert "first choice second choice third choice default of Consul" in text
    assert "gossip_lan.probe_interval set to 700ms 650ms 750ms 1s" in text
    assert "path, n = 1,200 7.60 s [7.45, 7.75] ✓ kept" in text
    assert "12.1 s [11.9, 12.3] ✗ not kept" in text
    assert "packet, n = 64 at most 8.90 none seen ? not shown" in text
    assert "0.710 [0.0900, 2.57] ? not shown" in text


def test_what_was_never_seen_is_a_bound_wherever_it_stands(pages: dict[str, Page]) -> None:
    words = pages["normal"].words
    assert "at most 1.43 none seen ✓ kept" in words
    assert "at most 1.43 (none seen)" in pages["normal"].part("settings")
    assert not re.search(r"\b0 (\[0, |none seen)", words)


def test_differences_are_of_pairs_and_say_what_is_better(pages: dict[str, Page]) -> None:
    text = pages["normal"].part("differences")
    assert "400 pairs −4.50 s [−4.71, −4.32] better" in text
    assert "+350 [+344, +356] worse" in text
    assert "0 [−1.43, +1.43] not shown" in text


def test_prices_robustness_and_what_cannot_be_set_are_told(pages: dict[str, Page]) -> None:
    page = pages["normal"]
    assert "3,000 3,300 7.60 s 7 s −0.600 s" in page.part("prices")
    assert "twice the loss first choice 8.60 s [8.43, 8.77] ✗ not kept" in page.part("robustness")
    beyond = page.part("beyond")
    assert "IndirectChecks 3 memberlist config.go, DefaultLANConfig" in beyond
    assert "IndirectChecks 3 → 5 −0.310 s [−0.450, −0.170] better +310 [+300, +320] worse" in beyond
    assert "by 300 to 320; it breaks bytes a member sends a second" in beyond


def test_all_that_was_tried_and_excluded_is_there(pages: dict[str, Page]) -> None:
    text = pages["normal"].part("settings")
    assert "40 settings tried, 1 excluded by theory without a run" in text
    assert "s6 * 600ms 400ms 3" in text and "s7 (*) 642ms" in text
    assert "theory gives 12,400 at least 1" in text


def test_method_and_provenance_repeat_it(pages: dict[str, Page]) -> None:
    page = pages["normal"]
    method = page.part("method")
    assert "gossip_lan.probe_interval protocol.probe_interval 200ms to 5s 60, log 1s" in method
    assert "in all 4,200 runs" in method and "agent/config/default.go" in method
    assert "gossip_wan.gossip_nodes is 3 in the code and 4 in the documentation." in method
    assert "./swimlab tune tunes/lan.toml --for consul --out out/lan" in page.part("provenance")
    assert "sum of the analysis" in page.part("provenance")


def test_tune_json_adds_build_budget_inputs_and_the_file(tmp_path: Path) -> None:
    folder = tunes.write(tmp_path, tunes.normal())
    file = folder / "tune.json"
    file.write_text(seal.sealed(json.dumps(tunes.asked(), indent=1)))
    page = Page(folder)
    provenance = page.part("provenance")
    assert "version 0.2.0 commit 9c5c199e" in provenance and "GNU" not in provenance
    assert "cluster/scenario.toml 0123abcd" in provenance
    assert 'The tune file, tunes/lan.toml title = "A <LAN>"' in provenance
    assert "in all 4,200 runs budget 15min" in page.part("method")
    file.write_text(file.read_text().replace("15min", "25min"))
    with pytest.raises(RecordError, match="tune.json: was changed after it was written"):
        write_report(folder)
    file.write_text('{"format": 2}')
    with pytest.raises(RecordError, match="format is 2, this reader knows 1"):
        write_report(folder)


def test_product_without_anything_to_set_is_told_to_be_so(tmp_path: Path) -> None:
    page = Page(tunes.write(tmp_path, tunes.unsettable()))
    assert "Nothing of Nomad's gossip can be set." in page.part("beyond")
    answer = page.part("answer")
    assert answer.startswith(
        "Leave Nomad at its default: nothing of it that matters here can be set; all 3 goals are kept"
    )
    assert "too few runs were made to tell" in page.part("sensitivity")


def test_block_is_written_as_it_is_to_be_pasted(pages: dict[str, Page]) -> None:
    block = (pages["normal"].folder / "block.txt").read_text(encoding="utf-8")
    assert block == (
        'gossip_lan {\n  probe_interval = "700ms"\n  probe_timeout = "400ms"\n  gossip_nodes = 3\n}\n'
    )


def test_no_block_of_before_is_left_where_nothing_is_recommended(tmp_path: Path) -> None:
    folder = tunes.write(tmp_path, tunes.normal())
    write_report(folder)
    tunes.write(folder, tunes.impossible())
    assert "To paste" not in write_report(folder).read_text(encoding="utf-8")
    assert not (folder / "block.txt").exists()


def test_what_comes_nearest_stands_where_nothing_is_recommended(pages: dict[str, Page]) -> None:
    text = pages["impossible"].part("choices")
    assert "What comes nearest nearest second nearest third nearest default of Consul" in text
    assert "on fresh seeds they may be worse" in text


def test_nearest_is_least_beyond_any_limit(tmp_path: Path) -> None:
    made = tunes.impossible()
    found = {
        "far": tunes.measures(9.0, 0, 2000),
        "near": tunes.measures(6.1, 0, 3100),
        "unknown": {KNOWN: tunes.estimate(None), BURIALS: tunes.estimate(None)},
    }
    made["settings"] = [
        {**made["settings"][0], "id": name, "measures": measures}
        for name, measures in found.items()
    ]
    made["front"], made["front_maybe"] = [], []
    near = tables.nearest(made_of(tmp_path, made))
    assert [choice.id for choice in near] == ["near", "far", "unknown"]


def test_goal_that_is_not_shown_marks_the_answer_and_the_block(pages: dict[str, Page]) -> None:
    page = pages["unshown"]
    assert 'class="answer nothing"' in page.text and 'class="answer nothing"' not in (
        pages["normal"].text
    )
    assert page.part("block").startswith("To paste, if what comes nearest is enough")


def test_hostile_texts_stay_texts(pages: dict[str, Page]) -> None:
    page = pages["hostile"]
    assert "<b>&amp; $x$" not in page.text and "49" not in re.findall(r"\{\{ (\d+) \}\}", page.text)
    shown = HOSTILE.replace("\u202e", "").replace("\n", " ").strip()
    for part in ("answer", "block", "choices", "beyond", "settings", "method", "provenance"):
        assert shown in page.part(part), part
    assert "\u202e" not in page.text
    block = (page.folder / "block.txt").read_text(encoding="utf-8")
    assert block.endswith(HOSTILE.replace("\u202e", "") + "\n"), "to be pasted as it is"


def test_every_figure_is_there_as_vector_and_png(pages: dict[str, Page]) -> None:
    for page in pages.values():
        names = sorted(file.name for file in (page.folder / "figures").iterdir())
        assert names == ["front.png", "front.svg", "sensitivity.png", "sensitivity.svg"]


def test_front_needs_two_measures_and_says_so(tmp_path: Path) -> None:
    made = tunes.normal()
    made["goals"], made["prices"] = [], []
    picture = figure_front.draw(made_of(tmp_path, made))
    assert picture.figure is None and "one measure alone" in picture.text
    made["minimise"] = [KNOWN, LOAD]
    picture = figure_front.draw(made_of(tmp_path, made))
    assert picture.figure is not None and len(picture.figure.axes) == 2, "a panel and the legend"


def test_front_leaves_out_what_has_no_number_and_counts_it(tmp_path: Path) -> None:
    made = tunes.normal()
    made["settings"][1]["measures"][KNOWN] = estimate(None, 300.0, None, why="never")
    picture = figure_front.draw(made_of(tmp_path, made))
    assert "Each mark is a setting, 40 in all." in picture.text
    missing = "1 setting is not in the panels of crash to known to all, 99th percentile"
    assert f"{missing}: too few runs for a number of it, or it never came." in picture.text


def test_front_draws_a_time_what_was_wrong_and_a_load_of_many_measures(tmp_path: Path) -> None:
    made = tunes.normal()
    made["minimise"] = ["first_suspect_s.median", KNOWN, "first_dead_s.median"]
    assert figure_front.chosen(made_of(tmp_path, made)) == ["first_suspect_s.median", BURIALS, LOAD]


def test_without_sensitivity_there_is_a_reason(tmp_path: Path) -> None:
    made = tunes.normal()
    made["sensitivity"] = []
    folder = tunes.write(tmp_path, made)
    page = Page(folder)
    assert "too few runs were made to tell" in page.part("sensitivity")
    assert figure_sensitivity.draw(read_result(folder)).figure is None


def test_nothing_but_what_must_be_there_makes_a_report(tmp_path: Path) -> None:
    made = {
        key: value
        for key, value in tunes.normal().items()
        if key in ("format", "title", "command", "minimise", "goals")
    }
    made["product"] = {"name": "serf"}
    page = Page(tunes.write(tmp_path, made))
    assert "Nothing that was tried of what serf can set is shown to keep all 3 goals." in page.words


def test_large_tune_makes_a_page_that_a_browser_opens(tmp_path: Path) -> None:
    made = tunes.normal()
    some = made["settings"][:40]
    made["settings"] = [
        {**copy.deepcopy(each), "id": f"{each['id']}-{again}" if again else each["id"]}
        for again in range(75)
        for each in some
    ]
    page = Page(tunes.write(tmp_path, made))
    assert len(page.text) < 5_000_000
    assert "The first 400 of 3,000; result.json has all." in page.part("settings")


def test_same_result_gives_the_same_bytes_wherever_it_is_made(tmp_path: Path) -> None:
    files = {}
    for name, environment in (
        ("one", {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}),
        ("other", {"PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "HOME": str(tmp_path)}),
    ):
        folder = tunes.write(tmp_path / name, tunes.normal())
        page = tmp_path / name / "docs" / "made-up.md"
        subprocess.run(
            [sys.executable, "-m", "analysis", "tune", folder, "--page", page],
            cwd=ROOT,
            env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
            check=True,
        )
        files[name] = {
            str(file.relative_to(folder)): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.suffix in (".html", ".md", ".svg", ".png", ".txt")
        }
    assert files["one"] == files["other"] and len(files["one"]) == 9


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "result.json: no such file"),
        (["--page", "page.html"], "page.html: a page is Markdown; name it page.md"),
    ],
)
def test_command_says_what_is_wrong(tmp_path: Path, words: list[str], told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "tune", tmp_path, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr
