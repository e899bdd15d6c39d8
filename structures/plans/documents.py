"""The printed plan d'accompagnement, in the form of the example of the DLA 37 (002), and the blank one."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.text import slugify

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import BuiltDocument, Column, DocumentType, Table
from core.formats import NBSP, format_date
from structures.plans.content import content_of
from structures.plans.models import PlanAccompagnement

CODE = "plan_accompagnement"
COLUMNS = (
    ("Difficulté rencontrée", "difficulte"),
    ("Cause supposée", "cause"),
    ("Action envisagée", "action"),
    ("Échéance", "echeance"),
    ("Moyens à mobiliser", "moyens"),
)


def parts_of(content: dict) -> dict:
    """The rows and the missions of a content (``content.content_of``), as ``document.html`` prints them."""
    return {
        "lignes": Table(
            columns=[Column(label) for label, _ in COLUMNS],
            rows=[[row[code] for _, code in COLUMNS] for row in content["lignes"]],
            blank=7,
        ),
        "resultats": [(row["difficulte"], row["resultats"]) for row in content["lignes"] if row["resultats"]],
        "missions": [
            {**mission, "lines": [line.removeprefix("- ") for line in mission["objectifs"].splitlines()]}
            for mission in content["missions"]
        ],
        "modalites": content["modalites"],
    }


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """What the printed plan says. Raises ``PlanAccompagnement.DoesNotExist``."""
    found = PlanAccompagnement.objects.select_related(
        "structure__departement", "structure__secteur", "organisation", "diagnostic"
    )
    plan = found.get(pk=object_id)
    structure = plan.structure
    content = content_of(plan)
    last = plan.actualisations.filter(numero=plan.numero).first()
    version = ""
    if last is not None and not blank:
        version = f"{'Établi' if last.numero == 1 else 'Actualisé'} le {format_date(last.le)}"
    return BuiltDocument(
        template="structures/plans/document.html",
        context={
            "header": letterhead(
                plan.organisation,
                kind="Trame à remplir avec la structure" if blank else "Plan d’accompagnement de la structure",
                version=version,
                name="" if blank else f"Plan d’accompagnement{NBSP}: {structure}",
                date="" if blank else f"Imprimé le {format_date(clock.today())}",
            ),
            "facts": [
                ("Structure", str(structure)),
                ("Secteur et département", f"{structure.secteur}, {structure.departement}"),
                ("Issu du", content["diagnostic"]),
            ],
            **parts_of(content),
            "signatories": ["Pour la structure", "Pour le DLA"],
        },
        title="Plan d’accompagnement" if blank else f"Plan d’accompagnement : {structure}",
        filename="trame-plan.pdf" if blank else f"plan-accompagnement-{slugify(structure.name)[:60]}.pdf",
        obj=plan,
        author=str(plan.organisation),
        subject="Plan d’accompagnement d’une structure",
    )


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the plans ``ids`` that the actor reads."""
    return set(PlanAccompagnement.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


PLAN_PDF = DocumentType(label="Plan d’accompagnement", build=build, can_view=readable, has_blank=True)
