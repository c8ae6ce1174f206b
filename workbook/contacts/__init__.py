"""Pure: what a contact is, its phone and columns, who is who, what changed between lists."""
