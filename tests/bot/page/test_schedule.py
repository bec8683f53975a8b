"""The schedule as a form, over the parser that reads the command."""

from __future__ import annotations

import pytest

from bot import forms
from domain.schedule import Schedule
from tests.bot.page.conftest import Visit
from tests.bot.page.site import HERE, Site
from tests.bot.page.visitor import expect

WRONG = {
    "days": "someday",
    "at": "25:00",
    "timezone": "Europe/Pariss",
    "wait": "nowhere",
    "until": "late",
    "limit": "0",
    "layout": "loud",
    "empty": "maybe",
}


async def test_a_schedule_is_changed_by_the_form(site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts")
    ada = await visit(site)
    await ada.page.get_by_role("link", name="Schedule").click()
    await expect(ada.page.get_by_label("Time", exact=True)).to_have_value("09:00")
    for day in ("Tue", "Thu", "Sat", "Sun"):
        await ada.page.get_by_label(day).uncheck()
    await ada.page.get_by_label("Time", exact=True).fill("18:30")
    await ada.page.get_by_label("Timezone").fill("America/New_York")
    await ada.page.get_by_label("Wait for a source").select_option("arxiv")
    await ada.page.get_by_label("… but not past").fill("20:00")
    await ada.page.get_by_label("Papers an edition, at most").fill("7")
    await ada.page.get_by_label("Layout").select_option("compact")
    await ada.page.get_by_label("On days with nothing").select_option("say")
    await ada.page.get_by_role("button", name="Keep this schedule").click()
    words = "mon,wed,fri 18:30 America/New_York wait arxiv until 20:00 limit 7 layout compact empty say"
    await expect(ada.entries.last).to_contain_text(words)
    assert (await site.say("schedule")).data["schedule"] == words
    await ada.page.get_by_role("link", name="Schedule").click()
    await expect(ada.page.get_by_label("Timezone")).to_have_value("America/New_York")
    await expect(ada.page.get_by_label("Mon")).to_be_checked()
    await expect(ada.page.get_by_label("Tue")).not_to_be_checked()


@pytest.mark.parametrize("field", sorted(WRONG))
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_changed(field: str, site: Site) -> None:
    await site.say("subscribe drafts")
    before = (await site.say("schedule")).data["schedule"]
    typed = forms.values(Schedule()) | {"limit": "7", "at": "10:10"} | {field: WRONG[field]}
    if field == "until":
        typed["wait"] = "arxiv"
    answer = await site.post(f"/schedule/{HERE}", typed)
    assert answer.status == 400
    assert answer.text.count('class="error"') == 1
    assert f'id="wrong-{field}"' in answer.text
    assert f'aria-describedby="wrong-{field}"' in answer.text
    assert 'value="7"' in answer.text or field == "limit"
    assert (await site.say("schedule")).data["schedule"] == before


async def test_what_was_typed_is_kept_beside_what_is_wrong(site: Site, visit: Visit) -> None:
    ada = await visit(site, f"/schedule/{HERE}")
    await ada.page.get_by_label("Timezone").fill("Europe/Pariss")
    await ada.page.get_by_label("Papers an edition, at most").fill("many")
    await ada.page.get_by_label("Layout").select_option("compact")
    await ada.page.get_by_role("button", name="Keep this schedule").click()
    await expect(ada.page.get_by_role("alert")).to_contain_text("2 things are to be mended")
    zone = ada.page.get_by_label("Timezone")
    await expect(zone).to_have_attribute("aria-invalid", "true")
    await expect(zone).to_have_value("Europe/Pariss")
    await expect(ada.page.locator("#wrong-timezone")).to_contain_text("Europe/Paris")
    await expect(ada.page.get_by_label("Papers an edition, at most")).to_have_value("many")
    await expect(ada.page.get_by_label("Layout")).to_have_value("compact")
    ada.complaints.clear()  # the browser says of every answer of this kind that it is one
    await zone.fill("Europe/Paris")
    await ada.page.get_by_label("Papers an edition, at most").fill("4")
    await ada.page.get_by_role("button", name="Keep this schedule").click()
    await expect(ada.entries.last).to_contain_text("limit 4 layout compact")


async def test_a_channel_is_paused_and_goes_on(site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts")
    ada = await visit(site, f"/schedule/{HERE}")
    await ada.page.get_by_label("Paused").check()
    await ada.page.get_by_role("button", name="Keep this schedule").click()
    await expect(ada.page.get_by_role("navigation", name="Channels")).to_contain_text("paused")
    await ada.go(f"/schedule/{HERE}")
    await ada.page.get_by_label("Paused").uncheck()
    await ada.page.get_by_role("button", name="Keep this schedule").click()
    await expect(ada.page.get_by_role("navigation", name="Channels")).to_contain_text("next digest")
