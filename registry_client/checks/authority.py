"""The contract's rules of authority, ownership and exclusivity in plain Python, error by error.

Sources: ``contracts/licensing/Mandates.sol`` (``_requireAuthority``), ``LicenceEvidence.sol`` (``_requireLicensed``,
``_requireSound``), ``ExclusiveLicences.sol``. Each function returns the contract's refusal, None where it passes.
"""

from __future__ import annotations

from registry_client.checks.world import World
from registry_client.models import NO_END_USER, NOBODY, Flags, Licence
from registry_client.models.history import Refusal

_ALL_FLAGS = 15


def unsound(licence: Licence) -> Refusal | None:
    """Whether the licence's form is refused."""
    if int(licence.flags) > _ALL_FLAGS:
        return Refusal("LicenceFlagsUnknown", (int(licence.flags),))
    if licence.scope.is_empty:
        return Refusal("LicenceScopeEmpty")
    if licence.end_user == NO_END_USER and (licence.seats == 0 or licence.licensee == NOBODY):
        return Refusal("LicenceEndUserMissing")
    return None


def unlicensed(world: World, licence: Licence, evidence_at: int) -> Refusal | None:
    """Whether the licensor had no authority at the licence's date, did not own, or the evidence came late."""
    owner, period = licence.licensor, 0
    if licence.mandate:
        refusal = without_authority(world, licence, evidence_at)
        if refusal is not None:
            return refusal
        mandate = world.mandates[licence.mandate]
        owner, period = mandate.owner, mandate.terms.reporting_period
        if Flags.EXCLUSIVE in licence.flags and not mandate.terms.exclusive:
            return Refusal("LicenceExclusiveUnauthorized", (licence.mandate,))
    refusal = _not_owner(world, owner, licence.issued_at)
    if refusal is None and evidence_at > licence.issued_at + period:
        refusal = _not_owner(world, owner, evidence_at - period)
    return refusal


def without_authority(world: World, licence: Licence, evidence_at: int) -> Refusal | None:
    """Whether the licence's mandate did not carry it."""
    found = world.mandates.get(licence.mandate)
    if found is None:
        return Refusal("MandateUnknown", (licence.mandate,))
    if found.terms.agent != licence.licensor:
        return Refusal("MandateAgentMismatch", (found.id, licence.licensor.lower()))
    if found.terms.work_id not in (0, licence.work_id):
        return Refusal("MandateWorkOutside", (found.id, licence.work_id))
    if not licence.scope.is_within(found.terms.scope):
        return Refusal("MandateScopeExceeded", (found.id,))
    for link in world.chain_of(found.id):
        if not link.terms.start <= licence.issued_at < link.ends_at:
            return Refusal("MandateNotLive", (link.id, licence.issued_at))
        accepted = link.ends_at + found.terms.reporting_period
        if evidence_at > accepted:
            return Refusal("MandateEvidenceLate", (link.id, accepted, evidence_at))
    return None


def excluded(world: World, licence: Licence, licence_id: bytes) -> Refusal | None:
    """Whether another exclusive licence stands against this one at its date."""
    time = licence.issued_at
    for found in world.exclusives:
        if time < found.recorded_at or (found.revoked_at is not None and time >= found.revoked_at):
            continue
        if found.licence_id != licence_id and licence.scope.overlaps(found.scope):
            return Refusal("LicenceExclusiveOverlap", ("0x" + found.licence_id.hex(),))
    return None


def _not_owner(world: World, account: str, time: int) -> Refusal | None:
    if account != NOBODY and world.owner_at(time) == account:
        return None
    return Refusal("LicenceNotOwner", (world.work_id, account.lower(), time))
