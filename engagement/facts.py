"""Facts of « Engager » as SQL annotations of ``Ingenierie``, and how gates read them.

A gate, a tab and the checklist ask the same facts: each is written once, and any number of ingénieries costs one query.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from accounts.enums import OrganisationKind
from core.formats import format_date, plural
from engagement.enums import EtatReunion, NatureObjectif, Verdict
from engagement.models import (
    AvisComite,
    ConventionCofinancement,
    Objectif,
    PartenaireProjet,
    ResultatAttendu,
    Reunion,
    ValorisationTemps,
    VersionBudget,
)
from engagement.summary import Balance
from engagement.tva import CENT
from projects.enums import SensAvis
from projects.facts import Answer, count_of
from projects.models import Ingenierie

# --- Annotations ----------------------------------------------------------------------------------------------------


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


def reunions() -> dict[str, Any]:
    rows = Reunion.objects.exclude(state=EtatReunion.ANNULEE)
    return {
        "eng_reunions": count_of(rows),
        "eng_reunions_tenues": count_of(rows.filter(state=EtatReunion.TENUE)),
        "eng_comptes_rendus": count_of(rows.exclude(compte_rendu="")),
    }


def objectifs() -> dict[str, Any]:
    return {
        "eng_strategiques": count_of(Objectif.objects.filter(nature=NatureObjectif.STRATEGIQUE)),
        "eng_operationnels": count_of(Objectif.objects.filter(nature=NatureObjectif.OPERATIONNEL)),
    }


def objectifs_evaluation() -> dict[str, Any]:
    return {"eng_objet": F("objectifs_projet__objet"), "eng_raisons": F("objectifs_projet__raisons")}


def resultats() -> dict[str, Any]:
    return {
        "eng_resultats": count_of(ResultatAttendu.objects.all()),
        "eng_resultats_fixes": count_of(ResultatAttendu.objects.filter(fixe=True)),
    }


def _associes(**filters: Any):
    return Ingenierie.associes.through.objects.filter(organisation__kind=OrganisationKind.DLA, **filters)


def avis() -> dict[str, Any]:
    """How many DLA are expected to give the opinion of their comité d'appui, and what they gave.

    Same definition as :func:`engagement.services.validation.expected_organisations`.
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


def _total(name: str) -> Coalesce:
    output = DecimalField(max_digits=15, decimal_places=2)
    return Coalesce(F(f"budget__{name}"), Decimal("0.00"), output_field=output)


def budget() -> dict[str, Any]:
    """The totals of the kept scenario, that services write beside its lines."""
    return {
        "eng_charges": _total("total_charges"),
        "eng_ressources": _total("total_ressources"),
        "eng_meles": Coalesce(F("budget__montants_meles"), 0),
    }


def autour_du_budget() -> dict[str, Any]:
    return {
        "eng_conventions": count_of(ConventionCofinancement.objects.all()),
        "eng_versions": count_of(VersionBudget.objects.all()),
    }


def budget_confirme() -> dict[str, Any]:
    return {"eng_confirme_le": F("budget__confirme_le")}


def valorisation() -> dict[str, Any]:
    return {**budget(), "eng_valorisations": count_of(ValorisationTemps.objects.filter(scenario__retenu=True))}


# --- Readings -------------------------------------------------------------------------------------------------------


def _value(values: Any, name: str) -> Any:
    """The same facts come as a row of values (gates) or as attributes of the ingénierie (tabs)."""
    return values[name] if isinstance(values, Mapping) else getattr(values, name)


def _cents(value: Decimal) -> Decimal:
    # SQLite keeps decimals as floating point: the total is a number of cents again here.
    return Decimal(value).quantize(CENT)


def balance_of(values: Any) -> Balance:
    """The balance from the annotations of :func:`budget`."""
    return Balance(
        _cents(_value(values, "eng_charges")), _cents(_value(values, "eng_ressources")), _value(values, "eng_meles")
    )


def read_partenaires(values, ingenierie) -> Answer:
    count = values["eng_partenaires"]
    return Answer(count >= 1, plural(count, "partenaire associé", "partenaires associés"))


def read_objectifs(values, ingenierie) -> Answer:
    counts = {"stratégique": values["eng_strategiques"], "opérationnel": values["eng_operationnels"]}
    missing = [f"un objectif {level}" for level, count in counts.items() if not count]
    if missing:
        return Answer(False, f"il manque {' et '.join(missing)}")
    return Answer(True, ", ".join(plural(count, level) for level, count in counts.items()))


def read_evaluation(values, ingenierie) -> Answer:
    missing = [
        label
        for key, label in (("eng_objet", "l’objet"), ("eng_raisons", "les raisons"))
        if not (values[key] or "").strip()
    ]
    return Answer(not missing, f"il manque {' et '.join(missing)} de l’évaluation" if missing else "")


def given(values: Any) -> dict[str, int]:
    return {sens: _value(values, f"eng_avis_{sens}") for sens in SensAvis.values}


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


def read_budget(values, ingenierie) -> Answer:
    balance = balance_of(values)
    return Answer(balance.equilibre, balance.phrase.rstrip("."))


def read_resultats(values, ingenierie) -> Answer:
    count, fixed = values["eng_resultats"], values["eng_resultats_fixes"]
    if not count:
        return Answer(False, "aucun résultat attendu n’est écrit")
    return Answer(fixed == count, f"{plural(fixed, 'résultat fixé', 'résultats fixés')} sur {count}")


def read_confirme(values, ingenierie) -> Answer:
    at = values["eng_confirme_le"]
    return Answer(at is not None, f"confirmé le {format_date(at)}" if at else "")
