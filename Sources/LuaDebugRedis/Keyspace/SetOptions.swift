// The options of SET and GETEX, and times to live as all commands take them.

/// In what a time is given.
enum TimeUnit { case seconds, milliseconds }

/// A time to live, or a point in time, that a word gives.
struct ExpiryOption {
    let word: Int
    let unit: TimeUnit
    let isAbsolute: Bool

    /// In milliseconds since 1970.
    func time(_ execution: Execution) throws -> Int64 {
        var time = Int64(try execution.integer(word))
        let failure = Failure.badExpiry(execution.command.name)
        guard time > 0, unit == .milliseconds || time <= Int64.max / 1000 else { throw failure }
        if unit == .seconds { time *= 1000 }
        if isAbsolute { return time }
        let (sum, isTooFar) = time.addingReportingOverflow(execution.now)
        if isTooFar { throw failure }
        return sum
    }
}

/// What follows the key of GETEX, and the value of SET.
struct SetOptions {
    private(set) var onlyNew = false
    private(set) var onlyOld = false
    private(set) var gets = false
    private(set) var keepsTTL = false
    private(set) var persists = false
    private(set) var expiry: ExpiryOption?
    private var expiryWord: String?

    init(_ execution: Execution, from start: Int, isSet: Bool) throws {
        var index = start
        while index < execution.count {
            let option = execution.word(index)
            let hasMore = index + 1 < execution.count
            if isSet, option.says("nx"), !onlyOld {
                onlyNew = true
            } else if isSet, option.says("xx"), !onlyNew {
                onlyOld = true
            } else if isSet, option.says("get") {
                gets = true
            } else if isSet, option.says("keepttl"), expiry == nil {
                keepsTTL = true
            } else if !isSet, option.says("persist"), expiry == nil {
                persists = true
            } else if hasMore, let name = ["ex", "px", "exat", "pxat"].first(where: option.says),
                expiryWord == nil || expiryWord == name, !keepsTTL, !persists
            {
                // The same option may come twice; the last counts.
                expiryWord = name
                index += 1
                expiry = ExpiryOption(
                    word: index, unit: name.hasPrefix("e") ? .seconds : .milliseconds,
                    isAbsolute: name.hasSuffix("at"))
            } else {
                throw Failure.syntax
            }
            index += 1
        }
    }
}
