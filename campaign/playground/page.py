# SPDX-License-Identifier: GPL-2.0-only
"""The page: one file with everything in it, which works from a disk and asks no network for anything."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re

from analysis.explore.bundle import bundle, without_comments
from campaign.build import ROOT
from campaign.playground.products import product_data

SOURCES = ROOT / "playground" / "page"
MOST_BYTES = 500_000


def page(core: bytes) -> str:
    """The text of the page. @param core core.wasm"""
    data = json.dumps(product_data(), ensure_ascii=False, separators=(",", ":"))
    parts = {
        "STYLE": (SOURCES / "style.css").read_text("utf-8"),
        "CORE": base64.b64encode(gzip.compress(core, 9, mtime=0)).decode("ascii"),
        "WORKER": _script("worker-entry.js"),
        "PAGE": _script("page-entry.js"),
        "PRODUCTS": data.replace("</", "<\\/"),
        "LICENCES": html.escape(_licences()),
    }
    frame = (SOURCES / "index.html").read_text("utf-8")
    return re.sub(r"@([A-Z]+)@", lambda match: parts[match[1]], frame)


def _script(main: str) -> str:
    """A module and all that it imports, without comments: who wants to read them reads the files."""
    text = without_comments(bundle(SOURCES / main))
    if "</script" in text:
        raise ValueError(f"{main}: its text would end the script that it becomes")
    return text


def _licences() -> str:
    mit = (ROOT / "LICENSES" / "MIT.txt").read_text("utf-8")
    return (SOURCES / "licences.txt").read_text("utf-8").replace("@MIT@", mit.strip())
