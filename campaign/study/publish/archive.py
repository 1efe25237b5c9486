# SPDX-License-Identifier: GPL-2.0-only
"""A study's folder in one file, the same bytes whenever and by whomever it is packed.

A tar archive compressed by gzip, with a manifest of the sums of all files: `sha256sum --check` takes it.
Order, owners, modes and times are fixed; the content alone decides.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path
from typing import IO, BinaryIO, cast

from analysis.run.records import RecordError
from campaign.errors import UserError
from campaign.folder import cannot_write
from campaign.lock import locked
from campaign.study.publish.checklist import checklist_text
from campaign.study.publish.citation import citation_text
from campaign.study.publish.contents import (
    CHECKLIST_NAME,
    CITATION_NAME,
    CRATE_NAME,
    MANIFEST_NAME,
    Contents,
    sum_of,
)
from campaign.study.publish.crate import crate_text
from campaign.study.publish.finished import refuse_unfinished

_TIME = 315532800
"""The first moment of 1980, which every format of archives knows."""


def describe_folder(folder: Path) -> None:
    """Write CITATION.cff, CHECKLIST.md and the crate of all files as they are now.

    Raises UserError where they cannot be written, RecordError where it is no study's folder.
    """
    contents = Contents(folder)
    for name, text in (
        (CITATION_NAME, citation_text),
        (CHECKLIST_NAME, checklist_text),
        (CRATE_NAME, crate_text),
    ):
        partial = folder / f".{name}.partial"
        try:
            partial.write_text(text(contents), encoding="utf-8")
            partial.replace(folder / name)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise cannot_write(folder, error) from error


def archive(folder: Path, to: Path | None = None) -> Path:
    """Pack the folder into `to`, or beside it into a file of its name. @return the archive

    Raises UserError where it is no study's folder, is in use, is not finished or has tables that were
    changed by hand, or the archive cannot be written.
    """
    folder = folder.absolute()
    name = folder.resolve().name
    target = to or folder.resolve().parent / f"{name}.tar.gz"
    partial = target.with_name(f".{target.name}.partial")
    try:
        with locked(folder):
            refuse_unfinished(Contents(folder))
            describe_folder(folder)
            with open(partial, "wb") as file:
                _pack(folder, name, file)
            os.replace(partial, target)
    except RecordError as error:
        raise UserError(f"{error}; only the folder of a study can be archived") from None
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def _pack(folder: Path, name: str, file: BinaryIO) -> None:
    paths = list(Contents(folder).paths())
    manifest = "".join(
        f"{sum_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths
    ).encode("utf-8", "surrogateescape")
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=cast(IO[bytes], packed), mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        info = _member(f"{name}/{MANIFEST_NAME}", len(manifest))
        tar.addfile(info, io.BytesIO(manifest))
        for path in paths:
            with open(path, "rb") as content:
                size = os.fstat(content.fileno()).st_size
                inside = f"{name}/{path.relative_to(folder).as_posix()}"
                tar.addfile(_member(inside, size), content)


def _member(path: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(path)
    info.size, info.mtime, info.mode = size, _TIME, 0o644
    return info
