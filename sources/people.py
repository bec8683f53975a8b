"""Reads names of authors in the ways lists write them: `Smith, Adam`, or `A. Smith, B. Jones and C. Lee`."""

from __future__ import annotations

import re

from sources.readable import readable

_SUFFIXES = r"(?:jr|sr|ii|iii|iv|phd|ph\.d|md|m\.d)\.?"
_COMMA = re.compile(rf",(?!\s*{_SUFFIXES}(?:,|$))", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,\s*)?(?:\band\b|&)(?:\s+|$)", re.IGNORECASE)
_SUFFIX = re.compile(_SUFFIXES, re.IGNORECASE)
_PARTICLE = re.compile(
    r"(?:van|von|de|del|della|der|den|di|da|dos|du|la|le|el|al|bin|ibn|ten|ter|zu|zur)", re.IGNORECASE
)
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[\s-]?){1,4}")
_NOBODY = {"", "and", "et al", "et al.", "others"}


def one(text: str) -> str:
    """One name, given name first, in readable text. Only what is clearly `Family, Given` is turned round."""
    name = readable(text).strip(" ,;")
    family, comma, given = (part.strip() for part in name.partition(","))
    return f"{given} {family}" if comma and _is_turned(family, given) else name


def several(text: str) -> list[str]:
    """The names of a list in one string, divided by semicolons, commas or “and”."""
    text = readable(text)
    if ";" in text:
        return [name for part in text.split(";") for name in _kept(one(part))]
    parts = [part for part in _AND.split(text) if part.strip()]
    if all(_is_turned(*_halves(part)) for part in parts):
        return [name for part in parts for name in _kept(one(part))]
    pieces = [piece.strip() for part in parts for piece in _COMMA.split(part) if piece.strip()]
    if len(pieces) % 2 == 0 and all(_INITIALS.fullmatch(initials) for initials in pieces[1::2]):
        pieces = [f"{initials} {family}" for family, initials in zip(pieces[::2], pieces[1::2], strict=True)]
    return [name for piece in pieces for name in _kept(one(piece))]


def _kept(name: str) -> list[str]:
    return [name] if name.lower() not in _NOBODY else []


def _halves(part: str) -> tuple[str, str]:
    family, _, given = (half.strip() for half in part.partition(","))
    return family, given


def _is_turned(family: str, given: str) -> bool:
    """Whether these, around a comma, are one person's family and given names, and not two people."""
    if not family or not given or "," in given or _SUFFIX.fullmatch(given):
        return False
    words, initials = family.split(), _INITIALS.fullmatch(given)
    short = len(words) == 1 or (len(words) <= 4 and bool(_PARTICLE.fullmatch(words[0])))
    return len(given.split()) <= 3 and (short or (len(words) == 2 and initials is not None))
