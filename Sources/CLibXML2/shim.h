#include <libxml/xmlversion.h>
/* Debian's libxml2 is built with ICU, and its headers would bring in ICU's, which clash with the copy that Foundation
   carries ('UErrorCode' has different definitions in different modules). Only the tail of a structure that is never
   touched here depends on it. */
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>
