"""Tests of the words every part shares."""
