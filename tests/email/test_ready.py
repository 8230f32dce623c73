"""What ships is compiled once, when the service is packaged, and taken only for the very same job."""

import pytest

from chalicelib.email import compiler
from chalicelib.email.compiler import MjmlCompiler
from chalicelib.email.ready import job_of, ready_version, write_ready

SOURCE = "<mjml><mj-body><mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section></mj-body></mjml>"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "email" / "partials").mkdir(parents=True)
    (tmp_path / "email" / "hello.en.mjml").write_text(SOURCE.format("Hello"), encoding="utf-8")
    return tmp_path


def test_a_version_that_was_compiled_before_is_what_the_compiler_gives(folder, monkeypatch):
    assert write_ready(folder) == 1
    job = job_of("hello", "en", SOURCE.format("Hello"), None, mjml=True, partials={})
    compiled = MjmlCompiler({}).compile("hello", "en", SOURCE.format("Hello"), None, mjml=True)

    assert ready_version(job, folder) == compiled
    monkeypatch.setattr(compiler, "ready_version", lambda job: ready_version(job, folder))
    monkeypatch.setattr(compiler, "run_child", lambda job: pytest.fail("asked the child"))
    assert MjmlCompiler({}).compile("hello", "en", SOURCE.format("Hello"), None, mjml=True) == compiled


@pytest.mark.parametrize(
    "change",
    [{"name": "other"}, {"locale": "de"}, {"source": SOURCE.format("Bye")}, {"subject": "s"}, {"mjml": False}]
    + [{"partials": {"partials/x.mjml": "x"}}],
)
def test_any_other_job_finds_nothing(folder, change):
    write_ready(folder)
    job = job_of("hello", "en", SOURCE.format("Hello"), None, mjml=True, partials={})

    assert ready_version(job, folder) is not None
    assert ready_version({**job, **change}, folder) is None


def test_two_packagings_write_the_same_bytes(folder):
    def files():
        write_ready(folder)
        return {path.name: path.read_bytes() for path in (folder / "email" / "compiled").iterdir()}

    assert files() == files()
