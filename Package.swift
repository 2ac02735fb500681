// swift-tools-version: 6.2
// The rooms of the house and the doors between them: arrows point down only.

import PackageDescription

/// What every Swift target of the package is held to.
///
/// None of it is an unsafe flag, so the package can be a dependency.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "swift-lua-debugger",
    products: [
        .library(name: "LuaDebugCore", targets: ["LuaDebugCore"]),
        .library(name: "LuaDebugRESP", targets: ["LuaDebugRESP"]),
        .library(name: "LuaDebugConsole", targets: ["LuaDebugConsole"]),
        .library(name: "LuaDebugRedis", targets: ["LuaDebugRedis"]),
        .library(name: "LuaDebugServer", targets: ["LuaDebugServer"]),
        .executable(name: "luadebug", targets: ["luadebug"]),
    ],
    targets: [
        // Only what Swift cannot do: hooks, protected calls, the knowledge of Lua's own layouts.
        .target(
            name: "CLuaShim",
            cSettings: [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("lua5.3")]
        ),
        // Sessions, breakpoints, stepping, inspection. No Foundation.
        .target(name: "LuaDebugCore", dependencies: ["CLuaShim"], swiftSettings: strict),
        // RESP, which knows no Lua; and the debug commands, which know no sockets. No Foundation.
        .target(name: "LuaDebugRESP", dependencies: ["LuaDebugCore"], swiftSettings: strict),
        // The prompt for people: lines in, text out, no sockets. No Foundation.
        .target(name: "LuaDebugConsole", dependencies: ["LuaDebugCore"], swiftSettings: strict),
        // What a Redis-like script sees: its functions, and its data, an embedded keyspace. No Foundation.
        .target(name: "LuaDebugRedis", dependencies: ["LuaDebugCore", "LuaDebugRESP"], swiftSettings: strict),
        // Sockets, and who may connect: the only room that opens a port. No Foundation.
        .target(
            name: "LuaDebugServer", dependencies: ["LuaDebugRESP", "LuaDebugConsole", "LuaDebugRedis"],
            swiftSettings: strict),
        // Lines from a person: editing, history, completion. Knows no Lua and no sockets. No Foundation.
        .target(name: "LuaDebugTerminal", swiftSettings: strict),
        // The program: a prompt on a script, a server, a client.
        .executableTarget(
            name: "luadebug",
            dependencies: [
                "LuaDebugCore", "LuaDebugRESP", "LuaDebugConsole", "LuaDebugRedis", "LuaDebugServer",
                "LuaDebugTerminal",
            ],
            // Compiled in, so that the program needs no file of this package.
            resources: [.embedInCode("../../Examples/limits.lua")],
            swiftSettings: strict
        ),
        // What README quotes: the two doors of LuaDebugCore. The host imports Lua's C API through the shim.
        .executableTarget(
            name: "FirstStop", dependencies: ["LuaDebugCore"], path: "Examples/FirstStop", swiftSettings: strict),
        .executableTarget(
            name: "AttachToHost",
            dependencies: ["LuaDebugCore", "CLuaShim"],
            path: "Examples/AttachToHost",
            swiftSettings: strict
        ),
        // A server with a socket loop of its own that offers debug sessions to its clients.
        .executableTarget(
            name: "EmbedInServer",
            dependencies: ["LuaDebugRESP"],
            path: "Examples/EmbedInServer",
            swiftSettings: strict
        ),
        // Random programs, plain and under the debugger (`make torture`); and a host's own state, with nothing of the debugger's.
        .target(
            name: "PlainLua", path: "Torture/PlainLua",
            cSettings: [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("lua5.3")]
        ),
        .executableTarget(
            name: "torture", dependencies: ["LuaDebugCore", "PlainLua"], path: "Torture",
            exclude: ["PlainLua", "found"], swiftSettings: strict),
        // A server whose workers, fifty Lua states on threads of their own, people attach to.
        .executableTarget(
            name: "Workers",
            dependencies: ["LuaDebugCore", "LuaDebugRESP", "LuaDebugConsole", "LuaDebugServer", "CLuaShim"],
            path: "Examples/Workers",
            swiftSettings: strict
        ),
        // Clients that come, step and vanish, for half an hour, at the workers of that example (`make soak`).
        .executableTarget(
            name: "soak", dependencies: ["LuaDebugServer", "LuaDebugRESP"], path: "Soak", swiftSettings: strict),
        // What the tests of several rooms tell of: tables of steps, a corpus of programs, the stock interpreter.
        .target(
            name: "Stories", dependencies: ["LuaDebugCore"], path: "Tests/Stories", exclude: ["Corpus"],
            swiftSettings: strict),
        .testTarget(
            name: "LuaDebugCoreTests",
            // The examples and torture, so that they are built: tests run them.
            dependencies: ["LuaDebugCore", "CLuaShim", "Stories", "FirstStop", "AttachToHost", "torture"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LuaDebugRESPTests", dependencies: ["LuaDebugRESP", "Stories"], exclude: ["Oracle"],
            swiftSettings: strict),
        .testTarget(
            name: "LuaDebugConsoleTests", dependencies: ["LuaDebugConsole", "LuaDebugCore"],
            exclude: ["Transcripts"], swiftSettings: strict),
        // What fuzzing feeds, fed with what was kept of it; for libFuzzer scripts/fuzz.sh builds the same files.
        .testTarget(
            name: "FuzzTests", dependencies: ["LuaDebugRESP", "LuaDebugConsole", "LuaDebugCore", "CLuaShim"],
            path: "Fuzz",
            exclude: [
                "Entry.swift", "commands.dict", "console.dict", "corpus", "found", "inline.dict", "resp.dict",
                "saved.dict", "telnet.dict", "template.dict",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LuaDebugTerminalTests", dependencies: ["LuaDebugTerminal"], swiftSettings: strict),
        .testTarget(
            name: "LuaDebugRedisTests",
            // The server's room for its client's socket: the oracle is a real redis-server.
            dependencies: ["LuaDebugRedis", "LuaDebugRESP", "LuaDebugServer", "Stories"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LuaDebugServerTests",
            // The program, so that it is built: tests run it.
            dependencies: [
                "LuaDebugServer", "LuaDebugRESP", "LuaDebugConsole", "luadebug", "EmbedInServer", "Workers", "Stories",
            ],
            exclude: ["Transcripts"],
            swiftSettings: strict
        ),
    ]
)
