import TLibrary

func decodingBenchmarks() -> [Benchmark] {
    let plain = Request(
        .privateService(4015), reference: ReferenceID(rawValue: 7), thisDN: "5001",
        connection: ConnectionID(rawValue: 0x0071_022e_c8ac_8056))
    var explained = plain
    explained.reasons = ["desk": .string("card payment")]
    explained.extensions = ["id": .string("01RCC3N118B1V0SL8O7GK2LAES000001-1")]
    return [
        // Every request passes here, so it may cost no allocation.
        decoding("decode RequestPrivateService", plain, allowed: 0),
        decoding("decode RequestPrivateService, Reasons and Extensions", explained, allowed: 3),
    ]
}

private func decoding(_ name: String, _ request: Request, allowed: Int) -> Benchmark {
    var frame: [UInt8] = []
    request.encode(to: &frame)
    let bytes = frame
    return Benchmark(name: name, allowed: allowed) { times in
        var decoder = RequestDecoder()
        var sum = 0
        for _ in 0..<times {
            let decoded = decoder.decode(bytes.span, sessionIsOpen: true) { _ in true }
            guard case .request(let request) = decoded else { preconditionFailure("A sound request was refused.") }
            sum &+= Int(request.reference.rawValue)
        }
        return sum
    }
}
