"""What a person did, and how the app answered: by its acknowledgement, its response_url, or a view."""

from __future__ import annotations

from dataclasses import dataclass

from tests.slackd import chat, views
from tests.slackd.envelopes import Envelope
from tests.slackd.hub import Hub, Interaction, View
from tests.slackd.refused import Json, Refused
from tests.slackd.world import Post


def told(hub: Hub, made: Interaction) -> Json:
    """What every payload of an interaction says."""
    person, team = made.person, made.team
    return {
        "token": "not-used-any-more",
        "api_app_id": hub.app_id,
        "trigger_id": made.trigger,
        "team": {"id": team.id, "domain": team.name},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": team.id},
        "enterprise": None,
        "is_enterprise_install": False,
    }


@dataclass
class Doing:
    """Under way until the app answered."""

    hub: Hub
    made: Interaction
    envelope: Envelope
    view: View | None = None

    async def heard(self) -> Json:
        """Wait for the acknowledgement; what it says is shown to the person."""
        reply = await self.envelope.reply
        if self.view is not None:
            self._submitted(self.view, reply)
        elif reply.get("text") or reply.get("blocks"):
            self._answered(reply)
        return reply

    async def answer(self) -> Post:
        """The message that answers this, by the acknowledgement or the response_url."""
        await self.heard()
        return await self.hub.changes.until(self._message, what=f"an answer to {self.envelope.what}")

    async def modal(self) -> View:
        """The modal that opens by this."""
        await self.heard()
        return await self.hub.changes.until(self._modal, what=f"a modal after {self.envelope.what}")

    def _message(self) -> Post | None:
        rooms = [self.made.room] if self.made.room else []
        there = [post for room in rooms for post in room.posts if not post.deleted]
        return next((post for post in reversed(there) if post.asked == self.made.number), None)

    def _modal(self) -> View | None:
        stack = self.hub.modals.get((self.made.team.id, self.made.person.id), [])
        return next((view for view in stack if view.opened_by == self.made.number), None)

    def _answered(self, reply: Json) -> None:
        if self.made.room is None or any(post.asked == self.made.number for post in self.made.room.posts):
            return
        try:
            chat.checked(self.hub, reply)
        except Refused as no:
            self.hub.refuse("acknowledgement", no, reply)
            return
        only_for = "" if reply.get("response_type") == "in_channel" else self.made.person.id
        chat.show(self.hub, self.made.team, self.made.room, reply, only_for=only_for, asked=self.made.number)

    def _submitted(self, view: View, reply: Json) -> None:
        stack = self.hub.modals[self.made.team.id, self.made.person.id]
        try:
            self._shown(stack, view, reply)
        except Refused as no:
            self.hub.refuse("acknowledgement", no, reply)
        self.hub.changes.tell()

    def _shown(self, stack: list[View], view: View, reply: Json) -> None:
        match reply.get("response_action"):
            case None:
                stack[:] = [each for each in stack if each is not view]
            case "clear":
                stack.clear()
            case "errors":
                inputs = {block["block_id"] for block in view.data["blocks"] if block["type"] == "input"}
                if not reply.get("errors") or set(reply["errors"]) - inputs:
                    raise Refused("invalid_errors", f"{reply.get('errors')} for {sorted(inputs)}")
            case "update":
                views.replace(self.hub, view, views.checked(reply["view"]))
            case "push":
                data = views.checked(reply["view"])
                views.put(self.hub, self.made.team, self.made.person.id, data, self.made.number, push=True)
            case action:
                raise Refused("invalid_response_action", str(action))
