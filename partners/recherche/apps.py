from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save


def _index_search(sender, using="default", **kwargs):
    from core.search import ensure_trigram_index
    from partners.recherche.models import Entree

    ensure_trigram_index(Entree, using=using)


def _published(sender, instance, raw=False, **kwargs):
    from partners.recherche.entrees import refresh

    if not raw:
        refresh(instance)


class RechercheConfig(AppConfig):
    name = "partners.recherche"
    verbose_name = "Recherche dans le portefeuille"

    def ready(self):
        from accounts.services.takeover import unless_there
        from core.menu import MENU, MenuEntry
        from core.merging import MOVES
        from partners.portfolio.prestataire.permissions import uses_portfolio
        from partners.portfolio.publication.models import Publication
        from partners.recherche.models import Favori
        from partners.recherche.selections import liens

        MENU.register(
            "portefeuille",
            MenuEntry("Portefeuille", "person-vcard", "recherche:recherche", uses_portfolio),
            order=45,
        )
        MOVES.register("recherche.favori.organisation", unless_there(Favori, "user", "prestataire"))
        liens.register()
        post_migrate.connect(_index_search, sender=self, dispatch_uid="recherche.search_index")
        # By signal: whatever changes a publication, from a service or from the admin, its entry follows in the same
        # transaction, and the portfolio does not have to know that it is searched.
        post_save.connect(_published, sender=Publication, dispatch_uid="recherche.publication")
