"""The platform that needs no account: channels inside the store itself."""
