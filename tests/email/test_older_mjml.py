"""What MJML 4 still takes of MJML 3 compiles here too, and one unknown element is one mistake."""

import pytest

OLDER = """<mjml>
  <mj-body >
    <mj-container{attributes}>
      <mj-section><mj-column><mj-text>{words}</mj-text></mj-column></mj-section>
    </mj-container
    >
  </mj-body>
</mjml>"""


def test_a_container_is_the_body_of_older_mjml(workshop):
    older = OLDER.format(attributes=' background-color="#ddeeff" width="500px"', words="Spring teas")
    newer = older.replace("<mj-body >", "").replace("</mj-body>", "").replace("mj-container", "mj-body")

    template = workshop.compile(older)

    assert "Spring teas" in workshop.render(template)[2]
    assert "#ddeeff" in template.html
    assert "".join(template.html.split()) == "".join(workshop.compile(newer).html.split())


def test_attributes_of_a_container_may_come_and_go(workshop):
    switched = OLDER.format(attributes=' {% if offer %}css-class="a"{% endif %}', words="x")

    assert workshop.compile(switched)


def test_a_mistake_in_a_container_is_told_where_it_stands(workshop):
    mistaken = OLDER.format(attributes=' colour="red"', words="{{ nobody }}")

    assert [one.where for one in workshop.refused(mistaken)] == ["line 3, column 19", "line 4, column 42"]


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ('<mjml><mj-body id="a"><mj-container>{}</mj-container></mj-body></mjml>', "column 23"),
        ("<mjml><mj-body>{}<mj-container>{}</mj-container></mj-body></mjml>", "column 84"),
        ("<mjml><mj-body><mj-sektion>{}</mj-sektion></mj-body></mjml>", "column 16"),
    ],
)
def test_an_element_that_mjml_does_not_know_is_one_mistake(workshop, source, where):
    """Those inside of it stand where their author meant them."""
    section = "<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>"

    [problem] = workshop.refused(source.replace("{}", section))

    assert problem.where == f"line 1, {where}"


def test_an_element_of_mjml_inside_a_text_stays_a_mistake(workshop):
    [problem] = workshop.refused_text("<p><mj-button>x</mj-button></p>")

    assert "cannot stand inside text" in problem.message


@pytest.mark.parametrize("name", ["horizontal-spacing", "vertical-spacing", "word-wrap"])
def test_an_attribute_that_only_older_mjml_reads_is_taken_and_told(workshop, in_column, name):
    template = workshop.compile(in_column(f'<mj-divider {name}="5px" />'))

    assert f"<mj-divider> does nothing with `{name}`. Remove it." in [one.message for one in template.warnings]
