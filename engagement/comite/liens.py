"""The personal link of a member of a comité d'appui: what it asks, on what, until when."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core import clock
from core.actor import Actor
from core.documents.frozen import kept_document, produce
from core.files import default_storage
from core.formats import format_date, plural
from engagement.comite import calendar, permissions
from engagement.comite.enums import EtatSeance
from engagement.comite.models import MembreComite, SeanceComite
from engagement.comite.services.liens import AVIS_COMITE
from engagement.comite.services.seances import DOSSIER
from engagement.comite.views import liens

#: A file larger than this is read by the link rather than attached.
ATTACHED_BYTES = 8_000_000


def _load(pk: int) -> MembreComite | None:
    return MembreComite.objects.select_related("seance__organisation").filter(pk=pk).first()


def _asks(membre: MembreComite) -> str:
    seance = membre.seance
    return (
        f"{seance.organisation} vous convie à la séance de son comité d’appui, {seance.quand} "
        f"({seance.lieu}). {plural(seance.points.count(), 'ingénierie est', 'ingénieries sont')} à l’ordre du jour : "
        "lisez leurs fiches et donnez votre avis sur chacune, avant la séance ou pendant."
    )


def _refusal(actor: Actor, membre: MembreComite) -> str | None:
    return permissions.why_not_manage_seance(actor, membre.seance.organisation)


def _attachments(membre: MembreComite) -> list[tuple[str, bytes, str]]:
    """The file of the session, as it was made at the convocation, and the session for the calendar: asked by the worker
    that sends the mail."""
    seance = membre.seance
    convened = seance.state == EtatSeance.CONVOQUEE and seance.debut > clock.now()
    return [*_file_of(seance), *([calendar.for_membre(membre)] if convened else [])]


def _file_of(seance: SeanceComite) -> list[tuple[str, bytes, str]]:
    document = kept_document(seance, DOSSIER)
    if document is None:
        # The mail was quicker than the printing.
        document = produce(DOSSIER, seance.pk, actor=Actor.system("convocation du comité d’appui"), keep=True)
    if document.size > ATTACHED_BYTES:
        return []
    with default_storage.open(document.storage_key) as file:
        return [(document.filename, file.read(), "application/pdf")]


def register() -> None:
    """Called once by :func:`engagement.comite.providers.register`."""
    LINK_PURPOSES.register(
        AVIS_COMITE,
        LinkPurpose(
            label="Avis d’un membre du comité d’appui",
            model="engagement.membrecomite",
            subject=lambda membre: f"Comité d’appui du {format_date(membre.seance.jour)}",
            asks=_asks,
            duration="quelques minutes par ingénierie",
            shows="la fiche de présentation de chaque ingénierie à l’ordre du jour",
            thanks="Le DLA lit les avis côte à côte et enregistre celui du comité.",
            url=lambda membre: reverse("comite:seance", args=[membre.seance_id]),
            reads=lambda actor, membre: actor.organisation_id == membre.seance.organisation_id,
            refusal=_refusal,
            pages={
                "": liens.Avis.as_view(),
                "fiche": liens.FichePoint.as_view(),
                "dossier": liens.Dossier.as_view(),
            },
            single_use=False,
            lifetime=None,
            loader=_load,
            scope=lambda membre: membre.seance,
            closed=lambda membre: membre.seance.why_frozen,
            attachments=_attachments,
        ),
    )
