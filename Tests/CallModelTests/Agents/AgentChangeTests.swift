import TLibrary
import Testing

@testable import CallModel

/// What an agent request makes of its DN (WireFormat, "Agents").
struct AgentChangeTests {
    private static let present = AgentState(agentID: "1001", isReady: false, workMode: .auxWork, queue: "7000")

    private func change(
        _ verb: AgentRequest.Verb, _ mode: AgentWorkMode = .unknown, queue: DirectoryNumber = "",
        on dn: DirectoryNumber = "5001", before: AgentState? = nil
    ) throws -> AgentChange {
        let index = try #require(CallFixture.directory.index(of: dn))
        let request = AgentRequest(verb, AgentSettings(queue: queue, workMode: mode))
        return try AgentChange(request, on: index, before: before, CallFixture.directory)
    }

    private func refusal(
        _ verb: AgentRequest.Verb, _ mode: AgentWorkMode = .unknown, queue: DirectoryNumber = "",
        on dn: DirectoryNumber = "5001", before: AgentState? = nil
    ) -> ErrorCode? {
        do {
            _ = try change(verb, mode, queue: queue, on: dn, before: before)
            return nil
        } catch {
            return (error as? RequestError)?.code
        }
    }

    @Test(arguments: [(0, false), (1, true), (2, true), (3, false), (4, false), (7, false)] as [(Int32, Bool)])
    func `whoever logs in is not ready, but with ManualIn and AutoIn`(mode: Int32, isReady: Bool) throws {
        let mode = AgentWorkMode(rawValue: mode)
        for dn in ["5001", "5101"] as [DirectoryNumber] {
            let login = try change(.login("1001"), mode, queue: "8000", on: dn)
            #expect(login.message == .eventAgentLogin)
            #expect(login.after == AgentState(agentID: "1001", isReady: isReady, workMode: mode, queue: "8000"))
        }
    }

    @Test func `a logout tells the agent who leaves, with what is known, and leaves nobody`() throws {
        let logout = try change(.logout, before: Self.present)
        #expect(logout.message == .eventAgentLogout && logout.after == nil && logout.agent == Self.present)
        #expect(try change(.logout, .walkAway, before: Self.present).agent.workMode == .walkAway)
    }

    @Test func `whoever turns ready leaves the work mode behind and keeps the queue, unless the request says more`()
        throws
    {
        let ready = try change(.ready, before: Self.present)
        #expect(ready.message == .eventAgentReady)
        #expect(ready.after == AgentState(agentID: "1001", isReady: true, queue: "7000"))
        let away = try change(.notReady, .walkAway, queue: "8001", before: ready.after)
        #expect(away.message == .eventAgentNotReady)
        #expect(away.after == AgentState(agentID: "1001", isReady: false, workMode: .walkAway, queue: "8001"))
    }

    @Test func `not ready while so is a change of the work mode or the queue, or none`() throws {
        #expect(refusal(.notReady, before: Self.present) == .alreadyInState)
        #expect(refusal(.notReady, .auxWork, queue: "7000", before: Self.present) == .alreadyInState)
        #expect(try change(.notReady, .afterCallWork, before: Self.present).agent.workMode == .afterCallWork)
        let moved = try change(.notReady, queue: "8000", before: Self.present).agent
        #expect(moved.queue == "8000" && moved.workMode == .auxWork)
        let ready = AgentState(agentID: "1001", isReady: true, workMode: .autoIn)
        #expect(refusal(.ready, before: ready) == .alreadyInState)
        #expect(refusal(.ready, .autoIn, before: ready) == .alreadyInState)
        #expect(try change(.ready, .manualIn, before: ready).agent.workMode == .manualIn)
    }

    @Test func `what cannot be is refused with T-Library's codes`() {
        #expect(refusal(.login("9999")) == .wrongAgentID && refusal(.login("")) == .wrongAgentID)
        #expect(refusal(.login("1001"), before: Self.present) == .alreadyInState)
        #expect(refusal(.login("1002"), before: Self.present) == .agentAlreadyLoggedIn)
        for verb in [.logout, .ready, .notReady] as [AgentRequest.Verb] {
            #expect(refusal(verb) == .agentNotLoggedIn)
        }
        for dn in ["T1", "7000", "8000"] as [DirectoryNumber] {
            #expect(refusal(.login("1001"), on: dn) == .incompatibleObject)
            #expect(refusal(.logout, on: dn) == .incompatibleObject)
        }
        for mode in [-1, 8, .max] as [Int32] {
            #expect(refusal(.login("1001"), AgentWorkMode(rawValue: mode)) == .invalidAttribute)
        }
        for queue in ["5002", "T1", "nowhere"] as [DirectoryNumber] {
            #expect(refusal(.login("1001"), queue: queue) == .invalidAttribute)
        }
    }

    @Test func `values are looked at before the DN, the DN before the agent, the agent before who is there`() {
        #expect(refusal(.login("9999"), AgentWorkMode(rawValue: 8), on: "T1") == .invalidAttribute)
        #expect(refusal(.login("9999"), on: "T1") == .incompatibleObject)
        #expect(refusal(.login("9999"), before: Self.present) == .wrongAgentID)
    }

    @Test func `a request of anything else is none of agents`() {
        #expect(AgentRequest(.answerCall) == nil)
        #expect(AgentRequest(.agentReady(AgentSettings(queue: "7000"))) == AgentRequest(.ready, .init(queue: "7000")))
    }
}
