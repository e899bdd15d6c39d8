"""What the mails of a call say, from ids, when they are sent; before a version was given, never the structure."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.appel import notices
from consultations.appel.enums import EN_COURS, EtatAppel
from consultations.appel.models import Appel, Invitation, Prolongation, Question, Rencontre
from consultations.appel.presenters import sees_project, title_for
from core.outbox import mail_context
from projects.ingenierie import people


def _invitation(ids: dict[str, Any]) -> Invitation | None:
    found = Invitation.objects.select_related("prestataire", "appel__ingenierie__pilote__region")
    return found.filter(pk=ids["invitation"], envoyee_at__isnull=False).first()


def _context(invitation: Invitation) -> dict[str, Any]:
    appel = invitation.appel
    return {
        "titre": title_for(invitation),
        "projet": sees_project(invitation),
        "prestataire": str(invitation.prestataire),
        "pilote": appel.ingenierie.pilote.name,
        "mode": appel.mode,
        "date_limite": appel.date_limite_texte,
        "url": reverse("candidat:consultation", args=[invitation.pk]),
        "reply_to": people.reply_to(appel.ingenierie),
    }


@mail_context(notices.INVITATION)
def invited(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The invitation; nothing once the call is not open, the prestataire answered, or it was sent again."""
    found = _invitation(ids)
    if found is None or found.envois != ids["envoi"] or found.decline_at is not None:
        return None
    if found.appel.state != EtatAppel.OUVERT or found.appel.is_closed:
        return None
    return _context(found)


#: What is new, in the subject and in a sentence.
NEWS = {
    "prolongation": ("date limite reportée", "La date limite est reportée, pour tous les prestataires invités."),
    "rouvert": ("consultation rouverte", "La consultation est rouverte, pour tous les prestataires invités."),
    "rectifiee": (
        "cahier des charges rectifié",
        "Une version rectifiée du cahier des charges vous est remise, comme à tous les prestataires invités.",
    ),
    "reponse": (
        "une réponse est publiée",
        "Une réponse ou une précision est publiée ; tous les prestataires invités lisent la même.",
    ),
    "rencontre": (
        "rencontre avec les structures",
        "Une rencontre des candidats avec les structures est proposée, à la même date pour tous.",
    ),
    "compte_rendu": (
        "compte rendu de la rencontre",
        "Le compte rendu de la rencontre avec les structures est partagé avec tous les prestataires invités.",
    ),
    "ce_que_sait": (
        "une information pour tous les candidats",
        "Ce qu’un prestataire associé plus tôt à la démarche en a appris est donné à tous les candidats.",
    ),
    "retour_complet": (
        "retour au mode complet",
        "L’appel à compétences revient au mode complet : le cahier des charges vous sera envoyé et une proposition "
        "vous sera demandée. Rien d’autre n’est à faire d’ici là.",
    ),
    "preretenu": (
        "vous êtes pré-retenu",
        "Vous êtes pré-retenu : le diagnostic et le cahier des charges complet vous sont remis. Votre proposition se "
        "construit maintenant avec le DLA et la structure.",
    ),
    "non_preretenu": (
        "un autre prestataire est pré-retenu",
        "Un autre prestataire est pré-retenu pour cet appel. Merci de votre réponse ; le DLA vous en dira les raisons "
        "si vous le souhaitez.",
    ),
}


def _stands(appel: Appel, quoi: str, pk: Any) -> bool:
    """Is it still the last word on the matter?"""
    if appel.state not in EN_COURS:
        return quoi in ("preretenu", "non_preretenu") and appel.state == EtatAppel.ATTRIBUE
    if quoi in ("prolongation", "rouvert"):
        return not Prolongation.objects.filter(appel=appel, pk__gt=pk).exists()
    if quoi == "rectifiee":
        return appel.version_diffusee_id == pk
    model = {"reponse": Question, "rencontre": Rencontre, "compte_rendu": Rencontre}.get(quoi)
    if model is None:
        return True
    key, version = str(pk).split(".")
    return model.objects.filter(pk=key, version=version).exists()


@mail_context(notices.NOUVELLE)
def news(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Something new in a consultation; nothing once something newer says otherwise, or the call stopped."""
    found = _invitation(ids)
    if found is None or not _stands(found.appel, ids["quoi"], ids["objet"]):
        return None
    subject, sentence = NEWS[ids["quoi"]]
    motif = ""
    if ids["quoi"] in ("prolongation", "rouvert"):
        motif = Prolongation.objects.get(pk=ids["objet"]).motif
    elif ids["quoi"] == "rectifiee":
        motif = found.appel.version_diffusee.motif
    deadline = ids["quoi"] in ("prolongation", "rouvert", "rectifiee")
    return {**_context(found), "sujet": subject, "phrase": sentence, "motif": motif, "dit_date": deadline}


@mail_context(notices.ARRET)
def stopped(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Called off, or without a follow-up; nothing once it was opened again."""
    found = _invitation(ids)
    if found is None or found.appel.state not in (EtatAppel.ANNULE, EtatAppel.SANS_SUITE):
        return None
    return {
        **_context(found),
        "annule": found.appel.state == EtatAppel.ANNULE,
        "motif": found.appel.motif_fin,
    }


@mail_context(notices.QUESTION)
def asked(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A question waits; nothing once it is answered or the call stopped."""
    found = Question.objects.select_related("appel__ingenierie").filter(pk=ids["question"], repondu_at=None).first()
    if found is None or found.appel.state not in (EtatAppel.OUVERT, EtatAppel.PRERETENU):
        return None
    return {
        "titre": found.appel.ingenierie.titre,
        "texte": found.texte,
        "date_limite": found.appel.date_limite_texte,
        "url": reverse("consultations:appel", args=[found.appel.ingenierie_id, found.appel_id]) + "#questions",
    }


@mail_context(notices.RETOUR)
def back(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The call went back to the complete mode; nothing once it is sent again or stopped."""
    found = Appel.objects.select_related("ingenierie").filter(pk=ids["appel"], state=EtatAppel.PREPARATION).first()
    if found is None:
        return None
    return {
        "titre": found.ingenierie.titre,
        "motif": found.motif_retour,
        "url": reverse("consultations:appel", args=[found.ingenierie_id, found.pk]),
    }
