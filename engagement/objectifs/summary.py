"""Objectives and results read for other rooms and floors: plain data, in French, a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engagement.objectifs.enums import CADRE, NatureObjectif
from engagement.objectifs.models import Objectif, ObjectifsProjet, ResultatAttendu


@dataclass(frozen=True, slots=True)
class ObjectifLu:
    """An objective. ``code`` is empty for one of the ingénierie's own."""

    label: str
    precision: str
    code: str

    @property
    def texte(self) -> str:
        """« Consolider… : précision », or the label alone."""
        return f"{self.label} : {self.precision}" if self.precision else self.label


@dataclass(frozen=True, slots=True)
class ObjectifsLus:
    """The objectives of an ingénierie; ``objet`` and ``raisons`` are those of the evaluation."""

    strategiques: tuple[ObjectifLu, ...] = ()
    operationnels: tuple[ObjectifLu, ...] = ()
    objet: str = ""
    raisons: str = ""
    version: int = 0


def objectifs_of(ingenierie_id: int) -> ObjectifsLus:
    """The objectives by level, those of the framework first. Two queries."""
    page = ObjectifsProjet.objects.filter(ingenierie=ingenierie_id).first()
    found: dict[str, list[ObjectifLu]] = {nature: [] for nature in CADRE}
    for row in Objectif.objects.filter(ingenierie=ingenierie_id):
        found[row.nature].append(ObjectifLu(row.label, row.precision, row.code))
    return ObjectifsLus(
        tuple(found[NatureObjectif.STRATEGIQUE]),
        tuple(found[NatureObjectif.OPERATIONNEL]),
        page.objet if page else "",
        page.raisons if page else "",
        page.version if page else 0,
    )


@dataclass(frozen=True, slots=True)
class ResultatLu:
    """An expected result. ``cible`` and ``mesure`` are worded; the evaluation compares with ``cible_nombre``."""

    pk: int
    libelle: str
    nature: str
    indicateur: str
    cible: str
    mesure: str
    fixe: bool
    version: int
    nature_code: str = ""
    cible_nombre: Decimal | None = None
    cible_unite: str = ""


def resultats_of(ingenierie_id: int) -> list[ResultatLu]:
    """The expected results in order. ``nature`` is worded. One query."""
    return [
        ResultatLu(
            r.pk,
            r.libelle,
            r.get_nature_display(),
            r.indicateur,
            r.cible_dite,
            r.mesure_dite,
            r.fixe,
            r.version,
            r.nature,
            r.cible_nombre,
            r.cible_unite,
        )
        for r in ResultatAttendu.objects.filter(ingenierie=ingenierie_id)
    ]


def evaluation_known(ingenierie_id: int) -> dict[str, str]:
    """What the objectives say of the evaluation, by field of its framework: ``objet``, ``objectifs``, ``outils``."""
    written = ObjectifsProjet.objects.filter(ingenierie=ingenierie_id).first()
    results = ResultatAttendu.objects.filter(ingenierie=ingenierie_id)
    measured = [f"- {r.libelle} : {told}" for r in results if (told := r.mesure_dite or r.indicateur)]
    return {
        "objet": written.objet if written else "",
        "objectifs": written.raisons if written else "",
        "outils": "\n".join(measured),
    }
