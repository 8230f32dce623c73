# ruff: noqa: E501 - one template a line
"""Attributes that stand in some mails only: as the author meant them, and past none of the rules."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

IF = "{% if offer %}"
OFFER = {"offer": {"name": "Tea"}}
NONE = {"offer": None}


class FirstTag(HTMLParser):
    """Reads the attributes of one tag as browsers do: of two of a name, the first."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.attributes: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self._name and self.attributes is None:
            self.attributes = dict(reversed(attrs))


def attributes(html: str, tag: str) -> dict[str, str | None]:
    """Those of the first such tag, in no order; a `class` or `style` of nothing is as none."""
    reader = FirstTag(tag)
    reader.feed(html)
    assert reader.attributes is not None
    return {name: value for name, value in reader.attributes.items() if value or name not in ("class", "style")}


def page(tag: str) -> str:
    return f"<html><body>{tag}x</p></body></html>"


IN_HTML = {
    "one": (f'<p {IF}class="a"{{% endif %}}>', {"class": "a"}, {}),
    "space inside": (f'<p{IF} class="a"{{% endif %}}>', {"class": "a"}, {}),
    "beside others": (f'<p id="i"{IF} lang="de"{{% endif %}} dir=ltr>', {"id": "i", "lang": "de", "dir": "ltr"}, {"id": "i", "dir": "ltr"}),
    "two ways": (f'<p {IF}class="a"{{% else %}}class="b"{{% endif %}}>', {"class": "a"}, {"class": "b"}),
    "two names": (f'<p {IF}class="a" lang="de"{{% else %}}lang="en"{{% endif %}}>', {"class": "a", "lang": "de"}, {"lang": "en"}),
    "three ways": (f'<p {IF}lang="a"{{% elif voucher %}}lang="b" id="i"{{% endif %}}>', {"lang": "a"}, {"lang": "b", "id": "i"}),
    "in each other": (f'<p {IF}{{% if voucher %}}lang="a"{{% else %}}lang="b"{{% endif %}}{{% endif %}}>', {"lang": "a"}, {}),
    "values": (f'<p {IF}title="{{{{ offer.name }}}}!"{{% endif %}}>', {"title": "Tea!"}, {}),
    "a condition in a value": (f'<p {IF}title="{{% if voucher %}}b{{% endif %}}"{{% endif %}}>', {"title": "b"}, {}),
    "no value": (f"<p {IF}nowrap{{% endif %}}>", {"nowrap": None}, {}),
    "no value in two ways": (f"<p {IF}hidden{{% else %}}nowrap{{% endif %}}>", {"hidden": None}, {"nowrap": None}),
    "without quotes": (f"<p {IF}lang=de{{% else %}}lang=en{{% endif %}}>", {"lang": "de"}, {"lang": "en"}),
    "quotes of both kinds": (f"""<p {IF}title='say "a"'{{% else %}}title="it's"{{% endif %}}>""", {"title": 'say "a"'}, {"title": "it's"}),
    "styles": (f'<p {IF}style="color:red"{{% else %}}style="width:{{{{ 1 + 1 }}}}px"{{% endif %}}>', {"style": "color:red"}, {"style": "width:2px"}),
    "brackets": ('<p {% if(offer) %}lang="a"{% endif %}>', {"lang": "a"}, {}),
    "trimmed": ('<p {%- if offer -%} lang="a" {%- endif -%} id="i">', {"lang": "a", "id": "i"}, {"id": "i"}),
    "or": ('<p {% if offer or not voucher %}lang="a"{% endif %}>', {"lang": "a"}, {}),
    "a remark": ('<p {# why #} lang="a">', {"lang": "a"}, {"lang": "a"}),
    "a remark and a condition": (f'<p {{# why #}} {IF}lang="a"{{% endif %}}>', {"lang": "a"}, {}),
    "nothing": (f"<p {IF}{{% endif %}}>", {}, {}),
    "two conditions": (f'<p {IF}style="color:red"{{% endif %}}{{% if not voucher %}} style="color:blue"{{% endif %}} dir="ltr">', {"style": "color:red", "dir": "ltr"}, {"dir": "ltr"}),
    "two conditions that hold": (f'<p {IF}lang="a"{{% endif %}} {{% if voucher %}}lang="b"{{% endif %}}>', {"lang": "a"}, {"lang": "b"}),
    "three conditions": (f'<p {IF}lang="a"{{% endif %}} {{% if points.balance > 10000 %}}lang="b"{{% elif voucher %}}lang="c"{{% endif %}} {{% if voucher %}}lang="d"{{% endif %}}>', {"lang": "a"}, {"lang": "c"}),
    "before the one of every mail": (f'<p {IF}lang="a"{{% endif %}} lang=b>', {"lang": "a"}, {"lang": "b"}),
    "two in a branch": (f'<p {IF}lang="a" lang="b"{{% else %}}{{% if voucher %}}lang="c"{{% endif %}} lang="d"{{% endif %}}>', {"lang": "a"}, {"lang": "c"}),
    "the first wins": (f'<p lang="a" {IF}lang="b"{{% endif %}}>', {"lang": "a"}, {"lang": "a"}),
}  # fmt: skip


@pytest.mark.parametrize(("tag", "with_offer", "without"), IN_HTML.values(), ids=IN_HTML)
def test_an_attribute_stands_in_the_mails_for_which_it_was_written(workshop, tag, with_offer, without):
    template = workshop.compile(page(tag), mjml=False)

    assert attributes(workshop.render(template, **OFFER)[1], "p") == with_offer
    assert attributes(workshop.render(template, **NONE)[1], "p") == without


@pytest.mark.parametrize(("tag", "with_offer", "without"), IN_HTML.values(), ids=IN_HTML)
@pytest.mark.parametrize("around", ["<mj-text>{}</p></mj-text>", "<mj-raw><div>{}</p></div></mj-raw>"])
def test_the_same_holds_for_html_inside_of_mjml(workshop, in_column, tag, with_offer, without, around):
    template = workshop.compile(in_column(around.format(tag + "x")))

    assert attributes(workshop.render(template, **OFFER)[1], "p") == with_offer
    assert attributes(workshop.render(template, **NONE)[1], "p") == without


@given(
    order=st.permutations(["id", "lang", "dir", "title"]),
    ways=st.lists(st.sets(st.sampled_from(["id", "lang", "dir", "title"])), min_size=1, max_size=3),
    last=st.booleans(),
    balance=st.integers(0, 3),
)
def test_any_branches_give_what_jinja_alone_would_give(workshop, order, ways, last, balance):
    """A property over the sets of attributes in the branches of an `if`."""
    words = ["if points.balance == 0", *(f"elif points.balance == {n}" for n in range(1, len(ways)))]
    if last and len(ways) > 1:
        words[-1] = "else"
    branches = [[name for name in order if name in way] for way in ways]
    tag = "<p" + "".join(
        f"{{% {word} %}}" + "".join(f' {name}="{name}{n}"' for name in branch)
        for n, (word, branch) in enumerate(zip(words, branches, strict=True))
    )
    template = workshop.compile(page(tag + "{% endif %}>"), mjml=False)
    taken = balance if balance < len(ways) else len(ways) - 1 if words[-1] == "else" else None

    shown = attributes(workshop.render(template, points={"balance": balance})[1], "p")

    assert shown == ({} if taken is None else {name: f"{name}{taken}" for name in branches[taken]})


def test_a_value_that_means_harm_stays_in_its_quotes(workshop):
    """D6: escaped as in any attribute."""
    template = workshop.compile(page(f"<p {IF}title='{{{{ offer.name }}}}'{{% endif %}}>"), mjml=False)

    html = workshop.render(template, offer={"name": """x" onclick='y'><b>"""})[1]

    assert attributes(html, "p") == {"title": """x" onclick='y'><b>"""}
    assert "<b>" not in html


@pytest.mark.parametrize("mjml", [True, False])
def test_a_link_that_only_some_mails_have_is_tracked_there_and_in_the_text(workshop, in_column, mjml):
    link = f'<a {IF}href="https://shop.example.com/?a={{{{ customer.id }}}}"{{% elif voucher %}}href="{{{{ voucher.url }}}}"{{% endif %}} class="k">Go</a>'
    source = in_column(f"<mj-text>{link}</mj-text>") if mjml else f"<html><body><p>{link}</p></body></html>"
    template = workshop.compile(source, mjml=mjml)

    def shown(**variables: object) -> tuple[str | None, str]:
        asked: list[int | None] = []

        def link(url: str, number: int | None = None) -> str:
            asked.append(number)
            return f"L{number}:{url}"

        _, html, text = workshop.render(template, **variables, link=link)
        assert set(asked) <= {0}
        return attributes(html, "a").get("href"), text.strip()

    assert len(template.links) == 1
    assert shown(**OFFER, customer={"id": "a b"}) == (
        "L0:https://shop.example.com/?a=a%20b",
        "Go: L0:https://shop.example.com/?a=a%20b",
    )
    url = "https://shop.example.com/v?b=1"
    assert shown(offer=None, voucher={"url": url}) == (f"L0:{url}", f"Go: L0:{url}")
    assert shown(offer=None, voucher=None) == (None, "Go")


def test_a_picture_that_differs_is_one_picture_with_two_addresses(workshop):
    tag = f'<img {IF}src="https://shop.example.com/a.png" alt="a"{{% else %}}src="{{{{ products[0].image_url }}}}"{{% endif %}} width="1"><p>'
    template = workshop.compile(page(tag), mjml=False)

    assert attributes(workshop.render(template, **OFFER)[1], "img")["src"] == "https://shop.example.com/a.png"
    product = {"image_url": "https://cdn.example.com/t.png?a=1&copy=2"}
    assert attributes(workshop.render(template, **NONE, products=[product])[1], "img") == {
        "src": "https://cdn.example.com/t.png?a=1&copy=2",
        "width": "1",
    }


def test_inlined_styles_reach_an_element_whose_style_comes_and_goes(workshop):
    source = (
        '<mjml><mj-head><mj-style inline="inline">p { margin: 0; color: blue !important }</mj-style></mj-head><mj-body>'
        "<mj-section><mj-column><mj-text>"
        f'<p {IF}style="margin:1px"{{% endif %}}>x</p></mj-text></mj-column></mj-section></mj-body></mjml>'
    )
    template = workshop.compile(source)

    assert attributes(workshop.render(template, **OFFER)[1], "p")["style"] == "margin:0;margin:1px;color:blue;"
    style = attributes(workshop.render(template, **NONE)[1], "p")["style"] or ""
    assert style.replace(";;", ";") == "margin:0;color:blue;"


@pytest.mark.parametrize(
    ("tag", "with_offer", "without"),
    [
        (f'<mj-section {IF}background-color="#ff0000"{{% else %}}background-color="{{{{ shop.brand.colour }}}}"{{% endif %}}>', "background:#ff0000", "background:#123456"),
        (f'<mj-section padding="0" {IF}border="1px solid red" css-class="a"{{% else %}}border="none"{{% endif %}}>', "border:1px solid red", "border:none"),
        (f'<mj-section {IF}css-class="loud"{{% endif %}}>', 'class="loud"', 'class=""'),
    ],
)  # fmt: skip
def test_mjml_takes_an_attribute_that_stands_in_every_way_as_one_value(workshop, tag, with_offer, without):
    source = f"<mjml><mj-body>{tag}<mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>"
    template = workshop.compile(source)

    assert with_offer in workshop.render(template, **OFFER)[1]
    html = workshop.render(template, **NONE, shop={"brand": {"colour": "#123456"}})[1]
    assert without in html
    assert with_offer not in html


def test_defaults_of_mjml_may_differ_too(workshop):
    head = f'<mj-head><mj-attributes><mj-text {IF}color="#111111"{{% else %}}color="#222222"{{% endif %}} /></mj-attributes></mj-head>'
    template = workshop.compile(
        f"<mjml>{head}<mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>"
    )

    assert "color:#222222" in workshop.render(template, **NONE)[1]
    assert "color:#111111" in workshop.render(template, **OFFER)[1]


REFUSED_IN_MJML = {
    "only sometimes": (
        f'<mj-text {IF}color="#ff0000"{{% endif %}}>x</mj-text>',
        'line 2, column 24', 'MJML needs `color` of <mj-text> for every mail. Write color="{% if offer %}#ff0000{% else %}...{% endif %}".',
    ),
    "a link only sometimes": (
        f'<mj-button {IF}href="https://x.example/{{{{ customer.id }}}}"{{% endif %}}>x</mj-button>',
        'line 2, column 26', 'Write href="{% if offer %}...{% else %}...{% endif %}".',
    ),
    "in one branch of three": (
        f'<mj-text {IF}color="#ff0000"{{% elif voucher %}}color="#00ff00"{{% endif %}}>x</mj-text>',
        'line 2, column 24', "MJML needs `color` of <mj-text> for every mail.",
    ),
    "what MJML reads once, only sometimes": (
        f'<mj-image src="https://x.example/a.png" alt="" {IF}width="10px"{{% endif %}} />',
        'line 2, column 62', "MJML needs `width` of <mj-image> for every mail. Write the element itself in each branch.",
    ),
    "what MJML reads once": (
        f'<mj-image src="https://x.example/a.png" alt="" {IF}width="10px"{{% else %}}width="20px"{{% endif %}} />',
        'line 2, column 62', "MJML reads `width` of <mj-image> once, for every mail. Write the element itself in each branch.",
    ),
    "unknown": (f'<mj-text {IF}colour="red"{{% else %}}colour="red"{{% endif %}}>x</mj-text>', "line 2, column 24", "has no attribute `colour`"),
    "no quotes": (f"<mj-text {IF}color=red{{% else %}}color=blue{{% endif %}}>x</mj-text>", "line 2, column 29", "needs quotes"),
    "twice": (f'<mj-text color="red" {IF}color="blue"{{% else %}}color="red"{{% endif %}}>x</mj-text>', "line 2, column 36", "would have `color` twice in some mails"),
    "a fixed element": (f'<mj-raw {IF}position="file-start"{{% endif %}}><br></mj-raw>', "line 2, column 9", "The attributes of <mj-raw> are the same in every mail."),
}  # fmt: skip


@pytest.mark.parametrize(("content", "where", "message"), REFUSED_IN_MJML.values(), ids=REFUSED_IN_MJML)
def test_what_mjml_has_to_know_for_every_mail_is_refused_with_the_road_that_works(
    workshop, in_column, content, where, message
):
    """D3."""
    problem = workshop.refused(in_column("\n" + content))[0]

    assert message in problem.message
    assert problem.where == where


REFUSED = {
    "handler": (f'<p {IF}onclick="x"{{% endif %}}>', "`onclick` runs code"),
    "handler in the last branch": (f'<p {IF}id="a"{{% else %}}ONLOAD=x{{% endif %}}>', "`onload` runs code"),
    "handler in two halves": (f'<p {IF} on{{% endif %}}click="x">', "cut a name in two"),
    "address": (f'<p><a {IF}href="javascript:x"{{% endif %}}>', "must not begin with `javascript:`"),
    "address in two branches": (f'<p><a {IF}href="https://x.example"{{% else %}}href="data:x"{{% endif %}}>', "`data:`"),
    "address with entities": (f'<p><a {IF}href="java&#115;cript:x"{{% endif %}}>', "`javascript:`"),
    "picture": (f'<p><img {IF}src="//x.example/a.png"{{% endif %}}>', "`//`"),
    "pictures": (f'<p><img {IF}srcset="{{{{ x }}}} 1x"{{% endif %}}>', "`srcset`"),
    "style": (f'<p {IF}style="behavior:url(x)"{{% endif %}}>', "`url()` in a style"),
    "style that computes": (f'<p {IF}style="width:expression(x)"{{% endif %}}>', "expression("),
    "style torn in two": (f'<p {IF}style="width:exp{{% if voucher %}}ression(x){{% endif %}}"{{% endif %}}>', "cut a word of a style in two"),
    "form": (f'<p {IF}formaction="https://x.example"{{% endif %}}>', "`formaction`"),
    "half a value": (f'<p {IF}title="a{{% else %}}b"{{% endif %}}>', "Put both into one element."),
    "a lone quote": (f'<p title="a {IF}"{{% endif %}}>', "`endif`"),
    "half a name": (f'<p da{IF}ta-x="a"{{% endif %}}>', "cut a name in two"),
    "half a tag": (f"<p{IF}re{{% endif %}}>", "cut a name in two"),
    "half a value without quotes": (f"<p lang=d{IF}e{{% endif %}}>", "cut a name in two"),
    "name and value apart": (f'<p {IF}lang{{% else %}}dir{{% endif %}}="a">', "around whole attributes"),
    "the end of the tag": (f'<p {IF}lang="a">{{% else %}}lang="b">{{% endif %}}', "Put both into one element."),
    "another tag": (f'<p {IF}lang="a"><b>x</b {{% endif %}}>', "around whole attributes"),
    "a printed name": ('<p {{ customer.first_name }}>', "A value must stand in the quotes"),
    "a printed name with a value": ('<p {{ customer.first_name }}="a">', "around whole attributes"),
    "a loop": ('<p {% for x in products %}lang="a"{% endfor %}>', "`for` cannot stand between attributes"),
    "a set": ("<p {% set x = 1 %}>", "`set` cannot stand between attributes"),
    "left open": (f'<p {IF}lang="a">', "`{% if %}` is never closed"),
    "closed elsewhere": (f'<p {IF}lang="a"><b {{% endif %}}>x</b>', "Put both into one element."),
    "never opened": ('<p lang="a" {% endif %}>', "belongs to no block"),
    "a meta": (f'<meta {IF}http-equiv="refresh"{{% endif %}} content="0;url=x"><p>', "`http-equiv` must not"),
    "a harmless meta": (f'<meta {IF}name="referrer"{{% endif %}} content="always"><p>', "same in every mail"),
    "a style sheet": (f'<link {IF}rel="stylesheet"{{% endif %}} href="https://x.example/a.css"><p>', "<link>"),
    "too many": ("<p " + "".join(f'{{% if points.balance == {n} %}}a{n}="1"{{% endif %}} ' for n in range(11)) + ">", "More than 20 Jinja tags"),
    "too many attributes": (f"<p {IF}" + "".join(f' a{n}="1"' for n in range(51)) + "{% endif %}>", "More than 50 attributes"),
    "too long": ("<p {% if " + "points.balance == 1 or " * 30 + 'offer %}lang="a"{% endif %}>', "Give it a name by `set` before."),
    "another language": ('<p {{#if x}}lang="a"{{/if}}>', "This is Handlebars or Mustache."),
    "around the tags of a link": (f'<p>{IF}<a href="https://x.example">{{% endif %}}x{{% if voucher %}}</a>{{% endif %}}', 'For a link in some mails only: <a {% if ... %}href="..."{% endif %}>.'),
    "unknown": ('<p {% if customer.nick %}lang="a"{% endif %}>', "nick"),
}  # fmt: skip


@pytest.mark.parametrize(("tag", "message"), REFUSED.values(), ids=REFUSED)
def test_what_no_attribute_may_be_is_refused_between_jinja_too(workshop, tag, message):
    """D6: the same walls as without Jinja, and only whole attributes."""
    problems = workshop.refused(page(tag), mjml=False)

    assert any(message in problem.message for problem in problems), problems
    assert all(problem.where.startswith("line 1, column ") for problem in problems)


@pytest.mark.parametrize(
    "name", [name for name in REFUSED if name not in ("a meta", "a harmless meta", "a style sheet")]
)
def test_and_inside_of_mjml(workshop, name):
    tag, message = REFUSED[name]
    problems = workshop.refused_text(tag + "x</p>")

    assert any(message in problem.message for problem in problems), problems


def test_the_second_of_two_is_told_of(workshop):
    template = workshop.compile(page(f'<p lang="a" {IF}lang="b"{{% endif %}}>'), mjml=False)

    assert [(one.rule, one.where) for one in template.warnings if one.rule == "attribute"] == [
        ("attribute", "line 1, column 39")
    ]
