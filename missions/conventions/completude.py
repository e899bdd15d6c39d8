"""What a convention still lacks before it may be signed, and what deserves a second look: each thing by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.formats import format_days, format_money_plain
from engagement.budget.tva import ZERO
from missions.conventions.enums import RolePartie
from missions.conventions.models import Convention, Partie
from missions.conventions.prefill import projet_annexe

money = format_money_plain


@dataclass(frozen=True, slots=True)
class Manque:
    """What is missing, and the part of the page where it is given."""

    partie: str
    label: str


#: What a text must say: (field, part of the page, words).
_TEXTES = (
    ("objet", "objet", "l’objet de la mission"),
    ("version_cahier", "objet", "la version du cahier des charges"),
    ("jours", "mission", "le nombre de jours"),
    ("debut", "mission", "le début de la mission"),
    ("fin", "mission", "la fin de la mission"),
    ("prix", "prix", "le prix"),
    ("propriete", "clauses", "la propriété et la diffusion des productions"),
    ("donnees", "clauses", "les données personnelles"),
    ("evaluation", "clauses", "la part du prestataire dans l’évaluation"),
)


def manques(convention: Convention) -> list[Manque]:
    """Everything that is missing, in the order of the page; empty when the convention may be signed."""
    found = [*_parties(convention)]
    found += [Manque(part, label) for field, part, label in _TEXTES if not _told(getattr(convention, field))]
    if convention.prix is not None and convention.taux_tva is None:
        found.append(Manque("prix", "le taux de TVA, même nul"))
    if not convention.etapes.exists():
        found.append(Manque("etapes", "les étapes de la mission"))
    found += _paiements(convention)
    if projet_annexe(convention) is None:
        found.append(Manque("annexes", "le projet retenu, annexé à la convention"))
    return found


def _told(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _parties(convention: Convention) -> Iterator[Manque]:
    rows = list(convention.parties.all())
    signing = {row.role for row in rows if row.signe}
    wanted = [(RolePartie.DLA, "le DLA"), (RolePartie.PRESTATAIRE, "le prestataire")]
    if convention.ingenierie.is_individuelle:
        wanted.insert(1, (RolePartie.STRUCTURE, "la structure accompagnée"))
    for role, label in wanted:
        if role not in signing:
            yield Manque("parties", f"{label}, parmi ceux qui signent")
    for row in rows:
        yield from _partie(row)


def _partie(row: Partie) -> Iterator[Manque]:
    if row.role == RolePartie.PRESTATAIRE and not row.siret:
        yield Manque("parties", f"le SIRET de {row.nom}")
    if row.signe and not row.represente_par.strip():
        yield Manque("parties", f"qui signe pour {row.nom}")
    elif row.signe and not row.qualite.strip():
        yield Manque("parties", f"en quelle qualité on signe pour {row.nom}")


def _paiements(convention: Convention) -> Iterator[Manque]:
    price = convention.montants.ttc
    if price is None:
        return
    due = sum(convention.paiements.values_list("montant", flat=True), ZERO)
    if due == price:
        return
    if not due:
        yield Manque("paiements", f"l’échéancier des paiements, pour {money(price)} TTC")
    elif due < price:
        yield Manque("paiements", f"{money(price - due)} : les paiements font {money(due)}, le prix {money(price)} TTC")
    else:
        yield Manque(
            "paiements", f"un échéancier juste : les paiements font {money(due)}, {money(due - price)} de trop"
        )


def reste_a_payer(convention: Convention) -> Decimal | None:
    """What the schedule does not place yet, TTC; ``None`` while the price is unknown."""
    price = convention.montants.ttc
    if price is None:
        return None
    return price - sum(convention.paiements.values_list("montant", flat=True), ZERO)


def a_relire(convention: Convention) -> list[str]:
    """What is not wrong in itself but differs from elsewhere."""
    told = []
    stages = [row.duree for row in convention.etapes.all()]
    if convention.jours and stages and None not in stages and sum(stages) != convention.jours:
        told.append(
            f"Les étapes font ensemble {format_days(sum(stages))}, la convention en compte "
            f"{format_days(convention.jours)}."
        )
    if convention.version_cahier_id:
        cahier = convention.version_cahier.data
        least, most = (Decimal(cahier[name]) if cahier.get(name) else None for name in ("jours_min", "jours_max"))
        if convention.jours and most and not (least or most) <= convention.jours <= most:
            told.append(
                f"Le cahier des charges demandait {format_days(most) if least == most else 'd’autres durées'} : "
                f"la convention en compte {format_days(convention.jours)}."
            )
    brought = sum((row.apport for row in convention.parties.all() if row.apport), ZERO)
    price = convention.montants.ttc
    if price is not None and brought > price:
        told.append(f"Les cofinanceurs apportent {money(brought)}, plus que le prix ({money(price)} TTC).")
    if not all(row.email for row in convention.parties.all() if row.signe):
        told.append("Qui n’a pas d’adresse électronique signera sur papier.")
    return told
