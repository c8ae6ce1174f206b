"""GREEN-API: protocol and decoding without I/O, one transport, one client."""
