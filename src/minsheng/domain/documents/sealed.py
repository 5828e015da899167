"""What the documents stage keeps sealed: the documents."""

from minsheng.domain.documents.lake import DOCUMENTS
from minsheng.domain.keys.declaring import Sealed

SEALED = Sealed(folders=(DOCUMENTS,))
