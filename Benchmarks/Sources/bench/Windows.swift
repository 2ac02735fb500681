// What is run to be counted: each gate's case and its partner at two sizes; the difference is what lines cost, without
// what is done once.

/// One run that is counted.
struct Window: Hashable {
    enum Subject: Hashable {
        /// A partner; its hook does what it does at this line.
        case floor(Floor, line: Int)
        /// A case, by name.
        case own(String)
    }

    let subject: Subject
    let workload: String
    let size: Int

    /// All windows of all gates, in the order in which they are run.
    static func all(_ gates: [Gate]) -> [Window] {
        var windows: [Window] = []
        var known: Set<Window> = []
        for gate in gates {
            for window in gate.partnerWindows + gate.ownWindows where known.insert(window).inserted {
                windows.append(window)
            }
        }
        return windows
    }

    /// Runs it: below callgrind only what is inside of the window is counted.
    func run() throws {
        guard let workload = Workload.all.first(where: { $0.id == self.workload }) else {
            throw BenchError("There is no workload \(self.workload).")
        }
        // What is done once in a process is done in a state before.
        _ = try prepared(workload).run(workload.smallSize)
        _ = try prepared(workload).run(size, counted: true)
    }

    private func prepared(_ workload: Workload) throws -> Host {
        let host = try Host(workload)
        switch subject {
        case .floor(let floor, let line): try host.install(floor, line: line)
        case .own(let name):
            guard let one = Case.all.first(where: { $0.name == name }) else {
                throw BenchError("There is no case \"\(name)\".")
            }
            _ = try one.prepare(host)
        }
        return host
    }
}

extension Gate {
    private var found: (one: Case, workload: Workload)? {
        guard let one = Case.all.first(where: { $0.name == name }),
            let workload = Workload.all.first(where: { $0.id == self.workload })
        else { return nil }
        return (one, workload)
    }

    var partnerWindows: [Window] {
        guard let (one, workload) = found else { return [] }
        return windows(.floor(one.partner(workload), line: one.partnerLine(workload)), workload)
    }

    var ownWindows: [Window] {
        guard let (_, workload) = found else { return [] }
        return windows(.own(name), workload)
    }

    private func windows(_ subject: Window.Subject, _ workload: Workload) -> [Window] {
        [1, 2].map { Window(subject: subject, workload: workload.id, size: $0 * workload.smallSize) }
    }

    /// Thousands of lines that the larger run has more.
    func thousandsOfLines() throws -> Double {
        guard let (_, workload) = found else {
            throw BenchError("The gate \"\(name)\" on \(self.workload) is about no case.")
        }
        let once = try Host(workload).count(workload.smallSize).lines
        return (try Host(workload).count(2 * workload.smallSize).lines - once) / 1_000
    }
}
