# SPDX-License-Identifier: GPL-2.0-only
"""Other characters in ASCII mean what they meant."""

from __future__ import annotations

import html
import json
import re

from analysis.explore.bundle import EXPLORER, bundle
from analysis.explore.plain import plain_html, plain_script, plain_style

TEXT = "5 × “m17” → 𝄞 \x00a0 \\ é"


def test_html_names_them_by_number() -> None:
    assert plain_html(TEXT).isascii()
    assert html.unescape(plain_html(TEXT)) == html.unescape(TEXT)


def test_a_script_has_them_as_units_of_utf_16() -> None:
    quoted = json.dumps(TEXT, ensure_ascii=False)
    assert plain_script(quoted).isascii()
    assert json.loads(plain_script(quoted)) == TEXT


def test_a_style_sheet_has_them_as_escapes_that_take_nothing_of_what_follows() -> None:
    plain = plain_style('content: " → a · b"')
    assert plain == 'content: " \\2192  a \\b7  b"'
    # The space behind an escape belongs to it.
    read = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), plain)
    assert read == 'content: " → a · b"'


def test_the_page_has_other_characters_only_where_they_can_be_named() -> None:
    """In a name of a variable, or in a regular expression, an escape would be something else."""
    script = bundle(EXPLORER / "main.js")
    for line in script.splitlines():
        if not line.isascii():
            quoted = re.sub(r'"[^"]*"|`[^`]*`|//.*', "", line)
            assert quoted.isascii() or "`" in line, line
