"""What is new in an answer is told from what it quotes, in the languages and programs of this world."""

import time

import pytest

from mainstay.desk.letters.reply import new_text

NEW = "Thanks, it works again."

OPENINGS = {
    "ru": "пт, 6 мар. 2026 г. в 09:40, Desk <desk@y.example>:",
    "uk": "пт, 6 бер. 2026 р. о 09:40 Desk <desk@y.example> пише:",
    "ja": "2026年3月6日(金) 9:40 Desk <desk@y.example>:",
    "zh": "Desk <desk@y.example> 于2026年3月6日周五 09:40写道：",
    "ko": "2026년 3월 6일 (금) 오전 9:40, Desk <desk@y.example>님이 작성:",
    "tr": "Desk <desk@y.example>, 6 Mar 2026 Cum, 09:40 tarihinde şunu yazdı:",
    "no": "fre. 6. mars 2026 kl. 09:40 skrev Desk <desk@y.example>:",
    "fi": "pe 6. maalisk. 2026 klo 9.40 Desk (desk@y.example) kirjoitti:",
    "hu": "Desk <desk@y.example> ezt írta (időpont: 2026. márc. 6., P, 9:40):",
    "ro": "În vin., 6 mar. 2026 la 09:40, Desk <desk@y.example> a scris:",
    "el": "Στις Παρ 6 Μαρ 2026 στις 9:40 π.μ., ο χρήστης Desk <desk@y.example> έγραψε:",
    "he": "\u202bבתאריך יום ו׳, 6 במרץ 2026 ב-9:40 מאת \u202aDesk\u202c <\u202adesk@y.example\u202c\u200f>:\u202c",
    "ar": "في الجمعة، ٦ مارس ٢٠٢٦ في ٩:٤٠ ص تمت كتابة ما يلي بواسطة Desk <desk@y.example>:",
    "bg": "На пт, 6.03.2026 г. в 9:40 Desk <desk@y.example> написа:",
    "Yandex": '06.03.2026, 09:40, "Desk" <desk@y.example>:',
    "mutt": "Desk <desk@y.example> writes:",
    "mutt, by date": "* Desk <desk@y.example> [2026-03-06 09:40]:",
    "Zoho": "---- On Fri, 06 Mar 2026 09:40:00 +0000 Desk <desk@y.example> wrote ----",
    "wrapped": "6. mars 2026 kl. 09:40 skrev Desk <\nsupport+ms-2026-00001.abcdefghijklmnop@y.example>:",
}


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_line_that_opens_a_quote_goes_with_it(opening: str, gap: str):
    assert new_text(f"{NEW}\n\n{opening}{gap}> old\n> words\n") == NEW


BLOCKS = {
    "pl": "Od: Desk <d@y.example>\nWysłane: piątek, 6 marca 2026 09:40\nDo: Ann\nTemat: x",
    "fi": "Lähettäjä: Desk\nLähetetty: perjantai 6. maaliskuuta 2026 9.40\nVastaanottaja: Ann\nAihe: x",
    "ru": "От: Desk\nОтправлено: 6 марта 2026 г. 9:40\nКому: Ann\nТема: x",
    "zh": "发件人: Desk\n发送时间: 2026年3月6日 9:40\n收件人: Ann\n主题: x",
    "ja": "差出人: Desk\n送信日時: 2026年3月6日 9:40\n宛先: Ann\n件名: x",
    "tr": "Kimden: Desk\nGönderildi: 6 Mart 2026 Cuma 09:40\nKime: Ann\nKonu: x",
    "sent before from, de": 'Gesendet: Freitag, 6. März 2026 um 09:40\nVon: "Desk" <d@y.example>\nAn: Ann\nBetreff: x',
    "sent before from, en": "Sent: Friday, March 06, 2026 at 9:40 AM\nFrom: Desk\nTo: Ann\nSubject: x",
    "in bold": "*From:* Desk\n*Sent:* Friday\n*To:* Ann\n*Subject:* x",
    "with tabs": "From:\tDesk\nTo:\tAnn\nDate:\t06.03.2026 09:40\nSubject:\tx",
    "two fields": "Von: Desk\nDatum: 6. März 2026",
    "handed on": "Begin forwarded message:\n\nFrom: X\nDate: y",
    "handed on, de": "Anfang der weitergeleiteten Nachricht:\n\nVon: X",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_all_below_the_names_and_dates_of_a_quoted_mail_is_old(block: str):
    assert new_text(f"{NEW}\n\n{block}\n\nold words") == NEW


@pytest.mark.parametrize(
    "line",
    [
        "Von meinem/meiner Galaxy gesendet",
        "Enviado do meu iPhone",
        "Sent from my iPad",
        "Отправлено с iPhone",
        "-- \nAnn",
    ],
)
def test_what_the_device_says_is_not_the_writers(line: str):
    assert new_text(f"{NEW}\n\n{line}") == NEW


KEPT = {
    "a prompt": "I see:\n> npm ERR! code 1\n> again\nPlease help.",
    "a log": "The console says this：\n\n> Error 7",
    "a form": "The form sends this:\nFrom: 10.00\nDate: 2026-03-06\nand then nothing. Please look.",
    "dashes": "Steps:\n1. open the page\n--\n2. save\nIt fails.",
    "words": "On Monday at 10:12 your colleague wrote:\nthat it works. It does not.",
    "a date of one's own": "Date: 6 March 2026\nRoom: 5\n\nPlease put this on the site.",
    "a table": "To: the team\nSubject: the shop\n\nIt is down.",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_the_writer_shows_is_kept(text: str):
    assert new_text(text) == text.strip()


@pytest.mark.parametrize(
    "unit", ["\n>a", "a:\n>b\n", "From: a\n", "Sent: a\nFrom: b\n", "-- \n", "On 2026 wrote\n", "> \n\n"]
)
def test_no_answer_takes_long(unit: str):
    began = time.process_time()
    new_text(unit * (500_000 // len(unit)))
    new_text("x" + unit.replace("\n", " ") * (500_000 // len(unit)))
    assert time.process_time() - began < 4
