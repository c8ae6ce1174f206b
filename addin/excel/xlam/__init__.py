"""The add-in file GetContacts.xlam, built out of text on any system."""
