import re

from chalicelib.web import texts
from chalicelib.web.texts import LANGUAGES, fill, language_of, texts_in


def test_every_language_says_everything():
    assert {language: set(texts_in(language, "Shop")) for language in LANGUAGES} == dict.fromkeys(
        LANGUAGES, set(texts_in("en", "Shop"))
    )


def test_every_language_leaves_the_same_places_open():
    places = {
        language: {name: sorted(re.findall(r"{\w+}", text)) for name, text in texts_in(language, "Shop").items()}
        for language in LANGUAGES
    }

    assert places["de"] == places["en"]


def test_the_first_language_that_we_speak_is_taken():
    assert language_of("de-AT", "en") == "de"
    assert language_of("de_CH") == "de"
    assert language_of("fr-FR", "de") == "de"
    assert language_of(None, "EN-gb") == "en"
    assert language_of("fr", None, "xx") == "en"


def test_a_name_with_braces_stays_as_it_is():
    assert fill("Hello {name}!", name="{shop} {0}") == "Hello {shop} {0}!"
    assert texts_in("en", "{x}")["unsubscribe_ask"] == "Unsubscribe from {x}?"


def test_no_text_holds_markup():
    assert not [text for words in texts._TEXTS.values() for text in words.values() if "<" in text]
