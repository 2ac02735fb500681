// The chart: how many times slower a script runs, by case, for the loop and for the real script.

struct Chart {
    let rows: [Row]

    private static let shown = ["W1", "W2", "W6"]
    private static let colours = ["#4477aa", "#ee9944", "#449977"]
    private static let labels = ["W1, a loop without calls", "W2, calls and little else", "W6, a JSON library"]

    private let left = 300.0
    private let width = 560.0
    private let bar = 9.0

    private var cases: [String] {
        var names: [String] = []
        for row in rows where row.slowdown != nil && Self.shown.contains(row.workload) && !names.contains(row.name) {
            names.append(row.name)
        }
        return names
    }

    private var most: Double {
        var most = 10.0
        let highest = rows.compactMap(\.slowdown).max() ?? 1
        while most < highest { most *= 10 }
        return most
    }

    /// From 1 on, logarithmic: what costs nothing has no bar.
    private func length(_ slowdown: Double) -> Double {
        max(0, Self.log2(slowdown) / Self.log2(most)) * width
    }

    /// Good to a thousandth, which no eye sees; the standard library has no logarithm.
    private static func log2(_ number: Double) -> Double {
        guard number > 1 else { return 0 }
        var rest = number.significand
        var sum = Double(number.exponent)
        var part = 0.5
        for _ in 0..<20 {
            rest *= rest
            if rest >= 2 {
                rest /= 2
                sum += part
            }
            part /= 2
        }
        return sum
    }

    var svg: String {
        let row = bar * Double(Self.shown.count) + 9
        let top = 84.0
        let height = top + row * Double(cases.count) + 30
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(px(left + width + 70))" height="\(px(height))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="12" y="24" font-size="16">How many times slower a script runs</text>

            """
        for (index, label) in Self.labels.enumerated() {
            let x = 12 + 200 * Double(index)
            text += "<rect x=\"\(px(x))\" y=\"38\" width=\"12\" height=\"12\" fill=\"\(Self.colours[index])\"/>\n"
            text += "<text x=\"\(px(x + 18))\" y=\"48\">\(label)</text>\n"
        }
        for tick in ticks {
            let x = left + length(tick)
            let bottom = px(height - 24)
            text +=
                "<line x1=\"\(px(x))\" y1=\"\(px(top - 8))\" x2=\"\(px(x))\" y2=\"\(bottom)\" stroke=\"#ddd\"/>\n"
            text += "<text x=\"\(px(x))\" y=\"\(px(top - 12))\" text-anchor=\"middle\" fill=\"#666\">"
            text += "\(Numbers.fixed(tick, 0)) x</text>\n"
        }
        for (index, name) in cases.enumerated() { text += group(name, at: top + row * Double(index)) }
        return text + "</svg>\n"
    }

    private var ticks: [Double] {
        var ticks: [Double] = []
        var decade = 1.0
        while decade <= most {
            ticks += [decade, 2 * decade, 5 * decade].filter { $0 <= most }
            decade *= 10
        }
        return ticks
    }

    private func group(_ name: String, at y: Double) -> String {
        let middle = y + bar * Double(Self.shown.count) / 2 + 4
        var text = "<text x=\"\(px(left - 10))\" y=\"\(px(middle))\" text-anchor=\"end\">\(name)</text>\n"
        for (index, workload) in Self.shown.enumerated() {
            guard let slowdown = rows.first(where: { $0.name == name && $0.workload == workload })?.slowdown else {
                continue
            }
            let top = y + bar * Double(index)
            let length = length(slowdown)
            text +=
                "<rect x=\"\(px(left))\" y=\"\(px(top))\" width=\"\(px(max(1, length)))\" height=\"\(px(bar - 1))\" "
            text += "fill=\"\(Self.colours[index])\"/>\n"
            text += "<text x=\"\(px(left + length + 5))\" y=\"\(px(top + bar - 1))\" font-size=\"9\" fill=\"#444\">"
            text += "\(Numbers.short(slowdown))</text>\n"
        }
        return text
    }

    private func px(_ number: Double) -> String { Numbers.fixed(number, 1) }
}
