"""Patterns of passwords that people type: as arguments of commands, in SQL, to a mail server, and
in a sentence. The form of the rules is that of ``patterns``."""

from __future__ import annotations

_ARGUMENT = r"[\"']?(?P<value>[^\s\"'<>]+)"
_BEFORE = r"\b[^\n|;]{0,200}?[ \t]"

#: What is said of a password, and none.
NO_PASSWORD = (
    r"(?!(?:(?:not|now|no|in|too|the|an?|being|only|also|still|already|set|wrong|valid|correct"
    r"|invalid|incorrect|expired?|empty|missing|required|needed|stored|encrypted|changed|asked|kept"
    r"|known|unknown|written|read|taken|used|rejected|refused|tried|ok|fine|that|those|what|lost"
    r"|forgotten|blank|old|gone|different|locked|det|den|inte|fel|satt|tom\w{1,3}|avvisat"
    r"|ogiltig\w?|felaktigt|okän[dt]\w?|ändra[dt]\w?|glöm[td]\w?|bort\w{0,10}|utgånge[tn]"
    r"|gammal\w?|spärrat|avstäng[dt]|bytt?a?|desamma|samma|rätt)\b|[(<]))"
)
_OF = r"(?:for|of|to|för|till|av|på)[ \t]+(?:the[ \t]+|my[ \t]+|user[ \t]+)?[\w@.\\-]{1,60}"


def rules(password: str, literals: str) -> tuple[tuple[str, str, tuple[str, ...], str], ...]:
    """The rules; ``password`` matches a word for it, of which a line holds one of ``literals``."""
    is_ = r"(?:[ \t]*[:=]|[ \t]+(?:is|was|är|var)[ \t]*[:=]?)[ \t]*"
    return (
        (
            "secret",
            "curl lftp smbclient ftp>",
            ("-u", "-U"),
            rf"(?i)\b(?:curl|lftp|smbclient|s?ftp>[ \t]*open){_BEFORE}(?:-u|--user)[ \t=]{{0,4}}"
            r"[\"']?[\w.@\\-]{1,80}[:,%](?P<value>[^\s\"'<>]+)",
        ),
        (
            "secret",
            "mysql mariadb sshpass sqlcmd osql bcp ldap redis-cli keytool",
            ("-",),
            r"(?i)(?:"
            rf"\b(?:mysql\w{{0,10}}|mariadb){_BEFORE}(?-i:-p)(?=\S)"
            r"|\bsshpass[ \t]+-p[ \t]*"
            rf"|\b(?:sqlcmd|osql|bcp){_BEFORE}(?-i:-P)[ \t]*"
            rf"|\bldap\w{{1,12}}{_BEFORE}-w[ \t]*"
            rf"|\bredis-cli{_BEFORE}-a[ \t]+"
            rf"|\bkeytool{_BEFORE}-(?:src|dest)?(?:store|key)pass(?:wd)?[ \t]+"
            rf"){_ARGUMENT}",
        ),
        (
            "secret",
            "htpasswd",
            (),
            rf"(?i)\bhtpasswd{_BEFORE}-\w*b\w*[ \t]+\S+[ \t]+\S+[ \t]+{_ARGUMENT}",
        ),
        (
            "secret",
            "net use",
            (),
            r"(?i)\bnet use(?:[ \t]+[a-z*]:?)?[ \t]+\\\\\S+[ \t]+(?P<value>[^\s/*]\S*)",
        ),
        (
            "secret",
            "echo",
            ("|",),
            r"(?i)\becho[ \t]+(?:-n[ \t]+)?[\"']?(?P<value>[^\s\"'<>|]+)[\"']?[ \t]*\|[ \t]*"
            r"(?:sudo[ \t]+-\w*S|kinit|passwd|chpasswd)",
        ),
        (
            "secret",
            "sqlplus",
            ("/",),
            r"(?i)\bsqlplus[ \t]+(?:-\w+[ \t]+){0,3}"
            r"(?P<value>[a-z]\w{0,30}/[^\s/@\"'<>]{1,100})[ \t]*$",
        ),
        (
            "secret",
            "identified by",
            (),
            r"(?i)(?:\buser\b[^\n]{0,80}?[ \t]identified by[ \t]+[\"']?|\bidentified by[ \t]+[\"'])"
            r"(?P<value>(?!(?:values|externally|globally)\b)[^\s\"'<>;]+)",
        ),
        (
            "secret",
            literals,
            ("'", '"'),
            rf"(?i)\b(?:with|set)[ \t]+(?:encrypted[ \t]+)?(?:{password})(?:[ \t]+{_OF})?"
            r"(?:[ \t]+(?:to|till))?[ \t]*=?[ \t]*[\"'](?P<value>[^\"'\n<>]+)",
        ),
        (
            "secret",
            "pass auth",
            (),
            r"(?<![\w-])(?:PASS|AUTH (?:PLAIN|LOGIN|XOAUTH2))[ ]"
            r"(?P<value>(?!(?:ok|all)\b)[^\s<>\"'\[(]{3,})[ \t]*$",
        ),
        (
            "secret",
            "x-amz-",
            (),
            r"(?i)\bx-amz-(?:signature|credential|security-token)[=:][ \t]*(?P<value>[^&\s\"'<>]+)",
        ),
        (
            "secret",
            literals,
            (),
            rf"(?i)(?:{password})[ \t]+{_OF}{is_}[\"']?{NO_PASSWORD}(?P<value>[^\s\"'<>]+)",
        ),
        (
            "secret",
            literals,
            (":", "="),
            rf"(?i)(?:{password})[ \t]+(?:is|was|är|var)[ \t]*[:=][ \t]*[\"']?"
            r"(?P<value>[^\s\"'<>]+)",
        ),
    )
