"""Facts of the validation, as SQL annotations of ``Ingenierie``, and how gates read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When

from accounts.enums import OrganisationKind
from core.formats import format_date, plural
from engagement.facts import value_of
from engagement.validation.models import A_REPONDRE, AvisComite, ValidationPorteur
from projects.enums import SensAvis
from projects.facts import Answer, count_of, first_of
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
        "eng_avis_attendus": count_of(_other_dla()) + pilot,
        "eng_avis_sans_reponse": count_of(expected.filter(sens__in=A_REPONDRE, reponse="")),
        **{f"eng_avis_{sens}": count_of(expected.filter(sens=sens)) for sens in SensAvis.values},
    }


def _other_dla():
    """The associated DLA beside the pilot."""
    return _associes().exclude(organisation=F("ingenierie__pilote"))


def porteur() -> dict[str, Any]:
    """How many structures porteuses are expected to validate, how many did, and when the last one did.

    Same definition as :func:`engagement.dla.expected_porteurs`.
    """
    expected = ValidationPorteur.objects.filter(
        Q(organisation=F("ingenierie__pilote"))
        | Exists(_associes(ingenierie=OuterRef("ingenierie"), organisation=OuterRef("organisation"))),
    )
    done = expected.filter(validee=True)
    return {
        "eng_porteurs_attendus": count_of(_other_dla()) + 1,
        "eng_porteurs": count_of(done),
        "eng_porteur_date": first_of(done.order_by("-date"), "date"),
        "eng_financeurs": count_of(done.filter(financeurs_date__isnull=False)),
    }


def given(values: Any) -> dict[str, int]:
    return {sens: value_of(values, f"eng_avis_{sens}") for sens in SensAvis.values}


_SENS_WORDS = {
    SensAvis.FAVORABLE: ("favorable", "favorables"),
    SensAvis.RESERVES: ("favorable avec réserves", "favorables avec réserves"),
    SensAvis.DEFAVORABLE: ("défavorable", "défavorables"),
    SensAvis.AJOURNE: ("ajourné", "ajournés"),
}


def read_comite(values, ingenierie) -> Answer:
    expected, found = values["eng_avis_attendus"], given(values)
    if not expected:
        return Answer(True, "aucun DLA n’est pilote ni associé : sans objet")
    detail = f"{plural(sum(found.values()), 'avis', 'avis')} sur {expected}"
    senses = [plural(count, *_SENS_WORDS[sens]) for sens, count in found.items() if count]
    told = f"{detail} : {', '.join(senses)}" if senses else detail
    if waits := values["eng_avis_sans_reponse"]:
        told += _waiting(waits)
    return Answer(counted(values) >= expected, told)


def counted(values: Any) -> int:
    """How many opinions count: those given, but those that wait for the pilot's answer."""
    return sum(given(values).values()) - value_of(values, "eng_avis_sans_reponse")


def read_comite_informe(values, ingenierie) -> Answer:
    """For an ingénierie individuelle: one opinion shows that a comité d'appui was informed; against it or adjourned, it
    is answered in writing as that of a collective."""
    senses = [plural(count, *_SENS_WORDS[sens]) for sens, count in given(values).items() if count]
    if not senses:
        return Answer(False, "aucun avis n’est enregistré")
    waits = values["eng_avis_sans_reponse"]
    return Answer(not waits, f"avis {', '.join(senses)}" + (_waiting(waits) if waits else ""))


def _waiting(count: int) -> str:
    return f" ; {plural(count, 'attend', 'attendent')} une réponse écrite du pilote"


def read_porteur(values, ingenierie) -> Answer:
    expected, done = values["eng_porteurs_attendus"], values["eng_porteurs"]
    if expected > 1:
        return Answer(done >= expected, f"{plural(done, 'validation')} sur {expected}, une par DLA")
    if not done:
        return Answer(False, "validation à recueillir")
    return Answer(True, f"validée le {format_date(values['eng_porteur_date'])}")
