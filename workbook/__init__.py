"""Contacts from GREEN-API into rows and files, without Excel."""
