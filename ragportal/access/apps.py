from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "ragportal.access"
