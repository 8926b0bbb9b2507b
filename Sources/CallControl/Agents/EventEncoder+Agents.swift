import CallModel
import TLibrary

extension EventEncoder {
    /// The event of an agent's change, without ReferenceID.
    mutating func agent(_ change: AgentChange, askedBy asker: RequestContext, into bytes: inout [UInt8]) -> Range<Int> {
        var size = FrameSize(attributes: 8)
        size.add(change.agent.agentID)
        size.add(change.agent.queue)
        size.add(asker.reasons)
        size.add(asker.thisDN)
        return FrameWriter.write(change.message, to: &bytes, capacity: size.bytes) { frame in
            frame.string(.agentID, change.agent.agentID)
            if change.agent.workMode != .unknown { frame.enumeration(.agentWorkMode, change.agent.workMode) }
            if !asker.reasons.isEmpty { frame.list(.reasons, asker.reasons) }
            frame.directoryNumber(.thisDN, asker.thisDN)
            if !change.agent.queue.isEmpty { frame.directoryNumber(.thisQueue, change.agent.queue) }
            time(&frame)
            stamp(&frame)
        }
    }
}

extension AgentState {
    /// The pairs of Extensions `agent` (WireFormat, "Snapshots").
    func write(to list: inout ListWriter) {
        list.string("id", agentID)
        list.string("state", isReady ? "ready" : "not-ready")
        list.integer("work-mode", workMode.rawValue)
        if !queue.isEmpty { list.string("queue", queue.text) }
    }

    func add(to size: inout FrameSize) {
        size.add(pairs: 4, names: 1)
        size.add(agentID)
        size.add(queue)
    }

    /// The most bytes that they take, with the key and the length that stand before them.
    static let maximumSize = 640
}
