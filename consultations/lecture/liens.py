"""The personal link by which a structure, or a member of the comité de pilotage, reads the propositions."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from consultations.lecture import permissions
from consultations.lecture.models import Evaluateur
from consultations.lecture.services.lecteurs import LIEN
from consultations.lecture.views import lecteur
from core.actor import Actor


def _load(pk: int) -> Evaluateur | None:
    return (
        Evaluateur.objects.select_related(
            "grille__appel__ingenierie__pilote", "grille__appel__version_diffusee", "structure_ciblee"
        )
        .filter(pk=pk)
        .first()
    )


def _asks(evaluateur: Evaluateur) -> str:
    ingenierie = evaluateur.grille.appel.ingenierie
    return (
        f"{ingenierie.pilote} conduit « {ingenierie.titre} » et choisit, avec vous, le prestataire qui interviendra. "
        f"Au titre de {evaluateur.organisme}, lisez les propositions reçues et dites ce que vous en pensez, famille de "
        "critères par famille de critères."
    )


def _reads(actor: Actor, evaluateur: Evaluateur) -> bool:
    return permissions.in_team(actor, evaluateur.grille.appel.ingenierie)


def _refusal(actor: Actor, evaluateur: Evaluateur) -> str | None:
    return permissions.why_not_manage(evaluateur.grille.appel, actor) or None


def register() -> None:
    """Called once by :func:`consultations.lecture.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Lecture des propositions",
            model="consultations.evaluateur",
            subject=lambda e: f"Les propositions des prestataires : « {e.grille.appel.ingenierie.titre} »",
            asks=_asks,
            duration="une demi-heure par proposition",
            shows="les propositions des candidats et leurs pièces",
            thanks="Vos appréciations sont lues à côté de celles des autres lecteurs ; la décision se prend ensuite.",
            url=lambda e: reverse("consultations:lecture", args=[e.grille.appel.ingenierie_id, e.grille.appel_id]),
            reads=_reads,
            refusal=_refusal,
            pages={
                "": lecteur.Accueil.as_view(),
                "proposition": lecteur.Saisie.as_view(),
                "piece": lecteur.Piece.as_view(),
                "comparaison": lecteur.Comparee.as_view(),
            },
            single_use=False,
            lifetime=None,
            loader=_load,
            scope=lambda e: e.grille.appel.ingenierie,
            closed=lambda e: permissions.why_closed(e.grille.appel),
            suggests=lambda e: [(e.nom, e.email)] if e.email else [],
        ),
    )
