"""``registry check``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import click

from registry_client.chain.connection import Connection
from registry_client.chain.history import HistoryReader
from registry_client.chain.registry import RegistryReader
from registry_client.checks.check import check_use
from registry_client.checks.explain import sentences
from registry_client.checks.index import LicenceIndex, index_path
from registry_client.checks.ports import Knowledge, NoKnowledge
from registry_client.checks.target import Catalogue
from registry_client.checks.verdict import Asker, AskerKind, Verdict, VerdictKind
from registry_client.checks.verdict_json import verdict_json
from registry_client.cli.licence_lookup import shown_file
from registry_client.cli.output import NO, UNDETERMINED, YES, Command, emit
from registry_client.cli.report_books import inclusion_of
from registry_client.cli.session import Session, hex_id, options, parse_target
from registry_client.cli.values import AT_HELP, END_USER, INSTANT, MEDIA, TERRITORIES
from registry_client.errors import ConfigurationError
from registry_client.licensing.licence_file import LicenceFile
from registry_client.licensing.reports.opened import open_report, sealed_rows_of
from registry_client.models import Inclusion, KnownLicence, Report, ReportRow
from registry_client.rights.instant import format_instant

STRANGER = "stranger"
EXIT_CODES = {
    VerdictKind.LICENSED: YES,
    VerdictKind.OUT_OF_SCOPE: NO,
    VerdictKind.NOT_LICENSED: NO,
    VerdictKind.UNREGISTERED: NO,
    VerdictKind.PENDING: UNDETERMINED,
    VerdictKind.AMBIGUOUS: UNDETERMINED,
}


@click.command(cls=Command)
@click.argument("target", metavar="IMAGE|WORK")
@click.option("--user", type=END_USER, help="Who uses it: a domain, or party:NAME (default: the host of --url).")
@click.option("--url", help="The page where it was seen.")
@click.option("--at", "at", type=INSTANT, help=f"When (default: now); {AT_HELP}.")
@click.option("--media", type=MEDIA, help="In which medium: 2WEB.")
@click.option("--territory", type=TERRITORIES, help="Where: DE.")
@click.option("--licence", "files", multiple=True, metavar="FILE", help="A licence file that the user has shown you.")
@click.option("--as", "who", help="Who asks: a key's name or an address; `stranger` forgets what is known here.")
@options
def check(
    target: str,
    user: str | None,
    url: str | None,
    at: int | None,
    media: int | None,
    territory: int | None,
    files: tuple[str, ...],
    who: str | None,
    network: str,
    as_json: bool,
) -> None:
    """Was this photograph used with a licence? By whom, when and for what is the question.

    Exit code 0: LICENSED. 1: OUT_OF_SCOPE, NOT_LICENSED or UNREGISTERED. 3: PENDING or AMBIGUOUS (nobody can say yet),
    or the question could not be asked. What you know counts: run `registry report open` first if you are an owner or an
    agency.

    Example: registry check photo.jpg --url https://shop.example/page --at 2026-11-20 --media 2WEB --territory DE
    """
    work_id, image = parse_target(target)
    session = Session(network, as_json)
    connection = Connection(session.network)
    shown = [shown_file(session, file) for file in files]
    asker = None if who in (None, STRANGER) else session.address(str(who))
    book: Knowledge = NoKnowledge() if who == STRANGER else session.book
    chain = HistoryReader(connection)
    with LicenceIndex(index_path(session.home, chain), chain) as index:
        verdict = check_use(
            work_id if image is None else image,
            user,
            index=index,
            chain=chain,
            catalogue=Catalogue(RegistryReader(connection), session.store),
            time=at,
            media=media or 0,
            territories=territory or 0,
            url=url,
            knowledge=_Shown(book, shown),
            proofs=_Proofs(session, shown) if any(isinstance(f.evidence, Inclusion) for f in shown) else None,
            sealed_rows=lambda report: sealed_rows_of(report, session.store),
            open_rows=lambda report: (row.known() for row in open_report(report, session.store, session.ids)),
        )
        own = [address for _, address in session.keystore.entries()] if who is None else []
        asked_by = _asker(verdict, index, [asker] if asker else own)
    for path, file in zip(files, shown, strict=True):
        if (
            verdict.kind not in (VerdictKind.AMBIGUOUS, VerdictKind.UNREGISTERED)
            and file.licence.work_id != verdict.work.work_id
        ):
            raise ConfigurationError(f"{path} is a licence of another work, {hex_id(file.licence.work_id)}")
    verdict = replace(verdict, knowledge=replace(verdict.knowledge, asker=asked_by))
    code = EXIT_CODES[verdict.kind]
    emit(as_json, verdict_json(verdict) | {"exit_code": code}, lambda: _lines(verdict, image is not None, target))
    click.get_current_context().exit(code)


@dataclass(frozen=True)
class _Shown:
    """What is known here, and the licences that somebody has shown for this question."""

    book: Knowledge
    files: list[LicenceFile]

    def licences_of(self, work_id: int) -> list[KnownLicence]:
        shown = [_known(file) for file in self.files if file.licence.work_id == work_id]
        return [*self.book.licences_of(work_id), *shown]

    def works(self) -> list[int]:
        return [*self.book.works(), *(file.licence.work_id for file in self.files)]

    def is_opened(self, report: Report, owner: str) -> bool:
        return self.book.is_opened(report, owner)


@dataclass(frozen=True)
class _Proofs:
    """The proofs in the files shown; others from the agency's books or the report's public parts."""

    session: Session
    files: list[LicenceFile]

    def inclusion_of(self, agent: str, index: int, row: int) -> Inclusion:
        for file in self.files:
            shown = file.evidence
            if isinstance(shown, Inclusion) and (file.licence.licensor, shown.index, shown.row) == (agent, index, row):
                return shown
        return inclusion_of(self.session, ReportRow(agent, index, row))


def _known(file: LicenceFile) -> KnownLicence:
    evidence = file.evidence
    if isinstance(evidence, Inclusion):
        shown: bytes | ReportRow | None = ReportRow(file.licence.licensor, evidence.index, evidence.row)
    else:
        shown = evidence
    opening = file.opening
    name, salt = (opening.name, opening.salt) if opening else (None, None)
    return KnownLicence(file.licence, file.licence_id, shown, name, salt, "a licence file shown")


def _asker(verdict: Verdict, index: LicenceIndex, addresses: Iterable[str]) -> Asker:
    """Who of these asks: the work's owner, an agency with a mandate of theirs, else a stranger."""
    known = list(addresses)
    if verdict.title.owner in known:
        return Asker(AskerKind.OWNER, verdict.title.owner)
    if known and index.is_titled(verdict.work.work_id):
        agents = {m.terms.agent for m in index.world(verdict.work.work_id, set(), set()).mandates.values()}
        for address in known:
            if address in agents:
                return Asker(AskerKind.AGENCY, address)
    return Asker()


def _lines(verdict: Verdict, is_image: bool, target: str) -> list[str]:
    """The answer, why, and what to do next."""
    first, *rest = sentences(verdict)
    return [first, *(f"  {line}" for line in dict.fromkeys(rest)), f"Next: {_next(verdict, is_image, target)}"]


def _next(verdict: Verdict, is_image: bool, target: str) -> str:
    user = verdict.question.user
    if verdict.kind is VerdictKind.LICENSED:
        return "nothing. Whoever asks can check the same licence."
    if verdict.kind is VerdictKind.OUT_OF_SCOPE:
        return f"ask {user} for a licence of this very use, or sell them one; the one they have does not reach so far."
    if verdict.kind is VerdictKind.NOT_LICENSED:
        return (
            f"ask {user} for their licence file before you claim anything, and check again with --licence FILE. "
            "If they have none, the use is unlicensed."
        )
    if verdict.kind is VerdictKind.PENDING:
        waiting = [books.deadline for books in verdict.pending if not books.late]
        if waiting:
            return f"claim nothing yet. Check again after {format_instant(max(waiting))}."
        if verdict.pending:
            return "claim nothing yet. Ask the late agency for its report, then check again."
        return f"claim nothing yet. Ask {user} for the licence file, and check again with --licence FILE."
    if verdict.kind is VerdictKind.AMBIGUOUS:
        if len(verdict.candidates) > 1:
            return "compare the works named above with your own eyes, then check the right one by its id."
        return "the title must be settled first; claim nothing on its strength."
    source = target if is_image else "FILE"
    return f"if the photograph is yours, register it: registry register {source} --account NAME"
