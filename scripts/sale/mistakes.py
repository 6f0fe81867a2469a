"""Every mistake of a file a person wrote, each with its place, told at once."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 50


class FileMistakes(Exception):
    """``mistakes`` are (place, what is wrong); the place is a line, or a key of the file."""

    def __init__(self, source: str, mistakes: Iterable[tuple[str, str]]) -> None:
        self.source, self.mistakes = source, list(mistakes)
        lines = [f"  {place}: {text}" for place, text in self.mistakes[:SHOWN]]
        if len(self.mistakes) > SHOWN:
            lines.append(f"  and {len(self.mistakes) - SHOWN} more")
        count = len(self.mistakes)
        super().__init__("\n".join([f"{source}: {count} mistake{'s' if count > 1 else ''}", *lines]))
