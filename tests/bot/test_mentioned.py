"""Which papers a text mentions, however chats write links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mentioned import LONGEST, mentioned
from domain.identifier import identifier

SICI = "10.1002/(sici)1097-0142(19990815)86:4<693::aid>3.0.co;2-o"


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("nothing of the kind: p12 costs 1234.56, on 10.5 or 1.2.3", ()),
        ("see https://arxiv.org/abs/2402.16107.", ("arxiv:2402.16107",)),
        ("<https://arxiv.org/abs/2402.16107v2|FuseChat> <https://arxiv.org/pdf/2402.16108>", (7, 8)),
        ("[FuseChat](https://arxiv.org/abs/2402.16107), [b](<https://arxiv.org/abs/2402.16108>)", (7, 8)),
        (f"[a](https://doi.org/{SICI}) b", (f"doi:{SICI}",)),
        (f"(doi:{SICI}).", (f"doi:{SICI}",)),
        ("arXiv: 2402.16107 and arXiv:2402.16108v3[cs.CL]", (7, 8)),
        ("hep-th/9901001, math.GT/0309136", ("arxiv:hep-th/9901001", "arxiv:math/0309136")),
        ("2402.16107,2402.16108;10.5555/xyz123.", (7, 8, "doi:10.5555/xyz123")),
        ("**2402.16107** `2402.16108` _2402.16109_", (7, 8, 9)),
        ("https://openreview.net/forum?id=abcDEF123&noteId=x", ("openreview:abcDEF123",)),
        ("https://huggingface.co/papers/2402.16107 https://hf.co/papers/2402.16107", (7,)),
        ("请看https://arxiv.org/abs/2402.16107，很好", (7,)),
        ("https://arxiv.org/abs/2402.16107,https://arxiv.org/abs/2402.16108", (7, 8)),
        ("(see:https://arxiv.org/abs/2402.16107)", (7,)),
        ("2402.16108 2402.16107 https://arxiv.org/abs/2402.16108v9", (8, 7)),
        ("https://arxiv.org/list/cs.CL/recent https://arxiv.org/abs/240", ()),
    ],
)
def test_each_paper_once_in_order(text: str, papers: tuple[int | str, ...]) -> None:
    wanted = tuple(f"arxiv:2402.1610{paper}" if isinstance(paper, int) else paper for paper in papers)
    assert mentioned(text) == wanted


@given(
    st.lists(st.sampled_from([SICI, "arXiv:", "2402.16107", "<https://", "](", ")", "|", " ", "doi:", "x"])).map(
        "".join
    )
)
def test_whatever_it_finds_commands_can_take(text: str) -> None:
    found = mentioned(text)
    assert len(set(found)) == len(found)
    assert [str(identifier(each)) for each in found] == list(found)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "piece", ["](", "](a(", "<https://", "https://", "10.1000/", "arxiv: ", ",", "[" * 9, "a" * 99]
)
def test_a_long_text_takes_no_time(piece: str) -> None:
    mentioned(piece * LONGEST)
