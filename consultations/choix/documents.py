"""The printed documents of the decision, from what is frozen: the procès-verbal, the restitution to one candidate; and
the retained project, version by version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from accounts.letterhead import letterhead
from consultations.appel.models import Invitation
from consultations.choix.decision import DOCUMENT_PV, DOCUMENT_RESTITUTION
from consultations.choix.models import ChoixPrestataire, ProcesVerbal, Restitution, VersionProjet
from consultations.propositions.documents import titre_de
from consultations.propositions.reading import blocks_of
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, EmbeddedFile, Table
from core.documents.blocks import Block, Definitions, Heading, Items, Note, Prose
from core.formats import format_date, plural
from core.models import FrozenModel
from partners.portfolio.prestataire.models import Membre
from projects.ingenierie.models import Ingenierie

TEMPLATE = "engagement/presentation/fiche_document.html"
DOCUMENT_PROJET = "projet_retenu"


def _of_team(model: type[FrozenModel], ids: Collection[int], actor: Actor, path: str) -> set[int]:
    """Of these rows, those of the ingénieries that ``actor`` may read whole."""
    visible = Ingenierie.objects.visible_to(actor).values("pk")
    found = model.objects.filter(pk__in=ids, **{f"{path}ingenierie__in": visible})
    return set(found.values_list("pk", flat=True))


def viewable_minutes(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these procès-verbaux, those ``actor`` may read: with their ingénierie."""
    return _of_team(ProcesVerbal, ids, actor, "choix__")


def viewable_restitutions(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these restitutions, those ``actor`` may read: with their ingénierie, or as the very candidate."""
    mine = Restitution.objects.filter(pk__in=ids, invitation__in=Invitation.objects.for_actor(actor).values("pk"))
    return _of_team(Restitution, ids, actor, "choix__") | set(mine.values_list("pk", flat=True))


def viewable_projects(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these versions, those ``actor`` may read: with their ingénierie, or as the retained prestataire."""
    found = _of_team(VersionProjet, ids, actor, "choix__")
    if actor.kind == "user":
        own = Membre.objects.active().filter(user=actor.user_id).values("prestataire")
        rows = VersionProjet.objects.filter(pk__in=ids, choix__prestataire__in=own)
        found |= set(rows.values_list("pk", flat=True))
    return found


def _built(
    choix: ChoixPrestataire, obj: Any, blocks: list[Block], *, kind: str, title: str, filename: str, **told: Any
) -> BuiltDocument:
    pilote = choix.ingenierie.pilote
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(pilote, kind=kind, name=choix.ingenierie.titre, **told.pop("header", {})),
            "accroche": "",
            "blocks": blocks,
        },
        title=title,
        filename=filename,
        obj=obj,
        scope=choix.ingenierie,
        author=str(pilote),
        subject=kind,
        keywords=["mise en concurrence", "DLA"],
        **told,
    )


def build_minutes(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The procès-verbal, from its frozen content alone, which goes inside as JSON."""
    pv = ProcesVerbal.objects.select_related("choix__ingenierie__pilote").get(pk=object_id)
    return _built(
        pv.choix,
        pv,
        minutes_blocks(pv.data, pv.empreinte),
        kind="Procès-verbal",
        title=f"Procès-verbal du choix du prestataire : {pv.data['ingenierie']}",
        filename=f"proces-verbal-{pv.choix_id}.pdf",
        header={"date": f"Arrêté le {format_date(pv.le)}"},
        attachments=[
            EmbeddedFile(f"proces-verbal-{pv.choix_id}.json", pv.contenu.encode(), "Procès-verbal (données)", "Source")
        ],
    )


def minutes_blocks(content: dict[str, Any], sha256: str) -> list[Block]:
    """What the procès-verbal prints."""
    decision = content["decision"]
    called = [("Mode", content["mode"])]
    if content["justification"]:
        called.append(("Justification", content["justification"]))
    if content["cahier"]:
        held = content["cahier"]
        called.append(
            ("Cahier des charges", f"{held['reference']}, version {held['version']} (SHA-256 {held['sha256']})")
        )
    if content["date_limite"]:
        called.append(("Date limite de réponse", content["date_limite"]))
    blocks: list[Block] = [
        Heading("Décision", 2),
        Definitions(
            [
                ("Prestataire retenu", decision["retenu"]),
                ("Jour de la décision", format_date(dt.date.fromisoformat(decision["date"]))),
                ("Choisi", decision["choisi"]),
                ("Qui a décidé", decision["decideurs"]),
                ("Ce jour-là", decision["fiche"]),
            ]
        ),
        Heading("Motifs", 3),
        Prose(decision["motifs"]),
        Heading("Appel", 2),
        Definitions(called),
        Heading("Prestataires invités", 3),
        Items(
            [
                " · ".join(filter(None, (i["prestataire"], f"invité le {i['invite_le']}", i["suite"])))
                for i in content["invites"]
            ]
        ),
    ]
    if content["ouverture"]:
        opened = content["ouverture"]
        by = f"{opened['par']}, en présence de {opened['temoin']}" if opened["temoin"] else opened["par"]
        blocks += [Heading("Ouverture des propositions", 3), Definitions([("Le", opened["le"]), ("Par", by)])]
    if content["propositions"]:
        rows = [
            [f"{p['numero']}. {p['prestataire']}", p["recue_le"], p["recu"], p["sha256"]]
            for p in content["propositions"]
        ]
        heads = [Column("Proposition"), Column("Reçue le"), Column("Récépissé"), Column("SHA-256")]
        blocks.append(Table(columns=heads, rows=rows, caption="Propositions reçues"))
    blocks.append(Heading("Lecture des propositions", 2))
    if content["lecteurs"]:
        rows = [
            [r["organisme"], r["qualite"], "oui" if r["conflit"] else "non", r["terminee_le"] or "non terminée"]
            for r in content["lecteurs"]
        ]
        heads = [Column("Lecteur"), Column("Au titre de"), Column("Conflit déclaré"), Column("Lecture terminée le")]
        blocks.append(Table(columns=heads, rows=rows))
    else:
        blocks.append(Note("Aucune lecture n’a été enregistrée dans l’application."))
    blocks.append(Heading("Restitutions", 2))
    rows = [
        [
            r["prestataire"],
            "retenu" if r["retenu"] else "non retenu",
            plural(r["adresses"], "adresse") if r["adresses"] else "remise par le pilote",
            r["sha256"],
        ]
        for r in content["restitutions"]
    ]
    heads = [Column("Candidat"), Column("Sens"), Column("Envoyée à"), Column("SHA-256 du texte")]
    blocks += [Table(columns=heads, rows=rows), Note(f"Empreinte SHA-256 du contenu de ce procès-verbal : {sha256}.")]
    return blocks


def build_restitution(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """What one candidate was told: the very text it received, and nothing of the others."""
    row = Restitution.objects.select_related(
        "choix__ingenierie__pilote", "invitation__prestataire", "invitation__appel__version_diffusee"
    ).get(pk=object_id)
    facts = [
        ("À", str(row.invitation.prestataire)),
        ("Consultation", titre_de(row.invitation.appel)),
        ("Votre proposition", "retenue" if row.retenu else "non retenue"),
    ]
    return _built(
        row.choix,
        row,
        [Definitions(facts), Prose(row.texte)],
        kind="Restitution",
        title="Restitution sur votre proposition",
        filename=f"restitution-{row.pk}.pdf",
        header={"date": f"Le {format_date(row.at)}"},
    )


def build_project(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """One version of the retained project."""
    version = VersionProjet.objects.select_related("choix__ingenierie__pilote", "choix__prestataire").get(pk=object_id)
    choix = version.choix
    valid = choix.projet_id == version.pk
    blocks: list[Block] = [
        Definitions([("Prestataire", str(choix.prestataire)), ("Ingénierie", choix.ingenierie.titre)]),
        Note(f"Projet validé le {format_date(choix.projet_valide_at)}." if valid else "Projet de travail, non validé."),
        *blocks_of(version.data),
        Note(f"Empreinte SHA-256 du contenu : {version.empreinte}."),
    ]
    return _built(
        choix,
        version,
        blocks,
        kind="Projet retenu",
        title=f"Projet d’intervention de {choix.prestataire}",
        filename=f"projet-{choix.pk}-v{version.numero}.pdf",
        header={"version": f"Version {version.numero}", "date": f"Du {format_date(version.le)}"},
    )


def register() -> None:
    """Called once by :func:`consultations.choix.providers.register`."""
    DOCUMENT_TYPES.register(
        DOCUMENT_PV, DocumentType("Procès-verbal du choix", build_minutes, viewable_minutes, sealed=True)
    )
    DOCUMENT_TYPES.register(
        DOCUMENT_RESTITUTION,
        DocumentType("Restitution à un candidat", build_restitution, viewable_restitutions, sealed=True),
    )
    DOCUMENT_TYPES.register(DOCUMENT_PROJET, DocumentType("Projet retenu", build_project, viewable_projects))
