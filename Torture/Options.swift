// What is asked for on the command line.

/// `torture --seed 7 --seconds 60 --programs 0`, and what the program says to itself.
struct Options {
    var seed: UInt64 = 1
    var seconds = 60
    var programs = Int.max
    var modes = Mode.allCases
    /// Seconds of commands from many tasks at once.
    var races: Int?
    /// The program of the seed is printed.
    var shows = false
    /// This process tries programs, and says which in this file.
    var progress: String?
    /// This process tries one program.
    var program: String?

    init(_ arguments: [String]) throws(Wrong) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Wrong("\(option) needs a value") }
            switch option {
            case "--seed": seed = try Self.number(option, value)
            case "--seconds": seconds = try Self.number(option, value)
            case "--programs": programs = try Self.number(option, value)
            case "--modes":
                modes = []
                for name in value.split(separator: ",") {
                    guard let mode = Mode(rawValue: String(name)) else { throw Wrong("there is no mode \(name)") }
                    modes.append(mode)
                }
            case "--races": races = try Self.number(option, value)
            case "--show": (seed, shows) = (try Self.number(option, value), true)
            case "--progress": progress = value
            case "--program": program = value
            default: throw Wrong("there is no option \(option)")
            }
        }
    }

    struct Wrong: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    private static func number<Number: FixedWidthInteger>(_ option: String, _ value: String) throws(Wrong) -> Number {
        guard let number = Number(value) else { throw Wrong("\(option) wants a number, not \(value)") }
        return number
    }
}
