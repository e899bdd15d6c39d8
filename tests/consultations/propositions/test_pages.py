"""The pages of a proposition: written on a phone without script, read over, deposited, opened, checked."""

from __future__ import annotations

import pytest
from django.urls import reverse

from consultations.propositions.models import Depot, Ouverture, PieceScellee, Proposition, PropositionOuverte
from consultations.propositions.services import deposit, save_draft
from partners.portfolio.fiche.models.blocs import Intervenant
from partners.portfolio.publication.models import Publication
from tests.consultations.propositions.monde import ETAPE
from tests.core.upload_files import uploaded
from tests.marks import mark_in

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")


@pytest.fixture
def at(w):
    """``at("section", "prix")``: the address of a page of A's proposition."""
    return lambda name, *args: reverse(f"propositions:{name}", args=[w.a.invitation.pk, *args])


def draft():
    return Proposition.objects.get().brouillon


def test_a_proposition_is_written_page_by_page_without_script(w, client_for, at):
    client = client_for(w.a.user)
    shown = text(client.get(at("accueil")))
    assert "Compréhension de la demande" in shown and "au moins une étape" in shown
    assert not Proposition.objects.exists(), "reading starts nothing"
    for code in ("comprehension", "etapes", "intervenants", "duree", "prix", "calendrier", "collectif", "note"):
        assert client.get(at("section", code)).status_code == 200
    assert client.get(at("section", "rien")).status_code == 404
    answer = client.post(
        at("section", "comprehension"), {"comprehension": "Les enjeux.", "suite": "section", "version": "1"}
    )
    assert answer["Location"] == at("section", "etapes")
    answer = client.post(at("ajouter", "etapes"))
    stage = answer["Location"]
    assert client.get(stage).status_code == 200
    sent = {**ETAPE, "duree": "2,5", "debut": "2027-03-10", "fin": "2027-03-01", "version": "3"}
    refused = client.post(stage, sent)
    assert refused.status_code == 422
    assert "finit avant de commencer" in text(refused) and ETAPE["contenu"] in text(refused)
    assert client.post(stage, {**sent, "fin": "2027-03-20"}).status_code == 302
    (row,) = draft()["etapes"]
    assert (row["duree"], row["fin"]) == ("2.5", "2027-03-20")
    second = client.post(at("ajouter", "etapes"))["Location"].split("/")[-2]
    client.post(at("bouger", "etapes", second), {"sens": "monter"})
    assert [r["cle"] for r in draft()["etapes"]] == [second, row["cle"]]
    client.post(at("bouger", "etapes", second), {"sens": "retirer"})
    assert [r["cle"] for r in draft()["etapes"]] == [row["cle"]]
    assert client.post(at("bouger", "etapes", second), {"sens": "monter"}).status_code == 404
    assert "2,5 jours" in text(client.get(at("section", "etapes")))


def test_intervenants_are_proposed_from_the_published_fiche_and_nothing_else_is(w, client_for, at):
    fiche = Publication.objects.get(prestataire=w.a.prestataire).fiche
    known = Intervenant.objects.create(fiche=fiche, nom="Une Consultante", fonction="Associée", expertises="Tourisme")
    other = Intervenant.objects.create(
        fiche=Publication.objects.get(prestataire=w.b.prestataire).fiche, nom="Un Concurrent"
    )
    client = client_for(w.a.user)
    shown = text(client.get(at("section", "intervenants")))
    assert "Une Consultante" in shown and "Un Concurrent" not in shown
    client.post(at("reprendre"), {"intervenants": [str(known.pk), str(other.pk), "²"]})
    (row,) = draft()["intervenants"]
    assert (row["nom"], row["fonction"], row["experiences"]) == ("Une Consultante", "Associée", "Tourisme")
    assert 'name="intervenants"' not in text(client.get(at("section", "intervenants")))


def test_a_field_is_saved_as_one_leaves_it_and_one_price_writes_the_other(w, client_for, at):
    client = client_for(w.a.user)
    htmx = {"HX-Request": "true"}
    client.post(at("champ", "prix", "tva"), {"tva": "20.00", "version": "1"}, headers=htmx)
    answer = client.post(at("champ", "prix", "prix_ht"), {"prix_ht": "5 000", "version": "2"}, headers=htmx)
    assert "Enregistré dans votre brouillon" in text(answer) and 'value="6' in text(answer)
    assert draft()["prix_ttc"] == "6000.00"
    wrong = client.post(at("champ", "prix", "prix_ht"), {"prix_ht": "cher", "version": "3"}, headers=htmx)
    assert wrong.status_code == 422
    late = client.post(at("champ", "prix", "prix_ht"), {"prix_ht": "7000", "version": "2"}, headers=htmx)
    assert late.status_code == 409
    assert client.post(at("champ", "prix", "note"), {"note": "x", "version": "3"}).status_code == 404


def test_a_colleague_who_saves_second_compares(w, client_for, at):
    save_draft(w.a.invitation, {"calendrier": "En mars"}, w.a.actor)
    version = str(Proposition.objects.get().version)
    save_draft(w.a.invitation, {"calendrier": "En avril"}, w.a.actor)
    answer = client_for(w.a.user).post(at("section", "calendrier"), {"calendrier": "En mai", "version": version})
    assert answer.status_code == 409
    assert "En mai" in text(answer) and "En avril" in text(answer)
    assert draft()["calendrier"] == "En avril"


def test_files_are_joined_read_again_and_taken_off(w, client_for, at):
    client = client_for(w.a.user)
    assert client.post(at("piece_ajouter"), {"fichier": uploaded("note.exe")}).status_code == 422
    client.post(at("piece_ajouter"), {"fichier": uploaded("Note méthodologique.pdf")})
    piece = PieceScellee.objects.get()
    shown = text(client.get(at("section", "note")))
    assert "Note méthodologique.pdf" in shown
    answer = client.get(at("piece", piece.pk))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert client.post(at("piece_retirer", piece.pk)).status_code == 302
    assert not PieceScellee.objects.exists()


def test_it_is_read_over_deposited_replaced_taken_back_and_too_late_said_with_the_time(w, client_for, at, clock_at):
    client = client_for(w.a.user)
    assert "Rien n’est écrit" in text(client.get(at("relire")))
    assert client.post(at("deposer")).status_code == 422
    save_draft(w.a.invitation, {"comprehension": "Les enjeux.", "etapes": [ETAPE], "prix_ht": "900"}, w.a.actor)
    shown = client.get(at("relire"))
    assert "Les enjeux." in text(shown) and "Déposer ma proposition" in text(shown)
    sent = mark_in(text(shown))
    assert client.post(at("deposer"), sent).status_code == 302
    assert client.post(at("deposer"), sent).status_code == 302
    depot = Depot.objects.get()
    shown = text(client.get(at("accueil")))
    assert depot.recu in shown and depot.sha256 in shown
    assert "Les enjeux." in text(client.get(at("depot", depot.pk)))
    clock_at("2026-11-21 10:05")
    save_draft(w.a.invitation, {"comprehension": "D’autres enjeux."}, w.a.actor)
    assert "Votre brouillon a changé depuis" in text(client.get(at("accueil")))
    clock_at("2026-12-01 12:00:01")
    client = client_for(w.a.user)
    late = client.post(at("deposer"))
    assert late.status_code == 409
    assert "12 h 00 min 01 s" in text(late) and "D’autres enjeux." in text(late)
    client.post(at("retirer"))
    assert Depot.objects.get().is_withdrawn is False
    assert text(client.get(at("section", "comprehension"))), "what is written may still be kept"


def test_the_pilot_opens_before_a_witness_and_checks_each_on_the_page(w, client_for, clock_at, count_queries):
    for who in (w.a, w.b):
        save_draft(who.invitation, {"comprehension": f"De {who.prestataire}", "prix_ht": "900"}, who.actor)
        deposit(who.invitation, who.actor)
    client = client_for(w.user)
    url = reverse("consultations:ouverture", args=[w.dossier.pk, w.appel.pk])
    assert "scellées jusqu’à la date limite" in text(client.get(url))
    assert client.post(url, {"temoin": "Pressée"}).status_code == 403
    clock_at("2026-12-01 12:00")
    client = client_for(w.user)
    assert "2 propositions reçues" in text(client.get(url))
    assert client.post(url, {"qualite": "maire"}).status_code == 422
    assert client.post(url, {"temoin": "Odile Marchand", "qualite": "maire"}).status_code == 302
    assert Ouverture.objects.get().temoin == "Odile Marchand"
    shown = text(client.get(url))
    assert "en présence de Odile Marchand (maire)" in shown and "1. Cabinet des Halles" in shown
    assert count_queries(lambda: client.get(url)) <= 32
    opened = PropositionOuverte.objects.get(numero=2)
    one = reverse("consultations:proposition", args=[w.dossier.pk, w.appel.pk, opened.pk])
    assert "De Coopérative Ressort" in text(client.get(one))
    assert "Conforme" in text(client.get(f"{one}?verifier=1"))


def test_without_any_proposition_the_page_says_so_and_leads_to_the_call(w, client_for, clock_at):
    clock_at("2026-12-01 12:00")
    client = client_for(w.user)
    url = reverse("consultations:ouverture", args=[w.dossier.pk, w.appel.pk])
    shown = text(client.get(url))
    assert "il n’y a rien à ouvrir" in shown
    assert reverse("consultations:appel", args=[w.dossier.pk, w.appel.pk]) in shown
    assert client.post(url, {}).status_code == 409
