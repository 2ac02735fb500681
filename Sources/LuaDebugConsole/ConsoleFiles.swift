// Files, read and written by Lua, on a thread of its own: one that waits for the other side of a pipe holds up nobody.

import LuaDebugCore

/// Whole files.
package struct ConsoleFiles: Sendable {
    /// The system's reason, with the path.
    package struct Problem: Error {
        package let message: String
    }

    package init() {}

    package func read(_ path: String) async throws(Problem) -> [UInt8] {
        let reader = """
            local path = ...
            local file, problem = io.open(path, "rb")
            if not file then return nil, problem end
            local text, problem = file:read("a")
            file:close()
            if not text then return nil, path .. ": " .. problem end
            return text
            """
        let values = try await run(reader, [[UInt8](path.utf8)])
        guard case .string(let text)? = values.first else {
            throw Problem(message: "cannot read \(Self.problem(values) ?? path)")
        }
        if text.isCut { throw Problem(message: "cannot read \(path): \(text.length) bytes are too many") }
        return text.bytes
    }

    /// A file that cannot be written whole stays as it was, unless no other may take its place; see ``FilePlace``.
    package func write(_ bytes: [UInt8], to path: String) async throws(Problem) {
        // What is no file, a pipe or a device, is opened once only: its other side would see an end.
        let writer = """
            local text, path, mode, target = ...
            local function reason(problem)
              -- Without the path, which is the draft's: nobody knows that name.
              problem = tostring(problem)
              if problem:sub(1, #path + 2) == path .. ": " then return problem:sub(#path + 3) end
              return problem
            end
            local function put(path, mode)
              local file, problem = io.open(path, mode)
              if not file then return nil, reason(problem) end
              local done, problem = file:write(text)
              local closed, problemAtEnd = file:close()
              return done and closed, not (done and closed) and reason(problem or problemAtEnd)
            end
            local done, problem = put(path, mode)
            -- A file that a container has been given by itself is a mount point, and cannot be replaced.
            if done and target and not os.rename(path, target) then return put(target, "wb") end
            return done, problem
            """
        let place = FilePlace(path)
        let arguments: [String] =
            switch place {
            case .draft(let draft, let target): [draft, "wb", target]
            case .there: [path, "wb"]
            case .end: [path, "ab"]
            }
        // Also where Lua cannot be begun.
        defer { place.removeDraft() }
        let values = try await run(writer, [bytes] + arguments.map { [UInt8]($0.utf8) })
        guard values.first == .boolean(true) else {
            throw Problem(message: "cannot write \(path)\(Self.problem(values).map { ": " + $0 } ?? "")")
        }
    }

    private static func problem(_ values: [Value]) -> String? {
        guard case .string(let problem)? = values.last else { return nil }
        return problem.text
    }

    private func run(_ source: String, _ arguments: [[UInt8]]) async throws(Problem) -> [Value] {
        let session = DebugSession(Script([UInt8](source.utf8), name: "files", arguments: arguments))
        var values: [Value] = []
        do throws(DebugError) {
            try await session.start()
            if case .returned(let returned) = try await session.run() { values = returned }
        } catch {
            throw Problem(message: error.message)
        }
        await session.close()
        return values
    }
}
