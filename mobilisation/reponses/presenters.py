"""What the pages show of the answers of structures, formatted in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from accounts.models import Grant
from accounts.services.links import OUVERT, STATUS_LABELS, status_of
from accounts.services.sent_links import not_sent
from core.actor import Actor
from core.contacts import addresses
from core.formats import format_date, format_date_short, plural
from mobilisation.reponses.enums import QUESTIONS, QUESTIONS_COURTES, Reponse, Sort
from mobilisation.reponses.models import CommentaireStructure, ReponseStructure
from mobilisation.reponses.services import LIEN, SOLLICITABLES, Sollicitees, offered
from mobilisation.scenarios.models import Scenario
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.plans.models import LigneIngenierie
from projects.structures_ciblees.models import StructureCiblee
from structures.plans.models import LignePlan

TONES = {Reponse.OUI: "ok", Reponse.EN_PARTIE: "warn", Reponse.NON: "bad", "": "neutral"}
SORT_TONES = {Sort.A_EXAMINER: "warn", Sort.RETENU: "ok", Sort.NON_RETENU: "neutral"}
#: So many names in a message, at most.
NAMED = 5


def _said(value: str) -> dict[str, str]:
    return {"label": Reponse(value).label if value else "—", "tone": TONES[value]}


def asked(ingenierie: Ingenierie) -> list[StructureCiblee]:
    """The structures of the ingénierie with their answers and addresses, by name: three queries."""
    rows = ingenierie.structures_ciblees.select_related("structure", "reponse").prefetch_related("structure__contacts")
    return list(rows.order_by("structure__search_text", "pk"))


def _sent(ciblees: Sequence[StructureCiblee]) -> dict[int, Grant]:
    """The last link sent to each structure: one query."""
    found: dict[int, Grant] = {}
    rows = Grant.objects.filter(
        purpose=LIEN, object_type=StructureCiblee._meta.label_lower, object_id__in=[c.pk for c in ciblees]
    )
    for grant in rows.order_by("-sent_at", "pk"):
        found.setdefault(grant.object_id, grant)
    return found


def table(ingenierie: Ingenierie, ciblees: Sequence[StructureCiblee], scenarios: Sequence[Scenario]) -> list[dict]:
    """One row a structure that is still asked: what it answered, what remains, when it was asked last, whether that
    mail left. Two queries."""
    sent, periods = _sent(ciblees), [s.pk for s in scenarios]
    failed = not_sent(list(sent.values()))
    rows = []
    for ciblee in ciblees:
        if ciblee.state not in SOLLICITABLES:
            continue
        reponse = getattr(ciblee, "reponse", None) or ReponseStructure()
        grant = sent.get(ciblee.pk)
        rows.append(
            {
                "pk": ciblee.pk,
                "name": str(ciblee.structure),
                "url": reverse("projects:structure", args=[ingenierie.pk, ciblee.pk]) + "#s-reponse",
                "type_url": reverse("mobilisation:reponse", args=[ingenierie.pk, ciblee.pk]),
                "etat": ciblee.get_state_display(),
                "tag": ciblee.state_tag,
                "answers": [_said(getattr(reponse, code)) for code in QUESTIONS],
                "participation": _said(reponse.participation),
                "participants": reponse.n_participants or "",
                "periods": [_said(reponse.disponibilites.get(str(pk), "")) for pk in periods],
                "recue": format_date_short(reponse.recue_le),
                "restant": reponse.restant(periods),
                "sent": format_date_short(grant.sent_at) if grant else "",
                "not_sent": grant is not None and grant.pk in failed,
                "link": STATUS_LABELS[status] if grant and (status := status_of(grant)) != OUVERT else "",
                "reachable": bool(addresses(ciblee.structure)),
            }
        )
    return rows


def answered(rows: Sequence[dict]) -> str:
    """« 2 structures sur 3 ont répondu à une question au moins », of the rows of :func:`table`."""
    count = sum(1 for row in rows if row["recue"])
    if not count:
        return "Aucune n’a encore répondu aux questions"
    told = plural(count, "structure a répondu", "structures ont répondu")
    return f"{told} aux questions, sur {len(rows)} à qui les poser"


def _counts(values: Iterable[str]) -> str:
    found = Counter(values)
    return ", ".join(f"{found[code]} {Reponse(code).label}" for code in Reponse.values if found[code])


def synthesis(ciblees: Sequence[StructureCiblee], scenarios: Sequence[Scenario]) -> list[tuple[str, str]]:
    """(question, « 8 oui, 2 en partie, 1 non ») over the structures that answered and did not leave."""
    rows = [c.reponse for c in ciblees if c.state in SOLLICITABLES and getattr(c, "reponse", None)]
    told = [(asked, _counts(getattr(r, code) for r in rows)) for code, asked in QUESTIONS.items()]
    told.append(("Prendra-t-elle part à l’action ?", _counts(r.participation for r in rows)))
    told += [
        (f"Disponible : « {s.nom} »", _counts(r.disponibilites.get(str(s.pk), "") for r in rows)) for s in scenarios
    ]
    participants = sum(r.n_participants for r in rows if r.participation != Reponse.NON)
    told.append(("Participants annoncés", str(participants) if participants else ""))
    return [(label, text or "sans réponse") for label, text in told] if rows else []


def partial(ciblees: Sequence[StructureCiblee]) -> str:
    """« dont 2 en partie »: the confirmed ones that follow a part only."""
    found = [
        c
        for c in ciblees
        if c.state == EtatMobilisation.CONFIRMEE
        and getattr(c, "reponse", None)
        and c.reponse.participation == Reponse.EN_PARTIE
    ]
    if not found:
        return ""
    told = plural(len(found), "structure confirmée ne prend", "structures confirmées ne prennent")
    return f"{told} part qu’en partie"


def told_sent(result: Sollicitees) -> str:
    """What sending did, in words; those that were not written to are said, by name, with why."""
    count = len(result.done)
    left = plural(count, "structure reçoit", "structures reçoivent") + " un courrier"
    parts = [left if count else "Aucun courrier n’est parti"]
    for rows, why in (
        (result.recent, "déjà sollicitée depuis moins de sept jours"),
        (result.complete, "a répondu à tout"),
        (result.unreachable, "sans adresse électronique dans l’annuaire"),
        (result.left, "n’est plus sollicitée"),
    ):
        if rows:
            names = ", ".join(f"« {c.structure} »" for c in rows[:NAMED])
            others = f" et {plural(len(rows) - NAMED, 'autre')}" if len(rows) > NAMED else ""
            parts.append(f"{why} : {names}{others}")
    return f"{' ; '.join(parts)}."


def comments(
    ingenierie_id: int, *, ciblee: StructureCiblee | None = None, writes: bool = False
) -> list[dict[str, Any]]:
    """The remarks of the structures, those to examine first: two queries."""
    rows = CommentaireStructure.objects.filter(structure_ciblee__ingenierie=ingenierie_id)
    if ciblee is not None:
        rows = rows.filter(structure_ciblee=ciblee)
    rows = rows.select_related("structure_ciblee__structure").prefetch_related("partenaires__partenaire")
    found = sorted(rows, key=lambda c: (c.sort != Sort.A_EXAMINER, c.recu_le, c.pk))

    def url(c: CommentaireStructure) -> str:
        return reverse("mobilisation:commentaire", args=[ingenierie_id, c.structure_ciblee_id, c.pk]) if writes else ""

    return [
        {
            "texte": c.texte,
            "structure": str(c.structure_ciblee.structure),
            "recu": format_date(c.recu_le),
            "sort": c.get_sort_display(),
            "tone": SORT_TONES[Sort(c.sort)],
            "pourquoi": c.pourquoi,
            "avec": ", ".join(str(p) for p in c.partenaires.all()),
            "url": url(c),
        }
        for c in found
    ]  # fmt: skip


def own_objectives(ingenierie_id: int) -> list[tuple[str, str]]:
    """(structure, what it wants for itself), of those that did not leave. One query."""
    rows = ReponseStructure.objects.filter(
        structure_ciblee__ingenierie=ingenierie_id, structure_ciblee__state__in=SOLLICITABLES
    ).exclude(objectifs="")
    rows = rows.select_related("structure_ciblee__structure").order_by("structure_ciblee__structure__search_text", "pk")
    return [(str(r.structure_ciblee.structure), r.objectifs) for r in rows]


def plan_rows(ciblee: StructureCiblee, actor: Actor) -> list[dict[str, Any]]:
    """The open rows of the structure's plans that ``actor`` reads, and those this ingénierie carries out. One query."""
    attached = Prefetch("rattachement", LigneIngenierie.objects.select_related("ingenierie"))
    rows = LignePlan.objects.visible_to(actor).filter(plan__structure=ciblee.structure_id).prefetch_related(attached)
    told = []
    for ligne in rows.order_by("-plan__created_at", "position", "pk"):
        link = getattr(ligne, "rattachement", None)
        here = link is not None and link.ingenierie_id == ciblee.ingenierie_id
        if here or (link is None and ligne.is_open):
            told.append(
                {
                    "text": str(ligne),
                    "url": reverse("structures:ligne", args=[ligne.pk]),
                    "here": here,
                    "attach": "" if here else reverse("projects:ligne_rattacher", args=[ligne.pk]),
                }
            )
    return sorted(told, key=lambda row: not row["here"])


def panel(ciblee: StructureCiblee, actor: Actor, writes: bool) -> dict[str, Any]:
    """What the page of the structure shows of its answers."""
    reponse = ReponseStructure.objects.filter(structure_ciblee=ciblee.pk).first() or ReponseStructure()
    scenarios = offered(ciblee.ingenierie_id)
    return {
        "ciblee": ciblee,
        "recue": format_date(reponse.recue_le),
        "par_lien": reponse.par_lien,
        "questions": [
            {"asked": asked, **_said(getattr(reponse, code)), "text": text}
            for (code, asked), (_, _, text) in zip(QUESTIONS.items(), reponse.questions, strict=True)
        ],
        "participation": _said(reponse.participation) if reponse.participation else None,
        "participation_texte": reponse.participation_texte,
        "participants": reponse.participants_dits,
        "texts": [
            (label, text)
            for label, text in (
                ("Objectifs propres", reponse.objectifs),
                ("Projets en cours", reponse.projets),
                ("Disponibilité", reponse.disponibilite),
            )
            if text
        ],
        "periods": [(s.nom, _said(value)) for s in scenarios if (value := reponse.disponibilites.get(str(s.pk), ""))],
        "restant": reponse.restant([s.pk for s in scenarios], seule=ciblee.seule)
        if ciblee.state in SOLLICITABLES
        else [],
        "comments": comments(ciblee.ingenierie_id, ciblee=ciblee, writes=writes),
        "plan": plan_rows(ciblee, actor),
        "ingenierie": ciblee.ingenierie,
        "writes": writes,
        "type_url": reverse("mobilisation:reponse", args=[ciblee.ingenierie_id, ciblee.pk]) if writes else "",
    }


HEADS = tuple(QUESTIONS_COURTES.values())
