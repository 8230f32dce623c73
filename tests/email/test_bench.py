"""The counters of the benchmark: a mail costs no compilation and no reading of markup, an upload costs each."""

from bench.render import counting
from chalicelib.email.renderer import JinjaRenderer
from chalicelib.email.samples import full_sample


def test_a_mail_compiles_nothing_and_reads_no_markup(workshop, shipped):
    renderer = JinjaRenderer()
    for template in shipped.values():
        renderer.render(template, full_sample())
    with counting() as counts:
        for template in shipped.values():
            renderer.render(template, full_sample())
    with counting() as of_an_upload:
        workshop.text("x")

    assert counts == {"jinja compilations": 0, "readings of markup": 0, "mjml compilations": 0}
    assert min(of_an_upload.values()) > 0
