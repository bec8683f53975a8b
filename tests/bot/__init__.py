"""Tests of what people meet."""
