public import ArgumentParser
public import Logging
public import TLibrary
public import TLibraryClient

// The domain's values as the command line writes them. Public only because their types are.

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension ConnectionID: ExpressibleByArgument {
    /// As events show it: up to 16 hex digits, and not 0.
    public init?(argument: String) {
        self.init(hex: argument)
        if self == .none { return nil }
    }
}

extension DirectoryNumber: ExpressibleByArgument {
    public init?(argument: String) {
        guard (1...Self.maximumLength).contains(argument.utf8.count) else { return nil }
        self.init(argument)
    }
}

extension RecordingSide: ExpressibleByArgument {}
