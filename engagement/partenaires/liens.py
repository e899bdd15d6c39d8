"""The personal links of « Engager »: the questionnaire of a partner (000, fiche pratique 3)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from core.contacts import addresses
from engagement.partenaires.models import PartenaireProjet
from engagement.partenaires.services import QUESTIONNAIRE
from engagement.partenaires.views import Questionnaire
from projects.ingenierie.permissions import can_view, why_not_contribute
from projects.ingenierie.services import ENDED, touch


def _load(pk: int) -> PartenaireProjet | None:
    found = PartenaireProjet.objects.select_related(
        "partenaire", "ingenierie__pilote", "ingenierie__referent", "ingenierie__charge_mission",
        "ingenierie__problematique",
    )  # fmt: skip
    return found.filter(pk=pk).first()


def _asks(row: PartenaireProjet) -> str:
    ingenierie = row.ingenierie
    return (
        f"{ingenierie.pilote} prépare une action collective d’appui aux structures, « {ingenierie.titre} », et "
        f"voudrait y associer {row.partenaire}. Avant de s’engager, il a besoin de votre regard : le constat est-il "
        "partagé, l’action complète-t-elle ce qui existe, les structures s’y retrouveront-elles, et qu’en "
        "attendez-vous ?"
    )


def _refusal(actor: Actor, row: PartenaireProjet) -> str | None:
    return why_not_contribute(actor, row.ingenierie)


def _suggests(row: PartenaireProjet) -> list[tuple[str, str]]:
    return addresses(row.partenaire)


def _changed(row: Any, ended: bool) -> None:
    touch(row.ingenierie_id, ended=ended)


def register() -> None:
    """Called once by :func:`engagement.partenaires.providers.register`."""
    LINK_PURPOSES.register(
        QUESTIONNAIRE,
        LinkPurpose(
            label="Questionnaire du partenaire",
            model="engagement.partenaireprojet",
            subject=lambda row: f"Votre regard sur « {row.ingenierie.titre} »",
            asks=_asks,
            duration="dix minutes",
            shows="le titre de l’ingénierie, son accroche et sa problématique (contexte, enjeux, besoins)",
            thanks=(
                "Votre réponse est transmise à la personne qui conduit cette action : elle dira ce qu’elle peut en "
                "reprendre et reviendra vers vous."
            ),
            url=lambda row: reverse("engagement:partenaire", args=[row.ingenierie_id, row.pk]),
            reads=lambda actor, row: can_view(actor, row.ingenierie),
            refusal=_refusal,
            pages={"": Questionnaire.as_view()},
            loader=_load,
            scope=lambda row: row.ingenierie,
            closed=lambda row: "" if row.ingenierie.is_open else ENDED,
            suggests=_suggests,
            changed=_changed,
        ),
    )
