"""Use case: pin what each arm of a campaign's test sends: its versions, with its own subject where it has one."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from json import dumps

from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.messages import Variant
from chalicelib.domain.templates import template_to_fields
from chalicelib.domain.variants import VariantPlan
from chalicelib.errors import Detail, InvalidInput, TemplateInvalid
from chalicelib.ports import App
from chalicelib.services.launch_message import pin_versions
from chalicelib.services.load_version import load_version, version_key


def pin_variants(app: App, campaign: Campaign) -> list[Variant]:
    """The arms in the campaign's order.

    Raises:
        InvalidInput: a template has no active version, or may not be launched; or a subject cannot be used.
    """
    return [_pin(app, campaign, plan) for plan in campaign.variants]


def _pin(app: App, campaign: Campaign, plan: VariantPlan) -> Variant:
    template = plan.template or campaign.template
    versions = pin_versions(app, template)
    if plan.subject is not None:
        versions = {locale: _with_subject(app, plan, locale, version) for locale, version in versions.items()}
    return Variant(
        name=plan.name,
        share=plan.share,
        template=template,
        versions=versions,
        offer=plan.offer if plan.has_offer else campaign.offer,
    )


def _with_subject(app: App, plan: VariantPlan, locale: str, version: str) -> str:
    """The same version under another subject: kept like any other, so that it can be rendered and looked up later."""
    subject = plan.subject.get(locale) if isinstance(plan.subject, Mapping) else plan.subject
    if subject is None:
        return version
    template = load_version(app, version)
    try:
        checked = app.compiler.compile(template.name, locale, "<p>-</p>", subject, mjml=False)
    except TemplateInvalid as error:
        message = "; ".join(detail.message for detail in error.details) or error.message
        where = f"variants.{plan.name}.subject"
        raise InvalidInput(f"The subject of variant {plan.name!r} cannot be used.", [Detail(where, message)]) from error
    name = sha256(f"{version}|{checked.subject}".encode()).hexdigest()
    fresh = replace(template, subject=checked.subject, version=name)
    content = dumps(template_to_fields(fresh), ensure_ascii=False).encode()
    app.files.create(version_key(name), content, "application/json")
    return name
