# SPDX-License-Identifier: GPL-2.0-only
"""The page of documentation of a tune: golden, and inert whatever its texts are.

SWIMLAB_REWRITE_TUNE_PAGES=1 writes the golden files anew; the diff is what to review.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import made_up_tunes as tunes
import pytest

from analysis.papers.page import Page
from analysis.tune.asked import read_asked
from analysis.tune.page import render, write_page
from analysis.tune.result import read_result

GOLDEN = Path(__file__).parent / "golden"


def page_of(made: dict, folder: Path) -> Page:
    tunes.write(folder, made)
    return render(read_result(folder), read_asked(folder), "made-up")


@pytest.mark.parametrize("name", ["normal", "several", "impossible", "out_of_reach", "unshown"])
def test_page_is_the_golden_one(tmp_path: Path, name: str) -> None:
    text = page_of(getattr(tunes, name)(), tmp_path).markdown()
    golden = GOLDEN / f"{name.replace('_', '-')}.md"
    if os.environ.get("SWIMLAB_REWRITE_TUNE_PAGES"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_page_has_its_figures_beside_it(tmp_path: Path) -> None:
    result = read_result(tunes.write(tmp_path, tunes.normal()))
    files = write_page(result, read_asked(tmp_path), tmp_path / "docs", "consul-lan")
    assert [file.name for file in files] == [
        "consul-lan.md",
        "consul-lan-front.svg",
        "consul-lan-sensitivity.svg",
    ]
    shown = re.findall(r"!\[[^]]*\]\(([^)]+)\)", files[0].read_text(encoding="utf-8"))
    assert shown == [file.name for file in files[1:]]
    assert sorted(files) == sorted((tmp_path / "docs").iterdir())


def test_hostile_texts_make_no_markup(tmp_path: Path) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    made = tunes.hostile()
    made["title"] = "# 1. [x]: y\n- * _a_ **b** ~~c~~ <!-- d -->\n```\n"
    made["question"] = "1) - + > &lt; ![i](j) {math}`k`"
    made["product"]["notes"] = ["- in a list\n\n# no heading\n\n    no code", "| no | table |"]
    made["recommended"][0]["block"] = "```\n<b>still</b> a block\n~~~\n````\n"
    text = page_of(made, tmp_path).markdown()
    shown = markdown_it.MarkdownIt("commonmark").enable("table").render(text)
    tags = set(re.findall(r"<(\w+)", shown))
    assert tags <= {
        *("h1", "h2", "p", "strong", "em", "ul", "li", "pre", "code", "img"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert shown.count("<h1>") == 1 and shown.count("<img") == 2
    assert shown.count("<code") == 2, "the block and the command"
    assert "&lt;b&gt;still&lt;/b&gt; a block\n~~~\n````" in shown
    assert "&lt;b&gt;&amp;amp; $x$" in shown and "&lt;!-- d --&gt;" in shown
    # Each row has as many cells as its head, pipes or not.
    for table in re.findall(r"<table>.*?</table>", shown, re.S):
        cells = {
            len(re.findall(r"<t[hd]\b", row)) for row in re.findall(r"<tr>.*?</tr>", table, re.S)
        }
        assert len(cells) == 1
