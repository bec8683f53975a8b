"""One tree of errors. Each says what happened and what to do about it, in sentences for people."""


class PaperroundError(Exception):
    """Something a person can act on.

    `what` says what happened and where; `hint` says what to do, and may be empty.
    Neither ever holds a secret: both reach chats, terminals and logs.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} {self.hint}".strip()


class UsageError(PaperroundError):
    """What was asked cannot be understood: a wrong word, a missing argument, an unknown name."""


class QueryError(UsageError):
    """A query cannot be read.

    `start` and `end` are character positions in `text`, the query as it was given.
    """

    def __init__(self, what: str, hint: str, start: int, end: int, text: str = "") -> None:
        super().__init__(what, hint)
        self.start = start
        self.end = end
        self.text = text


class NotFoundError(PaperroundError):
    """What was named does not exist here."""


class NotAllowedError(PaperroundError):
    """The person may not do this in this channel."""


class UnreadableError(PaperroundError):
    """A file or a response cannot be read at all."""


class StoreError(PaperroundError):
    """The store cannot be opened, is busy for too long, or belongs to a newer version."""


class SettingsError(PaperroundError):
    """A setting is missing or cannot be read."""


class PlatformRefusedError(PaperroundError):
    """A platform does not take our token, or no longer."""
