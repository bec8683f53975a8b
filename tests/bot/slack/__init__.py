"""Slack, as its people meet it: through a server that speaks its protocol (tests/slackd)."""
