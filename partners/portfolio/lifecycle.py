"""The life of a version of a fiche and of its publication in a région, declared once (002, theme 1).

A version is written by the prestataire, submitted, then decided by the C2RA of its home région: accepted (and published
there), returned to be completed, or refused. Each other région asked for decides for its own.
"""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from partners.portfolio.enums import EtatFiche, EtatPublication


def _writer(fiche, actor: Actor) -> str | None:
    from partners.portfolio import permissions

    return permissions.why_not_write(actor, fiche.prestataire)


def _reviewer(fiche, actor: Actor) -> str | None:
    from partners.portfolio import permissions

    return permissions.why_not_review(actor, fiche.prestataire.region)


def _region(publication, actor: Actor) -> str | None:
    from partners.portfolio import permissions

    return permissions.why_not_review(actor, publication.region)


def _asker(publication, actor: Actor) -> str | None:
    from partners.portfolio import permissions

    if actor.is_system:
        return None
    return permissions.why_not_write(actor, publication.prestataire)


def _complete(fiche, actor: Actor) -> list[str]:
    from partners.portfolio import completeness

    return [f"{m.rubrique.titre} : {m.label}" for m in completeness.missing(fiche)]


def _verified(fiche, actor: Actor) -> list[str]:
    from partners.portfolio.services.verification import to_verify

    return [f"{r.titre} : à vérifier, elle vient de l’ancienne fiche." for r in to_verify(fiche.prestataire_id)]


def _remarked(fiche, actor: Actor) -> str | None:
    from partners.portfolio.models import Remarque

    asked = Remarque.objects.filter(fiche_id=fiche.pk, tour=fiche.tours + 1).exists()
    return None if asked else "Écrivez au moins une remarque : le prestataire doit savoir quoi compléter."


def _offered(publication, actor: Actor) -> str | None:
    return None if publication.candidate_id else "Aucune version n’attend votre décision."


def _has_version(publication, actor: Actor) -> str | None:
    return None if publication.fiche_id else "Cette fiche n’a jamais été publiée dans la région."


FICHE = Lifecycle(
    name="portfolio.fiche",
    states=EtatFiche,
    initial=EtatFiche.BROUILLON,
    actions=(
        Action(
            "soumettre",
            "Envoyer au C2RA",
            (EtatFiche.BROUILLON, EtatFiche.A_COMPLETER),
            EtatFiche.SOUMISE,
            _writer,
            done="a soumis la fiche",
            conditions=(_complete, _verified),
            style="primary",
            help="Le C2RA de votre région relit la fiche, puis la publie ou vous dit quoi compléter.",
        ),
        Action(
            "reprendre",
            "Reprendre la rédaction",
            (EtatFiche.SOUMISE,),
            EtatFiche.BROUILLON,
            _writer,
            done="a repris la rédaction de la fiche",
            help="La fiche quitte la file du C2RA ; vous la renverrez quand elle sera prête.",
        ),
        Action(
            "publier",
            "Publier",
            (EtatFiche.SOUMISE,),
            EtatFiche.FIGEE,
            _reviewer,
            done="a accepté la fiche",
            style="primary",
            help="La fiche devient visible des DLA ; le prestataire peut être retenu pendant un an.",
        ),
        Action(
            "renvoyer",
            "Renvoyer à compléter",
            (EtatFiche.SOUMISE,),
            EtatFiche.A_COMPLETER,
            _reviewer,
            done="a renvoyé la fiche à compléter",
            conditions=(_remarked,),
            help="Le prestataire reçoit vos remarques, chacune à la place qu’elle concerne.",
        ),
        Action(
            "refuser",
            "Refuser",
            (EtatFiche.SOUMISE,),
            EtatFiche.REFUSEE,
            _reviewer,
            done="a refusé la fiche",
            needs_reason=True,
            style="danger",
            confirm="Refuser cette fiche ? Le motif est envoyé au prestataire.",
        ),
    ),
    next_hint={
        EtatFiche.BROUILLON: "Complétez les cinq rubriques, puis envoyez la fiche au C2RA.",
        EtatFiche.SOUMISE: "Le C2RA relit la fiche. Vous serez prévenu de sa décision.",
        EtatFiche.A_COMPLETER: "Le C2RA demande des précisions : répondez aux remarques, puis renvoyez la fiche.",
        EtatFiche.FIGEE: "Cette version est acceptée. Une fois par an, confirmez ou actualisez la fiche.",
        EtatFiche.REFUSEE: "Le C2RA a refusé cette version, avec un motif. Vous pouvez en proposer une autre.",
    },
)

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
            conditions=(_offered,),
            needs_reason=True,
            style="danger",
        ),
        Action(
            "ecarter",
            "Garder la version publiée",
            (EtatPublication.PUBLIEE,),
            EtatPublication.PUBLIEE,
            _region,
            done="a refusé la publication",
            conditions=(_offered,),
            needs_reason=True,
            style="danger",
        ),
        Action(
            "desactiver",
            "Retirer de la publication",
            (EtatPublication.PUBLIEE,),
            EtatPublication.INACTIVE,
            _region,
            done="a retiré la fiche de la publication",
            needs_reason=True,
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
