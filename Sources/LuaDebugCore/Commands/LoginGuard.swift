// Who may try to log in, how often, and how long a wrong answer takes.

internal import Synchronization

/// Counts the wrong answers of each address: the delay doubles, and after a few there is a pause for the whole address.
package final class LoginGuard: Sendable {
    /// What is allowed.
    package struct Limits: Sendable, Hashable {
        /// Wrong answers of one address before it has to wait.
        package var tries = 5
        /// The delay of the first wrong answer; each further one doubles it.
        package var delay = Duration.milliseconds(200)
        /// How long an address has to wait then.
        package var pause = Duration.seconds(60)
        /// Addresses that are remembered; the oldest are forgotten first.
        package var addresses = 10_000

        package init() {}
    }

    private struct Record {
        var failures = 0
        var last: ContinuousClock.Instant
    }

    private let limits: Limits
    private let records = Mutex<[String: Record]>([:])

    package init(_ limits: Limits = Limits()) { self.limits = limits }

    /// As hosts say it.
    package convenience init(tries: Int, pauseSeconds: Int) {
        var limits = Limits()
        limits.tries = max(1, tries)
        limits.pause = .seconds(pauseSeconds)
        self.init(limits)
    }

    /// How long this address has to wait before it may try again; nil if it may try.
    package func pause(for address: String, at now: ContinuousClock.Instant = .now) -> Duration? {
        records.withLock { records in
            guard let record = records[address], record.failures >= limits.tries else { return nil }
            let left = limits.pause - (now - record.last)
            if left > .zero { return left }
            records[address] = nil
            return nil
        }
    }

    /// A wrong answer: how long its refusal is to be held back, and how many tries are left.
    package func fail(_ address: String, at now: ContinuousClock.Instant = .now) -> (delay: Duration, left: Int) {
        records.withLock { records in
            var record = records[address] ?? Record(last: now)
            if now - record.last > limits.pause { record.failures = 0 }
            record.failures += 1
            record.last = now
            if records[address] == nil, records.count >= limits.addresses,
                let oldest = records.min(by: { $0.value.last < $1.value.last })
            {
                records[oldest.key] = nil
            }
            records[address] = record
            // Answers of connections that were there before the pause come one after the other, and none waits longer for that.
            let doublings = min(record.failures, limits.tries, 17) - 1
            return (limits.delay * (1 << doublings), max(0, limits.tries - record.failures))
        }
    }

    /// The right answer: all is forgiven.
    package func succeed(_ address: String) { records.withLock { $0[address] = nil } }
}
