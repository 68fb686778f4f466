"""What changes about relying parties, and who is put out of them."""

from mainstay.idp.actions.keys import KEY_FOR as KEY_FOR
from mainstay.idp.actions.keys import ensure_signing_key as ensure_signing_key
from mainstay.idp.actions.keys import forget_old_keys as forget_old_keys
from mainstay.idp.actions.keys import make_signing_key as make_signing_key
from mainstay.idp.actions.parties import PartyRefused as PartyRefused
from mainstay.idp.actions.parties import change_party as change_party
from mainstay.idp.actions.parties import forget_removed as forget_removed
from mainstay.idp.actions.parties import register_party as register_party
from mainstay.idp.actions.parties import remove_party as remove_party
from mainstay.idp.actions.parties import rotate_secret as rotate_secret
from mainstay.idp.actions.visits import note_told as note_told
from mainstay.idp.actions.visits import note_visit as note_visit
from mainstay.idp.actions.visits import put_out as put_out
from mainstay.idp.actions.visits import put_out_all_who_lost as put_out_all_who_lost
from mainstay.idp.actions.visits import put_out_at as put_out_at
from mainstay.idp.actions.visits import put_out_of_before as put_out_of_before
from mainstay.idp.actions.visits import put_out_where_lost as put_out_where_lost
