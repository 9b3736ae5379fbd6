public import Canonical
public import Diagnostics
public import Environment
import Formats
import Ledger
import OMSRules
