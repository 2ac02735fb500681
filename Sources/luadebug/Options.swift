// The options of a command: `--name value` or `--name=value`, in any order.

/// What a command line says, once it is known to be right.
struct Options {
    private var values: [String: [String]] = [:]
    private var given: Set<String> = []
    /// What is no option.
    private(set) var rest: [String] = []

    /// Throws for what the command does not know, with status 2.
    ///
    /// The value of a `choices` option may be left out. What follows a script's name is for the script: the options end there.
    init(
        _ arguments: ArraySlice<String>, of command: String, flags: Set<String>, values names: Set<String>,
        choices: [String: Set<String>] = [:], endsAtScript: Bool = false
    ) throws(Program.Refusal) {
        var arguments = arguments
        while let argument = arguments.popFirst() {
            guard argument.hasPrefix("-"), argument != "--" || !endsAtScript else {
                if argument != "--" || !endsAtScript { rest.append(argument) }
                if endsAtScript {
                    rest += arguments
                    return
                }
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if flags.contains(argument) {
                given.insert(argument)
            } else if let words = choices[parts[0]] {
                let next = parts.count == 2 ? parts[1] : arguments.first.flatMap { words.contains($0) ? $0 : nil }
                if let next, !words.contains(next) {
                    throw Program.Refusal(
                        message: "\(parts[0]) is one of \(words.sorted().joined(separator: ", ")), not \(next)",
                        status: 2)
                }
                if parts.count == 1, next != nil { arguments = arguments.dropFirst() }
                values[parts[0], default: []].append(next ?? "")
            } else if names.contains(parts[0]) {
                guard let value = parts.count == 2 ? parts[1] : arguments.popFirst() else {
                    throw Program.Refusal(message: "\(argument) lacks its value; see luadebug --help", status: 2)
                }
                values[parts[0], default: []].append(value)
            } else {
                throw Program.Refusal(
                    message: "\(command) has no option \(parts[0]); see luadebug --help", status: 2)
            }
        }
    }

    func has(_ flag: String) -> Bool { given.contains(flag) }
    func all(_ name: String) -> [String]? { values[name] }

    /// A number from 1; nil if the option is not given.
    func count(_ name: String) throws(Program.Refusal) -> Int? {
        guard let text = values[name]?.last else { return nil }
        guard let number = Int(text), 1...1_000_000 ~= number else {
            throw Program.Refusal(message: "\(name) takes a number from 1 to 1000000, not \(text)", status: 2)
        }
        return number
    }

    /// What the file of `--password-file` holds, without the end of its line.
    @MainActor func password() async throws(Program.Refusal) -> [UInt8]? {
        guard let path = values["--password-file"]?.last else { return nil }
        var password = try await Program.contents(of: path)
        while let last = password.last, last == 10 || last == 13 { password.removeLast() }
        if password.isEmpty { throw Program.Refusal(message: "\(path) holds no password") }
        return password
    }
}
