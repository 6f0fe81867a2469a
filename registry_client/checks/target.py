"""Which work is meant: by its id, by an image's exact bytes, or by a fingerprint that is near."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from registry_client.checks.verdict import FoundWork, TitleState
from registry_client.content.fingerprint import LOW_QUALITY, fingerprint_file
from registry_client.errors import ChainUnavailable
from registry_client.models import Anchor, Fingerprint, Title
from registry_client.registration.ownership import Candidate, Gets, owner_of


class Registry(Protocol):
    """Titles and anchors, read at one block."""

    def title(self, work_id: int) -> Title | None: ...
    def anchors_of(self) -> list[Anchor]: ...
    def at(self, block: int) -> Registry: ...


@dataclass(frozen=True)
class Catalogue:
    """Where works without a title, and near ones, are looked for: anchors on chain, manifests in the store."""

    reader: Registry
    store: Gets


@dataclass(frozen=True)
class Target:
    """What was asked about: a work's id, and the image it was taken from, None where an id was given."""

    work_id: int
    image: Fingerprint | None

    @classmethod
    def of(cls, given: int | Path | Fingerprint) -> Target:
        """Raises ImageUnreadable, ImageUnsupported."""
        if isinstance(given, int):
            return cls(given, None)
        image = fingerprint_file(given) if isinstance(given, Path) else given
        return cls(int.from_bytes(image.content_hash, "big"), image)

    def as_found(self) -> FoundWork:
        low = self.image is not None and self.image.quality < LOW_QUALITY
        return FoundWork(self.work_id, "id" if self.image is None else "exact bytes", None, low)


@dataclass(frozen=True)
class Found:
    """The work, what is known of its title beyond the index, and near works: several, and then none is chosen."""

    work: FoundWork
    state: TitleState
    candidates: tuple[Candidate, ...] = ()


def find_untitled(target: Target, catalogue: Catalogue, block: int) -> Found:
    """A work that has no title, and where the image is no registered work, the near ones.

    Raises BlockMissing where a manifest that may name it cannot be had: could not ask.
    """
    reader = catalogue.reader.at(block)
    fingerprint = None if target.image is None else target.image.fingerprint
    found = owner_of(reader, catalogue.store, target.work_id, fingerprint)
    if found.status != "unregistered" or not found.candidates:
        return Found(target.as_found(), TitleState(_untitled(found.status), found.owner, found.anchored_at))
    if len(found.candidates) > 1:
        return Found(target.as_found(), TitleState("unregistered"), found.candidates)
    near = found.candidates[0]
    work = FoundWork(near.work_id, "fingerprint", near.distance, target.as_found().low_quality)
    whose = owner_of(reader, catalogue.store, near.work_id)
    return Found(work, TitleState(whose.status, whose.owner, whose.anchored_at), found.candidates)


def _untitled(status: str) -> str:
    if status == "titled":
        raise ChainUnavailable("the node contradicts itself: it knows a title and gives no event of it")
    return status
