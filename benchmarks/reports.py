"""One report of many sales, in a process of its own: seconds a phase, gas, peak memory, proof size, bytes stored.

``python benchmarks/reports.py COUNT FOLDER`` prints one JSON object; FOLDER/networks has network ``local``.
"""

from __future__ import annotations

import json
import resource
import secrets
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from registry_client.chain.connection import Connection
from registry_client.chain.network import load_network
from registry_client.models import Use
from registry_client.rights.instant import format_instant
from tests.client.licensing.reports.world import DAY, TERMS, Party, World

_HEADER = (
    "reference,work,mandate,sold_at,licensee_name,end_user,licensee,media,territories,from,until,terms,flags,seats\n"
)
_MEDIA = ("2WEB", '"2WEB,2SOC"', "ALL")
_TERRITORIES = ("DE", '"EU,CH"', "WORLDWIDE")


def write_sales(path: Path, count: int, works: list[tuple[int, int]], first: int, seconds: int) -> None:
    """Every sale another end user, another second and another buyer, as in an agency's export."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADER)
        for number in range(count):
            work, mandate = works[number % len(works)]
            sold_at = format_instant(first + number % seconds)
            file.write(
                f"INV-{number:09d},0x{work:064x},{mandate},{sold_at},Buyer {number} GmbH,customer-{number}.example,"
                f"0x{secrets.token_hex(20)},{_MEDIA[number % 3]},{_TERRITORIES[number % 3]},{sold_at},2036-01-01,"
                f"{TERMS},,{number % 2}\n"
            )


def setting(folder: Path) -> tuple[World, Party, list[tuple[int, int]]]:
    """An agency with mandates of two owners, 60 titled works each; the works with their mandates."""
    world = World(load_network("local", folder), folder)
    agency, anna, ben = (world.party() for _ in range(3))
    world.title(agency, [anna.address, ben.address], each=60)
    for owner in (anna, ben):
        owner.publish_key()
        owner.give_mandate(agency.address, world.now + 400 * DAY)
    agency.publish_key()
    works = [(work, mandate) for mandate, owner in enumerate((anna, ben), 1) for work in world.works[owner.address]]
    return world, agency, works


def measure(count: int, folder: Path) -> dict[str, Any]:
    world, agency, works = setting(folder)
    first, seconds = world.now + 10, 80_000
    world.pass_time(DAY)
    path = folder / "sales.csv"
    write_sales(path, count, works, first, seconds)
    reporter = world.reporter(agency, folder / "agency")
    moments: dict[str, float] = {}

    def progress(phase: str, done: int, total: int) -> None:
        moments[phase] = time.perf_counter()

    start = time.perf_counter()
    prepared = reporter.prepare(path, first + seconds, progress=progress)
    built = time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_SELF)
    sent = reporter.submit(prepared)
    submitted = time.perf_counter()
    found = reporter.books.find_row(f"INV-{count * 2 // 3:09d}")
    assert found is not None
    assert found.sale.name is not None
    assert found.sale.salt is not None
    inclusion = reporter.books.inclusion_of(sent.index, found.row)
    proven = time.perf_counter()
    use = Use(found.sale.name, first + seconds + 1, salt=found.sale.salt)
    outside = world.reader.covers_reported(found.sale.licence, use, inclusion)
    question = world.reader.covers_request(found.sale.licence, use, inclusion, Connection(world.network).block()[0])
    gas = int(str(world.connection.request("eth_estimateGas", [question[1][0]])), 16)
    data = bytes.fromhex(question[1][0]["data"][2:])
    intrinsic = 21_000 + sum(16 if byte else 4 for byte in data)
    checked = time.perf_counter()
    return {
        "sales": count,
        "covered": not outside,
        "seconds": {
            "read and check the file": round(moments["read"] - start, 1),
            "tree": round(moments["tree"] - moments["read"], 1),
            "seal": round(moments["seal"] - moments["tree"], 1),
            "index and flush": round(built - moments["seal"], 1),
            "submit (one block a second)": round(submitted - built, 1),
            "find and prove one sale": round(proven - submitted, 4),
            "ask the chain": round(checked - proven, 3),
            "processor time up to the submission": round(used.ru_utime + used.ru_stime, 1),
        },
        "gas": {"submit (the agency's first)": sent.gas_used, "coversReported": gas - intrinsic},
        "bytes": {
            "file": path.stat().st_size,
            "stored": prepared.bytes_stored,
            "proof": 32 * len(inclusion.proof),
            "books": sum(file.stat().st_size for file in reporter.books.folder.iterdir()),
        },
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]))))
