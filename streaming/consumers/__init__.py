"""The server's ends of both sockets: thin shells around the messages, the flow and the database."""
