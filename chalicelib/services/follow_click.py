"""Use case: where a click leads, and that somebody clicked."""

from chalicelib.domain.messages import Row
from chalicelib.ports import App


def follow_click(app: App, token: str) -> str:
    """The address that the author wrote, after noting the click. Raises: InvalidToken.

    The address itself is in the signed token, so a link works as long as its key is allowed, whatever became of the
    campaign, and nobody can turn it into a redirect of their own.
    """
    message_id, batch_id, customer_id, url = app.signer.read("c", token)
    if app.messages.get(message_id) is not None:
        now = app.clock.now()
        app.rows.merge(
            Row(
                message_id=message_id,
                batch_id=batch_id,
                customer_id=customer_id,
                status="sent",
                at=now,
                clicked_at=now,
            )
        )
    return url
