# SPDX-License-Identifier: GPL-2.0-only
"""Whose a study is and what others may do with it, as its file says:

    authors = [{name = "Ada Lovelace", family = "Lovelace", orcid = "0000-0002-1825-0097"}]
    license = "CC-BY-4.0"

`affiliation` may be told, too. `family` says which part of the name is the family's, which no rule can tell for all the world.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
KEYS = ("authors", "license")
_AUTHOR_KEYS = ("name", "family", "orcid", "affiliation")


class CreditError(Exception):
    """What is wrong, and where: the key and, of an author, the number and his key."""

    def __init__(self, text: str, *path: str | int) -> None:
        super().__init__(text)
        self.path = path


@dataclass(frozen=True)
class Author:
    """Who made the study."""

    name: str
    orcid: str = ""
    affiliation: str = ""
    family: str = ""
    """A part of the name; empty where it was not told."""

    @property
    def given(self) -> str:
        """The rest of the name; all of it where no family was told."""
        return " ".join(f" {self.name} ".replace(f" {self.family} ", " ", 1).split())

    @property
    def url(self) -> str:
        """Names the author for machines; empty without an ORCID."""
        return f"https://orcid.org/{self.orcid}" if self.orcid else ""


@dataclass(frozen=True)
class Credits:
    """What a study file says."""

    authors: tuple[Author, ...] = ()
    license: str = ""
    """As SPDX calls it; empty: none was chosen."""


def read_credits(raw: dict[str, Any]) -> Credits:
    """Of a study file's values. Raises CreditError."""
    authors = raw.get("authors", [])
    if not isinstance(authors, Sequence) or not all(isinstance(each, dict) for each in authors):
        raise CreditError('authors is a list such as [{name = "Ada Lovelace"}]', "authors")
    chosen = raw.get("license", "")
    if not isinstance(chosen, str) or (chosen and not _SPDX.fullmatch(chosen)):
        raise CreditError('license is an identifier of SPDX, such as "CC-BY-4.0"', "license")
    return Credits(tuple(_author(each, number) for number, each in enumerate(authors)), chosen)


def _author(raw: dict[str, Any], number: int) -> Author:
    for key, value in raw.items():
        if key not in _AUTHOR_KEYS:
            raise CreditError(
                f"an author has no {key}, only {', '.join(_AUTHOR_KEYS)}", "authors", number
            )
        if not isinstance(value, str) or not value.strip():
            raise CreditError(f"{key} is a text in quotes", "authors", number)
    if "name" not in raw:
        raise CreditError("an author has a name", "authors", number)
    orcid = raw.get("orcid", "").removeprefix("https://orcid.org/")
    if orcid and not (_ORCID.fullmatch(orcid) and _check_digit(orcid) == orcid[-1]):
        raise CreditError(f"orcid {orcid} is none; check its digits", "authors", number)
    name, family = raw["name"].strip(), raw.get("family", "").strip()
    if family and f" {family} " not in f" {name} ":
        raise CreditError(
            f'family = "{family}" is no part of name = "{name}"; name is the whole name',
            "authors",
            number,
        )
    return Author(name, orcid, raw.get("affiliation", "").strip(), family)


def _check_digit(orcid: str) -> str:
    """ISO 7064 mod 11-2, as ORCID has it."""
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)
