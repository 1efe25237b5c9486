# SPDX-License-Identifier: GPL-2.0-only
"""Links of a site of HTML files: each must lead to something, and nothing may come from elsewhere.

A site that is opened from a file has no server that could mend a path, and one that is sent to a
colleague has no network: so a page may load only what lies beside it.
"""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Elements that load what they name; others merely lead there.
LOADED = {
    ("img", "src"),
    ("script", "src"),
    ("link", "href"),
    ("object", "data"),
    ("iframe", "src"),
}
LEADING = {("a", "href")}


class _Page(HTMLParser):
    """The places that a page has, and the places that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.leads_to: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if value is None:
                continue
            if name in ("id", "name"):
                self.ids.add(value)
            if (tag, name) in LOADED:
                self.loads.append(value)
            elif (tag, name) in LEADING:
                self.leads_to.append(value)


def broken(site: Path) -> list[str]:
    """A line for each link of the site that leads nowhere or loads from elsewhere, by page."""
    files = sorted(site.rglob("*.html"))
    parsed: dict[Path, _Page] = {}
    for file in files:
        parsed[file] = _Page()
        parsed[file].feed(file.read_text(encoding="utf-8"))
    found = []
    for file in files:
        page, name = parsed[file], file.relative_to(site)
        found += [
            f"{name}: loads {link} from elsewhere"
            for link in page.loads
            if urlsplit(link).netloc or urlsplit(link).scheme not in ("", "data")
        ]
        for link in page.loads + page.leads_to:
            if wrong := _wrong(file, link, parsed):
                found.append(f"{name}: {link}: {wrong}")
    return found


def _wrong(page: Path, link: str, parsed: dict[Path, _Page]) -> str | None:
    """What is wrong with a link within the site, if anything is."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file():
        return "there is no such file"
    fragment = unquote(parts.fragment)
    if fragment and target in parsed and fragment not in parsed[target].ids:
        return "the page has no such place"
    return None
