"""How a licence that was found, or evidence that was refused, is told in a verdict."""

from __future__ import annotations

from registry_client.checks.evidence import Try
from registry_client.checks.verdict import FieldOutside, FoundLicence, Recording, RefusedLicence
from registry_client.checks.world import World
from registry_client.models import OPEN_SALT, Outside, ReportRow
from registry_client.models.history import Refusal
from registry_client.rights.end_user import commit
from registry_client.rights.instant import format_instant
from registry_client.rights.vocabulary import describe_media, describe_territories


def found_licence(world: World, one: Try, outside: Outside, now: int, is_confirmed: bool) -> FoundLicence:
    """A valid licence of the end user, covering the use or not."""
    licence = one.known.licence
    chain = world.chain_of(licence.mandate)[::-1]
    return FoundLicence(
        licence_id=one.known.licence_id,
        licence=licence,
        name=one.use.name,
        sealed=one.use.salt != OPEN_SALT,
        holder=world.holders.get(one.known.licence_id, licence.licensee),
        owner=chain[0].owner if chain else licence.licensor,
        authority=chain,
        recording=_recording(world, one, now),
        outside=outside,
        fields=_fields(world, one, outside),
        confirmed=is_confirmed,
    )


def refused_licence(one: Try, refusal: Refusal) -> RefusedLicence:
    """Evidence that the contract takes for none."""
    known = one.known
    licence = known.licence
    return RefusedLicence(
        known.licence_id, licence.licensor, licence.mandate, known.source, refusal.name, refusal.arguments
    )


def _recording(world: World, one: Try, now: int) -> Recording:
    recorded = world.licences.get(one.known.licence_id)
    if recorded is not None:
        means = recorded.means.name.lower()
        return Recording(means, True, recorded.recorded_at, "recorded on chain", recorded.block, recorded.transaction)
    evidence = one.known.evidence
    if isinstance(evidence, ReportRow):
        shown = world.reports[evidence.agent][evidence.index].header.submitted_at
        return Recording("report", False, shown, one.known.source, row=evidence)
    return Recording("voucher", False, now, one.known.source)


def _fields(world: World, one: Try, outside: Outside) -> tuple[FieldOutside, ...]:
    scope, use, at = one.known.licence.scope, one.use, format_instant(one.use.time)
    found = []
    if Outside.MEDIA in outside:
        found.append(FieldOutside("media", describe_media(scope.media), describe_media(use.media)))
    if Outside.TERRITORIES in outside:
        named = describe_territories(scope.territories), describe_territories(use.territories)
        found.append(FieldOutside("territories", *named))
    if Outside.TIME in outside:
        period = f"from {format_instant(scope.start)} until {format_instant(scope.until)}"
        found.append(FieldOutside("time", period, at))
    if Outside.BEFORE_NAMING in outside:
        named_at = world.named[one.known.licence_id][commit(use.name, use.salt)]
        found.append(FieldOutside("end user", f"named on {format_instant(named_at)}", at))
    if Outside.REVOKED in outside:
        revoked_at = world.revoked[one.known.licence_id]
        found.append(FieldOutside("revocation", f"revoked on {format_instant(revoked_at)}", at))
    return tuple(found)
