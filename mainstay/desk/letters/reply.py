"""Cutting what is new in a reply from what it quotes. Line by line: its time grows with the text and no faster."""

import re

LINE_MAX = 400
POINTS_BELOW_WITHIN = 300
LOOK_AHEAD = 4
"""Lines over which a mail program spreads "On … wrote:", or the names and dates of the mail that it quotes."""

_WROTE = re.compile(
    r"\b(wrote|writes|schrieb|schreibt|a écrit|escribió|ha scritto|schreef|napisał|napsal|escreveu|skrev|kirjoitti|"
    r"пишет|пише|написал|yazdı|a scris|έγραψε|написа|je napisao|írta)\b|写道|寫道|のメール|님이 작성|כתב|كتب|تمت كتابة",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:-{2,}\s)?(on|am|le|el|il|op|w dniu|dnia|em|den|dne|pon|wt|śr|czw|pt|sob|niedz|po|út|st|čt|pá|so|ne|"
    r"mon|tue|wed|thu|fri|sat|sun|tir|man|ons|tor|fre|lør|søn|ti|ma|ke|pe|la|su|în|στις|вт|пн|ср|чт|пт|сб|вс|нд|"
    r"\d{1,4}[./-]|\d{4}年)(?:\b|(?<=年))[ .,]?",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b(19|20)\d\d\b|\d{1,2}[.:]\d\d|(19|20)\d\d年|[٠-٩]{4}")
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,190}")
_ENDS_OPENING = (":", "：", "wrote ----", "wrote ---")
_SEPARATOR = re.compile(
    r"^-{2,}\s*(original message|original appointment|reply message|originalnachricht|ursprüngliche nachricht|"
    r"message d['’]origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht|"
    r"původní (?:zpráva|e-mail)|wiadomość oryginalna|oryginalna wiadomość|mensagem original|ursprungligt meddelande|"
    r"oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|исходное сообщение|пересылаемое сообщение|"
    r"eredeti üzenet|mesaj original|orijinal mesaj|原始邮件|原始郵件|邮件原件|元のメッセージ|forwarded message|"
    r"weitergeleitete nachricht|message transféré)\s*-{2,}$|"
    r"^(begin forwarded message|anfang der weitergeleiteten (nachricht|e-mail)|début du message (réexpédié|transféré)|"
    r"inizio messaggio inoltrato|inicio del mensaje reenviado)\s?:$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"^\*?(from|von|de|da|van|od|från|fra|lähettäjä|от|від|kimden|feladó|από|发件人|寄件者|差出人|보낸 사람|מאת|من)"
    r"\*?\s?[:：]\*?\s?\S",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"^\*?(sent|date|gesendet|datum|envoyé|enviado|enviada|inviato|data|fecha|verzonden|odesláno|wysłane|wysłano|"
    r"skickat|sendt|dato|lähetetty|päivämäärä|отправлено|дата|надіслано|gönderildi|gönderilme tarihi|tarih|elküldve|"
    r"küldve|dátum|trimis|ημερομηνία|στάλθηκε|发送时间|日期|寄件日期|傳送時間|送信日時|日付|보낸 날짜|נשלח|תאריך|"
    r"تاريخ الإرسال)"
    r"( el| em|:| le)?\*?\s?[:：]",
    re.IGNORECASE,
)
_TO_OR_ABOUT = re.compile(
    r"^\*?(to|cc|subject|an|betreff|à|objet|para|asunto|a|oggetto|aan|onderwerp|do|temat|assunto|till|ämne|til|emne|"
    r"vastaanottaja|aihe|komu|předmět|кому|копия|тема|kime|konu|címzett|tárgy|către|subiect|προς|θέμα|收件人|主题|收件者|"
    r"主旨|宛先|件名|받는 사람|제목|אל|נושא|إلى|الموضوع)\*?\s?[:：]",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"\b(below|in-?line|in the text|siehe unten|weiter unten|unten im text|ci-dessous|más abajo|qui sotto|hieronder)\b",
    re.IGNORECASE,
)
"""Says that the answers stand in what is quoted: then all of the text is kept."""
_RULE = re.compile(r"^[_-]{8,}$")
_SIGNATURE = re.compile(r"^--\s?$")
_DEVICE = re.compile(
    r"^(sent from (my|outlook|mail|yahoo|proton)\b|get outlook for\b|von meine[mr]\b.{1,60} gesendet|"
    r"gesendet (mit|von|aus)\b|diese nachricht wurde von meinem\b|envoyé de(puis)? mon\b|enviado desde mi\b|"
    r"enviado do meu\b|inviato da\b|verstuurd vanaf\b|odesláno z\b|wysłane? z\b|skickat från\b|sendt fra\b|"
    r"lähetetty \w+sta\b|отправлено (с|из)\b|iphone'?(umdan|dan) gönderildi|trimis de pe\b|发自我的|從我的.{1,20}傳送|"
    r"iphoneから送信)",
    re.IGNORECASE,
)
_TURNS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks of the direction of writing, which some programs put around names and dates."""


def new_text(text: str) -> str:
    """The part of `text` that its writer added; the whole text when nothing would be left."""
    lines = text.splitlines()
    kept, is_cut = _written(_without_inner_signature(lines))
    found = _without_signature(kept)
    return text.strip() if not found or (is_cut and _BELOW.search(found[-POINTS_BELOW_WITHIN:])) else found


def _written(lines: list[str]) -> tuple[list[str], bool]:
    """The lines above what is quoted, and those between and below where each line of the quote is marked as such; and
    whether all from some line on was taken for a quote whose lines are not marked."""
    bare = [(line if line.isascii() else _TURNS.sub("", line)).strip() for line in lines]
    kept: list[str] = []
    number = 0
    while number < len(lines):
        if bare[number].startswith(">"):
            end = _end_of_quote(bare, number)
            if _is_shown(kept):
                kept += lines[number:end]
            else:
                _drop_opening(kept)
            number = end
        elif length := _opening_length(bare, number):
            if not _next_words(bare, number + length).startswith(">"):
                return kept, True
            number += length
        elif _is_header_block(bare, number):
            return kept, True
        else:
            kept.append(lines[number].rstrip())
            number += 1
    return kept, False


def _end_of_quote(lines: list[str], number: int) -> int:
    return next((each for each in range(number, len(lines)) if not lines[each].startswith(">")), len(lines))


def _is_shown(kept: list[str]) -> bool:
    """Whether the line above a quote says that something is shown there: lines of a log, of a prompt."""
    above = next((each.strip() for each in reversed(kept[-2:]) if each.strip()), "")
    return above.endswith((":", "：")) and not _is_opening_line(above)


def _is_opening_line(line: str) -> bool:
    """Whether `line`, right above a quote, says whose words those are: in any language it has an address or a date."""
    line = line[-LINE_MAX:]
    return line.endswith(_ENDS_OPENING) and bool(_ADDRESS.search(line) or _DATED.search(line) or _WROTE.search(line))


def _drop_opening(kept: list[str]) -> None:
    """Take away the lines that say whose words follow, in whatever language."""
    near = range(len(kept) - 1, max(-1, len(kept) - 1 - LOOK_AHEAD), -1)
    last = next((each for each in near if kept[each].strip()), None)
    if last is None:
        return
    said = _TURNS.sub("", kept[last]).strip()
    if not _is_opening_line(said):
        return
    above = _TURNS.sub("", kept[last - 1]).strip() if last else ""
    is_wrapped = bool(above) and not _dated(said) and _dated(above)
    del kept[last - is_wrapped :]


def _dated(line: str) -> bool:
    """Whether a date or a time stands in `line`, outside of an address."""
    return bool(_DATED.search(_ADDRESS.sub("", line[-LINE_MAX:])))


def _opening_length(lines: list[str], number: int) -> int:
    """Over how many lines from `number` on "On Monday … somebody wrote:" goes; 0 when it does not stand there."""
    if not _OPENING.match(lines[number]):
        return 0
    for length in range(1, LOOK_AHEAD):
        said = " ".join(lines[number : number + length])
        if len(said) > LINE_MAX:
            return 0
        if said.endswith(_ENDS_OPENING):
            is_sure = _DATED.search(said) or _next_words(lines, number + length).startswith(">")
            return length if _WROTE.search(said) and is_sure else 0
    return 0


def _is_header_block(lines: list[str], number: int) -> bool:
    """Whether a quoted mail begins here that is not marked line by line: a separator, or its From and Sent."""
    line = lines[number][:LINE_MAX]
    if _SEPARATOR.match(line):
        return True
    if _RULE.match(line):
        return bool(_FROM.match(_next_words(lines, number + 1)))
    if not (_FROM.match(line) or _SENT.match(line)):
        return False
    block = [each[:LINE_MAX] for each in lines[number : number + LOOK_AHEAD + 2]]
    block = block[: block.index("")] if "" in block else block
    has_names = any(_FROM.match(each) for each in block) and any(_SENT.match(each) for each in block)
    return has_names and (any(_TO_OR_ABOUT.match(each) for each in block) or len(block) == 2)


def _next_words(lines: list[str], number: int) -> str:
    return next((line for line in lines[number : number + LOOK_AHEAD] if line), "")


def _is_signature(lines: list[str], number: int) -> bool:
    """Whether a signature begins here: two dashes and a space, or two dashes after a blank line."""
    if not _SIGNATURE.match(lines[number]):
        return False
    return lines[number] != "--" or number == 0 or not lines[number - 1].strip()


def _without_inner_signature(lines: list[str]) -> list[str]:
    """The lines without a signature that stands between marked quotes: answers below it are the writer's too."""
    begins = next((number for number in range(len(lines)) if _is_signature(lines, number)), len(lines))
    ends = next((number for number in range(begins, len(lines)) if lines[number].lstrip().startswith(">")), None)
    return lines if ends is None else [*lines[:begins], *lines[ends:]]


def _without_signature(lines: list[str]) -> str:
    end = next((number for number in range(len(lines)) if _is_signature(lines, number)), len(lines))
    kept = lines[:end]
    while kept and (not kept[-1].strip() or _DEVICE.match(kept[-1].strip()[:LINE_MAX])):
        kept.pop()
    return "\n".join(kept).strip()
