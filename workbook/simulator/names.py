"""The names of the made-up people, and ranges of phone numbers that nobody has; data only.

Numbers are from ranges kept for fiction (NANPA 555-01xx, Ofcom 7700 900, ACMA 491 570, ARCEP
6 39 98) or such as no plan assigns: a range of zeros behind the real calling code.
"""

from __future__ import annotations

import msgspec


class Region(msgspec.Struct, frozen=True):
    """Where people live and what they are called there.

    `range` follows the calling code and ends in so many free `digits`; `share` weighs how many
    live there; `saved_as` is what a phone book says instead of a name.
    """

    code: str
    range: str
    digits: int
    share: int
    first: tuple[str, ...]
    last: tuple[str, ...]
    saved_as: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        """Return what all numbers here begin with."""
        return self.code + self.range


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH = _words("Olivia Jack Amelia Harry Grace Noah Priya Liam Zoe Ethan Aisha Ruby")
_SURNAMES = _words("Smith Jones Taylor Brown O'Neill Walker Clarke Patel Evans Murphy Reid Shaw")

REGIONS = (
    Region(
        "49",
        "15100000",
        3,
        30,
        _words("Anna Lukas Käthe Jürgen Sophie Björn Mia Felix Lea Paul Jördis Emre"),
        _words("Berg Müller Schäfer Weiß Koch Vogt Yılmaz Krüger Lang Groß Busch Hahn"),
        ("Hausmeister", "Dr. Weiß (Kinderarzt)", "Oma"),
    ),
    Region("1", "20255501", 2, 10, _ENGLISH, _SURNAMES, ("Landlord", "Uncle Bob")),
    Region("1", "41655501", 2, 5, _ENGLISH, _SURNAMES),
    Region("44", "7700900", 3, 14, _ENGLISH, _SURNAMES, ("Mum ❤️", "Dad", "Plumber", "Taxi")),
    Region("61", "491570", 3, 4, _ENGLISH, _SURNAMES),
    Region(
        "33",
        "63998",
        4,
        12,
        _words("Camille Théo Zoé Hugo Chloé Noël Inès Jérôme Léa Gaël Maëlys Rémi"),
        _words("Lefèvre Dubois Moreau Garçon Fontaine Girard Béranger Roux Lemoine Caron"),
        ("Maman", "Boulangerie du coin"),
    ),
    Region(
        "7",
        "900000",
        4,
        24,
        _words("Анна Мария Ольга Екатерина Светлана Дарья Ирина Юлия Полина Наталья"),
        _words("Иванова Смирнова Кузнецова Попова Волкова Лебедева Новикова Морозова Зайцева"),
        ("Бабушка", "Сантехник Коля", "Такси"),
    ),
    Region(
        "7",
        "700000",
        4,
        6,
        _words("Айдар Нурлан Ержан Тимур Данияр Алихан Санжар Руслан"),
        _words("Ахметов Омаров Сулейменов Жумабаев Касымов Абдрахманов"),
    ),
    Region(
        "380",
        "00000",
        4,
        10,
        _words("Оксана Тарас Богдан Соломія Юрій Наталія Остап Леся"),
        _words("Шевченко Коваленко Бондаренко Ткачук Мельник Кравчук Їжакевич"),
    ),
    Region(
        "972",
        "50000",
        4,
        20,
        _words("נועה דוד תמר יוסי מיכל אבי שירה איתן רחל עומר"),
        _words("כהן לוי מזרחי פרץ ביטון אברהם פרידמן דהן שפירא"),
        ("אמא", "סבתא רחל", "חשמלאי"),
    ),
    Region(
        "20",
        "000000",
        4,
        6,
        _words("محمد فاطمة أحمد مريم يوسف ليلى عمر سارة"),
        _words("حسن المصري إبراهيم السيد عبدالله منصور"),
        ("أمي",),
    ),
    Region(
        "30",
        "000000",
        4,
        5,
        _words("Ελένη Μαρία Κατερίνα Σοφία Ιωάννα Χριστίνα"),
        _words("Παπαδοπούλου Γεωργίου Νικολάου Δημητρίου Οικονόμου"),
    ),
    Region(
        "55",
        "1190000",
        4,
        9,
        _words("João Maria José Luíza Antônio Conceição Thaís Caio Inês"),
        _words("Silva Souza Oliveira Gonçalves Araújo Magalhães Ramos"),
    ),
    Region(
        "81",
        "0000000",
        4,
        3,
        _words("さくら 陽翔 結衣 蓮 美咲 大輔"),
        _words("佐藤 鈴木 高橋 田中"),
    ),
    Region("86", "0000000", 4, 2, _words("伟 芳 娜 敏 静 磊"), _words("王 李 张 刘 陈")),
    Region(
        "91",
        "00000",
        5,
        4,
        _words("आरव प्रिया रोहन अनन्या विक्रम नेहा"),
        _words("शर्मा वर्मा गुप्ता सिंह नायर"),
    ),
)

EMOJI = _words("🌻 🔥 ✨ 🐝 😎 🎸 👩‍💻 🇧🇷 ☕ 🏄🏽‍♀️ 🦊 ❤️")
NOTES = ("(work)", "(gym)", "neighbour", "· school", "(old number)", "– flat 12", "dentist")
GROUPS = (
    *("Family", "Football ⚽ Tuesdays", "Class 4b parents", "Book club 📚", "Road trip 2026"),
    *("Flat share", "Grillen 🔥", "Elternbeirat", "WG Küche", "Les copains d'avant"),
    *("Дом 12, подъезд 3", "Работа", "Дача 🌻", "Мама, папа, я", "Сусіди", "Волейбол 🏐"),
    *("משפחה", "ועד הבית", "טיול שנתי", "العائلة", "زملاء العمل", "Οικογένεια", "Churrasco 🇧🇷"),
    *("家族", "同学会", "परिवार", "Marathon 🏃🏽‍♀️ 2027", 'R&D <core> "team"'),
)
HOSTILE = ("=1+1", "=cmd|'/C calc'!A0", "@SUM(1)", "+49 151 00000999", "-2+3+cmd|' /C calc'!A0")
