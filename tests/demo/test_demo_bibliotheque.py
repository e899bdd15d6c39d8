"""The library of the demonstration: every state, every kind, opened as far as the licences allow, told in order."""

from __future__ import annotations

import pytest
from django.db.models import F

from capitalisation.bibliotheque.enums import EtatRessource, Lecteurs, Licence, Support
from capitalisation.bibliotheque.models import Ressource
from capitalisation.comite.models import AvisEditorial, Examen
from capitalisation.recherche.models import RechercheEnregistree
from capitalisation.usages.models import VerificationLien
from capitalisation.vitrine.selection import shown
from core import clock
from demo import data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day_of_the_demonstration")]


def test_each_resource_of_the_file_is_there_in_its_state_and_each_support_is_read_by_everybody():
    wanted = {row["titre"]: row["etat"] for row in data.ressources()}
    assert dict(Ressource.objects.values_list("titre", "state")) == wanted
    assert set(Ressource.objects.values_list("state", flat=True)) == set(EtatRessource.values)
    assert set(Ressource.objects.values_list("support", flat=True)) == set(Support.values)
    public = shown()
    references = Ressource.objects.filter(state=EtatRessource.REFERENCE_NATIONALE).exclude(licence=Licence.RESEAU)
    assert set(references.values_list("pk", flat=True)) <= set(public.values_list("pk", flat=True))
    read = set(public.values_list("support", flat=True))
    assert {Support.FICHIER, Support.LIEN, Support.QUESTIONNAIRE, Support.FICHE_EXPERIENCE, Support.MONOGRAPHIE} <= read
    assert set(Lecteurs.values) == set(Ressource.objects.values_list("lecteurs", flat=True))
    assert Ressource.objects.exclude(lecteurs_demandes="").exists()


def test_what_happened_to_a_resource_comes_in_its_order_and_before_now():
    now = clock.now()
    assert not Ressource.objects.filter(publiee_le__lt=F("created_at")).exists()
    assert not Ressource.objects.filter(created_at__gt=now).exists()
    assert not Ressource.objects.filter(verifie_le__gt=clock.today()).exists()
    assert not Ressource.objects.filter(recit__versions__le__gt=F("created_at"), recit__versions__numero=1).exists()
    assert not Examen.objects.filter(clos_le__lt=F("ouvert_le")).exists()
    for avis in AvisEditorial.objects.select_related("examen"):
        end = avis.examen.clos_le or now
        assert avis.examen.ouvert_le <= avis.rendu_le <= end, avis.examen


def test_there_is_something_to_do_for_each():
    waiting = [(examen.comite.quorum, examen.avis.count()) for examen in Examen.objects.filter(clos_le__isnull=True)]
    assert any(given == quorum - 1 for quorum, given in waiting) and any(given == 0 for _, given in waiting)
    assert Ressource.objects.publiees().filter(a_reverifier_le__lt=clock.today()).exists()
    assert set(VerificationLien.objects.values_list("etat", flat=True)) >= {"bon", "mort"}
    archived = Ressource.objects.filter(state=EtatRessource.ARCHIVEE)
    assert archived.filter(utilisations__gt=0).exists()
    assert RechercheEnregistree.objects.exists()
