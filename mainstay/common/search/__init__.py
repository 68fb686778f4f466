"""Full-text search in the database that is there anyway: FTS5 on SQLite, `tsvector` on PostgreSQL.

    class MessageText(models.Model):
        message = models.OneToOneField(Message, primary_key=True, db_column="rowid", …)
        words = search.WordsField()

    MessageText(message=each, words=search.words_of(each.subject, each.text, marks=["c7"]))
    texts = MessageText.objects.filter(words__matches=search.asked('harbour "broken image" -logo', marks=["c7"]))
    search.newest_first(texts)[:50]

Words are folded, split and stemmed here, so that both databases find the same (`words.py`). A mark is a word that no
text can hold; with it a search is narrowed inside the index. The table is made by `search.make_index` in a migration.
"""

from mainstay.common.search.asking import Asked, Term, asked
from mainstay.common.search.excerpt import Piece, excerpt
from mainstay.common.search.field import WordsField
from mainstay.common.search.order import newest_first
from mainstay.common.search.table import make_index
from mainstay.common.search.words import Words, words_of

__all__ = [
    "Asked", "Piece", "Term", "Words", "WordsField", "asked", "excerpt", "make_index", "newest_first", "words_of",
]  # fmt: skip
