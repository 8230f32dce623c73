"""What is kept of a batch is just what was finished, also where an older version kept it."""

import gzip
import json
from dataclasses import asdict, replace

import pytest

from chalicelib.domain.templates import Mail, Slotted
from chalicelib.services.kept_mails import forget_kept, keep_mails, kept_mails
from tests.services.sending import open_shop


@pytest.fixture
def shop():
    shop = open_shop()
    shop.people(1)
    shop.launch()
    return shop


def mail(name: str, fixed: tuple[str, ...] = ("<p>Tea, ", ".</p>")) -> Mail:
    return Mail(
        to=f"{name}@example.com",
        sender="hello@shop.example.com",
        sender_name="Kettle & Crane",
        reply_to=None,
        subject=f"Tea, {name} 🎂",
        body=Slotted(fixed, ((f"{name} <&amp;> ü", "tea"),)),
        text=f"Tea, {name}\n",
        headers={"List-Unsubscribe": f"<https://x.example/{name}>"},
        tags={"person": name},
        configuration_set="habitue-test-marketing",
    )


MAILS = {"ann": mail("ann"), "bob": mail("bob"), "mails": mail("cid", ("<i>", "</i>"))}


def whole(one: Mail) -> dict[str, object]:
    """As the first version kept a mail."""
    fields = asdict(one)
    del fields["body"]
    return {**fields, "html": one.html}


def keep_whole(shop, mails):
    """What the first version wrote."""
    content = json.dumps({person: whole(one) for person, one in mails.items()}, ensure_ascii=False).encode()
    shop.files.put(f"kept/c.spring/{shop.batch().id}/000001.json.gz", gzip.compress(content))


def test_every_mail_comes_back_as_it_was(shop):
    keep_mails(shop.app, shop.batch(), MAILS)

    found = kept_mails(shop.app, "c.spring", shop.batch().id)

    assert found == MAILS
    assert found["ann"].body.fixed is found["bob"].body.fixed


def test_the_text_that_mails_share_is_kept_once(shop):
    shared = "long text " * 1000
    keep_mails(shop.app, shop.batch(), {name: mail(name, (shared, "")) for name in ("ann", "bob", "cid")})

    [key] = shop.files.keys("kept/")
    assert gzip.decompress(shop.files.get(key)).decode().count(shared) == 1


def test_files_of_the_first_version_are_read_too_and_newer_ones_win(shop):
    keep_whole(shop, {"ann": mail("old"), "zoe": mail("zoe")})
    keep_mails(shop.app, replace(shop.batch(), attempts=2), {"ann": mail("ann")})

    found = kept_mails(shop.app, "c.spring", shop.batch().id)

    assert (found["ann"].html, found["zoe"].html) == (mail("ann").html, mail("zoe").html)
    assert replace(found["zoe"], body=mail("zoe").body) == mail("zoe")


@pytest.mark.parametrize("first_version", [False, True])
def test_one_person_is_forgotten_and_nobody_else_changes(shop, first_version):
    if first_version:
        keep_whole(shop, MAILS)
    else:
        keep_mails(shop.app, shop.batch(), MAILS)
    before = kept_mails(shop.app, "c.spring", shop.batch().id)

    for _ in range(2):
        forget_kept(shop.app, "c.spring", shop.batch().id, "mails")

    after = kept_mails(shop.app, "c.spring", shop.batch().id)
    assert after == {name: before[name] for name in ("ann", "bob")}
    [key] = shop.files.keys("kept/")
    assert b"cid@example.com" not in gzip.decompress(shop.files.get(key))
