"""What the démarche gives to the dossier: its tab, its condition, the files of its actions."""

from __future__ import annotations

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.urls import reverse

from core.formats import plural
from core.uploads import ATTACHMENT_RIGHTS
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.demarche.attachments import ITEM_FILES
from projects.demarche.avancement import SETTLED
from projects.demarche.models import ChecklistItem
from projects.facts import Answer
from projects.tabs import TABS, Tab


def _items(**filters):
    rows = (
        ChecklistItem.objects.filter(ingenierie=OuterRef("pk"), optional=False, **filters)
        .order_by()
        .values("ingenierie")
    )
    return rows


def _checklist_counts() -> dict:
    counted = _items().annotate(n=Count("pk", filter=Q(state__in=SETTLED))).values("n")
    total = _items().annotate(n=Count("pk")).values("n")
    return {
        "n_items_done": Subquery(counted, output_field=IntegerField()),
        "n_items": Subquery(total, output_field=IntegerField()),
    }


def _step_remaining() -> dict:
    rows = _items(step=OuterRef("state")).annotate(n=Count("pk", filter=~Q(state__in=SETTLED))).values("n")
    return {"n_step_remaining": Subquery(rows, output_field=IntegerField())}


def _read_checklist(values, ingenierie) -> Answer:
    remaining = values["n_step_remaining"] or 0
    return Answer(
        remaining == 0, plural(remaining, "action reste à cocher", "actions restent à cocher") if remaining else ""
    )


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    TABS.register(
        "demarche",
        Tab("Démarche", "projects:demarche", _checklist_counts, lambda i: f"{i.n_items_done or 0}/{i.n_items or 0}"),
        order=20,
    )
    CONDITIONS.register(
        "checklist",
        ConditionProvider(
            _read_checklist,
            lambda pk: reverse("projects:demarche", args=[pk]),
            "Voir la démarche",
            _step_remaining,
        ),
    )
    ATTACHMENT_RIGHTS.register("projects.checklistitem", ITEM_FILES)
