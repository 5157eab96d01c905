"""Tests of the app access."""
