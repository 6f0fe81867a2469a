"""What the checks ask of other layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from registry_client.models import Inclusion, KnownLicence, Report
from registry_client.models.history import Answers, BlockMark, CoverQuestion, News

# Rows of a report by owner (checksummed address) whose end users only the owner and the agency can read; None,
# StoreError or ContentError where that cannot be had.
SealedRows = Callable[[Report], Mapping[str, int] | None]
# The rows of a report that anybody can read, each compared with the report's root; the same errors.
OpenRows = Callable[[Report], Iterable[KnownLicence]]


class History(Protocol):
    """The chain. Raises ChainUnavailable for whatever cannot be had or contradicts itself."""

    @property
    def chain_id(self) -> int: ...
    @property
    def registry(self) -> str: ...
    @property
    def licences(self) -> str: ...

    def news(self, after: BlockMark | None) -> News:
        """The newest block and what happened after ``after``: one round trip, unless there is much to catch up."""

    def hashes(self, numbers: Sequence[int]) -> list[bytes | None]:
        """The hash of each block on the chain as it is now, None where there is none."""

    def ask(
        self,
        head: BlockMark,
        blocks: Sequence[int],
        work_id: int | None = None,
        agents: Sequence[str] = (),
        questions: Sequence[CoverQuestion] = (),
    ) -> Answers:
        """Everything of a check that the index cannot know, at one block, in one round trip."""

    def is_signed(self, licensor: str, licence_id: bytes, signature: bytes) -> bool:
        """Whether an account without code would have signed so; a contract's word is the chain's alone."""


class Proofs(Protocol):
    """Proofs of inclusion of rows of reports."""

    def inclusion_of(self, agent: str, index: int, row: int) -> Inclusion: ...


class Knowledge(Protocol):
    """What the asker knows beyond the chain."""

    def licences_of(self, work_id: int) -> list[KnownLicence]: ...

    def works(self) -> list[int]:
        """Every work of which it knows a licence."""

    def is_opened(self, report: Report, owner: str) -> bool:
        """Whether the asker has opened every row of this report that belongs to this owner."""


class NoKnowledge:
    """A stranger's."""

    def licences_of(self, work_id: int) -> list[KnownLicence]:
        return []

    def works(self) -> list[int]:
        return []

    def is_opened(self, report: Report, owner: str) -> bool:
        return False
