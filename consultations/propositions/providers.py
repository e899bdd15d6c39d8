"""What the room gives: how many propositions a call received, what comes next for the candidate and for the team, the
files of an opened proposition, its papers."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from consultations.appel.enums import EtatAppel
from consultations.appel.models import Appel, Invitation
from consultations.appel.registry import AU_DECLIN, RECUES, SUITES_CANDIDAT, SUITES_EQUIPE, Depose, Suite
from consultations.propositions import documents, personal
from consultations.propositions.models import Ouverture, PieceScellee, Proposition, PropositionOuverte
from consultations.propositions.permissions import why_not_open, why_not_write
from consultations.propositions.services import depots
from consultations.propositions.services.brouillon import SCELLES
from consultations.propositions.services.ouverture import received
from core.actor import Actor
from core.formats import NBSP, plural
from core.models import GeneratedDocument
from core.uploads.checks import readable_size
from core.uploads.rights import ATTACHMENT_RIGHTS, FOLDERS, AttachmentRights
from partners.portfolio.donnees.registry import NOMMES
from projects.ingenierie.models import Ingenierie
from projects.papiers import PAPERS, Paper


def for_candidate(invitation: Invitation, actor: Actor) -> list[Suite]:
    """Writing the proposition, depositing it, reading one's own again."""
    url = reverse("propositions:accueil", args=[invitation.pk])
    proposition = Proposition.objects.filter(invitation=invitation).first()
    current = proposition.depot_courant if proposition is not None else None
    if current is not None:
        return [Suite(f"Votre proposition est déposée{NBSP}: récépissé {current.recu}.", "Voir ma proposition", url)]
    if proposition is not None:
        refusal = invitation.why_not_propose()
        said = "Votre proposition est en brouillon : elle n’est pas déposée."
        return [Suite(f"{said} {refusal}".strip(), "Voir mon brouillon" if refusal else "Continuer", url, not refusal)]
    if why_not_write(invitation, actor) or invitation.why_not_propose():
        return []
    note = (
        "Personne d’autre que vous ne la lit avant l’ouverture, ni le DLA ni les autres candidats."
        if invitation.appel.is_sealed
        else "Le DLA et la structure la lisent dès que vous la déposez."
    )
    return [Suite(note, "Écrire ma proposition", url)]


def for_team(appel: Appel, actor: Actor) -> list[Suite]:
    """How many are received; opening them; reading them."""
    url = reverse("consultations:ouverture", args=[appel.ingenierie_id, appel.pk])
    if Ouverture.objects.filter(appel=appel).exists():
        return [Suite("Les propositions sont ouvertes.", "Relevé d’ouverture et propositions", url, False)]
    if appel.state not in (EtatAppel.OUVERT, EtatAppel.PRERETENU):
        return []
    count = received([appel.pk]).get(appel.pk, 0)
    told = f"{plural(count, 'proposition reçue', 'propositions reçues')}." if count else "Aucune proposition reçue."
    if not appel.is_sealed:
        if not count and not PropositionOuverte.objects.filter(appel=appel).exists():
            return []
        return [Suite(f"{told} Rien n’est scellé dans cet appel.", "Lire ce qui est déposé", url)]
    if not appel.is_closed:
        until = "Elles restent scellées jusqu’à la date limite." if count else "Elles arrivent scellées."
        return [Suite(f"{told} {until}", "Voir l’ouverture", url, False)]
    if not count:
        return [Suite("Aucune proposition n’a été reçue.", "Voir ce qui est possible", url)]
    may = not why_not_open(appel, actor)
    return [
        Suite(f"{told} La date limite est passée.", "Ouvrir les propositions" if may else "Voir l’ouverture", url, may)
    ]


def _team(ids: Collection[int], actor: Actor) -> set[int]:
    return documents.readers_of_proposition(ids, actor)


def papers(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """The records of the openings and the opened propositions: three queries."""
    openings = list(Ouverture.objects.filter(appel__ingenierie=ingenierie).select_related("appel"))
    made = GeneratedDocument.objects.filter(
        document_type=documents.DOCUMENT_RELEVE,
        object_type=Ouverture._meta.label_lower,
        object_id__in=[o.pk for o in openings],
    ).kept()
    printed = {document.object_id: document for document in made}
    found = []
    for opening in openings:
        document = printed.get(opening.pk)
        files = ()
        if document is not None:
            url = reverse("core:document", args=[document.pk]) + "?telecharger=1"
            files = ((f"PDF, {readable_size(document.size)}", url),)
        found.append(
            Paper(
                "Relevé d’ouverture des propositions",
                "Mise en concurrence",
                reverse("consultations:ouverture", args=[ingenierie.pk, opening.appel_id]),
                on=opening.at,
                by=opening.by_label,
                files=files,
            )
        )
    rows = (
        PropositionOuverte.objects.visible_to(actor)
        .current()
        .filter(appel__ingenierie=ingenierie)
        .order_by("appel", "numero")
    )
    for row in rows:
        found.append(
            Paper(
                f"Proposition {row.numero} : {row.contenu['prestataire']}",
                "Mise en concurrence",
                reverse("consultations:proposition", args=[ingenierie.pk, row.appel_id, row.pk]),
                on=row.at,
                by=row.contenu["prestataire"],
                printed=(documents.DOCUMENT_PROPOSITION, row.pk),
            )
        )
    return found


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
    documents.register()
    RECUES.register("propositions", received)
    AU_DECLIN.register("propositions", Depose(depots.told_before_decline, depots.take_back))
    NOMMES.register("propositions", personal.named)
    SUITES_CANDIDAT.register("propositions", for_candidate, order=10)
    SUITES_EQUIPE.register("propositions", for_team, order=10)
    ATTACHMENT_RIGHTS.register(
        PropositionOuverte._meta.label_lower,
        AttachmentRights(
            can_view=_team,
            can_edit=lambda ids, actor: set(),
            scope=lambda ouverte: ouverte.appel.ingenierie,
            url=lambda ouverte: reverse(
                "consultations:proposition", args=[ouverte.appel.ingenierie_id, ouverte.appel_id, ouverte.pk]
            ),
        ),
    )
    FOLDERS.register(SCELLES, PieceScellee.objects.all)
    PAPERS.register("propositions", papers, order=78)
