"""The pages of a call: the team's, the prestataire's before and after it was given anything."""

import pytest
from django.urls import reverse

from consultations.appel.models import Appel, Invitation, Question
from consultations.appel.services import cycle, preparation, questions, reponses, simplifiee
from consultations.cahier.models import AnnexeDiffusee
from core import clock
from core.jobs import run_pending
from engagement.partenaires.prestataires import associate
from mobilisation.prestataires import services as partenaires
from tests.consultations.appel.conftest import TITRE, diffuse, held, of, sheet, yes
from tests.factories import OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def person(prestataire):
    return prestataire.membres.get().user


def page(client, route, *args, **data):
    response = client.get(reverse(route, args=args), data)
    return response.status_code, response.content.decode()


def test_one_prepares_invites_from_the_search_and_opens(dossier, user, three, version, client_for):
    client = client_for(user)
    url = reverse("consultations:appel_preparer", args=[dossier.pk])
    chosen_first = client.get(url).content.decode()
    assert "Sera envoyée la version 1" in chosen_first and "Choisissez d’abord" in chosen_first
    assert 'name="date_limite' not in chosen_first
    assert "Problématique rencontrée" not in client.get(url, {"mode": "complete"}).content.decode()
    simplified = client.get(url, {"mode": "simplifiee"}).content.decode()
    assert "Problématique rencontrée" in simplified and "Pourquoi sans mise en concurrence" not in simplified
    alone = client.get(url, {"mode": "sans_concurrence"}).content.decode()
    assert "Pourquoi sans mise en concurrence" in alone and "Problématique rencontrée" not in alone
    bad = client.post(url, {"mode": "sans_concurrence", "justification": "", "fuseau": "Europe/Paris"})
    assert bad.status_code == 422 and "Sans mise en concurrence, dites pourquoi" in bad.content.decode()
    data = {"mode": "complete", "date_limite": "2026-12-08T17:00", "fuseau": "Europe/Paris", "version": 0}
    assert client.post(url, data).status_code == 302
    appel = Appel.objects.get()
    change = reverse("consultations:appel_modifier", args=[dossier.pk, appel.pk])
    assert "Problématique rencontrée" not in client.get(change).content.decode()
    assert "Problématique rencontrée" in client.get(change, {"mode": "simplifiee"}).content.decode()
    status, seen = page(client, "consultations:inviter", p=[p.pk for p in three])
    assert status == 200 and "Cabinet A" in seen and "pas sollicité depuis douze mois" in seen
    sent = client.post(reverse("consultations:inviter"), {"p": [p.pk for p in three], "appel": appel.pk, "motif": ""})
    assert sent.status_code == 302 and appel.invitations.count() == 3
    cycle_url = reverse("consultations:appel_cycle", args=[dossier.pk, appel.pk])
    appel.refresh_from_db()
    client.post(cycle_url, {"action": "ouvrir", "expected_state": "preparation", "version": appel.version})
    _, seen = page(client, "consultations:appel", dossier.pk, appel.pk)
    assert "3\xa0prestataires invités" in seen and "Cahier des charges remis : version 1" in seen
    assert "Préparer un appel" not in page(client, "consultations:prestataire", dossier.pk)[1]
    assert "Inviter à l’appel" in page(client, "consultations:prestataire_choisir", dossier.pk)[1]


def test_the_team_of_another_dla_and_a_prestataire_see_nothing_of_the_page(opened, three, dla, client_for):
    routes = ("appel", "appel_modifier", "appel_prolonger", "appel_ce_que_sait", "appel_rencontre", "appel_preciser")
    for other in (member(OrganisationFactory()), person(three[0]), UserFactory()):
        client = client_for(other)
        for route in routes:
            assert page(client, f"consultations:{route}", opened.ingenierie_id, opened.pk)[0] in (403, 404), route
    reader = client_for(member(dla, role="lecture"))
    assert page(reader, "consultations:appel", opened.ingenierie_id, opened.pk)[0] == 200
    assert page(reader, "consultations:appel_prolonger", opened.ingenierie_id, opened.pk)[0] == 403


def test_a_call_of_another_ingenierie_is_not_found_under_this_one(opened, user, client_for):
    assert page(client_for(user), "consultations:appel", opened.ingenierie_id, opened.pk + 1)[0] == 404


def test_a_prestataire_reads_its_own_consultation_with_the_cahier_and_nothing_of_the_others(
    opened, invitations, three, client_for
):
    questions.ask(invitations[1], "Une question de Cabinet B", actor=of(three[1]))
    client = client_for(person(three[0]))
    _, listed = page(client, "candidat:consultations")
    assert TITRE in listed and "il reste 17\xa0jours" in listed
    status, seen = page(client, "candidat:consultation", invitations[0].pk)
    assert status == 200 and "Le cahier des charges" in seen and "Je compte répondre" in seen
    assert "Cabinet B" not in seen and "Une question" not in seen, "before the answer nobody else reads it"
    invitations[0].refresh_from_db()
    assert invitations[0].lue_at
    assert "Ce qui vous attend" in page(client, "portfolio:espace_prestataire", three[0].pk)[1]
    for route in ("consultation", "decliner", "question", "positionner", "mode_complet"):
        assert page(client, f"candidat:{route}", invitations[1].pk)[0] == 404, route
    assert client.post(reverse("candidat:intention", args=[invitations[1].pk])).status_code == 404
    assert client.get(reverse("candidat:version_pdf", args=[invitations[1].pk, 1])).status_code == 404
    assert client.get(reverse("candidat:version_pdf", args=[invitations[0].pk, 2])).status_code == 404
    assert client.get(reverse("candidat:annexe", args=[invitations[0].pk, 1, 1])).status_code == 404


def test_who_is_not_signed_in_is_asked_to_and_a_dla_reads_no_consultation(opened, invitations, user, client):
    url = reverse("candidat:consultation", args=[invitations[0].pk])
    assert "/compte/connexion/" in client.get(url)["Location"]
    client.force_login(user)
    assert client.get(url).status_code == 404


def test_one_click_says_it_will_answer_and_another_page_that_it_does_not(opened, invitations, three, user, client_for):
    client, mine = client_for(person(three[0])), invitations[0]
    client.post(reverse("candidat:intention", args=[mine.pk]), {"action": "oui"})
    team = client_for(user)
    assert "1\xa0compte répondre" in page(team, "consultations:appel", opened.ingenierie_id, opened.pk)[1]
    url = reverse("candidat:decliner", args=[mine.pk])
    client = client_for(person(three[0]))
    bad = client.post(url, {"motif_declin": "indisponible", "de_nouveau_le": "", "mot": "Complet."})
    assert bad.status_code == 422 and "Complet." in bad.content.decode()
    client.post(url, {"motif_declin": "indisponible", "de_nouveau_le": "2027-03-01", "mot": "Complet."})
    assert "Me positionner de nouveau" in page(client, "candidat:consultation", mine.pk)[1]
    seen = page(client_for(user), "consultations:appel", opened.ingenierie_id, opened.pk)[1]
    assert "de nouveau sollicitable à partir du 1er\xa0mars\xa02027" in seen


def test_a_question_and_its_answer_are_read_by_all_without_its_author(opened, invitations, three, user, client_for):
    client_for(person(three[0])).post(reverse("candidat:question", args=[invitations[0].pk]), {"texte": "Où ?"})
    question = Question.objects.get()
    team = client_for(user)
    seen = page(team, "consultations:appel", opened.ingenierie_id, opened.pk)[1]
    assert "Où ?" in seen and "attend votre réponse" in seen
    assert "question attend" in team.get(reverse("portal:accueil")).content.decode()
    url = reverse("consultations:appel_repondre", args=[opened.ingenierie_id, opened.pk, question.pk])
    assert "Où ?" in team.get(url).content.decode()
    team.post(url, {"reponse": "À Brizay.", "version": question.version})
    stale = team.post(url, {"reponse": "À Tours.", "version": question.version})
    assert stale.status_code == 409 and "À Tours." in stale.content.decode()
    seen = page(client_for(person(three[1])), "candidat:consultation", invitations[1].pk)[1]
    assert "Où ?" in seen and "À Brizay." in seen and "Cabinet A" not in seen


def test_an_old_link_after_one_left_the_prestataire_leads_nowhere(opened, invitations, three, client_for):
    gone = three[0].membres.get()
    client = client_for(gone.user)
    gone.state, gone.ended_at = "parti", opened.ouvert_at
    gone.save()
    assert page(client, "candidat:consultation", invitations[0].pk)[0] == 404


def test_the_simplified_call_shows_its_sheet_and_not_the_structure(simple, asked, three, user, client_for):
    client, mine = client_for(person(three[0])), asked[0]
    _, seen = page(client, "candidat:consultation", mine.pk)
    assert "Problématique rencontrée" in seen and "Répondre aux quatre questions" in seen and TITRE not in seen
    assert "Brizay" not in page(client, "candidat:consultations")[1]
    url = reverse("candidat:positionner", args=[mine.pk])
    assert "À quel prix moyen accepteriez-vous cette mission ?" in client.get(url).content.decode()
    mine.refresh_from_db()
    data = {"rencontre_possible": "non", "coherence": "Dix ans.", "prix_demi_journee": "450", "version": mine.version}
    bad = client.post(url, data)
    assert bad.status_code == 422 and "Dix ans." in bad.content.decode()
    client.post(url, {**data, "rencontre_des": "2027-02-01"})
    mine.refresh_from_db()
    assert mine.positionne and mine.prix_demi_journee == 450
    diffuse(simple.ingenierie)
    for row, prestataire in zip(asked[1:], three[1:], strict=True):
        reponses.position(row, yes(), actor=of(prestataire))
    team = client_for(user)
    args = [simple.ingenierie_id, simple.pk, mine.pk]
    assert "Tarification" in team.get(reverse("consultations:invitation_preretenir", args=args)).content.decode()
    team.post(reverse("consultations:invitation_preretenir", args=args), {"reason": "La plus proche."})
    assert TITRE in page(client_for(person(three[0])), "candidat:consultation", mine.pk)[1]
    other = page(client_for(person(three[1])), "candidat:consultation", asked[1].pk)[1]
    assert "un autre prestataire est pré-retenu" in other and TITRE not in other and "Cabinet A" not in other


def test_no_mail_of_the_simplified_mode_names_the_structure(simple, asked, three, mailoutbox):
    simplifiee.back_to_complete(simple, reason="Un projet.", actor=of(three[0]))
    run_pending()
    to = {person(p).email for p in three}
    letters = [m for m in mailoutbox if set(m.to) & to]
    assert len(letters) == 2, "the invitations have lost their object, the return is told to the others"
    assert not any("Brizay" in m.subject + m.body for m in letters)


def test_the_page_asks_as_many_questions_for_one_invited_as_for_four(
    dossier, actor, user, version, client_for, count_queries, clock_at
):
    clock_at("2026-11-21 10:00")
    appel = preparation.prepare(dossier, {"mode": "complete"}, actor=actor)
    preparation.invite(appel, [held("Cabinet Un", dossier.pilote.region)], actor=actor)
    client, url = client_for(user), reverse("consultations:appel", args=[dossier.pk, appel.pk])
    client.get(url)
    one = count_queries(lambda: client.get(url))
    preparation.invite(appel, [held(f"Cabinet {n}", dossier.pilote.region) for n in range(3)], actor=actor)
    assert count_queries(lambda: client.get(url)) == one <= 30


def test_the_c2ra_sets_the_rule_of_its_region_and_a_dla_reads_it(dla, user, client_for):
    c2ra = member(OrganisationFactory(c2ra=True, region=dla.region))
    client = client_for(c2ra)
    data = {"depuis": "2026-11-21", "invites_min": 3, "invites_max": 2, "cout_jour": "", "regime": "ttc", "version": 0}
    url = reverse("consultations:regle_fixer")
    assert client.post(url, data).status_code == 422
    assert client.post(url, {**data, "invites_max": 3, "cout_jour": "812,50"}).status_code == 302
    seen = page(client_for(user), "consultations:regles")[1]
    assert "812,50" in seen and "trois" in seen
    assert client_for(user).get(url).status_code == 403
    assert client_for(UserFactory()).get(reverse("consultations:regles")).status_code == 404


def test_the_sheet_is_asked_whole_before_opening(dossier, actor, three):
    appel = preparation.prepare(
        dossier, {"mode": "simplifiee", "date_limite": None, **sheet(theme="", rencontre_au=None)}, actor=actor
    )
    preparation.invite(appel, three, actor=actor)
    with pytest.raises(Exception) as refused:
        cycle.open_call(appel, actor=actor)
    told = " ".join(refused.value.reasons)
    assert "le thème" in told and "1ère rencontre" in told and Invitation.objects.filter(envoyee_at=None).count() == 3


def test_a_candidate_receives_the_documents_of_the_structures_that_left_with_its_version(
    opened, version, three, client_for
):
    row = AnnexeDiffusee(version_diffusee=version, nature="diagnostic", structure="Les Fileuses", contenu="{}")
    row.save()
    mine = Invitation.objects.get(appel=opened, prestataire=three[0])
    client = client_for(person(three[0]))
    assert f"{row} : le PDF est en cours de fabrication" in page(client, "candidat:consultation", mine.pk)[1]
    assert page(client, "candidat:annexe_structure", mine.pk, version.numero, row.pk)[0] == 403
    assert page(client, "candidat:annexe_structure", mine.pk, version.numero + 1, row.pk)[0] == 404
    assert page(client_for(person(three[1])), "candidat:annexe_structure", mine.pk, version.numero, row.pk)[0] == 404


def test_what_an_associated_prestataire_answered_is_proposed_without_its_name(opened, actor, user, three, client_for):
    [partner] = associate(opened.ingenierie, [three[0]], actor=actor).rows
    asked = {"moment": "identifier", "question": "Que savez-vous ?", "donne_a_lire": "Un contexte."}
    demande = partenaires.ask(partner, asked, actor=actor)
    client = client_for(user)
    where = (opened.ingenierie_id, opened.pk)
    assert "a répondu pour cette ingénierie" not in page(client, "consultations:appel", *where)[1]
    type(demande).objects.filter(pk=demande.pk).update(reponse="Trois études.", repondu_at=clock.now())
    assert "a répondu pour cette ingénierie" in page(client, "consultations:appel", *where)[1]
    seen = page(client, "consultations:appel_ce_que_sait", *where)[1]
    proposed = seen.split("<textarea")[1].split("</textarea>")[0]
    assert "Un contexte." in proposed and "Trois études." in proposed and "Cabinet A" not in proposed


def test_a_call_in_complete_mode_shows_nobody_the_sheet_of_the_other_mode(opened, user, three, client_for):
    Appel.objects.filter(pk=opened.pk).update(secteur="sport")
    mine = Invitation.objects.get(appel=opened, prestataire=three[0])
    assert (
        "Problématique rencontrée"
        not in page(client_for(user), "consultations:appel", opened.ingenierie_id, opened.pk)[1]
    )
    assert "Problématique rencontrée" not in page(client_for(person(three[0])), "candidat:consultation", mine.pk)[1]
