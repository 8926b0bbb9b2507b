import TLibrary

/// One of every request that the protocol has, with all that it may carry.
enum Samples {
    static let userData: KeyValueList = [
        "customer": "Müller", "tries": 3, "address": ["city": "Köln", "zip": "50667"], "customer": .unicode("twice"),
        "photo": .binary([0, 255, 128]),
    ]
    static let destination = Destination(otherDN: "5002", userData: userData)
    static let consultation = ConnectionID(rawValue: 0x0071_022e_c8ac_8057)
    static let settings = AgentSettings(queue: "6000", workMode: .afterCallWork)

    static let operations: [TLibrary.Operation] = [
        .registerClient(
            RegisterClient(
                applicationName: "desktop", password: "secret", sessionID: "0123456789abcdef0123456789abcdef")
        ),
        .queryServer,
        .queryAddress(.callsQuery),
        .registerAddress(.monitor),
        .unregisterAddress,
        .agentLogin(AgentLogin(agentID: "1001", settings: settings)),
        .agentLogout(settings),
        .agentReady(settings),
        .agentNotReady(settings),
        .makeCall(MakeCall(otherDN: "5002", userData: userData, type: .priority)),
        .makePredictiveCall(MakePredictiveCall(otherDN: "5002", userData: userData, timeout: 30)),
        .answerCall,
        .releaseCall,
        .holdCall,
        .retrieveCall,
        .clearCall,
        .redirectCall(destination),
        .routeCall(RouteCall(otherDN: "5002", routeType: .direct, userData: userData)),
        .queryCall(.status),
        .initiateTransfer(destination),
        .completeTransfer(consultation),
        .muteTransfer(destination),
        .singleStepTransfer(destination),
        .initiateConference(destination),
        .completeConference(consultation),
        .singleStepConference(destination),
        .deleteFromConference("5002"),
        .alternateCall(consultation),
        .reconnectCall(consultation),
        .mergeCalls(MergeCalls(previousConnection: consultation, type: .conference)),
        .attachUserData(userData),
        .updateUserData(userData),
        .deleteUserData,
        .deletePair("customer"),
        .privateService(4013),
    ]

    static let requests: [Request] = operations.map { operation in
        Request(
            operation, reference: ReferenceID(rawValue: .max), thisDN: "5001",
            connection: ConnectionID(rawValue: 0x0071_022e_c8ac_8056), reasons: ["why": "trainee"],
            extensions: ["record": "source", "params": ["a": 1]])
    }

    static let frames: [[UInt8]] = requests.map(frame)

    static func frame(of request: Request) -> [UInt8] {
        var bytes: [UInt8] = []
        request.encode(to: &bytes)
        return bytes
    }
}

extension RequestDecoder {
    /// Decodes with all requests served.
    mutating func decode(_ frame: [UInt8], sessionIsOpen: Bool = true) -> Decoded {
        decode(frame.span, sessionIsOpen: sessionIsOpen, serves: { _ in true })
    }
}

extension Decoded {
    var refusal: ErrorResponse? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var request: Request? {
        if case .request(let request) = self { request } else { nil }
    }
}

/// SplitMix64: the same seed gives the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
