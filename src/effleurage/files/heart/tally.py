"""What is counted while a file is read, to be said in one sentence: how often, for how long, and where first."""

from __future__ import annotations

from dataclasses import dataclass, field

from effleurage.arrays import Ints

_NAMED = 3  # lines named in a note; the rest are counted


@dataclass
class Tally:
    """How often something was seen, for how many seconds in all, and in which lines first."""

    count: int = 0
    seconds: float = 0.0
    lines: list[int] = field(default_factory=list)

    def add(self, line: Ints, seconds: float = 0.0) -> None:
        """Count what stands at some lines (n,) and lasts some seconds in all."""
        self.count += len(line)
        self.seconds += seconds
        self.lines += [int(one) for one in line[: max(0, _NAMED - len(self.lines))]]

    def where(self) -> str:
        """``lines 3, 8, 11 and 4 more``."""
        more = self.count - len(self.lines)
        word = "line" if self.count == 1 else "lines"
        return f"{word} {', '.join(map(str, self.lines))}" + (f" and {more:,} more" if more else "")

    def length(self) -> str:
        """``48.2 s in all; ``, in minutes from ten of them on; empty where it lasted no time."""
        if not self.seconds:
            return ""
        return f"{self.seconds:.1f} s in all; " if self.seconds < 600 else f"{self.seconds / 60:,.1f} min in all; "
