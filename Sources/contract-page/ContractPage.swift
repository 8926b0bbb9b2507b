import Foundation

/// Prints the article Recording tables: what the machine does in every case, told by the machine itself.
///
/// `scripts/docs` writes the article anew, and a test fails when it is another than what is printed here. Run by hand:
/// `swift run contract-page > Sources/CallModel/CallModel.docc/RecordingTables.md`.
@main struct ContractPage {
    static func main() {
        do {
            print(try text(), terminator: "")
        } catch {
            FileHandle.standardError.write(Data("contract-page: \(error)\n".utf8))
            exit(1)
        }
    }

    /// The whole article, the same in every run.
    static func text() throws -> String {
        let parts = try [head] + RecordingChapter(package: package).parts + CallChapter.parts()
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// Where the article is kept.
    static var file: URL { package.appending(path: "Sources/CallModel/CallModel.docc/RecordingTables.md") }

    private static let package = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let head = """
        # Recording tables

        For developers of T-Clients and switches: the transitions of a recording, and the events of each call request, in every case.

        @Comment {
            Printed by contract-page, and written anew by scripts/docs. Changes by hand are lost.
        }

        ## Overview

        A program prints these tables. It reads the first two from the call model. For the others it carries out each request on
        an engine with the in-process switch and a simulated media server. So the tables have the actual behaviour. The
        <doc:RecordingContract> has the required behaviour, and the reasons.
        """
}
