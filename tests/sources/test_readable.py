"""Text as it is found becomes text for reading: characters, entities, LaTeX."""

from __future__ import annotations

import gzip
import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.readable import readable, storable
from tests.shared import shared

CASES = {
    # Scripts
    "M^{2}UGen": "M²UGen",
    "H_{2}O and 10^{-3}": "H₂O and 10⁻³",
    "$x^2$ and S^2IP-LLM, R^2, 256^2, TC^0": "x² and S²IP-LLM, R², 256², TC⁰",
    "search with A^* in W^+ of p<5x10^-17": "search with A* in W⁺ of p<5x10⁻¹⁷",
    "$F_1$, mAP$_{50:95}$, $x_{t-1}$, $\\pi_\\theta$": "F₁, mAP₅₀:₉₅, xₜ₋₁, π_θ",
    "360^{circ}, 25^{\\circ}C, $1^{st}$, the 16^{th}": "360°, 25°C, 1st, the 16th",
    "$n^{5/3}$ and $\\text{AV}^2\\text{A}$": "n^(5/3) and AV²A",
    "max_len of Student\\_100, obj_pp_to_subj, __init__": "max_len of Student_100, obj_pp_to_subj, __init__",
    "pass^k, a ^ b, [^a-z]": "pass^k, a ^ b, [^a-z]",
    # Type and braces
    "{\\em specialized} and {\\it x}": "specialized and x",
    "\\textsc{FuseChat-7B} is \\underline{\\textbf{F}}ast": "FuseChat-7B is Fast",
    "{{\\large {\\textbf{F}}}}aster {\\mu}-Bench": "Faster μ-Bench",
    "pro{A}ctive {l}earning, 22{,}879, 3D{-}UNet": "proActive learning, 22,879, 3D-UNet",
    "textit{O}bstacles, lost on the way": "Obstacles, lost on the way",
    "\\textcolor{red}{Warning} and {\\color{blue}calm}": "Warning and calm",
    # Symbols
    "$k$ of $\\alpha$, 2$\\times$3, $\\pm 5$": "k of α, 2×3, ±5",
    "$\\mathcal{O}(n^2)$ in $\\mathbb{R}^2$": "O(n²) in ℝ²",
    "$\\tilde{C}$ $\\hat{\\Sigma}$ $\\not\\equiv$": "C̃ Σ̂ ≢",
    "$\\frac{a+b}{2}$ and $\\sqrt{d}$ and $O(n\\log n)$": "(a+b)/2 and √d and O(n log n)",
    "5\\% \\& \\#1 {\\deg} \\S": "5% & #1 ° §",
    "a$\\unicode{x2013}$b \\ding{51}": "a–b ✓",
    # Accents
    'Schr\\"odinger, Erd\\H{o}s, \\\'{e}, na\\"{\\i}ve, Ho\\v cevar': "Schrödinger, Erdős, é, naïve, Hočevar",
    "\\r{ho} = 0.3, \\k{appa}, \\b{eta}": "ρ = 0.3, κ, β",
    "the model\\'s and don\\'t": "the model's and don't",
    'he said \\"text\\"': 'he said "text"',
    # What authors define
    "We propose \\ours, an \\ours{} of \\method~(M).": "We propose ours, an ours of method (M).",
    "\\eg GPT (\\aka the), \\ie, x \\etc.": "e.g. GPT (a.k.a. the), i.e., x etc.",
    "\\add{existing} baselines": "existing baselines",
    # Ties
    "Models~(LLMs), 13~mm, Table~2, vs.~SISO": "Models (LLMs), 13 mm, Table 2, vs. SISO",
    "~5 people, (~300), 10~50, 31.6%~99.2%, 10x ~ 50x": "~5 people, (~300), 10~50, 31.6%~99.2%, 10x ~ 50x",
    # Links and references
    "at \\url{https://x.example/a_b~c/}.": "at https://x.example/a_b~c/.",
    "on GitHub\\url{https://x.example/a}, code.\\href{https://u.example/v}{here}": (
        "on GitHub https://x.example/a, code. here (https://u.example/v)"
    ),
    "See \\href{https://u.example/v}{this page}.": "See this page (https://u.example/v).",
    "at \\href{https://u.example/v}{u.example/v}.": "at https://u.example/v.",
    "at https://h.example/L{https://h.example/L}.": "at https://h.example/L.",
    "at https://h.example/{id}/x": "at https://h.example/{id}/x",
    "https://h.example/a\\_b\\#c and https://h.example/~me/x_1^2": "https://h.example/a_b#c and https://h.example/~me/x_1^2",
    "as shown~\\cite{a2020,b-2021}. And \\citep[p.~2]{c}!": "as shown. And !",
    "on GitHub\\footnote{https://g.example/x}.": "on GitHub (https://g.example/x).",
    # Quotes
    "``shortcut'' and ``few-shot\" and `jailbreaks'": "“shortcut” and “few-shot” and ‘jailbreaks’",
    "the model`s `code` and ``open": "the model's `code` and ``open",
    # Doubled backslashes
    "20.43\\\\% and $\\\\omega^2$ \\\\ next": "20.43% and ω² next",
    # Not LaTeX
    "costs $5 and $10, $5-$10, US$3": "costs $5 and $10, $5-$10, US$3",
    "from $5 to 10$ in $HOME:$PATH": "from $5 to 10$ in $HOME:$PATH",
    "top-\\$p\\$ for \\$5": "top-p for $5",
    '100% of R&D; a {snowy} {class}, {"a": [1]}': '100% of R&D; a {snowy} {class}, {"a": [1]}',
    'in C:\\Users\\Ada or \\d+ or "\\n\\n"': 'in C:\\Users\\Ada or \\d+ or "\\n\\n"',
    "open {brace \\textbf{and $dollar": "open {brace and $dollar",
    "--verbose -- a dash--like": "--verbose -- a dash--like",
    # Entities and characters
    "&amp;amp;lt;b&gt; &#8217;&#x2014; H&E; AT&T &copy2": "<b> ’— H&E; AT&T &copy2",
    "\ufeffone\r\ntwo\u2028three\u00a0four\u3000five\x85six": "one two three four five six",
    "zero\u200bwidth so\u00adft nul\x00 \x07bell": "zerowidth soft nul bell",
    "it\x92s": "it’s",
    "half \ud83d and whole \ud83d\ude00": "half \ufffd and whole 😀",
    "👩‍🔬 می‌خواهم": "👩‍🔬 می‌خواهم",
    "": "",
    " \n ": "",
}


@pytest.mark.parametrize("found", CASES)
def test_reads(found: str) -> None:
    assert readable(found) == CASES[found]


@pytest.mark.parametrize("found", CASES)
def test_is_done_after_once(found: str) -> None:
    assert readable(CASES[found]) == CASES[found]


def test_clean_text_is_the_same_object() -> None:
    text = "Plain text: 100% of it, (really) “fine” — naïve, 推理; x < y & z_1 #2 *a* [b] 'c'."
    clean = text.replace("&", "and")
    assert readable(clean) is clean
    assert readable(text) == text


BITS = (
    "\\textbf{ \\em { } $ $$ ^ _ ~ \\% \\& \\$ \\\\ \\alpha \\times \\ours \\eg \\'e \\\"o `` '' ` ' \" \\href{ \\url{ "
    "\\cite{ http://a.b/c_d~e www.x.y &amp; &lt; &#36; &#92; 5 10 x abc . , ( ) \\( \\) \\[ \\] \\frac \\sqrt \\hat "
    "\\begin{equation} \\end{equation} \\textasciitilde \\textbackslash \\_ \\^ \\~ \\c \\footnote{ ^{ _{ \u200b - + * "
    ": / # % \\n Next s \\not \\left( \\right) \\unicode{x24} \\verb|a| \\color{red} é 推"
).split()
texts = st.lists(st.sampled_from([*BITS, " "]), max_size=25).map("".join)


@given(st.one_of(texts, st.text(), st.text(st.characters(codec=None))))
def test_any_text_becomes_one_line_at_once(text: str) -> None:
    # On every text of a length such as these; only references nested eight times over take longer to settle.
    clean = readable(text)
    assert readable(clean) == clean
    assert clean == " ".join(clean.split())
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff]", clean)


WORDS = "anchor basket cellar dragon engine falcon garden harbor island jungle kernel ladder".split()
MARKS = (
    "{ } $ ^ ~ % & \\% \\textbf{ } \\emph{ {\\em \\alpha \\times ( ) [ ] , . `` '' \" \\$ $5 \\ours{} \\item \\\\ _ ^{ "
    "_{ \\sqrt{ \\textsc{ \\left( \\right) \\underline{ {{ }}"
).split()


@given(st.lists(st.sampled_from([*WORDS, *MARKS]), max_size=30), st.sampled_from([" ", "  "]))
def test_no_word_is_lost_or_moved(parts: list[str], space: str) -> None:
    clean = readable(space.join(parts))
    assert re.findall("|".join(WORDS), clean) == [part for part in parts if part in WORDS]


HOSTILE = {
    "deep braces": "{" * 10_000 + "x" + "}" * 10_000,
    "deep arguments": "\\textbf{" * 10_000 + "x" + "}" * 10_000,
    "open scripts": "x^{" * 20_000,
    "open fractions": "\\frac{" * 20_000,
    "dollars": "$" * 100_000,
    "prices": "$a " * 33_000,
    "backticks": "``a " * 25_000,
    "backslashes": "\\" * 100_000,
    "nested entities": "&" + "amp;" * 25_000 + "lt;",
    "addresses": "http://a{" * 10_000,
    "environments": "\\begin{equation}" * 6_000,
    "accents": "\\'" * 50_000,
    "verbatim": "\\verb|" * 16_000,
    "nothing": "\x00" * 100_000,
    "too long for LaTeX": "\\textbf{word} " * 20_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_lives_through(what: str) -> None:
    started = time.perf_counter()
    readable(HOSTILE[what])
    assert time.perf_counter() - started < 10


def test_storable_text_has_no_halves_and_no_nul() -> None:
    assert storable("a\x00b \ud800 \ud83d\ude00 é") == "ab \ufffd 😀 é"


@pytest.mark.shared
def test_real_texts_keep_their_words() -> None:
    changed = 0
    for text in _abstracts():
        clean = readable(text)
        assert readable(clean) == clean
        if clean != text:
            changed += 1
            # Every word without a sign of LaTeX near it is there still.
            for word in re.findall(r"(?<![^\s(])[A-Za-z]{4,}(?=[\s.,)])(?![^{}$]*\})", text):
                assert word in clean, (word, text)
        else:
            assert not re.search(r"\\(?:textbf|emph|times|alpha)\b", text)
    assert changed > 1_000


@pytest.mark.shared
def test_clean_abstracts_cost_microseconds() -> None:
    clean = [text for text in _abstracts() if readable(text) is text]
    started = time.perf_counter()
    for text in clean:
        readable(text)
    assert (time.perf_counter() - started) / len(clean) < 100e-6


def _abstracts() -> list[str]:
    with gzip.open(shared("data/corpora/arxiv_cs_2025.jsonl.gz"), "rt", encoding="utf-8") as file:
        return [json.loads(line)["abstract"] for line in file]
