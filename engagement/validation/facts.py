"""Facts of the validation, as SQL annotations of ``Ingenierie``, and how gates read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When

from accounts.enums import OrganisationKind
from core.formats import format_date, plural
from engagement.facts import value_of
from engagement.validation.models import AvisComite
from projects.enums import SensAvis
from projects.facts import Answer, count_of
from projects.ingenierie.models import Ingenierie


def _associes(**filters: Any):
    return Ingenierie.associes.through.objects.filter(organisation__kind=OrganisationKind.DLA, **filters)


def avis() -> dict[str, Any]:
    """How many DLA are expected to give the opinion of their comité d'appui, and what they gave.

    Same definition as :func:`engagement.dla.expected_organisations`.
    """
    expected = AvisComite.objects.filter(
        Q(organisation=F("ingenierie__pilote"))
        | Exists(_associes(ingenierie=OuterRef("ingenierie"), organisation=OuterRef("organisation"))),
        organisation__kind=OrganisationKind.DLA,
    )
    pilot = Case(When(pilote__kind=OrganisationKind.DLA, then=Value(1)), default=Value(0), output_field=IntegerField())
    return {
        "eng_avis_attendus": count_of(_associes().exclude(organisation=F("ingenierie__pilote"))) + pilot,
        **{f"eng_avis_{sens}": count_of(expected.filter(sens=sens)) for sens in SensAvis.values},
    }


def porteur() -> dict[str, Any]:
    return {
        "eng_porteur": F("validation_porteur__validee"),
        "eng_porteur_date": F("validation_porteur__date"),
        "eng_financeurs_date": F("validation_porteur__financeurs_date"),
    }


def given(values: Any) -> dict[str, int]:
    return {sens: value_of(values, f"eng_avis_{sens}") for sens in SensAvis.values}


_SENS_WORDS = {
    SensAvis.FAVORABLE: ("favorable", "favorables"),
    SensAvis.RESERVES: ("favorable avec réserves", "favorables avec réserves"),
    SensAvis.DEFAVORABLE: ("défavorable", "défavorables"),
    SensAvis.AJOURNE: ("ajourné, qui ne compte pas encore", "ajournés, qui ne comptent pas encore"),
}


def read_comite(values, ingenierie) -> Answer:
    expected, found = values["eng_avis_attendus"], given(values)
    if not expected:
        return Answer(True, "aucun DLA n’est pilote ni associé : sans objet")
    counted = sum(count for sens, count in found.items() if sens != SensAvis.AJOURNE)
    detail = f"{plural(counted, 'avis', 'avis')} sur {expected}"
    senses = [plural(count, *_SENS_WORDS[sens]) for sens, count in found.items() if count]
    return Answer(counted >= expected, f"{detail} : {', '.join(senses)}" if senses else detail)


def read_comite_informe(values, ingenierie) -> Answer:
    """For an ingénierie individuelle: one opinion, whatever it says, shows that a comité d'appui was informed."""
    told = [plural(count, *_SENS_WORDS[sens]) for sens, count in given(values).items() if count]
    return Answer(bool(told), f"avis {', '.join(told)}" if told else "aucun avis n’est enregistré")


def read_porteur(values, ingenierie) -> Answer:
    if not values["eng_porteur"]:
        return Answer(False, "validation à recueillir")
    return Answer(True, f"validée le {format_date(values['eng_porteur_date'])}")
