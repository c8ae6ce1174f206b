"""What a formula becomes in another row: its relative references move along."""

from __future__ import annotations


def moved(formula: str, from_row: int, to_row: int) -> str:
    """Return what a formula becomes in another row; as it was where that cannot be told."""
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator, TranslatorError

    try:
        translator = Translator(formula, origin=f"A{from_row}")
        there, here = (translator.translate_formula(f"A{row}") for row in (from_row, to_row))
    except (TokenizerError, TranslatorError):
        return formula
    return here if there == formula else formula  # it loses names that hold a "!"
