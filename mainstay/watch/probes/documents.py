"""What a visitor finds on a page: its words, its links by their text, and its forms with what they would send."""

from dataclasses import dataclass, field
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

UNSENT_TYPES = frozenset({"submit", "button", "image", "reset", "file"})
BUTTONS = "button, input[type=submit], input[type=image]"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stands: where and how it is sent, and the fields that it sends unless they are filled."""

    url: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


class Document:
    """A page, read leniently as browsers do."""

    def __init__(self, url: str, text: str) -> None:
        self._tree = LexborHTMLParser(text)
        base = self._tree.css_first("base[href]")
        self.url = urljoin(url, _attribute(base, "href")) if base is not None else url

    @property
    def words(self) -> str:
        """What can be read on it, white space as single spaces."""
        for hidden in self._tree.css("script, style, template, noscript"):
            hidden.decompose()
        body = self._tree.body
        return _plain(body.text(separator=" ")) if body is not None else ""

    def link(self, text: str) -> str | None:
        """The address of the first link that reads `text`; None without one."""
        for each in self._tree.css("a[href]"):
            if _reads(each, text):
                return urljoin(self.url, _attribute(each, "href"))
        return None

    def form(self, button: str, filled: frozenset[str]) -> Form | None:
        """The form that a button reading `button` sends; with no text, the first that has all fields of `filled`."""
        if not button:
            forms = [self._form(each, None) for each in self._tree.css("form")]
            return next((each for each in forms if filled <= each.names), None)
        for each in self._tree.css(BUTTONS):
            if _reads(each, button) and (owner := self._owner(each)) is not None:
                return self._form(owner, each)
        return None

    def _owner(self, button: LexborNode) -> LexborNode | None:
        named = _attribute(button, "form")
        if named:
            return next((each for each in self._tree.css("form[id]") if _attribute(each, "id") == named), None)
        node = button.parent
        while node is not None and node.tag != "form":
            node = node.parent
        return node

    def _form(self, node: LexborNode, button: LexborNode | None) -> Form:
        fields: dict[str, str] = {}
        names: set[str] = set()
        for each in node.css("input[name], textarea[name], select[name]"):
            name = _attribute(each, "name")
            names.add(name)
            value = _sent(each)
            if value is not None:
                fields[name] = value
        if button is not None and _attribute(button, "name"):
            fields[_attribute(button, "name")] = _attribute(button, "value")
        return Form(
            urljoin(self.url, _attribute(node, "action")) or self.url,
            "POST" if _attribute(node, "method").lower() == "post" else "GET",
            fields,
            frozenset(names),
        )


def _sent(node: LexborNode) -> str | None:
    """What a field sends as it stands; None for nothing."""
    if "disabled" in node.attributes:
        return None
    if node.tag == "textarea":
        return node.text()
    return _chosen(node) if node.tag == "select" else _entered(node)


def _chosen(node: LexborNode) -> str | None:
    options = node.css("option")
    chosen = next((each for each in options if "selected" in each.attributes), options[0] if options else None)
    if chosen is None:
        return None
    return _attribute(chosen, "value") if "value" in chosen.attributes else _plain(chosen.text())


def _entered(node: LexborNode) -> str | None:
    kind = _attribute(node, "type").lower()
    if kind in UNSENT_TYPES:
        return None
    if kind in ("checkbox", "radio"):
        return (_attribute(node, "value") or "on") if "checked" in node.attributes else None
    return _attribute(node, "value")


def _reads(node: LexborNode, text: str) -> bool:
    """Whether a link or button reads `text` to a visitor, or to one who listens."""
    said = (
        node.text(separator=" "),
        _attribute(node, "value"),
        _attribute(node, "aria-label"),
        _attribute(node, "title"),
    )
    return any(_plain(each).casefold() == text.casefold() for each in said if each)


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _plain(text: str) -> str:
    return " ".join(text.split())
