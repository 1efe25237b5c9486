# SPDX-License-Identifier: GPL-2.0-only
"""Names and texts of the user in what people read and in JSON: any byte may be in a path, and none may
end a line, colour a terminal or break a file.
"""

import json
import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]*")


def one_line(text: str) -> str:
    """The text with line breaks, escapes and what is no character as their numbers."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(each if _PLAIN.fullmatch(each) else _number(each) for each in text)


def _number(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name that is no UTF-8, as Python keeps it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def path_text(path: Path) -> str:
    """A path in a message or in JSON."""
    return one_line(str(path))


def command_text(words: Sequence[str]) -> str:
    """A command line as a shell takes it, whatever bytes are in it; one line, and only UTF-8."""
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return shlex.quote(word)
    quoted = "".join(
        each if 0x20 <= ord(each) < 0x7F and each not in "'\\" else f"\\x{byte:02x}"
        for each in word
        for byte in _bytes(each)
    )
    return f"$'{quoted}'"


def _bytes(character: str) -> bytes:
    return os.fsencode(character)


def setting_text(value: Any) -> str:
    """A value of a TOML file or a plan as --set takes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
