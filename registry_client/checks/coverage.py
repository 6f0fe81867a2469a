"""Whether a licence covers a use: the contract's ``covers``, ``coversVoucher`` and ``coversReported`` in plain Python,
with the same answers and the same errors. Sources: ``contracts/LicenceRegistry.sol``,
``contracts/licensing/LicenceEvidence.sol``, ``SalesReports.sol``."""

from __future__ import annotations

from registry_client.checks.authority import excluded, unlicensed, unsound
from registry_client.checks.world import World
from registry_client.content.keccak import keccak
from registry_client.models import Inclusion, KnownLicence, Licence, Outside, Report, ReportRow, Use
from registry_client.models.history import Refusal
from registry_client.rights.end_user import commit


def evaluate(
    world: World, known: KnownLicence, use: Use, now: int, inclusion: Inclusion | None = None
) -> Outside | Refusal:
    """What the contract says at a block of the time ``now`` (Unix seconds) about this use.

    ``known.licence`` is of the world's work. Of a row that was compared with its report's root when it was opened no
    proof is needed again; with ``inclusion`` it is checked anew.
    """
    evidence = known.evidence
    if evidence is None:
        refusal = None if known.licence_id in world.licences else Refusal("LicenceUnknown", (_hex(known.licence_id),))
    elif isinstance(evidence, bytes):
        refusal = voucher_refused(world, known.licence, known.licence_id, evidence, now)
    else:
        refusal = reported_refused(world, known.licence, known.licence_id, evidence, inclusion)
    return _outside(world, known.licence, known.licence_id, use, now) if refusal is None else refusal


def voucher_refused(world: World, licence: Licence, licence_id: bytes, signature: bytes, now: int) -> Refusal | None:
    """Why the contract takes no licence from this signature, None where it does."""
    refusal = unsound(licence)
    if refusal is not None:
        return refusal
    if licence.issued_at > now:
        return Refusal("LicenceInFuture", (licence.issued_at,))
    if licence.redeem_until != 0 and now > licence.redeem_until:
        return Refusal("LicenceVoucherExpired", (_hex(licence_id), licence.redeem_until))
    if (licence.licensor, licence.nonce) in world.cancelled:
        return Refusal("LicenceVoucherCancelled", (licence.licensor.lower(), licence.nonce))
    if not world.is_signed(licence.licensor, licence_id, signature):
        return Refusal("LicenceSignatureInvalid", (_hex(licence_id), licence.licensor.lower()))
    return unlicensed(world, licence, now) or excluded(world, licence, licence_id)


def reported_refused(
    world: World, licence: Licence, licence_id: bytes, row: ReportRow, inclusion: Inclusion | None = None
) -> Refusal | None:
    """Why the contract takes no licence from this row of the licensor's report, None where it does."""
    refusal = unsound(licence)
    if refusal is not None:
        return refusal
    reports = world.reports.get(licence.licensor, ())
    if row.index >= len(reports) or row.agent != licence.licensor:
        return Refusal("ReportUnknown", (licence.licensor.lower(), row.index))
    report = reports[row.index]
    header = report.header if inclusion is None else inclusion.header
    if row.row >= header.count:
        return Refusal("ReportRowOutside", (row.row, header.count))
    if inclusion is not None and not is_included(report, licence_id, inclusion):
        return Refusal("ReportProofInvalid", (licence.licensor.lower(), row.index, row.row))
    if not header.previous_through < licence.issued_at <= header.complete_through:
        period = header.previous_through, header.complete_through
        return Refusal("LicenceOutsideReport", (_hex(licence_id), licence.issued_at, *period))
    refusal = unlicensed(world, licence, header.submitted_at - 1)
    return refusal or excluded(world, licence, licence_id)


def is_included(report: Report, licence_id: bytes, inclusion: Inclusion) -> bool:
    """Whether the proof leads from the licence's leaf to the report's root."""
    if inclusion.header != report.header or len(inclusion.proof) != (report.header.count - 1).bit_length():
        return False
    node, place = keccak(keccak(licence_id)), inclusion.row
    for sibling in inclusion.proof:
        node = keccak(sibling + node if place & 1 else node + sibling)
        place >>= 1
    return node == report.root


def _outside(world: World, licence: Licence, licence_id: bytes, use: Use, now: int) -> Outside | Refusal:
    if use.time > now:
        return Refusal("LicenceTimeInFuture", (use.time,))
    outside, scope = Outside.NONE, licence.scope
    end_user = commit(use.name, use.salt)
    if end_user != licence.end_user:
        named = world.named.get(licence_id, {}).get(end_user)
        if named is None:
            return Refusal("LicenceEndUserMismatch", (_hex(licence_id), _hex(end_user)))
        if use.time < named:
            outside |= Outside.BEFORE_NAMING
    if use.media & ~scope.media:
        outside |= Outside.MEDIA
    if use.territories & ~scope.territories:
        outside |= Outside.TERRITORIES
    if not scope.start <= use.time < scope.until:
        outside |= Outside.TIME
    revoked = world.revoked.get(licence_id)
    if revoked is not None and use.time >= revoked:
        outside |= Outside.REVOKED
    return outside


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
