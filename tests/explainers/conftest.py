from hypothesis import settings

settings.register_profile("repository", deadline=None, derandomize=True)
settings.load_profile("repository")
