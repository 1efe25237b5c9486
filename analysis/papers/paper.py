# SPDX-License-Identifier: GPL-2.0-only
"""A paper that is run again: its folder studies/papers/NAME, and its module here, which measures and
tells.

    studies/papers/NAME/*.toml         its studies; those of the rivals are in studies/rivals/
    studies/papers/NAME/published.csv  what was published
    studies/papers/NAME/numbers.json   what the page in docs/papers/ tells, and of which runs
    studies/papers/NAME/judge.json     the same of real memberlist, where it was asked (judged.toml)
    studies/papers/NAME/small.json     which part of the studies tells the least in seconds, for tests:
                                       {"STUDY": {"runs": 1, "only": ["KEY=VALUE", ...]}}
    studies/papers/NAME/sample/STUDY/  some of its runs, for ./swimlab reproduce

A module has functions without side effects: `measure` makes numbers (plain JSON) of the finished
folders of the studies, `measure_judge` likewise of real memberlist's campaigns, `render` makes the page of both. So the page can be made again without the
runs, and the numbers of a smaller part of the studies by the same code.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.papers.page import Page
from analysis.papers.published import Published, read_published
from analysis.run import seal
from analysis.run.metrics import write_atomically
from analysis.run.records import RecordError
from analysis.study.model import read_study

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ROOT / "studies" / "papers"
RIVALS = ROOT / "studies" / "rivals"
"""A comparison of our own, with what one paper says of it; kept and told as papers are."""
PAGES = ROOT / "docs" / "papers"

NUMBERS_NAME = "numbers.json"
JUDGE_NAME = "judge.json"
PUBLISHED_NAME = "published.csv"
JUDGED = "judged"
"""The study, if a paper has one, whose cells real memberlist runs too."""
SAMPLE_NAME = "sample"
SMALL_NAME = "small.json"
RESULTS_NAME = "results.csv"


@dataclass(frozen=True)
class Paper:
    """`name` is that of its folder."""

    name: str

    @property
    def folder(self) -> Path:
        return RIVALS if self.name == RIVALS.name else PAPERS / self.name

    @property
    def studies(self) -> dict[str, Path]:
        """The study files by the names that their folders of results have."""
        return {path.stem: path for path in sorted(self.folder.glob("*.toml"))}

    @property
    def published(self) -> Published:
        return read_published(self.folder / PUBLISHED_NAME)

    def measure(self, results: Path) -> dict[str, Any]:
        """Of results/STUDY, the finished folder of each study. Raises RecordError."""
        folders = {name: results / name for name in self.studies}
        return {
            "paper": self.name,
            "studies": {name: _provenance(folder) for name, folder in folders.items()},
            "measured": self._module.measure(folders),
        }

    def measure_judge(self, campaigns: Path) -> dict[str, Any]:
        """Of the folder of each campaign of real memberlist. Raises RecordError."""
        folders = {path.name: path for path in sorted(campaigns.glob("*/")) if path.is_dir()}
        return {"paper": self.name, "measured": self._module.measure_judge(folders)}

    def render(self, numbers: Mapping[str, Any], judge: Mapping[str, Any] | None) -> Page:
        """The page, with at its end where its numbers come from."""
        page: Page = self._module.render(numbers["measured"], self.published, judge)
        page.heading("Where the numbers come from")
        page.code(f"$ ./swimlab paper {self.name}")
        page.text(
            "does all of it again: the studies, their numbers, and this page. Its numbers are of "
            f"`{self.folder.relative_to(ROOT)}/{NUMBERS_NAME}`, made by these studies:"
        )
        page.table(
            ["study", "cells", "runs", "version", "commit", "SHA-256 of `results.csv`"],
            [_provenance_row(name, of) for name, of in numbers["studies"].items()],
        )
        return page

    @property
    def _module(self) -> Any:
        return importlib.import_module(f"analysis.papers.{self.name.replace('-', '_')}")


def papers() -> list[Paper]:
    """All that there are, by name."""
    folders = [RIVALS, *PAPERS.glob("*/")]
    return [Paper(name) for name in sorted(path.name for path in folders if path.is_dir())]


def read_numbers(path: Path) -> dict[str, Any]:
    """numbers.json or judge.json. Raises RecordError."""
    try:
        content = path.read_bytes()
        if seal.is_broken(content):
            raise RecordError(f"{path}: was changed after it was written")
        found: dict[str, Any] = json.loads(content)
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise RecordError(f"{path}: not JSON: {error}") from None
    return found


def write_numbers(path: Path, numbers: Mapping[str, Any]) -> None:
    text = json.dumps(numbers, indent=1, allow_nan=False, ensure_ascii=False)
    write_atomically(path, seal.sealed(text))


def write_page(paper: Paper, numbers: Mapping[str, Any], folder: Path) -> list[Path]:
    """With what the judge said, where it was asked."""
    judge = paper.folder / JUDGE_NAME
    said = read_numbers(judge)["measured"] if judge.exists() else None
    folder.mkdir(parents=True, exist_ok=True)
    return paper.render(numbers, said).write(folder)


def _provenance(folder: Path) -> dict[str, Any]:
    """Nothing of the machine or the clock: the same runs give the same numbers.json."""
    study = read_study(folder)
    results = folder / RESULTS_NAME
    try:
        table = results.read_bytes()
    except OSError as error:
        raise RecordError(
            f"{results}: cannot be read: {error.strerror}; end the study first"
        ) from None
    return {
        "cells": len(study.cells),
        "runs": sum(map(len, study.entries.values())),
        "failed": len(study.failures()),
        "version": study.asked["build"]["version"],
        "commit": study.asked["build"]["commit"],
        "results_sha256": hashlib.sha256(table).hexdigest(),
    }


def _provenance_row(name: str, of: Mapping[str, Any]) -> list[str]:
    failed = f" ({of['failed']} failed)" if of["failed"] else ""
    return [
        f"`{name}.toml`",
        f"{of['cells']:,}",
        f"{of['runs']:,}{failed}",
        of["version"],
        f"`{of['commit'][:12]}`",
        f"`{of['results_sha256'][:12]}`",
    ]
