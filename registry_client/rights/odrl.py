"""A licence as an ODRL 2.2 Agreement in JSON-LD, with the fields of PLUS that it maps to.

Sources: https://www.w3.org/TR/odrl-model/, https://www.w3.org/TR/odrl-vocab/, http://ns.useplus.org/LDF/ldf-XMPReference,
RFC 6920 (``ni:`` names a file by its hash), https://github.com/w3c-ccg/did-pkh (``did:pkh`` names an account).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from registry_client.content.cid import cid_of_digest
from registry_client.content.merkle import owner_text
from registry_client.errors import LicenceInvalid
from registry_client.models.scope import FOREVER, Scope
from registry_client.rights.tables import media_table, territory_table
from registry_client.rights.vocabulary import describe_media, describe_territories

_CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
_PLUS = {"plus": "http://ns.useplus.org/ldf/xmp/1.0/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
_FLAGS = ("exclusive", "transferable", "sublicensable", "revocable")
_NOBODY = bytes(32)
_CYCLE = 12_622_780_800  # seconds of 400 Gregorian years


def to_odrl(licence: Mapping[str, Any]) -> dict[str, Any]:
    """The Agreement. The licence's own fields stand whole in ``licence``, since ODRL and PLUS have no word for some.

    Raises LicenceInvalid for a field that is missing or malformed, ScopeInvalid for the scope's.
    """
    scope = Scope.from_json(licence.get("scope"))
    chain, seats, flags = _number(licence, "chain_id"), _number(licence, "seats"), _flags(licence)
    contract, licensor = _account(licence, "contract", chain), _account(licence, "licensor", chain)
    identifier = f"{contract}/licence/0x{_digest(licence, 'licence_id').hex()}"
    has_account = int.from_bytes(_bytes(licence, "licensee", 20), "big") != 0
    licensee = _account(licence, "licensee", chain) if has_account else f"{identifier}#licensee"
    end_user = _digest(licence, "end_user")
    rule = {"target": _name_of_file(_digest(licence, "work_id")), "assigner": licensor, "assignee": licensee}
    within = _scope_constraints(scope)

    permissions = []
    if end_user != _NOBODY:
        permissions.append(rule | {"action": "use", "constraint": [*within, _recipient(end_user)]})
    if flags["sublicensable"]:
        permissions.append(rule | {"action": "grantUse", "constraint": within})
    elif seats:
        permissions.append(rule | {"action": "grantUse", "constraint": [*within, _constraint("count", "lteq", seats)]})
    if not permissions:
        raise LicenceInvalid("a licence with no end user, no seat for one and no sublicences permits nothing")
    agreement: dict[str, Any] = {
        "@context": [_CONTEXT, _own_context(contract)],
        "@type": "Agreement",
        "uid": identifier,
        "permission": permissions,
    }
    if not seats and not flags["sublicensable"]:
        agreement["prohibition"] = [rule | {"action": "grantUse"}]
    if flags["exclusive"]:
        bound = {"target": rule["target"], "assigner": licensee, "assignee": licensor}
        agreement["obligation"] = [bound | {"action": "ensureExclusivity", "constraint": within}]
    return agreement | _plus_fields(licence, scope, flags, licensor, licensee) | {"licence": dict(licence)}


def from_odrl(agreement: Mapping[str, Any]) -> dict[str, Any]:
    """The licence in an Agreement. Raises LicenceInvalid if the Agreement says anything else than the licence does."""
    licence = agreement.get("licence")
    if not isinstance(licence, dict) or to_odrl(licence) != agreement:
        raise LicenceInvalid("this ODRL agreement is not what its own licence says; it was altered or is no licence")
    return licence


def _own_context(contract: str) -> dict[str, Any]:
    return {"@version": 1.1, **_PLUS, "licence": {"@id": f"{contract}#licence", "@type": "@json"}}


def _scope_constraints(scope: Scope) -> list[dict[str, Any]]:
    """Each limit as one constraint; what is not limited (the whole world, no end) has none."""
    territories, world = territory_table(), territory_table().sets["WORLDWIDE"]
    missing = world & ~scope.territories
    found = [_constraint("media", "isAnyOf", media_table().codes(scope.media))]
    if missing & ~territories.assigned:
        found.append(_constraint("spatial", "isAnyOf", territories.codes(scope.territories)))
    elif missing:
        found.append(_constraint("spatial", "isNoneOf", territories.codes(missing)))
    if scope.start:
        found.append(_constraint("dateTime", "gteq", _time(scope.start)))
    if scope.until != FOREVER:
        found.append(_constraint("dateTime", "lt", _time(scope.until)))
    return found


def _recipient(end_user: bytes) -> dict[str, Any]:
    return _constraint("recipient", "isAnyOf", ["0x" + end_user.hex()])


def _constraint(left: str, operator: str, right: object) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _plus_fields(
    licence: Mapping[str, Any], scope: Scope, flags: Mapping[str, bool], licensor: str, licensee: str
) -> dict[str, Any]:
    """The fields of the PLUS licence data format. No MediaSummaryCode: it states placement, size, quantity, language
    and industry too, which a scope does not know.
    """
    conditions = ", ".join(name if flags[name] else f"not {name}" for name in _FLAGS)
    fields: dict[str, Any] = {
        "plus:LicenseID": licence["licence_id"],
        "plus:Licensor": {"@list": [{"plus:LicensorID": licensor}]},
        "plus:Licensee": {"@list": [{"plus:LicenseeID": licensee}]},
        "plus:LicensorImageID": licence["work_id"],
        "plus:LicenseTransactionDate": _time(_number(licence, "issued_at")),
        "plus:LicenseStartDate": _time(scope.start),
        "plus:MediaConstraints": _text(describe_media(scope.media)),
        "plus:RegionConstraints": _text(describe_territories(scope.territories)),
        "plus:OtherConstraints": _text(conditions),
        "plus:TermsAndConditionsURL": "ipfs://" + cid_of_digest(_digest(licence, "terms")),
    }
    if scope.until != FOREVER:
        fields["plus:LicenseEndDate"] = _time(scope.until)
    if _digest(licence, "end_user") != _NOBODY:
        fields["plus:EndUser"] = {"@list": [{"plus:EndUserID": licence["end_user"]}]}
    return fields


def _text(words: str) -> dict[str, str]:
    return {"@value": words, "@language": "en"}


def _time(seconds: int) -> dict[str, str]:
    """xsd:dateTime, whose years, unlike Python's, go on after 9999."""
    cycles, rest = divmod(seconds, _CYCLE)
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=rest)
    return {"@value": f"{moment.year + 400 * cycles:04}{moment:-%m-%dT%H:%M:%SZ}", "@type": "xsd:dateTime"}


def _name_of_file(digest: bytes) -> str:
    return "ni:///sha-256;" + base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def _account(licence: Mapping[str, Any], field: str, chain: int) -> str:
    return f"did:pkh:eip155:{chain}:{owner_text(_bytes(licence, field, 20))}"


def _digest(licence: Mapping[str, Any], field: str) -> bytes:
    return _bytes(licence, field, 32)


def _bytes(licence: Mapping[str, Any], field: str, length: int) -> bytes:
    value = licence.get(field)
    if not isinstance(value, str) or not re.fullmatch(f"0x[0-9a-fA-F]{{{2 * length}}}", value):
        raise LicenceInvalid(f"a licence's {field} is 0x and {2 * length} hex digits")
    return bytes.fromhex(value[2:])


def _number(licence: Mapping[str, Any], field: str) -> int:
    value = licence.get(field)
    if type(value) is not int or not 0 <= value <= FOREVER:
        raise LicenceInvalid(f"a licence's {field} is a whole number")
    return value


def _flags(licence: Mapping[str, Any]) -> dict[str, bool]:
    flags = licence.get("flags")
    if not isinstance(flags, Mapping) or set(flags) != set(_FLAGS) or any(type(v) is not bool for v in flags.values()):
        raise LicenceInvalid(f"a licence's flags are {', '.join(_FLAGS)}, each true or false")
    return dict(flags)
