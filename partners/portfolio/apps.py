from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _index_search(sender, using="default", **kwargs):
    from core.search import ensure_trigram_index
    from partners.portfolio.fiche.models.fiche import FicheVersion
    from partners.portfolio.prestataire.models import Prestataire

    ensure_trigram_index(Prestataire, using=using)
    ensure_trigram_index(FicheVersion, using=using)


class PortfolioConfig(AppConfig):
    name = "partners.portfolio"
    verbose_name = "Portefeuille de prestataires"

    def ready(self):
        post_migrate.connect(_index_search, sender=self, dispatch_uid="portfolio.search_index")

        from partners.portfolio import providers

        providers.register()
