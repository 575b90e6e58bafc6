"""From a first total of a questionnaire to the second one to expect, by the published course of people not treated.

What the simulated body has no counterpart of, such as perceived stress, is foretold by ``course.toml``. For a first
value x, weeks before the second one, with the course's mean, SD, retest r and recovery::

    expected = mean + recovered(weeks) + r (x - mean), and nine in ten within 1.645 sd sqrt(1 - r^2) of it

The ends of the scale, the room for rounding and what is foretold of nobody are as for all other outcomes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.comparable import STUDIED
from effleurage.lab.untreated.course import WEEK, Course
from effleurage.lab.untreated.foretold import DOUBT_LINEAR, LIKELY, Foretold, on_scale
from effleurage.lab.untreated.hours import Hours
from effleurage.lab.untreated.nearby import HELD
from effleurage.statistics.intervals import NINETY

UNREACHED = f"hardly any of the {STUDIED} begins there: nothing is expected"


@dataclass(frozen=True)
class ByCourse:
    """What a course foretells of second values at some hours."""

    instrument: Instrument
    course: Course
    hours: Hours

    @property
    def middle(self) -> float:
        """Mean first value."""
        return self.course.mean

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the first values of ``HELD`` of such people, as they are written down."""
        from scipy.special import ndtri

        reach, step = self.course.sd * float(ndtri((1 + HELD) / 2)), self.instrument.step
        low, high = (step * round((self.course.mean + way * reach) / step) for way in (-1, 1))
        return low, high

    def slope(self, x: float) -> float:
        """How far the second value goes with the first; the same at every ``x``."""
        return self.course.retest

    def foretell(
        self,
        before: Floats,
        steps: Floats | None = None,
        usual: Sequence[Mapping[str, float]] | None = None,
        who: Sequence[str] | None = None,
    ) -> Foretold:
        """What is foretold after first values (n,); what is ``usual`` of a person, and ``who`` it is, changes nothing.

        Nobody of the course is counted (``people`` is NaN): it is a row of numbers.
        """
        from scipy.special import ndtri

        x, course = np.asarray(before, dtype=float), self.course
        weeks = self.hours.days_apart * DAY / WEEK
        centre = course.mean + course.recovered(weeks) + self.slope(course.mean) * (x - course.mean)
        spread = np.full(len(x), course.sd * np.sqrt(1 - course.retest**2))
        low, high = (centre + way * NINETY * spread for way in (-1, 1))
        none = Foretold.nothing(len(x))
        reason = np.full(len(x), "", dtype=object)
        likely = centre[:, None] + spread[:, None] * ndtri(LIKELY)
        every = Foretold(centre, low, high, spread, DOUBT_LINEAR * spread, none.people, reason, likely)
        none.reason[:] = UNREACHED
        begins = (x >= self.ends[0]) & (x <= self.ends[1])
        none.put(np.flatnonzero(begins), on_scale(every, x, self.instrument, steps).at(begins))
        return none
