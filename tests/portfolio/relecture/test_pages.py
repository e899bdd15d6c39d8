"""The queue of the C2RA, and a version under review."""

import pytest
from django.core import mail

from partners.portfolio.fiche.services.versions import start_version, submit, update_rubrique
from partners.portfolio.publication.models import Publication
from partners.portfolio.relecture.services import add_remark, send_back
from tests.factories import (
    actor_of,
    prestataire_of,
    published_prestataire,
    submitted_fiche,
)
from tests.portfolio.pages import page, text

pytestmark = pytest.mark.django_db


def test_the_queue_shows_the_oldest_first_and_the_reviewer_publishes(client_for, reviewer, clock_at, run_jobs):
    clock_at("2026-11-02 10:00")
    late = submitted_fiche(prestataire_of(name="Premier arrivé"))
    clock_at("2026-11-20 10:00")
    submitted_fiche(prestataire_of(name="Dernier arrivé"))
    client = client_for(reviewer)
    queue = text(client.get(page("file")))
    assert queue.index("Premier arrivé") < queue.index("Dernier arrivé") and "plus de deux semaines" in queue
    assert "Premier arrivé" in text(client.get("/"))
    assert "Première fiche" in text(client.get(page("relire", late.pk)))
    decision = {"expected_state": "soumise", "version": late.version}
    assert client.post(page("decider", late.pk), {**decision, "action": "renvoyer"}).status_code == 409
    client.post(page("relire", late.pk), {"rubrique": "autres", "ancre": "prix_min", "texte": "Le prix ?"})
    client.post(page("decider", late.pk), {**decision, "action": "renvoyer"})
    late.refresh_from_db()
    assert late.state == "a_completer"
    run_jobs()
    assert any("Le prix ?" in m.body for m in mail.outbox)


def test_the_remarks_stand_beside_their_field_for_the_prestataire(client_for, user, reviewer):
    fiche = submitted_fiche(prestataire_of(user))
    actor = actor_of(reviewer)
    add_remark(fiche, "autres", "prix_min", "Quel prix ?", actor=actor)
    send_back(fiche, actor=actor, expected_state="soumise")
    client = client_for(user)
    assert "Quel prix ?" in text(client.get(page("espace_prestataire", fiche.prestataire_id)))
    html = text(client.get(page("rubrique", fiche.prestataire_id, "autres")))
    assert html.index('id="champ-prix_min"') < html.index("Quel prix ?") < html.index('id="champ-prix_max"')


def test_the_reviewer_reads_what_changed_since_the_publication(client_for, user, reviewer):
    prestataire = published_prestataire(user)
    fiche = start_version(prestataire, actor=actor_of(user))
    update_rubrique(fiche, "experiences", {"presentation": "Nous formons aussi."}, actor=actor_of(user))
    fiche = update_rubrique(fiche, "autres", {"charte": True}, actor=actor_of(user))
    fiche = submit(fiche, actor=actor_of(user), expected_state="brouillon")
    html = text(client_for(reviewer).get(page("relire", fiche.pk)))
    assert "1\u00a0différence" in html and "Nous formons aussi." in html
    client_for(reviewer).post(
        page("decider", fiche.pk),
        {"action": "publier", "expected_state": "soumise", "version": fiche.version},
    )
    assert Publication.objects.get().fiche_id == fiche.pk


def test_a_reason_that_is_refused_is_kept_and_the_reviewer_does_not_do_what_is_the_prestataires(client_for, reviewer):
    fiche = submitted_fiche(prestataire_of())
    client = client_for(reviewer)
    shown = {"expected_state": "soumise", "version": fiche.version}
    without = client.post(page("decider", fiche.pk), {**shown, "action": "refuser", "reason": " "})
    assert without.status_code == 422 and "Indiquez le motif" in text(without)
    long = client.post(page("decider", fiche.pk), {**shown, "action": "refuser", "reason": "Trop loin. " * 200})
    assert long.status_code == 422 and "Trop loin. Trop loin." in text(long)
    other = client.post(page("decider", fiche.pk), {**shown, "action": "reprendre"})
    assert other.status_code == 422 and "plus à jour" in text(other)
    fiche.refresh_from_db()
    assert fiche.state == "soumise"
