"""Takes typed values out of a TOML table and remembers every mistake with its key."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from eth_utils.address import is_checksum_address, is_hex_address

from registry_client.errors import AmountInvalid
from registry_client.sale.amounts import parse_amount

_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?", re.ASCII)


class Fields:
    """One table; ``place`` is its name in messages. A field that is wrong is answered with None."""

    def __init__(self, table: dict[str, Any], place: str, mistakes: list[tuple[str, str]]) -> None:
        self.table, self.place, self.mistakes = dict(table), place, mistakes

    def wrong(self, key: str, text: str) -> None:
        self.mistakes.append((f"{self.place}.{key}" if self.place else key, text))

    def finish(self) -> None:
        """Every key that nobody took is unknown."""
        for key in self.table:
            self.wrong(key, "unknown key")

    def tables(self, key: str) -> list[Fields]:
        """An array of tables: ``[[key]]``."""
        found = self._take(key)
        if found is None:
            return []
        if not isinstance(found, list) or not found or not all(isinstance(item, dict) for item in found):
            self.wrong(key, f"write it as tables, each beginning with [[{key}]]")
            return []
        return [Fields(item, f"{key}[{number}]", self.mistakes) for number, item in enumerate(found, 1)]

    def table_of(self, key: str) -> Fields | None:
        """A table: ``[key]``."""
        found = self._take(key)
        if found is not None and not isinstance(found, dict):
            self.wrong(key, f"write it as a table: [{key}]")
        return Fields(found, key, self.mistakes) if isinstance(found, dict) else None

    def text(self, key: str, longest: int = 64) -> str | None:
        found = self._take(key)
        if found is None:
            return None
        if not isinstance(found, str) or not 0 < len(found) <= longest or not found.isprintable():
            return self._no(key, f"must be text of 1 to {longest} characters, not {_shown(found)}")
        return found

    def amount(self, key: str) -> int | None:
        """Ether or tokens -> wei or units: a whole number, or decimals in quotes."""
        found = self._take(key)
        if found is None:
            return None
        if isinstance(found, float):
            return self._no(key, f'is a binary fraction, which is not exact; write it in quotes: "{found}"')
        if isinstance(found, bool) or not isinstance(found, int | str):
            return self._no(key, f'must be a number such as 2500 or "0.1", not {_shown(found)}')
        try:
            value = parse_amount(str(found))
        except AmountInvalid:
            return self._no(key, f'must be a number such as 2500 or "0.1", not {_shown(found)}')
        if value >= 2**96:
            return self._no(key, "is larger than the contract's 96 bits hold")
        return value

    def whole(self, key: str, least: int, most: int) -> int | None:
        found = self._take(key)
        if found is None:
            return None
        if not isinstance(found, int) or isinstance(found, bool):
            return self._no(key, f"must be a whole number, not {_shown(found)}")
        if not least <= found <= most:
            return self._no(key, f"must be {least} to {most}, not {found}")
        return found

    def percent(self, key: str) -> int | None:
        """Basis points."""
        found = self._take(key)
        if found is None:
            return None
        match = None if isinstance(found, bool | float) else _PERCENT.fullmatch(str(found))
        points = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else 2**16
        if points >= 2**16:
            return self._no(key, f'must be a percentage such as 5 or "2.5", at most 655, not {_shown(found)}')
        return points

    def moment(self, key: str) -> int | None:
        """Unix seconds of a date and time with its offset from UTC."""
        found = self._take(key)
        if found is None:
            return None
        if not isinstance(found, datetime) or found.tzinfo is None:
            return self._no(key, f"must be a date, a time and an offset, as 2018-01-10T12:00:00Z, not {_shown(found)}")
        if found.microsecond:
            return self._no(key, "must be a whole second")
        seconds = int(found.astimezone(timezone.utc).timestamp())
        return seconds if seconds > 0 else self._no(key, "lies before 1970")

    def flag(self, key: str) -> bool | None:
        found = self._take(key)
        if found is not None and not isinstance(found, bool):
            self.wrong(key, f"must be true or false, not {_shown(found)}")
        return found if isinstance(found, bool) else None

    def choice(self, key: str, choices: tuple[str, ...]) -> str | None:
        found = self._take(key)
        if found is not None and found not in choices:
            return self._no(key, f"must be one of {', '.join(choices)}, not {_shown(found)}")
        return found if isinstance(found, str) else None

    def address(self, key: str) -> str | None:
        found = self._take(key)
        return None if found is None else self._address(key, found)

    def addresses(self, key: str) -> tuple[str, ...]:
        """One or more, none twice."""
        found = self._take(key)
        if found is None:
            return ()
        if not isinstance(found, list) or not found:
            self.wrong(key, "must be a list of one or more addresses")
            return ()
        good = [self._address(f"{key}[{number}]", item) for number, item in enumerate(found, 1)]
        for number, item in enumerate(good, 1):
            if item is not None and item in good[: number - 1]:
                self.wrong(f"{key}[{number}]", f"{item} is named twice")
        return tuple(item for item in good if item is not None)

    def _address(self, key: str, found: object) -> str | None:
        if not isinstance(found, str) or not is_hex_address(found) or not found.startswith("0x"):
            return self._no(key, f"must be an address (0x and 40 hex digits), not {_shown(found)}")
        if int(found, 16) == 0:
            return self._no(key, "is the zero address")
        if not is_checksum_address(found):
            return self._no(key, f"{found}: the checksum (EIP-55) is wrong or missing")
        return found

    def _take(self, key: str) -> Any:
        if key not in self.table:
            self.wrong(key, "missing")
            return None
        return self.table.pop(key)

    def _no(self, key: str, text: str) -> None:
        self.wrong(key, text)


def _shown(value: object) -> str:
    return repr(value)[:60]
