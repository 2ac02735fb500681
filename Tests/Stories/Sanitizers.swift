// What tests do less of under a sanitizer, where everything takes ten times as long.

import Foundation

/// The address or the thread sanitizer is at work.
package let isSanitized = ["TSAN_OPTIONS", "ASAN_OPTIONS"].contains {
    ProcessInfo.processInfo.environment[$0] != nil
}

extension Corpus {
    /// All programs; under a sanitizer, which looks at our code and not at what programs give, each eighth.
    package static let sample = programs.enumerated().filter { !isSanitized || $0.offset % 8 == 0 }.map(\.element)
}
