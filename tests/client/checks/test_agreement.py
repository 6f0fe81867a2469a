"""The client's own model and the contract never disagree, whatever happened."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_client.checks.coverage import evaluate
from registry_client.checks.knowledge import KnowledgeBook
from registry_client.checks.sync import sync
from registry_client.checks.verdict import VerdictKind
from registry_client.checks.world import World
from registry_client.models import Network, Outside
from registry_client.models.history import Refusal
from tests.client.checks.random_history import NAMES, History, Parties
from tests.client.checks.story import Story

EXAMPLES, STEPS, USES, CHECKS, LEAST = 72, 28, 4, 4, 2_000
REQUIRED = {
    *("LicenceUnknown", "LicenceFlagsUnknown", "LicenceScopeEmpty", "LicenceEndUserMissing", "LicenceInFuture"),
    *("LicenceVoucherExpired", "LicenceVoucherCancelled", "LicenceSignatureInvalid", "LicenceNotOwner"),
    *("LicenceExclusiveUnauthorized", "LicenceExclusiveOverlap", "LicenceOutsideReport", "LicenceEndUserMismatch"),
    *("LicenceTimeInFuture", "MandateUnknown", "MandateAgentMismatch", "MandateWorkOutside", "MandateScopeExceeded"),
    *("MandateNotLive", "MandateEvidenceLate", "ReportUnknown", "ReportRowOutside", "ReportProofInvalid"),
    *("covered", *(f"outside {flag.name}" for flag in Outside if flag)),
}


def test_evaluate_and_the_contract_agree_over_random_histories(network: Network, tmp_path: Path) -> None:
    """Invariants V1, V2 and V3 of the specification."""
    story = Story(network, tmp_path)
    outcomes: Counter[str] = Counter()
    means: Counter[str] = Counter()
    verdicts: Counter[VerdictKind] = Counter()
    strangers: Counter[VerdictKind] = Counter()
    parties = Parties([story.account() for _ in range(2)], [story.account() for _ in range(3)])

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.integers(0, 2**64 - 1))
    def agree(seed: int) -> None:
        snapshot = story.connection.request("evm_snapshot", [])
        try:
            compare(seed)
        finally:
            story.connection.request("evm_revert", [snapshot])

    def compare(seed: int) -> None:
        history = History(story, Random(seed), parties)
        history.tell(STEPS)
        asked = history.questions(USES)
        head = sync(story.index, story.chain)
        answers = story.chain.ask(head, [], None, (), [question for *_, question in asked])
        mandates = {known.licence.mandate for known, *_ in asked}
        vouchers = {(known.licence.licensor, known.licence.nonce) for known, *_ in asked}
        worlds = {work: story.index.world(work, mandates, vouchers, story.chain.is_signed) for work in history.works}
        for (known, use, inclusion, _), said in zip(asked, answers.outcomes, strict=True):
            mine = evaluate(worlds[known.licence.work_id], known, use, head.time, inclusion)
            assert mine == said, f"seed {seed}: {known.licence} {use}"
            means[type(known.evidence).__name__] += 1
            if isinstance(said, Refusal):
                outcomes[said.name] += 1
            else:
                outcomes["covered"] += said == Outside.NONE
                outcomes.update(f"outside {flag.name}" for flag in Outside if flag and flag in said)
        book = history.everything_known()
        for _ in range(CHECKS):
            judge(history, worlds, book, head.time)

    def judge(history: History, worlds: dict[int, World], book: KnowledgeBook, now: int) -> None:
        """Who knows everything is told LICENSED if and only if something covers; a stranger is never told NOT_LICENSED
        where something on chain or in a report does."""
        work, use = history.random.choice(history.works), history.use((history.began, now))
        fields = {"time": use.time, "media": use.media, "territories": use.territories}
        knowing = story.check(work, use.name, **fields, knowledge=book)
        stranger = story.check(work, use.name, **fields, knowledge=None)
        covering = set()
        for known in history.every_licence(work):
            for salt in {salt for name, salt in NAMES if name == use.name}:
                if evaluate(worlds[work], known, replace(use, salt=salt), now) == Outside.NONE:
                    covering.add(type(known.evidence))
        if knowing.kind is not VerdictKind.AMBIGUOUS:
            assert (knowing.kind is VerdictKind.LICENSED) == bool(covering)
        if stranger.kind is VerdictKind.NOT_LICENSED:
            assert covering <= {bytes}  # what nobody has shown, nobody can know
        verdicts[knowing.kind] += 1
        strangers[stranger.kind] += 1

    try:
        agree()
    finally:
        story.close()
        total = sum(means.values())
        sys.stdout.write(f"\n{total} cases by {dict(means)}\n{outcomes.most_common()}\n{verdicts}\n{strangers}\n")
    assert total >= LEAST
    assert set(means) == {"NoneType", "bytes", "ReportRow"}
    assert {name for name in REQUIRED if not outcomes[name]} == set()
    assert set(verdicts) == set(VerdictKind) - {VerdictKind.UNREGISTERED}
    assert set(strangers) == set(VerdictKind) - {VerdictKind.UNREGISTERED}
