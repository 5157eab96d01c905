"""Tests; the naming rule is in docs/contributing.md."""
