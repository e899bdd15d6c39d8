"""What the rooms above ask before they diffuse anything: is this structure, is this person, to be named?

Without a row, or with one that is not « accordé », the answer is no.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from capitalisation.consentements.enums import EtatConsentement
from capitalisation.consentements.models import Consentement
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

ANONYME = "une structure"
PERSONNE = "une personne"


@dataclass(frozen=True)
class Accords:
    """What a structure said: its own state, and the people of it who accept to be named."""

    structure: str = EtatConsentement.A_DEMANDER
    personnes: frozenset[str] = field(default_factory=frozenset)

    @property
    def nommable(self) -> bool:
        """May the structure be named?"""
        return self.structure == EtatConsentement.ACCORDE

    def nomme_personne(self, nom: str) -> bool:
        """May this person be named?"""
        return nom.strip().casefold() in self.personnes


def consent_of(structure_ciblee: StructureCiblee) -> str:
    """Where the consent of a structure stands (``EtatConsentement``): one query, asked again at each reading."""
    rows = Consentement.objects.filter(structure=structure_ciblee, personne="")
    return rows.values_list("etat", flat=True).first() or EtatConsentement.A_DEMANDER


def consents_of(ingenierie: Ingenierie) -> dict[int, Accords]:
    """The same for every structure of an ingénierie that has a row, with its people: one query."""
    own: dict[int, str] = {}
    people: dict[int, set[str]] = {}
    rows = Consentement.objects.filter(structure__ingenierie=ingenierie)
    for structure, personne, etat in rows.order_by().values_list("structure", "personne", "etat"):
        if not personne:
            own[structure] = etat
        elif etat == EtatConsentement.ACCORDE:
            people.setdefault(structure, set()).add(personne.strip().casefold())
    return {
        pk: Accords(own.get(pk, EtatConsentement.A_DEMANDER), frozenset(people.get(pk, ())))
        for pk in own.keys() | people.keys()
    }


def nom_diffusable(structure_ciblee: StructureCiblee, accords: dict[int, Accords] | None = None) -> str:
    """Its name, or « une structure » without its consent."""
    if accords is None:
        named = consent_of(structure_ciblee) == EtatConsentement.ACCORDE
    else:
        named = accords.get(structure_ciblee.pk, Accords()).nommable
    return str(structure_ciblee) if named else ANONYME
