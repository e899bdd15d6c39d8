from django.urls import path

app_name = "mobilisation"
urlpatterns: list[path] = []
