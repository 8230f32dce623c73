"""Use case: where a click leads, and that somebody clicked, as far as that person lets us know."""

from chalicelib.domain.clicks import EARLY, Click, by_people, link_name
from chalicelib.domain.customers import Customer
from chalicelib.domain.messages import Row
from chalicelib.domain.tracked_links import TrackedLink, tracked_link
from chalicelib.ports import App
from chalicelib.services.add_to_row import add_to_row
from chalicelib.services.note_engagement import note_engagement


def follow_click(app: App, token: str, sign: str = "") -> str:
    """The address that the author wrote, after noting the click. Raises: InvalidToken.

    With the consent to full tracking the person's row notes it; with `aggregate` the batch counts it, of nobody; else
    nothing is noted. What holds is the consent at the click, not at the mail.

    The address itself is in the signed token, so a link works as long as its key is allowed, whatever became of the
    campaign, and nobody can turn it into a redirect of their own.

    Args:
        app: the ports.
        token: of the link.
        sign: what the request showed of a machine (`domain.clicks.request_sign`); "": nothing.
    """
    link = tracked_link(app.signer.read("c", token))
    customer = app.customers.get(link.customer_id)
    tracking = customer.tracking if customer else "none"
    if tracking != "none" and app.messages.get(link.message_id) is not None:
        if tracking == "full":
            _note(app, link, customer, Click(app.clock.now(), link_name(link.url, link.number), sign))
        else:
            app.batches.count_click(link.message_id, link.batch_id, by_machine=bool(sign))
    return link.url


def _note(app: App, link: TrackedLink, customer: Customer | None, click: Click) -> None:
    row = Row(
        message_id=link.message_id,
        batch_id=link.batch_id,
        customer_id=link.customer_id,
        status="sent",
        at=click.at,
        clicked_at=None if click.sign else click.at,
        clicks=(click,),
    )
    known = add_to_row(app, row)
    if customer and customer.mailbox and known is not None and not click.sign:
        # A scanner's first click looks like a person's until the others of its burst come, and they come with the
        # delivery. So clicks of the first minute count in reports, where a label is corrected later, but not here.
        read = [one.at for one in by_people(known.clicks) if one.at >= known.at + EARLY]
        if read:
            note_engagement(app, customer.mailbox, max(read))
