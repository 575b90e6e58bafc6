"""The massage ring in words and tables: how well published results are foretold, and each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from effleurage.evidence.ring.foretold import Foretold
from effleurage.evidence.ring.scoring import Compared
from effleurage.report.numbers import signed

if TYPE_CHECKING:
    import pandas as pd

WHAT = (
    "Score: the mean logarithm of the probability given to what was published (up, no difference, down); 0 is perfect, "
    "-1.10 is a guess among three. Every study is foretold by what was learnt from the others."
)


def lines(foretold: Foretold) -> list[str]:
    """What came of the ring, a sentence a line."""
    told = [
        f"{foretold.counted.words}, score {foretold.score:.3f} "
        f"(by the body alone, without the biases of publication and report: {foretold.body_alone:.3f})",
        *(_against(one) for one in foretold.baselines),
    ]
    for name, (score, counted, _) in foretold.parts.items():
        told.append(f"{name}: {counted.questions} questions, score {score:.3f}")
    sized = foretold.table[foretold.table["inside"].notna()]
    if len(sized):
        inside = int(sized["inside"].astype(bool).sum())
        told.append(f"sizes: {inside} of {len(sized)} simulated sizes lie inside the published 95 % interval")
    return told


def _against(compared: Compared) -> str:
    word = "better than" if compared.low > 0 else "worse than" if compared.high < 0 else "not clearly different from"
    better, low, high = (signed(value, "+.3f") for value in (compared.better, compared.low, compared.high))
    return f"{word} {compared.baseline} ({signed(compared.score, '.3f')}): {better}, 95 % {low} to {high}"


def worst_first(foretold: Foretold) -> pd.DataFrame:
    """Results with the least probable at the top."""
    return foretold.table.sort_values("ln_p", kind="stable")


def as_markdown(foretold: Foretold, provoked: pd.DataFrame | None = None) -> str:
    """The ring as a page of Markdown, with the targets of ``provoked`` people last where they were held."""
    last = [] if provoked is None else _provoked(provoked)
    return "\n".join([*_head(foretold), *_rows(worst_first(foretold)), "", *last])


def _head(foretold: Foretold) -> Iterator[str]:
    yield "# The massage ring"
    yield ""
    yield "Published massage results, carried out and foretold (`effleurage validate --ring massage --markdown FILE`)."
    yield WHAT
    yield ""
    yield from (f"- {line}" for line in lines(foretold))
    yield ""
    for name, (score, counted, baselines) in foretold.parts.items():
        yield f"## {name[0].upper()}{name[1:]}: {counted.questions} questions, score {score:.3f}"
        yield ""
        yield from (f"- {_against(one)}" for one in baselines)
        yield ""
    yield "## Every question, the least foreseen first"
    yield ""
    yield "| result | quantity | against | n | published | down | none | up | simulated d |"
    yield "|---|---|---|---|---|---|---|---|---|"


def _rows(table: pd.DataFrame) -> Iterator[str]:
    for row in table.to_dict("records"):
        cells: Sequence[str] = (
            row["id"],
            row["quantity"] + ("" if row["fit"] in ("same", "sign") else f" ({row['fit']})"),
            row["comparator"] + (" (supplied)" if row["supplied"] else ""),
            f"{row['n_massage']} + {row['n_control']}",
            f"**{row['published']}**",
            *(f"{100 * row[name]:.0f} %" for name in ("down", "none", "up")),
            signed(row["d"], ".2f"),
        )
        yield "| " + " | ".join(cells) + " |"


def _provoked(table: pd.DataFrame) -> Iterator[str]:
    yield "## People who were provoked, in no score above"
    yield ""
    yield "What the body alone answers at the study's own n; beside its status that of the whole forecast."
    yield ""
    yield "| result | use | quantity | published | down | none | up | simulated d | by the forecast | status |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for row in table.to_dict("records"):
        chances = [f"{100 * row[name]:.0f} %" for name in ("down", "none", "up")]
        cells = [row["id"], row["use"], row["quantity"], row["published"], *chances, signed(row["d"], ".2f")]
        yield f"| {' | '.join(cells)} | {row['status_forecast']} | {row['status']} |"
    yield ""
    for row in table[table["why"] != ""].to_dict("records"):
        yield f"- {row['id']}: {row['why']}"
    yield ""
