// The small programs that random ones were made of when they had found a defect: each again, in the mode that found it.

import Foundation
import Stories
import Testing

@Suite("Found by torture")
struct TortureTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("../../Torture/found").standardized

    static let programs = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

    @Test("there are some") func some() { #expect(Self.programs.count >= 4) }

    /// Runs the program that `make torture` builds, which is beside the one that runs this test.
    private func torture(_ arguments: String) throws -> (status: Int32, said: String) {
        let folder = try #require(Bundle.main.executableURL).deletingLastPathComponent()
        let (status, printed) = try shell("'\(folder.appendingPathComponent("torture").path)' \(arguments) 2>&1")
        return (status, String(decoding: printed, as: UTF8.self))
    }

    @Test("what was found once does not come back", arguments: programs)
    func found(program: String) throws {
        let file = Self.folder.appendingPathComponent(program)
        let first = try String(contentsOf: file, encoding: .utf8).prefix { $0 != "\n" }
        let mode = try #require(first.firstMatch(of: /^-- mode (\w+):/)).1
        for seed in 1...5 {
            let (status, said) = try torture("--program '\(file.path)' --modes \(mode) --seed \(seed)")
            #expect(status == 0, "\(said)")
        }
    }

    @Test("a dozen random programs in every mode; one seed gives one program")
    func fewRandomOnes() throws {
        let (status, said) = try torture("--seed 7 --programs 12 --seconds 600")
        #expect(status == 0, "\(said)")
        #expect(try torture("--show 7").said == torture("--show 7").said)
    }
}
