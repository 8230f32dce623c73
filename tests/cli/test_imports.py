"""`habitue import`: what goes in, what is refused, and what the command says of both."""

import json

import pytest

CUSTOMERS = "id,email,birthday\nann,ann@example.com,1990-02-29\nbob,bob@example.com,1990-05-05\ncat,no address,\n"


@pytest.fixture
def customers(tmp_path):
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS)
    return file


def test_good_rows_are_stored_and_refused_ones_are_named(habitue, customers):
    ran = habitue("import", "customers", customers)

    assert ran.code == 0
    assert ran.out.splitlines()[0] == "1 created, 0 updated, 0 unchanged; 2 rows refused"
    assert [line.partition(":")[0] for line in ran.out.splitlines()[1:]] == [
        "  1 customers without a time zone",
        "  line 2, column birthday",
        "  line 4, column email",
    ]
    assert {customer.id for customer in habitue.server.app.customers.scan()} == {"bob"}


def test_where_nobody_looks_on_there_is_no_bar(habitue, customers):
    ran = habitue("import", "customers", customers, "--json")

    assert ran.err == ""
    assert "\r" not in ran.out


def test_json_has_the_counts_and_every_refused_row(habitue, tmp_path):
    file = tmp_path / "many.csv"
    file.write_text("id,email\n" + "".join(f"c{n},none\n" for n in range(30)) + "ann,ann@example.com\n")

    ran = habitue("import", "customers", file, "--json")

    report = json.loads(ran.out)
    assert ran.code == 0
    assert (report["status"], report["created"], report["refused"]) == ("done", 1, 30)
    assert [row["line"] for row in report["rows"]] == list(range(2, 32))
    text = habitue("import", "customers", file).out.splitlines()
    assert len(text) == 23  # the counts, the time zones, twenty rows, how many more
    assert text[-1] == "  and 10 more; --json lists all"


def test_importing_again_changes_nothing(habitue, customers):
    habitue("import", "customers", customers)

    assert habitue("import", "customers", customers).out.startswith("0 created, 0 updated, 1 unchanged; 2 rows refused")


def test_a_dry_run_counts_and_stores_nothing(habitue, customers):
    ran = habitue("import", "customers", customers, "--dry-run")

    assert ran.code == 0
    assert ran.out.startswith("1 created, 0 updated, 0 unchanged; 2 rows refused")
    assert list(habitue.server.app.customers.scan()) == []


def test_columns_of_other_names_are_mapped(habitue, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("InvoiceNo,Who,When,sku,quantity,unit_price\n1,ann,2026-01-01 10:00,tea,2,2.55\n")
    maps = ("--map", "order_id=InvoiceNo", "--map", "customer_id=Who", "--map", "placed_at=When")

    ran = habitue("import", "orders", file, *maps)

    assert (ran.code, ran.out) == (0, "1 created, 0 updated, 0 unchanged; 0 rows refused\n")
    [line] = habitue.server.app.orders.get("1").lines
    assert (line.quantity, line.unit_price) == (2, 255)


def test_who_gets_the_shops_time_zone_is_counted(habitue, tmp_path):
    """B6."""
    file = tmp_path / "zones.csv"
    file.write_text("id,time_zone\nann,Asia/Tokyo\nbo,\ncy,\n")

    ran = habitue("import", "customers", file)

    assert (ran.code, ran.out.splitlines()[1:]) == (0, ["  2 customers without a time zone: the shop's is used"])


def test_a_file_of_which_no_row_is_accepted_ends_with_1(habitue, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("id,email\nann,none\n")

    ran = habitue("import", "customers", file)

    assert ran.code == 1
    assert "line 2, column email" in ran.out
    assert ran.err == "habitue: no row was accepted; the reasons stand above\n"


def test_a_file_without_a_needed_column_ends_with_1_and_says_which(habitue, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("order_id,sku\n1,tea\n")

    ran = habitue("import", "orders", file)

    assert ran.code == 1
    assert "customer_id" in ran.err


def test_a_mapping_to_an_unknown_field_is_refused_before_the_upload(habitue, customers):
    ran = habitue("import", "customers", customers, "--map", "shoe_size=email")

    assert (ran.code, ran.out) == (1, "")
    assert "shoe_size" in ran.err
    assert habitue.server.asked == [("POST", "/v1/imports")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--map", "email"], "'email' is not FIELD=COLUMN, for example customer_id=CustomerID"),
        (["--map", "=email"], "'=email' is not FIELD=COLUMN"),
        (["--map", "email="], "'email=' is not FIELD=COLUMN"),
        (["--map", "email=a", "--map", "email=b"], "email is mapped twice, to 'a' and to 'b'"),
    ],
)
def test_a_mapping_that_is_none_is_wrong_usage(habitue, customers, arguments, words):
    ran = habitue("import", "customers", customers, *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert habitue.server.asked == []


def test_an_unknown_kind_and_a_file_that_is_not_there_are_wrong_usage(habitue, customers, tmp_path):
    assert habitue("import", "staff", customers).code == 2
    ran = habitue("import", "customers", tmp_path / "none.csv")

    assert ran.code == 2
    assert "does not exist" in ran.err
    assert habitue.server.asked == []
