// Another thread that pauses a running script and changes what is asked for, as fast as it can.

import Foundation
import LuaDebugCore
import Synchronization

final class OtherThread: Sendable {
    private let isOver = Atomic<Bool>(false)
    private let isGone = DispatchSemaphore(value: 0)

    init(_ debugger: Debugger, _ seed: UInt64) {
        let (control, breakpoints, tracing, watches) = (
            debugger.control, debugger.breakpoints, debugger.tracing, debugger.watches
        )
        Thread.detachNewThread { [self] in
            var dice = Dice(seed)
            while !isOver.load(ordering: .acquiring) {
                switch dice.roll(0...9) {
                case 0...3: control.pause()
                case 4:
                    _ = try? breakpoints.add(.line(dice.roll(1...60), in: Program.name), where: Expressions.any(&dice))
                case 5: breakpoints.removeAll()
                case 6: tracing.start(dice.pick([.line, .variables, .calls]))
                case 7: tracing.stop()
                case 8:
                    // Each change makes all of them anew: with thousands the script would hardly get on.
                    if watches.all.count > 5 { watches.removeAll() }
                    _ = try? watches.add(Expressions.any(&dice))
                default: control.interruptEvaluation()
                }
                for _ in 0..<dice.roll(0...2000) { if isOver.load(ordering: .relaxed) { break } }
            }
            isGone.signal()
        }
    }

    func end() {
        isOver.store(true, ordering: .releasing)
        isGone.wait()
    }
}
