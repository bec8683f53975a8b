"""What counts as a word. Index, matching, correction and highlighting all read text through here.

A text becomes tokens in order. Each has a *form* (folded: lower case, no accents, Greek letters by name)
and a *stem* (the form without its plural). Words are compared by stem, authors by form.

Two promises hold, and properties test them: every prefix of a form, from three letters on, finds the word
through `Prefix`; and the case of a text never changes its tokens.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

# One script per alternative: characters of languages written without spaces are tokens of their own, so
# that a word is found inside a run. A lone Greek letter is a symbol with a name; a run of them is a word.
_ALONE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(
    rf"(?P<sharp>(?<![\p{{L}}\p{{N}}])[A-Za-z](?:\+\+|\#)(?![\p{{L}}\p{{N}}]))"
    rf"|(?P<greek>(?<!\p{{Greek}})\p{{Greek}}(?!\p{{Greek}}))"
    rf"|(?P<alone>[{_ALONE}]\p{{M}}*)"
    rf"|(?P<word>(?:(?![{_ALONE}])(?!(?<!\p{{Greek}})\p{{Greek}}(?!\p{{Greek}}))[\p{{L}}\p{{N}}\p{{M}}]"
    r"|(?<=\p{L})['’](?=\p{L}))+)",
)
_MARKS = regex.compile(r"(?<=[\p{Latin}\p{Greek}\p{Cyrillic}]\p{M}*)\p{M}")
_CLITIC = regex.compile(r"['’]s$")
_APOSTROPHE = regex.compile(r"['’]")
# Letters that Unicode does not decompose, in their customary plain spelling.
_PLAIN = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
        "ß": "ss",
    }
)
GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρςστυφχψω",
        (
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma "
            "tau upsilon phi chi psi omega"
        ).split(),
        strict=True,
    )
)
# Plurals that no rule reaches. Every prefix of the plural that is none of the singular maps to it too, so
# that `matric*` finds matrices.
_IRREGULAR = {
    longer[:size]: singular
    for longer, singular in {
        "matrices": "matrix",
        "vertices": "vertex",
        "analyses": "analysis",
        "hypotheses": "hypothesis",
        "syntheses": "synthesis",
        "corpora": "corpus",
        "phenomena": "phenomenon",
        "criteria": "criterion",
    }.items()
    for size in range(4, len(longer) + 1)
    if not singular.startswith(longer[:size])
}
# Words whose last s is no plural, where the rules would take it for one.
_SINGULAR = frozenset(
    "bias lens news this thus plus axis alias atlas canvas always gas bus yes its was has us is as ours".split()
)
# Three letters that end in s: consonants only are a plural of two letters (LMs, VMs), save these names.
_NAMES = frozenset("gps dns tls sms rms cms css tts nms mds pls cbs dds sls".split())
_PLURAL_US = frozenset({"relus", "menus", "gelus"})
_SHORT = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: where it stands (character positions), its folded form and its stem."""

    start: int
    end: int
    form: str
    stem: str


def tokens(text: str) -> list[Token]:
    """Cut a text into its tokens, in order."""
    found = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        for form in _forms(match.group(), match.lastgroup or "word"):
            found.append(Token(start, end, form, stem(form)))
    return found


def forms(text: str) -> list[str]:
    """The folded forms alone: how authors are compared."""
    # No token spans a space, and most of what stands between two has been cut before.
    return [form for piece in text.split() for form in (_cut(piece) if len(piece) > _LONG else _known(piece))]


def _cut(piece: str) -> tuple[str, ...]:
    return tuple(form for match in _TOKEN.finditer(piece) for form in _forms(match.group(), match.lastgroup or "word"))


_known = lru_cache(maxsize=100_000)(_cut)
_LONG = 40  # characters beyond which a piece hardly comes twice


def stems(text: str) -> list[str]:
    """The stems alone: how titles and abstracts are compared."""
    return [stem(form) for form in forms(text)]


@lru_cache(maxsize=200_000)
def _forms(piece: str, kind: str) -> tuple[str, ...]:
    if kind == "sharp":
        return (piece[0].lower() + ("sharp" if piece.endswith("#") else "plusplus"),)
    folded = fold(piece)
    if kind == "greek" and folded in GREEK:
        return (GREEK[folded],)
    if folded.isalnum():
        return (folded,) if folded else ()
    # Compatibility forms may unfold into several words or into signs: ½, ㎏, ﷺ.
    return tuple(part for part in regex.findall(r"[\p{L}\p{N}\p{M}]+", folded) if part)


def fold(word: str) -> str:
    """Lower case, compatibility forms and accents resolved, a possessive `'s` and apostrophes dropped."""
    if word.isascii():
        plain = word.lower()
    else:
        # Twice, since a compatibility form may be a capital, and a folded capital may carry a mark.
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
        decomposed = unicodedata.normalize("NFD", plain)
        plain = unicodedata.normalize("NFC", _MARKS.sub("", decomposed)).translate(_PLAIN)
    if "'" in plain or "’" in plain:
        plain = _APOSTROPHE.sub("", _CLITIC.sub("", plain))
    return plain


@lru_cache(maxsize=400_000)
def stem(form: str) -> str:
    """The form without its plural ending; nothing else is cut, so `general` and `generative` stay apart.

    The stem is, up to its last letter, a prefix of every form that shares it.
    """
    if not form.isascii() or not form.isalpha() or form in _SINGULAR:
        return form
    if len(form) < _SHORT:
        two = (
            form.endswith("s") and len(form) == _SHORT - 1 and form not in _NAMES and not set("aeiouys") & set(form[:2])
        )
        return form[:2] if two else form
    irregular = _IRREGULAR.get(form)
    if irregular:
        return irregular
    base = _without_s(form)
    if base.endswith("ie"):
        return base[:-1]
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "i"
    if base.endswith(("xe", "che", "she", "sse")) or (len(base) > _SHORT and base.endswith(("se", "oe"))):
        return base[:-1]
    return base


def _without_s(form: str) -> str:
    if not form.endswith("s") or form.endswith("ss"):
        return form
    if len(form) > _SHORT and form.endswith(("us", "is")) and form not in _PLURAL_US:
        return form
    return form[:-1]
