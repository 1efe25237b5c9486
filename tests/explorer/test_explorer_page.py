# SPDX-License-Identifier: GPL-2.0-only
"""The page as a reader has it: opened from the disk by a headless Chromium, with each error of a script and
each request to a network as a failure.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import browser
from analysis.explore.material import read_material
from analysis.explore.page import write_page
from analysis.run.metrics import PROGRAM
from made_up_explorations import value_at
from run_tables import RunTable

ROOT = Path(__file__).resolve().parents[2]
SIMULATOR = ROOT / "build" / "swimlab-ns3"
SCENARIOS = Path(__file__).parent / "incidents"
READY = "window.swimlab && window.swimlab.ready"

pytestmark = [
    pytest.mark.skipif(
        not browser.is_there(), reason="there is no chromium; ./swimlab test --all installs it"
    ),
    pytest.mark.skipif(
        not (SIMULATOR.exists() and PROGRAM.exists()),
        reason="build/swimlab-ns3 and build/swimlab-metrics are not built; ./swimlab test builds them",
    ),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run with a trace, and two beside each other; the folders are those of the runs."""
    folder = tmp_path_factory.mktemp("pages")
    materials = []
    for scenario in ("lost-refutation", "partition"):
        run = folder / scenario
        run.mkdir()
        command = [SIMULATOR, "run", SCENARIOS / f"{scenario}.toml", "--out", run]
        subprocess.run(command, check=True, capture_output=True)
        materials.append(read_material(run))
    return {
        "one": write_page(materials[:1], folder / "one.html"),
        "two": write_page(materials, folder / "two.html"),
        "runs": folder,
    }


@pytest.fixture(scope="module")
def tab() -> Iterator[browser.Page]:
    with browser.browser() as page:
        page.size(1500, 1000)
        yield page


def opened(tab: browser.Page, path: Path, fragment: str = "") -> browser.Page:
    tab.errors.clear()
    tab.media()
    tab.open(path, fragment)
    tab.until(READY)
    return tab


def state(tab: browser.Page) -> dict[str, Any]:
    return tab.evaluate("window.swimlab.state()")


def shown_text(tab: browser.Page, selector: str) -> str:
    return tab.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")


def test_it_opens_without_an_error_and_asks_no_network(
    tab: browser.Page, pages: dict[str, Path]
) -> None:
    opened(tab, pages["one"])
    assert shown_text(tab, "#title") == "A lost refutation"
    assert sum(state(tab)["counts"][0]) == 81
    tab.check()


def test_every_number_shown_is_the_one_of_metrics_json(
    tab: browser.Page, pages: dict[str, Path]
) -> None:
    opened(tab, pages["two"])
    metrics = [
        json.loads((pages["runs"] / name / "metrics.json").read_text())
        for name in ("lost-refutation", "partition")
    ]
    seen = 0
    ids = tab.evaluate(
        "[...document.querySelectorAll('[data-incident]')].map((e) => e.dataset.incident)"
    )
    for incident in ["", *ids]:
        if incident:
            tab.click(f"[data-incident='{incident}'] button")
        told = tab.evaluate(
            "[...document.querySelectorAll('[data-metric]')].map((e) =>"
            " [e.dataset.run, e.dataset.metric, JSON.parse(e.dataset.value), e.innerText])"
        )
        for run, path, value, text in told:
            assert value == value_at(metrics[int(run)], path), path
            if value is None:
                assert text == "never"
            elif text.endswith(" s"):
                assert abs(float(text.split()[0]) - value) <= 0.006 * max(1, value)
            else:
                assert text == f"{value:,}"
        seen += len(told)
    assert seen > 60
    tab.check()


def test_the_address_holds_the_moment(tab: browser.Page, pages: dict[str, Path]) -> None:
    opened(tab, pages["one"], "#t=14.6&incident=0&follow=m5&order=router")
    assert state(tab)["t"] == 14.6 and state(tab)["incident"] == "0" and state(tab)["follow"] == 5
    assert state(tab)["counts"][0][2] == 9, "eight suspect m5, and it suspects one"
    tab.key("ArrowRight")
    tab.key("n")
    there = state(tab)
    assert there["incident"] == "1"
    tab.until(f"location.hash === '#t={there['t']}&incident=1&follow=m6&order=router'")
    fragment = tab.evaluate("location.hash")
    assert state(opened(tab, pages["one"], fragment)) == there
    tab.check()


def test_an_incident_without_a_time_is_shown_as_it_begins(
    tab: browser.Page, pages: dict[str, Path]
) -> None:
    opened(tab, pages["one"], "#incident=0")
    assert state(tab)["incident"] == "0" and state(tab)["t"] > 0 and state(tab)["follow"] >= 0
    opened(tab, pages["one"], "#t=0&incident=0")
    assert state(tab)["t"] == 0
    tab.check()


@pytest.mark.parametrize("of", ["half of the file", "a letter of the views", "a word behind all"])
def test_a_page_that_is_not_whole_says_so(
    of: str, tab: browser.Page, pages: dict[str, Path], tmp_path: Path
) -> None:
    text = pages["one"].read_text("ascii")
    data = text.index('id="packed-3">') + 20
    damaged = {
        "half of the file": text[: (data + len(text)) // 2],
        "a letter of the views": f"{text[:data]}{'a' if text[data] != 'a' else 'b'}{text[data + 1:]}",
        "a word behind all": text.replace('<script type="application/json" id="data">', "<p>"),
    }
    (tmp_path / "damaged.html").write_text(damaged[of], encoding="ascii")
    tab.errors.clear()
    tab.open(tmp_path / "damaged.html")
    tab.until("document.getElementById('loading').textContent.startsWith('This page is not whole')")
    assert tab.evaluate("document.getElementById('app').hidden")
    assert "swimlab explore" in shown_text(tab, "#loading")
    tab.check()


@pytest.mark.parametrize(
    "fragment", ["#t=1e9", "#incident=99999", "#follow=nobody&order=x", "#%%%"]
)
def test_an_address_of_nothing_is_a_page_all_the_same(
    fragment: str, tab: browser.Page, pages: dict[str, Path]
) -> None:
    opened(tab, pages["one"], fragment)
    assert 0 <= state(tab)["t"] <= 45 and state(tab)["incident"] == ""
    tab.check()


def test_every_key_does_what_the_help_says(tab: browser.Page, pages: dict[str, Path]) -> None:
    opened(tab, pages["one"], "#t=20")
    moves = {"ArrowRight": 20.001, "ArrowLeft": 20, "End": 45, "Home": 0}
    for key, expected in moves.items():
        tab.key(key)
        assert state(tab)["t"] == pytest.approx(expected)
    tab.key("ArrowRight", shift=True)
    assert state(tab)["t"] == pytest.approx(1)
    tab.key(" ")
    tab.until("window.swimlab.state().t > 1.2")
    tab.key(" ")
    paused = state(tab)["t"]
    assert (
        tab.evaluate("new Promise((r) => setTimeout(() => r(window.swimlab.state().t), 100))")
        == paused
    )
    tab.key("?")
    assert tab.evaluate("document.getElementById('help-dialog').open")
    tab.key("Escape")
    tab.key("t")
    assert tab.evaluate("document.documentElement.dataset.theme") == "light"
    tab.key("t")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.check()


def test_a_step_of_the_why_shows_its_rows(tab: browser.Page, pages: dict[str, Path]) -> None:
    opened(tab, pages["one"], "#t=10&incident=0")
    assert "its refutation was lost" in shown_text(tab, "#headline")
    lines = tab.evaluate(
        "[...document.querySelectorAll('#steps button')].map((e) => e.dataset.lines)"
    )
    assert len(lines) >= 8
    last = len(lines) - 1
    tab.evaluate(f"document.querySelectorAll('#steps button')[{last}].click()")
    pointed = tab.evaluate(
        "[...document.querySelectorAll('.row')].flatMap((e, i) => e.classList.contains('pointed') ? [i] : [])"
    )
    assert pointed == [int(line) for line in lines[last].split()]
    assert state(tab)["t"] > 11, "it goes to the time of the row"
    tab.check()


def test_hovering_says_who_thinks_what_of_whom_since_when_and_from_whom(
    tab: browser.Page, pages: dict[str, Path]
) -> None:
    opened(tab, pages["one"], "#t=14.6&follow=m5")
    x, y, width = tab.evaluate(
        "(() => { const r = document.querySelector('.matrix').getBoundingClientRect();"
        " return [r.x, r.y, r.width]; })()"
    )
    cell = (width - 44) / 9
    tab.mouse("mouseMoved", x + 44 + 5.5 * cell, y + 44 + 0.5 * cell)
    text = tab.until(
        "document.querySelector('.picked').innerText.includes('m0') &&"
        " document.querySelector('.picked').innerText"
    )
    assert text.startswith("m0 suspects m5 since 11.") and "on the word of m2" in text
    tab.check()


def test_two_runs_have_one_clock_and_one_cursor(tab: browser.Page, pages: dict[str, Path]) -> None:
    opened(tab, pages["two"], "#t=34")
    one, two = state(tab)["counts"]
    assert (
        one[3:5] == [8, 0] and two[3] == 0 and two[4] > 18
    ), "m5 is gone on the left, the sides are apart on the right"
    tab.evaluate("document.querySelector('.matrix').focus()")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        tab.key(key)
    texts = tab.evaluate("[...document.querySelectorAll('.picked')].map((e) => e.innerText)")
    assert all(text.startswith("m1 holds m2 for") for text in texts)
    tab.check()


def test_incidents_sort_and_narrow(tab: browser.Page, pages: dict[str, Path]) -> None:
    opened(tab, pages["one"])
    titles = "[...document.querySelectorAll('[data-incident] button')].map((e) => e.innerText)"
    tab.click("th button[data-column='title']")
    found = tab.evaluate(titles)
    assert found == sorted(found) and len(found) == 5
    tab.click("th button[data-column='title']")
    assert tab.evaluate(titles) == found[::-1]
    tab.click("#kinds [data-kind='false death']")
    assert tab.evaluate(titles) == ["m1 was buried alive", "m0 was buried alive"]
    tab.check()


def test_everything_that_can_be_pressed_has_a_name(
    tab: browser.Page, pages: dict[str, Path]
) -> None:
    opened(tab, pages["one"], "#t=12&incident=0")
    nameless = tab.evaluate(
        "[...document.querySelectorAll('button, select, input, [role=img], [role=region], [role=listitem]')]"
        ".filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels && e.labels.length))"
        ".map((e) => e.outerHTML.slice(0, 80))"
    )
    assert nameless == []
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(set(ids)) == len(ids)
    assert tab.evaluate("document.documentElement.lang") == "en"


def test_a_print_is_light_and_has_the_still_figures(
    tab: browser.Page, pages: dict[str, Path]
) -> None:
    opened(tab, pages["one"], "#t=14.6&incident=0")
    tab.media("print", prefers_color_scheme="dark")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.evaluate("document.documentElement.dataset.theme") == "light"
    hidden = tab.evaluate(
        "['#play', '#slider', 'nav', '#kinds'].every((s) =>"
        " getComputedStyle(document.querySelector(s)).display === 'none')"
    )
    assert hidden
    assert len(tab.pdf()) > 20_000
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.check()


@pytest.mark.parametrize("width", [390, 900, 1280, 2200])
def test_nothing_sticks_out_of_a_window_of_any_width(
    width: int, tab: browser.Page, pages: dict[str, Path]
) -> None:
    tab.size(width, 900)
    try:
        opened(tab, pages["two"], "#t=25&incident=0")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        tab.check()
    finally:
        tab.size(1500, 1000)


def test_a_title_may_be_any_text(tab: browser.Page, tmp_path: Path) -> None:
    title = '</script><img src=x onerror=alert(1)> @DATA@ @SCRIPT@ \\ " ü'
    run = RunTable(3, 20)
    run.overrides = {
        "scenario": {"file": "x", "title": title, "question": title, "resolved": {}},
    }
    run.truth(2, "crash", "m1").says(3, "m0 m2", "suspect", "m1", 1, "m0")
    page = write_page([read_material(run.write(tmp_path / "seed-1"))], tmp_path / "page.html")
    opened(tab, page)
    assert shown_text(tab, "#title") == title
    assert tab.evaluate("document.title").startswith(title)
    assert tab.evaluate("document.images.length") == 0
    tab.check()
