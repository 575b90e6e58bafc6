"""The analysis of a design as a script that stands alone: pandas and statsmodels, nothing of ours.

The script is ``analysis_template.py``, a module like any other, whose block of settings becomes that of the design.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pprint import pformat

from effleurage.trial.conduct.codebook import readings
from effleurage.trial.design.design import Design
from effleurage.words import in_cell

FEW_THERAPISTS = 10
"""Fewer therapists than this tell little of how therapists differ; ours, customary."""
_WHO = """\
# Who is analysed: everybody who was measured, in the arm they were allocated to. Nothing is imputed. An ANCOVA needs
# both measurements of a person; a crossover needs the last measurement of two periods. Where several therapists share
# an arm they are counted, not their people. The p values are not corrected for the number of outcomes or of arms."""
_WHO_ALONE = """\
# Who is analysed: everybody who was measured twice. Nothing is imputed. The design has one arm: its change within
# persons is told and compared with nothing, so it is not the effect of what the arm gets. The p values are not
# corrected for the number of outcomes."""
_BEGIN, _END = "# settings\n", "# end of settings\n"
_TYPES = {"ARMS": ": list[str]", "OUTCOMES": ": list[dict[str, Any]]"}


def analysis_script(design: Design) -> str:
    """Source of a Python script that analyses ``data.csv`` as the design says and writes ``results.csv``.

    The first arm is compared with every other; of one arm, the change is told. Parallel: ANCOVA, or the
    change score where the design asks for it; crossover: within persons, adjusted for the period. Therapists who share
    an arm are counted, as in the simulated trials of a plan (``therapists.shared``). Logarithms and ratios where the
    instrument's scale is ``log``.
    Raises ``RequestError`` for an outcome that no instrument reads.
    """
    above, below = _template()
    return f"{above}{_BEGIN}{_settings(design)}{_END}{below}"


def _settings(design: Design) -> str:
    """The block of settings: who is analysed, as a comment, and a line or more a setting."""
    said = {
        "TITLE": design.title,
        "LAYOUT": design.layout,
        "ANALYSIS": design.analysis if len(design.arms) > 1 else "change",
        "ESTIMAND": design.estimand,
        "REASON": design.reason,
        "ARMS": [in_cell(arm.name) for arm in design.arms],  # as data.csv names them
        "OUTCOMES": list(readings(design)),
        "LEVEL": 0.95,
        "FEW_THERAPISTS": FEW_THERAPISTS,
    }
    lines = [f"{name}{_TYPES.get(name, '')} = {pformat(value, width=100)}" for name, value in said.items()]
    return "\n".join([_WHO if len(design.arms) > 1 else _WHO_ALONE, "", *lines, ""])


@cache
def _template() -> tuple[str, str]:
    """The script above its block of settings, and below it."""
    text = files("effleurage.report.trial").joinpath("analysis_template.py").read_text(encoding="utf-8")
    above, _, rest = text.partition(_BEGIN)
    return above, rest.partition(_END)[2]
