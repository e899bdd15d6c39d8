"""The indicators of the diagnostic that are asked again: what was known at the start, what is answered, the gap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from core.formats import format_date, format_money_plain, format_number
from evaluation.questionnaires.contenu import questions_for
from evaluation.questionnaires.enums import EtatRepondant, SorteRepondant
from evaluation.questionnaires.models import Questionnaire, Repondant, Reponse
from evaluation.resultats.models import ValeursDepart
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.models import VersionDiagnostic


@dataclass(frozen=True)
class Indicateur:
    """One indicator: of the sheet of the structure, or a rubric of its diagnostic (``rubrique``)."""

    code: str
    label: str
    nombre: bool = True
    rubrique: bool = False
    argent: bool = False

    def read(self, value: Any) -> str:
        """A value in words; ``""`` when it is not known."""
        if value in (None, ""):
            return ""
        number = as_number(value) if self.nombre else None
        if number is None:
            return str(value)
        return format_money_plain(number) if self.argent else format_number(number)


INDICATEURS: dict[str, Indicateur] = {
    one.code: one
    for one in (
        Indicateur("etp", "Emplois (ETP)"),
        Indicateur("salaries", "Salariés"),
        Indicateur("benevoles", "Bénévoles"),
        Indicateur("budget", "Budget annuel", argent=True),
        Indicateur("financements", "Financements et partenaires", nombre=False),
        Indicateur("perspectives", "Stratégie et perspectives", nombre=False, rubrique=True),
    )
}


def as_number(value: Any) -> Decimal | None:
    """A number however it was typed; ``None`` when it is not one."""
    text = "".join(str(value).replace("€", "").split()).replace(",", ".")
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def known_today(ciblees: Collection[StructureCiblee], pilote: int) -> dict[int, dict[str, str]]:
    """What the sheets and the last shared diagnostics of these structures say, by targeted structure: one query.

    A diagnostic is its keeper's: its text is quoted only where ``pilote`` keeps it.
    """
    last: dict[int, VersionDiagnostic] = {}
    kept = [one.structure_id for one in ciblees if one.structure.organisation_id == pilote]
    versions = VersionDiagnostic.objects.filter(diagnostic__structure__in=kept).select_related("diagnostic")
    for version in versions.order_by("diagnostic__date", "le", "pk"):
        last[version.diagnostic.structure_id] = version
    return {one.pk: _told(one, last.get(one.structure_id)) for one in ciblees}


def _told(ciblee: StructureCiblee, version: VersionDiagnostic | None) -> dict[str, str]:
    rubriques = {row["code"]: row["texte"] for row in version.data["rubriques"]} if version else {}
    told = {}
    for code, one in INDICATEURS.items():
        value = rubriques.get(code) if one.rubrique else getattr(ciblee.structure, code)
        told[code] = "" if value is None else str(value).strip()
    if version is not None:
        told["diagnostic"] = version.diagnostic.date.isoformat()
    return told


@dataclass(frozen=True)
class Ecart:
    """One indicator of one structure, or of all: before, now, and the difference of two numbers."""

    label: str
    avant: str
    maintenant: str
    difference: str = ""
    sens: str = ""


@dataclass(frozen=True)
class EcartsStructure:
    """The indicators of one structure; ``depuis``: when the earlier values were known."""

    nom: str
    depuis: str
    ecarts: list[Ecart]


@dataclass(frozen=True)
class Total:
    """A number of all the structures that said it both times."""

    label: str
    structures: int
    avant: str
    maintenant: str
    difference: str
    sens: str


def _difference(one: Indicateur, before: Decimal, now: Decimal) -> tuple[str, str]:
    gap = now - before
    if not gap:
        return "stable", "="
    said = one.read(abs(gap))
    return (f"+ {said}", "+") if gap > 0 else (f"− {said}", "-")


def ecarts(questionnaire: Questionnaire) -> tuple[list[EcartsStructure], list[Total]]:
    """What changed since the start, per structure and in all: three queries whatever the structures.

    A structure that answered twice counts once, by its last answer.
    """
    asked = {
        ligne.code: ligne.indicateur
        for partie in questions_for(questionnaire, SorteRepondant.STRUCTURE)
        for ligne in partie.lignes
        if ligne.indicateur in INDICATEURS
    }
    rows = Reponse.objects.filter(
        repondant__questionnaire=questionnaire,
        repondant__state=EtatRepondant.REPONDU,
        repondant__structure__isnull=False,
        code__in=asked,
    ).order_by("repondant__repondu_at", "pk")
    now: dict[int, dict[str, str]] = {}
    names: dict[int, str] = {}
    for code, valeur, texte, ciblee, nom in rows.values_list(
        "code", "valeur", "texte", "repondant__structure", "repondant__structure__structure__name"
    ):
        names[ciblee] = nom
        if valeur or texte:
            now.setdefault(ciblee, {})[asked[code]] = valeur or texte
    start = depart_of(now)
    rows_out, both = [], {code: [] for code in INDICATEURS}
    for ciblee in sorted(now, key=lambda pk: names[pk].casefold()):
        before = start.get(ciblee)
        lines = []
        for code, one in INDICATEURS.items():
            if code not in asked.values():
                continue
            then, today = (before.valeurs.get(code, "") if before else ""), now[ciblee].get(code, "")
            difference = sens = ""
            if one.nombre and (a := as_number(then)) is not None and (b := as_number(today)) is not None:
                difference, sens = _difference(one, a, b)
                both[code].append((a, b))
            lines.append(Ecart(one.label, one.read(then), one.read(today), difference, sens))
        rows_out.append(EcartsStructure(names[ciblee], depuis(before), lines))
    return rows_out, [_total(INDICATEURS[code], pairs) for code, pairs in both.items() if pairs]


def _total(one: Indicateur, pairs: list[tuple[Decimal, Decimal]]) -> Total:
    before, now = sum((a for a, _ in pairs), Decimal(0)), sum((b for _, b in pairs), Decimal(0))
    return Total(one.label, len(pairs), one.read(before), one.read(now), *_difference(one, before, now))


def depart_of(ciblees: Iterable[int]) -> dict[int, ValeursDepart]:
    """The values of the start of these targeted structures: one query."""
    return {row.ciblee_id: row for row in ValeursDepart.objects.filter(ciblee__in=list(ciblees))}


def depuis(depart: ValeursDepart | None) -> str:
    """When the earlier values were known: the day of the diagnostic, else that on which they were kept."""
    if depart is None:
        return ""
    day = depart.valeurs.get("diagnostic")
    return f"diagnostic du {format_date(dt.date.fromisoformat(day))}" if day else f"fiche au {format_date(depart.le)}"


def known_to(repondant: Repondant) -> dict[str, str]:
    """What a structure reads beside each indicator that it is asked again: « 12,5 (diagnostic du 3 mars 2026) »."""
    asked = {
        ligne.code: INDICATEURS[ligne.indicateur]
        for partie in questions_for(repondant.questionnaire, repondant.sorte)
        for ligne in partie.lignes
        if ligne.indicateur in INDICATEURS
    }
    depart = depart_of([repondant.structure_id]).get(repondant.structure_id) if asked else None
    if depart is None:
        return {}
    when = depuis(depart)
    known = {code: one.read(depart.valeurs.get(one.code, "")) for code, one in asked.items()}
    return {code: f"{value} ({when})" for code, value in known.items() if value}
