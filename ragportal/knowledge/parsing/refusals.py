"""Types of files that hold text for people, or might, and are not read: why, and what to do."""

from collections.abc import Mapping
from types import MappingProxyType

from ragportal.knowledge.parsing import recognition

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        recognition.ENCRYPTED_OFFICE: "The file is protected by a password or a rights label: save it without one.",
        recognition.OLD_WORD: "This is a Word file of the format before 2007 (.doc): save it as .docx.",
        recognition.OLD_SHEETS: "This is an Excel file of the format before 2007 (.xls): save it as .xlsx.",
        recognition.OLD_SLIDES: "This is a PowerPoint file of the format before 2007 (.ppt): save it as .pptx.",
        recognition.BINARY_SHEETS: "This is a binary Excel file (.xlsb): save it as .xlsx.",
        recognition.OUTLOOK: "This is a mail as Outlook stores it (.msg): save it as .eml.",
        recognition.OLE: "This is a file of an old Office format that is not read: save it in a current one.",
        recognition.OPEN_OTHER: "This is an OpenDocument drawing or formula, which is not read: export it as PDF.",
        recognition.RTF: "This is a rich text file (.rtf): save it as .docx.",
        recognition.APPLE: "This is a file of Pages, Numbers or Keynote: export it as PDF or as an Office file.",
        recognition.EPUB: "This is an e-book (.epub), which is not read: export it as PDF.",
        recognition.IMAGE: "This is an image; text recognition is not built in.",
        recognition.MEDIA: "This is a sound or a film; speech recognition is not built in.",
        recognition.ARCHIVE: "This is an archive: unpack it, so that the files in it are taken in one by one.",
        recognition.PROGRAM: "This is a program, not a document.",
        recognition.DATABASE: "This is a database, not a document.",
        recognition.FONT: "This is a font, not a document.",
    }
)
