from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes et organisations"

    def ready(self):
        from accounts import liens
        from accounts.services import takeover
        from accounts.services.actors import requester_of_job
        from core.jobs import ACTOR_RESOLVER

        ACTOR_RESOLVER.register("user", requester_of_job)
        liens.register()
        takeover.register()
