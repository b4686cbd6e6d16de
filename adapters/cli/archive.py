"""The archive that a backup is: one ZIP with a manifest, the database, and nothing that opens ballots.

A file that was cut off has no table of contents, and what was changed has another checksum: both are
refused. Only members that the manifest names are read, and no more of them than it says.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from storage import schema

FORMAT = "talkoot-backup-1"
MANIFEST = "manifest.json"
DATABASE = "talkoot.db"
MATRIX = "matrix/"
"""What the names of the Matrix key store's files begin with."""

MANIFEST_BYTES_MAX = 16 * 2**20
OWNER_ONLY = 0o600
_CHUNK = 2**20
_MEMBERS_MAX = 1_000_000


class ArchiveError(Exception):
    """This is no backup that can be used; says why, for whoever runs the program."""


class Stored(msgspec.Struct, frozen=True):
    """A file of the archive: how long it is, and its checksum."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What is in a backup: `at` is when it was begun (ms), `heads` each collective's last entry.

    `begins` are the hashes of their first entries, which tell whose backup it is. `polls` are the
    secret polls that were open, by collective and reference: their keys are not in it.
    """

    program: str
    schema: str
    at: int
    heads: dict[str, str]
    files: dict[str, Stored]
    polls: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    account: str = ""
    begins: tuple[str, ...] = ()
    format: str = FORMAT


def stored(path: Path) -> Stored:
    """The length and checksum of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return Stored(path.stat().st_size, digest.hexdigest())


def write_archive(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write an archive for its owner alone, and have the disk know it."""
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY)
    with os.fdopen(handle, "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, msgspec.json.encode(manifest))
            for name, path in files.items():
                archive.write(path, name)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(path: Path) -> Manifest:
    """The manifest of an archive that this program can read. Raises ArchiveError."""
    if not path.is_file():
        raise ArchiveError(f"There is no backup {path}.")
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(MANIFEST)
            if info.file_size > MANIFEST_BYTES_MAX:
                raise ArchiveError(f"{path} is no backup of Talkoot (its manifest is too long).")
            written = archive.read(info)
        form = msgspec.json.decode(written, type=dict[str, object]).get("format")
        if form != FORMAT:
            raise ArchiveError(
                f"{path} has the form {form}; this Talkoot reads {FORMAT}. Restore it with the version "
                "that wrote it, or a newer one."
            )
        manifest = msgspec.json.decode(written, type=Manifest)
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, OSError, RuntimeError) as why:
        raise ArchiveError(
            f"{path} is no backup of Talkoot, or it was cut off ({why}). Use an older one."
        ) from why
    if manifest.schema > schema.VERSION:
        raise ArchiveError(
            f"This backup was made by a newer Talkoot (schema {manifest.schema}); this one knows up to "
            f"{schema.VERSION}. Install the newer version; nothing was changed."
        )
    if DATABASE not in manifest.files or len(manifest.files) > _MEMBERS_MAX:
        raise ArchiveError(f"{path} is no backup of Talkoot: its manifest names no database.")
    return manifest


def unpack(path: Path, manifest: Manifest, name: str, target: Path) -> None:
    """Take a file out of an archive, and hold it against the manifest. Raises ArchiveError."""
    expected, digest, count = manifest.files[name], hashlib.sha256(), 0
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    try:
        with (
            os.fdopen(handle, "wb") as out,
            zipfile.ZipFile(path) as archive,
            archive.open(name) as inside,
        ):
            while count <= expected.bytes and (chunk := inside.read(_CHUNK)):
                count += len(chunk)
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, RuntimeError) as why:
        raise ArchiveError(f"{path} is damaged or cut off ({why}). Use an older backup.") from why
    except Exception as why:
        if type(why).__module__ == "zlib":
            raise ArchiveError(f"{path} is damaged ({why}). Use an older backup.") from why
        raise
    if (count, digest.hexdigest()) != (expected.bytes, expected.sha256):
        raise ArchiveError(
            f"{name} in {path} is not what the manifest says: it was damaged. Use an older one."
        )


def check_archive(path: Path, manifest: Manifest, folder: Path) -> None:
    """Read an archive back from the disk, whole. Raises ArchiveError."""
    read_manifest(path)
    for name in manifest.files:
        copy = folder / "read-back"
        unpack(path, manifest, name, copy)
        copy.unlink()


def sync(folder: Path) -> None:
    """Have the disk know what a folder holds."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(source: Path, target: Path) -> None:
    """Give a whole file its name, on the same disk; never over another one.

    Raises FileExistsError.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without second names
        if target.exists():
            raise FileExistsError(target) from None
        source.rename(target)
    else:
        source.unlink()
    sync(target.parent)


def free_bytes(folder: Path) -> int:
    """How much room there is."""
    return shutil.disk_usage(folder).free


def inside(folder: Path) -> Iterable[Path]:
    """The plain files in a folder and below, in order; links are passed over."""
    return sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())
