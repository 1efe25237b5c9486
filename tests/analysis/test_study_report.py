# SPDX-License-Identifier: GPL-2.0-only
"""The report of studies made by hand: it stands alone, says what the runs say, and is the same bytes
wherever it is made."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from made_up_studies import AXIS, add, add_failure, cell, study
from report_campaigns import Cluster
from study_folders import write

from analysis.run.records import RecordError
from analysis.study import page_pdf
from analysis.study.model import Study
from analysis.study.page import PageError
from analysis.study.report import write_report

ROOT = Path(__file__).resolve().parents[2]
NASTY = 'Ten <script>alert("crashes")</script> & more'
MEDIAN = "full_dissemination_s.median"
ASKED = {
    "title": NASTY,
    "abstract": "One paragraph.\n\nAnother one.",
    "measure": {"measures": [MEDIAN, "wrong_deaths"]},
    "scenarios": [{"name": "crash", "file": "crash.toml", "set": {}, "title": "One dies"}],
    "variants": [
        {"name": "swim", "set": {"cluster.preset": "swim"}},
        {"name": "lifeguard", "set": {}},
    ],
    "tables": [
        {
            "title": "Beside a paper",
            "measures": [MEDIAN],
            "where": {AXIS: "1000ms"},
            "paper": [
                {"measure": MEDIAN, "where": {"variant": "swim"}, "value": 4.0, "source": "A, t. 2"}
            ],
        }
    ],
    "figures": [
        {"title": "First", "measure": MEDIAN, "against": AXIS, "by": "variant"},
        {"title": "Second", "measure": "wrong_deaths", "against": "variant"},
        {"title": "Third", "measure": "leaves_seen", "against": AXIS},
    ],
    "expects": [
        {"measure": MEDIAN, "where": {"variant": "swim"}, "is": "<= 12 s"},
        {"measure": MEDIAN, "where": {"variant": "swim"}, "is": "<= 2 s"},
    ],
}


def made() -> Study:
    cells = [cell(v, i) for v in ("swim", "lifeguard") for i in ("1s", "2s")]
    found = study(cells, asked=ASKED)
    add(found, cells[0], [4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5])
    add(found, cells[1], [6.0, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5], wrong=1)
    add(found, cells[2], [3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5])
    add(found, cells[3], [None] * 8)
    add_failure(found, cells[3])
    return found


@dataclass
class Page:
    """A report with its text as a reader's program has it."""

    folder: Path
    text: str

    def part(self, name: str) -> str:
        """The words of a section."""
        found = re.search(rf'<section id="{name}">(.*?)\n</section>\n\n', self.text + "\n\n", re.S)
        assert found, f"the page has no section {name}"
        return plain(found[1])


def plain(markup: str) -> str:
    text = re.sub(r"<[^>]+>", " ", markup).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", html.unescape(text)).strip()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    folder = write(made(), tmp_path_factory.mktemp("report") / "study", {"crash": Cluster()})
    return Page(folder, write_report(folder).read_text(encoding="utf-8"))


def test_page_needs_no_other_file_and_no_script(page: Page) -> None:
    assert "<script" not in page.text and "@import" not in page.text
    sources = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert sources and all(source.startswith(("data:", "#")) for source in sources)
    assert html.escape(NASTY, quote=False).replace('"', "&#34;") in page.text


def test_parts_stand_in_the_order_of_an_argument(page: Page) -> None:
    order = [
        "abstract",
        "method",
        "network",
        "figures",
        "tables",
        "comparison",
        "threats",
        "failures",
        "provenance",
    ]
    places = [page.text.index(f'<section id="{name}">') for name in order]
    assert places == sorted(places)
    listed = re.findall(r'<li><a href="#(\w+)">', page.text)
    assert listed == order[1:], "the contents lead to what is there"


def test_abstract_has_the_extent_and_what_expectations_came_to(page: Page) -> None:
    text = page.part("abstract")
    assert "One paragraph. Another one." in text
    assert "4 cells (1 scenario × 2 variants × 2 points), 32 runs of 4 members each" in text
    # 32 runs of 100 s.
    assert "0.889 simulated hours, 3.56 member-hours" in text
    assert "1 run failed and is in no number here." in text
    assert (
        "Not all that was expected is confirmed. Of 2 expectations: 1 confirmed, 1 refuted." in text
    )


def test_table_has_interval_n_and_the_published_number_beside(page: Page) -> None:
    text = page.part("tables")
    # Median of eight is 5.75; by ranks the interval is the whole range. 5.75 is 43.75 % above 4.
    assert "median (s), n = 8" in text
    assert "swim 5.75 [4, 7.50] published 4 s [1] (+43.8 %, inside)" in text
    assert "In all rows: crash, probe interval 1s." in text and "[1] A, t. 2" in text
    assert text.count("published 4 ") == 1, "beside the variant that it is about, and no other"


def test_what_never_came_is_said_to_be_never(page: Page) -> None:
    assert "never" in page.part("abstract")
    assert "A mark at the upper edge: it never came." in page.part("figures")


def test_every_figure_is_there_as_vector_and_png(page: Page) -> None:
    names = {file.stem for file in (page.folder / "figures").glob("*.svg")}
    assert names == {file.stem for file in (page.folder / "figures").glob("*.png")}
    assert sum(name.startswith("figure-") for name in names) == 2 and "network-crash" in names
    text = page.part("figures")
    assert "n = 8 values of 8 runs a point." in text and "binomial ranks" in text
    assert "Third: there is nothing to draw" in text


def test_failures_have_seed_error_and_command(page: Page) -> None:
    assert "9 it broke swimlab-ns3 ..." in page.part("failures")


def test_variants_are_compared_pair_by_pair(page: Page) -> None:
    text = page.part("comparison")
    assert "At how many places swim is lower or higher than lifeguard" in text
    # Every pair of the same seed is one second apart, and 4 against 3 to 7.5 against 6.5 are ratios.
    assert re.search(r"crash, probe interval 1s \+2\d\.?\d* % \[", text)


def test_threats_are_those_of_the_scenario_and_of_a_study(page: Page) -> None:
    text = page.part("threats")
    assert "Processing takes no time." in text and "Failed runs are missing." in text
    assert "Points, not curves." in text


def test_paper_has_the_same_as_the_page(page: Page) -> None:
    pdf = (page.folder / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
    assert b"CreationDate" not in pdf and len(pdf) < 1_000_000


def test_same_folder_gives_the_same_bytes_wherever_it_is(page: Page, tmp_path: Path) -> None:
    other = tmp_path / "a copy of it"
    shutil.copytree(page.folder, other, ignore=shutil.ignore_patterns("figures", "report.*"))
    home = tmp_path / "home"
    (home / ".config/fontconfig").mkdir(parents=True)
    (home / ".config/fontconfig/fonts.conf").write_text(
        '<?xml version="1.0"?><fontconfig><alias><family>DejaVu Sans</family>'
        "<prefer><family>DejaVu Serif</family></prefer></alias></fontconfig>"
    )
    surroundings = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C",
        "TZ": "Asia/Tokyo",
        "PYTHONHASHSEED": "77",
        "PYTHONPATH": str(ROOT),
        "SOURCE_DATE_EPOCH": "12345",
    }
    code = "import sys, pathlib; from analysis.study.report import write_report as w; "
    code += "w(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, other], check=True, cwd=tmp_path, env=surroundings)
    for file in sorted(page.folder.rglob("*")):
        if file.is_file():
            again = other / file.relative_to(page.folder)
            assert again.read_bytes() == file.read_bytes(), file.name


def test_paper_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<p>text<img src="http://127.0.0.1:1/x.png"></p>')
    with pytest.raises(page_pdf.IncompleteError, match="x.png"):
        page_pdf.make(tmp_path / "page.html", tmp_path / "page.pdf")


def test_without_weasyprint_the_page_is_there_and_the_error_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(made(), tmp_path / "study")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(PageError, match="report.pdf"):
        write_report(folder)
    assert (folder / "report.html").exists() and not list(folder.glob("*.pdf"))


def test_shapes_stand_where_they_were_used() -> None:
    figure = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<defs><path id="a" d="M 0 0"/></defs>'
        '<use xlink:href="#a" x="3" y="4" style="fill: red"/></svg>'
    )
    found = page_pdf.without_uses(figure.encode()).decode()
    assert "use" not in found
    assert '<g style="fill: red" transform="translate(3 4)"><path d="M 0 0" /></g>' in found


def test_rules_that_stopped_cells_are_counted(tmp_path: Path) -> None:
    found = made()
    folder = write(found, tmp_path / "study")
    words = ["targets met at 8 runs: x ±4 % (target ±5 %)", "at_most, 8 runs, reached; widest: y"]
    cells = [
        {"key": c.key, "runs": 8, "wanted": 9, "failed": 0, "stopped": words[c.variant == "swim"]}
        for c in found.cells
    ]
    (folder / "summary.json").write_text(json.dumps({"format": 1, "cells": cells}))
    method = Page(folder, write_report(folder).read_text(encoding="utf-8")).part("method")
    assert "targets met at 8 runs 2 cells" in method
    assert "at_most, 8 runs, reached 2 cells" in method
    (folder / "summary.json").write_text("[]")
    with pytest.raises(RecordError, match="summary.json"):
        write_report(folder)


def test_study_without_runs_has_a_report(tmp_path: Path) -> None:
    empty = study([cell("swim"), cell("lifeguard")], asked=ASKED | {"expects": []})
    text = write_report(write(empty, tmp_path / "study")).read_text(encoding="utf-8")
    assert "no run has ended well yet" in text


def test_report_of_a_thousand_cells_is_small_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    intervals = [f"{100 + 10 * place}ms" for place in range(250)]
    cells = [
        cell(variant, interval, scenario=scenario)
        for scenario in ("crash", "paused")
        for variant in ("swim", "lifeguard")
        for interval in intervals
    ]
    found = study(cells, asked={"measure": {"measures": [MEDIAN, "wrong_deaths"]}})
    for place, each in enumerate(cells):
        add(found, each, [1.0 + place % 7 + 0.1 * run for run in range(6)])
    folder = write(found, tmp_path / "study")
    text = write_report(folder).read_text(encoding="utf-8")
    assert len(text) < 5_000_000 and (folder / "report.pdf").stat().st_size < 5_000_000
    assert "1,000 cells" in text
    assert "The first 40 of 1,000 rows. results.csv has every run of every cell." in text
    assert "places, evenly chosen" in text
