"""A Discord to test against: a real server on loopback, REST v10 and gateway, that refuses as Discord does."""
