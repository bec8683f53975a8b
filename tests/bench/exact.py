"""What search is timed against: tantivy (https://github.com/quickwit-oss/tantivy), exact bm25 over the same words.

It gets the words as our index has them, so that both search for the same; title and authors weigh as ours do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import tantivy
from sqlalchemy import Connection, text

from db.places import number
from db.weigh import AUTHORS, TITLE

_FIELDS = ("title", "abstract", "authors")
_BOOSTS = {"title": TITLE, "authors": AUTHORS}
_HEAP = 512_000_000  # bytes that it gathers before it writes


class Exact:
    """Tantivy's index of a store, in a folder; made there if it is not yet."""

    def __init__(self, connection: Connection, folder: Path, progress: Callable[[int], object]) -> None:
        built = folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True)
        builder.add_unsigned_field("place", indexed=True, fast=True)
        for name in _FIELDS:
            builder.add_text_field(name, tokenizer_name="spaces")
        self._index = tantivy.Index(builder.build(), path=str(folder))
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("spaces", spaces)
        if not built:
            writer = self._index.writer(_HEAP)
            for at, *texts in _rows(connection):
                document = tantivy.Document()
                document.add_unsigned("number", number(at))
                document.add_unsigned("place", at)
                for name, said in zip(_FIELDS, texts, strict=True):
                    document.add_text(name, said)
                writer.add_document(document)
                progress(1)
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
        self._searcher = self._index.searcher()

    def best(self, said: str) -> list[int]:
        """The numbers of the ten best papers for a query in tantivy's own language, where words are analysed ones.

        A beginning is written `start*`, and has no relevance: tantivy counts every word of it alike.
        """
        if said.endswith("*"):
            found = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Should, tantivy.Query.regex_query(self._index.schema, name, f"{said[:-1]}.*"))
                    for name in _FIELDS
                ]
            )
        else:
            found = self._index.parse_query(said, list(_FIELDS), field_boosts=_BOOSTS, conjunction_by_default=True)
        hits = self._searcher.search(found, 10).hits
        return [self._searcher.doc(address)["number"][0] for _, address in hits]


def _rows(connection: Connection) -> Iterator[tuple[int, str, str, str]]:
    asked = text("SELECT rowid, title, abstract, authors FROM papers_fts ORDER BY rowid")
    for row in connection.execution_options(yield_per=5_000).execute(asked):
        yield row.rowid, row.title, row.abstract, row.authors
