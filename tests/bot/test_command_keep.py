"""keep: several papers bookmarked at once, what is not here named, all of it taken back."""

from __future__ import annotations

from bot.commands import COMMANDS
from bot.commands.keep import COMMAND, MOST
from bot.mentioned import mentioned
from tests.bot.talk import BELA, Talk, cards, heading, labels, record, said


async def test_papers_that_a_message_mentions_are_bookmarked(stocked: Talk) -> None:
    names = mentioned("Read <https://arxiv.org/abs/2611.00001|this> and 2611.00003, not 2611.00001 again")
    answer = await stocked.ok(f"keep {' '.join(names)}")
    assert heading(answer) == "Bookmarked 2 papers"
    assert [paper["paper"] for paper in answer.data["kept"]] == ["p1", "p3"]
    assert labels(answer) == ["Undo", "All bookmarks"]
    assert set(cards(await stocked.ok("bookmarks"))) == {"p1", "p3"}
    assert cards(await stocked.ok("bookmarks", person=BELA)) == []


async def test_what_was_bookmarked_keeps_its_note_and_undo_leaves_it(stocked: Talk) -> None:
    await stocked.ok("bookmark p1 mine #tag")
    answer = await stocked.ok("keep p1 p2 P2 2611.00001")
    assert heading(answer) == "Bookmarked 1 paper"
    assert "bookmarked already" in said(answer)
    assert heading(await stocked.press(answer, "Undo")) == "The bookmarks are gone again"
    kept = (await stocked.ok("bookmarks")).data["bookmarks"]
    assert [(each["paper"], each["note"], each["tags"]) for each in kept] == [("p1", "mine", ["tag"])]
    assert labels(await stocked.ok("keep p1")) == ["All bookmarks"]  # nothing to undo


async def test_nobody_undoes_what_another_kept(stocked: Talk) -> None:
    answer = await stocked.ok("keep p1 p2")
    assert "somebody else's" in str((await stocked.press(answer, "Undo", person=BELA, manager=True)).data)


async def test_each_unknown_one_is_named_with_what_to_do(stocked: Talk) -> None:
    answer = await stocked.ok("keep arxiv:2611.99999 p1 whatever")
    assert [each["named"] for each in answer.data["unknown"]] == ["arxiv:2611.99999", "whatever"]
    assert "There is no paper arxiv:2611.99999 here. `submit https://arxiv.org/abs/2611.99999` brings it here." in said(
        answer
    )
    assert "“whatever” names no paper. Write its number" in said(answer)
    assert [paper["paper"] for paper in answer.data["kept"]] == ["p1"]


async def test_what_cannot_be_submitted_is_searched_for(stocked: Talk) -> None:
    desk = stocked.desk
    desk = type(desk)(desk.store, desk.new_id, commands={k: v for k, v in COMMANDS.items() if k != "submit"})
    answer = await COMMAND.run(desk, stocked.asked(), {"papers": "arxiv:2611.99999 p999"})
    assert "There is no paper arxiv:2611.99999 here. `search` finds" in said(answer)
    assert "There is no paper p999 here. `search` finds" in said(answer)


async def test_of_many_a_few_are_shown(stocked: Talk) -> None:
    ids = stocked.take([record(n, f"Graph {n}") for n in range(20, 40)])
    answer = await stocked.ok(f"keep {' '.join(ids)}")
    assert heading(answer) == "Bookmarked 20 papers"
    assert "and 10 more" in said(answer)
    assert len(answer.data["kept"]) == 20


async def test_more_than_can_be_looked_at_are_refused(stocked: Talk) -> None:
    assert "can be kept at once" in await stocked.fails("keep " + " ".join(f"p{n}" for n in range(MOST + 1)))
