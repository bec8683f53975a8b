"""What became of a message, by Slack's answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field

from domain.delivery import Outcome, Permanent, RetryAt, Sent, Unknown


class Reply(Struct, frozen=True):
    """What came back for a request: HTTP's status, the body, and the seconds to wait, if told.

    Without an answer `status` is None: `failed` says why, and `left` whether the request may have arrived.
    """

    status: int | None
    body: Mapping[str, Any] = field(default_factory=dict)
    retry_after: float | None = None
    failed: str = ""
    left: bool = True

    @property
    def ok(self) -> bool:
        """Whether Slack did what was asked."""
        return self.status == 200 and self.body.get("ok") is True

    @property
    def error(self) -> str:
        """Slack's word for what is wrong; empty where it has none."""
        return "" if self.ok else str(self.body.get("error") or "")


# docs.slack.dev/reference/methods/chat.postMessage#errors, and the common errors of all methods.
CHANNEL = {
    "channel_not_found": "the channel is gone, or private and I am not in it",
    "not_in_channel": "I am not in the channel",
    "is_archived": "the channel is archived",
    "channel_is_archived": "the channel is archived",
    "restricted_action": "the workspace does not let me post in the channel",
    "restricted_action_read_only_channel": "only some people may post in the channel",
    "restricted_action_thread_only_channel": "only replies may be posted in the channel",
    "restricted_action_non_threadable_channel": "no threads may be posted in the channel",
    "cannot_dm_bot": "this person is a bot",
    "user_not_found": "the person is not in the workspace",
    "user_disabled": "the person's account is closed",
    "user_not_visible": "I may not write to the person",
    "messages_tab_disabled": "direct messages to me are switched off in the app's settings",
    "ekm_access_denied": "the workspace's administrators have suspended posting",
    "team_access_not_granted": "the app has no access to the workspace",
    "team_not_found": "the workspace is gone",
    "mpim_not_found": "the group message is gone",
}
# The workspace does not know our token, or not for this.
REFUSED = {
    "invalid_auth": "Slack does not know the token",
    "not_authed": "Slack was given no token",
    "account_inactive": "the app was removed from the workspace",
    "token_revoked": "the token was revoked",
    "token_expired": "the token has expired",
    "missing_scope": "the app lacks a permission; install it again",
    "no_permission": "the token has not the permissions it needs",
    "not_allowed_token_type": "it is the wrong kind of token",
    "org_login_required": "the workspace is being moved",
    "access_denied": "Slack denies access",
    "app_missing_action_url": "the app is not set up for this",
    "team_added_to_org": "the workspace is being moved",
}
# Slack took it for good, and will not take it another time.
MALFORMED = frozenset(
    {
        *("invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text"),
        *("invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_form_data", "invalid_post_type"),
        *("metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema", "metadata_must_be_sent_from_app"),
        *("invalid_json", "json_not_object", "invalid_charset", "attachment_payload_limit_exceeded"),
        *("markdown_text_conflict", "unknown_method", "method_deprecated", "deprecated_endpoint"),
    }
)
# "It's possible some aspect of the operation succeeded before the error was raised."
PERHAPS = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_quota_exceeded"})
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


def outcome(reply: Reply, now: datetime) -> Outcome:
    """How the attempt ended: sent, to be tried again and when, never to be, or unknown until it is looked up."""
    if reply.status is None:
        return Unknown(reply.failed) if reply.left else RetryAt(reply.failed)
    error = reply.error
    if reply.status == 429 or error in LIMITED:
        wait = None if reply.retry_after is None else now + timedelta(seconds=reply.retry_after)
        return RetryAt("Slack asks to wait", wait)
    if reply.ok:
        return Sent(str(reply.body.get("ts", "")))
    if error in PERHAPS or (reply.status >= 500 and not error):
        return Unknown(f"Slack had an error of its own ({error or reply.status})")
    if error in CHANNEL or error in REFUSED:
        return Permanent((CHANNEL | REFUSED)[error], channel=True)
    if error in MALFORMED:
        return Permanent(f"Slack does not take the message ({said(reply)})")
    if reply.status == 200 and not error:
        return Unknown("Slack's answer cannot be read")
    # Whatever it is, Slack says that the message was not posted.
    return RetryAt(f"Slack answered {said(reply)}")


def said(reply: Reply) -> str:
    """The error with its details, in a few words."""
    details = reply.body.get("response_metadata")
    messages = details.get("messages") if isinstance(details, Mapping) else None
    more = "; ".join(map(str, messages[:3])) if isinstance(messages, list) else ""
    return f"{reply.error or reply.status}{f': {more}' if more else ''}"[:300]
