from django.apps import AppConfig


class ReferentielsConfig(AppConfig):
    name = "referentiels"
    verbose_name = "Référentiels"

    def ready(self):
        from django.db.models.signals import post_delete, post_save

        from referentiels import lists
        from referentiels.models import ReferenceItem

        def forget(sender, **kwargs):
            if issubclass(sender, ReferenceItem):
                lists.forget()

        post_save.connect(forget, dispatch_uid="referentiels.forget_save", weak=False)
        post_delete.connect(forget, dispatch_uid="referentiels.forget_delete", weak=False)
