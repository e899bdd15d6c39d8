"""From what a resource is deposited: a support chosen, a récit, a questionnaire, an ingénierie, a file the dossier has;
and all that is known of it already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.enums import OrganisationKind
from capitalisation.bibliotheque.enums import (
    Apport,
    CercleContributeurs,
    ModeContribution,
    Sorte,
    SousEchelle,
    Support,
    Technique,
)
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.noms import without_names
from capitalisation.bibliotheque.services.depot import RECITS
from capitalisation.recits.enums import EtatRecit, Genre
from capitalisation.recits.lecture import derniere
from capitalisation.recits.models import Recit
from capitalisation.recits.permissions import why_not_arreter
from consultations.cadre.models import GuidePrestataires
from core import clock
from core.actor import Actor
from core.models import Attachment
from core.text import whole_number
from evaluation.questionnaires.definitions import lire
from evaluation.questionnaires.models import ModeleQuestionnaire, Questionnaire
from missions.productions.models import Production
from missions.productions.services import pieces_of
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute

#: What one chooses without a source.
SEULS = (Support.FICHIER, Support.LIEN, Support.DOCUMENT_REGION)


@dataclass(frozen=True)
class Depart:
    """From what one starts. ``refusal``: why nothing can be deposited from it."""

    support: str
    d_apres: str = ""
    recit: Recit | None = None
    ingenierie: Ingenierie | None = None
    questionnaire: ModeleQuestionnaire | Questionnaire | None = None
    pieces: tuple[Attachment, ...] = ()
    proposals: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""


def read(data: Mapping[str, str], actor: Actor) -> Depart | None:
    """What the address asks to start from; ``None`` while nothing is chosen. ``Http404`` for what one may not see."""
    start = _start(data, actor)
    if start is None or start.ingenierie is None:
        return start
    return replace(start, proposals=without_names(start.ingenierie, start.proposals))


def _start(data: Mapping[str, str], actor: Actor) -> Depart | None:
    def key(name: str) -> int | None:
        if name not in data:
            return None
        found = whole_number(data[name])
        if found is None:
            raise Http404
        return found

    if (pk := key("recit")) is not None:
        recits = Recit.objects.visible_to(actor).select_related("ingenierie__pilote", "organisation")
        return _of_recit(get_object_or_404(recits, pk=pk), actor)
    if (pk := key("modele")) is not None:
        mine = ModeleQuestionnaire.objects.filter(organisation=actor.organisation_id)
        return _of_modele(get_object_or_404(mine, pk=pk), actor)
    if (pk := key("questionnaire")) is not None:
        rows = Questionnaire.objects.visible_to(actor).select_related("ingenierie__pilote")
        return _of_questionnaire(get_object_or_404(rows, pk=pk), actor)
    if (pk := key("production")) is not None:
        visible = Ingenierie.objects.visible_to(actor).values("pk")
        # What was done for one structure alone is not for the others to read.
        rows = Production.objects.filter(convention__ingenierie__in=visible, structure=None)
        return _of_production(get_object_or_404(rows.select_related("convention__ingenierie__pilote"), pk=pk), actor)
    if (pk := key("guide")) is not None:
        return _of_guide(get_object_or_404(GuidePrestataires.objects.filter(region=actor.region_id), pk=pk), actor)
    support = data.get("support", "")
    if support not in SEULS:
        return None
    if (pk := key("ingenierie")) is not None:
        rows = Ingenierie.objects.visible_to(actor).select_related("pilote")
        return _of_ingenierie(get_object_or_404(rows, pk=pk), support, actor)
    return Depart(support, proposals=_of_actor(actor))


def _of_actor(actor: Actor) -> dict[str, Any]:
    """What the organisation that deposits says by itself."""
    organisation = actor.organisation
    if organisation is None:
        return {}
    told: dict[str, Any] = {"contribution": ModeContribution.VOLONTAIRE.value}
    if organisation.kind != OrganisationKind.CNAR:
        told["cercle"] = CercleContributeurs.PREMIER.value
    else:
        told["cercle"] = CercleContributeurs.TROISIEME.value
    return told


def _of_dossier(ingenierie: Ingenierie, actor: Actor) -> dict[str, Any]:
    """What its dossier says: nobody types it again."""
    places = list(ingenierie.departements.all())
    year = f", {ingenierie.date_fin.year}" if ingenierie.date_fin and ingenierie.date_fin <= clock.today() else ""
    return {
        **_of_actor(actor),
        "sorte": Sorte.DOCUMENTAIRE.value,
        "sous_echelle": SousEchelle.RESSOURCES_TERRITOIRE.value,
        "resume": ingenierie.accroche,
        "themes": list(ingenierie.themes.all()),
        "secteurs": list(ingenierie.secteurs.all()),
        "departements": places,
        "teste_sur": (", ".join(str(place) for place in places) + year)[:300] if places else "",
    }


def _team(ingenierie: Ingenierie, actor: Actor) -> str:
    return why_not_contribute(actor, ingenierie) or ""


def _of_ingenierie(ingenierie: Ingenierie, support: str, actor: Actor) -> Depart:
    return Depart(
        support,
        f"l’ingénierie « {ingenierie} »",
        ingenierie=ingenierie,
        proposals=_of_dossier(ingenierie, actor),
        refusal=_team(ingenierie, actor),
    )


def _of_recit(recit: Recit, actor: Actor) -> Depart:
    known = _of_dossier(recit.ingenierie, actor) if recit.ingenierie is not None else _of_actor(actor)
    refusal = why_not_arreter(actor, recit)
    version = derniere(recit)
    if not refusal and version is None:
        refusal = "Arrêtez d’abord une version de ce récit : c’est elle que les autres liront."
    if not refusal and Ressource.objects.filter(recit=recit).exists():
        refusal = "Ce récit est déjà dans la bibliothèque."
    return Depart(
        RECITS[Genre(recit.genre)],
        f"« {recit} », {recit.get_genre_display()}",
        recit=recit,
        ingenierie=recit.ingenierie,
        proposals={
            **known,
            "titre": version.data["titre"] if version is not None else recit.titre,
            "sorte": Sorte.DOCUMENTAIRE.value,
            "technique": Technique.DEMARCHE_EXEMPLAIRE.value,
            "sous_echelle": SousEchelle.RESSOURCES_TERRITOIRE.value,
            "apport": Apport.GAIN_COMPETENCE.value,
            "producteur": recit.origine,
        },
        refusal=refusal,
    )


_QUESTIONS = {
    "sorte": Sorte.DOCUMENTAIRE.value,
    "technique": Technique.METHODOLOGIQUE.value,
    "apport": Apport.GAIN_TEMPS.value,
}


def _of_modele(modele: ModeleQuestionnaire, actor: Actor) -> Depart:
    return Depart(
        Support.QUESTIONNAIRE,
        f"le modèle de questionnaire « {modele} »",
        questionnaire=modele,
        proposals={**_of_actor(actor), **_QUESTIONS, "titre": modele.nom, "resume": _counted(modele.contenu)},
    )


def _of_questionnaire(row: Questionnaire, actor: Actor) -> Depart:
    return Depart(
        Support.QUESTIONNAIRE,
        f"le questionnaire « {row} » de l’ingénierie « {row.ingenierie} »",
        ingenierie=row.ingenierie,
        questionnaire=row,
        proposals={
            **_of_dossier(row.ingenierie, actor),
            **_QUESTIONS,
            "titre": row.titre,
            "resume": _counted(row.contenu),
        },
        refusal=_team(row.ingenierie, actor),
    )


def _counted(contenu: dict) -> str:
    definition = lire(contenu)
    asked = sum(1 for question in definition.questions if not question.ecartee)
    return f"{asked} questions : {', '.join(partie.titre for partie in definition.parties)}."[:1500]


def _of_production(row: Production, actor: Actor) -> Depart:
    ingenierie = row.convention.ingenierie
    pieces = tuple(pieces_of([row]))
    known = {
        **_of_dossier(ingenierie, actor),
        "titre": row.titre,
        "resume": row.description[:1500] or ingenierie.accroche,
        "reprises": list(pieces),
    }
    return Depart(
        Support.FICHIER if pieces or not row.url else Support.LIEN,
        f"la production « {row} » de l’ingénierie « {ingenierie} »",
        ingenierie=ingenierie,
        pieces=pieces,
        proposals={**known, "lien": row.url},
        refusal=_team(ingenierie, actor),
    )


def _of_guide(guide: GuidePrestataires, actor: Actor) -> Depart:
    pieces = (guide.fichier,) if guide.fichier is not None else ()
    return Depart(
        Support.DOCUMENT_REGION,
        f"le guide de la région « {guide} »",
        pieces=pieces,
        proposals={
            **_of_actor(actor),
            "titre": guide.titre,
            "sorte": Sorte.DOCUMENTAIRE.value,
            "technique": Technique.METHODOLOGIQUE.value,
            "sous_echelle": SousEchelle.RESSOURCES_TERRITOIRE.value,
            "reprises": list(pieces),
        },
    )


# --- What one may start from ----------------------------------------------------------------------------------------


def recits_to_deposit(actor: Actor, ingenierie: Ingenierie | None = None) -> list[Recit]:
    """The « arrêtés » récits that ``actor`` carries and that are not in the library yet."""
    rows = Recit.objects.visible_to(actor).filter(ressource=None, state=EtatRecit.ARRETE)
    if ingenierie is not None:
        rows = rows.filter(ingenierie=ingenierie)
    else:
        rows = rows.filter(ingenierie__pilote=actor.organisation_id) | rows.filter(
            ingenierie=None, organisation=actor.organisation_id
        )
    return [row for row in rows.select_related("ingenierie__pilote")[:50] if not why_not_arreter(actor, row)]
