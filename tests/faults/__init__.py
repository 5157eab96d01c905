"""Tests that break the system on purpose: a few of each in `make test`, many in `make torture`."""
