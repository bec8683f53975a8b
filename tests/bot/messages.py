"""Messages of all kinds, with the texts that go wrong: for the tests of everything that shows messages."""

from __future__ import annotations

from itertools import zip_longest

from hypothesis import strategies as st
from msgspec import structs

from domain.message import Actions, Bars, Block, Button, Card, File, Heading, Line, Listing, Message, Note, Span, line

NASTY = (
    "<script>alert(1)</script>",
    "</h3></article>\"'><img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp;amp; &#60;",
    "\x1b[2J\x1b]8;;http://evil.example\x1b\\",
    "\x9b31m\x07\x08\x00",
    "\u202etxt.exe\u2066\u2069",
    "[bold red]not bold[/bold red] :smile:",
    "two\r\nlines\u2028three\x85four\n\n",
    "推理模型的扩展",
    "عنوان",
    "e\u0301" * 5,
    "\ud800",
    "a\tb",
    "$ rm -rf /",
    "",
)
URLS = (
    "https://arxiv.org/abs/2610.01234",
    'HTTP://example.org/?a=1&b="<2>"#\'',
    "https://doi.org/10.1002/(sici)1097<693::aid>3.0.co;2-o",
    "https://example.org/\x1b]8;;\x07 \u202e{\\}",
    "https://例え.example/道",
    "javascript:alert(1)",
    " \x01javascript:alert(1)//https://ok.example",
    "data:text/html,<script>1</script>",
    "//example.org",
    "https://",
    "",
)
BYTES = st.characters()
texts = st.one_of(st.sampled_from(NASTY), st.text(BYTES, max_size=30), st.text(max_size=200))
words = st.text(BYTES, max_size=12) | st.sampled_from(NASTY)
urls = st.sampled_from(URLS) | texts.map(lambda text: f"https://{text}") | texts
styles = st.sampled_from(("plain", "strong", "mark", "code", "quiet", 'x" onclick="'))
spans = st.builds(Span, texts, styles, st.just("") | urls)
lines: st.SearchStrategy[Line] = st.lists(spans, max_size=3).map(tuple)
buttons = st.lists(
    st.builds(Button, words, words, st.sampled_from(("plain", "primary", "danger", '"x'))), max_size=3
).map(tuple)
BLOCKS: dict[type[Block], st.SearchStrategy[Block]] = {
    Heading: st.builds(Heading, texts),
    Note: st.builds(Note, lines, st.booleans()),
    Listing: st.builds(Listing, st.lists(lines, max_size=3).map(tuple)),
    Card: st.builds(
        Card,
        paper=words,
        title=lines,
        url=urls,
        byline=texts,
        facts=st.lists(words, max_size=3).map(tuple),
        text=lines,
        matched=st.lists(words, max_size=3).map(tuple),
        buttons=buttons,
        menu=buttons,
        compact=st.booleans(),
    ),
    Bars: st.builds(Bars, texts, st.lists(st.integers(-3, 10**7), max_size=60).map(tuple)),
    Actions: st.builds(Actions, buttons),
    File: st.builds(File, words, words, texts),
}
# One message with each of these texts in every place that takes one.
ODD = [
    Message.of(
        Heading(text),
        Note(line(Span(text, "quiet", url))),
        Listing((line(Span(text, text, url)),)),
        Card(
            text,
            line(text),
            url,
            text,
            (text,),
            line(text),
            (text,),
            (Button(text, text, text),),
            (Button(text, text),),
        ),
        Bars(text, (1,)),
        Actions((Button(text, text),)),
        File(text, text, text),
    )
    for text, url in zip_longest(NASTY, URLS, fillvalue="")
]
messages = st.sampled_from(ODD) | st.lists(st.one_of(*BLOCKS.values()), max_size=5).map(
    lambda blocks: Message(tuple(blocks))
)

CARD = Card(
    paper="p12",
    title=line("Sparse ", Span("diffusion", "mark"), " for [bold]long[/bold] <i>documents</i> & more"),
    url="https://arxiv.org/abs/2610.01234",
    byline="Ada Lovelace, Grace Hopper and 3 more",
    facts=("cs.CL", "2 Oct 2026", "▲ 42"),
    text=line("It edits a document with ", Span("diffusion", "mark"), ", a paragraph at a time. " * 6),
    matched=("diffusion", "language model"),
    buttons=(Button("Bookmark", "bookmark p12", "primary"),),
    menu=(Button("More like this", "similar p12"), Button("Why", "why p12")),
)
SAMPLES: dict[type[Block], tuple[Block, tuple[str, ...]]] = {
    Heading: (Heading("Papers of the morning"), ("Papers of the morning",)),
    Note: (Note(line("arXiv is late: ", Span("wait", "code"))), ("arXiv is late", "wait")),
    Listing: (Listing((line("1. diffusion"), line("2. agents"))), ("1. diffusion", "2. agents")),
    Card: (
        CARD,
        ("for [bold]long[/bold]", "Ada Lovelace", "▲ 42", "cs.CL", "language model", "bookmark p12", "why p12"),
    ),
    Bars: (Bars("2 a day, peak 5", (0, 1, 5)), ("2 a day, peak 5",)),
    Actions: (Actions((Button("12 more", "more 3 2"),)), ("12 more", "more 3 2")),
    File: (File("bookmarks.bib", "text/x-bibtex", "@misc{}"), ("bookmarks.bib",)),
}
# What an edition says, its texts of the signs that some platform writes in more characters than one.
_marked = st.lists(
    st.builds(
        Span, st.text('ab 1-+.*_[]()<@#:/`\\\n"é推𝔛\u2028\x85\r\0', max_size=9), st.sampled_from(("plain", "mark"))
    ),
    max_size=6,
).map(tuple)
_cards = st.builds(
    Card,
    paper=st.sampled_from(("p1", "p2", "p34567")),
    title=_marked,
    url=st.sampled_from(URLS),
    byline=st.sampled_from(("", "Ada Lovelace et al.", *NASTY)),
    facts=st.sampled_from(((), ("cs.CL", "▲ 42", "late"))),
    text=_marked,
    matched=st.lists(st.sampled_from(("diffusion", '"two `words`"', "", "𝔛\r\n")), max_size=3).map(tuple),
    buttons=st.sampled_from(((), CARD.buttons, CARD.buttons * 2, (Button("Too long", "x" * 90),))),
    menu=st.sampled_from(((), CARD.menu, CARD.menu * 3)),
    compact=st.booleans(),
)
_notes = st.builds(Note, _marked, st.booleans())
_closing = st.sampled_from(((), (Actions((Button("Show 3 more", "edition 7 2"),)),)))
editions = st.builds(
    lambda heading, cards, notes, closing: Message((*heading, *cards, *notes, *closing)),
    st.sampled_from(((), (Heading("Papers for general · Monday"),))),
    st.lists(_cards, max_size=4),
    st.lists(_notes, max_size=2),
    _closing,
)


def _printed(*, compact: bool) -> Message:
    said = ("Sparse ", "diffusion", " for long (and *odd*) [documents]: 100% of them", "diffusion", "!")
    shown = tuple(Span(text, "mark" if text == "diffusion" else "plain") for text in said)
    more = structs.replace(
        CARD,
        title=shown,
        text=() if compact else (*shown, *CARD.text, Span(".")),
        buttons=CARD.buttons,
        compact=compact,
    )
    cards = (structs.replace(more, paper=f"p{n}", buttons=(Button("Bookmark", f"bookmark p{n}"),)) for n in range(4))
    return Message.of(Heading("Papers for general · Monday, 16 November 2026 · No. 7"), *cards)


# An edition in each layout.
PRINTED = [_printed(compact=False), _printed(compact=True)]

# What is easily reckoned too small: styles that touch, spans that begin a list, what is taken out, cut, led elsewhere,
# what no menu, no tag and no component is needed for, and numbers of two digits.
_BARE = structs.replace(CARD, text=())
TRAPS = [
    Message.of(structs.replace(_BARE, title=(Span("a", "mark"), Span("b", "mark")))),
    Message.of(structs.replace(_BARE, title=(Span("a"), Span("- b", "mark"), Span("c"), Span("1. d")))),
    Message.of(structs.replace(_BARE, title=(Span("a"), Span("\0- b"), Span("c\r"), Span("\nd")))),
    Message.of(structs.replace(_BARE, title=(Span(""), Span(" "), Span("", "mark")))),
    Message.of(
        structs.replace(_BARE, title=(Span("a", url=URLS[0]), Span("`b`", "code")), text=(Span("c", url=URLS[0]),))
    ),
    Message.of(structs.replace(_BARE, text=line("a", "\u2028\x85" * 9))),
    Message.of(structs.replace(_BARE, text=line("word " * 600))),
    Message.of(structs.replace(_BARE, matched=("term " * 700,), facts=("fact " * 700,))),
    Message.of(
        structs.replace(_BARE, url="", title=line("no [end"), matched=("`a`", "b\r\nc", ""), menu=CARD.menu * 3)
    ),
    Message.of(_BARE, Actions(()), Note(line("a"))),
    Message.of(_BARE, Note(()), Note(line("a"))),
    Message.of(
        Note(line("a")),
        structs.replace(_BARE, buttons=()),
        Note(line("b")),
        Actions((Button("c", "d"),)),
        Note(line("e")),
    ),
    Message.of(Actions((Button("a", "x" * 90),))),
    Message.of(*[_BARE] * 12),
    Message.of(*[structs.replace(_BARE, compact=True, title=line("a word " * 20))] * 12),
    Message.of(*[Card("", line("a"), "", compact=True)] * 101),
]
