"""The cahier des charges: prefilled, completed, validated, diffused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from consultations.cahier import services
from consultations.cahier.models import CahierDesCharges
from core import clock
from demo import cahiers, dates
from demo.story import special
from demo.story.course import Story
from mobilisation.projet import services as projet
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie


def _of(story: Story) -> CahierDesCharges:
    return CahierDesCharges.objects.select_related("ingenierie__pilote", "ingenierie__referent").get(
        ingenierie=story.ingenierie.pk
    )


def _section(story: Story, code: str, **values) -> None:
    services.update_section(_of(story), code, values, actor=story.actor)


def _running(story: Story) -> bool:
    """Is the intervention still to come?"""
    return story.row["etape"] == Etat.CONFIRMER


def start(story: Story) -> None:
    """Prefill it from the project."""
    services.create_cahier(Ingenierie.objects.get(pk=story.ingenierie.pk), story.actor)


def fill(story: Story) -> None:
    """What the project does not say: the order itself."""
    row = story.row
    contents = "\n".join(f"- {line}" for line in row["contenus"])
    stages = "\n".join(f"- {line}" for line in row["actions"])
    _section(
        story,
        "objectifs",
        # One theme and one general objective: two would blur the order.
        themes=story.themes()[:1],
        finalite=cahiers.finalite_of(row["titre"]),
        objectif_general=_general(story),
        # In the words of the project: those of the framework would say them twice.
        objectifs_operationnels="\n".join(f"- {line}" for line in row["objectifs_propres"]),
    )
    _section(
        story,
        "contenu",
        contenu_attendu=(
            f"Déroulement souhaité :\n{stages}\n\nContenus à traiter :\n{contents}\n\n"
            "Le prestataire remet une note méthodologique qui précise, étape par étape, le contenu, la durée et les "
            "outils employés."
        ),
        productions=(
            "- un support remis à chaque participant à chaque temps collectif ;\n"
            "- une synthèse par structure, avec les décisions prises et leur échéance ;\n"
            "- un rapport final remis au DLA et présenté au comité de pilotage."
        ),
    )
    begin, end = _period(story)
    projet.update_projet(
        story.ingenierie, actor=story.actor, expected_version=None, values={"date_debut": begin, "date_fin": end}
    )
    days = Decimal(str(row["jours"]))
    _section(
        story,
        "calendrier",
        # The budget pays the most; a shorter proposition that holds is welcome.
        jours_min=max(days - 1, Decimal(1)),
        jours_max=days,
        **cahiers.repartition(days, Decimal(0) if story.attested else days // 4),
        date_restitution=end,
        calendrier=row["calendrier"],
        cout_precisions="Frais de déplacement compris.",
    )


def _general(story: Story) -> str:
    return special.GENERAL.get(story.key) or f"{story.row['objectifs_propres'][0]}."


def _period(story: Story) -> tuple[dt.date, dt.date]:
    """When the intervention takes place: after the deadline, before the end of the ingénierie."""
    last = Ingenierie.objects.values_list("date_fin", flat=True).get(pk=story.ingenierie.pk)
    base = story.today if _running(story) else clock.today()
    begin = dates.next_working_day(base + dt.timedelta(days=70))
    return begin, max(last, begin + dt.timedelta(days=60))


def complete(story: Story) -> None:
    """The last things before it can be validated: the diagnostic, the deadline."""
    _section(
        story,
        "annexes",
        diagnostic="synthese",
        diagnostic_synthese=story.row["problematique"]["besoins"],
    )
    # One in four: the others have nothing of the structures to annex.
    if not cahiers.annex(_of(story), actor=story.actor) and len(story.row["titre"]) % 4 == 0:
        cahiers.annex_synthesis(_of(story), actor=story.actor)
    # Still open today for those that wait for answers; for the others, three weeks after the diffusion.
    base = story.today if _running(story) else clock.today()
    day = dates.next_working_day(base + dt.timedelta(days=26))
    _section(story, "reponse", date_limite=dt.datetime.combine(day, dt.time(17, 0), dates.PARIS))


def validate(story: Story) -> None:
    services.valider(_of(story), story.actor)


def diffuse(story: Story) -> None:
    services.diffuser(_of(story), story.actor)


def rectify(story: Story) -> None:
    """A second version, where the first raised questions."""
    cahiers.rectify(_of(story), actor=story.actor)
