"""The server's side of a stream: datasets, wire format, session protocol, pacing, consumers."""
