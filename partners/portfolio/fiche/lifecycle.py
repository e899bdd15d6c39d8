"""The life of a version of a fiche, declared once (002, theme 1).

A version is written by the prestataire, submitted, then decided by the C2RA of its home région: accepted (and published
there), returned to be completed, or refused.
"""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from partners.portfolio.fiche import completeness, permissions
from partners.portfolio.fiche.enums import EtatFiche
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.remarque import Remarque
from partners.portfolio.fiche.services.verification import to_verify
from partners.portfolio.prestataire.permissions import why_not_write


def _writer(fiche, actor: Actor) -> str | None:
    return why_not_write(actor, fiche.prestataire)


def _reviewer(fiche, actor: Actor) -> str | None:
    return permissions.why_not_review(actor, fiche.prestataire.region)


def _complete(fiche, actor: Actor) -> list[str]:
    return [f"{m.rubrique.titre} : {m.label}" for m in completeness.missing(fiche)]


def _verified(fiche, actor: Actor) -> list[str]:
    return [f"{r.titre} : à vérifier, elle vient de l’ancienne fiche." for r in to_verify(fiche.prestataire_id)]


def _settled(fiche, actor: Actor) -> list[str]:
    pending = Remarque.objects.filter(fiche=fiche.pk).pending()
    return [f"Demande du C2RA à traiter : « {remarque} »" for remarque in pending]


def _remarked(fiche, actor: Actor) -> str | None:
    asked = Remarque.objects.filter(fiche_id=fiche.pk, tour=fiche.tours + 1).exists()
    return None if asked else "Écrivez au moins une remarque : le prestataire doit savoir quoi compléter."


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
            said="La fiche est envoyée au C2RA de votre région.",
            conditions=(_complete, _verified, _settled),
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
            said="La rédaction est rouverte ; la fiche a quitté la file du C2RA.",
            help="La fiche quitte la file du C2RA ; vous la renverrez quand elle sera prête.",
        ),
        Action(
            "publier",
            "Publier",
            (EtatFiche.SOUMISE,),
            EtatFiche.FIGEE,
            _reviewer,
            done="a accepté la fiche",
            said="La fiche de {0.prestataire} est publiée pour un an.",
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
            said="La fiche est renvoyée au prestataire, avec vos remarques.",
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
            said="La fiche est refusée ; le prestataire reçoit votre motif.",
            needs_reason=True,
            reason_label="Motif",
            style="danger",
            confirm="Refuser cette fiche ? Le motif est envoyé au prestataire.",
        ),
    ),
    next_hint={
        EtatFiche.BROUILLON: "Complétez les cinq rubriques, puis envoyez la fiche au C2RA.",
        EtatFiche.SOUMISE: "Le C2RA relit la fiche. Vous serez prévenu de sa décision.",
        EtatFiche.A_COMPLETER: "Le C2RA demande des précisions : traitez chaque demande, puis renvoyez la fiche.",
        EtatFiche.FIGEE: "Cette version est acceptée. Une fois par an, confirmez ou actualisez la fiche.",
        EtatFiche.REFUSEE: "Le C2RA a refusé cette version, avec un motif. Vous pouvez en proposer une autre.",
    },
    tags={
        EtatFiche.SOUMISE: "tag-accent",
        EtatFiche.A_COMPLETER: "tag-warn",
        EtatFiche.FIGEE: "tag-ok",
        EtatFiche.REFUSEE: "tag-bad",
    },
    frozen={
        EtatFiche.SOUMISE: "La fiche est entre les mains du C2RA : reprenez la rédaction pour la modifier.",
        EtatFiche.FIGEE: "Cette version est acceptée, elle ne change plus : commencez la suivante.",
        EtatFiche.REFUSEE: "Cette version a été refusée, elle ne change plus : commencez la suivante.",
    },
)

FICHE.attach(FicheVersion)
