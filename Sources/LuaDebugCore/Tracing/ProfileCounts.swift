// From the hook layer's counts to a profile.

/// The tree of calls and the table of lines, as counted.
struct ProfileCounts {
    /// A function in its place on the stack; number 0 is the bottom, parents come before their children.
    struct Node {
        let parent: Int
        let function: UInt32
        /// Of the parent, where the call was made.
        let line: Int
        let calls: Int
        let own: Int
    }
    struct Line {
        let function: UInt32
        let line: Int
        let hits: Int
        let own: Int
    }
    let nodes: [Node]
    let lines: [Line]
    let isCut: Bool

    private struct Place: Hashable {
        let function: UInt32
        let line: Int
    }

    func profile(_ mode: ProfileMode, function: (UInt32) -> CatalogedFunction) -> Profile {
        var children = [[Int]](repeating: [], count: nodes.count)
        var sums = nodes.map(\.own)
        for index in nodes.indices.dropFirst().reversed() {
            sums[nodes[index].parent] += sums[index]
            children[nodes[index].parent].append(index)
        }
        var own: [UInt32: Int] = [:]
        var calls: [UInt32: Int] = [:]
        for node in nodes.dropFirst() {
            own[node.function, default: 0] += node.own
            calls[node.function, default: 0] += node.calls
        }
        // A function's total counts once for each stack that it is on, however often it is on it; so does a line's.
        var totals: [UInt32: Int] = [:]
        var lineTotals: [Place: Int] = [:]
        var onStack: [UInt32: Int] = [:]
        var linesOnStack: [Place: Int] = [:]
        func call(of index: Int) -> Place? {
            nodes[index].parent == 0
                ? nil : Place(function: nodes[nodes[index].parent].function, line: nodes[index].line)
        }
        func enter(_ index: Int) {
            let function = nodes[index].function
            if onStack[function, default: 0] == 0 { totals[function, default: 0] += sums[index] }
            onStack[function, default: 0] += 1
            guard let call = call(of: index) else { return }
            if linesOnStack[call, default: 0] == 0 { lineTotals[call, default: 0] += sums[index] }
            linesOnStack[call, default: 0] += 1
        }
        func leave(_ index: Int) {
            onStack[nodes[index].function, default: 0] -= 1
            if let call = call(of: index) { linesOnStack[call, default: 0] -= 1 }
        }
        var work = (children.first ?? []).map { (node: $0, isDone: false) }
        while let (node, isDone) = work.popLast() {
            guard !isDone else {
                leave(node)
                continue
            }
            enter(node)
            work.append((node, true))
            work += children[node].map { ($0, false) }
        }
        let functions = totals.map { number, total in
            Profile.FunctionCost(
                frame: function(number).frame(level: 0, line: 0, isTailCall: false), calls: calls[number] ?? 0,
                own: own[number] ?? 0, total: total)
        }
        let lines = lines.map { line in
            Profile.LineCost(
                location: Location(chunk: function(line.function).chunk, line: line.line > 0 ? line.line : nil),
                hits: line.hits, own: line.own,
                total: line.own + (lineTotals[Place(function: line.function, line: line.line)] ?? 0))
        }
        return Profile(
            mode: mode,
            functions: functions.sorted { ($0.own, $0.name) > ($1.own, $1.name) },
            lines: Self.merged(lines).sorted {
                ($0.location.chunk, $0.location.line ?? 0) < ($1.location.chunk, $1.location.line ?? 0)
            },
            collapsed: collapsed(children, function), isCut: isCut)
    }

    /// Two functions that share a line are one line to people.
    private static func merged(_ lines: [Profile.LineCost]) -> [Profile.LineCost] {
        var found: [Location: Profile.LineCost] = [:]
        for line in lines {
            if let known = found[line.location] {
                found[line.location] = Profile.LineCost(
                    location: line.location, hits: known.hits + line.hits, own: known.own + line.own,
                    total: known.total + line.total)
            } else {
                found[line.location] = line
            }
        }
        return Array(found.values)
    }

    /// Stacks deeper than this are counted where they pass it: each line repeats its whole stack.
    private static let deepest = 200

    private func collapsed(_ children: [[Int]], _ function: (UInt32) -> CatalogedFunction) -> String {
        var stacks: [String: Int] = [:]
        var names: [UInt32: String] = [:]
        func name(_ number: UInt32) -> String {
            if let known = names[number] { return known }
            let made = Profile.stackName(function(number).frame(level: 0, line: 0, isTailCall: false))
            names[number] = made
            return made
        }
        var work = (children.first ?? []).map { (node: $0, stack: "", depth: 1) }
        while let (node, below, depth) = work.popLast() {
            let stack =
                depth > Self.deepest
                ? below : below.isEmpty ? name(nodes[node].function) : below + ";" + name(nodes[node].function)
            if nodes[node].own > 0 { stacks[stack, default: 0] += nodes[node].own }
            work += children[node].map { ($0, stack, depth + 1) }
        }
        return stacks.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }
}
