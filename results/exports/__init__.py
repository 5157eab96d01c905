"""What is taken away: files, what they say of themselves, and whether that still holds."""
