"""Whether an agency might sell what it says it sold: the contract's rules, asked before anything is sent.

Source: ``contracts/licensing/Mandates.sol`` and ``LicenceEvidence.sol``; the chain decides, this only tells earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from registry_client.errors import ContractError
from registry_client.licensing.reports.protocols import Owners, Reads
from registry_client.licensing.reports.sealing import is_usable
from registry_client.models import Flags, Licence, Mandate, Title
from registry_client.rights.instant import format_instant

Fault = tuple[str, str]  # column, message

_MAX_TITLES = 100_000  # kept in memory


class Authority:
    """Answers for one agency; mandates, keys and owners are asked for once. ``now`` is the chain's time."""

    def __init__(self, reader: Reads, owners: Owners | None, agent: str, now: int) -> None:
        self.reader, self.owners, self.agent, self.now = reader, owners, agent, now
        self._count: int | None = None
        self._mandates: dict[int, Mandate | None] = {}
        self._keys: dict[str, bytes | None] = {}
        self._titles: dict[int, Title | None] = {}

    def expect(self, work_ids: Iterable[int]) -> None:
        """Ask for many works' titles at once, before their licences are judged."""
        if self.owners is None:
            return
        if len(self._titles) > _MAX_TITLES:
            self._titles.clear()
        unknown = [work_id for work_id in dict.fromkeys(work_ids) if work_id not in self._titles]
        self._titles.update(zip(unknown, self.owners.titles(unknown), strict=True))

    def owner_under(self, mandate: int) -> str | None:
        """Who stands at the top of a mandate, the agency itself for 0; None for a mandate that there is not."""
        if mandate == 0:
            return self.agent
        found = self._mandate(mandate)
        return None if found is None else found.owner

    def faults(self, licence: Licence) -> Iterator[Fault]:
        """What the chain would refuse of a licence dated at its sale."""
        if licence.mandate:
            mandate = self._mandate(licence.mandate)
            if mandate is None:
                yield "mandate", f"there is no mandate {licence.mandate}"
                return
            yield from self._outside(licence, mandate)
            owner = mandate.owner
        else:
            owner = self.agent
        if not self._owned(licence, owner):
            sold_at = format_instant(licence.issued_at)
            yield "work", f"its title was not {owner}'s at {sold_at}; a report covers titled works of that owner alone"
        yield from self._key_faults(owner)

    def key(self, account: str) -> bytes | None:
        """The account's published sealing key, None for none, or for one that takes nothing."""
        if account not in self._keys:
            key = self.reader.sealing_key(account)
            self._keys[account] = key if key is None or is_usable(key) else None
        return self._keys[account]

    def _key_faults(self, owner: str) -> Iterator[Fault]:
        if self.key(owner) is None:
            yield (
                "mandate",
                f"the owner {owner} has published no sealing key (or one that takes nothing), so its rows cannot be "
                "sealed; ask that owner to publish one: registry report key --account NAME",
            )

    def _outside(self, licence: Licence, mandate: Mandate) -> Iterator[Fault]:
        terms = mandate.terms
        if terms.agent != self.agent:
            yield "mandate", f"mandate {mandate.id} is {terms.agent}'s, not this agency's"
        if terms.work_id not in (0, licence.work_id):
            yield "work", f"mandate {mandate.id} is for another work, 0x{terms.work_id:064x}"
        beyond = licence.scope.fields_outside(terms.scope)
        columns = {"media": "media", "territories": "territories", "from": "from", "until": "until"}
        for field in beyond:
            yield columns[field], f"beyond mandate {mandate.id}"
        if licence.flags & Flags.EXCLUSIVE and not terms.exclusive:
            yield "flags", f"mandate {mandate.id} is not exclusive, so nothing exclusive can be sold under it"
        dead = self._dead(mandate, licence.issued_at)
        if dead is not None:
            yield "sold_at", dead

    def _dead(self, mandate: Mandate, time: int) -> str | None:
        """Why a chain of mandates had no authority at a time, or can no longer show it; None where it had."""
        period = mandate.terms.reporting_period
        link: Mandate | None = mandate
        while link is not None:
            if not link.terms.start <= time < link.ends_at:
                ran = f"{format_instant(link.terms.start)} to {format_instant(link.ends_at)}"
                return f"mandate {link.id} was not live then, but from {ran}"
            if self.now > link.ends_at + period:
                late = format_instant(link.ends_at + period)
                return f"mandate {link.id} ended; its sales could be reported until {late}"
            link = self._mandate(link.terms.parent) if link.terms.parent else None
        return None

    def _mandate(self, mandate: int) -> Mandate | None:
        if self._count is None:
            self._count = self.reader.mandate_count()
        if not 0 < mandate <= self._count:
            return None
        if mandate not in self._mandates:
            try:
                self._mandates[mandate] = self.reader.mandate(mandate)
            except ContractError as error:
                if error.name != "MandateUnknown":
                    raise
                self._mandates[mandate] = None
        return self._mandates[mandate]

    def _owned(self, licence: Licence, owner: str) -> bool:
        """Whether the owner held the title at the sale, and may still be spoken for. Who holds it now and had it
        registered before the sale is taken to have held it all the time: to ask for every sale takes an hour."""
        if self.owners is None:
            return True
        work_id, sold_at = licence.work_id, licence.issued_at
        title = self._titles.get(work_id)
        if title is not None and title.owner == owner and title.registered_at <= sold_at:
            return True
        if sold_at > self.now or self.owners.owner_at(work_id, sold_at) != owner:
            return False
        mandate = self._mandate(licence.mandate)
        latest = self.now - (mandate.terms.reporting_period if mandate else 0)
        return latest <= sold_at or self.owners.owner_at(work_id, latest) == owner
