"""A contract's refusal in words that say what it means for a person. Source: ``interfaces/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry_client.errors import ContractError
from registry_client.rights.instant import format_instant

_MINT = "if it is anchored only, mint its title first: registry title WORK"
_WORDS: dict[str, Callable[..., str]] = {
    "MandateUnknown": lambda mandate: f"there is no mandate {mandate}",
    "MandateAgentInvalid": lambda agent: f"{agent} cannot be the agent: it is nobody, or the one who gives the mandate",
    "MandateScopeEmpty": lambda: "the mandate would cover nothing",
    "MandatePeriodInvalid": lambda start, end: (
        f"a mandate from {_when(start)} to {_when(end)} begins in the past or is over before it begins"
    ),
    "MandateReportingPeriodInvalid": lambda period: f"agencies report every 1 hour to 366 days, not every {period} s",
    "MandateCommissionInvalid": lambda commission: f"a commission of {commission} basis points is more than everything",
    "MandateTooDeep": lambda depth: f"{depth} levels of further mandates are more than the 7 there may be",
    "MandateNotOwner": lambda work, caller: f"{caller} does not own this work, so gives no mandate for it; {_MINT}",
    "MandateNotAgent": lambda mandate, caller: f"{caller} is not the agent of mandate {mandate}",
    "MandateExceedsParent": lambda parent, field: f"it goes beyond mandate {parent} in its {_text(field)}",
    "MandateExclusiveOverlap": lambda other: f"mandate {other} overlaps it, and one of the two is exclusive",
    "MandateTooMany": lambda limit: f"nobody can have more than {limit} live mandates given; revoke one",
    "MandateUnauthorized": lambda mandate, caller: f"{caller} is neither owner, giver nor agent of mandate {mandate}",
    "MandateAlreadyRevoked": lambda mandate: f"mandate {mandate} was revoked before",
    "MandateAgentMismatch": lambda mandate, agent: f"mandate {mandate} is not {agent}'s",
    "MandateWorkOutside": lambda mandate, work: f"mandate {mandate} is for another work",
    "MandateScopeExceeded": lambda mandate: f"mandate {mandate} does not allow so much: media, territories or time",
    "MandateNotLive": lambda link, time: f"mandate {link} gave no authority at {_when(time)}: not begun, or over",
    "MandateEvidenceLate": lambda link, until, at: (
        f"it came to light at {_when(at)}, too late: mandate {link} had ended, and one reporting period after, at "
        f"{_when(until)}, nothing under it is accepted any more"
    ),
    "LicenceScopeEmpty": lambda: "the licence would cover nothing",
    "LicenceEndUserMissing": lambda: "the licence names no end user, nor a licensee with a seat who could name one",
    "LicenceLicensorMismatch": lambda licensor, caller: f"only {licensor} can grant this, not {caller}",
    "LicenceInFuture": lambda issued: f"the licence is dated {_when(issued)}, which is still to come",
    "LicenceNotOwner": lambda work, account, time: (
        f"{account}, on whose authority it rests, did not own the work at {_when(time)}; {_MINT}"
    ),
    "LicenceAlreadyRecorded": lambda licence: "this licence is on chain already",
    "LicenceUnknown": lambda licence: "no such licence was ever recorded on chain",
    "LicenceMandateOverlap": lambda mandate: f"mandate {mandate} stands against it: it is live and overlaps",
    "LicenceExclusiveOverlap": lambda other: f"the exclusive licence {_hex(other)} stands against it",
    "LicenceExclusiveUnauthorized": lambda mandate: (
        f"mandate {mandate} is not exclusive: no exclusive licences under it"
    ),
    "LicenceTitleUnsettled": lambda work, settled: (
        f"until {_when(settled)} an earlier claim could still take the title, so nobody can promise exclusivity on it"
    ),
    "LicenceExclusiveTooMany": lambda work, limit: f"a work has at most {limit} exclusive licences",
    "LicenceVoucherExpired": lambda licence, until: f"the voucher could be used until {_when(until)} only",
    "LicenceVoucherCancelled": lambda licensor, nonce: f"{licensor} cancelled its vouchers of nonce {nonce}",
    "LicenceSignatureInvalid": lambda licence, licensor: f"the signature is not {licensor}'s over this licence",
    "LicenceOutsideReport": lambda licence, issued, previous, through: (
        f"it is dated {_when(issued)}, but the report is of sales after {_when(previous)} and until {_when(through)}"
    ),
    "LicenceNotRevocable": lambda licence: "its terms do not allow to revoke it",
    "LicenceAlreadyRevoked": lambda licence, at: f"it was revoked at {_when(at)}",
    "LicenceRevokeUnauthorized": lambda licence, caller: f"{caller} is neither the work's owner nor the licensor",
    "LicenceNotTransferable": lambda licence: "its terms do not allow to transfer it",
    "LicenceNotHolder": lambda licence, caller: f"{caller} does not hold this licence",
    "LicenceHolderInvalid": lambda to: f"{to} cannot receive it: it is nobody, or holds it already",
    "LicenceEndUserInvalid": lambda user: "this is the end user that the licence was sold for; it needs no naming",
    "LicenceEndUserAlreadyNamed": lambda licence, user: "this end user was named before",
    "LicenceSeatsTaken": lambda licence, seats: f"all of its {seats} seats for end users are taken",
    "LicenceEndUserMismatch": lambda licence, user: "name and salt do not open any end user of this licence",
    "LicenceTimeInFuture": lambda time: f"{_when(time)} is still to come",
    "ReportNotForward": lambda through, present: (
        f"the books are closed through {_when(present)} already, so cannot be closed through {_when(through)}"
    ),
    "ReportInFuture": lambda through: f"{_when(through)} is not over yet: nobody knows what will be sold",
    "ReportUnknown": lambda agent, index: f"{agent} submitted no such report {index}",
    "ReportRowOutside": lambda row, count: f"the report has {count} sales, so no row {row}",
    "ReportProofInvalid": lambda agent, index, row: (
        f"report {index} of {agent} does not hold this licence in row {row}"
    ),
    "EnforcedPause": lambda: "new grants are paused for the moment; everything else goes on",
    "ERC721InsufficientApproval": lambda caller, work: f"{caller} does not own this title",
    "ERC721IncorrectOwner": lambda sender, work, owner: f"{sender} does not own this title; it is {owner}'s",
    "ERC721NonexistentToken": lambda work: "the work has no title yet (`registry title`)",
}


def words_of(error: ContractError) -> str | None:
    """The refusal in a sentence without its final dot; None for one without words here."""
    words = _WORDS.get(error.name)
    if words is None:
        return None
    try:
        return words(*error.arguments)
    except TypeError:  # a revert whose arguments did not decode
        return None


def _when(seconds: Any) -> str:
    return format_instant(seconds) if isinstance(seconds, int) else str(seconds)


def _hex(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def _text(value: Any) -> str:
    """A field's name from its 32 bytes (0x-hex)."""
    names = {"workId": "works", "expiresAt": "end", "reportingPeriod": "reporting period", "depth": "further levels"}
    try:
        name = bytes.fromhex(str(value).removeprefix("0x")).rstrip(b"\0").decode("ascii")
    except ValueError:
        name = str(value)
    return names.get(name, name)
