import ArgumentParser
import TLibrary
import TLibraryClient

/// What a DN does with two calls.
extension CallCommand {
    struct Alternate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Holds the call and retrieves the DN's held one.")

        @OptionGroup var target: CallOptions

        @Option(help: ArgumentHelp("The held call.", valueName: "connid"))
        var held: ConnectionID

        func run() async throws {
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.alternate(call, at: dn, with: held)
            }
        }
    }

    struct Reconnect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Leaves the call and retrieves the DN's held one.")

        @OptionGroup var target: CallOptions

        @Option(help: ArgumentHelp("The held call.", valueName: "connid"))
        var held: ConnectionID

        func run() async throws {
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.reconnect(call, at: dn, with: held)
            }
        }
    }

    struct Merge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes one call of two that the DN is in.")

        /// What becomes of the DN.
        enum Kind: String, ExpressibleByArgument, CaseIterable {
            case transfer, conference
        }

        @OptionGroup var target: CallOptions

        @Option(help: ArgumentHelp("The call that becomes part of --call.", valueName: "connid"))
        var with: ConnectionID

        @Option(help: "transfer: the DN leaves both calls. conference: it stays.")
        var type: Kind

        func run() async throws {
            let type: MergeType =
                switch type {
                case .transfer: .transfer
                case .conference: .conference
                }
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.merge(call, at: dn, with: with, as: type)
            }
        }
    }
}
