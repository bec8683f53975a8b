"""People of this Discord: they type, complete, press, choose, fill in, and see what they are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.discordd import limits, markdown
from tests.discordd.commands import CHAT, INTEGER, MESSAGE, SUBCOMMAND
from tests.discordd.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FIRST_SECONDS,
    MODAL,
    SUBMIT,
    Interaction,
)
from tests.discordd.refusals import Json
from tests.discordd.server import Discordd
from tests.discordd.world import Guild, Member, Place, Role, Stored, User

PATIENCE = 90.0  # seconds for what was promised, which only what never comes takes


@dataclass(eq=False, repr=False)
class Seen:
    """A message as somebody sees it."""

    stored: Stored

    @property
    def parts(self) -> list[Json]:
        """Its components, nested ones too."""
        return list(limits.walk(self.stored.data["components"]))

    @property
    def raw(self) -> list[str]:
        """Its texts in Markdown, top to bottom."""
        data = self.stored.data
        texts = [data["content"]] if data["content"] else []
        for embed in data["embeds"]:
            texts += [embed[name] for name in ("title", "description") if embed.get(name)]
            texts += [f"{field['name']}\n{field['value']}" for field in embed.get("fields") or []]
            texts += [(embed.get("footer") or {}).get("text") or ""]
        return [*texts, *(part["content"] for part in self.parts if part.get("type") == limits.DISPLAY)]

    @property
    def text(self) -> str:
        """What it reads as."""
        return "\n".join(markdown.read(each).text for each in self.raw)

    @property
    def links(self) -> list[str]:
        """Where one can go from it."""
        found = [link for each in self.raw for link in markdown.read(each).links]
        found += [embed["url"] for embed in self.stored.data["embeds"] if embed.get("url")]
        return [*found, *(part["url"] for part in self.parts if part.get("type") == limits.BUTTON and part.get("url"))]

    @property
    def buttons(self) -> list[Json]:
        """Its buttons that do something."""
        return [part for part in self.parts if part.get("type") == limits.BUTTON and part.get("custom_id")]

    @property
    def selects(self) -> list[Json]:
        """Its menus."""
        return [part for part in self.parts if part.get("type") in limits.SELECTS]

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons."""
        return [each.get("label") or "" for each in self.buttons]

    @property
    def private(self) -> bool:
        """Whether only one person sees it."""
        return self.stored.only is not None

    @property
    def files(self) -> dict[str, str]:
        """What hangs on it, by name."""
        return {each["filename"]: each["content"] for each in self.stored.data["attachments"]}


@dataclass(eq=False, repr=False)
class Told:
    """What somebody got for what they did."""

    of: Interaction

    @property
    def messages(self) -> list[Seen]:
        """Everything said, in order."""
        first = [self.of.original] if self.of.original and not self.of.deleted else []
        return [Seen(each) for each in (*first, *self.of.follow_ups)]

    @property
    def seen(self) -> Seen:
        """What was said last."""
        assert self.messages, f"nothing was said: {self.of.answer} {self.of.body}"
        return self.messages[-1]

    @property
    def text(self) -> str:
        """All of it, as it reads."""
        return "\n".join(each.text for each in self.messages)

    @property
    def modal(self) -> Json:
        """The form that was opened."""
        assert self.of.answer == MODAL, f"no form was opened: {self.of.answer} {self.text}"
        return self.of.body

    @property
    def fields(self) -> dict[str, Json]:
        """The form's inputs by their labels."""
        found = {}
        for each in self.modal["components"]:
            inner = each.get("component") or (each.get("components") or [None])[0]
            if inner:
                found[str(each.get("label") or inner.get("label"))] = inner
        return found

    async def until(self, right: Callable[[Told], object]) -> Told:
        """Wait until all that is still being said makes it right: a long answer comes in several messages."""
        async with asyncio.timeout(PATIENCE), self.of.changed:
            await self.of.changed.wait_for(lambda: right(self))
        return self

    def with_button(self, label: str) -> Seen:
        """The message among them that has this button."""
        found = [each for each in self.messages if label in each.labels]
        assert found, f"no {label} among {[each.labels for each in self.messages]}"
        return found[-1]


class UnansweredError(AssertionError):
    """The application did not respond."""


class Person:
    """Somebody at their client."""

    def __init__(self, server: Discordd, name: str) -> None:
        self.server = server
        self.user: User = server.world.user(name)

    @property
    def id(self) -> str:
        """What Paperround calls them, unless it says otherwise."""
        return f"discord:@me/{self.user.id}"

    def join(self, guild: Guild, permissions: int = 0) -> Person:
        """Become a member, perhaps with a role of one's own."""
        member = Member(self.user)
        guild.members[self.user.id] = member
        if permissions:
            role = Role(self.server.world.id(), self.user.name, permissions)
            guild.roles[role.id] = role
            member.roles.append(role)
        return self

    async def _do(self, interaction: Interaction, *, first_only: bool = False) -> Told:
        """Do it; returns once all that was promised is there."""
        server = self.server
        server.gateway.tell("INTERACTION_CREATE", server.interactions.payload(interaction), interaction.place.guild)
        async with interaction.changed:
            try:
                left = FIRST_SECONDS + 0.05 - (time.monotonic() - interaction.began)
                await asyncio.wait_for(interaction.changed.wait_for(lambda: interaction.answer), left)
            except TimeoutError:
                raise UnansweredError(f"{self.user.name}: {interaction.data} got no answer within 3 seconds") from None
            if not first_only:
                try:
                    await asyncio.wait_for(interaction.changed.wait_for(lambda: interaction.complete), PATIENCE)
                except TimeoutError:
                    raise UnansweredError(f"{self.user.name}: {interaction.data} was promised an answer") from None
        return Told(interaction)

    def _known(self, name: str, kind: int, place: Place) -> Json:
        found = next((each for each in self.server.commands if (each["name"], each["type"]) == (name, kind)), None)
        assert found, f"no command {name} among {[each['name'] for each in self.server.commands]}"
        contexts = found.get("contexts")
        assert contexts is None or (0 if place.guild else 1) in contexts, f"{name} is not offered here"
        needed = int(found.get("default_member_permissions") or 0)
        assert self.server.world.permissions(self.user, place) & needed == needed, f"{name} is not offered to them"
        return found

    def _filled(self, place: Place, verb: str, options: dict[str, Any], focused: str = "") -> Json:
        command = self._known("papers", CHAT, place)
        sub = next((each for each in command.get("options") or [] if each["name"] == verb), None)
        assert sub, f"no /papers {verb} among {[each['name'] for each in command.get('options') or []]}"
        assert sub["type"] == SUBCOMMAND
        known = {each["name"]: each for each in sub.get("options") or []}
        assert set(options) <= set(known), f"/papers {verb} takes {sorted(known)}, not {sorted(options)}"
        missing = {name for name, each in known.items() if each.get("required")} - set(options)
        assert focused or not missing, f"/papers {verb} needs {sorted(missing)}"
        given = []
        for name, value in options.items():
            wanted = known[name]
            if wanted.get("choices") and not focused:
                assert value in [choice["value"] for choice in wanted["choices"]], f"{value} is no choice of {name}"
            if not focused and isinstance(value, str):
                assert len(value) <= (wanted.get("max_length") or 6000), "the client would not take so long a text"
            assert wanted["type"] != INTEGER or isinstance(value, int) or focused
            given.append({"name": name, "type": wanted["type"], "value": value})
            if name == focused:
                given[-1]["focused"] = True
        return {
            "id": command["id"],
            "name": command["name"],
            "type": CHAT,
            "options": [{"name": verb, "type": SUBCOMMAND, "options": given}],
        }

    async def slash(self, place: Place, verb: str, **options: Any) -> Told:
        """Type `/papers verb` with its options filled in, as the client lets one."""
        data = self._filled(place, verb, options)
        return await self._do(self.server.interactions.make(COMMAND, self.user, place, data))

    async def complete(self, place: Place, verb: str, option: str, typed: str = "", **others: Any) -> list[Json]:
        """What the client offers while one types an option."""
        data = self._filled(place, verb, others | {option: typed}, focused=option)
        told = await self._do(self.server.interactions.make(AUTOCOMPLETE, self.user, place, data))
        choices: list[Json] = told.of.body.get("choices") or []
        return choices

    async def menu(self, place: Place, name: str, on: Stored) -> Told:
        """Use a message's context menu."""
        command = self._known(name, MESSAGE, place)
        data = {
            "id": command["id"],
            "name": name,
            "type": MESSAGE,
            "target_id": str(on.id),
            "resolved": {"messages": {str(on.id): on.data}},
        }
        return await self._do(self.server.interactions.make(COMMAND, self.user, place, data))

    async def press(
        self, place: Place, on: Seen | Stored, label: str, nth: int = 0, *, first_only: bool = False
    ) -> Told:
        """Press the nth button of a message with this label."""
        seen = on if isinstance(on, Seen) else Seen(on)
        assert seen.stored.only in {None, self.user}, "they do not see this message"
        there = [each for each in seen.buttons if each.get("label") == label]
        assert len(there) > nth, f"no {label} among {seen.labels}"
        assert not there[nth].get("disabled"), f"{label} is disabled"
        data = {"custom_id": there[nth]["custom_id"], "component_type": limits.BUTTON, "id": there[nth]["id"]}
        made = self.server.interactions.make(COMPONENT, self.user, place, data, seen.stored)
        return await self._do(made, first_only=first_only)

    async def choose(self, place: Place, on: Seen | Stored, label: str, menu: int = 0) -> Told:
        """Choose what begins so from a menu of a message."""
        seen = on if isinstance(on, Seen) else Seen(on)
        select = seen.selects[menu]
        values = [each["value"] for each in select["options"] if each["label"].startswith(label)]
        assert values, f"no {label} among {[each['label'] for each in select['options']]}"
        data = {
            "custom_id": select["custom_id"],
            "component_type": limits.SELECT,
            "id": select["id"],
            "values": values[:1],
        }
        return await self._do(self.server.interactions.make(COMPONENT, self.user, place, data, seen.stored))

    async def submit(self, told: Told, **values: str) -> Told:
        """Fill in a form by its labels (or custom ids) and send it; what is not named stays as it was."""
        components: list[Json] = []
        known = dict(values)
        for each in told.modal["components"]:
            inner = each.get("component") or (each.get("components") or [None])[0]
            if inner is None:
                continue
            label = str(each.get("label") or inner.get("label"))
            value = known.pop(label, known.pop(inner["custom_id"], None))
            filled: Json = {"type": inner["type"], "custom_id": inner["custom_id"], "id": len(components) + 50}
            if inner["type"] == limits.INPUT:
                filled["value"] = inner.get("value") or "" if value is None else value
                assert len(filled["value"]) <= (inner.get("max_length") or 4000)
                assert filled["value"] or inner.get("required") is False, f"{label} is required"
            else:
                chosen = [option["value"] for option in inner["options"] if option.get("default")]
                filled["values"] = chosen if value is None else [value]
            nested = {"component": filled} if each["type"] == limits.LABEL else {"components": [filled]}
            components.append({"type": each["type"], "id": len(components) + 1} | nested)
        assert not known, f"no {sorted(known)} in the form"
        data = {"custom_id": told.modal["custom_id"], "components": components, "resolved": {}}
        of = told.of
        return await self._do(self.server.interactions.make(SUBMIT, self.user, of.place, data, of.message))
