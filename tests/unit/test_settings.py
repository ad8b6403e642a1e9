import pytest

from chalicelib.errors import SettingsError
from chalicelib.settings import Settings, variable


def test_what_is_not_set_has_its_default() -> None:
    assert Settings.from_environ({"HOME": "/"}) == Settings()


def test_every_setting_can_be_set() -> None:
    environ = {variable(name): "7" for name in Settings.__dataclass_fields__}

    settings = Settings.from_environ(environ)

    assert {float(getattr(settings, name)) for name in Settings.__dataclass_fields__} == {7.0}


def test_a_bad_value_is_named_with_its_variable() -> None:
    with pytest.raises(SettingsError, match="PALLU_MAX_UPLOAD_BYTES is 'many'"):
        Settings.from_environ({"PALLU_MAX_UPLOAD_BYTES": "many"})


def test_a_misspelled_setting_is_refused_instead_of_ignored() -> None:
    with pytest.raises(SettingsError, match="PALLU_BUKET is not a setting"):
        Settings.from_environ({"PALLU_BUKET": "x"})
