"""Tables of the licence index. Every row says in which block it happened, so that a reorganisation takes it back.

Numbers of more than 63 bits are bytes, big-endian: SQLite's integers are signed.
"""

from __future__ import annotations

VERSION = 1

TABLES = (
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS heads (number INTEGER PRIMARY KEY, hash BLOB NOT NULL, time INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS blocks (number INTEGER PRIMARY KEY, time INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS mandates (id INTEGER PRIMARY KEY, block INTEGER NOT NULL, owner TEXT NOT NULL,"
    " agent TEXT NOT NULL, parent INTEGER NOT NULL, work_id BLOB NOT NULL, media BLOB NOT NULL,"
    " territories BLOB NOT NULL, scope_start INTEGER NOT NULL, scope_until INTEGER NOT NULL, start INTEGER NOT NULL,"
    " expires_at INTEGER NOT NULL, reporting_period INTEGER NOT NULL, commission INTEGER NOT NULL,"
    " depth INTEGER NOT NULL, exclusive INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS mandates_by_owner ON mandates (owner)",
    "CREATE TABLE IF NOT EXISTS mandate_ends (mandate INTEGER PRIMARY KEY, block INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS licences (licence_id BLOB PRIMARY KEY, block INTEGER NOT NULL, place INTEGER NOT NULL,"
    " tx TEXT NOT NULL, means INTEGER NOT NULL, work_id BLOB NOT NULL, licensor TEXT NOT NULL, mandate BLOB NOT NULL,"
    " licensee TEXT NOT NULL, end_user BLOB NOT NULL, media BLOB NOT NULL, territories BLOB NOT NULL,"
    " scope_start INTEGER NOT NULL, scope_until INTEGER NOT NULL, terms BLOB NOT NULL, flags INTEGER NOT NULL,"
    " seats INTEGER NOT NULL, issued_at INTEGER NOT NULL, redeem_until INTEGER NOT NULL, nonce BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS licences_by_work ON licences (work_id)",
    "CREATE TABLE IF NOT EXISTS exclusives (licence_id BLOB PRIMARY KEY, block INTEGER NOT NULL,"
    " place INTEGER NOT NULL, work_id BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS exclusives_by_work ON exclusives (work_id)",
    "CREATE TABLE IF NOT EXISTS licence_ends (licence_id BLOB PRIMARY KEY, block INTEGER NOT NULL,"
    " place INTEGER NOT NULL, work_id BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS licence_ends_by_work ON licence_ends (work_id)",
    "CREATE TABLE IF NOT EXISTS holders (licence_id BLOB NOT NULL, block INTEGER NOT NULL, place INTEGER NOT NULL,"
    " holder TEXT NOT NULL, PRIMARY KEY (licence_id, block, place)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS end_users (licence_id BLOB NOT NULL, end_user BLOB NOT NULL, block INTEGER NOT NULL,"
    " PRIMARY KEY (licence_id, end_user)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS cancellations (licensor TEXT NOT NULL, nonce BLOB NOT NULL, block INTEGER NOT NULL,"
    " PRIMARY KEY (licensor, nonce)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS reports (agent TEXT NOT NULL, number INTEGER NOT NULL, block INTEGER NOT NULL,"
    " root BLOB NOT NULL, count INTEGER NOT NULL, previous_through INTEGER NOT NULL, complete_through INTEGER NOT NULL,"
    " submitted_at INTEGER NOT NULL, rows_digest BLOB NOT NULL, PRIMARY KEY (agent, number)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS sealing_keys (account TEXT NOT NULL, block INTEGER NOT NULL, place INTEGER NOT NULL,"
    " key BLOB NOT NULL, PRIMARY KEY (account, block, place)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS transfers (work_id BLOB NOT NULL, block INTEGER NOT NULL, place INTEGER NOT NULL,"
    " owner TEXT NOT NULL, PRIMARY KEY (work_id, block, place)) WITHOUT ROWID",
    # kind: registered, superseded, contested, improved; anchored_at is what the title's became (unless contested).
    "CREATE TABLE IF NOT EXISTS title_events (work_id BLOB NOT NULL, block INTEGER NOT NULL, place INTEGER NOT NULL,"
    " kind TEXT NOT NULL, anchored_at INTEGER NOT NULL, fingerprint BLOB,"
    " PRIMARY KEY (work_id, block, place)) WITHOUT ROWID",
)

INDEXES = tuple(
    f"CREATE INDEX IF NOT EXISTS {table}_by_block ON {table} (block)"
    for table in ("mandates", "mandate_ends", "licences", "licence_ends", "end_users", "transfers")
)

EVENT_TABLES = (
    "mandates",
    "mandate_ends",
    "licences",
    "exclusives",
    "licence_ends",
    "holders",
    "end_users",
    "cancellations",
    "reports",
    "sealing_keys",
    "transfers",
    "title_events",
)
# Blocks whose time an answer rests on.
TIMED_TABLES = ("mandate_ends", "licences", "licence_ends", "end_users", "transfers")
