"""Read XML of others: no DTD, no entity, no depth without bottom, no end missing."""

from __future__ import annotations

from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.sax import parseString

from kg.errors import Unreadable
from kg.settings import Settings
from kg.tabular.model import Upload


class Deep(ContentHandler):
    """Follows a document and refuses elements nested beyond the limit. *depth*: of the open element."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._place: Locator | None = None
        self.depth = 0
        self._limit = settings.nesting

    @property
    def line(self) -> int:
        """The line that is being read."""
        return (self._place.getLineNumber() if self._place else None) or 0

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802  # names of the library
        """Take what tells the place in the document."""
        self._place = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        """Go one element deeper."""
        self.depth += 1
        if self.depth > self._limit:
            raise Unreadable("validation.nested", row=self.line, depth=self._limit)

    def endElement(self, name: str) -> None:  # noqa: N802
        """Come back."""
        self.depth -= 1


def follow(upload: Upload, handler: Deep) -> None:
    """Show the whole document *upload* to *handler*.

    Raises:
        Unreadable: a DTD or entities, too deep, or not well-formed (cut files among them); names the line.
    """
    try:
        parseString(upload.data, handler, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("validation.dtd", name=upload.name) from error
    except SAXParseException as error:
        row = error.getLineNumber() or 0
        raise Unreadable("validation.xml", name=upload.name, row=row) from error
    # An encoding that is announced and unknown is a LookupError.
    except (SAXException, ValueError, LookupError) as error:
        raise Unreadable("validation.xml", name=upload.name, row=handler.line) from error
