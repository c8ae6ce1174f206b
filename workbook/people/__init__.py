"""Which ids are one person: only where the service says so, never because names are equal."""
