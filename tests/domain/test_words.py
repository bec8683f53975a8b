"""What counts as a word: the examples of the design, and what holds for every text."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import sqlite3
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.words import GREEK, fold, forms, run_together, stem, stems, tokens
from tests.shared import shared

# Letters that change their length, kind or neighbours when folded, raised or lowered, and signs around them.
TRICKY = (
    "aAsSeEiIyYnN019ßẞſıİKŉﬁŁłøæµμΑασςΣάΩ𝛼½²①㎏ﷺª"
    "推理々データーｰﾃﾞ한국어กำไขмЙё'’ʼ＇-+#*\"|()$\\_.,:/@ \t\n\0"
    "\u0301\u0308\u0345\u0316\u3099\u00ad\u200b\u200c\u200d\ufe0f\ud800\udfff"
)
TEXT = st.text(st.one_of(st.sampled_from(TRICKY), st.characters()), max_size=40)
# Where changing the case changes no lengths, and no mark becomes a letter.
CASED = st.text(
    st.one_of(st.sampled_from(TRICKY), st.characters()).filter(
        lambda c: len(c.upper()) == len(c.lower()) == 1 and c != "\u0345"
    ),
    max_size=40,
)
WORDISH = st.text(st.sampled_from("aeiouscxhylmnt"), min_size=3, max_size=9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model models Model's LLMs LLM", "model model model llm llm"),
        ("generative general generation modelling remodel LLaMA", "generative general generation modelling "
         "remodel llama"),
        ("GPT-4 'GPT 4' GPT4", "gpt 4 gpt 4 gpt4"),
        ("k-means self-attention", "k mean self attention"),
        ("C++ C# R C c++ C++17 C/C++ Objective-C++ F#.", "cplusplus csharp r c cplusplus cplusplus 17 c cplusplus "
         "objective cplusplus fsharp"),
        ("Łukasz Kaiser, Gödel, Ångström, Đoković", "lukasz kaiser godel angstrom dokovic"),
        ("大模型推理加速", "大 模 型 推 理 加 速"),
        ("データGPUサーバーGPU", "デ ー タ gpu サ ー バ ー gpu"),
        ("α $\\alpha$ Α 𝛼 ά", "alpha alpha alpha alpha alpha"),
        ("β-VAE TGF-β TGFβ αβ λόγος", "beta vae tgf beta tgf beta αβ λογοσ"),
        ("5 µm 5 μm 3 Ω", "5 mu m 5 mu m 3 omega"),
        ("O’Brien l'Hôpital don't GPT-4's Modelʼs models'", "obrien lhopital dont gpt 4 model model"),
        ("x² CO₂ ½ ﬁne ㎏", "x2 co2 1 2 fine"),
        ("dif\u00adfusion می\u200cخواهم ❤️ 1️⃣", "diffusion میخواهم 1"),
        ("studies study boxes batches phases phase movies losses analyses matrices women buses", "studi studi box "
         "batch phas phas movi loss analysis matrix woman bus"),
        ("bias news bus axis GPS RLS TTS BFS SARS LMs KGs VMs flies fly dies", "bias news bus axis gps rls tts bfs "
         "sars lm kg vm fli fli die"),
        ("the of and a C", "the of and a c"),
        ("", ""),
        ("... – — !?", ""),
    ],
)  # fmt: skip
def test_words(text: str, expected: str) -> None:
    assert stems(text) == expected.split()


def test_authors_are_folded_and_not_stemmed() -> None:
    assert forms("Łukasz James Burns-Evans") == ["lukasz", "james", "burns", "evans"]


def test_indic_is_no_index() -> None:
    assert stem("indic") == "indic"


def test_every_greek_letter_has_its_name() -> None:
    assert all(forms(letter) == forms(letter.upper()) == [name] for letter, name in GREEK.items())


def test_fold_drops_a_possessive_and_other_apostrophes() -> None:
    assert [fold(word) for word in ("Model's", "don't", "Ö’s", "PLAIN")] == ["model", "dont", "o", "plain"]


def test_tokens_say_where_they_stand() -> None:
    text = "The GPT-4 model's ½"
    assert [(text[t.start : t.end], t.form, t.stem) for t in tokens(text)] == [
        ("The", "the", "the"),
        ("GPT", "gpt", "gpt"),
        ("4", "4", "4"),
        ("model's", "model", "model"),
        ("½", "1", "1"),
        ("½", "2", "2"),
    ]


@given(CASED)
@example("ΑΣ ας K++ ſ# 4's 4'ſ")
def test_case_never_changes_tokens(text: str) -> None:
    assert tokens(text.upper()) == tokens(text) == tokens(text.lower())


@given(st.text(st.sampled_from("aåçñéÅαάώΐяйёçẫ한국어が゙パ - "), max_size=20))
@example("άα αά ώ")
def test_how_accents_are_stored_changes_no_words(text: str) -> None:
    assert forms(unicodedata.normalize("NFD", text)) == forms(unicodedata.normalize("NFC", text))


@given(TEXT)
def test_tokens_stand_in_order_and_in_their_place(text: str) -> None:
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    for before, after in itertools.pairwise(found):
        assert before.end <= after.start or (before.start, before.end) == (after.start, after.end)
    assert [token.form for token in found] == forms(text)
    assert [token.stem for token in found] == stems(text)
    for token in found:
        assert token.form in forms(text[token.start : token.end]), "a token read alone is itself"


@given(TEXT)
def test_a_form_reads_as_itself(text: str) -> None:
    for form in forms(text):
        assert forms(form) == [form]


@given(st.one_of(TEXT, st.text(st.sampled_from("aZ9-'+# é"), max_size=120)))
@example("Fast, Small (and Loud): 3D-Models!")
@example("GPT-4's Case, C++ and F#")
@example("long " * 30)
@example("a" * 101)
def test_forms_run_together_are_those_with_nothing_between(text: str) -> None:
    assert run_together(text) == "".join(forms(text))


@given(TEXT)
def test_forms_and_stems_are_one_token_each_in_the_index(text: str) -> None:
    assert indexed(" ".join(forms(text))) == forms(text)
    assert indexed(" ".join(stems(text))) == stems(text)


def indexed(text: str) -> list[str]:
    """What SQLite's full-text index makes of a text, in order, with the tokenizer that the store uses."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE texts USING fts5(words, tokenize = 'ascii')")
        connection.execute("CREATE VIRTUAL TABLE found USING fts5vocab(texts, 'instance')")
        connection.execute("INSERT INTO texts VALUES (?)", (text,))
        return [term for (term,) in connection.execute("SELECT term FROM found ORDER BY offset")]
    finally:
        connection.close()


def unfindable(form: str) -> list[str]:
    """The beginnings of a form, from three letters on, that would not find it."""
    whole = stem(form)
    starts = (form[:size] for size in range(3, len(form) + 1))
    return [start for start in starts if not whole.startswith(start) and stem(start) != whole]


@given(st.one_of(WORDISH, WORDISH.map(lambda word: word + "s"), WORDISH.map(lambda word: word + "es")))
def test_every_beginning_finds_its_word(form: str) -> None:
    assert not unfindable(form)


def test_every_beginning_finds_the_exceptions() -> None:
    words = (
        "analyses automata buses children corpora crises criteria gases hypotheses matrices maxima minima optima "
        "phenomena spectra syntheses vertices women bias lens news this thus plus axis alias atlas canvas always sars "
        "mars adas mcts fly sky flies skies lms kgs vms relus gelus menus axes dies ties shes skys series species "
        "axis basis virus viruses consensus phases phase movies heroes caches cache classes boxes studies"
    ).split()
    for word in words:
        for form in (word, word + "s", word + "es", word.removesuffix("s")):
            assert not unfindable(form), form


@given(TEXT)
def test_every_beginning_finds_what_is_in_a_text(text: str) -> None:
    assert not [form for form in forms(text) if unfindable(form)]


@given(st.sampled_from("model agent library batch class phase analysis survey policy network cache proof".split()))
def test_a_plural_has_the_stem_of_its_singular(singular: str) -> None:
    ends = {"y": "ies", "h": "hes", "s": "ses"}
    irregular = {"analysis": "analyses", "survey": "surveys", "proof": "proofs"}
    base = singular[:-1] if singular[-1] in ends else singular
    plural = irregular.get(singular, base + ends.get(singular[-1], "s"))
    assert stem(plural) == stem(singular)


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(text, id=name)
        for name, text in {
            "lone surrogates": "a\ud800b\udfff" * 25_000,
            "NULs": "a\0b" * 33_000,
            "one long word": "x" * 100_000,
            "marks on a letter": "a" + "\u0301" * 100_000,
            "marks of two kinds": "\u0316\u0301" * 50_000,
            "marks on a Greek letter": "α" + "\u0345\u0301" * 50_000 + "α",
            "marks on a Thai letter": "เ" + "\u0e48" * 100_000,
            "apostrophes": "a'" * 50_000,
            "soft hyphens": "a\u00ad" * 50_000,
            "letters of two scripts": "aα" * 50_000,
            "parts of syllables": "\u1100" * 50_000 + "가" + "\u11a8" * 50_000,
            "letters that unfold": "ﷺ" * 30_000,
            "signs": "C#C++" * 20_000,
        }.items()
    ],
)
def test_hostile_text_is_read_at_once(hostile: str) -> None:
    started = time.process_time()
    found = tokens(hostile)
    assert forms(hostile) == [token.form for token in found]
    assert time.process_time() - started < 2
    assert all(len(token.form) < 2_000 for token in found), "longer ones would be cut by the index"


@given(st.characters())
def test_no_character_is_beyond_reading(character: str) -> None:
    for form in forms(f"a {character} b"):
        assert form
        assert not any(sign.isspace() or (sign.isascii() and not sign.isalnum()) for sign in form)


def test_a_mark_that_becomes_a_letter_is_no_word() -> None:
    assert forms("\u0345 \u0301") == []


@pytest.mark.shared
def test_on_real_papers() -> None:
    lines: list[str] = []
    for name in ("arxiv_cs_2025", "hf_daily_2024"):
        with gzip.open(shared("data/corpora") / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            lines += file
    seen: set[str] = set()
    for line in random.Random(7).sample(lines, 1_000):
        paper = json.loads(line)
        text = f"{paper['title']} {paper['abstract']}"
        found = tokens(text)
        assert found == sorted(found, key=lambda token: (token.start, token.end))
        seen.update(token.form for token in found)
        if len(text.upper()) == len(text) == len(text.lower()):
            assert [token.form for token in found] == forms(text.upper()) == forms(text.lower())
    assert not [form for form in seen if forms(form) != [form]]
    assert not [form for form in seen if unfindable(form)]
    everything = sorted(seen)
    assert indexed(" ".join(everything)) == everything
