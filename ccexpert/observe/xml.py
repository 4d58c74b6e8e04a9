"""Reads untrusted XML: no entities, no DTD, nothing fetched, bounded size."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser


class NotXmlError(ValueError):
    """Not well-formed, or not just elements and attributes; the message says where."""


def root_of(text: str) -> Element:
    """The root element of ``text``."""
    # the text has been decoded, so whatever encoding it declares is no longer true
    parser = DefusedXMLParser(encoding="utf-8", forbid_dtd=True)
    try:
        parser.feed(text.lstrip("\ufeff \t\n").encode("utf-8", "replace"))
        root: Element = parser.close()
    except ParseError as error:
        line, column = error.position
        raise NotXmlError(f"line {line}, column {column + 1}: {str(error).split(':')[0]}") from None
    except DefusedXmlException as error:
        raise NotXmlError(f"not allowed here: {type(error).__name__}") from None
    return root
