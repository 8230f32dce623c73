# ruff: noqa: E501 - one shape a line
"""What templates of the wild are made of, each as its authors write it: compiled without a refusal."""

import html5lib
import pytest

HEADS = {
    "attributes": '<mj-attributes>\n<!-- Global -->\n<mj-all font-family="Arial, sans-serif" />\n<mj-text align="left" color="#55575d" font-size="13px" />\n<mj-class name ="logo" padding-bottom="30px" width="180px" />\n<mj-body background-color="#F4F4F4"/></mj-attributes>',
    "class with defaults": '<mj-attributes><mj-class name="big" font-size="20px"></mj-class></mj-attributes>',
    "font": '<mj-font name="Open Sans" href="https://fonts.googleapis.com/css?family=Open+Sans:300,400&display=swap" />',
    "breakpoint": '<mj-breakpoint width="320px" />',
    "preview and title": "<mj-title>Say &ldquo;hi&rdquo; &amp; more</mj-title>\n<mj-preview>Only today&hellip;</mj-preview>",
    "style": "<mj-style>\n@media (max-width:480px) { .hide { display:none !important; } }\na[x-apple-data-detectors] { color: inherit !important; }\n</mj-style>",
    "inline style": "<mj-style inline=\"inline\">/* p */ p.footer { line-height: 16px; font-family:'Times New Roman',serif } .link-nostyle { color: inherit; text-decoration: none }</mj-style>",
    "raw": '<mj-raw><meta name="color-scheme" content="light dark"><!--[if mso]><style>.x{font-family:Arial !important}</style><![endif]--></mj-raw>',
    "html attributes": '<mj-html-attributes><mj-selector path=".custom div"><mj-html-attribute name="data-id">42</mj-html-attribute></mj-selector></mj-html-attributes>',
    "dark mode": "<mj-style>:root { color-scheme: light dark; } @media (prefers-color-scheme: dark) { .dark div { color:#fff !important } } [data-ogsc] .dark div { color: #fff }</mj-style>",
}
PARTS = {
    "text": '<mj-text font-size="14px" line-height="2" padding="0px 25px 0px 25px">&copy; & &trade; R2-D2™ you’ve &nbsp;|&nbsp; caf&eacute; We&apos;re &#8217; [[FirstName]] {firstname} *|NAME|* %%x%%</mj-text>',
    "html in text": '<mj-text><h1 style="margin:0;">Hi</h1><p>a<br>b<br/>c</p><ul><li>x</li></ul><a href="https://x.example/?a=1&b=2&email={email}" style="text-decoration:none;color:#2DDCB4" target="_blank"><b>y</b></a><font color="red">z</font></mj-text>',
    "spread out": '<mj-text\n          align="center"\n          color="#ffffff"\n          >Simply <a\n            style="color: #ffffff"\n            href="http://www.mailjet.example"\n            ><b>x</b></a\n          ></mj-text\n        >',
    "button": '<mj-button background-color="#f45e43" color="white" border="none" inner-padding="10px 25px" border-radius="3px" href="https://x.example" font-weight="bold" width="200px" align="left" rel="noopener" target="_blank" title="Go"><span style="color:#212020">Go</span></mj-button>',
    "image": '<mj-image align="center" border="none" padding="0" src="https://x.example/a.png" alt="" width="600px" height="auto" href="https://x.example" fluid-on-mobile="true" title="" target="_blank"></mj-image>',
    "srcset": '<mj-image src="https://x.example/a.png" srcset="https://x.example/a.png 1x, https://x.example/b.png 2x" sizes="(max-width: 480px) 100vw" alt="x" usemap="#m" /><mj-text><map name="m"><area href="https://x.example/m" alt="m"></map></mj-text>',
    "divider": '<mj-divider border-color="#ffffff" border-width="2px" border-style="dashed" padding-left="20px" width="100%"></mj-divider>',
    "spacer": '<mj-spacer height="15px"></mj-spacer><mj-spacer />',
    "table": '<mj-table cellpadding="5" width="100%"><tr style="border-bottom:1px solid #ecedee;text-align:left;"><th style="padding: 0 15px 0 0;">Year</th></tr><tr><td colspan="2" valign="top" nowrap>1995</td></tr></mj-table>',
    "social": '<mj-social font-size="15px" icon-size="30px" mode="horizontal" inner-padding="4px"><mj-social-element name="facebook-noshare" href="https://mjml.io/">Facebook</mj-social-element><mj-social-element name="twitter" href="https://mjml.io/"></mj-social-element><!-- more --><mj-social-element name="custom" src="https://x.example/i.png" background-color="#A1A0A0" href="https://mjml.io/" alt="i" /></mj-social>',
    "navbar": '<mj-navbar base-url="https://mjml.io" hamburger="hamburger" ico-color="#ffffff"><mj-navbar-link href="/gettings-started-onboard" color="#ffffff">Getting started</mj-navbar-link></mj-navbar>',
    "accordion": '<mj-accordion border="none" padding="1px"><mj-accordion-element icon-wrapped-url="https://i.example/a.png" icon-unwrapped-url="https://i.example/b.png" icon-height="24px" icon-width="24px"><mj-accordion-title font-family="Roboto" background-color="#fff" color="#031017" padding="15px" font-size="18px">Why?</mj-accordion-title><mj-accordion-text font-family="Open Sans" background-color="#fafafa" padding="15px" color="#505050" font-size="14px"><span style="line-height:20px">Because.</span></mj-accordion-text></mj-accordion-element></mj-accordion>',
    "carousel": '<mj-carousel thumbnails="hidden" icon-width="30px" tb-border="1px" left-icon="https://i.example/l.png"><mj-carousel-image src="https://i.example/1.jpg" title="x" alt="y" /><mj-carousel-image src="https://i.example/2.jpg" href="https://x.example" thumbnails-src="https://i.example/t.png" /></mj-carousel>',
    "raw": '<mj-raw><!-- a comment --><tr><td><img src="https://x.example/open.png" width="1" height="1" style="display:block" alt=""></td></tr></mj-raw>',
    "conditional comment": "<mj-text><!--[if mso]><p>Outlook</p><![endif]--><!--[if !mso]><!--><p>Others</p><!--<![endif]--></mj-text>",
    "css class": '<mj-text mj-class="big" css-class="custom dark hide">x</mj-text>',
    "empty": "<mj-text></mj-text><mj-text/>",
    "bad attribute of old": '<mj-image src="https://x.example/a.png" alt="x" cellpadding="0" />',
}
BODIES = {
    "hero": '<mj-hero mode="fixed-height" height="469px" background-width="600px" background-height="469px" background-url="https://x.example/a.jpg" background-color="#2a3448" padding="100px 0px" vertical-align="middle">{}</mj-hero>',
    "fluid hero": '<mj-hero mode="fluid-height" background-width="600px" background-height="469px" background-url="https://x.example/a.jpg">{}</mj-hero>',
    "wrapper": '<mj-wrapper border="1px solid #000000" padding="50px 30px" full-width="full-width" background-url="https://x.example/a.png"><mj-section border-top="1px solid #aaaaaa" vertical-align="center" padding-top="20"><mj-column>{}</mj-column></mj-section></mj-wrapper>',
    "group": '<mj-section direction="rtl"><mj-group width="50%" vertical-align="middle"><mj-column width="33.33333333333333%">{}</mj-column><mj-column></mj-column></mj-group></mj-section>',
    "background": '<mj-section full-width="full-width" background-url="https://x.example/a.jpg" background-size="cover" background-repeat="no-repeat" background-position="top center" text-align="center"><mj-column inner-background-color="#fff" border-radius="8px" css-class="c">{}</mj-column></mj-section>',
    "raw between": '<mj-raw><!-- Hero --></mj-raw><mj-section padding="0px"><mj-column width="300px" vertical-align="middle">{}</mj-column></mj-section><!-- <mj-section>gone {{{{ x }}}}</mj-section> -->',
}
PLAIN = "<mj-section><mj-column>{}</mj-column></mj-section>"


def whole(head: str, body: str, attributes: str = "") -> str:
    return f'<mjml{attributes}>\n<mj-head>{head}</mj-head>\n\t<mj-body background-color="#F2F2F2" width="600px">{body}</mj-body>\n</mjml>\n'


SHAPES = (
    [whole(head, PLAIN.format(PARTS["css class"])) for head in HEADS.values()]
    + [whole("", PLAIN.format(part)) for part in PARTS.values()]
    + [whole("", body.format(PARTS["text"] + PARTS["button"])) for body in BODIES.values()]
    + [whole("".join(HEADS.values()), BODIES["wrapper"].format("".join(PARTS.values())))]
    + [whole("", "", ' version="3.3.3" lang="en" dir="ltr" owa="desktop"'), "<mjml><mj-body></mj-body></mjml>"]
)


@pytest.mark.parametrize(
    "source", SHAPES, ids=[*HEADS, *(f"part {name}" for name in PARTS), *BODIES, "all", "mjml", "bare"]
)
def test_a_template_of_the_wild_compiles_and_is_whole(workshop, source):
    """D2: no false refusal."""
    _, html, text = workshop.render(workshop.compile(source))

    outlook, bare = html, html
    while "<!--[if mso" in bare:
        before, _, rest = bare.partition("<!--[if mso")
        bare = before + rest.partition("<![endif]-->")[2]
    for tag in ("table", "tr", "td", "div", "a"):
        assert bare.count(f"<{tag} ") + bare.count(f"<{tag}>") == bare.count(f"</{tag}>"), tag
    assert outlook.count("<!--[if") == outlook.count("<![endif]-->")
    assert html5lib.parse(html) is not None
    assert "mj-" not in text


def test_a_letter_that_slipped_between_two_columns_is_passed_over_with_a_warning(workshop):
    """As the compiler of MJML does; words in that place are refused, for they would be missing."""
    columns = "<mj-section><mj-column><mj-text>x</mj-text></mj-column>{}<mj-column></mj-column></mj-section>"
    template = workshop.compile(whole("", columns.format("a\n")))

    assert [(w.rule, w.where) for w in template.warnings if w.rule == "lost"] == [("lost", "line 3, column 107")]
    assert workshop.render(template)[2] == "x\n"
    assert workshop.refused(whole("", columns.format("Our words")))


def test_an_attribute_that_only_older_versions_know_is_passed_over_with_a_warning(workshop):
    template = workshop.compile(whole("", PLAIN.format(PARTS["bad attribute of old"])))

    assert "attribute" in [warning.rule for warning in template.warnings]
