"""bioRxiv and medRxiv: what their API's `details` say of the preprints of some days.

https://api.biorxiv.org/ documents the fields and states no limit on requests.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from domain.paper import Record, Rejected, doi
from sources.entry import WITHDRAWN, entry, turned
from sources.fetcher import Fetcher
from sources.service import MOST_PAGES, Asked, Entry, Service
from sources.values import REPLY, at, day, items, link, parsed, text

SILENT_DAYS = 3  # without any preprint at all, which no weekend explains
_NOTHING = {"", "na", "n/a", "none"}
# What is left in the texts of the programs they were made with.
_FIGURE = re.compile(r"([OC])_(FIG|TBL)(?![A-Z]*_)")
_SECTION = re.compile(r"\s*O_ST_ABS(.{0,80}?)C_ST_ABS\s*", re.DOTALL)
_MARK = re.compile(r"[OC]_(?:ST_ABS|SCPLOW|SCPCAP|LI|LIST|QD|TEXTBOX|DISPLAYMATH|INLINEFIG|HTML|FIG|TBL)_?")
_HEADINGS = (
    "Abstract|Aims?|Background|Backgrounds|Clinical Trial Registration|Conclusions?|Context|Data Sources|Design|"
    "Discussion|Evidence before this study|Findings|Funding|Highlights|Hypothesis|Implications|Importance|"
    "Interpretation|Interventions?|Introduction|Key Points|Limitations|Main Outcomes?(?: and Measures?)?|"
    "Materials? and Methods?|Measurements?|Methods?(?: and (?:Findings|Results|Materials))?|Methodology|Motivation|"
    "Objectives?|Outcomes?|Participants|Patients and Methods|Purpose|Questions?|Rationale|Registration|Relevance|"
    "Results?(?: and (?:Discussion|Conclusions?))?|Search Methods|Setting|Significance(?: Statement)?|Study Design|"
    "Subjects|Summary|Trial Registration|Availability(?: and Implementation)?|Supplementary Information|"
    "Clinical Perspective|What is new\\?"
)
_GLUED = re.compile(rf"(^|[.!?)\]]\s*|\n\s*)({_HEADINGS})(?=[A-Z0-9][A-Za-z\d-]*[ ,])", re.IGNORECASE)
_SIGNS = {
    "micro": "µ", "degrees": "°", "middle dot": "·", "+/-": "±", "approx": "≈", "approximately": "≈", "~": "∼",
    "gtrsim": "≳", "lesssim": "≲", "gtreq": "≥", "lteq": "≤", "infty": "∞", "inf": "∞", "partial": "∂", "sum": "∑",
    "per thousand": "‰", "permil": "‰", "angstrom": "Å", "A": "Å", "prime": "′", "rightarrow": "→", "leftarrow": "←",
    "uparrow": "↑", "downarrow": "↓", "bullet": "•", "times": "×", "neq": "≠", "cong": "≅", "equiv": "≡", "surd": "√",
    "in": "∈", "cap": "∩", "cup": "∪", "propto": "∝", "square": "□", "euro": "€", "pound": "£", "--": "–",
}  # fmt: skip
_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
).split()
_GREEK = dict(zip(_NAMES, "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
_SIGN = re.compile(r"\{([A-Za-z+/~ -]{1,16})\}")
_BRACKETED = re.compile(r"\[(&[a-z]+;|->|<-|<=|>=|~|x|[≥≤≈→←±×])\]")
_ARROWS = {"->": "→", "<-": "←", "<=": "≤", ">=": "≥", "x": "×"}


def read(data: bytes, source: str, where: str) -> Iterator[Record | Rejected]:
    """The preprints of a reply of `details`, and what in it is none. `source` is biorxiv or medrxiv. Never raises.

    A version that is not the first is no announcement; the journal's DOI is one of its identifiers.
    """
    found = parsed(data, where)
    if isinstance(found, Rejected):
        yield found
        return
    said = text(found, "messages", 0, "status")
    if at(found, "collection") is None or (said and said != "ok" and not said.startswith("no posts")):
        yield Rejected(where, f"The reply is an error: “{said[:100] or 'no collection'}”", REPLY)
        return
    for number, each in enumerate(items(found, "collection"), 1):
        yield _read(each, source, f"{where}:{number}")


def _read(said: Any, source: str, where: str) -> Record | Rejected:
    own, journal = doi(text(said, "doi")), text(said, "published")
    if not own:
        return Rejected(where, "It has no DOI.")
    abstract, posted = text(said, "abstract"), day(text(said, "date"))
    kind = text(said, "type").lower().replace("_", " ")
    gone = "withdraw" in kind or re.match(r"(?:this|the) \S+ (?:has|have) been withdrawn", abstract.lower())
    version = text(said, "version") or "1"
    page = f"https://www.{source}.org/content/{own.value}v{version}" if version.isdecimal() else own.url
    return entry(
        where,
        source,
        text(said, "title"),
        abstract=abstract,
        authors=map(turned, text(said, "authors").split(";")),
        categories=[text(said, "category")],
        identifiers=[own, doi(journal) if journal.lower() not in _NOTHING else None],
        published=posted,
        announced=posted if version == "1" else None,
        quiet=version != "1",
        page=page,
        kind=WITHDRAWN if gone else "",
        tidy=tidy,
        pdf_url=link(f"{page}.full.pdf") if page != own.url else "",
    )


def tidy(said: str) -> str:
    """A text of theirs without what programs left in it; headings that stick to their section get a colon."""
    said = _SECTION.sub(_set_off, _without_figures(said)) if "_" in said else said
    said = _MARK.sub(lambda found: "" if "SCP" in found[0] else " ", said) if "_" in said else said
    said = _GLUED.sub(r"\1\2: ", said)
    said = _SIGN.sub(_sign, said)
    return _BRACKETED.sub(lambda found: _ARROWS.get(found[1], found[1]), said)


def _without_figures(said: str) -> str:
    out, last, opened = "", 0, ""
    for mark in _FIGURE.finditer(said):
        if mark[1] == "O" and not opened:
            out, last, opened = f"{out}{said[last : mark.start()]} ", mark.start(), mark[2]
        elif mark[1] == "C" and mark[2] == opened:
            last, opened = mark.end(), ""
    return out + said[last:]


def _set_off(found: re.Match[str]) -> str:
    return f" {found[1].strip()}{'' if found[1].strip().endswith(('?', ':', '.')) else ':'} "


def _sign(found: re.Match[str]) -> str:
    name = found[1].strip()
    letter = _GREEK.get(name.lower())
    if letter:
        return letter.upper() if name[0].isupper() else letter
    return _SIGNS.get(name, found[0])


class Biorxiv(Service):
    """bioRxiv, day by day: all of it, or some of its categories.

    Its API asks for nothing in particular; we ask once a second.
    """

    name = "biorxiv"
    url = "https://api.biorxiv.org"
    settings = ("categories",)

    def __init__(self, settings: Mapping[str, str], fetcher: Fetcher) -> None:
        super().__init__(settings, fetcher)
        wanted = re.split(r"\s*[,;]\s*", settings.get("categories", "").replace("_", " ").lower().strip())
        self.categories = frozenset(filter(None, wanted))

    async def pages(self, asked: Asked) -> AsyncIterator[Sequence[Entry]]:
        """The preprints and versions posted since that day, a hundred or fewer to a page."""
        until, at_ = asked.now.astimezone(UTC).date(), 0
        for _ in range(MOST_PAGES):
            path = f"/details/{self.name}/{asked.since}/{until}/{at_}/json"
            found, body = await self.get(partial(_read_for, self.name), path, {})
            yield [each for each in found if self._wanted(each)]
            total = _total(body)
            at_ += len(found)
            if not found or at_ >= total:
                return

    def outcome(self, found: Sequence[Entry], fresh: int, since: date, now: datetime) -> tuple[str, str]:
        """As of any service; but where nothing at all was posted for days, something is wrong."""
        days = (now.astimezone(UTC).date() - since).days
        if not found and not self.categories and days >= SILENT_DAYS:
            return "stalled", f"nothing was posted since {since}"
        return super().outcome(found, fresh, since, now)

    def _wanted(self, each: Entry) -> bool:
        return isinstance(each, Rejected) or not self.categories or bool(self.categories & set(each.categories))


class Medrxiv(Biorxiv):
    """medRxiv, which the same API tells of."""

    name = "medrxiv"


def _read_for(source: str, data: bytes, where: str) -> Iterator[Entry]:
    return read(data, source, where)


def _total(data: bytes) -> int:
    said = text(parsed(data, ""), "messages", 0, "total")
    return int(said) if said.isascii() and said.isdecimal() else 0
