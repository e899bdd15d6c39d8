"""What the C2RA asks is anchored to anything of the fiche, and dealt with before the fiche comes back."""

import datetime as dt

import pytest

from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry
from partners.portfolio.fiche import completeness
from partners.portfolio.fiche.ancres import told
from partners.portfolio.fiche.models.remarque import Remarque
from partners.portfolio.fiche.services.blocs import add_piece, remove_reference
from partners.portfolio.fiche.services.remarques import reopen, settle
from partners.portfolio.fiche.services.versions import submit
from partners.portfolio.fiche.views.base import ring
from partners.portfolio.relecture.services import add_remark, send_back
from tests.core.upload_files import uploaded
from tests.factories import UserFactory, actor_of, prestataire_of, submitted_fiche
from tests.portfolio.pages import page, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def fiche(prestataire):
    """Sent to the C2RA."""
    return submitted_fiche(prestataire)


@pytest.fixture
def returned(fiche, c2ra):
    """Sent back with a demand on the price and one on the CV of somebody."""
    add_remark(fiche, "autres", "prix_min", "Quel prix ?", actor=c2ra)
    add_remark(fiche, "ressources", f"cv-{fiche.intervenants.get().pk}", "Il est de 2012.", actor=c2ra)
    return send_back(fiche, actor=c2ra, expected_state="soumise")


def test_a_remark_is_anchored_to_a_cv_a_reference_a_document_a_field(client_for, user, reviewer, fiche, c2ra):
    someone, reference = fiche.intervenants.get(), fiche.references.get()
    assurance, kept = fiche.pieces.get(nature="assurance"), {}
    for rubrique, ancre, about in (
        ("ressources", f"cv-{someone.pk}", "CV de Une Intervenante"),
        ("ressources", f"intervenant-{someone.pk}", "Une Intervenante"),
        ("experiences", f"reference-{reference.pk}", "Référence 2020 · Un DLA"),
        ("caracteristiques", "piece_assurance", "Attestation d’assurance"),
        ("autres", "prix_min", "Prix par jour, au moins (HT)"),
        ("identite", "", "Identité"),
    ):
        row = add_remark(fiche, rubrique, ancre, f"À revoir : {ancre}.", actor=c2ra)
        kept[ancre] = row
        assert told(Remarque.objects.get(pk=row.pk)) == about
    # The place of another rubric, of another fiche, of nothing, is not one.
    other = submitted_fiche(prestataire_of(UserFactory(), number=48))
    for rubrique, ancre in (
        ("autres", f"cv-{someone.pk}"),
        ("experiences", f"reference-{other.references.get().pk}"),
        ("caracteristiques", f"piece-{assurance.pk}"),
        ("autres", "state"),
    ):
        with pytest.raises(InvalidInput):
            add_remark(fiche, rubrique, ancre, "Non.", actor=c2ra)
    # The reviewer reads each one where it is asked, and chooses from all of them.
    html = text(client_for(reviewer).get(page("relire", fiche.pk)))
    assert (
        html.index("Un DLA</strong>")
        < html.index(f"reference-{reference.pk}.")
        < html.index("Ressources humaines</h2>")
    )
    assert f'value="cv-{someone.pk}"' in html and 'value="piece_assurance"' in html
    # The prestataire is led to each one, and reads it there.
    send_back(fiche, actor=c2ra, expected_state="soumise")
    espace = text(client_for(user).get(page("espace_prestataire", fiche.prestataire_id)))
    pk = fiche.prestataire_id
    for address in (
        page("intervenant", pk, someone.pk) + "#cv",
        page("reference", pk, reference.pk),
        page("rubrique", pk, "caracteristiques") + "#champ-piece_assurance",
        page("rubrique", pk, "autres") + "#champ-prix_min",
    ):
        assert f'href="{address}"' in espace
    client = client_for(user)
    for where, said in (
        (page("intervenant", pk, someone.pk), f"À revoir : cv-{someone.pk}."),
        (page("reference", pk, reference.pk), f"À revoir : reference-{reference.pk}."),
        (page("rubrique", pk, "caracteristiques"), "À revoir : piece_assurance."),
        (page("rubrique", pk, "identite"), "À revoir : ."),
    ):
        assert said in text(client.get(where))


def test_a_fiche_sent_back_is_not_whole_until_each_demand_is_dealt_with(returned, actor):
    assert completeness.missing(returned) == []
    assert ring(returned)["percent"] < 100 and not ring(returned)["complete"]
    with pytest.raises(ConditionsNotMet) as refused:
        submit(returned, actor=actor, expected_state="a_completer")
    assert sum("Quel prix ?" in reason or "2012" in reason for reason in refused.value.reasons) == 2
    price, cv = returned.remarques.asked()
    settle(price, "  C’est 650 euros.  ", actor=actor)
    settle(cv, "", actor=actor)
    assert ring(completeness.read_again(returned))["percent"] == 100
    # After all, no.
    reopen(cv, actor=actor)
    with pytest.raises(ConditionsNotMet):
        submit(returned, actor=actor, expected_state="a_completer")
    settle(cv, "Voici le nouveau.", actor=actor)
    assert submit(returned, actor=actor, expected_state="a_completer").state == "soumise"
    assert JournalEntry.objects.filter(verb="portfolio.remarque_traitee", scope_id=returned.prestataire_id).count() == 3


def test_the_page_says_what_is_asked_takes_the_answers_and_shows_them_to_the_reviewer(
    client_for, user, reviewer, returned
):
    client, pk = client_for(user), returned.prestataire_id
    html = text(client.get(page("espace_prestataire", pk)))
    assert "100\u00a0%" not in html and "2\u00a0demandes du C2RA à traiter" in html
    price, cv = returned.remarques.asked()
    long = client.post(page("remarque_traiter", pk, price.pk), {"reponse": "Trop long. " * 300})
    assert long.status_code == 422 and "Trop long. Trop long." in text(long) and "trop long" in text(long)
    client.post(page("remarque_traiter", pk, price.pk), {"reponse": "C’est 650 <b>euros</b>."})
    client.post(page("remarque_traiter", pk, cv.pk), {})
    html = text(client.get(page("espace_prestataire", pk)))
    assert "650 &lt;b&gt;euros" in html and "Rien ne manque" in html
    # Beside the field as well.
    assert "traitée" in text(client.get(page("rubrique", pk, "autres")))
    client.post(page("remarque_traiter", pk, cv.pk), {"action": "rouvrir"})
    client.post(page("remarque_traiter", pk, cv.pk), {"action": "traiter"})
    data = {"action": "soumettre", "expected_state": "a_completer"}
    returned.refresh_from_db()
    client.post(page("action", pk), {**data, "version": returned.version})
    read = text(client_for(reviewer).get(page("relire", returned.pk)))
    assert "demandé auparavant" in read and "650 &lt;b&gt;euros" in read and "sans commentaire" in read


def test_what_is_asked_stays_in_sight_after_the_fiche_was_taken_back(client_for, user, actor, returned):
    from partners.portfolio.fiche.services.versions import withdraw

    for remark in returned.remarques.asked():
        settle(remark, "Fait.", actor=actor)
    sent = submit(returned, actor=actor, expected_state="a_completer")
    withdraw(sent, actor=actor, expected_state="soumise")
    assert "Quel prix ?" in text(client_for(user).get(page("espace_prestataire", returned.prestataire_id)))


def test_what_a_remark_was_about_may_leave_the_fiche_and_the_remark_stays(fiche, c2ra, actor):
    add_remark(fiche, "experiences", f"reference-{fiche.references.get().pk}", "Sans rapport.", actor=c2ra)
    add_remark(fiche, "caracteristiques", "piece_assurance", "Illisible.", actor=c2ra)
    fiche = send_back(fiche, actor=c2ra, expected_state="soumise")
    remove_reference(fiche.references.get(), actor=actor)
    add_piece(fiche, "assurance", uploaded("neuve.pdf"), actor=actor, expire_le=dt.date(2028, 1, 1))
    assert {told(r) for r in fiche.remarques.asked()} == {"Références", "Attestation d’assurance"}


def test_only_its_people_answer_while_they_write_the_demands_of_the_last_return(
    client_for, returned, actor, c2ra, reviewer
):
    price, cv = returned.remarques.asked()
    rival = UserFactory()
    own = prestataire_of(rival, number=48)
    for stranger in (c2ra, actor_of(rival)):
        for write in (lambda a: settle(price, "Non.", actor=a), lambda a: reopen(price, actor=a)):
            with pytest.raises(NotAllowed):
                write(stranger)
    for client, pk in ((client_for(rival), returned.prestataire_id), (client_for(rival), own.pk)):
        assert client.post(page("remarque_traiter", pk, price.pk), {"reponse": "Non."}).status_code == 404
    for remark in (price, cv):
        settle(remark, "", actor=actor)
    sent = submit(returned, actor=actor, expected_state="a_completer")
    with pytest.raises(NotAllowed, match="entre les mains"):
        settle(Remarque.objects.get(pk=price.pk), "Trop tard.", actor=actor)
    add_remark(sent, "autres", "", "Encore ceci.", actor=c2ra)
    again = send_back(sent, actor=c2ra, expected_state="soumise")
    with pytest.raises((InvalidInput, StaleState), match="envoi précédent"):
        settle(Remarque.objects.get(pk=price.pk), "Trop tard.", actor=actor)
    assert [r.texte for r in again.remarques.pending()] == ["Encore ceci."]
