"""Time stamps on heads of the sealed log (RFC 3161): somebody else's word for when the log stood as it did."""

import shutil
import subprocess
from datetime import datetime

from mainstay.watch.evidence.verify.proofs import is_consistent

OPENSSL_S = 60
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def stamps(manifest, folder, roots):
    """Of each stamp, whether something is wrong, and what there is to tell. `roots`: a PEM file of whom to believe."""
    for each in manifest.get("stamps", ()):
        problem = unfitting(each, manifest["head"], folder)
        yield (True, problem) if problem else checked(each, folder, roots)


def unfitting(stamp, head, folder):
    """Why a stamp is not about this log; nothing where it is."""
    size, root = stamp["size"], stamp["root"]
    path = [bytes.fromhex(node) for node in stamp["path"]]
    text, answer = files_of(stamp, folder)
    if not is_consistent(size, bytes.fromhex(root), head["size"], bytes.fromhex(head["root"]), path):
        return f"the log does not go on from the {size} entries that were stamped"
    if not text.is_file() or not answer.is_file():
        return f"the stamp on {size} entries is missing"
    if text.read_bytes() != f"mainstay head 1\nsize {size}\nroot {root}\n".encode():
        return f"the text that was stamped, {text.name}, is not the head of {size} entries"
    return ""


def checked(stamp, folder, roots):
    """Check one stamp with OpenSSL, where that is there and somebody is believed; else say how."""
    text, answer = files_of(stamp, folder)
    when = datetime.fromisoformat(stamp["at"])
    says = f"{stamp['authority']} stamped the {stamp['size']} entries at {when:%Y-%m-%d %H:%M:%S} UTC"
    if not roots or shutil.which("openssl") is None:
        how = f"openssl ts -verify -data {text} -in {answer} -CAfile roots.pem"
        return False, f"{says}: attested. With what the authority publishes in roots.pem, check it by\n    {how}"
    done = openssl("-verify", "-data", str(text), "-in", str(answer), "-CAfile", roots)
    if done.returncode:
        return True, f"the stamp on {stamp['size']} entries does not hold: {reason(done.stderr)}"
    if said_at(openssl("-reply", "-in", str(answer), "-text").stdout) != as_openssl(when):
        return True, f"the stamp on {stamp['size']} entries says another time than {stamp['at']}"
    return False, f"{says}: checked with OpenSSL."


def files_of(stamp, folder):
    """The text that was stamped, and the authority's answer."""
    return folder / "stamps" / f"{stamp['size']}.txt", folder / "stamps" / f"{stamp['size']}.tsr"


def openssl(*words):
    """Run `openssl ts`."""
    command = ["openssl", "ts", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=OPENSSL_S, check=False)  # nosec B603 # noqa: S603 - openssl, no shell


def reason(told):
    """The last line that says why, of what OpenSSL prints."""
    lines = [line.strip() for line in told.splitlines() if "error" in line.lower()]
    return lines[-1] if lines else "OpenSSL refuses it"


def said_at(text):
    """The instant of a stamp as OpenSSL prints it, to the second."""
    written = next((line.partition(":")[2] for line in text.splitlines() if line.startswith("Time stamp:")), "")
    return [each.partition(".")[0] for each in written.split()]


def as_openssl(when):
    """An instant in the words in which OpenSSL prints it."""
    return [MONTHS[when.month - 1], str(when.day), f"{when:%H:%M:%S}", str(when.year), "GMT"]
