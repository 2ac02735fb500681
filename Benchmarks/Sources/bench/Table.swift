// The rows as people read them, and as programs do.

enum Table {
    private static let heads = [
        "case", "workload", "cost", "unit", "partner", "its cost", "ratio", "min", "max", "slowdown", "bound", "holds",
    ]
    private static let widths = [36, 8, 9, 16, 22, 9, 7, 7, 7, 8, 20, 5]
    /// Columns of numbers stand at their right edge.
    private static let numbers: Set<Int> = [2, 5, 6, 7, 8, 9]

    static var head: String { line(heads) + "\n" + String(repeating: "-", count: widths.reduce(0) { $0 + $1 + 2 }) }

    static func line(_ row: Row) -> String {
        func fixed(_ number: Double?) -> String { number.map { Numbers.fixed($0, 3) } ?? "" }
        let text = line([
            row.name, row.workload, Numbers.short(row.cost), row.unit, row.partner,
            row.partnerCost.map(Numbers.short) ?? "", fixed(row.ratio?.median), fixed(row.ratio?.lowest),
            fixed(row.ratio?.highest), fixed(row.slowdown), row.boundText,
            row.holds.map { $0 ? "yes" : "NO" } ?? "-",
        ])
        return row.note.isEmpty ? text : text + "  " + row.note
    }

    private static func line(_ cells: [String]) -> String {
        var text = ""
        for (column, cell) in cells.enumerated() {
            let pad = String(repeating: " ", count: max(0, widths[column] - cell.count))
            text += (numbers.contains(column) ? pad + cell : cell + pad) + "  "
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    static func summary(_ rows: [Row]) -> String {
        let broken = rows.filter { $0.holds == false }
        let promised = rows.count { $0.holds != nil }
        return "\(promised - broken.count) of \(promised) bounds hold; \(rows.count - promised) rows have none."
    }
}

/// The rows as one JSON document.
enum JSONText {
    static func document(_ rows: [Row]) -> String {
        "{\"rows\": [\n" + rows.map { "  " + object($0) }.joined(separator: ",\n") + "\n]}"
    }

    private static func object(_ row: Row) -> String {
        var fields: [(String, String)] = [
            ("case", quoted(row.name)), ("workload", quoted(row.workload)), ("cost", number(row.cost)),
            ("unit", quoted(row.unit)), ("partner", row.partner.isEmpty ? "null" : quoted(row.partner)),
            ("partner_cost", number(row.partnerCost)), ("ratio", number(row.ratio?.median)),
            ("ratio_min", number(row.ratio?.lowest)), ("ratio_max", number(row.ratio?.highest)),
            ("slowdown", number(row.slowdown)),
        ]
        switch row.bound {
        case nil: fields.append(("bound", "null"))
        case .times(let most): fields.append(("bound", "{\"ratio\": \(number(most))}"))
        case .atMost(let most): fields.append(("bound", "{\"cost\": \(number(most))}"))
        }
        fields.append(("holds", row.holds.map { "\($0)" } ?? "null"))
        if !row.note.isEmpty { fields.append(("note", quoted(row.note))) }
        return "{" + fields.map { "\(quoted($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
    }

    private static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "null" }
        return "\(value)"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
