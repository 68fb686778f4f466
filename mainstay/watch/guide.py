"""What each code of a check means and what to do about it, for the agency's people. Pure.

The page of codes in the console and `docs/use/codes.md` are made of it.
"""

from mainstay.watch.codes import Code

GUIDE: dict[Code, tuple[str, str]] = {
    Code.OK: ("What was looked at is as it should be.", "Nothing."),
    Code.SLOW: (
        "It answered rightly, and took longer than the monitor allows.",
        "Look at the phases: a long wait for the first byte is the application, a long connect is the network.",
    ),
    Code.HTTP_STATUS: (
        "The last answer had a status outside the expected ones.",
        "From 500 on: read the error log. 401, 403: see whether the prober is kept out. 404: see the address.",
    ),
    Code.NAME_NOT_FOUND: (
        "The name servers say that the name, or an address of the wanted family, does not exist.",
        "See the spelling, the domain's registration and its zone.",
    ),
    Code.NAME_FAILED: (
        "The name servers answered with SERVFAIL or a like error.",
        "Ask who runs the zone; see DNSSEC.",
    ),
    Code.NAME_TIMEOUT: ("No name server answered in time.", "See whether the zone's name servers can be reached."),
    Code.ADDRESS_REFUSED: (
        "The name leads to a private, loopback or otherwise forbidden address, so nobody looked.",
        "Correct the name's record, or let an administrator allow private addresses for this monitor.",
    ),
    Code.CONNECTION_REFUSED: ("Nothing listens at the port.", "Start the service; see its port and the firewall."),
    Code.CONNECTION_FAILED: ("No way leads to the address.", "See the host, its network and routing."),
    Code.CONNECTION_LOST: ("The connection was closed before the answer was whole.", "Read the server's error log."),
    Code.TIMEOUT: (
        "The whole check did not end within its time limit.",
        "See the server's load; raise the limit only where such a wait is agreed.",
    ),
    Code.TLS_FAILED: ("No handshake came about.", "See the server's protocols, ciphers and certificate files."),
    Code.CERTIFICATE_ENDED: ("The certificate is past its last day.", "Renew it, and see why it did not renew itself."),
    Code.CERTIFICATE_EARLY: ("The certificate's first day is to come.", "See the server's certificate and clock."),
    Code.CERTIFICATE_WRONG_NAME: ("The certificate does not list the name.", "Have one made that lists every name."),
    Code.CERTIFICATE_UNTRUSTED: (
        "The certificate's authority is in no list that browsers trust.",
        "Use a public authority, or add your own to the prober's trusted ones.",
    ),
    Code.REDIRECT_LOOP: ("Redirects led in a circle, or over more than five addresses.", "Correct the redirect rules."),
    Code.REDIRECT_REFUSED: ("A redirect led to a forbidden address, so nobody looked on.", "See where it leads."),
    Code.REDIRECT_BROKEN: ("A redirect led to no usable address.", "Correct the redirect's target."),
    Code.REDIRECT_UNWANTED: ("Redirects ended elsewhere than the monitor wants.", "See the redirect, or the monitor."),
    Code.BAD_ANSWER: ("The answer is no HTTP, or larger than is read.", "See what listens at the port."),
    Code.TEXT_MISSING: ("The page came without the words that it should hold.", "Open the page; see its content."),
    Code.TEXT_UNWANTED: ("The page holds words that it should not.", "Open the page; often it is an error in text."),
    Code.JSON_WRONG: ("The JSON has another value at the path, or none.", "Read the answer; see the application."),
    Code.STEP_FAILED: ("One step of a visit did not come out as it should.", "Do the step by hand in a browser."),
    Code.PROTOCOL_WRONG: ("Something else answers than such a service.", "See the port and what listens there."),
    Code.BANNER_WRONG: ("The greeting lacks the expected words.", "See which server answers, and its version."),
    Code.SERVICE_UNAVAILABLE: ("The service says itself that it cannot serve.", "Read its log; see its load."),
    Code.STARTTLS_MISSING: ("The server does not offer STARTTLS.", "Switch it on; mail would travel in the open."),
    Code.SIGN_IN_REFUSED: ("The server did not accept the name and password.", "See the account, then the monitor."),
    Code.RECORD_MISSING: ("The name exists, without a record of that kind.", "Add the record to the zone."),
    Code.RECORD_WRONG: ("The records differ from the expected ones.", "See who changed the zone, or the monitor."),
    Code.DNSSEC_MISSING: ("The zone is not signed, though it should be.", "Sign the zone, and hand its DS on."),
    Code.DNSSEC_BROKEN: (
        "Signatures do not hold: resolvers that check them find no website.",
        "See the DS at the registry, the keys, and when the signatures end.",
    ),
    Code.ECHO_MISSING: ("No echo came back.", "See the host, and whether its firewall drops ICMP."),
    Code.ECHO_LOST: ("Some echoes did not come back.", "See the network between; the website may be slow."),
    Code.CERTIFICATE_ENDS_SOON: ("Fewer days are left than the monitor wants.", "Renew the certificate now."),
    Code.CERTIFICATE_CHAIN: (
        "Certificates between the server's own and the authority's are not sent: some browsers fail, others do not.",
        "Install the full chain.",
    ),
    Code.CERTIFICATE_WEAK: ("Its key or signature is below today's least.", "Have a new certificate made."),
    Code.CERTIFICATE_REVOKED: ("Its authority has withdrawn it.", "Find out why, then have a new one made."),
    Code.STAPLE_MISSING: ("The certificate demands OCSP stapling.", "Switch stapling on at the server."),
    Code.TLS_OLD: ("The best protocol offered is older than TLS 1.2.", "Update the server's TLS settings."),
    Code.DOMAIN_ENDED: ("The registration is past its end.", "Renew at the registrar at once; it may be sold."),
    Code.DOMAIN_ENDS_SOON: ("Fewer days are left than the monitor wants.", "Renew at the registrar."),
    Code.DOMAIN_FREE: ("The registry does not know the domain.", "See the spelling; register it before others do."),
    Code.REGISTRY_SILENT: (
        "No date can be had, so nothing is known.",
        "Note the date by hand, or name an RDAP server.",
    ),
    Code.BEAT_LATE: ("The task's report is overdue.", "See whether the task ran, and whether it reaches Mainstay."),
    Code.BEAT_FAILED: ("The task reported a failure.", "Read the note it sent, and its own log."),
    Code.BEAT_UNFINISHED: ("The task began and has not ended in time.", "See whether it hangs; else allow more time."),
    Code.REPORTED_DOWN: (
        "A history that was brought in from another monitor says that the website was down.",
        "Nothing: it is the past. The other monitor may know more.",
    ),
    Code.STATED_DOWN: (
        "A member of staff put the record right: the website was down, though no check says so.",
        "Nothing: the reason stands at the outage.",
    ),
    Code.PROBER_FAULT: ("Mainstay itself could not look.", "See the prober's network, memory and log."),
}
"""Each code, with what it means and what to do."""
