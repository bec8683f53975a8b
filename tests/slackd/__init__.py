"""A Slack to test against: a real server on loopback that speaks the real protocols, checks what it is sent, and fails
as the real one does when it is told to. The facts about Slack are those of docs.slack.dev.
"""
