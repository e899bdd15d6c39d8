"""The facts that the dossier knows of an evaluation: means, people reached, results, costs, delays.

Each function answers for one register, in a fixed number of queries. What is planned is told from « Engager » and
« Confirmer », what was done from the mission.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

from django.db.models import Count
from django.urls import reverse

from core import clock
from core.formats import format_date, format_days, format_money_plain, plural
from core.journal import entries_for
from engagement.budget.enums import NatureCharge
from engagement.budget.summary import budget_of
from engagement.objectifs.summary import objectifs_of
from engagement.partenaires.models import PartenaireProjet
from evaluation.synthese.registry import FAITS, Fait, Faits, une_fois
from missions.conventions.enums import EtatAvenant
from missions.conventions.models import Avenant, Convention
from missions.conventions.services.avenants import Termes, termes_of
from mobilisation.groupes.models import Groupe
from mobilisation.projet.enums import Registre
from mobilisation.projet.models import ProjetIntervention
from projects.enums import STEPS, Etat, EtatMobilisation
from projects.ingenierie.mobilisation import Mobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

JOURS_GRAPHIQUE = "Jours prévus et donnés"
COUTS_GRAPHIQUE = "Coûts prévus et réels"
STRUCTURES_GRAPHIQUE = "Structures, de repérées à confirmées"


def missions_of(ingenierie: Ingenierie) -> list[Convention]:
    """Its signed missions whose prestataire is still retained: one query."""
    rows = Convention.objects.signed().standing().filter(ingenierie=ingenierie)
    return une_fois(
        ("missions", ingenierie.pk), lambda: list(rows.select_related("choix__prestataire").order_by("debut", "pk"))
    )


def termes(convention: Convention) -> Termes:
    """The end and the price of a mission, avenants included: one query."""
    return une_fois(("termes", convention.pk), lambda: termes_of(convention))


def money(value: Decimal | None) -> str:
    return format_money_plain(value) if value is not None else ""


def day(value: dt.date | None) -> str:
    return format_date(value) if value else ""


# --- Cohérence: means ---


def moyens(ingenierie: Ingenierie) -> list[Fait]:
    """Days fixed and agreed, groups, partners, changes accepted."""
    pk = ingenierie.pk
    url = reverse("mobilisation:projet", args=[pk]) if not ingenierie.is_individuelle else ""
    conventions = missions_of(ingenierie)
    projet = ProjetIntervention.objects.filter(ingenierie=pk).first()
    agreed = sum((c.jours for c in conventions if c.jours), Decimal(0)) or None
    planned = projet.jours if projet else None
    told: list[Fait] = []
    if planned or agreed:
        told.append(
            Fait(
                "Jours d’intervention, projet puis convention",
                format_days(planned) if planned else "",
                format_days(agreed) if agreed else "",
                reverse("missions:conventions", args=[pk]) if conventions else url,
            )
        )
    groups = Groupe.objects.filter(ingenierie=pk).count()
    if groups:
        told.append(Fait("Groupes de structures", realise=str(groups), source_url=url))
    partners = PartenaireProjet.objects.filter(ingenierie=pk).values_list(
        "systeme_intervenant", "comite_pilotage", "evaluation"
    )
    rows = list(partners)
    if rows:
        roles = [
            plural(count, one, many)
            for count, one, many in (
                (sum(r[1] for r in rows), "au comité de pilotage", "au comité de pilotage"),
                (sum(r[0] for r in rows), "dans le système intervenant", "dans le système intervenant"),
                (sum(r[2] for r in rows), "associé à l’évaluation", "associés à l’évaluation"),
            )
            if count
        ]
        among = f", dont {', '.join(roles)}" if roles else ""
        told.append(
            Fait(
                "Partenaires associés",
                realise=f"{len(rows)}{among}",
                source_url=reverse("engagement:partenaires", args=[pk]),
            )
        )
    avenants = Avenant.objects.filter(
        convention__in=[c.pk for c in conventions], state=EtatAvenant.SIGNE
    ).count()  # fmt: skip
    if conventions:
        told.append(
            Fait(
                "Changements acceptés par avenant",
                realise=str(avenants) if avenants else "aucun",
                source_url=reverse("missions:conventions", args=[pk]),
            )
        )
    return told


# --- Pertinence: what was aimed at, who came ---


def objectifs(ingenierie: Ingenierie) -> list[Fait]:
    """How many objectives were fixed."""
    found = objectifs_of(ingenierie.pk)
    url = reverse("engagement:objectifs", args=[ingenierie.pk])
    pairs = (("Objectifs stratégiques", found.strategiques), ("Objectifs opérationnels", found.operationnels))
    return [Fait(label, prevu=plural(len(rows), "fixé", "fixés"), source_url=url) for label, rows in pairs if rows]


def structures(ingenierie: Ingenierie) -> list[Fait]:
    """Who was touched, by state."""
    if ingenierie.is_individuelle:
        return []
    m = Mobilisation.of(ingenierie)
    url = reverse("projects:structures", args=[ingenierie.pk])
    counted = Counter(
        dict(
            StructureCiblee.objects.filter(ingenierie=ingenierie.pk)
            .order_by()
            .values_list("state")
            .annotate(n=Count("pk"))
        )
    )
    if not m.reperees:
        return []

    def bar(label: str, count: int, planned: int | None = None) -> Fait:
        return Fait(
            label,
            str(planned) if planned else "",
            str(count),
            url,
            nombres=(Decimal(planned) if planned else None, Decimal(count)),
            unite="structure",
            graphique=STRUCTURES_GRAPHIQUE,
        )

    return [
        bar("Structures repérées", m.reperees),
        bar("Structures contactées", m.contactees),
        bar("Structures qui ont répondu", m.repondu),
        bar("Structures qui ont décliné", counted[EtatMobilisation.DECLINEE]),
        bar("Structures confirmées", m.confirmees, m.annoncees),
    ]


# --- Efficience: costs, delays ---


def couts(ingenierie: Ingenierie) -> list[Fait]:
    """What was planned and what it came to."""
    pk, lu = ingenierie.pk, budget_of(ingenierie.pk)
    url = reverse("engagement:budget", args=[pk])
    conventions = missions_of(ingenierie)
    prices = [termes(c).prix.selon(lu.cadre.regime) for c in conventions]
    agreed = sum((p for p in prices if p is not None), Decimal(0)) if prices and None not in prices else None
    planned = [c.montants.selon(lu.cadre.regime) for c in lu.charges if c.nature == NatureCharge.REALISATION]
    external = sum((p for p in planned if p is not None), Decimal(0)) if planned and None not in planned else None
    told: list[Fait] = []
    if external is not None or agreed is not None:
        told.append(
            Fait(
                f"Prestations extérieures ({lu.regime}), budget puis conventions",
                money(external),
                money(agreed),
                url,
                argent=True,
                nombres=(external, agreed),
                unite="€",
                graphique=COUTS_GRAPHIQUE,
            )
        )
    balance = lu.balance
    if balance.charges:
        others = balance.charges - (external or 0)
        real = agreed + others if agreed is not None else None
        told.append(
            Fait(
                f"Coût de l’ingénierie ({lu.regime}), budget puis avec le prix des conventions",
                money(balance.charges),
                money(real),
                url,
                argent=True,
                nombres=(balance.charges, real),
                unite="€",
                graphique=COUTS_GRAPHIQUE,
            )
        )
        obtained = lu.total_verse or None
        told.append(
            Fait(
                "Ressources, retenues puis versées",
                money(balance.ressources),
                money(obtained),
                url,
                argent=True,
                nombres=(balance.ressources, obtained),
                unite="€",
                graphique=COUTS_GRAPHIQUE,
            )
        )
        engaged = Mobilisation.of(ingenierie).confirmees
        if engaged and not ingenierie.is_individuelle:
            planned_for = Mobilisation.of(ingenierie).annoncees
            told.append(
                Fait(
                    "Coût par structure, annoncée puis confirmée",
                    money((balance.charges / planned_for).quantize(Decimal("0.01"))) if planned_for else "",
                    money(((real or balance.charges) / engaged).quantize(Decimal("0.01"))),
                    url,
                    argent=True,
                )
            )
    days = lu.total_jours_valorises
    if days:
        told.append(
            Fait("Temps du DLA et de ses partenaires, à part", format_days(days), "", url + "#valorisations")
        )  # fmt: skip
    return told


def _steps(ingenierie: Ingenierie) -> dict[str, dt.datetime]:
    """When each step began for the last time, and ``fin`` when it was closed: one query of the journal."""
    entries = entries_for(ingenierie).filter(
        object_type=Ingenierie._meta.label_lower, object_id=ingenierie.pk, verb__startswith="projects.ingenierie."
    )
    begun: dict[str, dt.datetime] = {Etat.IDENTIFIER: ingenierie.created_at}
    for at, changes in entries.order_by("at", "pk").values_list("at", "changes"):
        pair = changes.get("state")
        if pair:
            begun["fin" if pair[1] == Etat.CLOTURE else pair[1]] = at
    if ingenierie.state != Etat.CLOTURE:
        begun.pop("fin", None)
    return begun


def delais(ingenierie: Ingenierie) -> list[Fait]:
    """How long each step lasted; when the missions were to end, and end."""
    pk = ingenierie.pk
    url = reverse("projects:journal", args=[pk])
    told: list[Fait] = []
    begun = _steps(ingenierie)
    for number, step in enumerate(STEPS):
        entered = begun.get(step)
        left = next((begun[s] for s in STEPS[number + 1 :] if s in begun), None)
        if entered is None:
            continue
        days = ((left or begun.get("fin") or clock.now()) - entered).days
        still = "" if left or begun.get("fin") else ", en cours"
        told.append(
            Fait(f"Étape « {step.label} »", "", f"{plural(days, 'jour')}{still}", url)
        )  # fmt: skip
    if ingenierie.date_fin:
        ended = begun.get("fin")
        told.append(Fait("Fin de l’ingénierie", day(ingenierie.date_fin), format_date(ended) if ended else "", url))
    for convention in missions_of(ingenierie):
        now = termes(convention).fin
        if convention.fin or now:
            told.append(
                Fait(
                    f"Fin de la mission de {convention.choix.prestataire}",
                    day(convention.fin),
                    f"{day(now)}, par avenant" if now != convention.fin else "",
                    reverse("missions:convention", args=[pk, convention.pk]),
                )
            )
    return told


def register() -> None:
    """Called once by :func:`evaluation.synthese.providers.register`."""
    FAITS.register("moyens", Faits(Registre.COHERENCE, moyens), order=10)
    FAITS.register("objectifs", Faits(Registre.PERTINENCE, objectifs), order=20)
    FAITS.register("structures", Faits(Registre.PERTINENCE, structures), order=30)
    FAITS.register("couts", Faits(Registre.EFFICIENCE, couts), order=60)
    FAITS.register("delais", Faits(Registre.EFFICIENCE, delais), order=70)
