"""What each link of a mail shows and does: plain functions of the App and a token, without Chalice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.urls import ascii_url
from chalicelib.errors import HabitueError
from chalicelib.ports import App
from chalicelib.web.pages import Page, html_headers, render_page
from chalicelib.web.texts import Texts, fill, language_of, texts_in

if TYPE_CHECKING:
    from chalicelib.services.show_voucher import VoucherPage

# The mail runs no script, posts no form and is framed by nobody; what it shows is what its author wrote.
MAIL_POLICY = (
    "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline' https:; font-src https: data:; "
    "form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
# Values of a page that knows no shop.
NOBODY: Mapping[str, str] = {"language": "en", "shop_name": "", "logo_url": "", "postal_address": ""}


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every public page: the shop and the reader's language."""

    values: Mapping[str, str]
    texts: Texts
    brand: Mapping[str, str]

    def page(self, template: str, *, status: int = 200, **values: Any) -> Page:
        """The page inside this frame."""
        return render_page(template, brand=self.brand, status=status, **self.values, t=self.texts, **values)

    def notice(self, title: str, text: str, *, status: int = 200) -> Page:
        """A heading and a sentence, by their names in the texts."""
        return self.page("notice.html", status=status, title=self.texts[title], text=self.texts[text])


def frame(app: App, customer_id: str | None = None, locale: str | None = None) -> Frame:
    """The shop's frame in the customer's language, else that of `locale`, else the shop's."""
    shop = app.catalog.shop()
    customer = app.customers.get(customer_id) if customer_id else None
    language = language_of(customer.locale if customer else None, locale, shop.locale)
    values = {
        "language": language,
        "shop_name": shop.name,
        "logo_url": _picture(shop.brand.get("logo_url", "")),
        "postal_address": shop.postal_address,
    }
    return Frame(values, texts_in(language, shop.name), shop.brand)


def click(app: App, token: str, method: str, headers: Mapping[str, str]) -> Page:
    """Send the reader on, and note the click with what the request shows of a machine. Raises: InvalidToken."""
    # Here and not at the top, as in every function below: a click answers faster without what other pages need.
    from chalicelib.domain.clicks import request_sign  # noqa: PLC0415
    from chalicelib.services.follow_click import follow_click  # noqa: PLC0415

    target = follow_click(app, token, request_sign(method, headers))
    return Page("", 302, {**html_headers("default-src 'none'"), "Location": ascii_url(target)})


def ask_unsubscribe(app: App, token: str) -> Page:
    """The question; whoever has left already is told so. Changes nothing. Raises: InvalidToken."""
    from chalicelib.services.read_unsubscribe import read_unsubscribe  # noqa: PLC0415

    if read_unsubscribe(app, token):
        return _left(app, token, "already")
    person = app.signer.read("u", token)
    return frame(app, person[-1]).page("unsubscribe.html", preferences_token=app.signer.sign("p", person))


def unsubscribed(app: App, token: str) -> Page:
    """Withdraw all marketing, then say so; a second time says that it was done. Raises: InvalidToken."""
    from chalicelib.services.unsubscribe import unsubscribe  # noqa: PLC0415

    return _left(app, token, "unsubscribed" if unsubscribe(app, token).first_time else "already")


def mail(app: App, token: str) -> Page:
    """The mail exactly as sent. Raises: InvalidToken."""
    from chalicelib.services.view_mail import view_mail  # noqa: PLC0415

    return Page(view_mail(app, token), 200, html_headers(MAIL_POLICY))


def offer(app: App, token: str) -> Page:
    """The offer with its code. Raises: InvalidToken."""
    from chalicelib.services.show_voucher import show_voucher  # noqa: PLC0415

    return _offer_page(show_voucher(app, token))


def activated_offer(app: App, token: str) -> Page:
    """The offer after its owner said that it will be used. Raises: InvalidToken."""
    from chalicelib.services.activate_voucher import activate_voucher  # noqa: PLC0415

    return _offer_page(activate_voucher(app, token))


def of_a_test(app: App, token: str) -> Page:
    """Where a link of a test mail leads, or what the real one would do. Raises: InvalidToken."""
    from chalicelib.services.sample_mail import PURPOSE  # noqa: PLC0415

    kind, *rest = app.signer.read(PURPOSE, token)
    if kind == "c":
        return Page("", 302, {**html_headers("default-src 'none'"), "Location": ascii_url(rest[0])})
    return frame(app).notice("test_title", f"test_{kind}")


def missing(app: Callable[[], App]) -> Page:
    """The one page for every token that is not ours, whatever is wrong with it."""
    return _shop_frame(app).notice("missing_title", "missing_text", status=404)


def failed(app: Callable[[], App]) -> Page:
    """The one page for every fault of ours: nothing was recorded, so nothing is claimed."""
    return _shop_frame(app).notice("failed_title", "failed_text", status=500)


def told(error: HabitueError) -> Page:
    """An error in its own words, for a page that only the shop's people open."""
    return render_page(
        "notice.html",
        brand={},
        status=error.http_status,
        **NOBODY,
        title="This needs your attention",
        text=error.message,
    )


def _shop_frame(app: Callable[[], App]) -> Frame:
    """The shop's frame, or none where even the shop cannot be read: an error page must not fail."""
    try:
        return frame(app())
    except Exception:  # noqa: BLE001 - what went wrong first is logged already
        return Frame(NOBODY, texts_in("en", ""), {})


def _left(app: App, token: str, words: str) -> Page:
    person = app.signer.read("u", token)
    around = frame(app, person[-1])
    return around.page(
        "unsubscribed.html",
        title=around.texts[f"{words}_title"],
        text=around.texts[f"{words}_text"],
        preferences_token=app.signer.sign("p", person),
    )


def _offer_page(found: "VoucherPage") -> Page:
    from chalicelib.web.offer_words import benefit_words, term_words  # noqa: PLC0415

    shop, language = found.shop, language_of(found.locale, found.shop.locale)
    texts = texts_in(language, shop.name)
    logo = _picture(shop.brand.get("logo_url", ""))
    values = {"language": language, "shop_name": shop.name, "logo_url": logo, "postal_address": shop.postal_address}
    around = Frame(values, texts, shop.brand)
    if found.state == "closed":
        return around.notice("offer_closed_title", "offer_closed_text")
    locale = found.locale if language_of(found.locale) == language_of(found.locale, shop.locale) else shop.locale
    name = found.first_name
    return around.page(
        "offer.html",
        activated=found.state == "activated",
        greeting=fill(texts["offer_hello"], name=name) if name else texts["offer_hello_nobody"],
        benefit=benefit_words(found.offer.benefit, found.offer.currency, locale, texts),
        code=found.code,
        qr=qr_svg(found.qr),
        terms=term_words(found.offer, found.expires_at, shop, locale, texts),
    )


def qr_svg(code: str) -> str:
    """The code as a QR symbol: inline SVG, since a gateway may not pass binary answers through."""
    import segno  # noqa: PLC0415

    return str(segno.make(code, error="m", micro=False).svg_inline(border=4, omitsize=True, dark="#000"))


def _picture(address: str) -> str:
    """A picture that the page may load, else none."""
    return address if address.startswith(("https://", "http://")) else ""
