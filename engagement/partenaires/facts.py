"""Facts of the network of partners, as SQL annotations of ``Ingenierie``, and how gates read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from core.formats import plural
from engagement.partenaires.enums import Verdict
from engagement.partenaires.models import PartenaireProjet
from projects.facts import Answer, count_of


def partenaires() -> dict[str, Any]:
    return {"eng_partenaires": count_of(PartenaireProjet.objects.all())}


def partenaires_detail() -> dict[str, Any]:
    rows = PartenaireProjet.objects.all()
    unseen = Q()
    for name in ("problematique_partagee", "complementaire", "interet"):
        unseen |= Q(**{name: Verdict.A_VOIR})
    contributes = Q(systeme_intervenant=True) | ~Q(contribution_technique="") | ~Q(contribution_financiere="")
    return {
        **partenaires(),
        "eng_verifies": count_of(rows.exclude(unseen)),
        "eng_attentes": count_of(rows.exclude(attentes="", motivations="")),
        "eng_contributions": count_of(rows.filter(contributes)),
    }


def read_partenaires(values, ingenierie) -> Answer:
    count = values["eng_partenaires"]
    return Answer(count >= 1, plural(count, "partenaire associé", "partenaires associés"))
