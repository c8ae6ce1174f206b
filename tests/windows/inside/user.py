"""Inside Windows: the user is somebody else from now on, with folders of this name.

user.py NAME
"""

from __future__ import annotations

import sys
from pathlib import Path

assert sys.platform == "win32"

import winreg

EXPLORER = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"


def put(key: str, **values: str) -> None:
    """Write values of a user's key into the registry."""
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
        for name, value in values.items():
            winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)


profile = rf"C:\users\{sys.argv[1]}"
roaming, local = rf"{profile}\AppData\Roaming", rf"{profile}\AppData\Local"
for folder in (roaming, local):
    Path(folder).mkdir(parents=True, exist_ok=True)
put(EXPLORER, AppData=roaming, **{"Local AppData": local})
put("Volatile Environment", USERPROFILE=profile, APPDATA=roaming, LOCALAPPDATA=local)
