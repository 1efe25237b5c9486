# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab docs`: one site of all documentation, out of prose, tables of the code and its comments.

The pages of docs/ are copied to a folder of the site, the reference pages are written beside them
from the tables that the programs themselves read (pages.py), Doxygen reads the public headers, and
Sphinx makes HTML of it all. Nothing generated is kept in the repository, so nothing of it can be
out of date. A warning of any of them is an error, and so is a link that leads nowhere.
"""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from campaign.build import ROOT, Build, cores, default_build
from campaign.docs import api, links, pages, tables
from campaign.errors import Failure, UserError

DEFAULT_OUT = Path("out/docs")
# What a site consists of; nothing else in its folder is touched.
PARTS = ("source", "doxygen", "doctrees", "html")


def build_docs(out: Path, build: Build | None = None) -> None:
    """Make the site anew in `out`; the page to open is out/html/index.html."""
    if build is None:
        build = default_build()
        build.make(cores(), [tables.PROGRAM])
    source, doxygen, doctrees, html = (_fresh(out / part) for part in PARTS)
    print("Writing the reference pages from the code's tables", flush=True)
    shutil.copytree(ROOT / "docs", source, dirs_exist_ok=True)
    pages.write_all(source, tables.read(build))
    _run_doxygen(doxygen)
    api.write_pages(source, doxygen / "xml")
    _run_sphinx(source, doxygen, doctrees, html)
    broken = links.broken(html)
    if broken:
        raise Failure(
            "links of the site lead nowhere:\n" + textwrap.indent("\n".join(broken), "  ")
        )
    print(f"\nSite: {html / 'index.html'}")


def _fresh(folder: Path) -> Path:
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError as error:
        raise UserError(
            f"{folder}: {error.strerror}; the site needs a folder to be written to"
        ) from error
    return folder.resolve()


def _run_doxygen(out: Path) -> None:
    """Reads the comments of the public headers into XML, for Breathe."""
    print("Reading the comments of the public headers", flush=True)
    _run(
        ["doxygen", str(ROOT / "docs" / "Doxyfile")],
        "Doxygen objects to comments, see above",
        {"SWIMLAB_DOXYGEN_OUT": str(out), "SWIMLAB_DOXYGEN_INPUT": api.doxygen_input()},
    )


def _run_sphinx(source: Path, doxygen: Path, doctrees: Path, html: Path) -> None:
    print("Making the pages", flush=True)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-d", str(doctrees)]
    # By one process: of many runs by several, two never ended.
    command += ["-q", "-W", "--keep-going", str(source), str(html)]
    places = {"SWIMLAB_ROOT": str(ROOT), "SWIMLAB_DOXYGEN_OUT": str(doxygen)}
    _run(command, "Sphinx objects, see above", places, source)


def _run(
    command: list[str], complaint: str, extra: dict[str, str], copied: Path | None = None
) -> None:
    """Run a tool, which is silent unless something is wrong; what it says of a copied page is told
    of the page itself."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except FileNotFoundError:
        raise UserError(f"{command[0]} is not installed; ./swimlab docs installs it") from None
    said = done.stdout if copied is None else done.stdout.replace(str(copied), str(ROOT / "docs"))
    if done.returncode != 0:
        sys.stdout.write(said)
        raise Failure(complaint)
