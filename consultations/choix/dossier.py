"""The « dossier de consultation »: one ZIP that shows, to who audits, all that happened from the call to the decision.

A manifest gives the SHA-256 of each file, in the format that ``sha256sum -c`` reads.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils.text import slugify

from accounts.permissions import is_c2ra_of
from consultations.appel.enums import EtatAppel
from consultations.appel.models import Appel, RemiseVersion
from consultations.cahier.services import DOCUMENT_DIFFUSE
from consultations.choix.decision import DOCUMENT_PV, DOCUMENT_RESTITUTION
from consultations.choix.models import ChoixPrestataire, ProcesVerbal, Restitution, VersionProjet
from consultations.lecture.comparaison import build
from consultations.lecture.models import Evaluateur
from consultations.propositions.models import Depot, Ouverture, PropositionOuverte
from consultations.propositions.services.depots import DOCUMENT_RECU
from consultations.propositions.services.ouverture import DOCUMENT_RELEVE
from core import clock, journal
from core.actor import Actor
from core.canonical import canonical
from core.documents.frozen import kept_document
from core.exports import safe_text
from core.files import DOCUMENTS, clean_name, save_file
from core.formats import format_date, format_datetime
from core.models import Attachment, GeneratedDocument
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie

DOCUMENT_TYPE = "dossier_consultation"
_LISEZ_MOI = """Dossier de consultation : {titre}
Établi le {date} par l’application DLA Ingénierie, à la demande de {qui}.

cahier/         les versions diffusées du cahier des charges (données et PDF)
appel/          invitations, versions remises, questions et réponses, dépôts (récépissés)
ouverture/      le relevé d’ouverture
propositions/   chaque proposition ouverte, ses pièces, son récépissé
lecture/        la grille de lecture et ce que chaque lecteur a écrit
decision/       procès-verbal et restitutions
projet/         les versions du projet retenu
journal.csv     l’extrait du journal de l’ingénierie depuis l’appel

manifeste.sha256 donne l’empreinte de chaque fichier (sha256sum -c manifeste.sha256). L’empreinte d’une proposition
est celle de propositions/<numéro>/contenu.json ; elle est sur son récépissé et sur le relevé d’ouverture.
Les adresses électroniques des personnes n’y figurent pas.
"""


def why_not_export(appel: Appel, actor: Actor) -> str:
    """Why ``actor`` may not have the file of this consultation, or ``""``: the pilot, and the C2RA of its région, once
    it is decided."""
    if appel.state != EtatAppel.ATTRIBUE:
        return "Le dossier de consultation s’établit une fois la décision prise."
    if not permissions.why_not_pilot(actor, appel.ingenierie):
        return ""
    if actor.kind == "user" and is_c2ra_of(actor, appel.ingenierie.pilote.region):
        return ""
    return "Le dossier de consultation est établi par le pilote ou par le C2RA de sa région."


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these calls, those whose file ``actor`` may have."""
    visible = Ingenierie.objects.visible_to(actor).values("pk")
    rows = Appel.objects.filter(pk__in=ids, ingenierie__in=visible)
    rows = rows.select_related("ingenierie__pilote__region", "ingenierie__referent")
    return {row.pk for row in rows if not why_not_export(row, actor)}


# --- The files ------------------------------------------------------------------------------------------------------


class _Zip:
    """A ZIP being written, and the SHA-256 of what it holds."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.zip = zipfile.ZipFile(self.out, "w", zipfile.ZIP_DEFLATED)
        self.digests: list[tuple[str, str]] = []

    def add(self, name: str, content: bytes | str) -> None:
        data = content.encode() if isinstance(content, str) else content
        self.zip.writestr(zipfile.ZipInfo(name, clock.now().timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
        self.digests.append((name, hashlib.sha256(data).hexdigest()))

    def add_table(self, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(head)
        for row in rows:
            writer.writerow([safe_text(str(cell)) for cell in row])
        self.add(name, out.getvalue().encode("utf-8-sig"))

    def add_kept(self, name: str, obj: models.Model, code: str) -> None:
        """The printed document kept about ``obj``, when it is made."""
        document = kept_document(obj, code)
        if document is not None and default_storage.exists(document.storage_key):
            with default_storage.open(document.storage_key) as source:
                self.add(name, source.read())

    def done(self) -> bytes:
        self.zip.writestr("manifeste.sha256", "".join(f"{digest}  {name}\n" for name, digest in self.digests))
        self.zip.close()
        return self.out.getvalue()


def assemble(appel: Appel, *, who: str) -> bytes:
    """The ZIP of the consultation ``appel``."""
    made = _Zip()
    made.add(
        "lisez-moi.txt", _LISEZ_MOI.format(titre=appel.ingenierie.titre, date=format_datetime(clock.now()), qui=who)
    )
    _cahier(made, appel)
    _call(made, appel)
    _propositions(made, appel)
    _readings(made, appel)
    _decisions(made, appel)
    _journal(made, appel)
    return made.done()


def _cahier(made: _Zip, appel: Appel) -> None:
    given = RemiseVersion.objects.filter(invitation__appel=appel).select_related("version")
    versions = {row.version_id: row.version for row in given}
    if appel.version_diffusee is not None:
        versions[appel.version_diffusee_id] = appel.version_diffusee
    for version in sorted(versions.values(), key=lambda v: v.numero):
        made.add(f"cahier/version-{version.numero}.json", version.contenu)
        made.add_kept(f"cahier/version-{version.numero}.pdf", version, DOCUMENT_DIFFUSE)


def _call(made: _Zip, appel: Appel) -> None:
    made.add_table(
        "appel/invitations.csv",
        [
            "Prestataire",
            "Invité le",
            "Lu le",
            "Ne se positionne pas depuis le",
            "Raison",
            "Répondu le",
            "Pré-retenu le",
        ],
        [
            [
                i.prestataire,
                format_datetime(i.envoyee_at),
                format_datetime(i.lue_at),
                format_datetime(i.decline_at),
                i.get_motif_declin_display(),
                format_datetime(i.repondu_at),
                format_datetime(i.pre_retenu_at),
            ]
            for i in appel.invitations.select_related("prestataire")
        ],
    )
    given = RemiseVersion.objects.filter(invitation__appel=appel).select_related("version", "invitation__prestataire")
    rows = [[r.invitation.prestataire, r.version.numero, format_datetime(r.at), r.version.empreinte] for r in given]
    made.add_table("appel/versions-remises.csv", ["Prestataire", "Version", "Remise le", "SHA-256 du contenu"], rows)
    asked = [[format_datetime(q.at), q.texte, q.reponse, format_datetime(q.repondu_at)] for q in appel.questions.all()]
    made.add_table("appel/questions.csv", ["Posée le", "Question", "Réponse publiée à tous", "Répondue le"], asked)
    moved = [[format_datetime(p.de), format_datetime(p.a), p.motif, p.by_label] for p in appel.prolongations.all()]
    made.add_table("appel/prolongations.csv", ["Date limite précédente", "Nouvelle", "Motif", "Par"], moved)
    depots = Depot.objects.filter(proposition__invitation__appel=appel).select_related(
        "proposition__invitation__prestataire", "retrait"
    )
    rows = [
        [
            d.recu,
            d.proposition.invitation.prestataire,
            d.numero,
            d.at.isoformat(),
            d.sha256,
            d.retrait.at.isoformat() if d.is_withdrawn else "",
        ]
        for d in depots.order_by("at", "pk")
    ]
    made.add_table(
        "appel/depots.csv", ["Récépissé", "Prestataire", "Dépôt n°", "Reçu le", "SHA-256", "Retiré le"], rows
    )


def _propositions(made: _Zip, appel: Appel) -> None:
    ouverture = Ouverture.objects.filter(appel=appel).first()
    if ouverture is not None:
        told = {"le": ouverture.at.isoformat(), "par": ouverture.by_label, "temoin": ouverture.temoin}
        made.add(
            "ouverture/releve.json", json.dumps({**told, "releve": ouverture.releve}, ensure_ascii=False, indent=2)
        )
        made.add_kept("ouverture/releve.pdf", ouverture, DOCUMENT_RELEVE)
    rows = list(PropositionOuverte.objects.filter(appel=appel).select_related("depot", "invitation__prestataire"))
    files: dict[int, list[Attachment]] = {}
    for row in Attachment.objects.of(PropositionOuverte._meta.label_lower, [row.pk for row in rows]):
        files.setdefault(row.object_id, []).append(row)
    for row in rows:
        base = f"propositions/{row.numero:02d}-{slugify(str(row.invitation.prestataire))[:40]}"
        made.add(f"{base}/contenu.json", canonical(row.contenu))
        made.add_kept(f"{base}/recepisse.pdf", row.depot, DOCUMENT_RECU)
        for number, piece in enumerate(files.get(row.pk, []), 1):
            if default_storage.exists(piece.storage_key):
                with default_storage.open(piece.storage_key) as source:
                    made.add(f"{base}/pieces/{number:02d}-{clean_name(piece.original_name)}", source.read())


def _readings(made: _Zip, appel: Appel) -> None:
    grid = build(appel)
    heads = [f"{c['numero']}. {c['nom']}" for c in grid["colonnes"]]
    rows: list[list[Any]] = []
    for family in grid["familles"]:
        texts = [
            "\n\n".join(
                [
                    *(f"{a['qui']} : {a['texte']}" for a in cell["appreciations"]),
                    *(f"Précision : {p['question']}\nRéponse : {p['reponse']}" for p in cell["precisions"]),
                ]
            )
            for cell in family["cells"]
        ]
        rows.append([family["label"], "", *texts])
        for c in family["criteres"]:
            cells = [cell["fait"] or " ".join(filter(None, (cell["moyenne"], cell["detail"]))) for cell in c["cells"]]
            rows.append([family["label"], c["intitule"], *cells])
    made.add_table("lecture/grille.csv", ["Famille", "Critère", *heads], rows)
    readers = Evaluateur.objects.filter(grille__appel=appel).prefetch_related("recusees__prestataire")
    told = [
        [
            r.organisme,
            r.get_qualite_display(),
            "" if r.conflit is None else "oui" if r.conflit else "non",
            ", ".join(str(i.prestataire) for i in r.recusees.all()),
            format_datetime(r.enregistre_at),
            format_date(r.entretien_le) if r.entretien_le else "",
            r.entretien_note_par,
        ]
        for r in readers
    ]
    heads = ["Lecteur", "Au titre de", "Conflit déclaré", "Avec", "Lecture terminée le", "Dite le", "Saisie par"]
    made.add_table("lecture/lecteurs.csv", heads, told)


def _decisions(made: _Zip, appel: Appel) -> None:
    for choix in ChoixPrestataire.objects.filter(appel=appel).order_by("pk"):
        base = f"decision/{choix.pk}-{choix.date.isoformat()}"
        for pv in ProcesVerbal.objects.filter(choix=choix):
            made.add(f"{base}/proces-verbal.json", pv.contenu)
            made.add_kept(f"{base}/proces-verbal.pdf", pv, DOCUMENT_PV)
        for row in Restitution.objects.filter(choix=choix).select_related("invitation__prestataire"):
            name = f"{base}/restitutions/{row.pk}-{slugify(str(row.invitation.prestataire))[:40]}"
            made.add(f"{name}.txt", row.texte)
            made.add_kept(f"{name}.pdf", row, DOCUMENT_RESTITUTION)
        for version in VersionProjet.objects.filter(choix=choix):
            made.add(f"projet/{choix.pk}/version-{version.numero}.json", version.contenu)


def _journal(made: _Zip, appel: Appel) -> None:
    entries = journal.entries_for(appel.ingenierie).filter(at__gte=appel.created_at, verb__startswith="consultations.")
    made.add_table(
        "journal.csv",
        ["Quand", "Qui", "Organisation", "Action", "Objet", "Changements", "Motif"],
        [
            [
                e.at.isoformat(),
                e.actor_label,
                e.organisation_label,
                journal.VERBS.get(e.verb, e.verb),
                e.object_label,
                json.dumps(e.changes, ensure_ascii=False),
                e.reason,
            ]
            for e in reversed(list(entries))
        ],
    )


def keep(appel: Appel, *, actor: Actor, job_id: int | None) -> GeneratedDocument:
    """Assemble the ZIP and keep it for the days of a preview; a job run again gets its first one."""
    done = GeneratedDocument.objects.filter(job_id=job_id).first() if job_id is not None else None
    if done is not None:
        return done
    content = assemble(appel, who=actor.label)
    return GeneratedDocument.objects.create(
        document_type=DOCUMENT_TYPE,
        object_type=appel._meta.label_lower,
        object_id=appel.pk,
        scope_type=appel.ingenierie._meta.label_lower,
        scope_id=appel.ingenierie_id,
        title=f"Dossier de consultation : {appel.ingenierie.titre}"[:255],
        filename=f"dossier-consultation-{appel.pk}.zip",
        template="",
        storage_key=save_file(DOCUMENTS, ContentFile(content)),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        made_by_id=actor.user_id,
        made_by_label=actor.label[:200],
        job_id=job_id,
    )
