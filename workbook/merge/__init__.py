"""Pure, for any spreadsheet: a table that is there and a new list become a plan."""
