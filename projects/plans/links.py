"""What ingénieries give to the plans d'accompagnement: what a row opened, how it is carried out, what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from core.text import shortened
from projects.dashboard import LIMIT, TODOS, Todo
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.plans.models import LigneIngenierie
from structures.diagnostics.enums import EtatDiagnostic, ReponseStructure
from structures.diagnostics.models import Diagnostic, ReponseDiagnostic
from structures.plans.enums import EtatPlan, NatureMoyen
from structures.plans.models import LignePlan, PlanAccompagnement, ReponsePlan
from structures.plans.presenters import DUE
from structures.plans.registry import LIGNE_ACTIONS, LIGNE_LINKS, LigneAction, LigneLink


def links(lignes: Sequence[LignePlan], actor: Actor) -> dict[int, list[LigneLink]]:
    """The ingénierie of each row: two queries in all. Who may not read it whole has its title only."""
    found = list(LigneIngenierie.objects.filter(ligne__in=[ligne.pk for ligne in lignes]).select_related("ingenierie"))
    pks = [link.ingenierie_id for link in found]
    whole = set(Ingenierie.objects.visible_to(actor).filter(pk__in=pks).values_list("pk", flat=True)) if pks else set()
    return {
        link.ligne_id: [
            LigneLink(
                label=link.ingenierie.titre,
                url=reverse("projects:detail", args=[link.ingenierie_id]) if link.ingenierie_id in whole else "",
                state=link.ingenierie.get_state_display(),
            )
        ]
        for link in found
    }


def _why_not_open(actor: Actor, ligne: LignePlan) -> str | None:
    return permissions.why_not_create(actor)


def due(actor: Actor) -> list[Todo]:
    """The rows of plans late or due within 14 days, then the diagnostics and the plans that structures want changed:
    those one follows, all of the organisation's for a responsable. One query for each."""
    organisation = actor.organisation
    if organisation is None or actor.user_id is None or not (organisation.is_dla or organisation.is_c2ra):
        return []
    today, follows = clock.today(), actor.user_id
    lignes = LignePlan.objects.ouvertes().filter(
        organisation=organisation.pk, echeance__lte=today + DUE, plan__state=EtatPlan.EN_COURS
    )
    answers = ReponseDiagnostic.objects.filter(
        partage__diagnostic=OuterRef("pk"), partage__numero=OuterRef("numero_partage")
    ).order_by("-recue_le", "-pk")
    # Those still shared, of which the structure asked last that something be changed.
    diagnostics = (
        Diagnostic.objects.filter(organisation=organisation.pk, state=EtatDiagnostic.PARTAGE)
        .annotate(derniere=Subquery(answers.values("reponse")[:1]), jour=Subquery(answers.values("date")[:1]))
        .filter(derniere=ReponseStructure.A_MODIFIER)
    )
    said = ReponsePlan.objects.filter(
        actualisation__plan=OuterRef("pk"), actualisation__numero=OuterRef("numero")
    ).order_by("-recue_le", "-pk")
    plans = (
        PlanAccompagnement.objects.filter(organisation=organisation.pk, state=EtatPlan.EN_COURS)
        .annotate(derniere=Subquery(said.values("reponse")[:1]), jour=Subquery(said.values("date")[:1]))
        .filter(derniere=ReponseStructure.A_MODIFIER)
    )
    if not actor.membership.manages:
        lignes, diagnostics = lignes.filter(plan__suivi_par=follows), diagnostics.filter(suivi_par=follows)
        plans = plans.filter(suivi_par=follows)
    lignes = lignes.order_by("echeance", "pk").values_list("pk", "difficulte", "echeance", "plan__structure__name")
    diagnostics = diagnostics.order_by("jour", "pk").values_list("pk", "jour", "structure__name")
    plans = plans.order_by("jour", "pk").values_list("pk", "jour", "structure__name")
    return [
        *(_planned(*row, today) for row in lignes[:LIMIT]),
        *(_asked(*row) for row in diagnostics[:LIMIT]),
        *(_asked_of_plan(*row) for row in plans[:LIMIT]),
    ]


def _planned(pk: int, difficulte: str, echeance: dt.date, structure: str, today: dt.date) -> Todo:
    was = "était prévue" if echeance < today else "est prévue"
    return Todo(
        title=f"{structure} : {shortened(difficulte)}",
        detail=f"Plan d’accompagnement : cette action {was} pour le {format_date(echeance)}.",
        url=reverse("structures:ligne", args=[pk]),
        date=echeance,
        late=echeance < today,
    )


def _asked(pk: int, jour: dt.date, structure: str) -> Todo:
    return Todo(
        title=structure,
        detail=f"Diagnostic : la structure demande des modifications depuis le {format_date(jour)}. Reprenez-le, puis "
        "partagez-le de nouveau.",
        url=reverse("structures:diagnostic", args=[pk]),
    )


def _asked_of_plan(pk: int, jour: dt.date, structure: str) -> Todo:
    return Todo(
        title=structure,
        detail=f"Plan d’accompagnement : la structure demande des modifications depuis le {format_date(jour)}. "
        "Actualisez-le, puis donnez-le-lui de nouveau à lire.",
        url=reverse("structures:plan", args=[pk]),
    )


def register() -> None:
    """Called once by :func:`projects.plans.providers.register`."""
    LIGNE_LINKS.register("ingenierie", links)
    LIGNE_ACTIONS.register(
        "collective",
        LigneAction(
            "Ouvrir une ingénierie collective",
            "projects:ligne_ouvrir",
            {NatureMoyen.COLLECTIVE},
            icon="plus-lg",
            why_not=_why_not_open,
        ),
        order=10,
    )
    LIGNE_ACTIONS.register(
        "individuelle",
        LigneAction(
            "Ouvrir une ingénierie individuelle",
            "projects:ligne_ouvrir_individuelle",
            {NatureMoyen.INDIVIDUELLE},
            icon="plus-lg",
            why_not=_why_not_open,
        ),
        order=20,
    )
    LIGNE_ACTIONS.register(
        "rattacher",
        LigneAction(
            "Rattacher à une ingénierie",
            "projects:ligne_rattacher",
            {NatureMoyen.COLLECTIVE, NatureMoyen.INDIVIDUELLE, NatureMoyen.DLA},
            icon="link-45deg",
        ),
        order=30,
    )
    LIGNE_ACTIONS.register(
        "detacher",
        LigneAction(
            "Détacher de cette ingénierie",
            "projects:ligne_detacher",
            {NatureMoyen.COLLECTIVE, NatureMoyen.INDIVIDUELLE, NatureMoyen.DLA},
            icon="x-lg",
            linked=True,
        ),
        order=40,
    )
    TODOS.register("plans", due, order=15)
