import CallModel
import TLibrary

extension EventEncoder {
    /// The event of an agent's change, without ReferenceID.
    mutating func agent(_ change: AgentChange, askedBy asker: RequestContext, into bytes: inout [UInt8]) -> Range<Int> {
        var frame = FrameWriter.begin(change.message, in: &bytes)
        frame.string(.agentID, change.agent.agentID)
        if change.agent.workMode != .unknown { frame.enumeration(.agentWorkMode, change.agent.workMode) }
        if !asker.reasons.isEmpty { frame.list(.reasons, asker.reasons) }
        frame.directoryNumber(.thisDN, asker.thisDN)
        if !change.agent.queue.isEmpty { frame.directoryNumber(.thisQueue, change.agent.queue) }
        time(&frame)
        stamp(&frame)
        return frame.finish(in: &bytes)
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

    /// The most bytes that they take, with the key and the length that stand before them.
    static let maximumSize = 640
}
