"""The printed convention: a preview of the draft, the text to sign and its proofs; PDF and DOCX from the same blocks.

All are made from a content (:mod:`missions.conventions.content`); only the letterhead is the pilot's of the day.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts.letterhead import letterhead
from consultations.propositions.reading import blocks_of as proposition_blocks
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, EmbeddedFile, Table
from core.documents.blocks import Block, Definitions, Heading, Items, Note, Prose, lowered
from core.documents.docx import BuiltDocx
from core.formats import NBSP, format_date, format_datetime, format_days, format_money_plain, format_number
from engagement.budget.jours import jours_dits
from missions.conventions import content as contents
from missions.conventions import permissions
from missions.conventions.models import Acte, Avenant, Convention, Preuve
from missions.conventions.services.actes import DOCUMENT_ACTE, DOCUMENT_PREUVE, DOCUMENT_PROJET, pdf_of
from mobilisation.projet.periode import periode_dite

TEMPLATE = "missions/conventions/document.html"
KIND, KIND_AVENANT, KIND_PREUVE = "Convention", "Avenant à une convention", "Preuves de signature"


def _day(iso: str | None) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None


def _date(iso: str | None) -> str:
    return format_date(_day(iso))


def _dec(text: str | None) -> Decimal | None:
    return Decimal(text) if text not in (None, "") else None


def _money(text: str | None) -> str:
    return format_money_plain(_dec(text))


def _rate(text: str | None) -> str:
    rate = _dec(text)
    return "" if rate is None else f"{format_number(rate.normalize() if rate else rate)}{NBSP}%"


# --- Blocks ---------------------------------------------------------------------------------------------------------


def _parties(content: dict[str, Any]) -> list[Block]:
    told: list[Block] = []
    for p in content["parties"]:
        who = ", ".join(part for part in (p["represente_par"], p["qualite"]) if part)
        rows = [
            ("SIRET", p["siret"]),
            ("Adresse", p["adresse"]),
            ("Représentée par", who),
            ("Apporte", f"{_money(p['apport'])} TTC" if p["apport"] else ""),
            ("Signe", "" if p["signe"] else "non : nommée ici pour ce qu’elle apporte"),
        ]
        told.append(Definitions([("En tant que", p["role"]), *((a, b) for a, b in rows if b)], p["nom"]))
    return told


def _days(content: dict[str, Any]) -> str:
    told = jours_dits(_dec(content["jours"]), individuels=_dec(content["jours_individuels"]))
    off = _dec(content["jours_hors_site"])
    return f"{told} ; {format_days(off)} hors site" if told and off else told


def _mission(content: dict[str, Any]) -> list[Block]:
    rows = [
        ("Nombre de jours", _days(content)),
        ("Période", periode_dite(_day(content["debut"]), _day(content["fin"]))),
        ("Calendrier", content["calendrier"]),
    ]
    told: list[Block] = [Definitions([row for row in rows if row[1]])] if any(row[1] for row in rows) else []
    for rang, e in enumerate(content["etapes"], 1):
        told.append(Heading(f"Étape {rang} : {e['intitule']}", 3))
        rows = [
            ("Objectif", e["objectif"]),
            ("Contenu", e["contenu"]),
            ("Durée", format_days(_dec(e["duree"]))),
            ("Outils", e["outils"]),
            ("Par qui, avec qui, comment", e["realisation"]),
            ("Productions remises", e["productions"]),
            ("Dates", periode_dite(_day(e["debut"]), _day(e["fin"]))),
        ]
        if kept := [row for row in rows if row[1]]:
            told.append(Definitions(kept))
    return told


def _price(content: dict[str, Any]) -> list[Block]:
    prix = content["prix"]
    rows = [
        ("Prix HT", _money(prix["ht"])),
        (f"TVA ({_rate(prix['taux'])})", _money(prix["tva"])),
        ("Prix TTC", _money(prix["ttc"])),
        ("Ce que le prix comprend", content["prix_precisions"]),
    ]
    told: list[Block] = [Definitions([row for row in rows if row[1]])] if any(row[1] for row in rows) else []
    if content["paiements"]:
        told.append(
            Table(
                columns=[Column("Paiement"), Column("Au plus tard le"), Column("Montant TTC", True)],
                rows=[[p["libelle"], _date(p["date"]) or "—", _money(p["montant"])] for p in content["paiements"]],
                total=["Ensemble", "", format_money_plain(sum(Decimal(p["montant"]) for p in content["paiements"]))],
                caption="Échéancier des paiements",
            )
        )
    return told


def _references(content: dict[str, Any]) -> list[Block]:
    rows = []
    if cahier := content["cahier"]:
        told = f"{cahier['reference']}, version {cahier['numero']}, diffusée le {_date(cahier['le'])}"
        rows.append(("Cahier des charges", f"{told}. SHA-256 du contenu : {cahier['sha256']}"))
    if projet := content["projet"]:
        rows.append(("Projet retenu, annexé", f"{projet['libelle']}. SHA-256 : {projet['sha256']}"))
    told: list[Block] = [Definitions(rows)] if rows else []
    others = [a for a in content["annexes"] if not projet or a["sha256"] != projet["sha256"]]
    if others:
        told += [
            Heading("Autres annexes", 3),
            Items([f"{annexe['nom']} (SHA-256 : {annexe['sha256']})" for annexe in others]),
        ]
    return told


def _signatures(content: dict[str, Any]) -> list[Block]:
    return [
        Table(
            columns=[Column("Partie"), Column("Nom et qualité"), Column("Date et signature, si elle signe sur papier")],
            rows=[
                [p["nom"], "\n".join(part for part in (p["represente_par"], p["qualite"]) if part) or "—", " "]
                for p in content["parties"]
                if p["signe"]
            ],
        ),
        Note(
            "Qui signe en ligne lit ce fichier par un lien personnel et confirme avec un code reçu à son adresse : les "
            "preuves de signature, imprimées à part, disent qui, quand, et de quel fichier."
        ),
    ]


def _of_convention(content: dict[str, Any]) -> list[Block]:
    articles: list[tuple[str, list[Block]]] = [
        ("Entre", _parties(content)),
        ("Objet", [Prose(content["objet"])] if content["objet"] else []),
        ("Structures bénéficiaires", [] if content["individuelle"] or not content["beneficiaires"]
         else [Items(content["beneficiaires"])]),
        ("Mission", _mission(content)),
        ("Prix et paiement", _price(content)),
        ("Propriété et diffusion des productions", _prose(content["propriete"])),
        ("Données personnelles et confidentialité", _prose(content["donnees"])),
        ("Évaluation", _prose(content["evaluation"])),
        ("Suivi et modifications", _prose(content["modifications"])),
        ("Autres clauses", _prose(content["autres"])),
        ("Documents de référence", _references(content)),
        ("Signatures", _signatures(content)),
    ]  # fmt: skip
    told: list[Block] = []
    for number, (title, blocks) in enumerate(((t, b) for t, b in articles if b), 1):
        told += [Heading(f"{number}. {title}", 2), *blocks]
    return [*told, *_annexe(content)]


def _annexe(content: dict[str, Any]) -> list[Block]:
    """The retained project, word for word, when the application holds it: what is signed is whole."""
    projet = content["projet"]
    if not projet or not projet.get("contenu"):
        return []
    inside = lowered(proposition_blocks(projet["contenu"]))
    return [Heading("Annexe : le projet retenu", 2), Note(f"{projet['libelle']}."), *inside]


def _prose(text: str) -> list[Block]:
    return [Prose(text)] if text else []


def _of_avenant(content: dict[str, Any]) -> list[Block]:
    signed = f"signée le {_date(content['signee_le'])}" if content["signee_le"] else ""
    prix = f"{_money(content['prix'])} {content['base'].upper()}" if content["prix"] else ""
    rows = [
        ("Convention", f"{content['reference']}, {signed}" if signed else content["reference"]),
        ("Ce qui change", content["quoi"]),
        ("Nouvelle date de fin", _date(content["fin"])),
        ("Nouveau prix", prix),
        ("Demandé par", " le ".join(p for p in (content["demande_par"], _date(content["demande_le"])) if p)),
        ("Contact préalable avec le chargé de mission", content.get("contact", "")),
        ("Accepté par le DLA le", _date(content["accepte_dla_le"])),
        ("Accepté par la structure le", _date(content["accepte_structure_le"])),
    ]
    return [
        Heading("1. Entre", 2),
        *_parties(content),
        Heading("2. Ce qui change", 2),
        Definitions([row for row in rows if row[1]]),
        Heading("Ce qui était convenu", 3),
        Prose(content["de"]),
        Heading("Ce qui est convenu désormais", 3),
        Prose(content["a"]),
        Heading("Pourquoi", 3),
        Prose(content["pourquoi"]),
        Prose("Le reste de la convention ne change pas."),
        Heading("3. Signatures", 2),
        *_signatures(content),
    ]


def blocks_of(content: dict[str, Any]) -> list[Block]:
    """The blocks of a text, of a convention or of an avenant."""
    return _of_avenant(content) if content["genre"] == contents.AVENANT else _of_convention(content)


# --- Documents ------------------------------------------------------------------------------------------------------


def _named(content: dict[str, Any]) -> tuple[str, str, str]:
    """Kind, title and file name (without its extension) of a text."""
    if content["genre"] == contents.AVENANT:
        numero = content["numero"]
        return KIND_AVENANT, f"Avenant {numero} : {content['titre']}", f"{content['reference']}-avenant-{numero}"
    return KIND, content["titre"], content["reference"]


def _built(content: dict[str, Any], obj, convention: Convention, *, draft="", made="", version="", suffix="", files=()):
    kind, title, filename = _named(content)
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(
                convention.ingenierie.pilote, kind=kind, reference=content["reference"], version=version, date=made
            ),
            "blocks": [*([Note(draft)] if draft else []), *blocks_of(content)],
            "empreinte": obj.empreinte if isinstance(obj, Acte) else "",
        },
        title=title,
        filename=f"{filename}{suffix}.pdf",
        obj=obj,
        scope=convention.ingenierie,
        author=content["pilote"],
        subject=f"{kind} {content['reference']}",
        keywords=["convention", "DLA"],
        attachments=files,
    )


def _draft(objet: Convention | Avenant) -> str:
    return f"Aperçu du {format_datetime(clock.now())} : texte « {objet.get_state_display()} »."


def build_projet(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The convention ``object_id`` as it stands now, marked as a preview."""
    convention = Convention.objects.select_related("ingenierie__pilote__region", "choix__prestataire").get(pk=object_id)
    content = contents.build(convention)
    made = format_date(clock.today())
    return _built(content, convention, convention, draft=_draft(convention), made=made, suffix="-projet")


def build_acte(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The text to sign ``object_id``, from its frozen content, which goes inside as JSON."""
    acte = Acte.objects.select_related("convention__ingenierie__pilote__region", "avenant").get(pk=object_id)
    content = acte.data
    source = EmbeddedFile(
        f"{_named(content)[2]}-{acte.numero}.json", acte.contenu.encode(), "Contenu du texte (données)", "Source"
    )
    return _built(
        content,
        acte,
        acte.convention,
        made=f"Texte du {format_date(acte.le)}",
        version=f"Texte {acte.numero}",
        files=[source],
    )


def build_preuve(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """Who signed the text ``object_id``, when, how, of which file."""
    acte = Acte.objects.select_related("convention__ingenierie__pilote__region", "avenant").get(pk=object_id)
    content, document = acte.data, pdf_of(acte)
    kind, title, filename = _named(content)
    blocks: list[Block] = [
        Definitions(
            [
                ("Texte signé", f"{kind} {content['reference']}, texte {acte.numero} du {format_datetime(acte.le)}"),
                ("SHA-256 du contenu", acte.empreinte),
                ("SHA-256 du PDF", document.sha256 if document else "le PDF n’est pas encore fabriqué"),
            ]
        )
    ]
    for row in acte.signataires.select_related("preuve"):
        proof = getattr(row, "preuve", None)
        blocks += [Heading(row.organisation, 2)]
        blocks += [Definitions(proof_rows(proof))] if proof else [Note("Cette partie n’a pas encore signé.")]
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(
                acte.convention.ingenierie.pilote,
                kind=KIND_PREUVE,
                reference=content["reference"],
                date=f"Imprimé le {format_date(clock.today())}",
            ),
            "blocks": blocks,
            "empreinte": "",
        },
        title=f"{KIND_PREUVE} : {title}",
        filename=f"{filename}-preuves.pdf",
        obj=acte,
        scope=acte.convention.ingenierie,
        author=content["pilote"],
        subject=f"{KIND_PREUVE} {content['reference']}",
        keywords=["convention", "signature", "DLA"],
    )


def proof_rows(proof: Preuve) -> list[tuple[str, str]]:
    """A proof, ready to read."""
    rows = [
        ("Signé par", ", ".join(part for part in (proof.nom, proof.qualite) if part)),
        ("Signé le", format_date(proof.signe_le)),
        ("Façon de signer", proof.get_mode_display()),
        ("Enregistré le", f"{format_datetime(proof.at)}, par {proof.par}"),
        ("Code reçu à l’adresse", proof.email if proof.mode == "en_ligne" else ""),
        ("Adresse internet", proof.adresse_ip or ""),
        ("SHA-256 du contenu", proof.sha256),
        ("SHA-256 du PDF lu", proof.pdf_sha256),
        ("Copie signée", proof.piece.original_name if proof.piece_id else ""),
        ("SHA-256 de la copie", proof.piece_sha256),
    ]
    return [(label, text) for label, text in rows if text]


def convention_docx(convention: Convention) -> BuiltDocx:
    """The convention as it stands now as DOCX, told to be a draft while it is one; the PDF is what is signed."""
    content = contents.build(convention)
    kind, title, filename = _named(content)
    return BuiltDocx(
        title=title,
        filename=f"{filename}.docx",
        header=letterhead(
            convention.ingenierie.pilote,
            kind=kind,
            reference=content["reference"],
            date=format_date(clock.today()),
        ),
        blocks=[Note(_draft(convention)), *blocks_of(content)],
        ending="Le PDF mis à la signature fait foi.",
        subject=f"{kind} {content['reference']}",
        keywords=("convention", "DLA"),
    )


def register() -> None:
    """Register the types of document; called once by :func:`missions.conventions.providers.register`."""
    DOCUMENT_TYPES.register(DOCUMENT_PROJET, DocumentType("Projet de convention", build_projet, permissions.viewable))
    DOCUMENT_TYPES.register(
        DOCUMENT_ACTE,
        DocumentType("Convention ou avenant à signer", build_acte, permissions.viewable_actes, sealed=True),
    )
    DOCUMENT_TYPES.register(
        DOCUMENT_PREUVE, DocumentType("Preuves de signature", build_preuve, permissions.viewable_actes, sealed=True)
    )
