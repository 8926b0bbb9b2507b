import CallControl
import CallModel
import EventLoops
import TLibrary
import TLibraryClient
import TestSupport

/// A T-Client at 5001, and every change of the lamp that it has seen.
final class Desktop: Sendable {
    static let dn: DirectoryNumber = "5001"
    static let other: DirectoryNumber = "5002"

    /// What one EventAttachedDataChanged shows.
    struct Change: Sendable, Equatable {
        var call: ConnectionID
        /// GSIP_RECORD and GSIP_REC_FN; empty: not there.
        var lamp: String
        var file: String
        var state: String
        var cause: String
        var reason: String
        var warning: String
    }

    struct NeverSeen: Error, CustomStringConvertible {
        var description: String
    }

    let client: TLibraryClient
    private let seen = Locked<[Change]>([])

    init(_ client: TLibraryClient) {
        self.client = client
    }

    /// Reads until the client is closed.
    func read() async throws {
        for try await event in client.events where event.thisDN == Self.dn {
            guard event.message == .eventAttachedDataChanged, let call = event.connID else { continue }
            let recording = event.extensions?.first("recording")?.list
            let told = { (key: String) in recording?.first(key)?.text ?? "" }
            let data = { (key: String) in event.userData?.first(key)?.text ?? "" }
            let change = Change(
                call: call, lamp: data("GSIP_RECORD"), file: data("GSIP_REC_FN"), state: told("state"),
                cause: told("cause"), reason: told("reason"), warning: told("warning"))
            seen.withLock { $0.append(change) }
        }
    }

    func changes(of call: ConnectionID) -> [Change] { seen.withLock { $0.filter { $0.call == call } } }

    /// What the lamp has shown, in order, as often as it was told.
    func lamps(of call: ConnectionID) -> [String] { changes(of: call).map(\.lamp) }

    /// Waits for a change of the call, from the `number`-th on.
    @discardableResult
    func see(
        _ what: String, of call: ConnectionID, from number: Int = 0, where matches: (Change) -> Bool
    ) async throws -> Change {
        var found: Change?
        _ = try await holdsEventually {
            found = changes(of: call).dropFirst(number).first(where: matches)
            return found != nil
        }
        if let found { return found }
        throw NeverSeen(description: "\(what) was never seen, but \(changes(of: call))")
    }
}
