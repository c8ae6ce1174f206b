"""GREEN-API: its protocol, a client for it, and a local stand-in."""
