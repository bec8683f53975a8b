"""Reads saved pages of *Daily Papers* as text: after a few words of the page, titles and abstracts alternate.

The words come on lines of their own or glued to the first title, the papers with or without blank lines
between them. Where the alternation slips, the lines themselves tell what they are: a page is read as the
cheapest explanation of all its lines, so that one missing line costs one paper and not the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from domain.paper import Record, Rejected
from sources.readable import readable, storable

SOURCE = "daily-papers"
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    "Nov(?:ember)?|Dec(?:ember)?)"
)
_HEADER = (
    r"(?:new|Get trending papers in your email inbox(?: once a day)?!|Subscribe|Daily Papers|"
    rf"by\s*@?AK and the research community|{_MONTH} \d{{1,2}}(?:, \d{{4}})?)"
)
_HEADER_LINE = re.compile(rf"(?:{_HEADER}\s*)+")
# In front of a title the words are the page's only where no space divides them from it, or several stand there.
_GLUED = re.compile(
    rf"(?:{_HEADER}\s*)+{_HEADER}(?=\s|[^\sa-z])\s*|(?:Get trending papers[^!]{{0,40}}!|Subscribe|Daily Papers|"
    rf"by\s*@?AK and the research community|{_MONTH} \d{{1,2}}(?:, \d{{4}})?)(?=[A-Z0-9“\"'(\[$\\{{])(?<!\d(?=\d))"
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml|rss|feed|div|script)\b", re.IGNORECASE)
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\ufffd]")
_SENTENCE_END = re.compile(r"[.!?:;…。！？]['\"’”)\]}]*$|https?://\S+$")
_SENTENCES = re.compile(r"[a-z)][.!?]\s+[A-Z]")
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"https?://|www\.")
_OPEN_END = re.compile(r"(?:[,:(-]|\b(?:of|for|the|and|with|in|via|a|an|to|on|from|by|or|using))$")

LONG = 200  # characters; few titles are longer, and few abstracts shorter
SHORT = 80
ABSTRACT_LIMIT = 1_920  # characters; arXiv takes no longer abstract: https://info.arxiv.org/help/prep.html
# Costs of an explanation. What matters is their order: reading on is cheap where a sentence goes on, a paper
# without one of its halves is dearer than an odd title, and a title that reads like an abstract dearest.
_HALF = 5.0


@dataclass(slots=True)
class _Line:
    number: int
    text: str
    gap: bool  # whether a blank line is before it


def read(text: str, name: str) -> Iterator[Record | Rejected]:
    """The papers of a page, in its order, and what on it could not be read. Never raises.

    `name` says in `where` which page it was. The page's date has no year and tells when it was looked at, so
    it dates no paper.
    """
    if problem := _problem(text):
        yield Rejected(f"{name}:1", problem)
        return
    title: list[_Line] = []
    abstract: list[_Line] = []
    lines = []
    for line in _lines(text):
        if any(len(word) > 1 for word in _WORD.findall(line.text)):
            lines.append(line)
        else:
            yield Rejected(f"{name}:{line.number}", f"This is neither a title nor an abstract: “{_short(line.text)}”")
    for line, role in zip(lines, _roles(lines), strict=True):
        if role == "title" or (role == "abstract" and abstract):
            yield from _paper(title, abstract, name)
            title, abstract = [], []
        (title if role in {"title", "more title"} else abstract).append(line)
    yield from _paper(title, abstract, name)


def _problem(text: str) -> str:
    if _MARKUP.match(text):
        return "This is the code of a web page. Save the page as text, or copy its text into a file."
    odd = len(_NOT_TEXT.findall(text[:100_000]))
    return "This is not text." if odd * 20 > min(len(text), 100_000) else ""


def _lines(text: str) -> Iterator[_Line]:
    """The lines that are papers', without the page's own words."""
    gap, started = False, False
    for number, raw in enumerate(_LINE_END.split(text), 1):
        line = storable(raw).strip("\ufeff \t\v\f\xa0")
        if not line:
            gap = True
            continue
        if _HEADER_LINE.fullmatch(line):
            gap = True
            continue
        if not started and (glued := _GLUED.match(line)):
            line, gap = line[glued.end() :], True
        started = True
        yield _Line(number, line, gap)
        gap = False


def _paper(title: list[_Line], abstract: list[_Line], name: str) -> Iterator[Record | Rejected]:
    if not title and not abstract:
        return
    raw_title, raw_abstract = (" ".join(line.text for line in part) for part in (title, abstract))
    where = f"{name}:{(title or abstract)[0].number}"
    clean_title, clean_abstract = readable(raw_title), readable(raw_abstract)
    if not clean_title:
        start = clean_abstract or raw_abstract or raw_title
        yield Rejected(where, f"This abstract has no title before it: “{_short(start)}”")
    elif not clean_abstract:
        yield Rejected(where, f"This title has no abstract after it: “{_short(clean_title)}”")
    elif len(clean_abstract) < 2 * SHORT and not _is_sentence(clean_abstract):
        yield Rejected(
            where, f"What follows the title “{_short(clean_title)}” is no abstract: “{_short(clean_abstract)}”"
        )
    else:
        raw = {"title": (raw_title, clean_title), "abstract": (raw_abstract, clean_abstract)}
        yield Record(
            title=clean_title,
            abstract=clean_abstract,
            source=SOURCE,
            raw={key: before for key, (before, after) in raw.items() if before != after},
            where=where,
        )


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT].rsplit(" ", 1)[0] + "…"


# The cheapest explanation, found line by line (the Viterbi algorithm).


def _roles(lines: list[_Line]) -> list[str]:
    """For every line whether it begins a title or an abstract, or goes on with what came before.

    Where a page has blank lines, what stands without one between belongs together.
    """
    gappy = sum(line.gap for line in lines[1:]) * 20 > len(lines)
    typical = median([len(line.text) for line in lines if len(line.text) >= LONG] or [ABSTRACT_LIMIT / 2])
    costs = {"": 0.0}
    steps: list[dict[str, str]] = []
    before: _Line | None = None
    for line in lines:
        own = {"title": _as_title(line.text), "abstract": _as_abstract(line.text)}
        found: dict[str, tuple[float, str]] = {}
        for last, so_far in costs.items():
            for role, cost in _next_roles(last, before, line, gappy, typical):
                total = so_far + cost + own.get(role, 0.0)
                if role not in found or total < found[role][0]:
                    found[role] = (total, last)
        costs = {role: cost for role, (cost, _) in found.items()}
        steps.append({role: last for role, (_, last) in found.items()})
        before = line
    halves = ("title", "more title")
    role = min(costs, key=lambda role: costs[role] + (_HALF if role in halves else 0.0))
    roles = []
    for step in reversed(steps):
        roles.append(role)
        role = step[role]
    return roles[::-1]


def _next_roles(
    last: str, before: _Line | None, line: _Line, gappy: bool, typical: float
) -> Iterator[tuple[str, float]]:
    in_title = last in {"title", "more title"}
    together = gappy and not line.gap
    yield "title", (_HALF if in_title else 0.0) + (3.0 if together else 0.0)
    yield "abstract", 0.0 if in_title else _HALF
    if before is not None:
        pair = before.text, line.text
        cost = _as_more_title(*pair) if in_title else _as_more_abstract(*pair, typical)
        yield (
            ("more title" if in_title else "more abstract"),
            max(cost - (4.0 if together else 0.0), 2.0 if in_title else 0.0),
        )


def _as_title(text: str) -> float:
    cost = max(0, len(text) - LONG) / 20
    cost += 3.0 * min(len(_SENTENCES.findall(text)), 3) if len(text) > SHORT else 0.0
    cost += 1.5 if text.endswith(".") else 0.0
    cost += 3.0 if _ADDRESS.search(text) else 0.0
    return cost + (1.0 if text[0].islower() else 0.0)


def _as_abstract(text: str) -> float:
    cost = 2.0 if text[0].islower() else 0.0
    if len(text) >= LONG:
        return cost
    if _is_sentence(text):
        return cost + 2.0
    return cost + (12.0 if _is_capitalised(text) else 7.0)


def _is_sentence(text: str) -> bool:
    """Whether it ends like one; titles may end in a question mark."""
    return bool(_SENTENCE_END.search(text)) and (text.endswith(".") or not _is_capitalised(text))


def _as_more_title(before: str, text: str) -> float:
    if len(before) + len(text) > LONG or _SENTENCE_END.search(before):
        return 20.0
    return 2.0 if text[0].islower() or _OPEN_END.search(before) else 9.0


def _as_more_abstract(before: str, text: str, typical: float) -> float:
    whole = len(before) + len(text) <= ABSTRACT_LIMIT
    capitalised = _is_capitalised(text)
    if not _SENTENCE_END.search(before):
        return (6.0 if capitalised else 0.5 if text[0].islower() else 2.0) + (0.0 if whole else 4.0)
    if (text[0].islower() and not capitalised) or (_ADDRESS.search(text) and len(text) < LONG):
        return 1.0
    if not _SENTENCE_END.search(text):
        return 8.0 if capitalised else 5.5
    piece = whole and len(text) > SHORT and min(len(before), len(text)) < 0.6 * typical
    return 4.0 if piece else 7.0


def _is_capitalised(text: str) -> bool:
    """Whether most of its longer words begin with a capital, as in a title."""
    words = [word for word in _WORD.findall(text) if len(word) > 3]
    return not words or sum(not word.islower() for word in words) > 0.6 * len(words)
