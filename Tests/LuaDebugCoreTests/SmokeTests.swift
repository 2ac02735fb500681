import Testing
@testable import LuaDebugCore

@Test func smoke() async throws {
    let session = DebugSession(Script("local a = 1\nlocal b = a + 1\nreturn a, b", name: "smoke.lua"))
    print(try await session.start())
    print(try await session.resume(.stepOver))
    print(try await session.evaluate("a + 41"))
    print(try await session.run())
    await session.close()
}
