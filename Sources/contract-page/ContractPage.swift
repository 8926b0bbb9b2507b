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

        What a recording and its call do in every case, printed by the machine itself.

        @Comment {
            Printed by contract-page, and written anew by scripts/docs. What is changed here by hand is lost.
        }

        ## Overview

        Nobody has written these tables: a program reads the first two from the call model, and gets the others by carrying out
        each request on an engine with the in-process switch and a simulated media server. So they say what happens, where the
        <doc:RecordingContract> says what should, and why.
        """
}
