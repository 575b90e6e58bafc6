"""What the numbers and markers of a sentence about a trial look like, in the order in which they are tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from effleurage.protocol.stimuli import catalogue
from effleurage.trial.sentence.vocabulary import words

_ARM = r"(?:(?:per|in each|in every|for each|an|each) (?:arm|group)|each(?! (?:week|day|month)))"
_ALL = r"(?:in all|in total|altogether|in sum)"
_SITTINGS = r"(?:sessions?|visits?|times|massages|treatments|appointments)"
_MINUTES = r"(?:min|mins|minutes?)"
_HOURS = r"(?:h|hours?|hrs?)"
_DAYS = r"(?P<unit>days?|weeks?|months?)"
_PER = r"(?:a|per|each|every|/)"
_APART = r"(?! (?:apart|later|after|before|off|follow))"
_WEEK = rf"week{_APART}"
_UNITS = rf"(?:{_MINUTES}|{_HOURS}|days?|weeks?|months?|{_SITTINGS}|x|years?|%|people|adults|participants|patients)"
_OVER = r"(?: years?)?(?: old| of age)?(?: and| or) (?:over|older|above|more)"
_SHARE = r"(?P<word>power|alpha|drop-?outs?|attrition|adherence)"
_MORE = r"(?:more|less|fewer|longer|shorter|greater|higher|lower|earlier|later|older|younger)"
_LIMIT = (
    rf"(?:(?:not |no )?{_MORE} than|at (?:most|least)|up to|(?:a )?(?:maximum|minimum)(?: of)?|max|within"
    r"|(?:over|under|above|below)(?= ?\d))"
)
_NONE = r"(?:without|no)(?: an?)? (?:control|comparator|comparison)(?: group| arm)?"
_RULES: tuple[tuple[str, str], ...] = (
    ("filler", r"by hand|hands-on"),
    ("older", rf"(?:aged )?(?P<a>60|65){_OVER}|aged (?:over|above|at least) (?P<b>60|65)(?: years?)?"),
    ("older", r"(?:older than|over) (?P<a>60|65)(?: years?(?: old| of age)?)?(?= *(?:$|[,;]|vs|versus|with))"),
    ("ages", r"(?:aged |ages |between )\d{1,2} ?(?:-|–|to|and) ?\d{1,2}(?:[ -]years?(?:[ -]olds?)?)?"),
    ("ages", rf"\d{{1,2}} ?(?:-|–|to) ?\d{{1,2}}[ -]years?(?:[ -]olds?)?|(?:aged )?\d{{1,2}}{_OVER}"),
    ("ages", r"aged (?:over|above|under|below|at least|up to) \d{1,2}(?: years?)?|\d{1,2}\+"),
    ("ages", r"(?:older|younger) than \d{1,2}(?: years?(?: old| of age)?)?"),
    ("age", r"aged? (?P<a>\d{1,2})(?: years?)?|(?P<b>\d{1,2})[ -]years?[ -]olds?"),
    ("range", rf"\d{{1,4}}(?:\.\d+)? ?(?:-|–|—|to) ?(?P<a>\d{{1,4}}(?:\.\d+)?)(?P<unit>[ -]?{_UNITS})?"),
    ("ratio", r"\d ?: ?\d(?!\d)"),
    ("share", rf"(?P<a>\d{{1,2}}(?:\.\d+)?) ?(?P<unit>%) {_SHARE}"),
    ("share", rf"{_SHARE}(?: of| =| :)? ?(?P<a>\d{{1,2}}(?:\.\d+)?) ?(?P<unit>%?)"),
    ("about", r"(?:about|approximately|approx\.?|around|roughly|circa|ca\.?|~)(?= ?\d)"),
    ("minutes", rf"(?P<h>\d{{1,2}}) ?{_HOURS}(?: and)? (?P<m>\d{{1,2}}) ?{_MINUTES}"),
    ("minutes", r"(?P<word>(?:an|1) hour and a half|1 and a half hours?)"),
    ("minutes", rf"(?P<a>\d{{1,4}}(?:\.\d{{1,3}})?)[ -]?(?P<unit>{_MINUTES}|{_HOURS})"),
    ("minutes", r"(?P<word>half[ -]an[ -]hour|half[ -]hour|(?:a )?quarter of an hour|3 quarters of an hour|an hour)"),
    ("washout", rf"wash-?out(?: of)? (?P<a>a|\d{{1,4}}) {_DAYS}"),
    ("washout", rf"(?P<a>\d{{1,4}})[ -]{_DAYS}(?: of)? wash-?out"),
    ("unclear", r"bi-?weekly|bi-?monthly"),
    ("a day", rf"(?:twice|thrice|(?P<a>[2-9]|\d\d) ?(?:x|{_SITTINGS})?) ?(?:{_PER} ?day|daily)"),
    ("rate", rf"(?P<word>once|twice|thrice) (?:{_PER} ?)?week(?:ly)?{_APART}"),
    ("rate", rf"(?P<a>\d{{1,2}}) ?(?:x|{_SITTINGS}|days?)? ?{_PER} ?{_WEEK}"),
    ("rate", r"(?P<a>\d{1,2}) ?(?:x|times) weekly"),
    ("a month", rf"(?:(?P<word>twice|thrice)|(?P<a>\d{{1,2}}) ?(?:x|{_SITTINGS})) ?{_PER} ?month"),
    ("every", rf"(?:once )?(?:every|each) (?:(?P<a>other|second|third|\d{{1,3}})(?:st|nd|rd|th)? )?{_DAYS}"),
    ("every", rf"(?P<a>a|an|\d{{1,3}}) {_DAYS} apart"),
    ("every", r"(?P<word>(?:once )?(?:daily|weekly)|fortnightly|monthly|once (?:a|per) (?:day|month))"),
    ("those a week", rf"(?:a|per|/) ?{_WEEK}"),
    ("length", rf"(?:for|over|during) (?P<a>a|an|\d{{1,3}}) {_DAYS}{_APART}"),
    ("length", rf"(?P<a>\d{{1,3}})[ -]{_DAYS}{_APART}"),
    ("limit", rf"{_LIMIT}(?=(?: ?(?P<a>\d{{1,7}}(?:\.\d+)?)(?P<unit>[ -]?{_UNITS}(?![a-z]))?)?)"),
    ("sessions", r"(?:x|×) ?(?P<a>\d{1,4})"),
    ("sessions", rf"(?P<a>\d{{1,4}}) ?(?:x|×|{_SITTINGS})"),
    ("sessions", rf"(?P<a>\d{{1,4}})(?= (?:(?:@HANDS) ){{1,4}}(?:{_SITTINGS}))"),
    ("sessions", r"(?P<a>\d{1,4})(?= (?:daily|weekly|fortnightly|monthly|once|twice))"),
    ("sessions", r"(?P<word>single|once|twice|thrice)(?! (?:arm|group))"),
    ("people", r"n ?[=:]? ?(?P<a>\d{1,7})"),
    ("in arms", r"(?:arms?|groups?) of (?P<a>\d{1,7})"),
    ("people", rf"(?P<a>\d{{1,7}})(?= (?:{_ARM}|{_ALL}|@PERSON))"),
    ("an arm", _ARM),
    ("in all", rf"{_ALL}|(?:a )?total(?: of)?"),
    ("alone", rf"{_NONE}|uncontrolled|(?:single|1)[ -]arm(?:ed)?"),
    ("time", r"(?:at )?(?P<a>\d{1,2}(?:[:.]\d\d)?) ?(?P<unit>am|pm|a\.m\.|p\.m\.)"),
    ("time", r"(?:at )?(?P<a>\d{1,2}:\d\d)"),
    ("part", r"(?:(?:in the|at) )?(?P<word>mornings?|afternoons?|evenings?|noon)"),
    ("weekday", r"(?P<word>mon|tue|wed|thu|fri|sat|sun)(?:sday|nesday|rsday|urday|day|r|rs)?s?"),
    ("sitting", rf"{_SITTINGS}(?= (?:at|in the) )"),
    ("filler", r"measured(?= by)|(?:measured|sampled|taken|collected|assessed|rated|read|readings?|samples?)"),
    ("layout", r"(?P<word>cross-?over|cross over|parallel)"),
    ("vs", r"(?:vs\.?|versus|against|compared (?:with|to)|in comparison (?:with|to)|relative to)"),
    ("on", r"(?:on|measuring|measured by|outcomes?|looking at)"),
    ("who", r"(?:in|among|amongst|for|with|of)"),
    (
        "not",
        r"(?:not|no|without|never|except(?: for)?|excluding|free (?:of|from)|apart from|other than|neither|nor)",
    ),
    ("free", r"(?P<word>pain|stress|anxiety)[ -]free"),
    ("or", r"or"),
)
_BARE: tuple[tuple[str, str], ...] = (
    ("not", r"non[- ]?(?=stress|anxi|hypert)|un(?=stressed)"),
    ("stop", r"[,;:?]"),
)
"""Rules that the beginning of a word fulfils."""
REFUSED = {
    "range": ("is a range, and a design has one number", "Say one, with what it counts, such as '60 min'."),
    "limit": (
        "is a limit, and a design has one number",
        "Say the number that is planned, such as '60 min', or 'vs' for a comparison.",
    ),
    "ages": ("is a range of ages, and a sentence has one", "Say one, such as 'aged 27', or 'young' or 'older' adults."),
    "ratio": ("unequal arms are not planned from a sentence", "Leave it out: all arms are alike in number."),
    "unclear": ("has two meanings", "Say 'twice a week' or 'every 2 weeks'."),
    "a day": ("more than one session a day", "Give each day one, as 'daily'."),
    "or": ("leaves open which", "Say one of the two, or 'and' for both."),
}
"""Rules whose phrases are understood and never taken -> what is wrong, and the fix."""


@cache
def person_ahead() -> str:
    """At most three words and then people, as a pattern: ``hemodialysis patients``."""
    nouns = sorted({*words("persons"), *words("unsimulated"), "students", "sleepers"}, key=len, reverse=True)
    between = r"(?!(?:in|with|of|for|vs|and|min|sessions?)\b)[a-z-]+ "
    return rf"(?:{between}){{0,3}}?(?:{'|'.join(nouns)})\b"


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every rule with its name, in the order in which it is tried."""
    known, both = catalogue(), words("both")
    hands = {*known.techniques, *known.regions, *known.pressures, *both, "massage", "weekly", "daily", "single"}
    parts = {*known.regions, *both, "knee", "hip", "jaw", "lower back", "upper back"}
    part = rf"(?:{_any(parts)})"
    aches = ("ache", rf"{part}(?: and {part})* (?:pain|aches?|soreness)")
    filled = [(name, rule.replace("@HANDS", _any(hands)).replace("@PERSON", person_ahead())) for name, rule in _RULES]
    whole = [(name, rf"(?:{rule})(?![^\W_])") for name, rule in (aches, *filled)]
    return tuple((name, re.compile(rule)) for name, rule in (*_BARE, *whole))


def refused(name: str, match: re.Match[str]) -> tuple[str, str, str]:
    """The whole phrase of ``REFUSED``, what is wrong with it, and the fix: with its own number where it has one."""
    said: Mapping[str, str | None] = match.groupdict()
    what, fix = REFUSED[name]
    amount, phrase = f"{said.get('a') or ''}{said.get('unit') or ''}", match[0]
    if name == "limit" and amount:
        phrase = f"{phrase} {amount}"
        fix = f"Leave '{match[0]}' out if {amount} is what is planned."
    if said.get("unit"):
        fix = f"Say the one that is planned, such as '{amount}'."
    return phrase, what, fix


def _any(names: set[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))
