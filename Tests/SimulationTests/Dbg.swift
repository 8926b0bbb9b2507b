import CallControlTesting
import CallModel
import Foundation
import TLibrary
import Testing
@Test func dbg() throws {
    let e = ProcessInfo.processInfo.environment
    let h = History(try Plant(seed: UInt64(e["S"]!)!, shards: Int(e["N"]!)!)); h.run(steps: 60)
    for f in h.faults { print("FAULT", f) }
    for s in h.plant.media { for l in s.log.entries where l.report.recording.text.hasSuffix(e["R"] ?? "x") { print("ML", l.time, s.name, l.report.event, l.state?.rawValue ?? "-", "rep", l.isRepeated, "asked", l.asked.map { "\($0)" } ?? "-") } }
    for d in h.desks where d.client.name == e["C"]! {
        var lines: [(Duration, String)] = d.client.received.map { r in
            let x = r.event
            return (r.time, "< \(x.message) ref \(x.referenceID?.description ?? "") dn \(x.thisDN?.text ?? "") conn \(x.connID?.description.suffix(4) ?? "") #\(x.sequenceNumber ?? 0) ue \(x.userEvent?.description ?? "") err \(x.errorCode?.rawValue ?? 0) lamp \(CallView.lamp(in: x) ?? "-") ext \(text(x.extensions ?? [:]))")
        }
        for s in h.plant.media { for l in s.log.entries { lines.append((l.time, "    MEDIA \(s.name) \(l.report.connection.description.suffix(4)) \(l.report.recording.text.suffix(6)) \(l.report.event) -> \(l.state?.rawValue ?? "-") rep \(l.isRepeated) asked \(l.asked.map { "\($0)" } ?? "-")")) } }
        for l in lines.enumerated().sorted(by: { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }) { print(l.element.0, l.element.1) }
        for r in d.client.requests { print("> ", r.reference, r.operation, r.connection.description.suffix(4), text(r.extensions)) }
    }
}
func text(_ l: KeyValueList) -> String {
    "{" + l.map { p in
        switch p.value { case .string(let s), .unicode(let s): "\(p.key)=\(s)"; case .integer(let i): "\(p.key)=\(i)"; case .list(let l): "\(p.key)=\(text(l))"; case .binary: p.key }
    }.joined(separator: " ") + "}"
}
