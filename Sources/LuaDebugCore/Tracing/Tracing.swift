// What is written down while a script runs: the settings, which any thread may change.

internal import Synchronization

/// Traces, the flight recorder and the profile of one debugger; a running script takes note at its next event.
///
/// The settings are kept over restarts.
public final class Tracing: Sendable {
    struct Settings: Sendable {
        var trace: TraceSettings?
        var recordedLines = 0
        var profile: ProfileMode?
        /// Counts the requests for a profile: each begins at zero.
        var profileNumber = 0
        var bufferBytes = Tracing.defaultBuffer
        var revision = 0
    }

    private let state: Mutex<Settings>
    private let kicker: Kicker

    init(kicker: Kicker, settings: Settings = Settings()) {
        self.kicker = kicker
        state = Mutex(settings)
    }

    var settings: Settings { state.withLock { $0 } }

    private func change(_ body: (inout sending Settings) -> Void) {
        state.withLock { settings in
            settings.revision += 1
            body(&settings)
        }
        kicker.send(.synchronize)
    }

    /// Turns off what was off before.
    func turnOff(unlessIn before: Settings) {
        change { settings in
            if before.trace == nil { settings.trace = nil }
            if before.recordedLines == 0 { settings.recordedLines = 0 }
            if before.profile == nil { settings.profile = nil }
        }
    }

    // MARK: - Trace

    /// The trace under way; nil while there is none.
    public var trace: TraceSettings? { state.withLock(\.trace) }

    /// Starts a trace, or changes the one under way: its records are among the debugger's events from the next line on.
    public func start(_ settings: TraceSettings) { change { $0.trace = settings } }

    /// Starts a trace of everything in this mode.
    public func start(_ mode: TraceMode) { start(TraceSettings(mode)) }

    /// What the script itself asks for; the filter, if any, stays.
    func change(_ mode: TraceMode) {
        change { settings in
            var trace = settings.trace ?? TraceSettings(mode)
            trace.mode = mode
            settings.trace = trace
        }
    }

    /// Ends the trace; without one it does nothing.
    public func stop() { change { $0.trace = nil } }

    // MARK: - The buffer between the script and whoever reads its events

    /// Bytes of the buffer unless it is set: 120,000 bare lines, fewer with more in them.
    public static let defaultBuffer = 1 << 20
    /// Bytes that it may have.
    public static let bufferLimits = 1 << 12...1 << 28

    /// How many bytes of unread events are kept, rounded up to a power of two; a slow reader loses what does not fit.
    ///
    /// A smaller one keeps the newest of what is unread.
    ///
    /// Throws `.badArgument` outside ``bufferLimits``.
    public func setBuffer(bytes: Int) throws(DebugError) {
        guard Self.bufferLimits.contains(bytes) else {
            throw DebugError(
                .badArgument,
                "The buffer for events can have \(Self.bufferLimits.lowerBound) to \(Self.bufferLimits.upperBound) bytes, not \(bytes)."
            )
        }
        var rounded = Self.bufferLimits.lowerBound
        while rounded < bytes { rounded *= 2 }
        change { [rounded] in $0.bufferBytes = rounded }
    }

    // MARK: - Flight recorder

    /// Lines that the flight recorder may keep.
    public static let recorderLimits = 1...1_000_000

    /// How many lines the flight recorder keeps; nil while it is off.
    public var recordedLines: Int? { state.withLock { $0.recordedLines > 0 ? $0.recordedLines : nil } }

    /// Keeps the last lines that ran, with the variables that changed, to be looked at when the script stops or has failed.
    ///
    /// It has 160 bytes for each, and 64 KiB at least: of lines that change much it keeps fewer.
    ///
    /// Throws `.badArgument` outside ``recorderLimits``.
    public func record(lastLines lines: Int) throws(DebugError) {
        guard Self.recorderLimits.contains(lines) else {
            throw DebugError(
                .badArgument,
                "The flight recorder can keep \(Self.recorderLimits.lowerBound) to \(Self.recorderLimits.upperBound) lines, not \(lines)."
            )
        }
        change { $0.recordedLines = lines }
    }

    /// Turns the flight recorder off, and forgets what it kept.
    public func stopRecording() { change { $0.recordedLines = 0 } }

    // MARK: - Profile

    /// The profile under way; nil while there is none.
    public var profile: ProfileMode? { state.withLock(\.profile) }

    /// Counts from zero, and in a session anew in each run.
    ///
    /// Throws `.badArgument` for a sampling period below 1 or above a thousand million.
    public func profile(_ mode: ProfileMode) throws(DebugError) {
        if case .sampling(let every) = mode, !(1...1_000_000_000).contains(every) {
            throw DebugError(.badArgument, "A sample cannot be taken every \(every) instructions.")
        }
        change { settings in
            settings.profile = mode
            settings.profileNumber += 1
        }
    }

    /// Stops counting; what was counted can still be looked at.
    public func stopProfile() { change { $0.profile = nil } }
}
