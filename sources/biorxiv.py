"""bioRxiv and medRxiv: what their API's `details` say of the preprints of some days.

https://api.biorxiv.org/ documents the fields and states no limit on requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from domain.paper import Record, Rejected, doi
from sources.entry import WITHDRAWN, entry, turned
from sources.values import at, day, items, link, parsed, text

_NOTHING = {"", "na", "n/a", "none"}
# What is left in the texts of the programs they were made with.
_FIGURE = re.compile(r"\bO_(FIG|TBL)\b.*?(?:C_\1\b|$)|\bOrg\.highwire\S*", re.DOTALL)
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
        yield Rejected(where, f"The reply is an error: “{said[:100]}”" if said else "The reply holds no collection.")
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
        page=page,
        kind=WITHDRAWN if gone else "",
        tidy=tidy,
        pdf_url=link(f"{page}.full.pdf") if page != own.url else "",
    )


def tidy(said: str) -> str:
    """A text of theirs without what programs left in it; headings that stick to their section get a colon."""
    said = _SECTION.sub(_set_off, _FIGURE.sub(" ", said)) if "_" in said else said
    said = _MARK.sub(lambda found: "" if "SCP" in found[0] else " ", said) if "_" in said else said
    said = _GLUED.sub(r"\1\2: ", said)
    said = _SIGN.sub(_sign, said)
    return _BRACKETED.sub(lambda found: _ARROWS.get(found[1], found[1]), said)


def _set_off(found: re.Match[str]) -> str:
    return f" {found[1].strip()}{'' if found[1].strip().endswith(('?', ':', '.')) else ':'} "


def _sign(found: re.Match[str]) -> str:
    name = found[1].strip()
    letter = _GREEK.get(name.lower())
    if letter:
        return letter.upper() if name[0].isupper() else letter
    return _SIGNS.get(name, found[0])
