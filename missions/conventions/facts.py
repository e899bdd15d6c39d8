"""Facts of the conventions, as SQL annotations of ``Ingenierie``, and how gate, tab, budget and démarche read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from consultations.choix.models import ChoixPrestataire
from core.formats import format_date, plural
from engagement.budget.jours import JoursAilleurs
from engagement.budget.prix import PrixAilleurs
from engagement.budget.tva import CENT, Montants
from missions.conventions.enums import SIGNEES, EtatAvenant, EtatConvention
from missions.conventions.models import Avenant, Convention, Signataire
from projects.evidence import Evidence
from projects.facts import Answer, count_of, first_of

#: The state that is told first of several conventions: what remains to do before what is done.
_LEAST = (EtatConvention.PROJET, EtatConvention.A_SIGNER, EtatConvention.SIGNEE, EtatConvention.CLOSE)


def url(pk: int) -> str:
    return reverse("missions:conventions", args=[pk])


def _standing():
    return Convention.objects.standing().order_by()


def conventions() -> dict[str, Any]:
    """How many missions have their prestataire, how many a signed convention, and what is told of the last one."""
    chosen = ChoixPrestataire.objects.standing()
    signed = _standing().filter(state__in=SIGNEES)
    last = _standing().order_by("-created_at", "-pk")
    return {
        "conv_missions": count_of(chosen),
        "conv_couvertes": count_of(chosen.filter(pk__in=signed.values("choix"))),
        "conv_state": first_of(last, "state"),
        "conv_reference": first_of(last, "reference"),
        "conv_signee_le": first_of(signed.order_by("-signee_le", "-pk"), "signee_le"),
    }


def told(values: Any) -> str:
    """« signée », « à signer », « projet », or empty."""
    state = values["conv_state"] if isinstance(values, dict) else values.conv_state
    return EtatConvention(state).label if state else ""


def read(values: dict[str, Any], ingenierie: Any) -> Answer:
    """The condition « La convention est signée »: of each mission whose prestataire is retained."""
    missions, covered = values["conv_missions"], values["conv_couvertes"]
    if missions and covered == missions:
        return Answer(True, f"{values['conv_reference']}, signée le {format_date(values['conv_signee_le'])}")
    if covered:
        return Answer(False, f"{plural(covered, 'mission')} sur {missions} : convention signée")
    if not values["conv_state"]:
        return Answer(False, "pas encore commencée")
    return Answer(False, f"{values['conv_reference']} : {told(values)}")


def evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    if not values["conv_state"]:
        return None
    return Evidence(f"Convention {values['conv_reference']} : {told(values)}", url(ingenierie.pk))


def avenants() -> dict[str, Any]:
    rows = Avenant.objects.filter(state=EtatAvenant.SIGNE, convention__choix__retire_at__isnull=True)
    return {"conv_avenants": count_of(rows, "convention__ingenierie")}


def avenants_evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    count = values["conv_avenants"]
    if not count:
        return None
    return Evidence(f"{plural(count, 'avenant signé', 'avenants signés')}", url(ingenierie.pk))


def why_project_is_frozen(choix: ChoixPrestataire) -> str:
    """Why the project of ``choix`` does not change any more: a convention to which it is annexed is to be signed, or
    is signed; ``""`` else."""
    found = Convention.objects.filter(choix=choix).exclude(state=EtatConvention.PROJET).order_by("pk").first()
    if found is None:
        return ""
    if found.state == EtatConvention.A_SIGNER:
        return f"Le projet est annexé à la {found}, à la signature : il ne change plus."
    return f"Le projet est annexé à la {found}, signée : ce qui change s’écrit désormais par avenant."


def fin_dite():
    """Annotation of a convention: the end of its mission as it is now, a signed avenant counted."""
    moved = Avenant.objects.filter(convention=OuterRef("pk"), state=EtatAvenant.SIGNE, fin__isnull=False)
    return Coalesce(Subquery(moved.order_by("-numero").values("fin")[:1]), "fin")


# --- What the budget reads ------------------------------------------------------------------------------------------


def _sum_of(field: str, digits: int, places: int) -> Subquery:
    rows = _standing().filter(ingenierie=OuterRef("pk")).values("ingenierie")
    output = DecimalField(max_digits=digits, decimal_places=places)
    return Subquery(rows.annotate(total=Sum(field)).values("total"), output_field=output)


def _known_of(field: str) -> Subquery:
    rows = _standing().filter(ingenierie=OuterRef("pk")).values("ingenierie")
    return Subquery(rows.annotate(n=Count(field)).values("n"))


def amounts() -> dict[str, Any]:
    """What all the conventions of an ingénierie come to."""
    return {
        "conv_count": count_of(_standing()),
        "conv_reference": first_of(_standing().order_by("-created_at", "-pk"), "reference"),
        "conv_taux": first_of(_standing().order_by("-created_at", "-pk"), "taux_tva"),
        "conv_ht": _sum_of("prix_ht", 14, 2),
        "conv_ttc": _sum_of("prix_ttc", 14, 2),
        "conv_n_ht": _known_of("prix_ht"),
        "conv_n_ttc": _known_of("prix_ttc"),
        "conv_jours": _sum_of("jours", 7, 1),
        "conv_n_jours": _known_of("jours"),
    }


def _named(values: dict[str, Any]) -> str:
    if values["conv_count"] > 1:
        return "l’ensemble des conventions"
    return f"la convention {values['conv_reference']}"


def _whole(values: dict[str, Any], total: str, known: str) -> Decimal | None:
    """The total, when every convention tells it."""
    if not values["conv_count"] or values[known] != values["conv_count"] or values[total] is None:
        return None
    # SQLite keeps decimals as floating point: the total is a number of cents again here.
    return Decimal(values[total]).quantize(CENT)


def read_prix(values: dict[str, Any], ingenierie: Any) -> PrixAilleurs | None:
    """The price that the conventions fix."""
    ht, ttc = _whole(values, "conv_ht", "conv_n_ht"), _whole(values, "conv_ttc", "conv_n_ttc")
    if ht is None and ttc is None:
        return None
    return PrixAilleurs(_named(values), Montants(ht, ttc), url(ingenierie.pk), values["conv_taux"])


def read_jours(values: dict[str, Any], ingenierie: Any) -> JoursAilleurs | None:
    """The days that the conventions count."""
    days = _whole(values, "conv_jours", "conv_n_jours")
    return JoursAilleurs(_named(values), days, days, url(ingenierie.pk)) if days else None


def waiting_count() -> Subquery:
    """How many signatures the text of a convention, or of an avenant (annotated by its pk), waits for."""
    rows = Signataire.objects.filter(
        acte__convention=OuterRef("pk"), acte__avenant=None, acte__numero=OuterRef("numero"), signe_le=None
    )
    return Subquery(rows.order_by().values("acte").annotate(n=Count("pk")).values("n"))
