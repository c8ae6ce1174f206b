"""Inside Windows: have a file open until stdin ends.

hold.py FILE excel|alone|shared
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import win32con
import win32file

READ = win32con.FILE_SHARE_READ
SHARES = {
    "excel": READ,  # others may read the workbook
    "alone": 0,
    "shared": READ | win32con.FILE_SHARE_WRITE | win32con.FILE_SHARE_DELETE,  # as scanners do
}

path, how = sys.argv[1:]
access = win32con.GENERIC_READ | (0 if how == "shared" else win32con.GENERIC_WRITE)
held = win32file.CreateFile(path, access, SHARES[how], None, win32con.OPEN_EXISTING, 0, None)
print("held", flush=True)
sys.stdin.read()
