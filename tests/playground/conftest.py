# SPDX-License-Identifier: GPL-2.0-only
"""What tests of the playground need, where it is: the core as WebAssembly, the page, node, a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from campaign.build import ROOT, Build
from campaign.playground.command import CORE, TARGET
from campaign.playground.page import page as page_of
from tests.support.browser import Page, browser, is_there

COMPILER = ("clang++-14", "wasm-ld-14")
LIBRARY = Path("/usr/lib/wasm32-wasi/libc++.a")


@pytest.fixture(scope="session")
def build() -> Build:
    build = Build(ROOT / "build")
    if not (build.folder / "build.ninja").exists():
        pytest.skip("build/ is not configured; ./swimlab test does so")
    return build


@pytest.fixture(scope="session")
def core(build: Build) -> Path:
    """core.wasm, built where that can be."""
    if any(shutil.which(program) is None for program in COMPILER) or not LIBRARY.exists():
        pytest.skip("WebAssembly cannot be compiled here; see [playground] in cmake/packages.txt")
    build.make(1, [TARGET])
    return build.program(CORE)


@pytest.fixture(scope="session")
def virtual(build: Build) -> Path:
    """The laboratory's program for the same network."""
    program = build.program("swimlab-virtual")
    if not program.exists():
        pytest.skip("build/swimlab-virtual is not built; ./swimlab test builds it")
    return program


@pytest.fixture(scope="session")
def node(core: Path) -> Callable[..., Any]:
    """Runs a script of this folder with the core and further arguments, and reads what it prints."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("there is no node; Debian has it as nodejs")

    def run(script: str, *arguments: str) -> Any:
        command = [program, str(Path(__file__).parent / script), str(core), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def page_file(core: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("playground") / "playground.html"
    file.write_text(page_of(core.read_bytes()), encoding="utf-8")
    return file


@pytest.fixture()
def page(page_file: Path) -> Iterator[Page]:
    """The page, open; whatever goes wrong in it is a failure of the test."""
    if not is_there():
        pytest.skip("there is no chromium")
    with browser() as opened:
        opened.size(1600, 1000)
        opened.open(page_file)
        opened.until("window.playground && playground.panels.length > 0")
        yield opened
        opened.check()
