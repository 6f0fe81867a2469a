"""One sentence for each verdict: why it is this one."""

from __future__ import annotations

from registry_client.checks.verdict import Verdict, VerdictKind


def reason_of(verdict: Verdict) -> str:
    """The sentence."""
    return _REASONS[verdict.kind](verdict)


def _licensed(verdict: Verdict) -> str:
    return f"A licence for {verdict.licences[0].name} covers this use."


def _out_of_scope(verdict: Verdict) -> str:
    fields = " and ".join(field.field for field in verdict.licences[0].fields)
    return f"A licence for {verdict.licences[0].name} exists, but this use lies outside it: {fields}."


def _pending(verdict: Verdict) -> str:
    if verdict.pending:
        count = len(verdict.pending)
        who = (
            "an agency that could have sold one has"
            if count == 1
            else f"{count} agencies that could have sold one have"
        )
        return f"No licence was found, but {who} not closed the books for that time yet."
    return (
        f"No licence was found that you can read, but {verdict.sealed.total} "
        f"{'entry is' if verdict.sealed.total == 1 else 'entries are'} sealed and could be one."
    )


def _not_licensed(verdict: Verdict) -> str:
    if verdict.title.status == "anchored":
        return "The work is anchored but has no title yet, so nobody could license it through this registry."
    return "No licence was found, and every agency that could have sold one has reported through that time."


def _ambiguous(verdict: Verdict) -> str:
    if len(verdict.candidates) > 1:
        return (
            f"{len(verdict.candidates)} registered works look like this image; which one is meant is not for us to say."
        )
    return "Who owns this work is contested, so who could license it is not settled."


def _unregistered(verdict: Verdict) -> str:
    return "Nothing in the registry matches this work."


_REASONS = {
    VerdictKind.LICENSED: _licensed,
    VerdictKind.OUT_OF_SCOPE: _out_of_scope,
    VerdictKind.PENDING: _pending,
    VerdictKind.NOT_LICENSED: _not_licensed,
    VerdictKind.AMBIGUOUS: _ambiguous,
    VerdictKind.UNREGISTERED: _unregistered,
}
