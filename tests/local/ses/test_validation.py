"""What SES refuses before it takes a mail; after each refusal the mailbox is empty."""

import pytest

BAD_ADDRESSES = {
    "plain": "Missing final '@domain'",
    "a@": "Missing final '@domain'",
    "a@b, c@d": "one address",
    "a@b\r\nBcc: c@d": "control characters",
    "a b@example.com": "Local address",
    "jürgen@example.com": "non-ASCII",
    "a@bücher.example": "Punycode",
    "\uff41@example.com": "non-ASCII",
    "a" * 65 + "@example.com": "at most 64",
    "a@exa_mple.com": "Domain contains illegal",
    "a@example..com": "Domain contains illegal",
    "Lovelace, Ada <a@example.com>": "one address",
    "a\u2028@example.com": "non-ASCII",
}


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_bad_address_is_refused_with_its_rule(bench, address):
    """C10."""
    with pytest.raises(bench.client.exceptions.BadRequestException, match=BAD_ADDRESSES[address]):
        bench.send(address)

    assert bench.stand_in.mails() == []


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("a+b@example.com", "a+b@example.com"),
        ('"Lovelace, Ada" <a@example.com>', "a@example.com"),
        ("<a@example.com>", "a@example.com"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_a_good_address_is_taken_and_kept_plain(bench, given, address):
    bench.send(given)

    [mail] = bench.stand_in.mails()
    assert mail["to"] == address


BAD_HEADERS = {
    "no value": ({"Name": "X-A", "Value": "\u00e9"}, "1 to 995 printable ASCII"),
    "line break": ({"Name": "X-A", "Value": "a\r\nBcc: b@c"}, "1 to 995 printable ASCII"),
    "colon in name": ({"Name": "X:A", "Value": "a"}, "Invalid header name"),
    "space in name": ({"Name": "X A", "Value": "a"}, "Invalid header name"),
    "own header": ({"Name": "Subject", "Value": "Other"}, "Duplicate header 'subject'"),
    "too long with its name": ({"Name": "X-Abc", "Value": "a" * 995}, "must not exceed 996"),
}


@pytest.mark.parametrize("case", BAD_HEADERS)
def test_a_bad_header_is_refused(bench, case):
    header, words = BAD_HEADERS[case]

    with pytest.raises(bench.client.exceptions.BadRequestException, match=words):
        bench.send(Content=bench.simple(Headers=[header]))

    assert bench.stand_in.mails() == []


def test_more_than_fifteen_headers_or_one_twice_are_refused(bench):
    many = [{"Name": f"X-{number}", "Value": "a"} for number in range(16)]
    twice = [{"Name": "List-Unsubscribe", "Value": "<https://a>"}, {"Name": "list-unsubscribe", "Value": "<https://b>"}]

    with pytest.raises(bench.client.exceptions.BadRequestException, match="16, the limit is 15"):
        bench.send(Content=bench.simple(Headers=many))
    with pytest.raises(bench.client.exceptions.BadRequestException, match="Duplicate header 'list-unsubscribe'"):
        bench.send(Content=bench.simple(Headers=twice))
    bench.send(Content=bench.simple(Headers=many[:15]))

    assert len(bench.stand_in.mails()) == 1


@pytest.mark.parametrize("tag", [("a b", "c"), ("a", "c.d"), ("a", "é"), ("", "c"), ("a", ""), ("a" * 257, "c")])
def test_a_bad_tag_is_refused(bench, tag):
    with pytest.raises(bench.client.exceptions.BadRequestException, match="Invalid tag"):
        bench.send(EmailTags=[{"Name": tag[0], "Value": tag[1]}])

    assert bench.stand_in.mails() == []


def test_a_destination_is_required_and_holds_at_most_fifty(bench):
    refused = bench.client.exceptions.BadRequestException
    many = [f"a{number}@example.com" for number in range(51)]

    with pytest.raises(refused, match="Missing destination"):
        bench.send(Destination={"ToAddresses": []})
    with pytest.raises(refused, match="Recipient count exceeds 50"):
        bench.send(Destination={"ToAddresses": many[:30], "CcAddresses": many[30:]})
    assert bench.stand_in.mails() == []

    bench.send(Destination={"ToAddresses": many[:30], "BccAddresses": many[30:50]})
    assert len(bench.stand_in.mails()) == 50


def test_sender_body_and_subject_are_required_and_clean(bench):
    refused = bench.client.exceptions.BadRequestException

    with pytest.raises(refused, match="Missing required header 'From'"):
        bench.send(FromEmailAddress=None)
    with pytest.raises(refused, match="Html or Text"):
        bench.send(Content=bench.simple(Body={}))
    with pytest.raises(refused, match="exactly one of"):
        bench.send(Content=bench.simple() | {"Raw": {"Data": b"x"}})
    with pytest.raises(refused, match="Subject contains control characters"):
        bench.send(Content=bench.simple(Subject={"Data": "a\r\nBcc: b@example.com"}))
    with pytest.raises(refused, match="Unknown charset 'klingon'"):
        bench.send(Content=bench.simple(Subject={"Data": "a", "Charset": "klingon"}))

    assert bench.stand_in.mails() == []


def test_a_message_above_40_mb_is_refused(bench):
    with pytest.raises(bench.client.exceptions.BadRequestException, match="more than 41943040 bytes"):
        bench.send(Content={"Raw": {"Data": b"Subject: s\r\n\r\n" + b"x" * (31 * 1024 * 1024)}})

    assert bench.stand_in.mails() == []
