import CallControl
import CallModel
import TLibrary

/// What one request brings about: a situation, the request, and what follows from it.
struct Scenario {
    /// A party whose recording is looked at.
    struct Anchor {
        let dn: DirectoryNumber
        let call: ScenarioCall

        init(_ dn: DirectoryNumber, in call: ScenarioCall = .main) {
            self.dn = dn
            self.call = call
        }
    }

    let title: String
    /// Who is in which call.
    let situation: String
    let before: [ScenarioRequest]
    let acts: [ScenarioRequest]
    var anchors: [Anchor] = []
    /// Whether `record-after-merge` makes a difference that is shown.
    var joins = false
    /// The calls at once on a DN.
    var lines = 10
    /// What media servers do with the commands of `acts`.
    var media = MediaConduct.confirms
    /// So long after the acts, what has happened since is told, under these words.
    var later: (time: Duration, caption: String)?
    var configure: (inout EngineConfiguration) -> Void = { _ in }

    /// What the media server does.
    enum MediaConduct {
        case confirms, refuses, refusesPauses
    }
}

/// The DNs of every walkthrough.
enum DNs {
    static let dns: [EngineConfiguration.DN] =
        ["5001", "5002", "5003"].map { .init($0, type: .extension) } + [
            .init("5009", type: .extension, record: true), .init("9000", type: .routingPoint),
            .init("6500", type: .acdQueue), .init("trunk-1", type: .trunk),
        ]
}

/// Situations that many have in common.
enum Setup {
    static let talk: [ScenarioRequest] = [.make("5001", "5002"), .answer("5002")]

    static let conference =
        talk + [ScenarioRequest("5002", .singleStepConference(Destination(otherDN: "5003"))), .answer("5003")]

    static let queued: [ScenarioRequest] = [.make("trunk-1", "9000", ["ani": "15551234567", "dnis": "18005550100"])]

    static func consulting(for purpose: (Destination) -> Operation) -> [ScenarioRequest] {
        talk + [ScenarioRequest("5002", purpose(Destination(otherDN: "5003")))]
    }
}
