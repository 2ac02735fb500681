// Half an hour of clients at a server with a hundred Lua workers: they attach, step and vanish. At the end every job was right, the
// server has the threads and the descriptors that it had after the first minute, and its memory has stopped growing.
//
// soak [minutes]: with less than ten the workers are twenty, so that each has as many visitors.

import Foundation
import LuaDebugServer
import Synchronization

let minutes = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 30
// In each state what is evaluated leaves up to half a megabyte behind before Lua collects it (the collector loan). It takes
// hundreds of visits to each until that is so in all, and memory grows as long.
let workers = minutes < 10 ? 20 : 100
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

// The first visitors open what is opened once.
var early = Visit(resp: resp, console: console, workers: workers)
do {
    for _ in 0..<40 { try early.make() }
} catch {
    fail("\(error)")
}
Thread.sleep(forTimeInterval: 2)
let idle = Vitals(server.processIdentifier)
say("without clients: \(idle)")

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

// After the first minute, or the first tenth of a short one, everything that is made once was made. What comes then is looked at each
// second, and told each minute.
var samples: [Vitals] = []
let begin = Date()
let warm = begin.addingTimeInterval(min(60, minutes * 6))
var told = warm
while Date() < end, problem.withLock({ $0 == nil }) {
    Thread.sleep(forTimeInterval: 1)
    guard Date() >= warm else { continue }
    samples.append(Vitals(server.processIdentifier))
    if Date() >= told {
        say(String(format: "%5.1f min: ", Date().timeIntervalSince(begin) / 60) + "\(samples[samples.count - 1])")
        told += min(60, minutes * 6)
    }
}
for _ in 0..<visitors { left.wait() }
if let problem = problem.withLock({ $0 }) { fail(problem) }
guard samples.count >= 6, let first = samples.first else { fail("there was no time to look") }

// Threads and descriptors of clients that have vanished go when the system has told of it: nobody comes any more, so there are at
// last those of a server without clients. After the first minute there were some of clients, too.
var last = Vitals(server.processIdentifier)
let patience = Date().addingTimeInterval(30)
while last.descriptors > idle.descriptors || last.threads > first.threads, Date() < patience {
    Thread.sleep(forTimeInterval: 0.2)
    last = Vitals(server.processIdentifier)
}
say("at the end: \(last)")
let tally = total.withLock { $0 }
say("visits: \(tally.visits), stops: \(tally.stops), refused: \(tally.refusals), vanished: \(tally.vanished)")

try input.fileHandleForWriting.write(contentsOf: Data("end\n".utf8))
let jobs = line()
let ended = line()
server.waitUntilExit()
say(jobs)
say(ended)
let thirds = (0..<3).map { third in
    let part = samples[samples.count * third / 3..<samples.count * (third + 1) / 3].map(\.megabytes)
    return part.reduce(0, +) / Double(part.count)
}
say("memory, by thirds: " + thirds.map { String(format: "%.1f", $0) }.joined(separator: ", ") + " MB")
if server.terminationStatus != 0 { fail("the server's status is \(server.terminationStatus)") }
if jobs != "jobs done: many, all of them right" { fail("a job was wrong") }
if ended != "jobs ended by a debugger: 0" { fail("a job was ended") }
if tally.stops == 0 || tally.vanished == 0 { fail("nothing was tried") }
// The runtime's pool has a thread or two more or less; hundreds of thousands of visits that left one each would not pass.
if last.threads > first.threads + 4 { fail("threads were left") }
if last.descriptors > idle.descriptors { fail("descriptors were left") }
// What the allocator has of holes moves about: a few megabytes. In the first third the states see their first evaluations.
if thirds[2] > thirds[1] * 1.05 + 3 { fail("memory grows on") }
say("passed")
