"""Measurements that decide how things are done; `docs/decisions/` keeps what they said."""
