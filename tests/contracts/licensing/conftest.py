"""Alice owns a titled work; an agency and a sub-agent whose keys the tests hold; a buyer."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import DAY, END, TERMS, Licence, Scope, Signer, Terms, end_user, licence_id
from tests.contracts.support import OPPOSITION, titled, work

NAME = "example.com"


@pytest.fixture(scope="session")
def signers(deployed):
    return {name: Signer(name) for name in ("owner", "agency", "sub", "rival")}


@pytest.fixture
def agency(signers):
    return signers["agency"]


@pytest.fixture
def sub(signers):
    return signers["sub"]


@pytest.fixture
def rival(signers):
    return signers["rival"]


@pytest.fixture
def owner(signers):
    return signers["owner"]


@pytest.fixture
def new_work(registry, owner):
    """A work whose title is the owner's, from its registration on."""

    def make(number):
        leaf = work(owner.address, number)
        titled(registry, leaf, owner.address)
        return leaf.work_id

    return make


@pytest.fixture
def work_id(new_work, clock):
    """A work of the owner's whose title nobody can oppose with effect any more."""
    made = new_work(1)
    clock.sleep(OPPOSITION + 1)
    return made


@pytest.fixture
def terms_of():
    """Terms of a mandate for every work, for years, with everything else at its plainest."""

    def make(agent, **changes):
        plain = Terms(0, agent.address, 0, Scope(), 0, END, DAY, 0, 0, False)
        return plain._replace(**changes)

    return make


@pytest.fixture
def give(licences, terms_of):
    """Give a mandate; its id."""

    def granted(by, agent, **changes):
        return licences.send("grantMandate", terms_of(agent, **changes), sender=by.address).returned

    return granted


@pytest.fixture
def licence_of(work_id, carol):
    """A licence of the work by a licensor, for carol at example.com."""

    def make(licensor, mandate=0, **changes):
        plain = Licence(work_id, licensor.address, mandate, carol, end_user(NAME), Scope(), TERMS, 0, 0, 0, 0, 0)
        return plain._replace(**changes)

    return make


@pytest.fixture
def id_of(licences):
    def identify(licence):
        return licence_id(licence, licences.address)

    return identify


@pytest.fixture
def grant(licences):
    """Grant; the licence with its date."""

    def granted(licence):
        done = licences.send("grantLicence", licence, sender=licence.licensor)
        return licence._replace(issued_at=done.time)

    return granted


@pytest.fixture
def sell(registry, owner):
    """Transfer the title; the receipt."""

    def sold(work_id, to, by=owner):
        return registry.send("transferFrom", by.address, to.address, work_id, sender=by.address)

    return sold
