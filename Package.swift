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
        // The program: a prompt on a script.
        .executableTarget(name: "luadebug", dependencies: ["LuaDebugCore"], swiftSettings: strict),
        .testTarget(
            name: "LuaDebugCoreTests",
            dependencies: ["LuaDebugCore", "CLuaShim"],
            exclude: ["Corpus"],
            swiftSettings: strict
        ),
    ]
)
