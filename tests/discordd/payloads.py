"""What there is, as Discord sends it."""

from __future__ import annotations

from tests.discordd.refusals import Json
from tests.discordd.world import DM, FORUM, THREADS, Guild, Member, Place, Role, User, World, iso

LONG_AGO = "2020-01-01T00:00:00+00:00"


def user(of: User) -> Json:
    return {
        "id": str(of.id),
        "username": of.name,
        "discriminator": "0",
        "global_name": of.name,
        "avatar": None,
        "bot": of.bot,
        "public_flags": 0,
    }


def member(of: Member) -> Json:
    return {
        "user": user(of.user),
        "nick": None,
        "roles": [str(role.id) for role in of.roles],
        "joined_at": LONG_AGO,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
    }


def role(of: Role) -> Json:
    return {
        "id": str(of.id),
        "name": of.name,
        "permissions": str(of.permissions),
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def place(of: Place, world: World) -> Json:
    if of.type == DM:
        there = [user(of.with_)] if of.with_ else []
        return {"id": str(of.id), "type": DM, "recipients": there, "last_message_id": None}
    assert of.guild
    said: Json = {
        "id": str(of.id),
        "type": of.type,
        "guild_id": str(of.guild.id),
        "name": of.name,
        "position": 0,
        "flags": of.flags,
        "nsfw": False,
        "parent_id": str(of.parent.id) if of.parent else None,
        "last_message_id": str(of.messages[-1].id) if of.messages else None,
        "rate_limit_per_user": 0,
    }
    if of.type in THREADS:
        archive = {
            "archived": of.archived,
            "locked": of.locked,
            "auto_archive_duration": 1440,
            "archive_timestamp": iso(),
            "create_timestamp": iso(),
        }
        said |= {
            "owner_id": str(world.bot.id),
            "message_count": len(of.messages),
            "member_count": 1,
            "total_message_sent": len(of.messages),
            "thread_metadata": archive,
            "applied_tags": of.applied,
        }
    else:
        said |= {
            "topic": None,
            "permission_overwrites": [
                {
                    "id": str(number),
                    "type": 1 if number in world.users else 0,
                    "allow": str(allow),
                    "deny": str(deny),
                }
                for number, (allow, deny) in of.overwrites.items()
            ],
        }
    if of.type == FORUM:
        said |= {"available_tags": of.tags, "default_reaction_emoji": None, "default_sort_order": None}
    return said


def guild(of: Guild, world: World, *, whole: bool = True) -> Json:
    """A guild, with its channels and people as GUILD_CREATE brings them."""
    said: Json = {
        "id": str(of.id),
        "name": of.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "owner_id": str(of.owner.id),
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role(each) for each in of.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "application_id": None,
        "system_channel_id": str(of.system.id) if of.system else None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "public_updates_channel_id": None,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "safety_alerts_channel_id": None,
    }
    if whole:
        places = list(of.places.values())
        me = of.members[world.bot.id]
        said |= {
            "joined_at": LONG_AGO,
            "large": False,
            "unavailable": False,
            "member_count": len(of.members),
            "members": [member(me)],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "channels": [place(each, world) for each in places if each.type not in THREADS],
            "threads": [place(each, world) for each in places if each.type in THREADS],
        }
    return said
