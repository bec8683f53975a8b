"""People in a workspace: they type, press, submit and look, and the app hears of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from tests.slackd import screen, views
from tests.slackd.doing import Doing, told
from tests.slackd.envelopes import Envelope, Sending
from tests.slackd.hub import Hub, View
from tests.slackd.refused import Json
from tests.slackd.screen import Control
from tests.slackd.typed import as_stored, shared
from tests.slackd.world import Member, Post, Room, Team, new_id


class Workspace:
    """A team, with ways to change it as its admins do."""

    def __init__(self, hub: Hub, sending: Sending, web: aiohttp.ClientSession, team: Team) -> None:
        self.hub, self.sending, self.web, self.team = hub, sending, web, team

    def person(self, name: str, timezone: str = "Europe/Paris", *, guest: bool = False, admin: bool = False) -> Person:
        """Somebody new."""
        member = Member(new_id("U"), name, timezone, guest=guest, admin=admin)
        self.team.members[member.id] = member
        return Person(self, member)

    def room(self, name: str, *people: Person, bot: bool = True, private: bool = False) -> Room:
        """A new channel with these people, and the bot unless told otherwise."""
        members = {each.member.id for each in people} | ({self.team.bot.id} if bot else set())
        made = Room(new_id("C"), name, members, private)
        self.team.rooms[made.id] = made
        return made

    def channel(self, room: Room) -> str:
        """How the product calls a channel."""
        return f"slack:{self.team.id}/{room.id}"

    def event(self, kind: str, **more: Any) -> Envelope | None:
        """Something happened, such as a channel being archived; see the methods below for what it changes."""
        return self.sending.event(self.team.id, {"type": kind, **more})

    def archive(self, room: Room) -> None:
        room.archived = True
        self.event("group_archive" if room.private else "channel_archive", channel=room.id, user="UADMIN")

    def unarchive(self, room: Room) -> None:
        room.archived = False
        self.event("group_unarchive" if room.private else "channel_unarchive", channel=room.id, user="UADMIN")

    def rename(self, room: Room, name: str) -> None:
        room.name = name
        kind = "group_rename" if room.private else "channel_rename"
        self.event(kind, channel={"id": room.id, "name": name, "created": 1_700_000_000})

    def make_private(self, room: Room) -> None:
        """Slack tells nobody."""
        room.private = True

    def delete(self, room: Room) -> None:
        room.deleted = True
        self.event("group_deleted" if room.private else "channel_deleted", channel=room.id)

    def invite(self, room: Room) -> None:
        """The bot joins."""
        room.members.add(self.team.bot.id)
        kind = "G" if room.private else "C"
        self.event(
            "member_joined_channel", user=self.team.bot.id, channel=room.id, channel_type=kind, team=self.team.id
        )

    def remove(self, room: Room) -> None:
        """The bot is taken out of a channel."""
        room.members.discard(self.team.bot.id)
        self.event("group_left" if room.private else "channel_left", channel=room.id)

    def revoke(self) -> None:
        """The bot's token is good for nothing any more."""
        self.team.revoked.add(self.team.token)
        self.event("tokens_revoked", tokens={"oauth": [], "bot": [self.team.bot.id]})

    def uninstall(self) -> None:
        """The app is removed."""
        self.team.revoked.add(self.team.token)
        self.event("tokens_revoked", tokens={"oauth": [], "bot": [self.team.bot.id]})
        self.event("app_uninstalled")

    async def settled(self) -> None:
        """Wait until the app heard everything."""
        await self.sending.settled()


@dataclass
class Person:
    """Somebody in a workspace."""

    workspace: Workspace
    member: Member

    @property
    def id(self) -> str:
        return self.member.id

    @property
    def hub(self) -> Hub:
        return self.workspace.hub

    @property
    def team(self) -> Team:
        return self.workspace.team

    def sees(self, room: Room) -> list[Post]:
        """What the channel shows this person, threads included, in order."""
        return [post for post in room.posts if not post.deleted and post.only_for in {"", self.id}]

    async def waits(self, room: Room, fits: Callable[[Post], bool] = lambda _: True, after: str = "0") -> Post:
        """The first message of the channel that fits, as soon as it is there."""
        return await self.hub.changes.until(
            lambda: next((post for post in self.sees(room) if post.ts > after and fits(post)), None),
            what=f"a message to {self.member.name} in {room.name or room.id}",
        )

    # What people do

    def types(self, room: Room, text: str, command: str = "/papers") -> Doing:
        """A slash command, in the channel itself: Slack runs none in threads."""
        known = {each["command"]: each for each in self.hub.manifest["features"].get("slash_commands", [])}
        assert command in known, f"{command} is none of {sorted(known)}"
        made = self.hub.interaction(self.team, self.member, room)
        payload = {
            "token": "not-used-any-more",
            "team_id": self.team.id,
            "team_domain": self.team.name,
            "channel_id": room.id,
            "channel_name": "directmessage" if room.of else "privategroup" if room.private else room.name,
            "user_id": self.id,
            "user_name": self.member.name,
            "command": command,
            "text": as_stored(text) if known[command].get("should_escape") else text,
            "api_app_id": self.hub.app_id,
            "is_enterprise_install": "false",
            "response_url": self.hub.response_url(made),
            "trigger_id": made.trigger,
        }
        envelope = self.workspace.sending.send("slash_commands", payload, f"{command} {text[:60]}", accepts=True)
        return Doing(self.workspace.hub, made, envelope)

    def presses(self, where: Post | View, label: str, nth: int = 0) -> Doing:
        """A button, or an entry of a menu, by the words on it."""
        blocks = where.blocks if isinstance(where, Post) else where.data["blocks"]
        return self._acts(where, screen.find(blocks, label, nth), label)

    def enters(self, view: View, label: str, value: Any) -> Doing | None:
        """Something into a field of a view. The app hears of it at once only if the field says so."""
        control = screen.find(view.data["blocks"], label)
        name = control.element.get("action_id", "made-up")
        view.state.setdefault(control.block["block_id"], {})[name] = screen.entered(control, value)
        if control.block["type"] != "input" or control.block.get("dispatch_action"):
            return self._acts(view, control, value)
        return None

    def submits(self, view: View) -> Doing:
        """The modal's button below. What the app replies is done: errors at the fields, another view, or closing."""
        made = self.hub.interaction(self.team, self.member)
        payload = {
            **told(self.hub, made),
            "type": "view_submission",
            "view": self._view(view),
            "response_urls": [],
        }
        envelope = self.workspace.sending.send("interactive", payload, "a modal submitted", accepts=True)
        return Doing(self.hub, made, envelope, view)

    def closes(self, view: View) -> None:
        """The modal, without submitting it."""
        stack = self.hub.modals[self.team.id, self.id]
        stack.remove(view)
        if view.data.get("notify_on_close"):
            made = self.hub.interaction(self.team, self.member)
            payload = {**told(self.hub, made), "type": "view_closed", "view": self._view(view), "is_cleared": False}
            self.workspace.sending.send("interactive", payload, "a modal closed")

    def shortcut(self, callback: str, room: Room, post: Post) -> Doing:
        """A message's shortcut, from the menu beside it."""
        self._known(callback, "message")
        made = self.hub.interaction(self.team, self.member, room, post)
        payload = {
            **told(self.hub, made),
            "type": "message_action",
            "action_ts": self.hub.new_ts(),
            "callback_id": callback,
            "channel": {"id": room.id, "name": room.name},
            "message_ts": post.ts,
            "message": post.to_json(),
            "response_url": self.hub.response_url(made),
        }
        made.origin = None  # it is not the app's message that this would replace
        return Doing(self.hub, made, self.workspace.sending.send("interactive", payload, f"the shortcut {callback}"))

    def _known(self, callback: str, kind: str) -> None:
        there = [s["callback_id"] for s in self.hub.manifest["features"].get("shortcuts", []) if s["type"] == kind]
        assert callback in there, f"no shortcut {callback} among {there}"

    def opens_home(self) -> Envelope | None:
        """The app's Home."""
        room = self.team.direct(self.id)
        view = self.hub.homes.get((self.team.id, self.id))
        more = {"view": views.to_json(self.hub, view)} if view else {}
        return self.workspace.event("app_home_opened", user=self.id, channel=room.id, tab="home", **more)

    def says(self, room: Room, text: str, thread: str = "") -> Post:
        """A message, typed into a channel, a thread, or to the bot itself."""
        post = Post(self.hub.new_ts(), room.id, self.id, as_stored(text), thread_ts=thread)
        room.posts.append(post)
        about: Json = {"user": self.id, "text": post.text, "ts": post.ts, "channel": room.id, "team": self.team.id}
        about["event_ts"] = post.ts
        if thread:
            about["thread_ts"] = thread
        bot = self.team.bot.id
        if room.of:
            self.workspace.event("message", channel_type="im", **about)
        elif bot in room.members:
            self.workspace.event("message", channel_type=room.kind.removesuffix("s"), **about)
            if f"<@{bot}>" in post.text:
                self.workspace.event("app_mention", **about)
        self._links(room, post)
        return post

    def mentions(self, room: Room, text: str, thread: str = "") -> Post:
        """The bot, with some words after its name."""
        return self.says(room, f"<@{self.team.bot.id}> {text}", thread)

    def _links(self, room: Room, post: Post) -> None:
        links = shared(post.text, self.hub.manifest.get("features", {}).get("unfurl_domains", []))
        if links:
            self.workspace.event(
                "link_shared",
                user=self.id,
                channel=room.id,
                is_bot_user_member=self.team.bot.id in room.members,
                message_ts=post.ts,
                unfurl_id=f"{room.id}-{post.ts}",
                source="conversations_history",
                links=links,
            )

    @property
    def home(self) -> View | None:
        """The Home as it was last shown."""
        return self.hub.homes.get((self.team.id, self.id))

    @property
    def modal(self) -> View | None:
        """The modal on top."""
        stack = self.hub.modals.get((self.team.id, self.id))
        return stack[-1] if stack else None

    def _view(self, view: View) -> Json:
        return views.to_json(self.hub, view) | {
            "state": {"values": screen.state(view.data["blocks"], view.state)},
        }

    def _acts(self, where: Post | View, control: Control, value: Any) -> Doing:
        post = where if isinstance(where, Post) else None
        room = self.team.rooms[post.channel] if post else None
        made = self.hub.interaction(self.team, self.member, room, post)
        payload = {
            **told(self.hub, made),
            "type": "block_actions",
            "actions": [screen.action(control, value, self.hub.new_ts())],
        }
        if post and room:
            container = {"type": "message", "message_ts": post.ts, "channel_id": room.id}
            if post.thread_ts:
                container["thread_ts"] = post.thread_ts
            payload |= {
                "container": {**container, "is_ephemeral": bool(post.only_for)},
                "channel": {"id": room.id, "name": "directmessage" if room.of else room.name},
                "state": {"values": screen.state(post.blocks, {})},
                "response_url": self.hub.response_url(made),
            }
            if not post.only_for:
                payload["message"] = post.to_json()
        elif isinstance(where, View):
            payload |= {"container": {"type": "view", "view_id": where.id}, "view": self._view(where)}
        name = f"the button {control.label!r}"
        return Doing(self.hub, made, self.workspace.sending.send("interactive", payload, name))

    async def installs(self, address: str) -> tuple[int, str]:
        """The app into this workspace, beginning at the app's own page; returns where that ended, and what it said."""
        cookies = {"person": f"{self.team.id}/{self.id}"}
        # As browsers do, which take loopback to be as safe as https.
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(address).origin())
        async with aiohttp.ClientSession(cookies=cookies, cookie_jar=jar) as browser:
            async with browser.get(address) as page:
                status, text = page.status, await page.text()
                wanted = str(page.url)
            link = re.search(r'href="([^"]*/oauth/v2/authorize[^"]*)"', text)
            if status == 200 and link and "/oauth/v2/authorize" not in wanted:
                async with browser.get(link[1].replace("&amp;", "&")) as page:
                    status, text = page.status, await page.text()
            return status, text
