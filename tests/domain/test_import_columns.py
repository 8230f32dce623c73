"""How a header and a mapping meet."""

import pytest

from chalicelib.domain.import_columns import Columns, check_mapping, match_columns
from chalicelib.errors import Detail, InvalidInput


@pytest.mark.parametrize(
    ("kind", "mapping", "header", "columns"),
    [
        pytest.param(
            "products",
            {},
            [" sku ", "name", "colour"],
            Columns(fields=("sku", "name"), names=("sku", "name"), places=(0, 1), width=3, ignored=("colour",)),
            id="own names",
        ),
        pytest.param(
            "products",
            {"sku": "Code", "attributes.colour": "colour"},
            ["sku", "colour", "Code", ""],
            Columns(
                fields=("sku", "attributes.colour"),
                names=("Code", "colour"),
                places=(2, 1),
                width=4,
                ignored=("sku",),
            ),
            id="the mapping wins over a column of the field's name",
        ),
        pytest.param(
            "customers",
            {"id": "Code", "last_name": "Code"},
            ["Code", "email", "consent.topics.news"],
            Columns(
                fields=("id", "email", "consent.topics.news", "last_name"),
                names=("Code", "email", "consent.topics.news", "Code"),
                places=(0, 1, 2, 0),
                width=3,
            ),
            id="one column may give two fields",
        ),
        pytest.param(
            "products",
            {},
            ["sku", "x", "x"],
            Columns(fields=("sku",), names=("sku",), places=(0,), width=3, ignored=("x",)),
            id="a column that nobody reads may stand there twice",
        ),
    ],
)
def test_fields_are_found_in_the_header(kind, mapping, header, columns):
    assert match_columns(kind, mapping, header) == columns


def test_every_wrong_column_is_named_at_once():
    with pytest.raises(InvalidInput) as refused:
        match_columns(
            "orders", {"sku": "Code", "store": "Shop"}, ["order_id", "Code", "Code", "quantity", "unit_price"]
        )

    assert refused.value.details == (
        Detail("line 1", "no column 'customer_id'; map it: --map customer_id=COLUMN"),
        Detail("line 1", "no column 'placed_at'; map it: --map placed_at=COLUMN"),
        Detail("line 1", "the column 'Code' stands there 2 times; rename the ones not meant"),
        Detail("line 1", "the mapping reads store from 'Shop', which is no column of the file"),
    )


@pytest.mark.parametrize("field", ["emial", "attributes", "attributes.", "consent", "consent.topics.", "ID"])
def test_a_mapping_to_no_field_is_refused(field):
    with pytest.raises(InvalidInput) as refused:
        check_mapping("customers", {field: "X"})

    assert refused.value.details[0].where == f"mapping.{field}"


@pytest.mark.parametrize("field", ["email", "attributes.size", "consent.at", "consent.topics.news"])
def test_a_mapping_to_a_field_is_taken(field):
    check_mapping("customers", {field: "X"})


@pytest.mark.parametrize("column", [3, None, "", " ", ["Code"]])
def test_a_mapping_to_no_column_is_refused(column):
    with pytest.raises(InvalidInput, match="The mapping gives no column for sku") as refused:
        check_mapping("orders", {"sku": column})

    assert refused.value.details == (Detail("mapping.sku", "must be the name of a column"),)
