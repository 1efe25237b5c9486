# SPDX-License-Identifier: GPL-2.0-only
"""The page in a browser: it runs what the core runs, by mouse and by keyboard, and asks no network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from campaign.playground.page import MOST_BYTES
from test_playground_core import natively
from tests.support.browser import Page


def told(page: Page, at_ms: float) -> None:
    """Waits until the story has come so far, and nothing is under way."""
    page.until(
        f"playground.telling.nowMs >= {at_ms} && !playground.telling.busy"
        " && playground.telling.progress === 1"
    )


def tell(page: Page, link: str, at_ms: float) -> None:
    page.evaluate(f"location.hash = {json.dumps(link)}")
    page.until(f"Math.abs(playground.telling.nowMs - {at_ms}) < 1 && !playground.telling.busy")


def metrics(page: Page, cluster: int = 0) -> Any:
    return page.evaluate(f"playground.telling.clusters[{cluster}].worker.metrics()")


def test_it_is_one_small_file_without_network(page_file: Path, page: Page) -> None:
    text = page_file.read_text("utf-8")
    assert len(text.encode()) < MOST_BYTES
    assert 'src="' not in text and '<link rel="stylesheet' not in text
    for name in ("musl", "wasi-libc", "LLVM", "nlohmann", "GNU General Public License"):
        assert name in text
    # The browser's own core, and the worker's, say what the native one says.
    assert "the same bytes as natively" in page.evaluate(
        "document.getElementById('same').textContent"
    )


def test_a_click_crashes_a_member_and_all_hear_of_it(page: Page) -> None:
    x, y = page.evaluate(
        "(() => { const {ring} = playground.panels[0];"
        " const [x, y] = ring.placeOf(25), box = ring.canvas.getBoundingClientRect();"
        " const scale = box.width / ring.canvas.width;"
        " return [box.x + x * scale, box.y + y * scale]; })()"
    )
    for kind in ("mousePressed", "mouseReleased"):
        page.mouse(kind, x, y, button="left", clickCount=1)
    assert page.evaluate("playground.telling.deeds.list") == [{"atMs": 0, "text": "crash 25"}]
    page.evaluate("playground.play('max')")
    page.until("playground.telling.nowMs > 20000")
    page.evaluate("playground.stop()")
    told(page, 20000)
    (crash,) = metrics(page)["crashes"]
    assert crash["member"] == "m25" and crash["known_by"] == crash["should_know"] == 99
    page.until("playground.panels[0].tiles.all.textContent !== '–'")
    shown = page.evaluate("playground.panels[0].tiles.all.textContent")
    assert (
        shown
        == f"{crash['full_dissemination_s']:.{2 if crash['full_dissemination_s'] < 9.95 else 1}f} s"
    )
    assert page.evaluate("playground.telling.clusters[0].worker.wrongViews()") == 0


def test_all_can_be_done_by_keyboard(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    for key in ("ArrowRight", "ArrowRight", "c", "ArrowRight", "p", "ArrowRight", "s", "k"):
        page.key(key)
    page.key("h")
    page.key("c")
    page.key("c")
    assert page.evaluate("playground.telling.deeds.list.map((deed) => deed.text)") == [
        "crash 1",
        "pause 2",
        "stall 3",
        "partition " + ",".join(map(str, range(50))),
        "heal",
        "crash 3",
        "restart 3",
    ]
    page.key("2")
    page.until("playground.panels.length === 2")
    page.key(" ", "Space")
    assert page.evaluate("playground.playing")
    page.key(" ", "Space")
    page.key("x")
    assert page.evaluate("document.getElementById('take').open")
    page.click("#take form button")
    assert not page.evaluate("document.getElementById('take').open")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, input, select, textarea, canvas')]"
        ".filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length"
        " || e.title)).map((e) => e.outerHTML)"
    )
    assert unnamed == []


def test_a_link_tells_the_same_and_so_does_the_laboratory(
    page: Page, virtual: Path, tmp_path: Path
) -> None:
    link = (
        "#v=1&n=60&seed=5&net=datagram_loss:2%25!delay:5ms&a=memberlist-lan!gossip_nodes:5"
        "&b=memberlist-lan!suspicion_mult:8&do=3000~crash~7,20-22!9000~pause~3!15000~resume~3&t=30000"
    )
    tell(page, link, 30000)
    first = [metrics(page, cluster) for cluster in (0, 1)]
    assert first[0]["crashes"] != first[1]["crashes"], "the two variants are the same"
    page.click("#export")
    for cluster in (0, 1):
        page.evaluate(
            f"(() => {{ const e = document.getElementById('take-which'); e.value = '{cluster}';"
            " e.dispatchEvent(new Event('change')); })()"
        )
        toml = page.evaluate("document.getElementById('take-toml').value")
        folder = tmp_path / str(cluster)
        folder.mkdir()
        own = natively(virtual, toml, folder)
        assert own["crashes"] == first[cluster]["crashes"]
        assert own["false_positives"] == first[cluster]["false_positives"]
    again = page.evaluate("document.getElementById('take-link').value").partition("#")[2]
    tell(page, "#v=1&n=3&t=1", 1)
    tell(page, f"#{again}", 30000)
    assert [metrics(page, cluster) for cluster in (0, 1)] == first


def test_a_slider_tells_the_story_again_with_all_that_was_done(page: Page) -> None:
    tell(page, "#v=1&n=50&seed=2&a=memberlist-lan&do=2000~crash~9&t=20000", 20000)
    before = metrics(page)["crashes"][0]
    page.evaluate("playground.author.adjust(0, {probe_interval: '500ms'})")
    page.until("playground.telling.settings.variants[0].protocol.probe_interval === '500ms'")
    told(page, 20000)
    after = metrics(page)["crashes"][0]
    assert after["time_s"] == before["time_s"] == 2
    assert after["first_dead_s"] < before["first_dead_s"]
    assert page.evaluate("playground.telling.settings.variants[0].protocol") == {
        "probe_interval": "500ms",
        "probe_timeout": "300ms",
    }


def test_a_story_is_told_scene_by_scene(page: Page) -> None:
    page.evaluate("playground.guide.choose('suspicion')")
    page.until("playground.panels.length === 2 && !playground.telling.busy")
    scenes = page.evaluate("playground.guide.story.scenes.map((scene) => scene.untilMs)")
    for number, until in enumerate(scenes):
        page.click("#scene .primary")  # the first plays, later ones go on to the next scene
        page.evaluate("playground.setSpeed('64')")
        page.until(f"playground.telling.nowMs === {until} && !playground.playing")
        assert page.evaluate("playground.guide.at") == number
    assert page.evaluate("playground.telling.clusters.map((c) => c.opinions.counts[4])") == [0, 0]


def test_many_members_and_random_faults_leave_no_error(page: Page) -> None:
    tell(page, "#v=1&n=500&seed=1&a=memberlist-lan&t=1000", 1000)
    for deed in (
        "'crash', [1, 2, 3]",
        "'stall', [10, 11]",
        "'partition', [...Array(50).keys()]",
        "'datagram_loss', '10%'",
        "'heal'",
        "'restart', [1]",
    ):
        page.evaluate(f"playground.reader.act({deed})")
        now = page.evaluate("playground.telling.nowMs")
        page.evaluate(f"playground.telling.step({now} + 500, 1e6)")
        told(page, now + 500)
    assert page.evaluate("playground.telling.clusters[0].worker.wrongViews()") == 0
    pixels = page.evaluate(
        "(() => { const {canvas} = playground.panels[0].matrix; playground.draw(performance.now());"
        " const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
        " return new Set(new Uint32Array(data.buffer)).size; })()"
    )
    assert pixels >= 3, "the matrix shows fewer colours than there are opinions"


def test_light_and_dark_differ_and_print_leaves_the_controls_out(page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.click("#theme")
    assert page.evaluate(ground) != before
    page.media("print")
    assert page.evaluate("getComputedStyle(document.querySelector('aside')).display") == "none"


def test_who_acts_within_a_story_makes_it_his_own(page: Page) -> None:
    page.evaluate("playground.guide.choose('healing')")
    page.until("playground.panels.length === 2 && !playground.telling.busy")
    assert len(page.evaluate("playground.telling.deeds.list")) == 2
    page.evaluate("playground.telling.step(7000, 1e6)")
    told(page, 7000)
    page.evaluate("playground.reader.hit('crash', 30)")
    assert [deed["text"].split()[0] for deed in page.evaluate("playground.telling.deeds.list")] == [
        "partition",
        "crash",
    ]
    assert page.evaluate("document.getElementById('scene').hidden")
    page.evaluate("playground.telling.step(130000, 1e6)")
    told(page, 130000)
    # Nobody heals it now.
    assert page.evaluate("playground.telling.clusters[1].opinions.sideOf(0)") == 0
    assert page.evaluate("playground.telling.clusters[1].opinions.sideOf(20)") == 1
