"""Whom the simulated account of these tests knows."""

ANNA = {"id": "4915100000001@c.us", "name": "Anna", "contactName": "Anna Berg", "type": "user"}
BEN = {"id": "4915100000002@c.us", "name": "Ben", "contactName": "", "type": "user"}
CLUB = {"id": "120363043968066561@g.us", "name": "Football", "type": "group"}


ZOE = {"id": "4915100000009@c.us", "name": "Zoe", "type": "user"}


def row(contact: dict[str, str]) -> list[str]:
    return [contact["id"], contact["name"], contact.get("contactName", ""), contact["type"]]
