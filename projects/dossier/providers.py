"""What the dossier itself gives: menu, tabs, dates, what a leaver holds."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.handover import HOLDINGS, Holding
from core import journal
from core.editing import apply_changes
from core.menu import MENU, MenuEntry
from core.merging import MOVES
from core.uploads import ATTACHMENT_RIGHTS
from projects.dashboard import TODOS
from projects.dossier import echeances, papiers
from projects.dossier.dashboard import pace
from projects.ingenierie.attachments import INGENIERIE_FILES
from projects.ingenierie.merging import move_ingenieries, moved_already
from projects.ingenierie.models import Ingenierie
from projects.papiers import PAPERS
from projects.tabs import TABS, Tab


def _held(user, organisation):
    """The ingénieries a person carries in an organisation, handed over when she leaves."""
    carrying = Q(pilote=organisation) | Q(referent=organisation) | Q(associes=organisation)
    return Ingenierie.objects.filter(carrying, charge_mission=user).distinct()


def _count_held(user, organisation) -> int:
    return _held(user, organisation).count()


def _transfer(from_user, to_user, organisation, actor) -> list[tuple[str, str]]:
    moved = []
    for ingenierie in _held(from_user, organisation).order_by("pk"):
        apply_changes(
            ingenierie, {"charge_mission": to_user}, actor=actor, verb="projects.confiee", expected_version=None
        )
        moved.append((ingenierie.titre, reverse("projects:detail", args=[ingenierie.pk])))
    return moved


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    journal.register_verbs({"projects.confiee": "a confié l’ingénierie à une autre personne"})
    MENU.register(
        "ingenieries",
        MenuEntry("Ingénieries", "diagram-3", "projects:list", lambda actor: actor.organisation is not None),
        order=20,
    )
    TABS.register("documents", Tab("Documents", "projects:documents"), order=90)
    TABS.register("journal", Tab("Journal", "projects:journal"), order=95)
    HOLDINGS.register("ingenieries", Holding("Ingénieries portées", _count_held, _transfer))
    MOVES.register("projects.ingenierie.pilote", move_ingenieries)
    MOVES.register("projects.ingenierie.referent", moved_already)
    MOVES.register("projects.ingenierie_associes.organisation", moved_already)
    ATTACHMENT_RIGHTS.register("projects.ingenierie", INGENIERIE_FILES)
    TODOS.register("rythme", pace, order=10)
    echeances.register()
    PAPERS.register("pieces", papiers.attached, order=90)
