"""How long things may take at the ends of a connection, whichever server has it (pure)."""

GOING_AWAY = 1001  # RFC 6455, 7.4.1
# How long the end of a process waits for that to leave.
GOODBYE_TAKES_S = 0.2
# A reader that wakes up so long after it was told goodbye still finds what was sent before.
CLOSE_HANDSHAKE_TAKES_S = 30.0
# Both ways it is seen in time when a peer vanishes without a word.
PING_EVERY_S = 20.0
# Beyond what a reader may leave frames waiting: it does not answer pings meanwhile either, and
# shall be closed with the code that says what was wrong.
PONG_MARGIN_S = 30.0
# The end of a connection is noted in the database, which may be locked meanwhile.
END_TAKES_S = 60.0
# What pages and REST send is far below a kilobyte; results come over websockets.
MAX_BODY_BYTES = 1024 * 1024
# From the first byte of a request to its last.
REQUEST_TAKES_S = 60.0
SERVER_NAME = "fashionsite"
