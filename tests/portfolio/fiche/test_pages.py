"""The pages where a fiche is written."""

import re

import pytest

from core.actor import Actor
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.prestataire.services import join
from tests.core.upload_files import EXE, uploaded
from tests.factories import (
    UserFactory,
)
from tests.marks import mark_in
from tests.portfolio.pages import page, text

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


def rubric(client, prestataire, code):
    found = client.get(page("rubrique", prestataire.pk, code))
    version = re.search(r'id="version-fiche" value="(\d+)"', text(found)).group(1)
    return text(found), version


@pytest.mark.parametrize("code", ["identite", "caracteristiques", "experiences", "ressources", "autres"])
def test_each_rubric_has_its_page_with_what_is_missing(client_for, user, prestataire, code):
    assert "Ce qui manque encore" in text(client_for(user).get(page("rubrique", prestataire.pk, code)))


def test_a_rubric_is_saved_by_its_button_and_a_wrong_field_keeps_what_was_typed(client_for, user, prestataire):
    client = client_for(user)
    _, version = rubric(client, prestataire, "identite")
    typed = {"raison_sociale": "Cabinet Test", "sigle": "SIG", "ape": "faux", "version": version}
    refused = client.post(page("rubrique", prestataire.pk, "identite"), typed)
    assert refused.status_code == 422 and 'value="SIG"' in text(refused) and "quatre chiffres" in text(refused)
    saved = client.post(page("rubrique", prestataire.pk, "identite"), {**typed, "ape": "70.22z", "suite": "rubrique"})
    assert saved["Location"] == page("rubrique", prestataire.pk, "caracteristiques")
    assert FicheVersion.objects.get().ape == "7022Z"


def test_a_field_is_saved_as_one_leaves_it_with_the_ring(client_for, user, prestataire):
    client = client_for(user)
    _, version = rubric(client, prestataire, "caracteristiques")
    address = page("champ", prestataire.pk, "caracteristiques", "effectif")
    answer = client.post(address, {"effectif": "4", "version": version}, headers={"HX-Request": "true"})
    assert "Enregistré" in text(answer) and 'hx-swap-oob="true"' in text(answer)
    assert FicheVersion.objects.get().effectif == 4
    wrong = client.post(address, {"effectif": "beaucoup", "version": version}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422 and FicheVersion.objects.get().effectif == 4
    # A field of another rubric, or of nothing, is not there.
    assert client.post(page("champ", prestataire.pk, "identite", "effectif"), {}).status_code == 404
    assert client.post(page("champ", prestataire.pk, "identite", "state"), {}).status_code == 404


def test_the_second_colleague_in_a_field_is_told_and_loses_nothing(client_for, user, prestataire):
    colleague = UserFactory(first_name="Noa", last_name="Collègue")
    join(prestataire, colleague, actor=SYSTEM)
    one, two = client_for(user), client_for(colleague)
    _, version = rubric(one, prestataire, "experiences")
    field = page("champ", prestataire.pk, "experiences", "methode")
    two.post(field, {"methode": "La sienne", "version": version}, headers={"HX-Request": "true"})
    told = one.post(field, {"methode": "La mienne", "version": version}, headers={"HX-Request": "true"})
    assert told.status_code == 409 and "Noa Collègue" in text(told)
    # By the button: the same page, both texts.
    whole = one.post(page("rubrique", prestataire.pk, "experiences"), {"methode": "La mienne", "version": version})
    assert whole.status_code == 409 and "La mienne" in text(whole) and "La sienne" in text(whole)
    # Another rubric meets nobody.
    autres = one.post(page("rubrique", prestataire.pk, "autres"), {"frais": "Au réel", "version": version})
    assert autres.status_code == 302


@pytest.mark.parametrize("htmx", [True, False])
def test_a_session_that_expires_in_a_rubric_loses_nothing(client_for, user, prestataire, htmx):
    client = client_for(user)
    html, version = rubric(client, prestataire, "experiences")
    client.logout()
    here = page("rubrique", prestataire.pk, "experiences")
    typed = {"presentation": "Une heure de rédaction", "version": version, **mark_in(html)}
    if htmx:
        answer = client.post(
            page("champ", prestataire.pk, "experiences", "presentation"),
            {**typed, "champ": "presentation"},
            headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{here}"},
        )
        assert answer["HX-Redirect"].endswith(f"next={here}")
    else:
        assert client.post(here, typed).status_code == 302
    client.force_login(user, backend="accounts.backends.AuthenticationBackend")
    back = text(client.get(here))
    assert "Une heure de rédaction" in back and "Votre session avait pris fin" in back
    assert FicheVersion.objects.get().presentation == ""


def test_what_was_typed_is_never_shown_to_somebody_else(client_for, user, prestataire):
    colleague = UserFactory()
    join(prestataire, colleague, actor=SYSTEM)
    client = client_for(user)
    html, version = rubric(client, prestataire, "experiences")
    client.logout()
    here = page("rubrique", prestataire.pk, "experiences")
    client.post(here, {"presentation": "À moi", "version": version, **mark_in(html)})
    client.force_login(colleague, backend="accounts.backends.AuthenticationBackend")
    assert "À moi" not in text(client.get(here))


def test_references_are_added_duplicated_changed_and_taken_off(client_for, user, prestataire, fiche):
    client = client_for(user)
    typed = {"annee": "2024", "client": "Un DLA", "objet": "Un <b>objet</b>", "jours": "2,5", "dla": "on"}
    assert client.post(page("reference_nouvelle", prestataire.pk), {**typed, "annee": "2999"}).status_code == 422
    client.post(page("reference_nouvelle", prestataire.pk), typed)
    reference = fiche.references.get()
    copied = client.post(page("reference_dupliquer", prestataire.pk, reference.pk))
    copy = fiche.references.exclude(pk=reference.pk).get()
    assert copied["Location"] == page("reference", prestataire.pk, copy.pk) and copy.objet == reference.objet
    client.post(page("reference", prestataire.pk, copy.pk), {**typed, "client": "Une Région", "version": "1"})
    listed = text(client.get(page("rubrique", prestataire.pk, "experiences")))
    assert "Une Région" in listed and "&lt;b&gt;" in listed
    client.post(page("reference_retirer", prestataire.pk, copy.pk))
    assert fiche.references.get() == reference


def test_an_intervenant_comes_with_a_cv_and_leaves_with_it(client_for, user, prestataire, fiche):
    client = client_for(user)
    client.post(page("intervenant_nouveau", prestataire.pk), {"nom": "Une Personne"})
    someone = fiche.intervenants.get()
    refused = client.post(page("cv_ajouter", prestataire.pk, someone.pk), {"fichier": uploaded("cv.pdf", EXE)})
    assert refused.status_code == 422
    client.post(page("cv_ajouter", prestataire.pk, someone.pk), {"fichier": uploaded("cv.pdf")})
    assert "cv.pdf" in text(client.get(page("intervenant", prestataire.pk, someone.pk)))
    client.post(page("intervenant_retirer", prestataire.pk, someone.pk))
    assert not fiche.intervenants.exists() and not fiche.pieces.exists()


def test_the_insurance_asks_until_when(client_for, user, prestataire, fiche):
    client = client_for(user)
    address = page("piece_ajouter", prestataire.pk, "assurance")
    assert client.get(address).status_code == 200
    assert client.post(address, {"fichier": uploaded("a.pdf")}).status_code == 422
    client.post(address, {"fichier": uploaded("a.pdf"), "expire_le": "2030-12-31"})
    piece = fiche.pieces.get()
    assert "31" in text(client.get(page("rubrique", prestataire.pk, "caracteristiques")))
    assert client.get(page("piece_retirer", prestataire.pk, piece.pk)).status_code == 200
    client.post(page("piece_retirer", prestataire.pk, piece.pk))
    assert not fiche.pieces.exists()


def test_what_counts_before_sending_is_marked_and_the_rest_is_folded(client_for, user, prestataire, fiche):
    client = client_for(user)
    html, version = rubric(client, prestataire, "identite")
    needed, folded = html.split('<details class="facultatif">')
    assert 'id="marque-contact_phone"' in needed and "à remplir" in needed
    assert 'id="champ-sigle"' in folded and "Facultatif : sigle, code APE" in folded and "à remplir" not in folded
    # Saving a field marks it at once.
    field = page("champ", prestataire.pk, "identite", "commune")
    answer = text(client.post(field, {"commune": "Tours", "version": version}, headers={"HX-Request": "true"}))
    assert 'id="marque-commune" hx-swap-oob="true"' in answer and "rempli</span>" in answer
    # One of two prices is enough: the mark is that of the first.
    version = rubric(client, prestataire, "autres")[1]
    field = page("champ", prestataire.pk, "autres", "prix_max")
    answer = text(client.post(field, {"prix_max": "700", "version": version}, headers={"HX-Request": "true"}))
    assert 'id="marque-prix_min"' in answer and "rempli</span>" in answer
    # What is refused is not left folded.
    wrong = client.post(page("rubrique", prestataire.pk, "identite"), {"raison_sociale": "X", "ape": "faux"})
    assert '<details class="facultatif" open>' in text(wrong)


def test_documents_and_references_come_before_the_button_and_keep_what_is_typed(client_for, user, prestataire, fiche):
    client = client_for(user)
    for code, suite, leads in (
        ("caracteristiques", "piece-assurance", page("piece_ajouter", prestataire.pk, "assurance")),
        ("caracteristiques", "piece-statuts", page("piece_ajouter", prestataire.pk, "statuts")),
        ("experiences", "reference", page("reference_nouvelle", prestataire.pk)),
        ("experiences", "piece-references", page("piece_ajouter", prestataire.pk, "references")),
        # What is not of the rubric leads home.
        ("experiences", "piece-assurance", page("espace_prestataire", prestataire.pk)),
        ("identite", "reference", page("espace_prestataire", prestataire.pk)),
    ):
        html, version = rubric(client, prestataire, code)
        if leads != page("espace_prestataire", prestataire.pk):
            assert html.index(f'value="{suite}"') < html.index("Enregistrer et continuer")
        typed = {"raison_sociale": "X", "effectif": "12", "methode": "Par étapes.", "version": version, "suite": suite}
        assert client.post(page("rubrique", prestataire.pk, code), typed)["Location"] == leads, suite
    fiche.refresh_from_db()
    assert (fiche.effectif, fiche.methode) == (12, "Par étapes.")


def test_a_telephone_is_checked_kept_one_way_and_shown_in_pairs(client_for, user, prestataire, fiche):
    client = client_for(user)
    field = page("champ", prestataire.pk, "identite", "contact_phone")
    version = rubric(client, prestataire, "identite")[1]
    short = client.post(field, {"contact_phone": "06 12 34 56", "version": version}, headers={"HX-Request": "true"})
    assert short.status_code == 422 and "celui-ci en a 8" in text(short)
    client.post(field, {"contact_phone": "+33 (0)6.12.34.56.78", "version": version}, headers={"HX-Request": "true"})
    fiche.refresh_from_db()
    assert fiche.contact_phone == "0612345678"
    assert 'value="06\u00a012\u00a034\u00a056\u00a078"' in rubric(client, prestataire, "identite")[0]
    assert "06\u00a012\u00a034\u00a056\u00a078" in text(client.get(page("fiche", fiche.pk)))


def test_the_departements_of_ones_region_come_first_and_open_the_others_together(client_for, user, prestataire):
    html, _ = rubric(client_for(user), prestataire, "caracteristiques")
    picker = html.split('id="champ-departements"')[1].split('id="champ-assureur"')[0]
    assert picker.index("<details open><summary>Centre-Val de Loire") < picker.index("Indre-et-Loire (37)")
    assert picker.index("Indre-et-Loire (37)") < picker.index("Ailleurs en France") < picker.index("Finistère (29)")
    assert picker.count("<details open>") == 1


def test_a_person_is_added_with_her_cv_on_one_page(client_for, user, prestataire, fiche):
    client = client_for(user)
    address = page("intervenant_nouveau", prestataire.pk)
    refused = client.post(address, {"nom": "Une Personne", "cv": uploaded("cv.pdf", EXE)})
    assert refused.status_code == 422 and not fiche.intervenants.exists() and "Une Personne" in text(refused)
    done = client.post(address, {"nom": "Une Personne", "cv": uploaded("cv.pdf")})
    someone = fiche.intervenants.get()
    assert done["Location"] == page("rubrique", prestataire.pk, "ressources") + "#blocs"
    assert someone.pieces.get().nature == "cv"
    without = client.post(address, {"nom": "Une Autre"})
    other = fiche.intervenants.exclude(pk=someone.pk).get()
    assert without["Location"] == page("intervenant", prestataire.pk, other.pk) + "#cv"
