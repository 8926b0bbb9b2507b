import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// Values that T-Library does not have are refused, and answers carry what the protocol gives them.
struct RequestValueTests {
    private func client(on dns: [EngineConfiguration.DN]) throws -> (Simulation, SimulatedClient) {
        let served = try ServedSimulation(dns: dns)
        return (served.simulation, served.client(on: dns.map(\.number)))
    }

    @Test(arguments: [-1, 5, 77])
    func `a MakeCallType that T-Library does not have makes no call`(type: Int32) throws {
        let (simulation, client) = try client(on: [.init("5001", type: .extension), .init("5002", type: .extension)])
        let make = MakeCall(otherDN: "5002", type: MakeCallType(rawValue: type))
        let asked = client.send(.makeCall(make), thisDN: "5001")
        simulation.advance(by: .seconds(1))
        #expect(client.answers(to: asked).map(\.errorCode) == [.invalidAttribute])
        #expect(client.events(.eventDialing).isEmpty)
    }

    @Test(arguments: [-1, 15, 99])
    func `a RouteType that T-Library does not have routes no call`(type: Int32) throws {
        let (simulation, client) = try client(on: [
            .init("trunk-1", type: .trunk), .init("9000", type: .routingPoint), .init("5001", type: .extension),
        ])
        client.send(.makeCall(MakeCall(otherDN: "9000")), thisDN: "trunk-1")
        simulation.advance(by: .seconds(1))
        let call = try #require(client.events(.eventRouteRequest).first?.connID)
        let route = RouteCall(otherDN: "5001", routeType: RouteType(rawValue: type))
        let asked = client.send(.routeCall(route), thisDN: "9000", connection: call)
        simulation.advance(by: .seconds(1))
        #expect(client.answers(to: asked).map(\.errorCode) == [.invalidAttribute])
        #expect(client.events(.eventRinging).isEmpty)
    }

    @Test func `Reasons are in no answer that is about the server or a DN`() throws {
        let (simulation, client) = try client(on: [.init("5001", type: .extension)])
        let reasons: KeyValueList = ["why": "test"]
        client.send(.queryServer, reasons: reasons)
        client.send(.queryAddress(.addressStatus), thisDN: "5001", reasons: reasons)
        client.send(.registerAddress(.share), thisDN: "5001", reasons: reasons)
        client.send(.unregisterAddress, thisDN: "5001", reasons: reasons)
        simulation.advance(by: .seconds(1))
        let answers = client.events.suffix(4)
        #expect(
            answers.map(\.message) == [.eventServerInfo, .eventAddressInfo, .eventRegistered, .eventUnregistered])
        #expect(answers.allSatisfy { $0.reasons == nil })
    }
}
