#include "cscan.h"
/* Everything is inline in the header; a target needs one translation unit. */
