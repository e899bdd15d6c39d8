"""A signed mission with who acts on it: made once a module (``shared``), for productions, report and payments."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Grant
from accounts.services import link_token, open_link, read_link
from core.actor import Actor
from engagement.objectifs.services import add_resultat
from missions.conventions.models import Convention
from missions.productions import services as productions
from missions.productions.services import LIEN
from missions.rapports import services as rapports
from missions.rapports.models import RapportFinal
from projects.enums import EtatMobilisation
from projects.structures_ciblees.models import StructureCiblee
from tests.core.upload_files import PDF
from tests.factories import OrganisationFactory, StructureFactory, actor_of, member
from tests.missions import mission

SYSTEM = Actor.system("recette")


def world() -> SimpleNamespace:
    """The mission; ``user`` of the team, ``consultant`` of the prestataire, ``structure`` that takes part."""
    user = member(OrganisationFactory(email="dla@example.org"))
    pilote = actor_of(user).organisation
    dossier = mission.dossier(pilote)
    for text in ("Chaque structure suit trois indicateurs.", "Les structures échangent leurs outils."):
        add_resultat(dossier, {"nature": "qualitatif", "libelle": text}, actor=SYSTEM)
    convention = mission.signed(mission.to_sign(mission.complete(dossier)))
    sheet = StructureFactory(
        organisation=pilote, name="Le Fil", contact_name="Nour Essai", contact_email="fil@example.org"
    )
    structure = StructureCiblee.objects.create(
        ingenierie=convention.ingenierie, structure=sheet, state=EtatMobilisation.CONFIRMEE
    )
    return SimpleNamespace(
        user=user, convention=convention, consultant=mission.consultant(convention), structure=structure
    )


def pdf(name: str = "tableau-de-bord.pdf", more: bytes = b"") -> ContentFile:
    return ContentFile(PDF + b"%remise" + more, name=name)


def handed_over(convention: Convention, titre: str = "Tableau de bord", *, actor: Actor = SYSTEM, **values: Any):
    """A production with a file."""
    return productions.hand_over(
        convention, {"titre": titre, "description": "Trois indicateurs.", **values}, actor=actor, fichiers=[pdf()]
    )


def by_link(structure: StructureCiblee) -> tuple[str, Actor]:
    """The token of the link of ``structure``, sent when it was not, and who holds it."""
    grants = Grant.objects.of(structure, LIEN)
    if not grants.exists():
        productions.send_links([structure], actor=SYSTEM)
    token = link_token(grants.get())
    return token, open_link(read_link(token), token).actor


def written(convention: Convention, *, actor: Actor = SYSTEM) -> RapportFinal:
    """A report that says all that is asked, not handed over yet."""
    rapport = rapports.begin(convention, actor=actor)
    for row in rapport.etapes.all():
        row.rapport = rapport
        rapports.write_ligne(row, {"contenu": "Trois rencontres.", "methodes": "Travail sur les cas."}, actor=actor)
    for row in rapport.resultats.all():
        row.rapport = rapport
        rapports.write_ligne(row, {"atteint": "Atteint."}, actor=actor)
    values = {"productions": "Une note.", "autres_resultats": "Un réseau.", "effets": "Deux structures se voient."}
    return rapports.write(rapport, values, actor=actor)


def accepted(convention: Convention) -> RapportFinal:
    """The same, handed over and accepted."""
    rapport = written(convention)
    rapport = rapports.perform_action(rapport, "remettre", actor=SYSTEM, expected_state="redaction")
    return rapports.perform_action(rapport, "accepter", actor=SYSTEM, expected_state="remis")
