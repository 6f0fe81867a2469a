"""Random licences by grant, voucher and report, beside the model; what is accepted is judged by the invariants."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.contracts.licensing.licence_model import NEVER, Recorded, overlap, within
from tests.contracts.licensing.mandate_machine import (
    AGENTS,
    OWN,
    MandateMachine,
    actor,
    agent,
    backs,
    counts,
    flags,
    media,
    number,
    pick,
    somebody,
    spans,
    wait,
)
from tests.contracts.licensing.world import (
    DAY,
    EXCLUSIVE,
    REVOKED,
    ROWS,
    TERMS,
    Header,
    Inclusion,
    Licence,
    SalesTree,
    Scope,
    Use,
    end_user,
)


class SalesMachine(MandateMachine):
    def draft(self, p, m, f, span, n, p_owner):
        """A licence by a random licensor: an owner, or the agent of a mandate, within its scope or not."""
        self.nonce += 1
        start, until = self.time_of(span)
        mandate = 0 if p_owner else self.likely(p, n)
        terms = self.model.mandates[mandate].terms if mandate else None
        licensor = terms.agent if terms else self.owner_of(n)
        scope = Scope((m & terms.scope.media or terms.scope.media) if terms else m, start, until, 1)
        values = (licensor, mandate, self.address("third"), end_user(OWN), scope, TERMS)
        return Licence(self.ids[n], *values, f, 1, 0, 0, self.nonce)

    def likely(self, p, n):
        """Mostly a mandate with authority over the work, else any."""
        live = [one for one in self.model.mandates if self.model.live(one, self.now)]
        mine = [one for one in live if self.model.mandates[one].owner == self.owner_of(n)]
        return mine[p % len(mine)] if mine and p % 4 else self.chosen(p)

    def recorded(self, licence, number, means, done):
        self.order += 1
        begins = self.model.exclusivity(licence, number, means, self.now)[1]
        assert [name for name, _ in done.events] == ["ExclusivityBegan"] * begins + ["LicenceRecorded"]
        self.judge_licence(licence, means, begins)
        if licence.flags & EXCLUSIVE:
            counts[f"exclusive by {means}: {'begins' if begins else 'excludes nobody'}"] += 1
        if begins:
            self.model.exclusives.append(number)
        holder = licence.licensee
        self.model.records[number] = Recorded(licence, means, self.now, self.order, holder)

    def judge_licence(self, licence, means, begins):
        """L3: within what every ancestor had at the licence's date. L10: beside no exclusive one that stands."""
        time, link, above = licence.issued_at, None, licence.mandate
        while above:
            link = self.model.mandates[above]
            assert link.start <= time < min(link.revoked if link.revoked < self.now else NEVER, link.terms.expires_at)
            assert within(licence.scope, link.terms.scope)
            assert link.terms.work_id in (0, licence.work_id)
            assert link.terms.exclusive or not licence.flags & EXCLUSIVE
            above = link.terms.parent
        top = link.owner if link else licence.licensor
        assert [owner for since, owner in self.model.titles[licence.work_id] if since <= time][-1] == top
        for other, one in self.model.records.items():
            stands = one.licence.flags & EXCLUSIVE and one.licence.work_id == licence.work_id
            if not stands or not overlap(one.licence.scope, licence.scope) or other not in self.model.exclusives:
                continue
            ended = self.model.revoked.get(other, NEVER)
            assert not one.time <= time < ended
            if means == "grant" or begins:
                assert ended <= self.now

    @rule(p=pick, m=media, f=flags, span=spans, n=number, own=st.booleans(), seconds=wait, by=somebody)
    def grant(self, p, m, f, span, n, own, seconds, by):
        self._grant("grant", self.draft(p, m, f, span, n, own), seconds, by)

    def _grant(self, handler, licence, seconds=12, by=None):
        self.pass_time(seconds)
        dated = licence._replace(issued_at=self.now)
        number = self.identify(dated)
        by = by or self.names[licence.licensor]
        expected = self.model.grant(self.address(by), dated, number, self.now)
        done = self.attempt(handler, expected, "grantLicence", licence, sender=by)
        if done:
            assert done.returned == number
            self.recorded(dated, number, "grant", done)
        return expected

    @rule(p=pick, m=media, f=flags, n=number, own=st.booleans())
    def trade_by_grant(self, p, m, f, n, own):
        self._grant("grant", self.draft(p, m, f, (0, NEVER), n, own))

    @rule(p=pick, n=number, how=st.sampled_from(["scope", "agent", "work", "unknown"]), thief=agent)
    def attack_by_a_licence_beyond_the_mandate(self, p, n, how, thief):
        licence = self.draft(p, 3, 0, (0, NEVER), n, False)
        terms = self.model.mandates[licence.mandate].terms
        altered = {
            "scope": {"scope": terms.scope._replace(territories=2**200 | 1)},
            "agent": {"licensor": next(self.address(x) for x in (*AGENTS, "owner") if self.address(x) != terms.agent)},
            "work": {"work_id": 2**255 + 1},
            "unknown": {"mandate": len(self.model.mandates) + 1},
        }
        assert self._grant("attack grant", licence._replace(**altered[how])) is not None

    @rule(p=pick, m=media, f=flags, span=spans, n=number, own=st.booleans(), back=backs,
          until=st.sampled_from([0, 0, 0, 2 * DAY]), signer=somebody)  # fmt: skip
    def sign_a_voucher(self, p, m, f, span, n, own, back, until, signer):
        licence = self.draft(p, m, f, span, n, own)._replace(issued_at=self.now - back)
        licence = licence._replace(redeem_until=self.now + until if until else 0)
        signer = signer or self.names[licence.licensor]
        self.vouchers.append((licence, signer, self.signers[signer].sign(self.identify(licence))))

    @rule(p=pick, by=actor, seconds=wait)
    @precondition(lambda self: self.vouchers)
    def redeem(self, p, by, seconds):
        licence, signer, signature = self.vouchers[-1 - p % len(self.vouchers)]
        self.pass_time(seconds)
        number = self.identify(licence)
        expected = self.model.voucher(licence, self.address(signer), self.now)
        expected = expected or self.model.record(licence, number, "voucher", self.now)
        if done := self.attempt("redeem", expected, "redeemVoucher", licence, signature, sender=by):
            self.recorded(licence, number, "voucher", done)

    @rule(p=pick, m=media, f=flags, n=number, own=st.booleans())
    def trade_by_voucher(self, p, m, f, n, own):
        self.sign_a_voucher(p, m, f, (0, NEVER), n, own, 0, 0, None)
        self.redeem(0, "third", 12)

    @rule(p=pick, n=number, seconds=st.sampled_from([12, 3600, DAY, 5 * DAY, 6 * DAY]), sold=st.booleans())
    def trade_by_voucher_after_the_mandate(self, p, n, seconds, sold):
        """What was signed in time is taken for one reporting period more."""
        self.sign_a_voucher(p, 7, 0, (0, NEVER), n, False, 0, 0, None)
        if sold:
            self.sell_the_title(n, "rival")
        else:
            licence = self.vouchers[-1][0]
            self._revoke_mandate(licence.mandate, self.names[licence.licensor])
        self.redeem(0, "third", seconds)

    @rule(p=pick)
    @precondition(lambda self: self.vouchers)
    def ask_by_a_voucher(self, p):
        licence, signer, signature = self.vouchers[-1 - p % len(self.vouchers)]
        use = self.use_of(licence)
        self.clock.mine_at(self.now + 1)
        self.pass_time(1)
        expected = self.model.voucher(licence, self.address(signer), self.now)
        expected = self.outside(licence, use) if expected is None else expected
        self.answer("ask voucher", expected, "coversVoucher", licence, use.struct(), signature)

    @rule(p=pick, unused=st.booleans())
    @precondition(lambda self: self.vouchers)
    def cancel(self, p, unused):
        licence = self.vouchers[p % len(self.vouchers)][0]
        key = (licence.licensor, licence.nonce)
        expected = "LicenceVoucherCancelled" if key in self.model.cancelled else None
        self.pass_time()
        if self.attempt("cancel", expected, "cancelVoucher", licence.nonce, sender=self.names[licence.licensor]):
            self.model.cancelled.add(key)

    @rule(
        p=pick,
        m=media,
        f=flags,
        span=spans,
        n=number,
        own=st.booleans(),
        back=st.sampled_from([0, 0, 0, DAY, 30 * DAY]),
    )
    def sell(self, p, m, f, span, n, own, back):
        licence = self.draft(p, m, f, span, n, own)._replace(issued_at=self.now - back)
        self.pending[self.names[licence.licensor]].append(licence)

    @rule(by=somebody, ahead=st.sampled_from([-1, -1, -1, -1, 0, -DAY]), seconds=wait)
    def submit_report(self, by, ahead, seconds):
        by = by or max(self.pending, key=lambda name: len(self.pending[name]))
        self.pass_time(seconds)
        sold, through = self.pending[by], self.now + ahead
        tree = SalesTree([self.identify(licence) for licence in sold]) if sold else None
        expected = self.model.submit(self.address(by), through, self.now)
        values = (tree.root, tree.count) if tree else (bytes(32), 0)
        done = self.attempt("report", expected, "submitReport", *values, through, ROWS, sender=by)
        if done:
            header = Header(len(sold), self.model.through.get(self.address(by), 0), through, self.now)
            self.model.through[self.address(by)] = through
            for row, licence in enumerate(sold):
                inclusion = Inclusion(done.returned, header, row, tree.proof(row))
                self.reports.append((licence, self.address(by), inclusion))
            self.pending[by] = []

    @rule(p=pick, by=actor, seconds=wait)
    @precondition(lambda self: self.reports)
    def record_reported(self, p, by, seconds):
        licence, reporter, inclusion = self.reports[-1 - p % len(self.reports)]
        self.pass_time(seconds)
        number = self.identify(licence)
        expected = self.model.reported(licence, reporter, inclusion.header)
        expected = expected or self.model.record(licence, number, "report", self.now)
        if done := self.attempt("record", expected, "recordReported", licence, inclusion, sender=by):
            self.recorded(licence, number, "report", done)

    @rule(p=pick, m=media, f=flags, n=number, own=st.booleans())
    def trade_by_report(self, p, m, f, n, own):
        self.sell(p, m, f, (0, NEVER), n, own, 0)
        self.submit_report(None, -1, 12)
        if self.reports:
            self.record_reported(0, "third", 12)

    @rule(p=pick)
    @precondition(lambda self: self.reports)
    def ask_by_a_report(self, p):
        licence, reporter, inclusion = self.reports[-1 - p % len(self.reports)]
        expected = self.model.reported(licence, reporter, inclusion.header)
        use = self.use_of(licence)
        expected = self.outside(licence, use) if expected is None else expected
        self.answer("ask report", expected, "coversReported", licence, use.struct(), inclusion)

    def use_of(self, licence):
        """A use at a second inside the licence's scope that has come."""
        inside = max(licence.scope.start, min(self.now, licence.scope.until - 1))
        return Use(OWN, min(inside, self.now), licence.scope.media, 1)

    def outside(self, licence, use):
        late = self.model.revoked.get(self.identify(licence), NEVER) <= use.time
        early = not licence.scope.start <= use.time < licence.scope.until
        return REVOKED * late | 4 * early
