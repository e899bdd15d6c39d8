"""The life of a publication in a région, declared once: each C2RA decides for its own."""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from partners.portfolio.fiche.permissions import why_not_review
from partners.portfolio.prestataire.permissions import why_not_write
from partners.portfolio.publication.enums import EtatPublication
from partners.portfolio.publication.models import Publication


def _region(publication, actor: Actor) -> str | None:
    return why_not_review(actor, publication.region)


def _asker(publication, actor: Actor) -> str | None:
    if actor.is_system:
        return None
    return why_not_write(actor, publication.prestataire)


def _offered(publication, actor: Actor) -> str | None:
    return None if publication.candidate_id else "Aucune version n’attend votre décision."


def _has_version(publication, actor: Actor) -> str | None:
    return None if publication.fiche_id else "Cette fiche n’a jamais été publiée dans la région."


PUBLICATION = Lifecycle(
    name="portfolio.publication",
    states=EtatPublication,
    initial=EtatPublication.DEMANDEE,
    actions=(
        Action(
            "demander",
            "Demander la publication",
            (EtatPublication.REFUSEE, EtatPublication.INACTIVE),
            EtatPublication.DEMANDEE,
            _asker,
            done="a demandé la publication",
        ),
        Action(
            "publier",
            "Publier dans ma région",
            (
                EtatPublication.DEMANDEE,
                EtatPublication.PUBLIEE,
                EtatPublication.REFUSEE,
                EtatPublication.INACTIVE,
            ),
            EtatPublication.PUBLIEE,
            _region,
            done="a publié la fiche",
            said="La fiche est publiée dans votre région pour un an.",
            conditions=(_offered,),
            style="primary",
        ),
        Action(
            "ecarter",
            "Refuser dans ma région",
            (EtatPublication.DEMANDEE,),
            EtatPublication.REFUSEE,
            _region,
            done="a refusé la publication",
            said="C’est noté ; le prestataire reçoit votre motif.",
            conditions=(_offered,),
            needs_reason=True,
            reason_label="Motif",
            style="danger",
        ),
        Action(
            "ecarter",
            "Garder la version publiée",
            (EtatPublication.PUBLIEE,),
            EtatPublication.PUBLIEE,
            _region,
            done="a refusé la publication",
            said="C’est noté ; le prestataire reçoit votre motif.",
            conditions=(_offered,),
            needs_reason=True,
            reason_label="Motif",
            style="danger",
        ),
        Action(
            "desactiver",
            "Retirer de la publication",
            (EtatPublication.PUBLIEE,),
            EtatPublication.INACTIVE,
            _region,
            done="a retiré la fiche de la publication",
            said="La fiche n’est plus publiée dans votre région.",
            needs_reason=True,
            reason_label="Motif",
            style="danger",
            confirm="Retirer cette fiche ? Le prestataire ne pourra plus être retenu dans votre région.",
        ),
        Action(
            "reactiver",
            "Remettre en publication",
            (EtatPublication.INACTIVE,),
            EtatPublication.PUBLIEE,
            _region,
            done="a remis la fiche en publication",
            said="La fiche est de nouveau publiée dans votre région.",
            conditions=(_has_version,),
            help="Les dates ne changent pas : la fiche reste à actualiser à la même échéance.",
        ),
    ),
    next_hint={
        EtatPublication.DEMANDEE: "Le C2RA de la région décide de publier la fiche.",
        EtatPublication.PUBLIEE: "La fiche est visible des DLA de la région.",
        EtatPublication.REFUSEE: "La région n’a pas publié la fiche ; une nouvelle version peut lui être proposée.",
        EtatPublication.INACTIVE: "La fiche n’est plus proposée dans la région.",
    },
)

PUBLICATION.attach(Publication)
