"""The use check: was this use of this work by this end user at this time licensed?"""

from __future__ import annotations

from pathlib import Path

from registry_client.checks.index import LicenceIndex
from registry_client.checks.ports import History, Knowledge, NoKnowledge, Proofs, SealedRows
from registry_client.checks.target import Catalogue
from registry_client.checks.verdict import STRANGER, Asker, Verdict
from registry_client.models import Fingerprint


def check_use(
    target: int | Path | Fingerprint,
    user: str | None,
    *,
    index: LicenceIndex,
    chain: History,
    catalogue: Catalogue,
    time: int | None = None,
    media: int = 0,
    territories: int = 0,
    url: str | None = None,
    knowledge: Knowledge | None = None,
    asker: Asker = STRANGER,
    proofs: Proofs | None = None,
    sealed_rows: SealedRows | None = None,
) -> Verdict:
    """The verdict over a use.

    ``target``: a work id, an image file, or a file's fingerprint. ``user``: a domain, a web address or a party; None
    for the host of ``url``. ``time``: Unix seconds, None for the newest block's. ``media`` and ``territories``: bits, 0
    where not stated, so not judged.

    Raises ScopeInvalid for a time in the future, EndUserInvalid, ImageUnreadable and the like for bad input; ChainError
    or StoreError where the question could not be asked, which says nothing about the use.
    """
    raise NotImplementedError
