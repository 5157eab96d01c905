"""What a result is, and how it is kept and shown."""
