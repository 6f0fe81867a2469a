"""A licence as ODRL: valid by the information model, and the same licence again."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_client.errors import LicenceInvalid, RegistryError, ScopeInvalid
from registry_client.models.scope import FOREVER, Scope
from registry_client.rights.odrl import from_odrl, to_odrl
from registry_client.rights.vocabulary import parse_media, parse_territories

LICENCE: dict[str, Any] = {
    "work_id": "0x" + "a1" * 32,
    "licensor": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "mandate": 7,
    "licensee": "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
    "end_user": "0x" + "e5" * 32,
    "scope": Scope(parse_media("2WEB,2SOC"), parse_territories("DACH"), 1795478400, 1827014400).to_json(),
    "terms": "0x" + "7e" * 32,
    "flags": {"exclusive": False, "transferable": False, "sublicensable": False, "revocable": True},
    "seats": 0,
    "issued_at": 1795478400,
    "redeem_until": 0,
    "nonce": "1",
    "licence_id": "0x" + "1d" * 32,
    "chain_id": 1,
    "contract": "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0",
}

# The information model of ODRL 2.2 (https://www.w3.org/TR/odrl-model/, section 2) and the terms of its vocabulary.
LEFT_OPERANDS = {"media", "spatial", "dateTime", "recipient", "count"}
OPERATORS = {
    *("eq", "gt", "gteq", "lt", "lteq", "neq", "isA", "hasPart", "isPartOf", "isAllOf", "isAnyOf", "isNoneOf"),
}
ACTIONS = {"permission": {"use", "grantUse"}, "prohibition": {"grantUse"}, "obligation": {"ensureExclusivity"}}
IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
PLUS_FIELDS = {  # http://ns.useplus.org/LDF/ldf-XMPReference
    *("LicenseID", "Licensor", "Licensee", "EndUser", "LicensorImageID", "LicenseTransactionDate", "LicenseStartDate"),
    *("LicenseEndDate", "MediaConstraints", "RegionConstraints", "OtherConstraints", "TermsAndConditionsURL"),
}


def check_agreement(policy: dict[str, Any]) -> None:
    """Every MUST of the model that concerns an Agreement."""
    contexts = policy["@context"]
    assert contexts[0] == "http://www.w3.org/ns/odrl.jsonld"
    assert contexts[1]["plus"] == "http://ns.useplus.org/ldf/xmp/1.0/"
    assert policy["@type"] == "Agreement"
    assert IRI.fullmatch(policy["uid"])
    assert policy.get("permission") or policy.get("prohibition")
    for kind, actions in ACTIONS.items():
        for rule in policy.get(kind, []):
            assert set(rule) <= {"target", "action", "assigner", "assignee", "constraint"}
            assert rule["action"] in actions
            for iri in (rule["target"], rule["assigner"], rule["assignee"]):
                assert IRI.fullmatch(iri)
            assert rule["assigner"] != rule["assignee"]
            for constraint in rule.get("constraint", []):
                check_constraint(constraint)
    own = set(policy) - {"@context", "@type", "uid", *ACTIONS, "licence"}
    assert own <= {f"plus:{field}" for field in PLUS_FIELDS}


def check_constraint(constraint: dict[str, Any]) -> None:
    assert set(constraint) == {"leftOperand", "operator", "rightOperand"}
    assert constraint["leftOperand"] in LEFT_OPERANDS
    assert constraint["operator"] in OPERATORS
    right = constraint["rightOperand"]
    if constraint["operator"] in ("isAnyOf", "isNoneOf", "isAllOf"):
        assert isinstance(right, list)
        assert right
    if constraint["leftOperand"] == "dateTime":
        assert right["@type"] == "xsd:dateTime"
        assert re.fullmatch(r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\dZ", right["@value"])


def limits(rule: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {(c["leftOperand"], c["operator"]): c["rightOperand"] for c in rule["constraint"]}


def flags(**changed: bool) -> dict[str, Any]:
    return LICENCE | {"flags": LICENCE["flags"] | changed}


# to_odrl


@pytest.mark.parametrize("field", sorted(set(LICENCE) - {"mandate", "redeem_until", "nonce", "scope"}))
@pytest.mark.parametrize("value", [None, "0x12", -1, 2.5, "0x" + "zz" * 32, {}, True])
def test_to_odrl_of_a_malformed_field(field: str, value: object) -> None:
    with pytest.raises(LicenceInvalid, match=field):
        to_odrl(LICENCE | {field: value})


def test_to_odrl_of_a_malformed_scope() -> None:
    with pytest.raises(ScopeInvalid):
        to_odrl(LICENCE | {"scope": {}})


def test_to_odrl_of_a_licence_that_permits_nothing() -> None:
    with pytest.raises(LicenceInvalid, match="permits nothing"):
        to_odrl(LICENCE | {"end_user": "0x" + "00" * 32})


def test_to_odrl_says_who_what_where_when() -> None:
    policy = to_odrl(LICENCE)
    check_agreement(policy)
    (permission,) = policy["permission"]
    assert permission["action"] == "use"
    assert permission["target"] == "ni:///sha-256;oaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaE"
    assert permission["assigner"] == "did:pkh:eip155:1:0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    assert permission["assignee"] == "did:pkh:eip155:1:0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "ERC-55"
    assert limits(permission) == {
        ("media", "isAnyOf"): ["2WEB", "2SOC"],
        ("spatial", "isAnyOf"): ["AT", "CH", "DE"],
        ("dateTime", "gteq"): {"@value": "2026-11-24T00:00:00Z", "@type": "xsd:dateTime"},
        ("dateTime", "lt"): {"@value": "2027-11-24T00:00:00Z", "@type": "xsd:dateTime"},
        ("recipient", "isAnyOf"): ["0x" + "e5" * 32],
    }
    assert [rule["action"] for rule in policy["prohibition"]] == ["grantUse"]
    assert "obligation" not in policy


def test_to_odrl_names_the_plus_fields() -> None:
    policy = to_odrl(LICENCE)
    assert policy["plus:LicenseID"] == LICENCE["licence_id"]
    assert policy["plus:LicenseStartDate"]["@value"] == "2026-11-24T00:00:00Z"
    assert policy["plus:LicenseEndDate"]["@value"] == "2027-11-24T00:00:00Z"
    assert policy["plus:MediaConstraints"]["@value"] == "website (advertising), social media"
    assert policy["plus:RegionConstraints"]["@value"] == "Germany, Austria, Switzerland"
    assert policy["plus:TermsAndConditionsURL"].startswith("ipfs://bafkrei")
    assert policy["plus:EndUser"] == {"@list": [{"plus:EndUserID": LICENCE["end_user"]}]}
    assert "plus:MediaSummaryCode" not in policy, "a scope does not know placement, size and quantity"


def test_to_odrl_without_limits_of_place_and_time() -> None:
    scope = Scope(1, 2**256 - 1, 0, FOREVER).to_json()
    policy = to_odrl(LICENCE | {"scope": scope})
    check_agreement(policy)
    assert set(limits(policy["permission"][0])) == {("media", "isAnyOf"), ("recipient", "isAnyOf")}
    assert "plus:LicenseEndDate" not in policy


def test_to_odrl_of_the_world_but_one_and_of_years_to_come() -> None:
    scope = Scope(1, parse_territories("WORLDWIDE,-DE"), 0, FOREVER - 1).to_json()
    found = limits(to_odrl(LICENCE | {"scope": scope})["permission"][0])
    assert found["spatial", "isNoneOf"] == ["DE"]
    assert found["dateTime", "lt"]["@value"] == "36812-02-20T00:36:14Z"


def test_to_odrl_of_seats_permits_to_name_that_many_end_users() -> None:
    policy = to_odrl(LICENCE | {"seats": 3, "end_user": "0x" + "00" * 32})
    check_agreement(policy)
    (permission,) = policy["permission"]
    assert permission["action"] == "grantUse"
    assert limits(permission)["count", "lteq"] == 3
    assert "prohibition" not in policy
    assert "plus:EndUser" not in policy


def test_to_odrl_of_flags() -> None:
    sublicensable = to_odrl(flags(sublicensable=True) | {"seats": 3})
    assert [rule["action"] for rule in sublicensable["permission"]] == ["use", "grantUse"]
    assert ("count", "lteq") not in limits(sublicensable["permission"][1])
    (obligation,) = to_odrl(flags(exclusive=True))["obligation"]
    assert obligation["action"] == "ensureExclusivity"
    assert obligation["assignee"].endswith(LICENCE["licensor"]), "the licensor is bound"


def test_to_odrl_of_a_buyer_without_account() -> None:
    policy = to_odrl(LICENCE | {"licensee": "0x" + "00" * 20})
    check_agreement(policy)
    assert policy["permission"][0]["assignee"] == policy["uid"] + "#licensee"


# from_odrl

licences = st.fixed_dictionaries(
    {
        "scope": st.builds(
            Scope,
            st.integers(1, 2**64 - 1),
            st.integers(1, 2**256 - 1),
            st.integers(0, FOREVER),
            st.integers(0, FOREVER),
        ).map(Scope.to_json),
        "seats": st.integers(1, 2**32 - 1),
        "end_user": st.sampled_from(["0x" + "00" * 32, "0x" + "e5" * 32]),
        "licensee": st.sampled_from(["0x" + "00" * 20, LICENCE["licensee"]]),
        "flags": st.fixed_dictionaries({name: st.booleans() for name in LICENCE["flags"]}),
    }
).map(lambda changed: LICENCE | changed)


@settings(max_examples=300, deadline=None)
@given(licences)
def test_every_licence_is_valid_odrl_and_comes_back(licence: dict[str, Any]) -> None:
    policy = json.loads(json.dumps(to_odrl(licence)))
    check_agreement(policy)
    assert from_odrl(policy) == licence


@pytest.mark.parametrize("value", [{}, {"licence": []}, {"licence": {}}, {"licence": LICENCE}])
def test_from_odrl_of_what_is_no_licence(value: dict[str, Any]) -> None:
    with pytest.raises(RegistryError):
        from_odrl(value)


def test_from_odrl_of_an_altered_agreement() -> None:
    policy = json.loads(json.dumps(to_odrl(LICENCE)))
    policy["permission"][0]["constraint"][1]["rightOperand"].append("FR")
    with pytest.raises(LicenceInvalid, match="altered"):
        from_odrl(policy)
