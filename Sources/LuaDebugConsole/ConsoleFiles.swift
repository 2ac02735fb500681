// Files, read and written by Lua: that needs neither unsafe code of ours nor Foundation.

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

    package func write(_ bytes: [UInt8], to path: String) async throws(Problem) {
        // What was there before is read first, and put back where there is no room for the new; a pipe or a device, which cannot be
        // read again, is opened once only: its other side would see an end.
        let writer = """
            local path, text = ...
            local file, problem = io.open(path, "ab")
            if not file then return nil, problem end
            local before
            if (file:seek("end") or 0) > 0 then
              file:close()
              local old = io.open(path, "rb")
              if old then
                before = old:read("a")
                old:close()
              end
              file, problem = io.open(path, "wb")
              if not file then return nil, problem end
            end
            local function fill(file, text)
              local done, problem = file:write(text)
              local closed, problemAtEnd = file:close()
              return done and closed, problem or problemAtEnd
            end
            local done, problem = fill(file, text)
            if done then return true end
            if before then
              local again = io.open(path, "wb")
              if again then fill(again, before) end
            end
            return nil, path .. ": " .. tostring(problem)
            """
        let values = try await run(writer, [[UInt8](path.utf8), bytes])
        guard values.first == .boolean(true) else {
            throw Problem(message: "cannot write \(Self.problem(values) ?? path)")
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
