"""The partners read for other rooms and floors: plain data, in French, a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.partenaires.models import PartenaireProjet
from partners.directory.enums import Famille


@dataclass(frozen=True, slots=True)
class PartenaireLu:
    """A partner as documents show it. ``pk`` is that of :class:`PartenaireProjet`."""

    pk: int
    nom: str
    famille: str
    roles: str
    contribution_technique: str
    contribution_financiere: str
    systeme_intervenant: bool
    comite_pilotage: bool
    groupe_travail: bool
    presence: str = ""
    genre: str = ""


@dataclass(frozen=True, slots=True)
class FamilleLue:
    """A family of fiche pratique 3 with its partners."""

    code: str
    label: str
    partenaires: tuple[PartenaireLu, ...]


def partenaires_of(ingenierie_id: int) -> list[FamilleLue]:
    """The partners by family, in the order of the fiche; a family without partner is there, empty. One query."""
    rows = PartenaireProjet.objects.filter(ingenierie=ingenierie_id).select_related("partenaire")
    found: dict[str, list[PartenaireLu]] = {code: [] for code in Famille.values}
    for row in rows:
        found[row.famille].append(
            PartenaireLu(
                row.pk,
                str(row.partenaire),
                row.famille,
                row.roles,
                row.contribution_technique,
                row.contribution_financiere,
                row.systeme_intervenant,
                row.comite_pilotage,
                row.groupe_travail,
                row.presence,
                row.genre,
            )
        )
    return [FamilleLue(code, label, tuple(found[code])) for code, label in Famille.choices]
