"""The questionnaire of a partner: answered by its link, taken up by the dossier, never written over a person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import services as accounts
from core import journal
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from engagement.partenaires import services
from engagement.partenaires.dashboard import answers
from engagement.partenaires.models import PartenaireProjet, ReponsePartenaire
from engagement.partenaires.services import QUESTIONNAIRE
from tests.engagement.conftest import text, url
from tests.factories import PartenaireFactory, actor_of, member
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db

CHECKS = dict.fromkeys(("problematique_partagee", "complementaire", "interet"), "oui")


@pytest.fixture
def row(ingenierie, partenaire, actor):
    return services.add_partenaire(ingenierie, partenaire, actor=actor)


@pytest.fixture
def grant(row, actor):
    return accounts.send_link(QUESTIONNAIRE, row, name="Noa Contact", email="noa@example.org", actor=actor)


@pytest.fixture
def link(grant):
    return reverse("lien", args=[accounts.link_token(grant)])


@pytest.fixture
def holder(grant):
    token = accounts.link_token(grant)
    return accounts.open_link(accounts.read_link(token), token).actor


@pytest.fixture
def visitor():
    return StrictClient()


@pytest.fixture
def reponse(row, holder):
    """A whole answer, sent."""
    values = {**CHECKS, "attentes": "Des effets sur l’emploi.", "contribution_technique": "Une salle."}
    return services.save_answer(row, values, actor=holder, expected_version=0, send=True)


def post(version: int, action: str = "enregistrer", **values) -> dict:
    return {"version": str(version), "action": action, **values}


def test_the_partner_reads_the_problematique_in_short_and_nothing_else(visitor, link, ingenierie, row, actor):
    services.update_partenaire(row, {"motivations": "Note interne"}, actor=actor, expected_version=None)
    page = text(visitor.get(link))
    assert "Un contexte." in page and "Des besoins." in page and ingenierie.titre in page
    assert "Note interne" not in page and "Conseil départemental" in page
    assert "faire avancer une politique publique" in page, "les exemples sont ceux de sa famille"


def test_it_saves_as_one_goes_and_comes_back_by_the_same_link(visitor, link, ingenierie):
    answer = visitor.post(link, post(0, attentes="Une phrase commencée"), follow=True)
    assert "C’est enregistré" in text(answer) and "Une phrase commencée" in text(answer)
    visitor.post(link, post(1, attentes="Une phrase finie."))
    [draft] = ReponsePartenaire.objects.all()
    assert (draft.attentes, draft.version, draft.sent_at) == ("Une phrase finie.", 2, None)
    assert not journal.entries_for(ingenierie).filter(verb="engagement.reponse_recue").exists()


def test_a_draft_is_read_by_nobody(visitor, link, client, ingenierie, row):
    visitor.post(link, post(0, attentes="Pas encore pour vous"))
    draft = ReponsePartenaire.objects.get()
    assert "Pas encore" not in text(client.get(url("partenaire", ingenierie, row.pk)))
    assert client.get(url("reponse", ingenierie, row.pk, draft.pk)).status_code == 404


def test_sending_asks_for_the_three_checks_and_loses_nothing(visitor, link, row, holder):
    answer = visitor.post(link, post(0, "envoyer", attentes="Des effets", interet="oui"))
    assert answer.status_code == 422
    assert "Des effets" in text(answer) and "« à voir » en est une" in text(answer)
    with pytest.raises(InvalidInput, match="trois vérifications"):
        services.save_answer(row, {"interet": "oui"}, actor=holder, expected_version=0, send=True)
    assert not ReponsePartenaire.objects.exists()
    assert visitor.post(link, post(0, "envoyer", **CHECKS)).status_code == 302


def test_two_tabs_lose_nothing(visitor, link):
    visitor.post(link, post(0, attentes="Première fenêtre"))
    answer = visitor.post(link, post(0, attentes="Seconde fenêtre"))
    assert answer.status_code == 409
    assert "Première fenêtre" in text(answer) and "Seconde fenêtre" in text(answer)
    assert ReponsePartenaire.objects.get().attentes == "Première fenêtre"
    assert visitor.post(link, post(1, attentes="Seconde fenêtre")).status_code == 302


def test_a_text_too_long_or_a_code_made_up_is_refused(visitor, link, row, holder):
    assert visitor.post(link, post(0, interet="peut-être")).status_code == 422
    assert visitor.post(link, post(0, attentes="x" * 30_000)).status_code == 422
    with pytest.raises(InvalidInput):
        services.save_answer(row, {"famille": "financeurs"}, actor=holder, expected_version=0)


def test_nothing_enters_the_dossier_by_itself(reponse, row, ingenierie):
    fresh = PartenaireProjet.objects.get(pk=row.pk)
    assert (fresh.attentes, fresh.interet, fresh.version) == ("", "a_voir", row.version)
    entry = journal.entries_for(ingenierie).get(verb="engagement.reponse_recue")
    assert entry.actor_label == "Noa Contact (par lien)"


def test_the_answer_waits_for_who_carries_the_ingenierie(reponse, ingenierie, world):
    [todo] = answers(actor_of(member(world.pilote, "responsable")))
    assert "Conseil départemental a répondu" in todo.detail
    assert todo.url == url("reponse", ingenierie, reponse.partenaire_projet_id, reponse.pk)
    assert answers(world.actor("voisin")) == []


def test_field_by_field_what_was_noted_is_kept_unless_one_chooses(client, reponse, row, ingenierie, actor):
    services.update_partenaire(
        row, {"attentes": "Noté en réunion.", "interet": "non"}, actor=actor, expected_version=None
    )
    row.refresh_from_db()
    page = client.get(url("reponse", ingenierie, row.pk, reponse.pk))
    assert 'value="garder" id="garder-attentes" checked' in text(page)
    assert 'value="remplacer" id="remplacer-contribution_technique" checked' in text(page)
    choices = {"attentes": "ajouter", "contribution_technique": "garder", "complementaire": "remplacer"}
    data = {"version": row.version, "action": "choix"} | {f"choix-{name}": choice for name, choice in choices.items()}
    assert client.post(url("reponse", ingenierie, row.pk, reponse.pk), data).status_code == 302
    fresh = PartenaireProjet.objects.get(pk=row.pk)
    assert fresh.attentes == "Noté en réunion.\n\nDes effets sur l’emploi."
    assert (fresh.interet, fresh.complementaire, fresh.contribution_technique) == ("non", "oui", "")
    reponse.refresh_from_db()
    assert reponse.taken_up == ["attentes", "complementaire"]
    assert journal.entries_for(ingenierie).filter(verb="engagement.partenaire").first().changes.keys() == {
        "attentes", "complementaire",
    }  # fmt: skip


def test_the_whole_is_taken_in_one_click_and_empties_nothing(client, reponse, row, ingenierie, actor):
    services.update_partenaire(
        row, {"attentes": "Noté.", "motivations": "Siennes."}, actor=actor, expected_version=None
    )
    row.refresh_from_db()
    data = {"version": row.version, "action": "tout"}
    assert client.post(url("reponse", ingenierie, row.pk, reponse.pk), data).status_code == 302
    fresh = PartenaireProjet.objects.get(pk=row.pk)
    assert (fresh.attentes, fresh.motivations, fresh.interet) == ("Des effets sur l’emploi.", "Siennes.", "oui")
    page = text(client.get(url("reponse", ingenierie, row.pk, reponse.pk)))
    assert ">repris<" in page and "Traitée le" in page
    assert "Tout reprendre" not in page and 'type="radio"' not in page


def test_an_answer_is_treated_once(reponse, row, actor):
    services.take_all(reponse, actor=actor, expected_version=row.version)
    with pytest.raises(StaleState, match="déjà été traitée"):
        services.take_all(reponse, actor=actor, expected_version=row.version + 1)


def test_what_a_colleague_wrote_meanwhile_is_not_lost(client, reponse, row, ingenierie, actor):
    services.update_partenaire(row, {"attentes": "Écrit entre-temps."}, actor=actor, expected_version=None)
    with pytest.raises(EditConflict):
        services.take_all(reponse, actor=actor, expected_version=row.version)
    answer = client.post(url("reponse", ingenierie, row.pk, reponse.pk), {"version": row.version, "action": "tout"})
    assert answer.status_code == 409
    assert PartenaireProjet.objects.get(pk=row.pk).attentes == "Écrit entre-temps."
    reponse.refresh_from_db()
    assert reponse.treated_at is None


def test_only_who_contributes_takes_up_an_answer(reponse, row, world, as_, ingenierie):
    for who in ("voisin", "loin", "c2ra", "lecture"):
        with pytest.raises(NotAllowed):
            services.take_all(reponse, actor=world.actor(who), expected_version=row.version)
    assert as_("voisin").get(url("reponse", ingenierie, row.pk, reponse.pk)).status_code == 404
    page = as_("c2ra").get(url("reponse", ingenierie, row.pk, reponse.pk))
    assert page.status_code == 200 and "Tout reprendre" not in text(page)


def test_the_answer_of_another_partner_or_ingenierie_is_not_found(client, reponse, row, ingenierie, world, actor):
    other = services.add_partenaire(ingenierie, PartenaireFactory(organisation=world.pilote), actor=actor)
    assert client.get(url("reponse", ingenierie, other.pk, reponse.pk)).status_code == 404
    assert client.post(url("reponse", ingenierie, other.pk, reponse.pk), {"version": "1"}).status_code == 404


def test_a_new_link_starts_again_from_what_was_answered(reponse, row, grant, actor, clock_at, visitor):
    clock_at(grant.sent_at + accounts.sent_links.RESEND_AFTER)
    accounts.renew_link(grant, actor=actor)
    grant.refresh_from_db()
    page = text(visitor.get(reverse("lien", args=[accounts.link_token(grant)])))
    assert "Des effets sur l’emploi." in page
    visitor.post(reverse("lien", args=[accounts.link_token(grant)]), post(0, "envoyer", **CHECKS, attentes="Corrigé."))
    assert list(ReponsePartenaire.objects.order_by("pk").values_list("attentes", flat=True)) == [
        "Des effets sur l’emploi.",
        "Corrigé.",
    ]


def test_taking_a_partner_out_takes_its_answers_with_it(reponse, row, actor):
    services.remove_partenaire(row, actor=actor)
    assert not ReponsePartenaire.objects.exists()
