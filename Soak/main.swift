// Half an hour of clients at a server with a hundred Lua workers: they attach, step and vanish. At the end every job was right, the
// server has the threads and the descriptors that it had after the first minute, and the memory that it had in the middle.
//
// soak [minutes]

import Foundation
import LuaDebugServer
import Synchronization

let minutes = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 30
let workers = 100
let visitors = 8

/// What the system says of the server.
struct Vitals: CustomStringConvertible {
    var megabytes = 0.0
    var threads = 0
    var descriptors = 0
    var description: String { "\(Int(megabytes)) MB, \(threads) threads, \(descriptors) descriptors" }

    init(_ process: Int32) {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        func number(_ field: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(field + ":") } ?? ""
            return Int(line.split { !$0.isNumber }.first ?? "") ?? 0
        }
        megabytes = Double(number("VmRSS")) / 1024
        threads = number("Threads")
        descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0
    }
}

func say(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }

@MainActor func fail(_ text: String) -> Never {
    say("FAILED: \(text)")
    server.terminate()
    exit(1)
}

let server = Process()
let (input, output) = (Pipe(), Pipe())
server.executableURL = Bundle.main.executableURL?.deletingLastPathComponent().appendingPathComponent("Workers")
server.arguments = ["\(workers)"]
server.standardInput = input
server.standardOutput = output
// One line for each stop that is passed over: not here.
server.standardError = FileHandle.nullDevice
try server.run()

var said = ""
@MainActor func line() -> String {
    while !said.contains("\n") {
        let bytes = output.fileHandleForReading.availableData
        if bytes.isEmpty { fail("the server has ended") }
        said += String(decoding: bytes, as: UTF8.self)
    }
    let line = said.prefix { $0 != "\n" }
    said = String(said.dropFirst(line.count + 1))
    return String(line)
}
let console = try Endpoint(String(line().dropFirst("console on ".count)))
let resp = try Endpoint(String(line().dropFirst("RESP on ".count)))
say("\(minutes) minutes, \(workers) workers, \(visitors) clients at a time")

let end = Date().addingTimeInterval(minutes * 60)
let total = Mutex(Tally())
let problem = Mutex<String?>(nil)
let left = DispatchSemaphore(value: 0)
for _ in 0..<visitors {
    Thread.detachNewThread {
        var visit = Visit(resp: resp, console: console, workers: workers)
        do {
            while Date() < end, problem.withLock({ $0 == nil }) { try visit.make() }
        } catch {
            problem.withLock { $0 = "\(error)" }
        }
        total.withLock { [tally = visit.tally] in $0 += tally }
        left.signal()
    }
}

// After the first minute, or the first tenth of a short one, everything that is made once was made.
Thread.sleep(forTimeInterval: min(60, minutes * 6))
let first = Vitals(server.processIdentifier)
say("after the beginning: \(first)")
let half = end.addingTimeInterval(minutes * -30)
while Date() < half, problem.withLock({ $0 == nil }) { Thread.sleep(forTimeInterval: 1) }
let middle = Vitals(server.processIdentifier)
say("in the middle:       \(middle)")
for _ in 0..<visitors { left.wait() }
if let problem = problem.withLock({ $0 }) { fail(problem) }

// Threads and descriptors of clients that have vanished go when the system has told of it.
var last = Vitals(server.processIdentifier)
let patience = Date().addingTimeInterval(30)
while last.descriptors > workers * 4, Date() < patience { last = Vitals(server.processIdentifier) }
Thread.sleep(forTimeInterval: 1)
last = Vitals(server.processIdentifier)
say("at the end:          \(last)")
let tally = total.withLock { $0 }
say("visits: \(tally.visits), stops: \(tally.stops), refused: \(tally.refusals), vanished: \(tally.vanished)")

try input.fileHandleForWriting.write(contentsOf: Data("end\n".utf8))
let jobs = line()
let ended = line()
server.waitUntilExit()
say(jobs)
say(ended)
if server.terminationStatus != 0 { fail("the server's status is \(server.terminationStatus)") }
if jobs != "jobs done: many, all of them right" { fail("a job was wrong") }
if ended != "jobs ended by a debugger: 0" { fail("a job was ended") }
if tally.stops == 0 || tally.vanished == 0 { fail("nothing was tried") }
// The runtime's pool has a thread or two more or less; hundreds of thousands of visits that left one each would not pass.
if last.threads > first.threads + 4 { fail("threads were left") }
if last.descriptors > first.descriptors { fail("descriptors were left") }
// In each state a quarter of a megabyte of what was evaluated there is free of charge, and Lua collects when a heap has doubled.
let free = Double(workers) * 0.6
if last.megabytes > first.megabytes * 1.1 + 8 + free { fail("memory has grown") }
if last.megabytes > middle.megabytes * 1.1 + 8 { fail("memory grows on") }
say("passed")
