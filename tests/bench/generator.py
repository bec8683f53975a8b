"""As many papers as arXiv has, made of a few real ones: each a pure function of its place and the seed.

What is kept of the real ones is what search and matching feel. A generated paper's sentences come, spliced and with
words put in, from papers near one of them, so that words that belong together stand together. Words in next to no
real paper give way to words drawn from an endless list whose frequencies fall as those of words do, so that new ones
keep coming however many papers there are (Heaps' law). arXiv is eight subjects and the real papers are of one: in the
others all but the general words are spoken in a dialect. Authors come from an endless list likewise; days fall as
arXiv grew, linearly more each day since 1991.
"""

from __future__ import annotations

import multiprocessing
import random
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, islice

from domain.identifier import Identifier
from domain.paper import Record
from domain.words import stem

_PROCESSES, _CHUNK, _AHEAD = 2, 1_000, 24

FIRST, LAST = date(1991, 8, 14), date(2026, 9, 30)
_SUBJECTS: dict[str, tuple[float, tuple[str, ...]]] = {
    "cs": (0.36, ()),  # the categories of the real paper that one is like
    "math": (0.17, ("math.AG", "math.CO", "math.NT", "math.PR", "math.AP", "math-ph", "math.DG", "math.OC")),
    "cond-mat": (0.13, ("cond-mat.mtrl-sci", "cond-mat.str-el", "cond-mat.mes-hall", "cond-mat.stat-mech")),
    "astro-ph": (0.12, ("astro-ph.GA", "astro-ph.CO", "astro-ph.HE", "astro-ph.SR", "astro-ph.EP")),
    "hep": (0.11, ("hep-th", "hep-ph", "hep-ex", "hep-lat", "gr-qc", "nucl-th")),
    "physics": (0.05, ("physics.optics", "physics.flu-dyn", "physics.chem-ph", "physics.soc-ph")),
    "quant-ph": (0.04, ("quant-ph",)),
    "stat": (0.02, ("stat.ME", "stat.AP", "eess.SP", "q-bio.NC", "q-fin.ST")),
}
_GENERAL = 2_000  # words that all subjects share
_SELDOM = 3  # real papers: a word in no more is one of the endless list
_NEAR, _FELLOWS = 12, 60  # papers that one is mixed with, out of so many under each of its rarest words
# In a sentence: a word of the endless list, a number, the end; and what comes before all other words.
_COINED, _NUMBER, _END, _LAST = "\0", "\1", "\2", "\x1f"

# Of the endless lists: a larger first number makes the first words more alike in frequency, a larger second one more
# of the draws new. Words: 64,000 in 30,000 real papers, growing by their number to the power 0.58.
_WORDS, _PEOPLE = (3_000, 1.65), (60_000, 1.5)

_ONSETS = "b c d f g h k l m n p r s t v w z br ch cl cr dr fl gr kr ph pl pr qu sh sk sl sp st str th tr".split()
_VOWELS = "a e i o u a e i o ai ea ee io oo ou y".split()
_CODAS = ["", "", "", "", "n", "r", "l", "m", "s", "t", "ck", "nd", "rt", "x", "lm", "p"]
_ENDINGS = ["", "", "", "er", "ing", "ic", "al", "ity", "ion", "ive", "net", "ism", "ous", "ly", "oid", "former"]
_MARKS = re.compile(r"^\W+|\W+$")


@dataclass(slots=True)
class Model:
    """What is kept of the real papers, by their places."""

    seed: int
    titles: list[list[str]] = field(default_factory=list)
    sentences: list[list[list[str]]] = field(default_factory=list)
    contents: list[list[str]] = field(default_factory=list)  # the words that say what it is about
    categories: list[tuple[str, ...]] = field(default_factory=list)
    near: list[list[int]] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    family: list[str] = field(default_factory=list)
    dialects: list[dict[str, str]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)  # frequent words, to misspell
    shares: list[float] = field(default_factory=list)


def learn(records: Iterable[Record], seed: int = 1) -> Model:
    """Take from real papers what their like is made of."""
    listed = [record for record in records if len(record.abstract) > 200]
    found: Counter[str] = Counter()
    for record in listed:
        found.update(list(dict.fromkeys(_pieces(f"{record.title} {record.abstract}".lower()))))
    written = (word for record in listed for text in (record.title, record.abstract) for word in _pieces(text))
    kept = {word: _kept(word, found) for word in set(written)}
    general = {word for word, _ in found.most_common(_GENERAL)}
    model = Model(seed, known=[word for word, _ in found.most_common(6_000)[200:] if word.isalpha() and len(word) > 3])
    for record in listed:
        model.titles.append([kept[word] for word in _pieces(record.title)])
        said = [[kept[word] for word in _pieces(part)] for part in re.split(r"(?<=[.?!])\s", record.abstract)]
        model.sentences.append([part for part in said if len(part) > 3] or [model.titles[-1]])
        words = {word for part in said for word in part if word.lower() not in general and word > _LAST}
        model.contents.append(sorted(words) or ["data"])
        model.categories.append(record.categories or ("cs.CL",))
        for author in record.authors:
            first, _, last = author.rpartition(" ")
            model.given.append(first or "A.")
            model.family.append(last)
    model.near = _neighbours(model.titles, found)
    spoken = sorted({word for words in (*model.titles, *model.contents) for word in words if word > _LAST})
    foreign = [word for word in spoken if word.lower() not in general]
    model.dialects = [{}] + [
        {word: _dialect(word, number) for word in foreign if not word[0].isdigit()}
        for number in range(1, len(_SUBJECTS))
    ]
    model.shares = list(accumulate(share for share, _ in _SUBJECTS.values()))
    return model


def _pieces(text: str) -> list[str]:
    return [word for piece in text.split() if (word := _MARKS.sub("", piece))]


def _kept(word: str, found: Counter[str]) -> str:
    count = found[word.lower()]
    if any(sign.isdigit() for sign in word):
        return word if count > 20 else _NUMBER
    return word if count > _SELDOM else _COINED


def _neighbours(titles: Sequence[Sequence[str]], found: Counter[str]) -> list[list[int]]:
    # By the four rarest words of each title, of those that others have too.
    rarest = [
        sorted({word.lower() for word in title if word > _LAST}, key=lambda word: (found[word], word))[:4]
        for title in titles
    ]
    having: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(rarest):
        for word in words:
            having[word].append(number)
    near = []
    for number, words in enumerate(rarest):
        shared = Counter(other for word in words for other in having[word][:_FELLOWS])
        shared[number] += 9
        near.append([other for other, _ in shared.most_common(_NEAR)])
    return near


def _dialect(word: str, number: int) -> str:
    # One stem, one word: its plural stays a plural.
    low = word.lower()
    said = coined(int.from_bytes(stem(low).encode()[:12], "big") * 8 + number, plain=True)
    said += "s" if low.endswith("s") and stem(low) != low else ""
    return said.capitalize() if word[0].isupper() else said


@lru_cache(maxsize=200_000)
def coined(number: int, *, plain: bool = False) -> str:
    """The word of a number in the endless list: mostly plain, some acronyms, some capitals within."""
    mixed = (number * 0x9E3779B97F4A7C15 + 0x7F4A7C15) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 31)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 29
    mixed, way = divmod(mixed, 20)
    if way < 3 and not plain:
        size = 3 + mixed % 4
        return "".join("ABCDEFGHILMNOPRSTVAEIRSC"[(mixed >> 5 * at + 3) % 24] for at in range(size))
    word = ""
    for _ in range(2 if way < 18 else 3):
        mixed, onset = divmod(mixed, len(_ONSETS))
        mixed, vowel = divmod(mixed, len(_VOWELS))
        mixed, coda = divmod(mixed, len(_CODAS))
        word += _ONSETS[onset] + _VOWELS[vowel] + _CODAS[coda]
        if way < 6 and not plain and word.islower():
            word = word.capitalize()
    word += _ENDINGS[mixed % len(_ENDINGS)]
    return word if way >= 6 or plain else word[0] + word[1:-3] + word[-3:].capitalize()


def _drawn(dice: random.Random, law: tuple[int, float]) -> int:
    # From the Zipf-Mandelbrot law: a place in an endless list, the earlier the likelier.
    return int(law[0] * ((1.0 - dice.random()) ** -law[1] - 1.0))


def paper(model: Model, place: float, number: int) -> Record:
    """The paper of a number, which stands so far (0 to 1) between the first day and the last."""
    dice = random.Random(model.seed * 1_000_003 + number)
    day = FIRST + timedelta(days=int((LAST - FIRST).days * place**0.5))
    at = dice.random()
    subject = next(i for i, share in enumerate(model.shares) if at < share or i == len(model.shares) - 1)
    like = dice.randrange(len(model.titles))
    near = model.near[like]
    about = model.contents[like] + model.contents[dice.choice(near)]
    spoken = model.dialects[subject].get

    dealt = dice.random
    title = list(model.titles[like])
    for spot in dice.sample(range(len(title)), len(title) * 2 // 5 + 1):
        title[spot] = _COINED if dealt() < 0.12 else about[int(dealt() * len(about))]
    wanted = max(45, min(290, int(dice.gauss(165, 42))))
    words: list[str] = []
    while len(words) < wanted:
        said = model.sentences[near[int(dealt() * len(near))]]
        sentence = said[int(dealt() * len(said))][:]
        if dealt() < 0.5:
            other = model.sentences[near[int(dealt() * len(near))]]
            rest = other[int(dealt() * len(other))]
            sentence[len(sentence) // 2 :] = rest[len(rest) // 2 :]
        for _ in range(len(sentence) // 8):
            sentence[int(dealt() * len(sentence))] = about[int(dealt() * len(about))]
        words += sentence
        words.append(_END)
    named = _named(model, dice, title, spoken)
    cats = list(_SUBJECTS.values())[subject][1]
    chosen = tuple(dict.fromkeys(dice.choices(cats, k=1 + (dealt() < 0.4)))) if cats else model.categories[like]
    return Record(
        named[:1].upper() + named[1:],
        "arxiv",
        _named(model, dice, words, spoken).replace(f" {_END}", "."),
        authors=_authors(model, dice, place),
        categories=chosen,
        identifiers=(Identifier("arxiv", f"{day:%y%m}.{number % 100_000:05}"),),
        announced=day,
    )


def _named(model: Model, dice: random.Random, words: Sequence[str], spoken: Callable[[str, str], str]) -> str:
    said = [spoken(word, word) for word in words]
    return " ".join([word if word > _LAST else _drawn_word(model, dice, word) for word in said])


def _drawn_word(model: Model, dice: random.Random, word: str) -> str:
    if word == _END:
        return word
    if word == _NUMBER:
        whole = dice.randrange(1, 100)
        return f"{whole}.{dice.randrange(100)}" if dice.random() < 0.5 else str(whole)
    if dice.random() < 0.01:
        known = dice.choice(model.known)
        cut = dice.randrange(1, len(known))
        return known[: cut - 1] + known[cut:]
    return coined(_drawn(dice, _WORDS))


def _authors(model: Model, dice: random.Random, place: float) -> tuple[str, ...]:
    names = []
    for _ in range(min(40, 1 + int(dice.expovariate(1 / (1 + 3.2 * place))))):
        person = _drawn(dice, _PEOPLE)
        mixed = (person * 0x9E3779B97F4A7C15 + 12345) & 0xFFFFFFFFFFFFFFFF
        family = model.family[(mixed >> 24) % len(model.family)]
        if mixed % 9 == 0:
            family = coined(person + 7, plain=True).capitalize()
        names.append(f"{model.given[(mixed >> 7) % len(model.given)]} {family}")
    return tuple(dict.fromkeys(names))


def papers(model: Model, count: int, start: int = 0) -> Iterator[Record]:
    """So many papers by their days, from the one at `start`; made in processes of their own, some chunks ahead."""
    chunks = ((at, min(at + _CHUNK, count), count) for at in range(start, count, _CHUNK))
    with multiprocessing.get_context("fork").Pool(_PROCESSES, _models.append, (model,)) as pool:
        ahead = deque(pool.apply_async(_made, (chunk,)) for chunk in islice(chunks, _AHEAD))
        while ahead:
            yield from ahead.popleft().get()
            ahead.extend(pool.apply_async(_made, (chunk,)) for chunk in islice(chunks, 1))


_models: list[Model] = []  # of such a process: its one


def _made(chunk: tuple[int, int, int]) -> list[Record]:
    start, end, count = chunk
    return [paper(_models[-1], number / count, number) for number in range(start, end)]
