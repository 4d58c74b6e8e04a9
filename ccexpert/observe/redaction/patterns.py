"""Patterns of private data, recognised by their context or by their form: one long table.

Each rule has a kind, literals without one of which it cannot match, and a pattern whose group
``value`` is taken out. Rules are tried in this order: a password first, for it may hold anything.
Every repetition is bounded or starts at the edge of a word, so that no text takes long. What is
generic follows the public rules of gitleaks; what is Campaign's own has been seen in its logs and
outputs.
"""

from __future__ import annotations

import re

from ccexpert.observe.redaction import typed

Rule = tuple[str, str, tuple[str, ...], str]
"""Kind; literals of which a line must hold one; parts of which it must hold one too, if there are
any; pattern."""

#: Around the number that stands for a value that has been taken out.
OPEN, CLOSE = "\ue000", "\ue001"


def _one_of(words: str) -> str:
    """One of some words, each a pattern that begins with a letter. The class of these letters comes
    first: for that a text is searched fastest."""
    rests: dict[str, list[str]] = {}
    for word in words.split():
        rests.setdefault(word[0], []).append(word[1:])
    letters = "".join(rests)
    ways = "|".join(f"(?<={letter})(?:{'|'.join(rest)})" for letter, rest in rests.items())
    return f"(?-i:[{letters}{letters.upper()}])(?:{ways})"


_PASSWORDS = (
    r"password passwd passphrase passcode p(?<![a-z]p)ass(?![a-z]) pwd p(?<![a-z]p)w(?![a-z])"
    r" l(?:ö|o)senord(?:et)? l(?:ö|o)senfras"
)
_PASSWORD = _one_of(_PASSWORDS)
_PASSWORD_LITERALS = "passw passp passc pass pwd pw senord senfras"
_SECRET = _one_of(
    rf"{_PASSWORDS} secret token api[-_]?key private[-_]?key access[-_]?key account[-_]?key"
    r" credentials? authorization session[-_]?id"
)
_SECRET_LITERALS = (
    f"{_PASSWORD_LITERALS} secret token apikey api-key api_key privatekey private-key private_key "
    "accesskey access-key access_key accountkey account-key account_key credential authorization "
    "sessionid session-id session_id"
)
_LOGIN = _one_of(
    r"login logon user(?:[-_\x20]?name|[-_\x20]?id)? operator account(?:[-_\x20]?name)? uid"
    r" samaccountname användar(?:e|namn) inloggning(?:snamn)? operatör konto(?:namn)?"
)
_WHO = "login logon user operat account uid ändar ÄNDAR inloggning konto"

_EQUALS, _QUOTES, _TAGS = ("=", ":", "%3"), ("'", '"'), ("<", "&")
_NESTED_QUOTES, _COLUMN = ("\\", "&", "%2"), ("\t", "   ")
_IS = r"[ \t]{0,40}+(?:=>|[=:]|%3[DA])[ \t]{0,40}"
_QUOTE = r"(?:\\{0,7}[\"']|&quot;|&#3[49];|&apos;|%2[27])"
_NESTED = r"(?:\\{1,7}[\"']|&quot;|&#3[49];|&apos;|%2[27])"
_BARE = r"[^\s\"'<>&;,|)(]+"
_WORD = r"[^\s\"'<>&;,]+"
_TAG = r"(?:<|&lt;)"
_ATTRIBUTES = r"(?:[ \t](?:[^<>&\n]|&(?![lg]t;)){0,300}+)?"
_NO_PORT = r"(?!\d{1,5}(?:[/?#]|$))"
_IN_URL = r"(?:[^\s<>\"':]|:(?!//))"
_NAME = r"[A-ZÅÄÖ][\w-]{0,40}"

#: Where a password without quotes ends: before the next name and its value, ...
_NEXT = r"[\s&;,|]++\\{0,3}[\"']?[A-Za-z_][\w.-]{0,40}+\\{0,3}[\"']?[ \t]*+(?:=>|[=:])"
#: ... before a tab, an option, the protocol of a request or a tag, ...
_BREAK = r"\t|[ ]--?[a-z]|[ ]HTTP/|&lt;"
#: ... and before a quote that closes, or a tag. Gaps are looked through once each.
_UNQUOTED = (
    rf"(?![\"'])(?:(?!{_NEXT})(?:(?!{_BREAK})(?:[^\S\n]|[&;,|]))++"
    r"|(?![\"'](?:[\s,;)>}\]]|$)|</?[A-Za-z])[^\s&;,|])++"
)

_NO_NAME = r"(?!(?:has|have|is|was|are|who|that|with|and|or|not|session|name|id|har|som|är|inte)\b)"
#: What a signature such as ``logon(sessionToken)`` names: a parameter, and nobody.
_PARAMETER = (
    r"(?-i:[a-z]{1,20}(?:Token|Name|Login|User|Password|Pwd|Id|Key|Credentials?|Info|Params?|Options)"
    r"|user|username|login|logon|password|pwd|token|session|credentials?|params?|parameters"
    r"|options|args|arguments|void|null|undefined)"
)


def _rules(xml: bool) -> tuple[Rule, ...]:
    """The rules for what stands in one line; in XML a value never goes beyond its attribute or
    element, so that the text stays well-formed."""
    inside = r"[^\n<>]" if xml else r"[^\n]"
    plain = rf"(?:(?!(?P=q)){inside})+" if xml else rf"(?:\\[^\n]|(?P=q){{2}}|(?!(?P=q)){inside})+"
    unquoted = _WORD if xml else _UNQUOTED
    rest = r"[^\n<>\"']+" if xml else r"\S[^\n]*"
    named = rf"(?i)(?:{_SECRET})[\w-]{{0,20}}+"
    return (
        *typed.rules(_PASSWORD, _PASSWORD_LITERALS),
        ("secret", "cookie:", (), rf"(?i)\b(?:set-)?cookie:[ \t]*(?P<value>{rest})"),
        (
            "secret",
            "authorization",
            (),
            rf"(?i)\bauthorization:[ \t]*(?P<value>{rest if xml else _header()})",
        ),
        ("secret", "-setdblogin:", (), rf"(?i)-setdblogin:(?P<value>{_BARE})"),
        ("licence", "-setactivationkey:", (), rf"(?i)-setactivationkey:[\"']?(?P<value>{_BARE})"),
        (
            "licence",
            "license licence activation licens aktiver",
            (),
            r"(?i)\b(?:(?:licen[cs]e|activation)[-_ ]?key|(?:licens|aktiverings)nyckel)"
            rf"[\"']?{_IS}[\"']?(?P<value>{_BARE})",
        ),
        (
            "secret",
            _SECRET_LITERALS,
            _QUOTES,
            rf"{named}{_QUOTE}?{_IS}(?P<q>[\"'])(?P<value>{plain})",
        ),
        (
            "secret",
            _SECRET_LITERALS,
            _NESTED_QUOTES,
            rf"{named}{_QUOTE}?{_IS}(?P<q>{_NESTED})(?P<value>(?:(?!(?P=q)){inside})+)",
        ),
        (
            "secret",
            _SECRET_LITERALS,
            (",",),
            rf"(?i)(?P<q>[\"'])[\w-]{{0,30}}(?:{_SECRET})[\w-]{{0,20}}(?P=q)[ \t]*,[ \t]*(?P=q)"
            r"(?P<value>[^\"'\n<>]+)",
        ),
        (
            "secret",
            _SECRET_LITERALS,
            _TAGS,
            rf"(?i){_TAG}[\w:.-]{{0,60}}(?:{_SECRET})[\w.-]{{0,40}}{_ATTRIBUTES}"
            r"(?:>|&gt;)(?P<value>(?:(?!&lt;)[^<\n])+)(?=</|&lt;/|$)",
        ),
        ("secret", "pwd={", (), r"(?i)\bpwd=(?P<value>\{[^}\n<>\"']{1,300}+\})"),
        (
            "secret",
            _PASSWORD_LITERALS,
            _EQUALS,
            rf"(?i)(?:{_PASSWORD})[\w-]{{0,20}}+{_IS}(?P<value>{unquoted})",
        ),
        ("secret", _SECRET_LITERALS, _EQUALS, rf"{named}{_IS}(?P<value>{_WORD})"),
        (
            "secret",
            _PASSWORD_LITERALS,
            ("=", ":"),
            rf"(?i)(?:{_PASSWORD})[ \t]{{0,40}}[=:][ \t]*\n[ \t]*(?P<value>[^\s<>]+)[ \t]*$",
        ),
        (
            "secret",
            _PASSWORD_LITERALS,
            ("-",),
            rf"(?i)(?<![\w-])--?[\w-]{{0,20}}(?:{_PASSWORD})[\w-]{{0,10}}+[ \t]+[\"']?"
            r"(?P<value>(?![-\"'])(?:(?<=[\"'])[^\"'\n<>]+|[^\s\"'<>]+))",
        ),
        (
            "secret",
            _PASSWORD_LITERALS,
            (),
            rf"(?i)(?:{_PASSWORD})[ \t]+(?:is|was|är|var)[ \t]+[\"']?{typed.NO_PASSWORD}"
            rf"(?P<value>[^\s\"'<>]+)",
        ),
        (
            "secret",
            _PASSWORD_LITERALS,
            _COLUMN,
            rf"(?i)(?:{_PASSWORD})(?:\t[ \t]{{0,40}}|[ ]{{3,40}})(?P<value>[^\s<>\"'=:]+)[ \t]*$",
        ),
        (
            "secret",
            "bearer",
            (),
            r"(?i)\bbearer(?:[ \t]+|[ \t]*:[ \t]*)(?P<value>(?=[^\s]{0,80}\d|[^\s]{20})"
            r"[\w.~+/=-]{4,})",
        ),
        (
            "secret",
            "basic token",
            (),
            r"(?i)\b(?:basic|token)[ \t]+(?P<value>(?=[^\s]{0,80}[\d=]|[^\s]{20})[\w.~+/=-]{8,})",
        ),
        ("secret", "sig=", (), r"(?i)[?&;]sig=(?P<value>[^&\s\"'<>]+)"),
        (
            "secret",
            "eyj",
            (),
            r"(?<![\w-])(?=[\w-]{7,4000}+\.[\w-]{4})[\w-]*?"
            r"\b(?P<value>eyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)?)",
        ),
        ("secret", "___", (), r"(?<!\w)(?P<value>___[0-9A-Za-z-]{8,})"),
        ("secret", "@", (), r"(?<![\w@])(?P<value>@[A-Za-z0-9+/]{20,}={0,2})"),
        (
            "secret",
            "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- xox aiza akia asia sk_live_ rk_live_",
            (),
            r"\b(?P<value>gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}"
            r"|xox[abeprs]-[\w-]{10,}|AIza[\w-]{30,}|A(?:KI|SI)A[A-Z0-9]{16}|[sr]k_live_\w{16,})",
        ),
        (
            "secret",
            "@",
            ("/",),
            r"\b(?P<value>[A-Za-z]\w{0,30}/[^\s/@\"'<>]{1,100})@(?=//|[A-Z][A-Z0-9_]{1,15}(?![\w.@]))",
        ),
        (
            "secret",
            "sqlplus connect",
            ("/",),
            r"(?i)\b(?:sqlplus|connect(?:ing)?)[ \t]+(?:-\w+[ \t]+){0,3}"
            r"(?P<value>[a-z]\w{0,30}/[^\s/@\"'<>]{1,100})@",
        ),
        (
            "login",
            "://",
            ("@",),
            rf"://(?P<value>[^/\s:@<>\"']{{1,100}}):{_NO_PORT}{_IN_URL}{{1,200}}@",
        ),
        (
            "secret",
            "://",
            ("@",),
            rf"://[^/\s:@<>\"']{{0,100}}:{_NO_PORT}(?P<value>{_IN_URL}{{1,200}})"
            r"@(?=[\w.\[-])",
        ),
        (
            "secret",
            "<input",
            (),
            r"(?i)<input\b(?=[^<>]{0,300}type\s*=\s*[\"']?hidden)[^<>]{0,300}?\bvalue\s*=\s*[\"']"
            r"(?P<value>[^\"'<>]+)",
        ),
        (
            "login",
            _WHO,
            _EQUALS,
            rf"(?i)(?<![\w#-])(?:{_LOGIN})(?:\\{{0,3}}[\"'])?{_IS}(?:\\{{0,3}}[\"']|<(?=[^\s<>]+>))?"
            rf"(?P<value>(?-i:{_NAME}(?:[ ]{_NAME}){{1,2}})|{_BARE}(?:\|{_BARE})?)",
        ),
        (
            "login",
            _WHO,
            _TAGS,
            rf"(?i){_TAG}[\w:.-]{{0,60}}(?:{_LOGIN}){_ATTRIBUTES}"
            r"(?:>|&gt;)(?P<value>(?:(?!&lt;)[^<\n])+)(?=</|&lt;/|$)",
        ),
        (
            "login",
            "login( logon(",
            (),
            rf"(?i)\b(?:login|logon)\((?!{_PARAMETER}[,)])(?P<value>[^()\s\"'<>]{{1,100}})\)",
        ),
        (
            "login",
            f"{_WHO} role",
            _QUOTES,
            rf"(?i)\b(?:{_LOGIN}|role)[ \t]+[\"'](?P<value>[^\"'<>\n]{{1,100}})",
        ),
        (
            "login",
            "logg connect sign",
            (),
            rf"(?i)\b(?:user|operator|account|användaren?|operatören?)[ \t]+{_NO_NAME}"
            r"(?P<value>[^\s\"'<>:=,;]{1,100})[ \t]+(?:(?:has|is|was|har|är)[ \t]+)?(?:just[ \t]+)?"
            r"(?:logge[dr]|loggat|loggade|signed|(?:dis)?connected)\b",
        ),
        (
            "login",
            "for",
            (),
            r"(?i)\b(?:session (?:opened|closed)|(?:failed|accepted) [\w/-]{1,40}) for"
            r"(?:(?: invalid)? user)?[ \t]+(?P<value>[^\s\"'<>:=,;]{1,100})(?=[ \t]+(?:by|from)\b"
            r"|[ \t]*$)",
        ),
        (
            "login",
            "log user account operator by for",
            ("\\",),
            r"(?i)\b(?:log(?:ged )?[io]n|user|account|operator|by|for)[ \t]{1,4}[\"']?"
            r"[A-Z0-9][\w.-]{0,30}\\{1,2}(?P<value>[\w.$-]{1,100})(?![\\\w])",
        ),
        (
            "login",
            "/home/ :\\users\\",
            (),
            r"(?i)(?:/home/|\b[a-z]:\\users\\)(?P<value>[^/\\\s\"'<>]{1,100})",
        ),
        *_MAIL,
    )


def _header() -> str:
    """The rest of a header; a command line has it in quotes."""
    return r"\S(?:(?![\"'](?:[ \t]|$))[^\n])*"


_AT = r"(?:@|%40|&#0{0,5}64;|&#x0{0,5}40;|&commat;)"
_MAIL: tuple[Rule, ...] = (
    (
        "mail",
        "@ %40 &#64; &#064; &#x40; &commat;",
        (),
        rf"(?i)(?<![\w.%+-])(?P<value>[\w.%+-]{{1,64}}{_AT}[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}})",
    ),
    ("mail", '"@', (), r"(?P<value>\"[^\"\n<>@]{1,64}\"@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"),
    (
        "mail",
        "@",
        (),
        r"(?i)(?:\b(?:to|from|for|rcpt|recipient|sender|till|från|av)[ \t:=]{1,4}<?|<)"
        r"(?P<value>(?!(?:web|mta|mtachild|stat|inmail|wfserver|trackinglogd|syslogd|watchdog|runwf"
        r"|pipelined|sms|interactiond|\d+)@)[\w.%+-]{1,64}@[\w-]{1,63})(?![\w.@-])",
    ),
)

#: One to four digits of an IPv6 address, up to three more, and what may follow ``::``.
_HEX, _MORE_HEX = "[0-9a-fA-F]{1,4}", "[0-9a-fA-F]{0,3}+"
_REST = rf"(?:{_HEX}(?::{_HEX}){{0,6}})?"

#: What is looked for everywhere, whatever literals a line holds. Each begins with the class of its
#: first character, which is looked for fastest, and then looks at what stands before.
ANYWHERE = (
    (
        "licence",
        r"(?P<value>[A-Z0-9](?<![\w-].)(?=[A-Z0-9]{3,7}-)(?:(?<=[A-Z])|(?=[A-Z0-9-]{0,39}[A-Z]))"
        r"[A-Z0-9]{3,7}(?:-[A-Z0-9]{4,8}){3,9})(?![\w-])",
    ),
    ("ip", r"(?P<value>\d(?<![\d.].)(?<!\bv.)\d{0,2}(?:\.\d{1,3}){3})(?!\d|\.\d)"),
    (
        "ip",
        r"(?P<value>[0-9a-fA-F:](?:(?<![\w:.].)|(?<=\w:.)(?<!::.))(?:(?<=:):" + _REST + "|(?<!:)"
        rf"{_MORE_HEX}(?=:)(?::(?:{_HEX}:){{6}}{_HEX}|(?::{_HEX}){{0,6}}::{_REST})))(?![\w:])",
    ),
)

#: ``nlserver pdump -who``: rows below a heading that ends in *Login*, to the next rule or gap; the
#: login is the last word of each.
TABLE = re.compile(
    r"(?im)^[ \t]*(?:Last Access|Datasource)\b[^\n]*\bLogin[ \t]*\n"
    r"(?P<rows>(?:(?![^\n]*-{8})[ \t]*\S[^\n]*\n?)+)"
)
LAST_WORD = re.compile(rf"(?m)(?<![^\s<>])(?P<value>[^\s<>{OPEN}{CLOSE}]++)[ \t]*$")

IN_LINES = {xml: _rules(xml) for xml in (False, True)}
