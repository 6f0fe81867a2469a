"""Gas that licences use, as receipts show it, with the dearest calldata; the limits are the design's."""

from __future__ import annotations

import pytest
from eth_utils import keccak

from tests.contracts.licensing.world import (
    DAY,
    EXCLUSIVE,
    REVOCABLE,
    ROWS,
    SUBLICENSABLE,
    TRANSFERABLE,
    WORLD,
    Header,
    Inclusion,
    SalesTree,
    Scope,
    Use,
    end_user,
    reported,
)
from tests.contracts.support import ZERO32, report, rpc

GRANT_BY_OWNER, GRANT_BY_AGENCY, GRANT_BY_SUB_AGENT = 70_000, 85_000, 100_000
FIRST_REPORT, LATER_REPORT, COVERS_REPORTED, CODE = 75_000, 58_000, 60_000, 24_576
DEAREST = {
    "scope": Scope(2**64 - 1, 0x0101010101, 2**40 - 1, WORLD),
    "flags": TRANSFERABLE | SUBLICENSABLE | REVOCABLE,
    "seats": 2**32 - 1,
    "nonce": 2**64 - 1,
}
BEGUN = DEAREST | {"scope": DEAREST["scope"]._replace(start=0x01010101)}


@pytest.fixture
def chain(give, owner, agency, sub):
    """owner → agency → sub, each with as wide a scope as the licence."""
    top = give(owner, agency, scope=BEGUN["scope"], depth=1, expires_at=2**40 - 1)
    return top, give(agency, sub, parent=top, scope=BEGUN["scope"])


@pytest.mark.parametrize("mandates_stand", [False, True])
def test_grant_by_the_owner(licences, licence_of, owner, request, mandates_stand):
    if mandates_stand:
        request.getfixturevalue("chain")
    licence = licence_of(owner, **DEAREST, terms=b"\xff" * 32, end_user=b"\xff" * 32, licensee="0x" + "ff" * 20)
    used = [licences.send("grantLicence", licence, sender=owner.address).gas for _ in range(3)]
    zeros = licence.work_id.to_bytes(32, "big").count(0) + bytes.fromhex(owner.address[2:]).count(0)
    worst = max(used) + 12 * zeros  # what the digits of this work and this owner save
    report(f"grant by the owner: {worst} gas")
    assert worst <= GRANT_BY_OWNER


def test_grant_through_mandates(licences, licence_of, chain, agency, sub):
    used = []
    for place, agent in enumerate((agency, sub)):
        licence = licence_of(agent, chain[place], **DEAREST)
        used.append(licences.send("grantLicence", licence, sender=agent.address).gas)
    report(f"grant through one agency: {used[0]} gas, through a sub-agent: {used[1]}")
    assert used[0] <= GRANT_BY_AGENCY
    assert used[1] <= GRANT_BY_SUB_AGENT


def test_grant_of_an_exclusive_licence(licences, licence_of, owner):
    licence = licence_of(owner, **DEAREST | {"flags": 15})
    used = licences.send("grantLicence", licence, sender=owner.address).gas
    report(f"grant of a work's first exclusive licence by the owner: {used} gas")
    assert used <= 200_000


@pytest.mark.parametrize("count", [0, 1, 1_000_000, 2**32 - 1])
def test_report_costs_the_same_for_any_number_of_sales(licences, agency, clock, count):
    root = b"\xff" * 32 if count else ZERO32
    used = []
    for _ in range(3):
        clock.sleep(DAY)
        done = licences.send("submitReport", root, count, clock.time, b"\xff" * 32, sender=agency.address)
        used.append(done.gas)
    report(f"report of {count} sales: {used[0]} gas the first, {used[1:]} later")
    assert used[0] <= FIRST_REPORT
    assert max(used[1:]) <= LATER_REPORT


def test_a_voucher_sends_nothing(licences, licence_of, id_of, owner, clock):
    """Signing needs no node: the licence is valid without a transaction."""
    before = clock.block, rpc("eth_getTransactionCount", owner.address, "latest")
    licence = licence_of(owner, issued_at=clock.time, **BEGUN)
    signature = owner.sign(id_of(licence))
    assert licences.ask("coversVoucher", licence, Use("example.com", clock.time).struct(), signature) == 0
    assert (clock.block, rpc("eth_getTransactionCount", owner.address, "latest")) == before


def test_redeeming_naming_transferring_and_revoking(
    licences, licence_of, id_of, owner, chain, agency, clock, carol, bob
):
    licence = licence_of(agency, chain[0], issued_at=clock.time, **BEGUN)
    signature = agency.sign(id_of(licence))
    used = {
        "redeem": licences.send("redeemVoucher", licence, signature, sender=carol).gas,
        "name": licences.send("nameEndUser", licence, end_user("client.org"), sender=carol).gas,
        "transfer": licences.send("transferLicence", licence, bob, sender=carol).gas,
        "revoke": licences.send("revokeLicence", licence, sender=owner.address).gas,
    }
    report(f"licences: {used}")
    assert used["redeem"] <= 100_000
    assert max(used["name"], used["transfer"], used["revoke"]) <= 70_000


def execution(licences, name, *values):
    """Gas of a call without what a transaction of it would pay for being one and for its data."""
    data = bytes.fromhex(licences.data(name, *values)[2:])
    call = {"to": licences.address, "data": "0x" + data.hex(), "gas": hex(10**6)}
    whole = int(rpc("debug_traceCall", call, "latest", {"tracer": "callTracer"})["gasUsed"], 16)
    zeros = data.count(0)
    given = 4 * zeros + 16 * (len(data) - zeros)
    return whole - 21_000 - given, whole, given


@pytest.mark.parametrize("mandated", [0, 1, 2])
def test_covers_of_a_licence_reported_among_a_million(
    licences, licence_of, id_of, owner, agency, sub, chain, clock, mandated
):
    """The tree's path is what a proof of 20 siblings leads along; the other leaves need not exist for it."""
    licensor, mandate = (owner, 0) if not mandated else ((agency, sub)[mandated - 1], chain[mandated - 1])
    licence = licence_of(licensor, mandate, issued_at=clock.time, **BEGUN)
    row, node = 699_050, keccak(keccak(id_of(licence)))
    siblings = [keccak(text=f"sibling {level}") for level in range(20)]
    for level, sibling in enumerate(siblings):
        node = keccak(sibling + node) if row >> level & 1 else keccak(node + sibling)
    done = licences.send("submitReport", node, 10**6, clock.time, ROWS, sender=licensor.address)
    header = Header(10**6, 0, licence.issued_at, done.time)
    use = Use("example.com", clock.time, 1, 1).struct()
    values = ("coversReported", licence, use, Inclusion(0, header, row, siblings))
    assert licences.ask(*values) == 0
    used, whole, given = execution(licences, *values)
    report(
        f"covers of a licence among 1,000,000, {mandated} mandates: {used} gas; as a transaction {whole}, data {given}"
    )
    assert 0 < used <= COVERS_REPORTED


def test_covers_of_a_granted_licence(licences, licence_of, grant, owner, clock):
    licence = grant(licence_of(owner))
    used, whole, _ = execution(licences, "covers", licence, Use("example.com", clock.time, 1, 1).struct())
    report(f"covers of a granted licence: {used} gas; as a transaction {whole}")
    assert 0 < used <= 20_000


def test_the_deployed_code_is_within_the_limit(licences):
    size = len(rpc("eth_getCode", licences.address, "latest")) // 2 - 1
    report(f"LicenceRegistry: {size} bytes")
    assert 0 < size <= CODE


def test_grant_beside_the_most_that_can_stand_in_its_way(licences, give, licence_of, terms_of, owner, agency):
    """100 live exclusive mandates of its own and 64 exclusive licences: dear, but what the grantor chose."""
    for second in range(100):
        scope = Scope(1, second, second + 1, 1)
        licences.send("grantMandate", terms_of(agency, exclusive=True, scope=scope), sender=owner.address)
    for second in range(1000, 1064):
        licence = licence_of(owner, flags=EXCLUSIVE, scope=Scope(1, second, second + 1, 1))
        licences.send("grantLicence", licence, sender=owner.address)
    used = licences.send("grantLicence", licence_of(owner, scope=Scope(2)), sender=owner.address).gas
    report(f"grant beside 100 exclusive mandates and 64 exclusive licences: {used} gas")
    assert used <= 2_000_000


def test_a_proof_grows_with_the_logarithm_of_the_count(licences, licence_of, id_of, owner, clock):
    sold = [licence_of(owner, issued_at=clock.time, nonce=n) for n in range(9)]
    tree = SalesTree([id_of(one) for one in sold])
    index, header = reported(licences, tree, clock.time, owner.address)
    assert len(tree.proof(8)) == 4
    use = Use("example.com", clock.time).struct()
    used = execution(licences, "coversReported", sold[8], use, Inclusion(index, header, 8, tree.proof(8)))
    report(f"covers of a licence among 9: {used[0]} gas")
    assert 0 < used[0] <= COVERS_REPORTED
