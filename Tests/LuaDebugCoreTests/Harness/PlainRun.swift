// Runs a program through the synchronous door, each stop answered on the script's own thread, and tells all that came of it.

import Foundation
import Stories
import Synchronization
import Testing

@testable import LuaDebugCore

/// What a program did.
struct Observed: Sendable, Hashable {
    var output = ""
    var end = ""
    /// Chunk and line of each stop, in order.
    var stops: [String] = []
}

/// Runs a script in a state of its own on a thread with a large stack; `prepare` sets the debugger up.
func observe(
    _ script: Script, prepare: @escaping @Sendable (Debugger) throws -> Void = { _ in },
    onStop: (@Sendable (StoppedScript) -> Resume)? = nil, stepFromEntry: Bool = false,
    atEnd: @escaping @Sendable (Debugger) -> Void = { _ in }
) async throws -> Observed {
    let result: Result<Observed, any Error> = await withCheckedContinuation { answer in
        do {
            try ScriptThread.start {
                answer.resume(
                    returning: Result {
                        try observeHere(
                            script, prepare: prepare, onStop: onStop, stepFromEntry: stepFromEntry, atEnd: atEnd)
                    })
            }
        } catch {
            answer.resume(returning: .failure(error))
        }
    }
    return try result.get()
}

private func observeHere(
    _ script: Script, prepare: (Debugger) throws -> Void, onStop: ((StoppedScript) -> Resume)?, stepFromEntry: Bool,
    atEnd: (Debugger) -> Void
) throws -> Observed {
    var observed = Observed()
    let state = try OwnedState()
    defer { state.close() }
    let debugger = Debugger()
    let context = try state.attach(debugger)
    debugger.connect(context)
    defer { debugger.detach() }
    #expect(context.redirectPrint())
    debugger.onOutput = { observed.output += String(decoding: $0, as: UTF8.self) }
    try state.load(script)
    debugger.learn(state.functions(), of: script.name)
    try state.pushArguments(script)
    try prepare(debugger)
    debugger.synchronize()
    debugger.onStop = { stopped in
        observed.stops.append("\(stopped.stop.location)")
        return onStop?(stopped) ?? .continue
    }
    if stepFromEntry { try debugger.stopAtNextCall() }
    let (failed, _) = state.call(context, arguments: script.arguments.count)
    debugger.rest()
    atEnd(debugger)
    #expect(debugger.hooksLeft == 0, "a hook was left behind")
    let values = state.takeResults(context, limits: .standard)
    observed.end = (failed ? "failed " : "returned ") + values.map(\.description).joined(separator: ", ")
    return observed
}
