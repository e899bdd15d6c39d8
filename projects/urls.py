"""Pages of the ingénieries."""

from django.urls import path

from projects.demarche import views as demarche
from projects.dossier.views import documents, etape, journal, listing
from projects.identification.views import existant, presentation
from projects.ouverture import views as ouverture
from projects.plans import views as plans
from projects.structures_ciblees.views import echanges, structures

app_name = "projects"
urlpatterns = [
    path("", listing.liste, name="list"),
    path("kanban/", listing.kanban, name="kanban"),
    path("nouvelle/", ouverture.Nouvelle.as_view(), name="create"),
    path("lignes-de-plan/<int:ligne>/ouvrir/", plans.Ouvrir.as_view(), name="ligne_ouvrir"),
    path(
        "lignes-de-plan/<int:ligne>/ouvrir-individuelle/",
        plans.OuvrirIndividuelle.as_view(),
        name="ligne_ouvrir_individuelle",
    ),
    path("lignes-de-plan/<int:ligne>/rattacher/", plans.rattacher, name="ligne_rattacher"),
    path("lignes-de-plan/<int:ligne>/detacher/", plans.detacher, name="ligne_detacher"),
    path("nouvelle/individuelle/", ouverture.choisir, name="create_individuelle"),
    path("nouvelle/individuelle/<int:structure>/", ouverture.Ouvrir.as_view(), name="open_individuelle"),
    path("fiches/<slug:code>/", demarche.fiche, name="fiche"),
    path("<int:pk>/", presentation.Presentation.as_view(), name="detail"),
    path("<int:pk>/resume/", listing.resume, name="resume"),
    path("<int:pk>/identite/", presentation.Identite.as_view(), name="identite"),
    path(
        "<int:pk>/identifier/problematique/",
        presentation.Salle.as_view(section="problematique"),
        name="salle_problematique",
    ),
    path("<int:pk>/identifier/ciblage/", presentation.Salle.as_view(section="ciblage"), name="salle_ciblage"),
    path("<int:pk>/identifier/role-du-dla/", presentation.Salle.as_view(section="role_dla"), name="salle_role_dla"),
    path("<int:pk>/problematique/", presentation.ProblematiqueEdit.as_view(), name="problematique"),
    path("<int:pk>/existant/", existant.Existant.as_view(), name="existant"),
    path("<int:pk>/ciblage/", presentation.CiblageEdit.as_view(), name="ciblage"),
    path("<int:pk>/role-du-dla/", presentation.RoleDLAEdit.as_view(), name="role_dla"),
    path("<int:pk>/type/", presentation.TypeEdit.as_view(), name="type"),
    path("<int:pk>/demarche/", demarche.Demarche.as_view(), name="demarche"),
    path("<int:pk>/demarche/ajouter/", demarche.AjouterItem.as_view(), name="item_add"),
    path("<int:pk>/demarche/prouvees/", demarche.CocherProuvees.as_view(), name="items_proven"),
    path("<int:pk>/demarche/<int:item>/", demarche.Item.as_view(), name="item"),
    path("<int:pk>/demarche/<int:item>/retirer/", demarche.RetirerItem.as_view(), name="item_remove"),
    path("<int:pk>/structures/", structures.Structures.as_view(), name="structures"),
    path("<int:pk>/structures/perimetre/", structures.Accorder.as_view(), name="perimetre"),
    path("<int:pk>/structures/ajouter/", structures.StructuresAjouter.as_view(), name="structures_add"),
    path("<int:pk>/structures/nouvelle/", structures.StructuresNouvelle.as_view(), name="structures_new"),
    path("<int:pk>/structures/<int:ciblee>/", structures.StructureFiche.as_view(), name="structure"),
    path("<int:pk>/structures/<int:ciblee>/noter/", structures.StructureModifier.as_view(), name="structure_edit"),
    path(
        "<int:pk>/structures/<int:ciblee>/supprimer/",
        structures.StructureSupprimer.as_view(),
        name="structure_remove",
    ),
    path("<int:pk>/structures/<int:ciblee>/echanges/nouveau/", echanges.EchangeNouveau.as_view(), name="echange_new"),
    path(
        "<int:pk>/structures/<int:ciblee>/echanges/<int:echange>/retirer/",
        echanges.EchangeRetirer.as_view(),
        name="echange_remove",
    ),
    path("<int:pk>/etape/", etape.Etape.as_view(), name="etape"),
    path("<int:pk>/etape/avis/", etape.DonnerAvis.as_view(), name="avis_c2ra"),
    path("<int:pk>/etape/avis/<int:avis_pk>/renvoyer/", etape.RenvoyerAvis.as_view(), name="avis_c2ra_renvoyer"),
    path("<int:pk>/etape/avis/demander/", etape.DemanderAvis.as_view(), name="avis_c2ra_demander"),
    path("<int:pk>/etape/attester/<slug:condition>/", etape.Attester.as_view(), name="attester"),
    path("<int:pk>/documents/", documents.Documents.as_view(), name="documents"),
    path("<int:pk>/journal/", journal.Journal.as_view(), name="journal"),
]
