// Other programs, and what they print.

import Foundation

/// What a shell's command prints on standard output, to its end, and its status.
///
/// By `popen`: Foundation's Process leaks a little, which the address sanitizer minds.
package func shell(_ command: String) throws -> (status: Int32, printed: [UInt8]) {
    guard let output = unsafe popen(command, "r") else { throw CocoaError(.executableNotLoadable) }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(output), byte != EOF { bytes.append(UInt8(byte)) }
    return (unsafe pclose(output), bytes)
}

/// The same as text.
package func text(ofShell command: String) throws -> String {
    String(decoding: try shell(command).printed, as: UTF8.self)
}
