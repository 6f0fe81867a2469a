"""Where blocks are kept: a folder on this disk and, when one is reachable, a Kubo daemon."""
