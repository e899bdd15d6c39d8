"""What is printed of the propositions: the receipts of a deposit and of its withdrawal, the record of the opening, an
opened proposition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from accounts.letterhead import letterhead
from consultations.appel.models import Appel, Invitation
from consultations.propositions.models import Depot, Ouverture, PropositionOuverte, RetraitDepot
from consultations.propositions.reading import blocks_of
from consultations.propositions.services.depots import DOCUMENT_RECU, DOCUMENT_RETRAIT
from consultations.propositions.services.ouverture import DOCUMENT_RELEVE
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, Table
from core.documents.blocks import Definitions, Note, Prose
from core.formats import NBSP, format_date, plural

DOCUMENT_PROPOSITION = "proposition"
TEMPLATE = "consultations/propositions/document.html"


def instant(at: dt.datetime, appel: Appel) -> str:
    """« 15 janvier 2027 à 16 h 59 min 58 s, heure de Paris »: to the second, where the deadline counts."""
    local = at.astimezone(appel.zone)
    clock = f"{local:%H}{NBSP}h{NBSP}{local:%M}{NBSP}min{NBSP}{local:%S}{NBSP}s"
    return f"{format_date(local.date())} à {clock}, {appel.get_fuseau_display()}"


def titre_de(appel: Appel) -> str:
    """What the call is about, as its candidates know it."""
    version = appel.version_diffusee
    return (version.data["titre"] if version is not None else appel.theme) or "Appel aux prestataires"


# --- The receipt ----------------------------------------------------------------------------------------------------


def readers_of_receipt(ids: Collection[int], actor: Actor) -> set[int]:
    """Its author; the team once the propositions are open."""
    rows = Depot.objects.filter(pk__in=ids)
    if actor.is_system:
        return set(rows.values_list("pk", flat=True))
    mine = rows.filter(proposition__invitation__in=Invitation.objects.for_actor(actor).values("pk"))
    opened = PropositionOuverte.objects.visible_to(actor).filter(depot__in=ids)
    return {*mine.values_list("pk", flat=True), *opened.values_list("depot", flat=True)}


def build_receipt(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The receipt of the deposit ``object_id``: who, when, which number, which SHA-256; never what it holds."""
    depot = Depot.objects.select_related(
        "proposition__invitation__appel__ingenierie__pilote", "proposition__invitation__prestataire"
    ).get(pk=object_id)
    invitation = depot.proposition.invitation
    appel = invitation.appel
    rows = [
        ("Récépissé", depot.recu),
        ("Reçue le", instant(depot.at, appel)),
        ("De", f"{invitation.prestataire}, SIRET {invitation.prestataire.siret}"),
        ("Déposée par", depot.by_label),
        ("Consultation", titre_de(appel)),
        ("Date limite", appel.date_limite_texte or "sans date limite"),
        ("Dépôt", f"n°{NBSP}{depot.numero}"),
        ("SHA-256 du contenu", depot.sha256),
    ]
    blocks = [
        Definitions(rows),
        Prose(
            "Le serveur a reçu une proposition à cet instant. Ce qu’elle contient, fichiers compris, reste chiffré "
            "jusqu’à l’ouverture : ce récépissé n’en dit que l’empreinte. Une fois la proposition ouverte, la même "
            "empreinte, recalculée, prouve que rien n’en a changé."
            if appel.is_sealed
            else "Le serveur a reçu une proposition à cet instant. L’empreinte, recalculée, prouve que rien n’en a "
            "changé depuis."
        ),
        Note("Un dépôt plus récent de la même proposition remplace celui-ci ; un retrait l’annule."),
    ]
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(appel.ingenierie.pilote, kind="Récépissé de dépôt", reference=depot.recu),
            "blocks": blocks,
        },
        title=f"Récépissé {depot.recu}",
        filename=f"recepisse-{depot.recu}.pdf",
        obj=depot,
        scope=depot.proposition,
        author=str(appel.ingenierie.pilote),
    )


def readers_of_withdrawal(ids: Collection[int], actor: Actor) -> set[int]:
    """Its author alone; the team reads of it in the dossier de consultation, once the choice is made."""
    rows = RetraitDepot.objects.filter(pk__in=ids)
    if not actor.is_system:
        rows = rows.filter(depot__proposition__invitation__in=Invitation.objects.for_actor(actor).values("pk"))
    return set(rows.values_list("pk", flat=True))


def build_withdrawal(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The receipt of the withdrawal ``object_id``: which deposit was taken back, by whom, when."""
    retrait = RetraitDepot.objects.select_related(
        "depot__proposition__invitation__appel__ingenierie__pilote", "depot__proposition__invitation__prestataire"
    ).get(pk=object_id)
    depot = retrait.depot
    invitation = depot.proposition.invitation
    appel = invitation.appel
    rows = [
        ("Dépôt retiré", depot.recu),
        ("Retiré le", instant(retrait.at, appel)),
        ("Retiré par", retrait.by_label),
        ("De", f"{invitation.prestataire}, SIRET {invitation.prestataire.siret}"),
        ("Consultation", titre_de(appel)),
        ("Date limite", appel.date_limite_texte or "sans date limite"),
        ("Reçu le", instant(depot.at, appel)),
        ("SHA-256 de ce qui est retiré", depot.sha256),
    ]
    blocks = [
        Definitions(rows),
        Prose(
            "Le serveur a pris acte de ce retrait à cet instant : ce dépôt ne sera pas ouvert, et aucun dépôt plus "
            "ancien ne reprend sa place. Le brouillon reste à son auteur."
            if appel.is_sealed
            else "Le serveur a pris acte de ce retrait à cet instant : ce dépôt ne compte plus, et aucun dépôt plus "
            "ancien ne reprend sa place. Le brouillon reste à son auteur."
        ),
        Note(
            "Jusqu’à la date limite, une proposition peut être déposée de nouveau : elle a alors son propre récépissé."
        ),
    ]
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(appel.ingenierie.pilote, kind="Récépissé de retrait", reference=depot.recu),
            "blocks": blocks,
        },
        title=f"Récépissé du retrait de {depot.recu}",
        filename=f"retrait-{depot.recu}.pdf",
        obj=retrait,
        scope=depot.proposition,
        author=str(appel.ingenierie.pilote),
    )


# --- The record of the opening --------------------------------------------------------------------------------------


def readers_of_record(ids: Collection[int], actor: Actor) -> set[int]:
    """The team."""
    rows = Ouverture.objects.filter(pk__in=ids) if actor.is_system else Ouverture.objects.visible_to(actor)
    return set(rows.filter(pk__in=ids).values_list("pk", flat=True))


def build_record(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The record of the opening ``object_id``: who opened, before whom, and each receipt with its SHA-256."""
    ouverture = Ouverture.objects.select_related("appel__ingenierie__pilote").get(pk=object_id)
    appel = ouverture.appel
    temoin = ", ".join(part for part in (ouverture.temoin, ouverture.temoin_qualite) if part)
    rows = [
        [str(number), row["recu"], instant(dt.datetime.fromisoformat(row["at"]), appel), row["sha256"]]
        for number, row in enumerate(ouverture.releve, 1)
    ]
    blocks = [
        Definitions(
            [
                ("Consultation", titre_de(appel)),
                ("Date limite", appel.date_limite_texte or "sans date limite"),
                ("Ouvertes le", instant(ouverture.at, appel)),
                ("Par", ouverture.by_label),
                ("En présence de", temoin or "aucun témoin"),
                ("Propositions reçues", plural(len(rows), "proposition")),
            ]
        ),
        Table(
            columns=[Column("N°"), Column("Récépissé"), Column("Reçue le"), Column("SHA-256 du contenu")],
            rows=rows,
            caption="Propositions ouvertes, par ordre d’arrivée",
        ),
        Note(
            "L’empreinte est celle du récépissé remis à chaque candidat : recalculée depuis la proposition ouverte, "
            "elle doit être la même."
        ),
    ]
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(
                appel.ingenierie.pilote, kind="Relevé d’ouverture", date=format_date(ouverture.at.date())
            ),
            "blocks": blocks,
        },
        title=f"Ouverture des propositions : {appel.ingenierie.titre}",
        filename=f"ouverture-{appel.pk}.pdf",
        obj=ouverture,
        scope=appel.ingenierie,
        author=str(appel.ingenierie.pilote),
    )


# --- An opened proposition ------------------------------------------------------------------------------------------


def readers_of_proposition(ids: Collection[int], actor: Actor) -> set[int]:
    """The team, and its author."""
    rows = PropositionOuverte.objects.filter(pk__in=ids)
    if actor.is_system:
        return set(rows.values_list("pk", flat=True))
    team = PropositionOuverte.objects.visible_to(actor).filter(pk__in=ids)
    mine = rows.filter(invitation__in=Invitation.objects.for_actor(actor).values("pk"))
    return {*team.values_list("pk", flat=True), *mine.values_list("pk", flat=True)}


def build_proposition(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The opened proposition ``object_id``, as it was deposited."""
    ouverte = PropositionOuverte.objects.select_related("depot", "appel__ingenierie__pilote").get(pk=object_id)
    appel, contenu = ouverte.appel, ouverte.contenu
    name = contenu["prestataire"]
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(
                appel.ingenierie.pilote,
                kind=f"Proposition reçue le {instant(ouverte.depot.at, appel)}",
                reference=ouverte.depot.recu,
            ),
            "blocks": [*blocks_of(contenu), Note(f"SHA-256 du contenu reçu : {ouverte.depot.sha256}")],
        },
        title=f"{name} : {titre_de(appel)}",
        filename=f"proposition-{ouverte.numero}-{appel.pk}.pdf",
        obj=ouverte,
        scope=appel.ingenierie,
        author=name,
    )


def register() -> None:
    """Declare the four documents."""
    DOCUMENT_TYPES.register(
        DOCUMENT_RECU, DocumentType("Récépissé de dépôt", build_receipt, readers_of_receipt, sealed=True)
    )
    DOCUMENT_TYPES.register(
        DOCUMENT_RETRAIT, DocumentType("Récépissé de retrait", build_withdrawal, readers_of_withdrawal, sealed=True)
    )
    DOCUMENT_TYPES.register(
        DOCUMENT_RELEVE, DocumentType("Relevé d’ouverture", build_record, readers_of_record, sealed=True)
    )
    DOCUMENT_TYPES.register(
        DOCUMENT_PROPOSITION, DocumentType("Proposition d’un prestataire", build_proposition, readers_of_proposition)
    )
