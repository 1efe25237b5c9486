# SPDX-License-Identifier: GPL-2.0-only
"""The check of a site's links: what it must find, and what it must leave alone."""

from pathlib import Path

import pytest

from campaign.docs import links


def site(folder: Path, **pages: str) -> Path:
    for name, body in pages.items():
        (folder / f"{name}.html").write_text(f"<html><body>{body}</body></html>")
    return folder


def test_links_that_lead_somewhere_are_silent(tmp_path: Path) -> None:
    body = (
        '<a href="b.html#there">b</a> <a href="#here" id="here">a</a>'
        '<a href="https://example.org/">elsewhere</a> <a href="mailto:a@example.org">mail</a>'
    )
    assert links.broken(site(tmp_path, a=body, b='<p id="there">')) == []


@pytest.mark.parametrize(
    "body, wrong",
    [
        ('<a href="c.html">', "a.html: c.html: there is no such file"),
        ('<a href="b.html#gone">', "a.html: b.html#gone: the page has no such place"),
        ('<a href="#gone">', "a.html: #gone: the page has no such place"),
        ('<img src="gone.png">', "a.html: gone.png: there is no such file"),
        (
            '<script src="https://example.org/x.js">',
            "a.html: loads https://example.org/x.js from elsewhere",
        ),
        ('<link href="//example.org/x.css">', "a.html: loads //example.org/x.css from elsewhere"),
    ],
)
def test_what_leads_nowhere_is_named(tmp_path: Path, body: str, wrong: str) -> None:
    assert links.broken(site(tmp_path, a=body, b="<p>")) == [wrong]
