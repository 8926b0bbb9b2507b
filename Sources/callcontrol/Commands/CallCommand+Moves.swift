import ArgumentParser
import TLibrary
import TLibraryClient

/// A call that moves, or ends, as a whole.
extension CallCommand {
    struct Predict: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Places a call for which no agent waits yet.",
            discussion: """
                The DN is the queue or routing point at which the call waits once it is answered. Prints EventDialing with \
                the new call's ConnID.
                """)

        @OptionGroup var asker: DNOptions

        @Option(help: "The DN to call.")
        var to: DirectoryNumber

        @Option(
            help: ArgumentHelp("Ends a call that nobody has answered by then. Default: never.", valueName: "seconds"))
        var timeout: Int32?

        func validate() throws {
            guard (1...).contains(timeout ?? 1) else { throw ValidationError("--timeout must be 1 second or more.") }
        }

        func run() async throws {
            try await asker.ask { session throws(TLibraryClientError) in
                try await session.makePredictiveCall(from: asker.dn, to: to, timeout: timeout)
            }
        }
    }

    struct Redirect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sends a call that rings on the DN to another.")

        @OptionGroup var target: CallOptions

        @Option(help: "The DN to send it to.")
        var to: DirectoryNumber

        func run() async throws {
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.redirect(call, at: dn, to: to)
            }
        }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes all parties out of the call.")

        @OptionGroup var target: CallOptions

        func run() async throws {
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.clear(call, at: dn)
            }
        }
    }

    struct Transfer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives the DN's place in the call to another DN.",
            discussion: """
                In one step, with --to alone: the other DN rings in the DN's place. In two steps: --initiate holds the \
                call, calls the other DN and prints, after the answer, EventDialing with the consultation call's ConnID; \
                --complete then leaves the parties of both calls to each other.
                """)

        /// How, if not in one step.
        enum Step: String, EnumerableFlag {
            case mute, initiate, complete

            static func help(for step: Step) -> ArgumentHelp? {
                switch step {
                case .mute: "Transfers in one step, by RequestMuteTransfer."
                case .initiate: "Begins a transfer of two steps."
                case .complete: "Completes a transfer of two steps: --call is the main call."
                }
            }
        }

        @OptionGroup var target: CallOptions

        @Flag(exclusivity: .exclusive)
        var step: Step?

        @OptionGroup var way: TransferOptions

        func validate() throws { try way.check(completes: step == .complete) }

        func run() async throws {
            switch step {
            case .initiate:
                let to = try way.destination
                try await target.consult { session, call, dn throws(TLibraryClientError) in
                    try await session.initiateTransfer(call, at: dn, to: to)
                }
            case .complete:
                let consultation = try way.consultation
                try await target.ask { session, call, dn throws(TLibraryClientError) in
                    try await session.completeTransfer(call, at: dn, consultation: consultation)
                }
            case .mute:
                let to = try way.destination
                try await target.ask { session, call, dn throws(TLibraryClientError) in
                    try await session.muteTransfer(call, at: dn, to: to)
                }
            case nil:
                let to = try way.destination
                try await target.ask { session, call, dn throws(TLibraryClientError) in
                    try await session.transfer(call, at: dn, to: to)
                }
            }
        }
    }

    struct Conference: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Brings another DN into the call.",
            discussion: """
                In one step, with --to alone: the other DN rings, and is in the call when it answers. In two steps: \
                --initiate holds the call, calls the other DN and prints, after the answer, EventDialing with the \
                consultation call's ConnID; --complete then brings the parties of both calls together.
                """)

        /// How, if not in one step.
        enum Step: String, EnumerableFlag {
            case initiate, complete

            static func help(for step: Step) -> ArgumentHelp? {
                switch step {
                case .initiate: "Begins a conference of two steps."
                case .complete: "Completes a conference of two steps: --call is the main call."
                }
            }
        }

        @OptionGroup var target: CallOptions

        @Flag(exclusivity: .exclusive)
        var step: Step?

        @OptionGroup var way: TransferOptions

        func validate() throws { try way.check(completes: step == .complete) }

        func run() async throws {
            switch step {
            case .initiate:
                let to = try way.destination
                try await target.consult { session, call, dn throws(TLibraryClientError) in
                    try await session.initiateConference(call, at: dn, to: to)
                }
            case .complete:
                let consultation = try way.consultation
                try await target.ask { session, call, dn throws(TLibraryClientError) in
                    try await session.completeConference(call, at: dn, consultation: consultation)
                }
            case nil:
                let to = try way.destination
                try await target.ask { session, call, dn throws(TLibraryClientError) in
                    try await session.add(to, to: call, at: dn)
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes another party out of a conference.")

        @OptionGroup var target: CallOptions

        @Option(help: "The DN of the party that is to leave.")
        var party: DirectoryNumber

        func run() async throws {
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.remove(party, from: call, at: dn)
            }
        }
    }
}

extension CallCommand {
    /// Where a transfer or a conference goes: to a DN, or, to complete it, to the parties of a consultation call.
    struct TransferOptions: ParsableArguments {
        @Option(help: "The DN to call.")
        var to: DirectoryNumber?

        @Option(help: ArgumentHelp("With --complete: the consultation call's ConnID.", valueName: "connid"))
        var consult: ConnectionID?

        func check(completes: Bool) throws {
            if completes {
                _ = try consultation
                guard to == nil else { throw ValidationError("--to has no place with --complete.") }
            } else {
                _ = try destination
                guard consult == nil else { throw ValidationError("--consult has a place with --complete alone.") }
            }
        }

        var destination: DirectoryNumber {
            get throws {
                guard let to else { throw ValidationError("--to is missing: the DN to call.") }
                return to
            }
        }

        var consultation: ConnectionID {
            get throws {
                guard let consult else {
                    throw ValidationError("--consult is missing: the consultation call's ConnID.")
                }
                return consult
            }
        }
    }
}
