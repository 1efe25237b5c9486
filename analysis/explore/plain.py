# SPDX-License-Identifier: GPL-2.0-only
"""Texts of a page in ASCII, each in the way of its language to name other characters.

One character beyond ASCII makes a browser keep the whole page, with megabytes of data, at two bytes a
character, and read it several times as slowly.
"""

from __future__ import annotations

import re

_OTHERS = re.compile(r"[^\x00-\x7f]")


def plain_html(text: str) -> str:
    """Of elements and attributes; not of what script and style elements hold."""
    return _OTHERS.sub(lambda found: f"&#{ord(found[0])};", text)


def plain_style(text: str) -> str:
    """Of strings and comments of a style sheet."""
    return _OTHERS.sub(lambda found: f"\\{ord(found[0]):x} ", text)


def plain_script(text: str) -> str:
    """Of strings and comments of a script; other characters in names are not known here."""
    return _OTHERS.sub(lambda found: _in_script(found[0]), text)


def _in_script(character: str) -> str:
    """JavaScript counts in units of UTF-16."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at:at + 4]}" for at in range(0, len(units), 4))
