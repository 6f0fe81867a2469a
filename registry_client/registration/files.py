"""Which files a call is about."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from registry_client.errors import ConfigurationError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"})


def collect(paths: Iterable[Path]) -> list[Path]:
    """Every file named, and every image file (by its suffix) below a folder named, in a stable order, each path once.

    Raises ConfigurationError for a path that does not exist, a folder that cannot be read, or no file at all.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path, onerror=_refuse):
                folders.sort()
                for name in sorted(names):
                    if Path(name).suffix.lower() in SUFFIXES:
                        found[Path(folder) / name] = None
        elif path.exists():
            found[path] = None
        else:
            raise ConfigurationError(f"{path}: no such file or folder")
    if not found:
        kinds = ", ".join(sorted(SUFFIXES))
        raise ConfigurationError(f"no image files found: name files, or folders that hold {kinds}")
    return list(found)


def _refuse(error: OSError) -> None:
    raise ConfigurationError(f"{error.filename}: the folder cannot be read ({error.strerror}); mend its permissions")
