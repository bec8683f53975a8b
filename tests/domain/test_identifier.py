"""Identifiers in every spelling that people paste, and nothing else taken for one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifier import SCHEMES, Identifier, arxiv, doi, identifier

NEW = Identifier("arxiv", "2402.16107")
OLD = Identifier("arxiv", "hep-th/9901001")
MATH = Identifier("arxiv", "math/0309136")
KDD = Identifier("doi", "10.1145/3292500.3330701")
LANCET = Identifier("doi", "10.1016/s0140-6736(05)17709-5")
SICI = Identifier("doi", "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2")
REVIEW = Identifier("openreview", "aVh9KRZdRk")

SPELLINGS = {
    NEW: """
        2402.16107 2402.16107v3 arXiv:2402.16107 ARXIV:2402.16107v12 arxiv:2402.16107. [2402.16107] <2402.16107>
        "2402.16107", (arXiv:2402.16107) hf:2402.16107
        https://arxiv.org/abs/2402.16107 http://arxiv.org/abs/2402.16107v2 HTTPS://ARXIV.ORG/ABS/2402.16107
        https://www.arxiv.org/abs/2402.16107?context=cs.CL https://arxiv.org/abs/2402.16107#comments
        https://arxiv.org/pdf/2402.16107 https://arxiv.org/pdf/2402.16107v1.pdf#page=3 arxiv.org/pdf/2402.16107.pdf
        https://arxiv.org/html/2402.16107v1/ https://arxiv.org/html/2402.16107v1/x1.png arxiv.org/abs/2402.16107
        https://arxiv.org/format/2402.16107 https://arxiv.org/e-print/2402.16107 https://arxiv.org/src/2402.16107
        https://arxiv.org//abs/2402.16107 https://arxiv.org/abs/arXiv:2402.16107 https://export.arxiv.org/abs/2402.16107
        https://arxiv.org/abs/2402.16107. https://arxiv.org/abs/2402.16107), <https://arxiv.org/abs/2402.16107>
        <https://arxiv.org/abs/2402.16107|arxiv.org/abs/2402.16107> arxiv:https://arxiv.org/abs/2402.16107
        https://www.alphaxiv.org/abs/2402.16107v1 alphaxiv.org/overview/2402.16107 https://ar5iv.org/abs/2402.16107
        https://ar5iv.labs.arxiv.org/html/2402.16107 http://xxx.lanl.gov/abs/2402.16107
        https://huggingface.co/papers/2402.16107 huggingface.co/papers/2402.16107. https://hf.co/papers/2402.16107
        https://huggingface.co/papers/2402.16107#community <https://huggingface.co/papers/2402.16107|HF>
        10.48550/arXiv.2402.16107 doi:10.48550/arxiv.2402.16107v2 https://doi.org/10.48550/arXiv.2402.16107
    """.split(),
    OLD: """
        hep-th/9901001 HEP-TH/9901001v2 arXiv:hep-th/9901001 https://arxiv.org/abs/hep-th/9901001v1
        https://arxiv.org/pdf/hep-th/9901001.pdf https://doi.org/10.48550/arXiv.hep-th/9901001
    """.split(),
    MATH: """
        math/0309136 math.GT/0309136 arXiv:math.GT/0309136v2 https://arxiv.org/abs/math/0309136
        https://arxiv.org/abs/math.GT/0309136v1
    """.split(),
    KDD: """
        10.1145/3292500.3330701 doi:10.1145/3292500.3330701 DOI:10.1145/3292500.3330701. 10.1145/3292500.3330701,
        doi:https://doi.org/10.1145/3292500.3330701 https://doi.org/10.1145/3292500.3330701
        http://dx.doi.org/10.1145%2F3292500.3330701 doi.org/10.1145/3292500.3330701 www.doi.org/10.1145/3292500.3330701
        <https://doi.org/10.1145/3292500.3330701|ACM> https://dl.acm.org/doi/10.1145/3292500.3330701
        https://dl.acm.org/doi/abs/10.1145/3292500.3330701 https://dl.acm.org/doi/pdf/10.1145/3292500.3330701
        https://example.org/doi/10.1145/3292500.3330701/full https://example.org/doi/10.1145/3292500.3330701/abstract
        https://example.org/content/pdf/10.1145/3292500.3330701.pdf
        https://example.org/article/10.1145/3292500.3330701?ref=x#S1 https://example.org/doi/10.1145/3292500.3330701/
    """.split(),
    LANCET: """
        10.1016/S0140-6736(05)17709-5 (10.1016/S0140-6736(05)17709-5) https://doi.org/10.1016/S0140-6736(05)17709-5.
    """.split(),
    SICI: """
        10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2
        https://doi.org/10.1002/(SICI)1097-0258(19980815/30)17:15/16%3C1661::AID-SIM968%3E3.0.CO;2-2
    """.split(),
    Identifier("doi", "10.1101/2020.01.02.123456"): """
        https://www.biorxiv.org/content/10.1101/2020.01.02.123456v2
        https://www.medrxiv.org/content/10.1101/2020.01.02.123456v1.full.pdf
    """.split(),
    REVIEW: """
        openreview:aVh9KRZdRk OpenReview:aVh9KRZdRk https://openreview.net/forum?id=aVh9KRZdRk
        openreview.net/forum?id=aVh9KRZdRk&noteId=x https://openreview.net/pdf?id=aVh9KRZdRk.
        https://openreview.net/attachment?id=aVh9KRZdRk&name=x <https://openreview.net/forum?id=aVh9KRZdRk|x>
    """.split(),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [(text, expected) for expected, texts in SPELLINGS.items() for text in texts]
)
def test_spellings(text: str, expected: Identifier) -> None:
    assert identifier(text) == expected
    assert identifier(f"  {text}\n") == expected


def test_a_space_after_the_scheme() -> None:
    assert identifier("arXiv: 2402.16107") == NEW
    assert identifier("DOI: 10.1145/3292500.3330701") == KDD


@pytest.mark.parametrize(
    "text",
    """
        3.14159 1234.5678 2413.00001 2402.161 2402.161071 https://arxiv.org/abs/2402.161071 page/1234567 foo/0301001
        cs/0313001 https://arxiv.org/list/cs.CL/recent https://arxiv.org/ https://huggingface.co/models/2402.16107
        https://huggingface.co/papers/trending https://openreview.net/group?id=aVh9KRZdRk openreview:x
        https://openreview.net/forum https://openreview.net/forum?id=a/b https://doi.org/ https://doi.org/x 10.1/x
        10.1145/ doi:x https://example.org/a https://example.org/doi/10.1145 https://[bad http:// www. arXiv: hf: doi:
        https://notarxiv.org/abs/2402.16107 word title:x p12 -2402.16107 10.1000/a"b
    """.split(),
)
def test_what_is_none(text: str) -> None:
    assert identifier(text) is None


def test_an_empty_text_is_none() -> None:
    assert identifier("") is identifier(" ") is None


def test_one_scheme_at_a_time() -> None:
    assert arxiv(" math.GT/0309136v1 ") == MATH
    assert arxiv("10.48550/arXiv.2402.16107") is None
    assert doi("10.48550/arXiv.2402.16107") == NEW
    assert doi("10.48550/arXiv.other") == Identifier("doi", "10.48550/arxiv.other")
    assert doi("2402.16107") is None


def test_pages() -> None:
    assert {identifier_.url for identifier_ in (NEW, KDD, REVIEW, Identifier("hf", "2402.16107"))} == {
        "https://arxiv.org/abs/2402.16107",
        "https://doi.org/10.1145/3292500.3330701",
        "https://openreview.net/forum?id=aVh9KRZdRk",
        "https://huggingface.co/papers/2402.16107",
    }
    assert set(SCHEMES) == {"arxiv", "doi", "openreview", "pmid", "hf"}


@pytest.mark.parametrize("expected", SPELLINGS)
def test_what_it_shows_reads_as_itself(expected: Identifier) -> None:
    assert identifier(str(expected)) == expected
    assert identifier(expected.url) == expected


HOSTILE = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            "https:// www. arxiv.org/abs/ doi.org/ openreview.net/forum?id= 10.1145/ 2402.16107 hep-th/9901001 ( ) . "
            "%2F %ff | < > [ ] arXiv: doi: \ud800 \0 v1 ? # & = \" '".split()
        ),
        max_size=8,
    ).map("".join),
)


@given(HOSTILE)
def test_any_text_is_an_identifier_or_none(text: str) -> None:
    found = identifier(text)
    if found:
        assert found.scheme in SCHEMES
        assert found.value
        assert not any(sign.isspace() or sign == '"' for sign in found.value)
        assert identifier(str(found)) == found


@pytest.mark.parametrize(
    "hostile", ["(", ")", ".", "10.1145/", "10.1234.", "/", "https://arxiv.org/abs/", "v1", "%28", "?id="]
)
def test_hostile_text_is_read_at_once(hostile: str) -> None:
    started = time.process_time()
    identifier(hostile * 50_000)
    identifier("https://example.org/10.1145/" + hostile * 50_000)
    assert time.process_time() - started < 2
