// The stock interpreter, which our runs are compared with.

import Foundation

/// A program's standard output under the stock interpreter, run in the corpus's folder.
package func stock(_ arguments: [String]) throws -> String {
    String(decoding: try stock(arguments, raw: true), as: UTF8.self)
}

/// The same, as bytes.
package func stock(_ arguments: [String], raw: Bool) throws -> [UInt8] {
    let words = ["lua5.3"] + arguments.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
    return try shell("cd '\(Corpus.folder.path)' && \(words.joined(separator: " ")) 2>&1").printed
}

/// The stock interpreter calls a script from a C function of its own; tracebacks end with that frame.
package func withoutBase(_ text: String) -> String { text.replacingOccurrences(of: "\n\t[C]: in ?", with: "") }
