import Foundation

/// Feeds bytes to one target until the time is up, as libFuzzer's options say: fuzz TARGET [-OPTION=VALUE ...] [CORPUS ...]
@main
struct Fuzz {
    static func main() {
        guard CommandLine.arguments.count > 1 else {
            print("usage: fuzz --list | --seeds DIRECTORY | TARGET [libFuzzer's options and directories]")
            exit(64)
        }
        let name = CommandLine.arguments[1]
        if name == "--list" {
            print(Target.allCases.map(\.rawValue).joined(separator: "\n"))
            return
        }
        if name == "--seeds", CommandLine.arguments.count == 3 {
            do {
                try WireSeeds.write(to: URL(filePath: CommandLine.arguments[2]))
                return
            } catch {
                print("seeds cannot be written: \(error)")
                exit(1)
            }
        }
        guard let target = Target(rawValue: name) else {
            print("unknown target: \(name)")
            exit(64)
        }
        exit(Fuzzer.run(target, arguments: [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)))
    }
}

/// What reads bytes from outside.
enum Target: String, CaseIterable {
    case frames, lists, session, ng, feed, capture, rtp, http, configuration, records

    /// Reads one input. What must hold of any input is a precondition; a trap is a finding.
    func read(_ input: Input) {
        switch self {
        case .frames: readFrames(input)
        case .lists: readList(input)
        case .session: readSession(input)
        case .ng: readNGReply(input)
        case .feed: readFeed(input)
        case .capture: readCapture(input)
        case .rtp: readPackets(input)
        case .http: readHTTP(input)
        case .configuration: readConfiguration(input)
        case .records: readRecords(input)
        }
    }
}
