"""The decision of a call: one act, each candidate told of its own column alone, and made again from the journal."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile

import pytest
from django.urls import reverse

from consultations.appel.models import Appel
from consultations.choix import dossier, services
from consultations.choix.decision import decide, preview, rebuilt
from consultations.choix.models import ChoixPrestataire, ProcesVerbal, Restitution
from consultations.choix.projet import derniere
from consultations.lecture.services import precisions
from core.canonical import canonical
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry, OutboxMail
from tests.consultations import scene as scenes
from tests.consultations.scene import decision
from tests.factories import OrganisationFactory, RegionFactory, actor_of, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Three candidates, read by the pilot."""
    made = scenes.call()
    scenes.read_all(made, scenes.dla_reader(made), made.actor, said="Clair")
    return made


def texts(scene, retained):
    return {e.invitation.pk: e.texte for e in preview(scene.appel, retained)}


def decided(scene, n=0, **values):
    chosen = scene.invitations[n]
    return decide(scene.appel, chosen, decision(**values), texts(scene, chosen), actor=scene.actor)


def test_each_candidate_is_told_of_its_own_column_and_of_nothing_else(scene):
    envois = preview(scene.appel, scene.invitations[1])
    assert [e.retenu for e in envois] == [False, True, False]
    for n, envoi in enumerate(envois, 1):
        assert f"dossier {n}." in envoi.texte
        for m, other in enumerate(scene.invitations, 1):
            if m != n:
                assert f"dossier {m}." not in envoi.texte and str(other.prestataire) not in envoi.texte
        assert str(scene.pilot) not in envoi.texte
        assert list(envoi.adresses) == [scene.people[n - 1].email]


def test_one_act_retains_restitutes_freezes_the_minutes_and_begins_the_project(scene):
    choix = decided(scene, 1)
    assert choix.prestataire == scene.invitations[1].prestataire and choix.mode == "appel"
    assert (choix.appel_id, choix.proposition_id) == (scene.appel.pk, scene.ouvertes[1].pk)
    assert Appel.objects.get(pk=scene.appel.pk).state == "attribue"
    assert list(Restitution.objects.order_by("invitation").values_list("retenu", flat=True)) == [False, True, False]
    sent = OutboxMail.objects.filter(template="consultations/restitution").order_by("pk")
    assert [m.to for m in sent] == [p.email for p in scene.people]
    pv = ProcesVerbal.objects.get()
    assert pv.is_intact and pv.data["decision"]["motifs"] == "La démarche la plus claire."
    assert [p["sha256"] for p in pv.data["propositions"]] == [o.depot.sha256 for o in scene.ouvertes]
    assert derniere(choix).data["comprehension"] == "Les structures doivent se réorganiser."
    with pytest.raises(NotAllowed, match="attribué"):
        decided(scene, 0)
    # Taken back, it is decided again.
    services.take_back(choix, actor=scene.actor, reason="Il a renoncé.")
    scene.appel.refresh_from_db(fields=["version"])
    again = decide(
        Appel.objects.select_related("ingenierie__pilote__region").get(pk=scene.appel.pk),
        scene.invitations[0], decision(), texts(scene, scene.invitations[0]), actor=scene.actor,
    )  # fmt: skip
    assert again.prestataire == scene.invitations[0].prestataire and Restitution.objects.count() == 6


def test_the_decision_is_made_again_from_the_journal_alone(scene):
    choix = decided(scene, 2)
    told = rebuilt(scene.appel)
    assert told["retenu"] == str(choix.prestataire) and told["date"] == choix.date.isoformat()
    assert (told["motifs"], told["decideurs"], told["choisi_par"]) == (choix.motifs, choix.decideurs, "avec")
    rows = Restitution.objects.select_related("invitation__prestataire").order_by("pk")
    assert told["restitutions"] == [
        {"prestataire": str(r.invitation.prestataire), "retenu": r.retenu, "sha256": r.sha256} for r in rows
    ]
    assert all(hashlib.sha256(r.texte.encode()).hexdigest() == r.sha256 for r in rows)
    assert told["proces_verbal"] == ProcesVerbal.objects.get().empreinte
    verbs = set(JournalEntry.objects.filter(scope_id=scene.dossier.pk).values_list("verb", flat=True))
    assert {"consultations.decision", "consultations.prestataire_retenu", "consultations.appel.attribuer"} <= verbs


def test_a_decision_that_says_too_little_or_too_much_is_refused(scene):
    chosen = scene.invitations[0]
    good = texts(scene, chosen)
    rival = scene.invitations[1]
    for changed, words in (
        ({rival.pk: " "}, "chaque candidat a sa restitution"),
        ({rival.pk: f"Moins clair que {chosen.prestataire}."}, "nomme un autre candidat"),
        ({rival.pk: f"Moins clair que {str(chosen.prestataire).upper()} !"}, "nomme un autre candidat"),
    ):
        with pytest.raises(InvalidInput, match=words):
            decide(scene.appel, chosen, decision(), {**good, **changed}, actor=scene.actor)
    for values, words in (
        ({"motifs": " "}, "motifs"),
        ({"decideurs": ""}, "qui a décidé"),
        ({"date": dt.date(2026, 11, 19)}, "antérieure"),
    ):
        with pytest.raises(InvalidInput, match=words):
            decide(scene.appel, chosen, decision(**values), good, actor=scene.actor)
    with pytest.raises(StaleState):
        decide(scene.appel, chosen, decision(), good, actor=scene.actor, expected_version=99)
    for refused in (member(OrganisationFactory()), member(scene.dla, "lecture"), scene.people[0]):
        with pytest.raises(NotAllowed):
            decide(scene.appel, chosen, decision(), good, actor=actor_of(refused))
    assert (
        not ChoixPrestataire.objects.exists() and not Restitution.objects.exists() and not OutboxMail.objects.exists()
    )


def test_without_a_fiche_published_and_current_that_day_nothing_is_decided_nor_sent(scene, clock_at):
    clock_at("2028-01-10 10:00")
    with pytest.raises(ConditionsNotMet, match="ne peut pas être retenu"):
        decided(scene, 0)
    assert not Restitution.objects.exists() and not OutboxMail.objects.exists()


def test_an_individual_call_is_never_decided_by_the_dla_alone():
    scene = scenes.call(candidats=1, individuelle=True)
    with pytest.raises(InvalidInput, match="avec la structure"):
        decided(scene, choisi_par="dla")
    assert decided(scene, choisi_par="par").choisi_par == "par"


def test_a_simplified_call_is_decided_for_the_preselected_one():
    scene = scenes.call(candidats=2, mode="simplifiee", individuelle=True)
    with pytest.raises(InvalidInput, match="Choisissez parmi"):
        decided(scene, 1)
    assert decided(scene, 0).mode == "appel_simplifie"
    assert Appel.objects.get(pk=scene.appel.pk).state == "attribue"
    assert Restitution.objects.count() == 1


# --- The pages ------------------------------------------------------------------------------------------------------


def test_one_sees_who_receives_what_before_anything_leaves(scene, client_for):
    client = client_for(scene.pilot)
    page = reverse("consultations:decider", args=[scene.dossier.pk, scene.appel.pk])
    values = {**decision(), "version": "1", "retenu": str(scene.invitations[0].pk), "date": "2026-11-21"}
    assert client.post(page, {**values, "motifs": ""}).status_code == 422
    shown = client.post(page, {**values, "action": "apercu"}).content.decode()
    assert all(p.email in shown for p in scene.people) and "Décider et envoyer" in shown
    assert not ChoixPrestataire.objects.exists()
    written = {f"texte_{pk}": text for pk, text in texts(scene, scene.invitations[0]).items()}
    written[f"texte_{scene.invitations[1].pk}"] = "Mon texte gardé, qui nomme Cabinet Candidat A."
    refused = client.post(page, {**values, **written, "action": "decider"})
    assert refused.status_code == 422 and "Mon texte gardé" in refused.content.decode()
    written[f"texte_{scene.invitations[1].pk}"] = "Mon texte à moi."
    late = client.post(page, {**values, **written, "version": "99", "action": "decider"})
    assert late.status_code == 409 and "Mon texte à moi." in late.content.decode()
    assert client.post(page, {**values, **written, "action": "decider"}).status_code == 302
    assert Restitution.objects.get(invitation=scene.invitations[1]).texte == "Mon texte à moi."
    assert "Procès-verbal" not in client.get(page).content.decode()  # decided: 403
    tab = client.get(reverse("consultations:prestataire", args=[scene.dossier.pk])).content.decode()
    assert "Dossier de consultation" in tab and "Projet retenu" in tab
    # Each candidate reads its own restitution, and never that of another.
    own = client_for(scene.people[1])
    mine = reverse("projet:restitution", args=[scene.invitations[1].pk])
    assert "Mon texte à moi." in own.get(mine).content.decode()
    assert own.get(reverse("projet:restitution", args=[scene.invitations[0].pk])).status_code == 404


def test_strangers_neither_decide_nor_read_what_was_decided(scene, client_for):
    page = reverse("consultations:decider", args=[scene.dossier.pk, scene.appel.pk])
    assert client_for(member(OrganisationFactory())).get(page).status_code == 404
    assert client_for(scene.people[0]).get(page).status_code == 404
    reader = client_for(member(scene.dla, "lecture"))
    assert reader.get(page).status_code == 403 and reader.post(page, {}).status_code == 403


# --- The file of the consultation -----------------------------------------------------------------------------------


def test_the_file_of_the_consultation_holds_all_and_its_manifest_is_true(scene):
    precisions.ask(scene.invitations[0], {"famille": "couts", "question": "Et les frais ?"}, actor=scene.actor)
    assert dossier.why_not_export(scene.appel, scene.actor)
    decided(scene, 0)
    appel = Appel.objects.select_related("ingenierie__pilote__region", "version_diffusee").get(pk=scene.appel.pk)
    with zipfile.ZipFile(io.BytesIO(dossier.assemble(appel, who="Le pilote"))) as found:
        names = set(found.namelist())
        lines = [line.split("  ", 1) for line in found.read("manifeste.sha256").decode().splitlines()]
        assert {name for _, name in lines} == names - {"manifeste.sha256"}
        assert all(hashlib.sha256(found.read(name)).hexdigest() == digest for digest, name in lines)
        content = next(n for n in names if n.startswith("propositions/01-") and n.endswith("contenu.json"))
        assert hashlib.sha256(found.read(content)).hexdigest() == scene.ouvertes[0].depot.sha256
        assert found.read(content).decode() == canonical(json.loads(found.read(content)))
        grid = found.read("lecture/grille.csv").decode("utf-8-sig")
        assert "Clair pour couts, dossier 2." in grid and "Et les frais ?" in grid
        assert "a arrêté le choix du prestataire" in found.read("journal.csv").decode("utf-8-sig")
        assert sum("/restitutions/" in n for n in names) == 3 and any(n.endswith("proces-verbal.json") for n in names)
        assert "ouverture/releve.json" in names and "appel/depots.csv" in names
        told = " ".join(found.read(n).decode("utf-8", "ignore") for n in names)
        assert not any(p.email in told for p in scene.people)


def test_the_pilot_and_the_c2ra_of_the_region_alone_have_it_once_decided(scene, client_for, run_jobs):
    ask = reverse("consultations:dossier_demander", args=[scene.dossier.pk, scene.appel.pk])
    c2ra = member(OrganisationFactory(c2ra=True, region=scene.dla.region))
    far = member(OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True)))
    client = client_for(c2ra)
    assert client.post(ask).status_code == 403
    decided(scene, 0)
    assert client_for(far).post(ask).status_code == 404
    assert client_for(member(scene.dla, "lecture")).post(ask).status_code == 403
    waiting = client.post(ask)
    assert waiting.status_code == 302
    from consultations.choix.tasks import DOSSIER_JOB
    from core.models import Job

    job = Job.objects.get(name=DOSSIER_JOB)
    kept = dossier.keep(scene.appel, actor=actor_of(c2ra), job_id=job.pk)
    url = reverse("consultations:dossier_fichier", args=[scene.dossier.pk, scene.appel.pk, kept.pk])
    assert client.get(url)["Content-Type"] == "application/zip"
    assert client_for(far).get(url).status_code == 404
    assert client_for(scene.people[0]).get(url).status_code == 404
    assert dossier.keep(scene.appel, actor=actor_of(c2ra), job_id=job.pk).pk == kept.pk
