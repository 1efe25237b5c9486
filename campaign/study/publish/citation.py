# SPDX-License-Identifier: GPL-2.0-only
"""CITATION.cff: how to cite a study, in the Citation File Format 1.2.0.

It is YAML, of which JSON's strings are a part; so every text is written as JSON writes it.
"""

from __future__ import annotations

import json
import re

from campaign.study.publish.contents import Contents
from campaign.study.publish.credits import Author

_KEYWORDS = ("SWIM", "failure detection", "membership", "gossip", "simulation", "ns-3")


def citation_text(contents: Contents) -> str:
    """What CITATION.cff says."""
    asked, credits = contents.asked, contents.credits
    build = asked["build"]
    lines = [
        "cff-version: 1.2.0",
        'message: "If you use this study, please cite it as below."',
        "type: dataset",
        f"title: {_text(asked['title'])}",
        f"abstract: {_text(asked['abstract'] or asked['question'])}",
        "authors:",
    ]
    for author in credits.authors:
        lines += _author(author)
    if not credits.authors:
        lines.append('  - name: "The authors of this study"')
    if credits.license:
        lines.append(f"license: {credits.license}")
    lines += [f"date-released: {contents.ended[:10]}", "keywords:"]
    lines += [f"  - {_text(word)}" for word in _KEYWORDS]
    lines += [
        "references:",
        "  - type: software",
        '    title: "Swimlab"',
        "    authors:",
        '      - name: "The authors of Swimlab"',
        f"    version: {_text(build['version'])}",
    ]
    if re.fullmatch(r"[0-9a-f]{40}", build["commit"]):
        lines.append(f"    commit: {build['commit']}")
    return "\n".join(lines) + "\n"


def _author(author: Author) -> list[str]:
    """The format has affiliations of persons alone, and of these it wants the family's name by itself; of
    whom only the whole name is known it takes as an entity, which has none."""
    facts = {"name": author.name}
    if author.family:
        facts = {"family-names": author.family}
        facts |= {"given-names": author.given} if author.given else {}
        facts |= {"affiliation": author.affiliation} if author.affiliation else {}
    facts |= {"orcid": author.url} if author.url else {}
    lines = [f"{key}: {_text(value)}" for key, value in facts.items()]
    return [f"{'    ' if number else '  - '}{line}" for number, line in enumerate(lines)]


def _text(value: str) -> str:
    return json.dumps(" ".join(value.split()))
