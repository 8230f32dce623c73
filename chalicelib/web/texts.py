"""The words of the public pages, in each language that we speak."""

from collections.abc import Mapping

Texts = Mapping[str, str]

LANGUAGES = ("en", "de")

_ENGLISH: Texts = {
    "missing_title": "This link does not work",
    "missing_text": "It may have been cut short, or it is too old. Please open it again from your e-mail.",
    "failed_title": "That did not work",
    "failed_text": "The fault is on our side, and nothing was changed. Please try again in a few minutes.",
    "unsubscribe_title": "Unsubscribe",
    "unsubscribe_ask": "Unsubscribe from {shop}?",
    "unsubscribe_text": "You will no longer get offers and news by e-mail. Messages about your orders still reach you.",
    "unsubscribe_button": "Yes, unsubscribe me",
    "unsubscribe_rather": "Choose which e-mails to get instead",
    "unsubscribed_title": "You are unsubscribed",
    "unsubscribed_heading": "Sorry to see you go",
    "unsubscribed_text": "{shop} will send you no more offers and news. Messages about your orders still reach you.",
    "unsubscribed_back": "Unsubscribed by mistake? Choose your e-mails again",
    "already_title": "Already done",
    "already_text": "You had unsubscribed from {shop} before. There is nothing more to do.",
    "signed_up_title": "Please look into your mailbox",
    "signed_up_text": "If this address can get our mail, a message with a link is on its way. Open it and confirm. "
    "Where none comes within an hour, sign up again.",
    "sign_up_refused_title": "That did not work yet",
    "sign_up_refused_text": "Please go back and check the address: it needs a name, an @ and a domain.",
    "confirm_title": "Confirm your sign-up",
    "confirm_ask": "E-mails from {shop}?",
    "confirm_words": "Yes, {shop} may write to me by e-mail about: {topics}. I can leave at any time.",
    "confirm_button": "Yes, write to me",
    "confirm_not_you": "Not you? Then close this page: nothing was changed.",
    "confirm_over_title": "This link is no longer open",
    "confirm_over_text": "It works for seven days, and not after you have left. Please sign up again with {shop}.",
    "confirmed_sign_up_title": "Your address is confirmed",
    "already_sign_up_title": "Already done",
    "confirmed_heading": "Lovely to have you",
    "confirmed_text": "{shop} writes to you about: {topics}.",
    "confirmed_choose": "Choose which e-mails to get",
    "preferences_title": "Your e-mails from {shop}",
    "preferences_text": "Choose what you would like to get. You can change it at any time.",
    "preferences_legend": "I would like to get",
    "preferences_button": "Save my choice",
    "preferences_none": "Unsubscribe from all of them",
    "preferences_saved": "Your choice is saved",
    "preferences_orders": "Messages about your orders reach you in any case.",
    "topic_offers": "Offers and news",
    "offer_title": "Your offer",
    "offer_hello": "Hello {name}, here is your offer:",
    "offer_hello_nobody": "Here is your offer:",
    "offer_qr": "QR code of your voucher, for the till to scan",
    "offer_code": "Your code",
    "offer_copy": "Copy code",
    "offer_copied": "Copied",
    "offer_use": "Use this offer",
    "offer_use_hint": "Looking does not use it up: it counts once it is redeemed at the till.",
    "offer_show": "Show this at the till",
    "offer_terms": "Good to know",
    "offer_closed_title": "This offer is no longer available",
    "offer_closed_text": "Thank you for looking in. If you have a question about it, please ask us in the shop.",
    "benefit_percent": "{percent} off",
    "benefit_amount": "{amount} off",
    "benefit_free_delivery": "Free delivery",
    "benefit_gift": "A gift for you: {name}",
    "term_from": "Valid from {day}",
    "term_until": "Valid until {day}",
    "term_ceiling": "{amount} off at most",
    "term_min_basket": "For a purchase of {amount} or more",
    "term_categories": "For {categories}",
    "term_exclusive": "Cannot be combined with other offers",
    "term_once": "Can be used once",
    "term_web": "In the web shop, enter the code at the checkout",
}

_GERMAN: Texts = {
    "missing_title": "Dieser Link funktioniert nicht",
    "missing_text": "Vielleicht ist er unvollständig oder zu alt. Bitte öffnen Sie ihn noch einmal aus Ihrer E-Mail.",
    "failed_title": "Das hat nicht geklappt",
    "failed_text": "Der Fehler liegt bei uns, nichts wurde geändert. Bitte versuchen Sie es in einigen Minuten erneut.",
    "unsubscribe_title": "Abmelden",
    "unsubscribe_ask": "Von {shop} abmelden?",
    "unsubscribe_text": "Angebote und Neuigkeiten kommen dann nicht mehr. Nachrichten zu Ihren Bestellungen bleiben.",
    "unsubscribe_button": "Ja, bitte abmelden",
    "unsubscribe_rather": "Lieber einzelne Themen auswählen",
    "unsubscribed_title": "Sie sind abgemeldet",
    "unsubscribed_heading": "Schade, dass Sie gehen",
    "unsubscribed_text": "{shop} schickt Ihnen keine Angebote mehr. Nachrichten zu Ihren Bestellungen bleiben.",
    "unsubscribed_back": "Aus Versehen abgemeldet? Hier können Sie neu wählen",
    "already_title": "Schon erledigt",
    "already_text": "Sie hatten sich bereits von {shop} abgemeldet. Es ist nichts mehr zu tun.",
    "signed_up_title": "Bitte sehen Sie in Ihr Postfach",
    "signed_up_text": "Wenn diese Adresse unsere Post bekommen kann, ist eine Nachricht mit einem Link unterwegs. "
    "Bitte öffnen und bestätigen Sie ihn. Kommt binnen einer Stunde nichts an, melden Sie sich noch einmal an.",
    "sign_up_refused_title": "Das hat noch nicht geklappt",
    "sign_up_refused_text": "Bitte gehen Sie zurück und prüfen Sie die Adresse: Name, @ und Domain gehören dazu.",
    "confirm_title": "Anmeldung bestätigen",
    "confirm_ask": "E-Mails von {shop}?",
    "confirm_words": "Ja, {shop} darf mir E-Mails schicken zu: {topics}. Abmelden kann ich mich jederzeit.",
    "confirm_button": "Ja, schreiben Sie mir",
    "confirm_not_you": "Sie waren das nicht? Dann schließen Sie die Seite: Nichts wurde geändert.",
    "confirm_over_title": "Dieser Link ist nicht mehr offen",
    "confirm_over_text": "Er gilt sieben Tage, und nicht nach einer Abmeldung. Melden Sie sich bei {shop} erneut an.",
    "confirmed_sign_up_title": "Ihre Adresse ist bestätigt",
    "already_sign_up_title": "Schon erledigt",
    "confirmed_heading": "Schön, dass Sie dabei sind",
    "confirmed_text": "{shop} schreibt Ihnen zu: {topics}.",
    "confirmed_choose": "Auswählen, welche E-Mails Sie erhalten",
    "preferences_title": "Ihre E-Mails von {shop}",
    "preferences_text": "Wählen Sie, was Sie erhalten möchten. Sie können es jederzeit ändern.",
    "preferences_legend": "Ich möchte erhalten",
    "preferences_button": "Auswahl speichern",
    "preferences_none": "Von allem abmelden",
    "preferences_saved": "Ihre Auswahl ist gespeichert",
    "preferences_orders": "Nachrichten zu Ihren Bestellungen kommen in jedem Fall.",
    "topic_offers": "Angebote und Neuigkeiten",
    "offer_title": "Ihr Angebot",
    "offer_hello": "Guten Tag {name}, hier ist Ihr Angebot:",
    "offer_hello_nobody": "Hier ist Ihr Angebot:",
    "offer_qr": "QR-Code Ihres Gutscheins, zum Scannen an der Kasse",
    "offer_code": "Ihr Code",
    "offer_copy": "Code kopieren",
    "offer_copied": "Kopiert",
    "offer_use": "Angebot nutzen",
    "offer_use_hint": "Ansehen verbraucht es nicht: Es zählt erst beim Einlösen an der Kasse.",
    "offer_show": "Zeigen Sie dies an der Kasse",
    "offer_terms": "Gut zu wissen",
    "offer_closed_title": "Dieses Angebot ist nicht mehr verfügbar",
    "offer_closed_text": "Danke, dass Sie vorbeigeschaut haben. Wenn Sie Fragen dazu haben, sprechen Sie uns bitte an.",
    "benefit_percent": "{percent} Rabatt",
    "benefit_amount": "{amount} Rabatt",
    "benefit_free_delivery": "Kostenlose Lieferung",
    "benefit_gift": "Ein Geschenk für Sie: {name}",
    "term_from": "Gültig ab {day}",
    "term_until": "Gültig bis {day}",
    "term_ceiling": "Höchstens {amount} Rabatt",
    "term_min_basket": "Ab einem Einkauf von {amount}",
    "term_categories": "Für {categories}",
    "term_exclusive": "Nicht mit anderen Angeboten kombinierbar",
    "term_once": "Einmal einlösbar",
    "term_web": "Im Webshop den Code an der Kasse eingeben",
}

_TEXTS: Mapping[str, Texts] = {"en": _ENGLISH, "de": _GERMAN}


def language_of(*locales: str | None) -> str:
    """The first of the locales ("de-AT") whose language we speak; English if none is."""
    languages = ((locale or "").replace("_", "-").partition("-")[0].lower() for locale in locales)
    return next((language for language in languages if language in LANGUAGES), "en")


def texts_in(language: str, shop: str) -> Texts:
    """All words of one language, with the shop's name in its place. Other places stay open: `{amount}`."""
    return {name: fill(text, shop=shop) for name, text in _TEXTS[language].items()}


def fill(text: str, **values: str) -> str:
    """Put each value in its place. Not `str.format`: a name may hold braces of its own."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
