"""Whether the identity card tells the territory and the sectors of the structures that joined; one act makes it so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import update_identite
from referentiels import lists
from referentiels.models import Departement, Secteur

#: An ingénierie of every sector differs from none.
TOUS_SECTEURS = "tous-secteurs"
_LEFT = (EtatMobilisation.DECLINEE, EtatMobilisation.RETIREE)


@dataclass(frozen=True, slots=True)
class Perimetre:
    """Primary keys of the départements and sectors: those of confirmed structures that the identity card does not tell,
    and those it tells from which no structure is left (neither declined nor withdrawn)."""

    departements_absents: tuple[int, ...] = ()
    secteurs_absents: tuple[int, ...] = ()
    departements_de_trop: tuple[int, ...] = ()
    secteurs_de_trop: tuple[int, ...] = ()

    @property
    def differe(self) -> bool:
        return bool(self.absents or self.de_trop)

    @property
    def absents(self) -> list[str]:
        """In words: « Indre (36) », « Culture »."""
        return [*_labels(Departement, self.departements_absents), *_labels(Secteur, self.secteurs_absents)]

    @property
    def de_trop(self) -> list[str]:
        return [*_labels(Departement, self.departements_de_trop), *_labels(Secteur, self.secteurs_de_trop)]

    @property
    def phrases(self) -> list[str]:
        """What differs, in sentences."""
        told = []
        if self.absents:
            told.append(
                f"Des structures confirmées relèvent de {', '.join(self.absents)}, que la carte d’identité ne dit pas."
            )
        if self.de_trop:
            told.append(
                f"La carte d’identité dit {', '.join(self.de_trop)}, dont aucune structure de l’ingénierie ne relève."
            )
        return told


def _labels(model: Any, pks: tuple[int, ...]) -> list[str]:
    return sorted(str(item) for pk in pks if (item := lists.by_id(model, pk)))


def perimetre_of(ingenierie: Ingenierie) -> Perimetre:
    """Compare the identity card with the structures; nothing differs before one is confirmed. One query."""
    if not ingenierie.structures_confirmees or ingenierie.is_individuelle:
        return Perimetre()
    rows = ingenierie.structures_ciblees.exclude(state__in=_LEFT).order_by()
    found = list(rows.values_list("state", "structure__departement", "structure__secteur"))
    joined = [row for row in found if row[0] == EtatMobilisation.CONFIRMEE]
    departements, secteurs = set(ingenierie.departement_ids), set(ingenierie.secteur_ids)
    every = any(item.code == TOUS_SECTEURS for pk in secteurs if (item := lists.by_id(Secteur, pk)))
    return Perimetre(
        _most(pk for _, pk, _ in joined if pk not in departements),
        () if every else _most(pk for _, _, pk in joined if pk not in secteurs),
        tuple(departements - {pk for _, pk, _ in found}),
        () if every else tuple(secteurs - {pk for _, _, pk in found}),
    )


def _most(pks: Any) -> tuple[int, ...]:
    return tuple(pk for pk, _ in Counter(pks).most_common())


def align(ingenierie: Ingenierie, *, actor: Actor, expected_version: int, retire: bool = False) -> str:
    """Add to the identity card what confirmed structures bring; with ``retire``, take off what no structure is of.

    Returns what was done, in words (empty: nothing differed). Raises ``NotAllowed``, ``EditConflict``.
    """
    found = perimetre_of(ingenierie)
    away_d = set(found.departements_de_trop) if retire else set()
    away_s = set(found.secteurs_de_trop) if retire else set()
    departements = (set(ingenierie.departement_ids) | set(found.departements_absents)) - away_d
    secteurs = (set(ingenierie.secteur_ids) | set(found.secteurs_absents)) - away_s
    if departements == set(ingenierie.departement_ids) and secteurs == set(ingenierie.secteur_ids):
        return ""
    update_identite(
        ingenierie,
        actor=actor,
        expected_version=expected_version,
        values={},
        many_to_many={
            "departements": [lists.by_id(Departement, pk) for pk in sorted(departements)],
            "secteurs": [lists.by_id(Secteur, pk) for pk in sorted(secteurs)],
        },
    )
    told = [f"ajouté : {', '.join(found.absents)}"] if found.absents else []
    if retire and found.de_trop:
        told.append(f"retiré : {', '.join(found.de_trop)}")
    return f"La carte d’identité suit maintenant les structures ({' ; '.join(told)})."
