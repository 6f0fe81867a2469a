"""Blocks in a folder, by CID: the embedded store."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from registry_client.content.cid import check, parse
from registry_client.errors import BlockMissing, ContentMismatch, StoreUnavailable


class FolderStore:
    """One file a block, in folders by the CID's last two characters. Raises StoreUnavailable when the disk fails.

    A block's file appears whole or not at all; ``flush`` makes what was put survive a loss of power.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, cid: str, data: bytes) -> None:
        """Raises ContentMismatch, CidInvalid."""
        check(cid, data)
        target = self._file(cid)
        if self._good(cid, target):
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".draft-", delete=False) as draft:
                try:
                    draft.write(data)
                    draft.close()
                    Path(draft.name).replace(target)
                except BaseException:
                    Path(draft.name).unlink(missing_ok=True)
                    raise
        except OSError as error:
            raise StoreUnavailable(f"{target}: the block cannot be written ({error.strerror})") from None

    def get(self, cid: str) -> bytes:
        """Checked by its hash. Raises BlockMissing, ContentMismatch, CidInvalid."""
        path = self._file(cid)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise BlockMissing(f"{cid}: not in {self.path}") from None
        except OSError as error:
            raise StoreUnavailable(f"{path}: the block cannot be read ({error.strerror})") from None
        check(cid, data)
        return data

    def has(self, cid: str) -> bool:
        """Whether a good copy is here."""
        return self._good(cid, self._file(cid))

    def flush(self) -> None:
        """Wait until everything put is on the disk."""
        os.sync()

    def _file(self, cid: str) -> Path:
        parse(cid)
        return self.path / cid[-2:] / cid

    def _good(self, cid: str, path: Path) -> bool:
        try:
            check(cid, path.read_bytes())
        except (OSError, ContentMismatch):
            return False
        return True
