"""Obtaining, writing and reading the pictures that are streamed."""
