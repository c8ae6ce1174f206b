"""The office side: LibreOffice's own Python runs it, with the standard library and uno alone.

The extension carries it as getcontacts_office, so its imports are relative. It is written for the
Python 3.8 of LibreOffice 7.4 and knows nothing of contacts.
"""
