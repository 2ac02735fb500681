// Runs a program through the synchronous door, each stop answered on the script's own thread, and tells all that came of it.

import Foundation
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

/// The corpus: small programs, each with a fixed output.
enum Corpus {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Corpus")

    static let programs: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".lua") }
        .sorted()

    static func source(_ program: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(program)))
    }
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

/// A program's standard output under the stock interpreter, run in the corpus's folder.
func stock(_ arguments: [String]) throws -> String { String(decoding: try stock(arguments, raw: true), as: UTF8.self) }

/// The same, as bytes.
///
/// (By `popen`: Foundation's Process leaks a little, which the address sanitizer minds.)
func stock(_ arguments: [String], raw: Bool) throws -> [UInt8] {
    let words = ["lua5.3"] + arguments.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
    let command = "cd '\(Corpus.folder.path)' && \(words.joined(separator: " ")) 2>&1"
    guard let output = unsafe popen(command, "r") else { throw DebugError(.outOfMemory, "lua5.3 cannot be run") }
    defer { unsafe pclose(output) }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(output), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
}

/// The stock interpreter calls a script from a C function of its own; tracebacks end with that frame.
func withoutBase(_ text: String) -> String { text.replacingOccurrences(of: "\n\t[C]: in ?", with: "") }
