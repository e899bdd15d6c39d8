"""What a rubrique may hold, by forme: cleaned before it is written, said before it is read.

``texte`` → str ; ``points`` → list of str ; ``choix`` → {"code", "precision"} ; ``choix_multiple`` → {"codes",
"precision"} ; ``nombre`` → {"valeur": int, or a decimal as text, "precision"} ; ``montants`` → list of {"libelle",
"montant", "taxes", "jours"} ; ``etapes`` → list of {"titre", "jours", "attendus", "methodes", "texte"} ; ``paroles`` →
list of {"qui", "texte"}. ``None``: nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from capitalisation.recits import plans
from capitalisation.recits.noms import propre
from capitalisation.recits.plans import CHAMPS, RubriquePrevue
from core.errors import InvalidInput
from core.formats import NBSP, format_days, format_number
from core.text import clean_line, clean_lines, typed_text

TEXTE_MAX, LIGNE_MAX, POINTS_MAX, LIGNES_MAX = 8000, 600, 60, 40
#: Beyond, it is a slip of the hand.
NOMBRE_MAX, MONTANT_MAX, JOURS_MAX = Decimal(1_000_000), Decimal(10_000_000), Decimal(1_000)
TAXES = ("TTC", "HT")


# --- Cleaning -------------------------------------------------------------------------------------------------------


class _Cleaner:
    """Cleans one value; a fault is a sentence that names the rubrique."""

    def __init__(self, rubrique: RubriquePrevue) -> None:
        self.rubrique = rubrique

    def fail(self, why: str) -> InvalidInput:
        return InvalidInput(f"{self.rubrique.nom} : {why}")

    def text(self, value: Any, limit: int = TEXTE_MAX) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.fail("un texte est attendu.")
        return propre(typed_text(clean_lines(value).strip(), limit=limit))

    def line(self, value: Any) -> str:
        return propre(typed_text(clean_line(self.text(value, LIGNE_MAX)), limit=LIGNE_MAX))

    def decimal(self, value: Any, most: Decimal, places: int, what: str) -> str | None:
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
            raise self.fail(f"{what} est un nombre.")
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise self.fail(f"{what} est un nombre.")
        if number < 0:
            raise self.fail(f"{what} n’est pas négatif.")
        if number > most:
            raise self.fail(f"{what} : {format_number(most)} au plus. Vérifiez qu’un zéro n’est pas de trop.")
        return str(number.quantize(Decimal(1).scaleb(-places)))

    def rows(self, value: Any, clean: Callable[[Mapping[str, Any]], dict[str, Any]]) -> list[dict[str, Any]] | None:
        if value is None:
            return None
        if not isinstance(value, (list, tuple)) or any(not isinstance(row, Mapping) for row in value):
            raise self.fail("une liste est attendue.")
        if len(value) > LIGNES_MAX:
            raise self.fail(f"{LIGNES_MAX} lignes au plus.")
        known = set(CHAMPS[self.rubrique.forme])
        for row in value:
            if extra := sorted(set(row) - known):
                raise self.fail(f"{', '.join(extra)} : inconnu.")
        return [row for row in map(clean, value) if any(row.values())] or None

    def texte(self, value: Any) -> str | None:
        return self.text(value) or None

    def points(self, value: Any) -> list[str] | None:
        if value is None:
            return None
        if not isinstance(value, (list, tuple)):
            raise self.fail("une liste est attendue.")
        found = [line for line in map(self.line, value) if line]
        if len(found) > POINTS_MAX:
            raise self.fail(f"{POINTS_MAX} points au plus.")
        return found or None

    def table(self, value: Any, *keys: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping) or set(value) - set(keys):
            raise self.fail(f"on attend {', '.join(keys)}.")
        return value

    def code(self, value: Any) -> str:
        if str(value) not in dict(self.rubrique.options()):
            raise self.fail(f"« {value} » n’est pas dans la liste.")
        return str(value)

    def choix(self, value: Any) -> dict[str, str] | None:
        if value is None:
            return None
        told = self.table(value, "code", "precision")
        code, precision = told.get("code") or "", self.line(told.get("precision"))
        return {"code": self.code(code) if code else "", "precision": precision} if code or precision else None

    def choix_multiple(self, value: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        told = self.table(value, "codes", "precision")
        offered = dict(self.rubrique.options())
        asked = [str(code) for code in told.get("codes") or ()]
        for code in asked:
            if code not in offered:
                raise self.fail(f"« {code} » n’est pas dans la liste.")
        codes, precision = [code for code in offered if code in asked], self.line(told.get("precision"))
        return {"codes": codes, "precision": precision} if codes or precision else None

    def nombre(self, value: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        told = self.table(value, "valeur", "precision")
        number = self.decimal(told.get("valeur"), NOMBRE_MAX, 2, "Le nombre")
        precision = self.line(told.get("precision"))
        if number is None and not precision:
            return None
        whole = number is not None and Decimal(number) == Decimal(number).to_integral_value()
        return {"valeur": int(Decimal(number)) if whole and number else number, "precision": precision}

    def montants(self, value: Any) -> list[dict[str, Any]] | None:
        def row(raw: Mapping[str, Any]) -> dict[str, Any]:
            taxes = raw.get("taxes") or ""
            if taxes not in ("", *TAXES):
                raise self.fail("les taxes sont « TTC », « HT » ou rien.")
            return {
                "libelle": self.line(raw.get("libelle")),
                "montant": self.decimal(raw.get("montant"), MONTANT_MAX, 2, "Le montant"),
                "taxes": taxes,
                "jours": self.decimal(raw.get("jours"), JOURS_MAX, 1, "Le nombre de jours"),
            }

        found = self.rows(value, row)
        return [one for one in found or () if one["libelle"] or one["montant"] or one["jours"]] or None

    def etapes(self, value: Any) -> list[dict[str, Any]] | None:
        return self.rows(
            value,
            lambda raw: {
                "titre": self.line(raw.get("titre")),
                "jours": self.decimal(raw.get("jours"), JOURS_MAX, 1, "Le nombre de jours"),
                "attendus": self.text(raw.get("attendus")),
                "methodes": self.text(raw.get("methodes")),
                "texte": self.text(raw.get("texte")),
            },
        )

    def paroles(self, value: Any) -> list[dict[str, Any]] | None:
        return self.rows(value, lambda raw: {"qui": self.line(raw.get("qui")), "texte": self.text(raw.get("texte"))})


def nettoyer(rubrique: RubriquePrevue, valeur: Any) -> Any:
    """``valeur`` as it is recorded, ``None`` when nothing is said. Raises ``InvalidInput`` naming the rubrique."""
    return getattr(_Cleaner(rubrique), rubrique.forme)(valeur)


# --- Saying ---------------------------------------------------------------------------------------------------------


def euros(amount: Decimal) -> str:
    """« 2 500 € », « 7 700,50 € »."""
    whole = amount == amount.to_integral_value()
    return f"{format_number(amount, decimals=0 if whole else 2)}{NBSP}€"


def _montant(row: Mapping[str, Any]) -> str:
    told = euros(Decimal(row["montant"])) if row.get("montant") else ""
    if told and row.get("taxes"):
        told = f"{told} {row['taxes']}"
    if row.get("jours"):
        days = format_days(Decimal(row["jours"]))
        told = f"{told} pour {days}" if told else days
    return told


def ligne_montant(row: Mapping[str, Any]) -> str:
    """« 7 700 € (4 DLA associés) »."""
    told, libelle = _montant(row), row.get("libelle") or ""
    return f"{told} ({libelle})" if told and libelle else told or libelle


def dire(rubrique: RubriquePrevue, valeur: Any, options: Mapping[str, str] | None = None) -> Any:
    """What is frozen and read of a value: the choices in words, the numbers as they are written here.

    ``texte`` → str ; ``points``, ``montants`` → list of str ; ``choix``, ``choix_multiple``, ``nombre`` → str ;
    ``etapes`` → list of {"titre", "jours", "attendus", "methodes", "texte"} ; ``paroles`` → list of {"qui", "texte"}.
    """
    if valeur is None:
        return None
    forme = rubrique.forme
    if forme in (plans.CHOIX, plans.CHOIX_MULTIPLE):
        known = dict(rubrique.options()) if options is None else options
        codes = [valeur["code"]] if forme == plans.CHOIX else valeur["codes"]
        words = ", ".join(known.get(code, code) for code in codes if code)
        precision = valeur.get("precision") or ""
        return f"{words}{NBSP}: {precision}" if words and precision else words or precision
    if forme == plans.NOMBRE:
        number = valeur.get("valeur")
        told = "" if number is None else format_number(Decimal(number))
        return " ".join(filter(None, (told, valeur.get("precision") or "")))
    if forme == plans.MONTANTS:
        return [ligne_montant(row) for row in valeur]
    if forme == plans.ETAPES:
        return [{**row, "jours": format_days(Decimal(row["jours"])) if row.get("jours") else ""} for row in valeur]
    return valeur


def chiffre(rubrique: RubriquePrevue, valeur: Any) -> str:
    """What the strip of key figures shows of it: the number, the amount, the days; "" without one."""
    if valeur is None or not rubrique.chiffre:
        return ""
    if rubrique.forme == plans.NOMBRE:
        return "" if valeur.get("valeur") is None else format_number(Decimal(valeur["valeur"]))
    if rubrique.forme == plans.MONTANTS:
        known = [Decimal(row["montant"]) for row in valeur if row.get("montant")]
        # Several amounts are told one by one: nobody said their sum.
        return euros(known[0]) if len(known) == 1 else ""
    if rubrique.forme == plans.ETAPES:
        days = [row.get("jours") for row in valeur]
        # Some steps without days: their sum would say less than what was done.
        return format_number(sum(map(Decimal, days), Decimal(0))) if days and all(days) else ""
    return ""
