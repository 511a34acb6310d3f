"""What a header says once decoded is what was stored: every subject and every sender, however long."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.notifications.delivery import message_of
from marketplace.notifications.headers import Exact
from marketplace.notifications.models import Mail

LONG = [
    "Amélie Brûlé-Desrosiers vous invite à rejoindre Société coopérative de l’énergie des îles et du littoral d’Armor",
    "한빛 수자원 기술 연구 조합에서 혁신 과제 협업 계약서 서명을 요청했습니다: 정수장 누수 감지와 예측 정비",
    "A very long subject of plain words that must be folded somewhere because no line of a header may be so long",
    "x" * 400,
    "=?utf-8?q?not_a_word?= of ours",
    "Łódź, “Ørsted”; Πρώτη – 第一 (テスト) <a@b.example>, \u2068שלום\u2069 " * 4,
]


def as_read(headers: dict[str, str]) -> EmailMessage:
    message = EmailMessage(policy=Exact())
    for name, value in headers.items():
        message[name] = value
    message.set_content("…")
    sent = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    assert sent.isascii() or b"8bit" in sent
    head = sent.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) < 400
    assert not re.search(rb"(?<!\r)\n", head)
    return message_from_bytes(sent, policy=policy.default)


def classic(message: EmailMessage, name: str) -> str:
    """The header as older programmes decode it."""
    raw = next(value for key, value in message.raw_items() if key == name)
    return str(make_header(decode_header(re.sub(r"\r?\n(?=[ \t])", "", str(raw)))))


@pytest.mark.parametrize("subject", LONG)
def test_subject_arrives_as_it_was_written(subject: str) -> None:
    subject = " ".join(subject.split())
    read = as_read({"Subject": subject})
    assert (read["Subject"], classic(read, "Subject")) == (subject, subject)


@pytest.mark.parametrize("subject", LONG)
def test_stored_mail_travels_with_its_subject(app: Flask, subject: str) -> None:
    said = " ".join(subject.split())
    mail = Mail(id=1, to="kim@a.example", locale="ko", subject=said, body="…", headers={}, created_at=datetime.now(UTC))
    with app.app_context():
        read = message_from_bytes(message_of(mail).as_bytes(), policy=policy.default)
    assert (read["Subject"], read["To"]) == (said, "kim@a.example")


@pytest.mark.parametrize("name", [*LONG[:3], 'Name, "quoted" \\ Ltd', "Tangent"])
def test_sender_arrives_as_it_was_written(name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    read = as_read({"From": f'"{quoted}" <news@tangent.example>', "To": "kim@a.example"})
    said = classic(read, "From")
    assert said == f"{name} <news@tangent.example>" or parseaddr(said) == (name, "news@tangent.example")
    assert read["To"] == "kim@a.example"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200))
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    text = " ".join(text.split())
    assert as_read({"Subject": text})["Subject"] == text
