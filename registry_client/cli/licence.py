"""``registry licence``: giving licences. What becomes of them later is in ``licence_holding``, what they prove in
``licence_proof``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from registry_client.chain.licence_reading import ShownLicences
from registry_client.chain.licences import LicenceCalls
from registry_client.chain.vouchers import recover
from registry_client.cli.licence_lines import end_user_lines, licence_json, licence_lines, opening_json
from registry_client.cli.licence_lookup import find_licence, keep, shown_file
from registry_client.cli.licence_options import Order, licence_options
from registry_client.cli.output import NO, Group, emit
from registry_client.cli.session import Session, key_options, options
from registry_client.cli.values import INSTANT, period_of, refuse_existing, write_private
from registry_client.errors import ConfigurationError, LicenceInvalid
from registry_client.licensing.grants import GrantDesk, Recorded, standing_against
from registry_client.licensing.holding import HolderDesk
from registry_client.licensing.verification import verify
from registry_client.licensing.vouchers import VoucherDesk, make_voucher
from registry_client.models import Flags, Inclusion, Licence
from registry_client.rights.vocabulary import describe_media, describe_territories


@click.group(cls=Group)
def licence() -> None:
    """Grant, sign, hold, show and verify licences.

    Example: registry licence list --work photo.jpg
    """


@licence.command()
@licence_options
@click.option("--subject-to-existing", is_flag=True, help="Exclusive beside the licences that were given before.")
@key_options
@options
def grant(
    order: Order,
    subject_to_existing: bool,
    account: str,
    passphrase_file: Path | None,
    network: str,
    as_json: bool,
) -> None:
    """Grant a licence of WORK on chain, as its owner or under a mandate.

    A killed call, given again, finishes that licence; a finished one, given again, grants a second. An exclusive
    licence is exclusive only from now on: where earlier ones overlap, they are listed and nothing is granted unless
    --subject-to-existing is said. What agencies sold and have not reported yet cannot be listed.

    Example: registry licence grant photo.jpg --account anna --end-user example.com --media 2WEB --territory EU
    --until 2028-01-01 --terms terms.txt
    """
    session = Session(network, as_json)
    sender = session.sender(account, passphrase_file)
    asked = order.licence(session, sender.address)
    head, now = session.connection.block()
    desk = GrantDesk(
        session.licences,
        LicenceCalls(),
        sender,
        session.intents(sender.address),
        session.ids,
        session.licence_contract,
        lambda block: session.connection.block(hex(block))[1],
    )
    request = order.request(asked)
    if Flags.EXCLUSIVE in asked.flags and not subject_to_existing and not desk.is_begun(request):
        dated = order.complete(asked, now)[0]
        against = standing_against(dated, session.log_at(head).licences(dated.work_id))
        if against:
            _print_against(against, as_json)
            click.get_current_context().exit(NO)
    session.store.flush()
    done = desk.grant(request, lambda: order.complete(asked, now))
    opening = done.opening
    keep(session, session.licence_file(done.licence, None, opening), opening, "granted here")
    desk.finish(request)
    session.store.push_quietly()
    value = {
        **licence_json(done.licence, done.licence_id),
        "opening": opening_json(opening),
        "transaction": done.receipt.hash,
        "gas_used": done.receipt.gas_used,
        "resumed": done.is_resumed,
    }
    openings = (opening,) if opening else ()
    emit(
        as_json,
        value,
        lambda: [
            *licence_lines(done.licence, done.licence_id),
            *end_user_lines(done.licence, openings, []),
            *(["note        exclusive from now on; licences given before stay valid"] if _is_exclusive(done) else []),
            f"granted in transaction {done.receipt.hash}, {done.receipt.gas_used} gas"
            + ("; it had been begun by an earlier call" if done.is_resumed else ""),
            f"next: registry licence prove 0x{done.licence_id.hex()} --to FILE, for the buyer to show",
        ],
    )


@licence.command()
@licence_options
@click.option("--redeem-until", type=INSTANT, help="Last instant at which the voucher is accepted (default: none).")
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--offline", is_flag=True, help="Ask no node: this computer's clock dates it, nothing is tried out.")
@key_options
@options
def voucher(
    order: Order,
    redeem_until: int | None,
    target: Path,
    offline: bool,
    account: str,
    passphrase_file: Path | None,
    network: str,
    as_json: bool,
) -> None:
    """Sign a licence of WORK for the buyer to keep: no transaction, no cost.

    The file holds the signature and what opens the end user: give it to the buyer alone. Anyone who has it can record
    the licence on chain with `registry licence redeem`. Unless --offline, the contract is asked whether it would take
    it, and a voucher that it refuses is not written.

    Example: registry licence voucher photo.jpg --account agency --mandate 1 --end-user example.com --media 2WEB
    --territory EU --until 2028-01-01 --terms terms.txt --to voucher.json
    """
    refuse_existing(target)
    session = Session(network, as_json)
    signer = session.signer(account, passphrase_file)
    asked = order.licence(session, signer.address)
    now = int(time.time()) if offline else session.connection.block()[1]
    if redeem_until is not None and redeem_until < now:
        raise ConfigurationError("--redeem-until: this is over already")
    complete, opening = order.complete(asked, now)
    signed = make_voucher(
        replace(complete, issued_at=now, redeem_until=redeem_until or 0),
        opening,
        signer,
        session.network.chain_id,
        session.licence_contract,
        recover,
    )
    if not offline:
        tried = verify(signed, ShownLicences(session.connection))
        if tried.refusal is not None:
            raise tried.refusal
    session.store.flush()
    keep(session, signed, opening, "voucher signed here")
    write_private(target, signed.encode())
    if not offline:
        session.store.push_quietly()
    value = {
        **licence_json(signed.licence, signed.licence_id),
        "opening": opening_json(opening),
        "file": str(target),
        "checked": not offline,
    }
    openings = (opening,) if opening else ()
    emit(
        as_json,
        value,
        lambda: [
            *licence_lines(signed.licence, signed.licence_id),
            *end_user_lines(signed.licence, openings, []),
            f"signed; the voucher is in {target}: give it to the buyer alone",
        ],
    )


@licence.command()
@click.argument("file")
@key_options
@options
def redeem(file: str, account: str, passphrase_file: Path | None, network: str, as_json: bool) -> None:
    """Record the licence of a voucher, or of a report's proof, on chain; anyone may.

    From then on it stays valid whatever becomes of mandates, and its holder can name end users and give it on.

    Example: registry licence redeem voucher.json --account designer
    """
    session = Session(network, as_json)
    shown = shown_file(session, file)
    sender = session.sender(account, passphrase_file)
    intents = session.intents(sender.address)
    calls, contract = LicenceCalls(), session.licence_contract
    if isinstance(shown.evidence, Inclusion):
        receipt = HolderDesk(calls, sender, intents, contract).record(shown.licence, shown.licence_id, shown.evidence)
    else:
        receipt = VoucherDesk(calls, sender, intents, contract).redeem(shown)
    keep(session, shown, shown.opening, "recorded here")
    value = {
        **licence_json(shown.licence, shown.licence_id),
        "transaction": receipt.hash,
        "gas_used": receipt.gas_used,
    }
    emit(
        as_json,
        value,
        lambda: [
            *licence_lines(shown.licence, shown.licence_id),
            f"recorded in transaction {receipt.hash}, {receipt.gas_used} gas",
        ],
    )


@licence.command()
@click.argument("nonce")
@key_options
@options
def cancel(nonce: str, account: str, passphrase_file: Path | None, network: str, as_json: bool) -> None:
    """Take back your own vouchers of NONCE that nobody has recorded yet.

    Example: registry licence cancel 4611686018427387905 --account agency
    """
    if not nonce.isascii() or not nonce.isdecimal() or int(nonce[:40]) >= 1 << 64:
        raise LicenceInvalid(f"{nonce[:40]}: no nonce: a whole number of 64 bits, as `registry licence show` prints it")
    session = Session(network, as_json)
    sender = session.sender(account, passphrase_file)
    desk = VoucherDesk(LicenceCalls(), sender, session.intents(sender.address), session.licence_contract)
    receipt = desk.cancel(int(nonce))
    value = {"nonce": nonce, "transaction": receipt.hash, "gas_used": receipt.gas_used}
    emit(as_json, value, lambda: [f"vouchers of nonce {nonce} are cancelled (transaction {receipt.hash})"])


@licence.command()
@click.argument("licence_id", metavar="LICENCE")
@key_options
@options
def revoke(licence_id: str, account: str, passphrase_file: Path | None, network: str, as_json: bool) -> None:
    """End a licence from now on, where its terms allow it. Uses before stay covered.

    LICENCE is an id or a file.

    Example: registry licence revoke voucher.json --account anna
    """
    session = Session(network, as_json)
    found = find_licence(session, licence_id)
    sender = session.sender(account, passphrase_file)
    desk = HolderDesk(LicenceCalls(), sender, session.intents(sender.address), session.licence_contract)
    receipt = desk.revoke(found.licence, found.licence_id)
    revoked_at = session.connection.block(hex(receipt.block))[1]
    value: dict[str, Any] = {
        "licence_id": "0x" + found.licence_id.hex(),
        "revoked_at": revoked_at,
        "transaction": receipt.hash,
        "gas_used": receipt.gas_used,
    }
    emit(as_json, value, lambda: [f"revoked; uses before stay covered (transaction {receipt.hash})"])


def _is_exclusive(done: Any) -> bool:
    return Flags.EXCLUSIVE in done.licence.flags


def _print_against(against: Sequence[Recorded], as_json: bool) -> None:
    def line(found: Licence) -> str:
        scope = found.scope
        return f"  {describe_media(scope.media)} in {describe_territories(scope.territories)}, {period_of(scope)}"

    value = {
        "error": "licences that were given before overlap it",
        "existing": [licence_json(found.licence, found.licence_id) for found in against],
        "exit_code": NO,
    }
    emit(
        as_json,
        value,
        lambda: [
            f"Nothing was granted: {len(against)} licence(s) given before overlap it, and would stay valid.",
            *(text for f in against for text in (f"0x{f.licence_id.hex()}", line(f.licence))),
            "An exclusive licence is exclusive only from now on. To grant it beside these: --subject-to-existing",
        ],
    )
