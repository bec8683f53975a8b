"""Messages of all kinds, with the texts that go wrong: for the tests of everything that shows messages."""

from __future__ import annotations

from itertools import zip_longest

from hypothesis import strategies as st

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
