// swift-tools-version: 6.2
// The benchmarks: a package of their own, so that who links the library never resolves what only they need.

import PackageDescription

/// As in the package above.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]
let strictC: [CSetting] = [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "swift-lua-debugger", path: "..")],
    targets: [
        // The least that a hook can cost, and the runs that are measured.
        .target(name: "CFloors", cSettings: strictC, linkerSettings: [.linkedLibrary("lua5.3")]),
        // hiredis' reader, for comparison.
        .target(name: "CHiredis", cSettings: strictC, linkerSettings: [.linkedLibrary("hiredis")]),
        .executableTarget(
            name: "bench",
            dependencies: [
                "CFloors", "CHiredis",
                .product(name: "LuaDebugCore", package: "swift-lua-debugger"),
                .product(name: "LuaDebugRESP", package: "swift-lua-debugger"),
                .product(name: "LuaDebugServer", package: "swift-lua-debugger"),
            ],
            resources: [
                .embedInCode("../../Workloads/loops.lua"),
                .embedInCode("../../Workloads/fib.lua"),
                .embedInCode("../../Workloads/mix.lua"),
                .embedInCode("../../Workloads/pipeline.lua"),
                .embedInCode("../../Workloads/objects.lua"),
                .embedInCode("../../Workloads/json.lua"),
            ],
            swiftSettings: strict
        ),
    ]
)
