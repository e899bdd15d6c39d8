"""An ingénierie whose results are asked, as the tests of this room need it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
from core.actor import Actor
from engagement.partenaires.models import PartenaireProjet
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.contenu import lignes_for
from evaluation.questionnaires.enums import Forme, SorteRepondant, Voie
from evaluation.questionnaires.models import Questionnaire, Repondant
from evaluation.resultats.enums import RESULTATS
from evaluation.resultats.models import SuiviPrevu
from evaluation.resultats.services import suivi
from mobilisation.groupes.models import Groupe, MembreGroupe
from partners.directory.models import Partenaire
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import PartenaireFactory, StructureFactory, ingenierie_of

SYSTEM = Actor.system("recette")


def at_finaliser(pilote=None, *, structures: int = 0, partners: bool = False, **values) -> Ingenierie:
    """An ingénierie at « Finaliser », with confirmed structures in two groups, a partner of each kind."""
    found = ingenierie_of(pilote, **values)
    Ingenierie._base_manager.filter(pk=found.pk).update(state="finaliser")
    groups = [Groupe.objects.create(ingenierie=found, nom=nom) for nom in ("Nord", "Sud")] if structures else []
    for rank in range(structures):
        sheet = StructureFactory(
            organisation=found.pilote, name=f"Association {rank:02}", contact_email=f"contact{rank}@example.org",
            etp=5, budget=100_000, financements="Commune",
        )  # fmt: skip
        row = StructureCiblee.objects.create(ingenierie=found, structure=sheet, state="confirmee")
        MembreGroupe.objects.create(groupe=groups[0 if rank < structures - 2 else 1], structure_ciblee=row)
    if partners:
        for genre in ("c2ra", "cnar", "prestataire", "autre"):
            sheet: Partenaire = PartenaireFactory(
                organisation=found.pilote, name=f"Partenaire {genre}", contact_email=f"{genre}@example.org"
            )
            PartenaireProjet.objects.create(ingenierie=found, partenaire=sheet, famille=sheet.famille, genre=genre)
    return Ingenierie.objects.get(pk=found.pk)


def asked(ingenierie: Ingenierie, *, opened: bool = True, actor: Actor = SYSTEM) -> Questionnaire:
    """« La question des résultats » of this ingénierie."""
    made = asking.prepare(ingenierie, RESULTATS, actor)
    if opened:
        made = asking.perform_action(made, "ouvrir", actor=actor, expected_state="preparation")
    return fresh(made)


def fresh(questionnaire: Questionnaire) -> Questionnaire:
    return Questionnaire.objects.select_related("ingenierie__pilote").get(pk=questionnaire.pk)


def answered(
    questionnaire: Questionnaire, row: Repondant, values: dict[str, tuple[str, str]], *, sent: bool = True
) -> Repondant:
    """What ``row`` answered, typed by the team."""
    row.questionnaire = questionnaire
    voie = Voie.EQUIPE if row.sorte == SorteRepondant.DLA else Voie.TELEPHONE
    return asking.answer(row, values, SYSTEM, sent, voie=voie, details={"le": clock.today()})


def all_of(
    questionnaire: Questionnaire, sorte: str, valeur: str = "oui", texte: str = ""
) -> dict[str, tuple[str, str]]:
    """The same answer to everything that is asked of ``sorte``; a text where one is asked."""
    return {
        code: ("", texte or f"Texte {code}") if ligne.forme == Forme.TEXTE else (valeur, texte)
        for code, ligne in lignes_for(questionnaire, sorte).items()
    }


def of(questionnaire: Questionnaire, sorte: str) -> list[Repondant]:
    return list(questionnaire.repondants.filter(sorte=sorte).order_by("pk"))


def filled(questionnaire: Questionnaire, values: dict[str, Any] | None = None) -> Questionnaire:
    """Every structure answered « oui », the last one « non »; every partner and the DLA in words."""
    structures = of(questionnaire, "structure")
    for row in structures:
        answered(questionnaire, row, all_of(questionnaire, "structure", "non" if row is structures[-1] else "oui"))
    for row in questionnaire.repondants.exclude(sorte="structure"):
        answered(questionnaire, row, all_of(questionnaire, row.sorte, texte=f"Dit par {row.sorte}"))
    return fresh(questionnaire)


def planned(ingenierie, *, mois: int = 6, d_office: bool = False, days: int = 30) -> SuiviPrevu:
    """Asked again, so many days from now."""
    day = clock.today() + dt.timedelta(days=days)
    return suivi.prevoir(ingenierie, {"mois": mois, "le": day, "d_office": d_office}, actor=SYSTEM)
