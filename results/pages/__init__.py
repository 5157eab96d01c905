"""What the pages show, put together for the templates; it knows no requests."""
