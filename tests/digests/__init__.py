"""Tests of what goes to whom, and when."""
