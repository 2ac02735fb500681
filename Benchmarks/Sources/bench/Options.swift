// What may be said on the command line.

struct Options {
    var rounds = 5
    var isFull = false
    var asJSON = false
    var chart: String?
    var only: String?
    var isQuick = false
    var isHelp = false
    /// What `--quick` runs below callgrind.
    var isCounted = false

    static let usage = """
        bench: what the debugger costs, each case beside its partner.
          --only REGEX   only rows whose "case workload" matches, as in --only 'idle W1'
          --rounds N     so many rounds (5)
          --full         slow cases run the whole workload too, not a part of it
          --json         one JSON document on standard output, the table on standard error
          --svg FILE     a chart as well
          --quick        not times but counts, under callgrind: for make check
        """

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        func value(_ option: String) throws -> String {
            guard let value = rest.popFirst() else { throw BenchError("After \(option) something is missing.") }
            return value
        }
        while let option = rest.popFirst() {
            switch option {
            case "--help": isHelp = true
            case "--full": isFull = true
            case "--json": asJSON = true
            case "--quick": isQuick = true
            case "--counted": isCounted = true
            case "--svg": chart = try value(option)
            case "--only": only = try value(option)
            case "--rounds":
                let text = try value(option)
                guard let count = Int(text), count > 0 else { throw BenchError("\"\(text)\" is no number of rounds.") }
                rounds = count
            default: throw BenchError("\"\(option)\" is no option.\n\(Self.usage)")
            }
        }
    }

    /// Whether a row is asked for.
    func wants(_ name: String, _ workload: String) throws -> Bool {
        guard let only else { return true }
        return try "\(name) \(workload)".contains(Regex(only))
    }
}
