// A session that owns its script: stop it, look at it, let it run to its end.

import LuaDebugCore

let source = """
    local sum = 0
    for i = 1, 3 do
        sum = sum + i
    end
    return sum
    """

let session = DebugSession(Script(source, name: "sum.lua"))
try await session.start() // stopped before the first line
try session.breakpoints.add(.line(3, in: "sum.lua"), where: "i == 3")
if case .stopped(let stop) = try await session.run() {
    print("stopped at", stop.location)
    print("sum, sum + i:", try await session.evaluate("sum, sum + i"))
}
if case .returned(let values) = try await session.run() { print("returned:", values) }
await session.close()
