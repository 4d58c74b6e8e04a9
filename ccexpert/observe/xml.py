"""Reads untrusted XML: no entities, no DTD, nothing fetched, bounded size."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

#: What is read has far fewer elements, inside each other and in all.
_DEEPEST, _MOST = 40, 100_000


class NotXmlError(ValueError):
    """Not well-formed, or not just elements and attributes; the message says where."""


def root_of(text: str) -> Element:
    """The root element of ``text``."""
    target = _Bounded()
    # the text has been decoded, so whatever encoding it declares is no longer true
    parser = DefusedXMLParser(target=target, encoding="utf-8", forbid_dtd=True)
    # the tree is built without the steps of the standard parser that are written in Python
    expat = parser.parser
    expat.ordered_attributes = False
    expat.StartElementHandler, expat.EndElementHandler = target.start, target.end
    try:
        parser.feed(text.lstrip("\ufeff \t\n").encode("utf-8", "replace"))
        root: Element = parser.close()
    except ParseError as error:
        line, column = error.position
        raise NotXmlError(f"line {line}, column {column + 1}: {str(error).split(':')[0]}") from None
    except DefusedXmlException as error:
        raise NotXmlError(f"not allowed here: {type(error).__name__}") from None
    return root


class _Bounded:
    """Builds a tree that is neither too deep nor too large; names have no namespace."""

    def __init__(self) -> None:
        builder = TreeBuilder()
        self._start, self._end = builder.start, builder.end
        self.data, self.close = builder.data, builder.close
        self._depth = self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        self._count += 1
        if self._depth > _DEEPEST:
            raise NotXmlError(f"more than {_DEEPEST} elements inside each other")
        if self._count > _MOST:
            raise NotXmlError(f"more than {_MOST:,} elements")
        self._start(_local(tag), attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._depth -= 1
        self._end(_local(tag))


def _local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]
