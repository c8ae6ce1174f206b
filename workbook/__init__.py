"""Contacts from GREEN-API into rows and files, without Excel."""

__version__ = "0.2.0"
