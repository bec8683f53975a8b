"""What LaTeX commands stand for in plain text: the tables that `sources.latex` reads with.

The symbols come from pylatexenc; the rest is what abstracts really hold and no table of symbols knows:
abbreviations that authors define, commands that only change the type, and arguments nobody wants to read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from pylatexenc.latex2text import get_default_latex_context_db

# Signs of the zodiac and the like are, in abstracts, always the names of somebody's method.
_NAMES_OF_METHODS = frozenset(
    "today image male female mercury venus jupiter saturn uranus neptune pluto aries taurus gemini cancer leo "
    "virgo libra scorpio sagittarius capricornus aquarius pisces".split()
)
# Ours win over pylatexenc's: one Greek letter per name whatever its variant, and what it does not have.
_OWN = {
    "eg": "e.g.",
    "ie": "i.e.",
    "etal": "et al.",
    "etc": "etc.",
    "aka": "a.k.a.",
    "wrt": "w.r.t.",
    "iid": "i.i.d.",
    "vs": "vs.",
    "cf": "cf.",
    "viz": "viz.",
    "TeX": "TeX",
    "LaTeX": "LaTeX",
    "epsilon": "ε",
    "phi": "φ",
    "vartheta": "θ",
    "varrho": "ρ",
    "varpi": "π",
    "varsigma": "ς",
    "deg": "°",
    "degree": "°",
    "circledR": "®",
    "copyright": "©",
    "checkmark": "✓",
    "cmark": "✓",
    "xmark": "✗",
    "vDash": "⊨",
    "models": "⊨",
    "ne": "≠",
    "lt": "<",
    "gt": ">",
    "iff": "⇔",
    "implies": "⇒",
    "arg": "arg",
    "det": "det",
    "gcd": "gcd",
    "Pr": "Pr",
    "S": "§",
    "P": "¶",
    "slash": "/",
    "colon": ":",
    "lbrack": "[",
    "rbrack": "]",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "textsection": "§",
    "prime": "′",
}


def _symbols() -> dict[str, str]:
    found = {
        spec.macroname: spec.simplify_repl
        for spec in get_default_latex_context_db().iter_macro_specs(categories=["advanced-symbols", "latex-base"])
        if isinstance(spec.simplify_repl, str)
        and "%" not in spec.simplify_repl
        and spec.macroname.isalpha()
        and spec.macroname not in _NAMES_OF_METHODS
    }
    return found | _OWN


SYMBOLS = _symbols()
# Functions keep a space to the word before them, as TeX sets them.
FUNCTIONS = frozenset(name for name, shown in SYMBOLS.items() if name == shown and len(name) > 1)

# Commands that change only how the text looks; without braces they say nothing.
SWITCHES = frozenset(
    "em it bf tt sc sf rm sl cal bfseries mdseries itshape scshape slshape upshape ttfamily sffamily rmfamily "
    "normalfont tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge centering raggedright "
    "displaystyle textstyle scriptstyle limits nolimits nonumber notag protect relax xspace boldmath unboldmath "
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bm boldsymbol mathbf mathrm "
    "mathit mathsf mathtt mathcal mathscr mathfrak mathbb mathop mathrel mathbin text textbf textit textsc texttt "
    "textsf textrm textsl textup textmd textnormal emph underline overline uline mbox hbox fbox operatorname "
    "ensuremath url path nolinkurl footnote footnotemark thanks cite citep citet ref label faGithub noindent".split()
)
SPACES = frozenset(
    "quad qquad space enspace thinspace newline linebreak par bigskip medskip smallskip hfill item".split()
)
MATH_ENVIRONMENTS = frozenset("equation align gather multline eqnarray math displaymath".split())

# Accents by command: combining characters.
ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "c": "\u0327",
    "k": "\u0328",
    "H": "\u030b",
    "v": "\u030c",
    "u": "\u0306",
    "r": "\u030a",
    "d": "\u0323",
    "b": "\u0331",
    "acute": "\u0301",
    "grave": "\u0300",
    "hat": "\u0302",
    "widehat": "\u0302",
    "check": "\u030c",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "dot": "\u0307",
    "ddot": "\u0308",
    "breve": "\u0306",
    "mathring": "\u030a",
    "vec": "\u20d7",
    "not": "\u0338",
}
_LATIN = "\u0250"  # where the accented letters of living Latin alphabets end


def composes(accent: str, letter: str) -> bool:
    """Whether an accent written before a bare letter is meant as one: `\\"o`, but not the quote of `\\"text`."""
    whole = unicodedata.normalize("NFC", letter + ACCENTS[accent])
    return len(whole) == 1 and (whole < _LATIN or not letter.isascii())


def accented(accent: str, text: str) -> str:
    """The text with the accent on its only letter. A longer one is a damaged symbol, `\\r{ho}`, or stays bare."""
    if not text:
        return "" if accent.isalpha() else accent
    if len(text) == 1:
        base = {"ı": "i", "ȷ": "j"}.get(text, text)
        return unicodedata.normalize("NFC", base + ACCENTS[accent])
    return SYMBOLS.get(accent + text, text)


_SUPERSCRIPT = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
        strict=True,
    )
) | {"−": "⁻", "–": "⁻", "⊤": "ᵀ", ",": ","}
_SUBSCRIPT = dict(
    zip("0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True)
) | {"−": "₋", "–": "₋", ",": ",", ":": ":"}
# What stands high by itself, and ordinals.
_INLINE = {"∘": "°", "°": "°", "∗": "*", "*": "*", "′": "′", "†": "†", "‡": "‡", "⋆": "*", "★": "*", "TM": "™"} | {
    text: text for text in ("®", "©", "™", "✓", "✗", "st", "nd", "rd", "th")
}
# Command names that lost their backslash on the way, as they stand in a script's braces: `360^{circ}`.
_LOST = re.compile(
    r"(?<![A-Za-z])(?:circ|infty|top|star|ast|prime|dagger|times|pm|alpha|beta|gamma|delta|epsilon|zeta|eta|theta|"
    r"kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega)(?![A-Za-z])"
)


def script(sign: str, text: str) -> str:
    """A superscript (`^`) or subscript (`_`) in characters, where they read well; otherwise with its sign."""
    text = _LOST.sub(lambda found: SYMBOLS[found[0]], " ".join(text.split()))
    if not text or (sign == "^" and text in _INLINE):
        return _INLINE.get(text, "")
    table = _SUPERSCRIPT if sign == "^" else _SUBSCRIPT
    if sum(map(str.isalpha, text)) <= 1 and all(char in table for char in text):
        return "".join(table[char] for char in text)
    if (text.isalnum() and not text[0].isdigit()) or (len(text) == 1 and text not in "({["):
        return sign + text
    return text if text.startswith(sign) else f"{sign}({text})"


_SIMPLE = re.compile(r"[\w.√∞′°]+|\([^()]*\)|\w+\([^()]*\)")
# Keys of citations and labels: words without a space but after a comma.
_KEYS = re.compile(r"[^\s,]+(?:,\s*[^\s,]+)*")


def _whole(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _fraction(args: list[str]) -> str:
    return f"{_whole(args[0].strip())}/{_whole(args[1].strip())}" if args[1:] else args[0]


def _root(args: list[str]) -> str:
    under = args[0].strip()
    return f"√{under}" if len(under) < 2 or under.isdigit() else f"√({under})"


def _nothing(_: list[str]) -> str:
    return ""


def _keys(args: list[str]) -> str:
    return "" if _KEYS.fullmatch(args[0].strip()) else args[0]


def _last(args: list[str]) -> str:
    return args[-1]


def _colored(args: list[str]) -> str:
    return args[1] if args[1:] else ""


def _first(args: list[str]) -> str:
    return args[0]


def _aside(args: list[str]) -> str:
    return f" ({args[0].strip()})" if args[0].strip() else ""


def _character(args: list[str]) -> str:
    found = re.fullmatch(r"\s*(?:[xX\"]([0-9A-Fa-f]{2,6})|(\d{1,7}))\s*", args[0])
    code = int(found[1], 16) if found and found[1] else int(found[2]) if found else 0
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else args[0]


def _dingbat(args: list[str]) -> str:
    # Zapf Dingbats stand in Unicode in the font's order, but for a gap: https://www.unicode.org/charts/PDF/U2700.pdf
    code = int(args[0]) if args[0].isascii() and args[0].isdecimal() and len(args[0]) <= 3 else 0
    if 33 <= code <= 126:
        return chr(0x2701 + code - 33)
    return chr(0x2460 + code - 172) if 172 <= code <= 181 else chr(0x2776 + code - 182) if 182 <= code <= 211 else ""


def link(args: list[str]) -> str:
    """A link's text with its address after it, once where they say the same."""
    url, text = args[0].strip(), args[-1].strip() if args[1:] else ""
    if not text or not url:
        return text or url
    if text in url or (url in text and len(text) < len(url) + 12):
        return url
    return f"{text} ({url})"


def _scripted(sign: str) -> Callable[[list[str]], str]:
    return lambda args: script(sign, args[0])


_DOUBLE_STRUCK = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ"}
# How many arguments a command takes, and what they become. A command that is not here shows its one argument.
ARGUMENTS: dict[str, tuple[int, Callable[[list[str]], str]]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "nicefrac", "sfrac"), (2, _fraction)),
    **dict.fromkeys(("href", "hyperlink"), (2, link)),
    **dict.fromkeys(("textcolor", "colorbox", "raisebox", "scalebox", "rotatebox"), (2, _colored)),
    "texorpdfstring": (2, _last),
    **dict.fromkeys(("color", "vspace", "hspace", "phantom", "includegraphics", "begin", "end"), (1, _nothing)),
    **dict.fromkeys(
        "cite citep citet citealp citeauthor citeyear textcite parencite autocite ref eqref autoref cref Cref label "
        "nocite footref".split(),
        (1, _keys),
    ),
    **dict.fromkeys(("footnote", "footnotetext", "thanks"), (1, _aside)),
    "sqrt": (1, _root),
    "mathbb": (1, lambda args: _DOUBLE_STRUCK.get(args[0], args[0])),
    "textsuperscript": (1, _scripted("^")),
    "textsubscript": (1, _scripted("_")),
    "unicode": (1, _character),
    "ding": (1, _dingbat),
    "replaced": (2, _first),
}
