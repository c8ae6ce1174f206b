"""Inside Windows: print what the Credential Locker keeps, as JSON: [target, user, secret] each."""

from __future__ import annotations

import json
import sys

assert sys.platform == "win32"

import pywintypes
import win32cred

try:
    kept = win32cred.CredEnumerate(None, 0)
except pywintypes.error:  # it keeps nothing
    kept = []
secrets = (each["CredentialBlob"].decode("utf-16-le") for each in kept)
print(json.dumps([[each["TargetName"], each["UserName"], next(secrets)] for each in kept]))
