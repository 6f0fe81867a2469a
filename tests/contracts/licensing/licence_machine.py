"""Random owners, agencies, sub-agents, buyers and thieves on a real chain, beside the model of ``licence_model``.

Each rule foretells its outcome, and what was accepted is judged once more by the invariants themselves, from what was
sent and when it was mined: a fault that model and contract share would show there.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.contracts.licensing.licence_model import NEVER, overlap
from tests.contracts.licensing.mandate_machine import NAMED, OWN, actor, counts, pick
from tests.contracts.licensing.sales_machine import SalesMachine
from tests.contracts.licensing.world import BEFORE_NAMING, end_user


class LicenceMachine(SalesMachine):
    def one_recorded(self, p):
        number = list(self.model.records)[p % len(self.model.records)]
        return number, self.model.records[number]

    @rule(p=pick, by=actor, entitled=st.booleans())
    @precondition(lambda self: self.model.records)
    def revoke_licence(self, p, by, entitled):
        number, one = self.one_recorded(p)
        self._revoke_licence(number, one.licence, self.names[one.licence.licensor] if entitled else by)

    @rule(p=pick)
    @precondition(lambda self: self.vouchers)
    def revoke_a_voucher(self, p):
        licence = self.vouchers[p % len(self.vouchers)][0]
        self._revoke_licence(
            self.identify(licence), licence, self.names[self.owner_of(self.ids.index(licence.work_id))]
        )

    def _revoke_licence(self, number, licence, by):
        self.pass_time()
        expected = self.model.revoke(self.address(by), licence, number, self.now)
        if self.attempt("revoke licence", expected, "revokeLicence", licence, sender=by):
            self.model.revoked[number] = self.now
            counts["revoke licence: before its record"] += number not in self.model.records

    @rule(p=pick, to=actor, by=actor, entitled=st.booleans())
    @precondition(lambda self: self.model.records)
    def transfer_licence(self, p, to, by, entitled):
        number, one = self.one_recorded(p)
        by = self.names[one.holder] if entitled else by
        self.pass_time()
        expected = self.model.transfer(self.address(by), self.address(to), one.licence, number)
        if self.attempt("transfer", expected, "transferLicence", one.licence, self.address(to), sender=by):
            one.holder = self.address(to)

    @rule(p=pick, name=st.sampled_from([OWN, NAMED, NAMED, "other.org"]), by=actor, entitled=st.booleans())
    @precondition(lambda self: self.model.records)
    def name_an_end_user(self, p, name, by, entitled):
        number, one = self.one_recorded(p)
        by = self.names[one.holder] if entitled else by
        self.pass_time()
        expected = self.model.name(self.address(by), end_user(name), one.licence, number)
        if self.attempt("name", expected, "nameEndUser", one.licence, end_user(name), sender=by):
            one.named[end_user(name)] = self.now

    @invariant()
    def recorded_licences_stay_what_they_were(self):
        """L4: whatever became of mandates, titles and other licences. All are asked each time."""
        self.clock.mine_at(self.now + 1)
        self.pass_time(1)
        for number, one in self.model.records.items():
            use = self.use_of(one.licence)
            assert self.licences.ask("covers", one.licence, use.struct()) == self.outside(one.licence, use)
            for user, since in one.named.items():
                name = NAMED if user == end_user(NAMED) else "other.org"
                found = self.licences.ask("covers", one.licence, use._replace(name=name).struct())
                assert found == self.outside(one.licence, use) | BEFORE_NAMING * (use.time < since)
            assert self.licences.ask("recordOf", number)["recordedAt"] == one.time
        for (name, work_id, time), expected in self.answers.items():
            assert self.licences.ask("authorityAt", name, work_id, time) == expected

    @invariant()
    def exclusive_licences_stand_alone(self):
        """L10 and L11, over everything that was accepted so far."""
        records = self.model.records
        for first, one in records.items():
            if first not in self.model.exclusives:
                continue
            ended = self.model.revoked.get(first, NEVER)
            for second, other in records.items():
                later = other.order > one.order and other.time < ended
                strict = other.means == "grant" or second in self.model.exclusives
                if later and strict and other.licence.work_id == one.licence.work_id:
                    assert not overlap(one.licence.scope, other.licence.scope)
