// The stock interpreter, which our runs are compared with.

import Foundation

/// A program's standard output under the stock interpreter, run in the corpus's folder.
package func stock(_ arguments: [String]) throws -> String {
    String(decoding: try stock(arguments, raw: true), as: UTF8.self)
}

/// The same, as bytes.
///
/// (By `popen`: Foundation's Process leaks a little, which the address sanitizer minds.)
package func stock(_ arguments: [String], raw: Bool) throws -> [UInt8] {
    let words = ["lua5.3"] + arguments.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
    let command = "cd '\(Corpus.folder.path)' && \(words.joined(separator: " ")) 2>&1"
    guard let output = unsafe popen(command, "r") else { throw CocoaError(.executableNotLoadable) }
    defer { unsafe pclose(output) }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(output), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
}

/// The stock interpreter calls a script from a C function of its own; tracebacks end with that frame.
package func withoutBase(_ text: String) -> String { text.replacingOccurrences(of: "\n\t[C]: in ?", with: "") }
