"""Analysis of a massage trial: reads data.csv, prints a table, writes results.csv.

Needs pandas and statsmodels. Run it beside data.csv, or name the file: python analysis.py path/to/data.csv
The block of settings is that of the design; nothing else in this file depends on it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

# settings
# long: a script that people keep and run is one file; this block is replaced by the settings of a design
# fmt: off
# Who is analysed: everybody who was measured, in the arm they were allocated to. Nothing is imputed. An ANCOVA needs
# both measurements of a person; a crossover needs the last measurement of two periods. Where several therapists share
# an arm they are counted, not their people. The p values are not corrected for the number of outcomes or of arms.

TITLE = 'An example'
LAYOUT = 'parallel'
ANALYSIS = 'ancova'
ESTIMAND = 'treatment policy'
REASON = ''
ARMS: list[str] = ['massage', 'rest']
OUTCOMES: list[dict[str, Any]] = [{'instrument': 'cuff',
  'log': False,
  'of': 1,
  'outcome': 'systolic pressure',
  'place': 0,
  'when': '10 min after the last session'},
 {'instrument': 'saliva',
  'log': True,
  'of': 1,
  'outcome': 'cortisol',
  'place': 0,
  'when': '10 min after the last session'}]
LEVEL = 0.95
FEW_THERAPISTS = 10
# fmt: on
# end of settings

COLUMNS = ["person", "arm", "therapist", "period", "outcome", "instrument", "unit", "occasion", "value", "missing"]


def stop(sentence: str) -> NoReturn:
    """End with a sentence and no traceback."""
    sys.exit(f"This analysis cannot be done: {sentence}")


def read(path: str) -> pd.DataFrame:
    """The data set as texts, its values and minutes as numbers; a value that has a reason to be missing is none."""
    try:
        data = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        stop(f"there is no file {path}. Put data.csv beside this script and run it there.")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        stop(f"{path} cannot be read as CSV ({' '.join(str(fault).split())}).")
    columns = COLUMNS + (["minute"] if any(row["of"] > 1 for row in OUTCOMES) else [])
    absent = [name for name in columns if name not in data.columns]
    if absent:
        stop(f"{path} lacks the column{'s' * (len(absent) > 1)} {', '.join(absent)}.")
    data = data.apply(lambda column: column.str.strip())
    for name, known in (("arm", ARMS), ("occasion", ["before", "after"])):
        strange = sorted(set(data[name]) - set(known))
        if strange:
            stop(f"{path} has the {name} '{strange[0]}', which is none of: {', '.join(known)}.")
    for name in ("value", "minute"):
        if name in columns:
            number = pd.to_numeric(data[name], errors="coerce").replace([np.inf, -np.inf], np.nan)
            wrong = data.index[number.isna() & (data[name] != "")]
            if len(wrong):
                stop(f"{path}, line {wrong[0] + 2}: the {name} '{data.loc[wrong[0], name]}' is no number.")
            data[name] = number
    data.loc[data["missing"] != "", "value"] = np.nan
    return data


def table_of(data: pd.DataFrame, row: dict[str, Any]) -> tuple[pd.DataFrame, str]:
    """One line a person and period (arm, therapist, the measurement before and the one after), and the unit."""
    mine = data[(data["outcome"] == row["outcome"]) & (data["instrument"] == row["instrument"])]
    name = f"{row['outcome']} ({row['instrument']})"
    if mine.empty:
        stop(f"the data hold no {name}.")
    keys = ["person", "period"]
    if row["of"] > 1:
        mine = mine.sort_values("minute", kind="stable")
        mine = mine[mine.groupby([*keys, "occasion"]).cumcount() == row["place"]]
    twice = mine[mine.duplicated([*keys, "occasion"])]
    if len(twice):
        stop(f"{name} of person {twice['person'].iloc[0]} stands twice, {twice['occasion'].iloc[0]} the sessions.")
    for what in ("arm", "therapist"):
        if (mine.groupby(keys)[what].nunique() > 1).any():
            stop(f"the {what} of a person differs within a period in the rows of {name}.")
    if mine["unit"].nunique() > 1:
        stop(f"{name} is given in several units: {', '.join(sorted(mine['unit'].unique()))}.")
    if row["log"] and (mine["value"] <= 0).any():
        stop(f"{name} is analysed as a logarithm, and a value of it is 0 or less.")
    wide = mine.pivot(index=keys, columns="occasion", values="value").reindex(columns=["before", "after"])
    wide = np.log(wide) if row["log"] else wide
    wide = wide.join(mine.groupby(keys)[["arm", "therapist"]].first()).reset_index()
    if LAYOUT == "parallel" and wide["person"].duplicated().any():
        stop(f"a person has several periods of {name}, and the design has one.")
    return wide, mine["unit"].iloc[0]


def teams_of(used: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Therapists of the arms that several share, and what to say of therapists. One for all counts as none."""
    many = used[used["therapist"] != ""].groupby("arm")["therapist"].nunique()
    teams = [arm for arm in ARMS if many.get(arm, 0) > 1]
    notes = []
    if (many == 1).any() and len(ARMS) > 1:
        alone = ", ".join(many[many == 1].index)
        notes.append(f"one therapist in {alone}: what the therapist does cannot be told from what the arm does")
    if any(many[arm] < FEW_THERAPISTS for arm in teams):
        notes.append(
            f"fewer than {FEW_THERAPISTS} therapists in an arm: the interval is wide because little is known of how "
            "therapists differ"
        )
    return teams, notes


def units_of(rows: pd.DataFrame, shared: bool) -> pd.DataFrame:
    """The numbers of an arm that are strangers to each other: a mean a therapist where they share it, else a person."""
    own = np.where(rows["therapist"] != "", rows["therapist"], "person " + rows["person"].astype(str))
    return rows.groupby(own if shared else rows["person"].to_numpy())[["left", "before"]].mean()


def freedom(first: float, second: float, units: int, others: int, teams: Sequence[bool]) -> float:
    """Degrees of freedom of the difference of two arms with these squared errors.

    Two teams as large are Student's test. Else Welch and Satterthwaite, with the therapists' part made larger by the
    persons' part, for few therapists may look alike by chance. Of two therapists one degree is left.
    """
    if all(teams) and units == others:
        return 2.0 * (units - 1)
    if 2 in [many for many, team in zip((units, others), teams, strict=True) if team]:
        return 1.0
    guess = (first, second) if all(teams) else (first + second * teams[0], second + first * teams[1])
    return sum(guess) ** 2 / (guess[0] ** 2 / (units - 1) + guess[1] ** 2 / (others - 1))


def by_therapists(used: pd.DataFrame, arm: str, teams: list[str], doubt: float) -> tuple[float, float, float]:
    """The first arm less another, where therapists share one of them: every therapist is one number, not their people.

    left: what the first measurement leaves of the second (or the change); doubt: squared error of the slope on it.
    """
    shared = [name in teams for name in (ARMS[0], arm)]
    sides = [units_of(used[used["arm"] == name], team) for name, team in zip((ARMS[0], arm), shared, strict=True)]
    units = [len(side) for side in sides]
    squares = [((side["left"] - side["left"].mean()) ** 2).sum() for side in sides]
    parts = [square / (many - 1) / many if many > 1 else np.nan for square, many in zip(squares, units, strict=True)]
    squared = sum(parts)
    if all(shared) and units[0] == units[1]:
        squared = sum(squares) / (sum(units) - 2) * sum(1 / many for many in units)
    gap = [side.mean() for side in sides]
    squared = squared + (gap[0]["before"] - gap[1]["before"]) ** 2 * doubt
    return gap[0]["left"] - gap[1]["left"], np.sqrt(squared), freedom(parts[0], parts[1], units[0], units[1], shared)


def pairs_by_therapists(used: pd.DataFrame, arm: str, teams: list[str]) -> tuple[float, float, float]:
    """The same within persons: their differences less what the period adds, as means over the therapists of an arm.

    Where two teams differ in size, the errors of both are added.
    """
    ends = used.pivot(index="person", columns="arm", values="value")[[ARMS[0], arm]].dropna()
    when = used.pivot(index="person", columns="arm", values="period").astype(float).loc[ends.index]
    gone, lag = ends[ARMS[0]] - ends[arm], when[ARMS[0]] - when[arm]
    away = lag - lag.mean()
    slope = (away * gone).sum() / (away**2).sum() if (away**2).sum() > 0 else 0.0
    left = gone - slope * lag
    parts: list[tuple[float, float, int]] = []
    seen: list[pd.Series] = []
    for name in (ARMS[0], arm):
        who = used[used["arm"] == name].set_index("person")["therapist"].loc[ends.index]
        if name in teams and not any((pd.factorize(who)[0] == pd.factorize(other)[0]).all() for other in seen):
            seen.append(who)
            means = left.groupby(who).mean()
            parts.append((means.mean(), means.var() / len(means), len(means) - 1))
    squared = sum(part for _, part, _ in parts)
    return parts[0][0], np.sqrt(squared), squared**2 / sum(part**2 / df for _, part, df in parts)


def parallel(wide: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame, int]:
    """Rows that are analysed, the outcome, and the design matrix without the arms."""
    used = wide.dropna(subset=["before", "after"]).reset_index(drop=True)
    x = pd.DataFrame({"constant": np.ones(len(used))})
    if ANALYSIS == "change" or len(ARMS) == 1:
        return used, used["after"] - used["before"], x, 0
    x["before"] = used["before"] - used["before"].mean()
    return used, used["after"], x, 0


def crossover(wide: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame, int]:
    """The same within persons: every number less the person's mean, which costs one degree of freedom a person."""
    need = ["before", "after"] if ANALYSIS == "change" else ["after"]
    used = wide.dropna(subset=need)
    used = used[used.groupby("person")["person"].transform("size") > 1].reset_index(drop=True)
    periods = sorted(used["period"].unique())
    x = pd.DataFrame({f"period {name}": (used["period"] == name).astype(float) for name in periods[1:]}, used.index)
    y = used["after"] - used["before"] if ANALYSIS == "change" else used["after"]
    return used, y, x, used["person"].nunique()


def estimate(wide: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Estimate, standard error, degrees of freedom, kind of error and notes of the first arm less every other."""
    used, y, x, absorbed = (crossover if LAYOUT == "crossover" else parallel)(wide)
    counts = used["arm"].value_counts()
    found = [arm for arm in ARMS[1:] if counts.get(arm, 0) > 1]
    names = {arm: f"arm {place}" for place, arm in enumerate(ARMS)}
    for arm in found:
        x[names[arm]] = (used["arm"] == arm).astype(float)
    kept = used["arm"].isin([ARMS[0], *found]).to_numpy()
    used, y, x = used[kept].reset_index(drop=True), y[kept].reset_index(drop=True), x[kept].reset_index(drop=True)
    values = y.to_numpy()
    if absorbed:
        y = y - y.groupby(used["person"]).transform("mean")
        x = x - x.groupby(used["person"]).transform("mean")
        absorbed = used["person"].nunique()
    nothing: dict[str, Any] = {"b": np.nan, "se": np.nan, "df": np.nan, "errors": ""}
    left = len(used) - x.shape[1] - absorbed
    said = "too few persons were measured"
    if counts.get(ARMS[0], 0) > 1 and left > 0:
        said = "a column of the model follows from the others, for example a first measurement alike in everybody"
    if counts.get(ARMS[0], 0) < 2 or left < 1 or np.linalg.matrix_rank(x.to_numpy()) < x.shape[1]:
        return used, {arm: {**nothing, "note": said} for arm in ARMS[1:] or [""]}
    model = sm.OLS(y.to_numpy(), x.to_numpy())
    model.df_resid -= absorbed
    fit = model.fit()
    teams, notes = teams_of(used)
    slope = fit.params[list(x).index("before")] if "before" in x else 0.0
    doubt = fit.bse[list(x).index("before")] ** 2 if "before" in x else 0.0
    change = LAYOUT == "parallel" and "before" not in x
    used = used.assign(left=used["after"] - (used["before"] if change else slope * used["before"]), value=values)
    results: dict[str, dict[str, Any]] = {}
    for arm in ARMS[1:] or [""]:
        if arm and arm not in found:
            results[arm] = {**nothing, "note": "fewer than 2 persons were measured"}
            continue
        weights = np.array([-1.0 if column == names[arm] else 0.0 for column in x]) if arm else np.array([1.0])
        test = fit.t_test(weights)
        told, errors = (float(np.squeeze(test.effect)), float(np.squeeze(test.sd)), float(fit.df_resid)), "ordinary"
        if arm and {ARMS[0], arm} & set(teams):
            within = LAYOUT == "crossover"
            told = pairs_by_therapists(used, arm, teams) if within else by_therapists(used, arm, teams, doubt)
            errors = "clustered by therapist"
        here = list(notes) if arm else [*notes, "one arm: the change is not the effect of what the arm gets"]
        results[arm] = {"b": told[0], "se": told[1], "df": told[2], "errors": errors, "note": "; ".join(here)}
    return used, results


def rows_of(data: pd.DataFrame, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The lines of results.csv that are about one outcome, one for every arm that the first is compared with."""
    wide, unit = table_of(data, row)
    used, results = estimate(wide)
    planned = wide.groupby("arm").size()
    counts = used["arm"].value_counts()
    gone = wide[["before", "after"]].isna().groupby(wide["arm"]).sum().reindex(ARMS, fill_value=0)
    for arm, one in results.items():
        half = stats.t.ppf(0.5 + LEVEL / 2, one["df"]) * one["se"] if one["df"] > 0 else np.nan
        p = 2 * stats.t.sf(abs(one["b"] / one["se"]), one["df"]) if one["se"] > 0 else np.nan
        ends = np.array([one["b"], one["b"] - half, one["b"] + half])
        ends = np.exp(ends) if row["log"] else ends
        line = {
            "outcome": row["outcome"],
            "instrument": row["instrument"],
            "when": row["when"],
            "arm": ARMS[0],
            "versus": arm or "before the sessions",
            "effect": "ratio" if row["log"] else "difference",
            "unit": "" if row["log"] else unit,
            "estimate": ends[0],
            "lower": ends[1],
            "upper": ends[2],
            "p": p,
            "se": one["se"],
            "df": one["df"],
            "errors": one["errors"],
        }
        for side, name in (("", ARMS[0]), ("_versus", arm)):
            line[f"planned{side}"] = int(planned.get(name, 0))
            line[f"analysed{side}"] = int(counts.get(name, 0))
            line[f"missing_before{side}"] = int(gone["before"].get(name, 0))
            line[f"missing_after{side}"] = int(gone["after"].get(name, 0))
        yield {**line, "note": one["note"]}


def main() -> None:
    """Analyse the data set that is named, or the one beside this script."""
    path = sys.argv[1] if len(sys.argv) > 1 else "data.csv"
    data = read(path)
    results = pd.DataFrame([line for row in OUTCOMES for line in rows_of(data, row)])
    try:
        results.to_csv("results.csv", index=False)
    except OSError as fault:
        stop(f"results.csv cannot be written ({fault.strerror}).")
    print(TITLE)
    how = "within persons, adjusted for the period" if LAYOUT == "crossover" else "adjusted for the first measurement"
    how = f"change from the first measurement, {REASON}" if ANALYSIS == "change" else how
    kind, what = f"{LAYOUT.capitalize()} trial", f"{ARMS[0]} compared"
    if len(ARMS) == 1:
        kind, how, what = "Trial of one arm", "change within persons", f"{ARMS[0]} compared with nothing"
    print(f"{kind}; analysis: {how}; estimand of the design: {ESTIMAND}.")
    print(f"{what}; intervals of {100 * LEVEL:g} %; p not corrected for several outcomes or arms.")
    if ESTIMAND != "treatment policy":
        print("Note: measurements after a person stopped count, unless the column missing gives a reason for them.")
    for line in results.to_dict("records"):
        unit = f" {line['unit']}" if line["unit"] else ""
        print(f"\n{line['outcome']} ({line['instrument']}), {line['when']}, versus {line['versus']}")
        if np.isfinite(line["estimate"]):
            print(
                f"  {line['effect']} {line['estimate']:.4g} ({line['lower']:.4g} to {line['upper']:.4g}){unit}, "
                f"p = {line['p']:.3g}, errors {line['errors']}, df {line['df']:.4g}"
            )
        for side, name in (("", line["arm"]), ("_versus", line["versus"])):
            if side and len(ARMS) == 1:
                continue
            print(
                f"  {name}: {line['analysed' + side]} of {line['planned' + side]} analysed; missing "
                f"{line['missing_before' + side]} before, {line['missing_after' + side]} after"
            )
        if line["note"]:
            print(f"  Note: {line['note']}.")
    print("\nWritten: results.csv (standard errors of a ratio are those of its logarithm).")


if __name__ == "__main__":
    main()
