// The programs that Law 1 is tested on.

package import Foundation

/// The corpus: small programs, each with a fixed output.
package enum Corpus {
    package static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Corpus")

    package static let programs: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".lua") }
        .sorted()

    package static func source(_ program: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(program)))
    }
}
