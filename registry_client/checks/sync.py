"""Bringing the index up to the newest block, whatever became of the blocks it knew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from registry_client.checks.index import LicenceIndex
from registry_client.checks.ports import History
from registry_client.errors import ChainUnavailable
from registry_client.models.history import Answers, BlockMark, CoverQuestion

_ATTEMPTS = 4
_COMPARED = 100
_EARLIER = 8
Answer = TypeVar("Answer")


class _ChainMoved(ChainUnavailable):
    """The newest block was replaced between two requests."""


@dataclass(frozen=True)
class Questions:
    """What is asked beside block times, at the block the index has come to."""

    work_id: int | None = None
    agents: Sequence[str] = ()
    covers: Sequence[CoverQuestion] = ()


def sync(index: LicenceIndex, chain: History) -> BlockMark:
    """Read on to the newest block, in one transaction. Returns that block."""
    return read_on(index, chain, lambda _: Questions(), lambda head, _: head)


def read_on(
    index: LicenceIndex,
    chain: History,
    select: Callable[[BlockMark], Questions],
    conclude: Callable[[BlockMark, Answers], Answer],
) -> Answer:
    """The same, and what ``conclude`` makes of the answers to what ``select`` asks, both with the index at that block.

    Two round trips: what happened, then block times and answers at one block. Where the chain was reorganised the index
    goes back to the newest block they share; where that happens in between, everything is read anew. Nothing is kept
    when one of them raises.
    """
    for _ in range(_ATTEMPTS):
        try:
            with index.writing():
                known, head = _follow(index, chain)
                questions = select(head)
                untimed, earlier = index.untimed(known), _earlier(index, head)
                blocks = [*untimed, *earlier]
                answers = chain.ask(head, blocks, questions.work_id, questions.agents, questions.covers)
                if answers.marks[head.number].hash != head.hash:
                    raise _ChainMoved("the chain was reorganised while it was read")
                index.put_times(answers.marks[number] for number in untimed)
                index.put_heads(answers.marks[number] for number in earlier)
                return conclude(head, answers)
        except _ChainMoved:
            continue
    raise ChainUnavailable("the chain changes faster than it can be read; try again")


def _follow(index: LicenceIndex, chain: History) -> tuple[int, BlockMark]:
    """The block up to which every time is known (-1 for none), and the newest one."""
    for _ in range(_ATTEMPTS):
        after = index.head()
        news = chain.news(after)
        if news.is_same_chain:
            index.add(news.happenings)
            index.put_heads([news.head])
            return -1 if after is None else after.number, news.head
        heads = index.heads(_COMPARED)
        present = chain.hashes([mark.number for mark in heads])
        shared = [mark.number for mark, hash_ in zip(heads, present, strict=True) if mark.hash == hash_]
        index.roll_back(max(shared, default=-1))
    raise ChainUnavailable("the chain changes faster than it can be read; try again")


def _earlier(index: LicenceIndex, head: BlockMark) -> list[int]:
    """A new index notes some blocks before its first, so that a reorganisation does not send it back to the start."""
    if len(index.heads(2)) > 1:
        return []
    return [head.number - (1 << step) for step in range(_EARLIER) if head.number >= 1 << step]
