"""Personal links of « Engager »: partners who are asked by link what they think of it, and what became of it."""

from __future__ import annotations

from random import Random

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.links import EXPIRE, holder, status_of
from core.actor import Actor
from demo.story.course import Event, Story
from engagement.partenaires import services
from engagement.partenaires.models import PartenaireProjet, ReponsePartenaire

#: (three verdicts, expectations, motivations, what it would bring) of an answer.
_ANSWERS = (
    (
        "oui", "oui", "oui",
        "Un bilan à mi-parcours, et des effets visibles pour les plus petites associations.",
        "Le sujet revient dans nos rencontres depuis deux ans sans que personne ne le prenne en main.",
        "Une salle, et un relais auprès de nos adhérents.",
    ),
    (
        "oui", "a_voir", "oui",
        "Que l’action s’articule avec les permanences que nous tenons déjà.",
        "Faire connaître ces permanences.",
        "Une demi-journée de présentation aux structures.",
    ),
)  # fmt: skip


def events(story: Story) -> list[Event]:
    """Two partners are asked; the first answers soon, and its answer is taken up before the démarche is confirmed."""
    if story.attested or Random(f"{story.key}:liens").random() < 0.35:
        return []
    return [
        (0.335, lambda: _ask(story, 0)),
        (0.336, lambda: _ask(story, 1)),
        (0.42, lambda: _answer(story, 0)),
        (0.55, lambda: _take_up(story)),
        (0.7, lambda: _answer(story, 1)),
    ]


def _row(story: Story, index: int) -> PartenaireProjet | None:
    rows = PartenaireProjet.objects.select_related("partenaire", "ingenierie").filter(ingenierie=story.ingenierie)
    return rows.order_by("pk")[index : index + 1].first()


def _ask(story: Story, index: int) -> None:
    row = _row(story, index)
    if row is not None and row.partenaire.contact_email:
        accounts.send_link(
            services.QUESTIONNAIRE,
            row,
            name=f"Direction, {row.partenaire.name}"[:120],
            email=row.partenaire.contact_email,
            actor=story.actor,
        )


def _holder(story: Story, row: PartenaireProjet) -> Actor | None:
    """Who answers: the contact of the partner, reminded first when the link expired."""
    grant = Grant.objects.of(row, services.QUESTIONNAIRE).first()
    if grant is None:
        return None
    if status_of(grant) == EXPIRE:
        grant = accounts.resend_link(grant, actor=story.actor)
    accounts.note_opening(accounts.Link(grant, grant.version))
    return holder(grant)


def _answer(story: Story, index: int) -> None:
    row = _row(story, index)
    actor = _holder(story, row) if row is not None else None
    if actor is None:
        return
    partagee, complementaire, interet, attentes, motivations, apport = _ANSWERS[index]
    services.save_answer(
        row,
        {
            "problematique_partagee": partagee,
            "complementaire": complementaire,
            "interet": interet,
            "attentes": attentes,
            "motivations": motivations,
            "contribution_technique": apport,
        },
        actor=actor,
        expected_version=0,
        send=True,
    )


def _take_up(story: Story) -> None:
    answer = (
        ReponsePartenaire.objects.to_treat()
        .select_related("partenaire_projet__partenaire", "partenaire_projet__ingenierie")
        .filter(partenaire_projet__ingenierie=story.ingenierie)
        .first()
    )
    if answer is not None:
        choices = {"attentes": "ajouter", "contribution_technique": "ajouter"}
        services.take_up(answer, choices, actor=story.actor, expected_version=answer.partenaire_projet.version)
