"""attest, revokeAttestation, attestationOf."""

from __future__ import annotations

import pytest

from tests.contracts.support import ZERO32, Reverted

EVIDENCE, OTHER = b"\x44" * 32, b"\x55" * 32
NONE = {"evidence": ZERO32, "attestedAt": 0, "expiresAt": 0}
YEAR = 365 * 24 * 3600


def test_attest_reverts_for_who_is_no_verifier(registry, alice, admin, pauser, deployer, clock):
    for sender in (alice, admin, pauser, deployer):
        with pytest.raises(Reverted) as refused:
            registry.send("attest", alice, EVIDENCE, clock.time + YEAR, sender=sender)
        assert refused.value.args == ("AccessManagedUnauthorized", sender)
        assert registry.ask("attestationOf", alice, sender) == NONE


def test_attest_reverts_for_an_expiry_that_is_not_in_the_future(registry, verifier, alice, clock):
    for early in (None, 1, 0):
        now = clock.time + 100
        expiry = 0 if early is None else now - early
        clock.next_at(now)
        with pytest.raises(Reverted) as refused:
            registry.send("attest", alice, EVIDENCE, expiry, sender=verifier)
        assert refused.value.args == ("RegistryAttestationExpired", expiry)
    assert registry.ask("attestationOf", alice, verifier) == NONE


def test_attest_stores_and_tells(registry, verifier, alice, stranger, clock):
    now = clock.time + 100
    clock.next_at(now)
    done = registry.send("attest", alice, EVIDENCE, now + 1, sender=verifier)
    told = {"account": alice, "verifier": verifier, "evidence": EVIDENCE, "expiresAt": now + 1}
    assert done.events == [("AccountAttested", told)]
    expected = {"evidence": EVIDENCE, "attestedAt": now, "expiresAt": now + 1}
    assert registry.ask("attestationOf", alice, verifier) == expected
    clock.sleep(YEAR)
    assert registry.ask("attestationOf", alice, verifier) == expected
    assert registry.ask("attestationOf", stranger, verifier) == NONE
    assert registry.ask("attestationOf", verifier, alice) == NONE


def test_attest_again_replaces_only_the_verifiers_own(registry, verifier, second_verifier, alice, clock):
    expiry = clock.time + YEAR
    registry.send("attest", alice, EVIDENCE, expiry, sender=verifier)
    first = registry.ask("attestationOf", alice, verifier)
    registry.send("attest", alice, OTHER, 2**40 - 1, sender=second_verifier)
    assert registry.ask("attestationOf", alice, verifier) == first
    again = registry.send("attest", alice, OTHER, expiry + 1, sender=verifier)
    expected = {"evidence": OTHER, "attestedAt": again.time, "expiresAt": expiry + 1}
    assert registry.ask("attestationOf", alice, verifier) == expected


def test_revoke_attestation_reverts_for_who_is_no_verifier(registry, verifier, alice, admin, clock):
    registry.send("attest", alice, EVIDENCE, clock.time + YEAR, sender=verifier)
    before = registry.ask("attestationOf", alice, verifier)
    for sender in (alice, admin):
        with pytest.raises(Reverted) as refused:
            registry.send("revokeAttestation", alice, sender=sender)
        assert refused.value.args == ("AccessManagedUnauthorized", sender)
    assert registry.ask("attestationOf", alice, verifier) == before


def test_revoke_attestation_reverts_for_anothers_and_for_none(registry, verifier, second_verifier, alice, clock):
    registry.send("attest", alice, EVIDENCE, clock.time + YEAR, sender=verifier)
    with pytest.raises(Reverted) as refused:
        registry.send("revokeAttestation", alice, sender=second_verifier)
    assert refused.value.args == ("RegistryAttestationUnknown", alice, second_verifier)


def test_revoke_attestation_deletes_and_tells(registry, verifier, second_verifier, alice, clock):
    for sender in (verifier, second_verifier):
        registry.send("attest", alice, EVIDENCE, clock.time + YEAR, sender=sender)
    kept = registry.ask("attestationOf", alice, second_verifier)
    done = registry.send("revokeAttestation", alice, sender=verifier)
    assert done.events == [("AttestationRevoked", {"account": alice, "verifier": verifier})]
    assert registry.ask("attestationOf", alice, verifier) == NONE
    assert registry.ask("attestationOf", alice, second_verifier) == kept
    with pytest.raises(Reverted) as refused:
        registry.send("revokeAttestation", alice, sender=verifier)
    assert refused.value.args == ("RegistryAttestationUnknown", alice, verifier)
