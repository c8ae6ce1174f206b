"""What became of the people from list to list: kept as versions, told as changes."""
