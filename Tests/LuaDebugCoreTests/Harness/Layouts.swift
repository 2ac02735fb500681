// Tests of what only the knowledge of Lua's own structures gives: docs/unsafe-code.md says what is missing without it.

import CLuaShim

/// False in `make test-degraded`.
let knowsLayouts = ldbg_layout_is_proven()
