"""LibreOffice Calc: the extension, its office side, and an xlwings engine over what that can do."""

IDENTIFIER, FILE, SETTINGS = "org.getcontacts.calc", "GetContacts.oxt", "settings.json"
