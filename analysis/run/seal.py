# SPDX-License-Identifier: GPL-2.0-only
"""JSON files that notice when they were changed: the last field is the sum of all that stands above it.

run.json (written by lab/backend), campaign.json and summary.json have a seal. It tells of accidents: a
disk, an editor, a script that replaced too much. Records of others need none.
"""

from __future__ import annotations

import hashlib
import re

_SEAL = re.compile(rb',\n +"seal": "([0-9a-f]{64})"\n}\s*\Z')


def sealed(text: str) -> str:
    """A JSON object of several lines, with its seal."""
    body = text.rstrip()
    assert body.endswith("\n}")
    body = body[:-2]
    indent = " " * (len(body.split("\n")[1]) - len(body.split("\n")[1].lstrip()))
    seal = hashlib.sha256(body.encode("utf-8")).hexdigest()
    return f'{body},\n{indent}"seal": "{seal}"\n}}\n'


def of(text: str) -> str:
    """The seal of what `sealed` gave."""
    found = _SEAL.search(text.encode("utf-8"))
    assert found is not None
    return found[1].decode("ascii")


def is_broken(content: bytes) -> bool:
    """Whether a file with a seal is not what was sealed."""
    found = _SEAL.search(content)
    if found is None:
        return b'"seal": "' in content[-120:]
    return hashlib.sha256(content[: found.start()]).hexdigest() != found[1].decode("ascii")
