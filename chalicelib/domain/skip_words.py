"""Why somebody was not mailed, in words that a marketer understands. docs/sending.md has the same sentences."""

from collections.abc import Mapping

SKIPPED: Mapping[str, str] = {
    "no_customer": "The customer was deleted after the audience had been frozen.",
    "no_address": "We have no e-mail address of this customer.",
    "address_changed": "The customer has another address than the one that the mail was meant for.",
    "no_consent": "The customer never agreed to marketing mail, so we must not send any.",
    "unconfirmed": "The customer signed up but has not confirmed the address yet.",
    "unsubscribed": "The customer has unsubscribed from all marketing mail.",
    "left_topic": "The customer wants mail from you, but not on this topic.",
    "consent_expired": "The consent was given for a limited time, and that time is over.",
    "paused_by_customer": "The customer asked for a pause, which is not over yet.",
    "suppressed": "The address bounced for good, or somebody there marked a mail as spam; sending again would "
    "harm your reputation.",
    "unengaged": "The customer got at least ten marketing mails in 180 days and met none of them with a click or "
    "an order.",
    "frequency_cap": "The customer has had as many mails as the shop's caps allow, and no place comes free in time.",
    "too_soon": "The customer had another mail just before, and with the pause between mails this one would be "
    "too late.",
    "quiet_hours": "The mail was due in the shop's quiet hours, and at their end it would be too late.",
    "holiday": "The mail was due on a day on which the shop sends nothing, and the day after would be too late.",
    "ramp": "A new domain had no place left on any day on which the mail was not yet too late.",
    "already_sent": "This mailbox got this very mail already, for instance because two customers share one address.",
    "too_late": "The mail would come later than its max_lateness allows, for instance after an outage.",
    "holdout": "The person would have been mailed, but belongs to the share that is left out on purpose, to be "
    "compared with.",
    "cancelled": "The campaign was cancelled before this person's turn.",
}
_FAILED = {
    "rendering:": "The mail could not be made for this person: a value was missing in the template.",
    "rendering_failed:": "SES could not use the mail.",
}


_WAITED = {
    "frequency_cap": "The mail waits: the customer has had as many as the shop's caps allow for now.",
    "too_soon": "The mail waits: the customer had another one just before.",
    "quiet_hours": "The mail waits for the end of the shop's quiet hours.",
    "holiday": "The mail waits for a day on which the shop sends.",
    "ramp": "The mail waits for a day on which the new domain has a place left.",
}


def words_of(status: str, reason: str) -> str:
    """One sentence for the status and reason of a row; "" where the status says all."""
    if status == "skipped":
        return SKIPPED.get(reason, "")
    if status == "failed":
        return next((words for start, words in _FAILED.items() if reason.startswith(start)), "SES refused this mail.")
    if status == "unknown":
        return "The mail was handed to SES and the answer was lost: it may have been sent or not."
    return _WAITED.get(reason, "The mail was due at a later time.") if status == "deferred" else ""
