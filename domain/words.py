"""What counts as a word. Index, matching, correction and highlighting all read text through here.

A text becomes tokens in order. Each has a *form* (folded: lower case, no accents, Greek letters by name)
and a *stem* (the form without its plural). Words are compared by stem, authors by form.

Promises that properties test: the case of a text never changes its tokens; a form holds letters, digits and
marks only and, read again, is itself; every beginning of a form, from three letters on, either begins its stem
or has the same stem, which is how a prefix finds its words.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex
from msgspec import Struct

# Characters of languages written without spaces are tokens of their own, so that a word is found inside a run.
# The signs after the scripts belong to Japanese but to no one script.
_ALONE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー〱-〵〼ｰﾞﾟ"
# Korean syllables spelt out in their parts are one character each, as they look.
_PARTS = r"[\u1100-\u115F]{1,3}[\u1160-\u11A7]{1,3}[\u11A8-\u11FF]{0,3}|[가-힣][\u11A8-\u11FF]{1,3}"
# A lone Greek letter is a symbol with a name; a run of them is a word. The micro sign is one in all but script.
_SYMBOL = r"(?=[\p{Greek}µ])(?<![\p{Greek}µ]\p{M}*)\p{L}\p{M}{0,8}+(?!\p{M}*[\p{Greek}µ])"
# Inside a word: an apostrophe between letters or before a possessive s, soft hyphens, joiners that nobody sees.
_APOSTROPHES = "['’ʼʻ＇]"
_UNSEEN = r"\u00AD\u200C\u200D\u2060\uFEFF"
_INSIDE = (
    rf"(?<=[\p{{L}}\p{{M}}]){_APOSTROPHES}(?=\p{{L}})"
    rf"|(?<=\p{{N}}){_APOSTROPHES}(?=[sSſ](?![\p{{L}}\p{{N}}]))"
    rf"|(?<=[\p{{L}}\p{{M}}])[{_UNSEEN}](?=\p{{L}})"
)
# A longer run is cut: neither a hostile text nor a sequence of bases makes a word that fills the index.
_LONGEST = 100
_TOKEN = regex.compile(
    rf"(?P<sharp>(?<![\p{{L}}\p{{N}}\p{{M}}])\p{{Latin}}(?:\+\+|\#)(?!\p{{L}}))"
    rf"|(?P<greek>{_SYMBOL})"
    rf"|(?P<alone>(?:{_PARTS}|(?=[\p{{L}}\p{{N}}])[{_ALONE}])[\p{{M}}ﾞﾟ]{{0,8}})"
    rf"|(?P<word>(?=[\p{{L}}\p{{N}}])(?:[A-Za-z0-9]|(?![{_ALONE}])(?!{_SYMBOL})[\p{{L}}\p{{N}}\p{{M}}]|{_INSIDE})"
    rf"{{1,{_LONGEST}}})"
)
# Marks are spelling where scripts need them, and accents here. On a digit they are decoration.
_MARKS = regex.compile(r"([\p{Latin}\p{Greek}\p{Cyrillic}\p{N}])\p{M}+")
_POSSESSIVE = regex.compile(rf"{_APOSTROPHES}s$")
_DROPPED = regex.compile(r"[\p{Default_Ignorable_Code_Point}'’ʼʻ]")
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
        "ŧ": "t",
        "ȷ": "j",
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
# Plurals that no rule reaches. Every beginning of the plural that is none of the singular's maps to it too, so
# that `matric*` finds matrices. (Not `indices`: its beginning `indic` is a word of its own.)
_IRREGULAR = {
    longer[:size]: singular
    for longer, singular in {
        "analyses": "analysis",
        "automata": "automaton",
        "buses": "bus",
        "children": "child",
        "corpora": "corpus",
        "crises": "crisis",
        "criteria": "criterion",
        "gases": "gas",
        "hypotheses": "hypothesis",
        "matrices": "matrix",
        "maxima": "maximum",
        "minima": "minimum",
        "optima": "optimum",
        "phenomena": "phenomenon",
        "spectra": "spectrum",
        "syntheses": "synthesis",
        "vertices": "vertex",
        "women": "woman",
    }.items()
    for size in range(4, len(longer) + 1)
    if not singular.startswith(longer[:size])
}
# Words whose last s is no plural, where the rules would take it for one and meet another word.
_SINGULAR = frozenset("bias lens news this thus plus axis alias atlas canvas always sars mars adas mcts".split())
# Words of three letters keep their s (gas, GPS, RLS is not RL), save plurals of two that are mostly just that.
_SHORT = {plural: plural[:2] for plural in "afs aus avs bns cqs dbs dms evs fms kbs kgs kvs lms nfs nns".split()}
_SHORT |= {plural: plural[:2] for plural in "pcs pes qas qds rms tvs uis vms".split()}
_SHORT |= {"fly": "fli", "sky": "ski"}  # as flies and skies
_SHORTEST = 4
_PLURAL_US = frozenset({"relus", "gelus", "silus", "menus"})


class Token(Struct, frozen=True):
    """A word of a text: where it stands (character positions), its folded form and its stem."""

    start: int
    end: int
    form: str
    stem: str


def tokens(text: str) -> list[Token]:
    """Cut a text into its tokens, in order. What unfolds into several, such as ½, gives them one place."""
    found = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        for form in _forms(match.group()):
            found.append(Token(start, end, form, stem(form)))
    return found


def forms(text: str) -> list[str]:
    """The folded forms alone: how authors are compared."""
    pieces = _apart(text)
    if (whole := "".join(pieces)).isascii() and whole.isalnum() and len(whole) <= _LONGEST:
        return pieces  # most names and titles are that simple
    return [form for piece in pieces for form in _formed(piece)]


def run_together(text: str) -> str:
    """The folded forms with nothing between them: how titles are compared."""
    whole = text.encode("utf-8", "surrogatepass").translate(_PARTED, _SIGNS)
    return whole.decode() if whole.isalnum() and len(whole) <= _LONGEST else "".join(forms(text))


# Of ASCII, signs that no token holds part one piece from the next as spaces do, and capitals are small.
_PARTED = bytes(ord(chr(at).lower()) if chr(at).isalnum() or chr(at) in "'+#" else 32 for at in range(128))
_SIGNS = bytes(at for at in range(128) if _PARTED[at : at + 1] == b" ")
_PARTED += bytes(range(128, 256))


def _apart(text: str) -> list[str]:
    # The pieces that tokens are in: none spans two, and most are one. As bytes a text is read many times as fast.
    return text.encode("utf-8", "surrogatepass").translate(_PARTED).decode("utf-8", "surrogatepass").split()


def _formed(piece: str) -> tuple[str, ...]:
    if len(piece) <= _LONGEST and piece.isascii() and piece.isalnum():
        return (piece,)
    return _cut(piece) if len(piece) > _LONG else _known(piece)


def _cut(piece: str) -> tuple[str, ...]:
    return tuple(form for match in _TOKEN.finditer(piece) for form in _forms(match.group()))


_KEPT = 100_000  # pieces
_known = lru_cache(maxsize=_KEPT)(_cut)
_LONG = 40  # characters beyond which a piece hardly comes twice


def stems(text: str) -> list[str]:
    """The stems alone: how titles and abstracts are compared."""
    return Reading().read(text)[1]


class Reading(dict[str, str]):
    """Reads many texts: most of their words have come before, and looking those up costs no call of ours.

    It keeps what came: pieces of text, in lower case where they are ASCII, and the stems of each, separated by spaces.
    """

    def __missing__(self, piece: str) -> str:
        """The stems of a piece that has not come before."""
        plain = piece.isascii() and piece.isalnum() and len(piece) <= _LONGEST  # as most are
        found = self[piece] = stem(piece) if plain else " ".join(map(stem, _formed(piece)))
        return found

    def read(self, text: str) -> tuple[str, list[str]]:
        """The stems of a text, separated by spaces, and each of them."""
        found = list(map(self.__getitem__, _apart(text)))
        whole = " ".join(found)
        # Few pieces are several tokens, or none.
        if not whole or whole.count(" ") >= len(found) or "  " in whole or " " in {whole[0], whole[-1]}:
            found = whole.split()
            whole = " ".join(found)
        return whole, found

    def shown(self) -> dict[str, str]:
        """Of each stem that came the shortest form, of equally short ones the first of the alphabet."""
        best: dict[str, str] = {}
        for piece, said in self.items():
            for form in (piece,) if piece == said else _formed(piece):
                word = said if form == piece else stem(form)
                known = best.get(word)
                if known is None or (len(form), form) < (len(known), known):
                    best[word] = form
        return best


@lru_cache(maxsize=20_000)
def _forms(piece: str) -> tuple[str, ...]:
    if piece[-1] in "+#":
        folded = fold(piece[0]) + ("sharp" if piece[-1] == "#" else "plusplus")
    else:
        folded = fold(piece)
        folded = GREEK.get(folded, folded)
    if folded.isascii() and folded.isalnum():
        return (folded,)
    # Read again, since folding may make several words or a symbol of it: ½, ㎏, ﷺ, µm, a mathematical α.
    parts = [match.group() for match in _TOKEN.finditer(folded)]
    return (folded,) if parts == [piece] else tuple(form for part in parts for form in _forms(part))


def fold(word: str) -> str:
    """Lower case, compatibility forms and accents resolved, a possessive `'s` and apostrophes dropped."""
    if word.isascii():
        plain = word.lower()
        return _DROPPED.sub("", _POSSESSIVE.sub("", plain)) if "'" in plain else plain
    # Twice, since a compatibility form may be a capital, and a folded capital may carry a mark.
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    plain = _MARKS.sub(r"\1", unicodedata.normalize("NFD", plain))
    plain = _DROPPED.sub("", _POSSESSIVE.sub("", plain))
    return unicodedata.normalize("NFC", plain).translate(_PLAIN)


@lru_cache(maxsize=100_000)
def stem(form: str) -> str:
    """The form without its plural ending; nothing else is cut, so `general` and `generative` stay apart."""
    if len(form) < _SHORTEST:
        return _SHORT.get(form, form)
    if not form.isascii() or not form.isalpha() or form in _SINGULAR:
        return form
    irregular = _IRREGULAR.get(form)
    if irregular:
        return irregular
    base = _without_s(form)
    if len(base) < _SHORTEST:
        return base
    if base.endswith("ie"):
        return base[:-1]
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "i"
    if base.endswith(("xe", "che", "she", "sse")) or (len(base) > _SHORTEST and base.endswith(("se", "oe"))):
        return base[:-1]
    return base


def _without_s(form: str) -> str:
    if not form.endswith("s") or form.endswith("ss"):
        return form
    if len(form) > _SHORTEST and form.endswith(("us", "is")) and form not in _PLURAL_US:
        return form
    return form[:-1]
