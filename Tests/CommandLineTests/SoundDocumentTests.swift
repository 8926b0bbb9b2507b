import CallControl
import CallModel
import EventLoops
import TLibrary
import Testing

@testable import callcontrol

@Suite struct `A sound document` {
    /// Each option, at its default: the example of the article Configuration.
    static let whole = """
        server:
          listen: 127.0.0.1:8000        # port 0: any free port
          name: callcontrol             # ApplicationName that clients see
          keep-alive: 10                # 0: off
          handshake: 5
          drain: 10
          metrics: ""                   # where metrics are answered; empty: nowhere
          password: ""                  # ApplicationPassword that clients must give; empty: none asked
          shards: 0                     # event loops; 0: one for each core
          http-connections: 64
        access:
          failures: { delay-ms: 250, max-delay-ms: 4000, per-address: 30, window: 300 }
        switch:
          kind: in-process
          lines: 10
          consult-user-data: separate   # separate | inherited | joint
          merged-user-data: main-only   # main-only | consult-only | merged-over-main | merged-over-consult
          audio: none                   # none | tones
          dns:
            - { dn: "5001", type: extension, record: true }
            - { dn: "5002", type: extension }
            - { dn: "6000", type: acd-position }
            - { dn: "9000", type: routing-point }
            - { dn: "trunk-1", type: trunk }
          agents:
            - { id: "1001", record: true }
        recording:
          recording-filename: "$UUID$_$AGENTDN$_$ANI$_$DNIS$_$DATE$_$TIME$"
          record-consult-calls: false
          indication-values: documented # documented | upper
          record-after-merge: false
          outcome-events: true
          pause-limit: 0
          pause-limit-action: warn      # warn | resume | stop
          pause-covers-joiners: true
          private-messages: { start: 4013, stop: 4014, pause: 4015, resume: 4016 }
        media:
          servers:
            - { kind: built-in, directory: recordings }
            # - { kind: rtpengine, address: 127.0.0.1:2223 }
            - { kind: simulated, delay-ms: 0, fail-every: 0 }
          timeout-ms: 2000
          tries: 3
          media-proof: 5
          media-recovery: 30
          pause-failure: stop           # stop | keep-trying
        records:
          file: ""                      # empty: none are kept
          rotate-bytes: 67108864
          keep: 10
          fsync: false
          backlog-bytes: 67108864
        log:
          level: info
          file: ""                      # empty: standard error
          queue: 10000
          rate: 60
        limits:
          frame: 65536
          window: 1024                  # outstanding requests of a session
          backlog-bytes: 4194304
          backlog-age: 30
          backlog-total: 268435456
          retention-bytes: 1048576
          retention-age: 30
          sessions: 10000
          unopened: 1024
          unopened-per-address: 512
          registrations: 10000
          inbox: 65536
          calls: 1000000
          recordings: 64
          user-data: 16000
          user-data-total: 1073741824
          feed-line: 16384
        """

    @Test func `may name every option, and defaults are what the example says`() throws {
        var expected = ServerConfiguration()
        expected.engine.dns = [
            .init("5001", type: .extension, record: true),
            .init("5002", type: .extension),
            .init("6000", type: .acdPosition),
            .init("9000", type: .routingPoint),
            .init("trunk-1", type: .trunk),
        ]
        expected.engine.agents = [.init(id: "1001", record: true)]
        expected.mediaServers = [
            .builtIn(directory: "recordings"), .init(kind: .simulated(delay: .zero, failEvery: 0)),
        ]
        let read = try configuration(Self.whole)
        #expect(read == expected)
    }

    @Test func `may have a list of media servers with order, weight and load limit`() throws {
        let read = try configuration(
            """
            media:
              convert: true
              convert-queue: 20
              servers:
                - kind: rtpengine
                  address: 127.0.0.1:2223
                  spool: /var/spool/rtpengine
                  spool-at-server: /recordings
                  in-flight: 64
                  ping: 5
                  silence-ms: 4000
                  order: 1
                  weight: 3
                  max-recordings: 400
                - { kind: rtpengine, address: "[::1]:2223", order: 1 }
                - { kind: built-in }
            """)
        var options = ServerConfiguration.RTPEngineOptions()
        options.spool = "/var/spool/rtpengine"
        options.spoolAtServer = "/recordings"
        options.inFlight = 64
        options.ping = .seconds(5)
        options.silence = .seconds(4)
        var other = ServerConfiguration.RTPEngineOptions()
        other.address = SocketAddress(host: "::1", port: 2_223)
        #expect(read.convertsRecordings)
        #expect(read.conversionQueue == 20)
        #expect(
            read.mediaServers == [
                .init(kind: .rtpengine(options), order: 1, weight: 3, maxRecordings: 400),
                .init(kind: .rtpengine(other), order: 1), .builtIn(directory: "recordings"),
            ])
    }

    @Test(arguments: ["", "\n", "# nothing\n", "{}", "---\n"])
    func `may be empty`(_ text: String) throws {
        #expect(try configuration(text) == ServerConfiguration())
    }

    @Test func `is carried over value by value`() throws {
        let read = try configuration(
            """
            server: { listen: "[::1]:0", keep-alive: 0, handshake: 7, drain: 0, password: secret, shards: 3, name: other }
            switch: { lines: 2, audio: tones, consult-user-data: joint, merged-user-data: merged-over-main }
            recording:
              recording-filename: rec-$CONNID$
              indication-values: upper
              outcome-events: false
              private-messages: { start: 1, stop: 2, pause: 3, resume: 4 }
            media: { servers: [], timeout-ms: 250, tries: 1, media-proof: 0, pause-failure: keep-trying }
            records: { file: /var/log/records, rotate-bytes: 5, keep: 0, fsync: true, backlog-bytes: 6 }
            limits:
              { frame: 32768, user-data: 16384, window: 1, recordings: 3, unopened: 0, unopened-per-address: 7,
                user-data-total: 0 }
            access: { failures: { delay-ms: 0, max-delay-ms: 6999, per-address: 0, window: 1 } }
            """)
        #expect(read.listen == SocketAddress(host: "::1", port: 0))
        #expect(read.shards == 3)
        #expect(read.engine.name == "other")
        #expect(read.engine.keepAlive == .zero)
        #expect(read.engine.handshake == .seconds(7))
        #expect(read.engine.drain == .zero)
        #expect(read.engine.password == "secret")
        #expect(read.switch.lines == 2)
        #expect(read.switch.audio == .tones)
        #expect(read.engine.recording.fileName == FileNamePattern("rec-$CONNID$"))
        #expect(read.engine.recording.indicationValues == .upper)
        #expect(!read.engine.recording.outcomeEvents)
        #expect(read.engine.recording.privateMessages.resume == 4)
        #expect(read.mediaServers == [])
        #expect(read.engine.recording.timeout == .milliseconds(250))
        #expect(read.engine.recording.tries == 1)
        #expect(read.engine.recording.mediaProof == .zero)
        #expect(read.engine.recording.pauseFailure == .keepTrying)
        #expect(
            read.records
                == .init(file: "/var/log/records", rotateBytes: 5, keep: 0, fsync: true, backlogBytes: 6))
        #expect(read.engine.limits.frame == 32_768)
        #expect(read.engine.limits.window == 1)
        #expect(read.engine.limits.unopened == 0 && read.engine.limits.unopenedPerAddress == 7)
        #expect(read.engine.limits.userDataTotal == 0)
        #expect(read.engine.failures.delay == .zero && read.engine.failures.maximumDelay == .milliseconds(6_999))
        #expect(read.engine.failures.perAddress == 0 && read.engine.failures.window == .seconds(1))
        #expect(read.engine.recording.limit == 3)
        #expect(read.engine.consultUserData == .joint)
        #expect(read.engine.mergedUserData == .mergedOverMain)
    }

    @Test func `tells names apart by their bytes`() throws {
        let read = try configuration(
            """
            switch:
              dns:
                - { dn: "Jos\u{E9}", type: extension }
                - { dn: "Jose\u{301}", type: extension }
              agents:
                - { id: "Jos\u{E9}" }
                - { id: "Jose\u{301}" }
            """)
        #expect(read.engine.dns.count == 2 && read.engine.agents.count == 2)
        #expect(throws: Never.self) { try read.engine.check() }
    }

    @Test func `may have its calls from a feed`() throws {
        let read = try configuration(
            """
            switch: { kind: feed, address: "127.0.0.1:8448", dns: [{ dn: "5001", type: extension }] }
            """)
        var expected = ServerConfiguration()
        expected.switch.kind = .feed
        expected.switch.address = SocketAddress(host: "127.0.0.1", port: 8_448)
        expected.engine.dns = [.init("5001", type: .extension)]
        #expect(read == expected)
        #expect(read.switch.timeout == .seconds(5) && read.switch.feedLine == 16_384)
        #expect(read.switch.keepAlive == .seconds(5))
        let other = try configuration(
            "switch: { kind: feed, address: \"[::1]:1\", timeout-ms: 1, keep-alive: 0 }\nlimits: { feed-line: 1048576 }\n",
            environment: ["CALLCONTROL_SWITCH_TIMEOUT_MS": "600000"])
        #expect(other.switch.timeout == .seconds(600) && other.switch.feedLine == 1_048_576)
        #expect(other.switch.keepAlive == .zero)
    }

    @Test func `may write a DN without quotes, and its digits stay as they are`() throws {
        let read = try configuration("switch:\n  dns:\n    - { dn: 0050, type: extension }\n")
        #expect(read.engine.dns.map(\.number) == ["0050"])
    }
}

@Suite struct `The environment` {
    @Test func `stands over the file`() throws {
        let read = try configuration(
            "server:\n  listen: 127.0.0.1:1\n  name: file\n",
            environment: [
                "CALLCONTROL_SERVER_LISTEN": "0.0.0.0:9000",
                "CALLCONTROL_SERVER_KEEP_ALIVE": "3",
                "CALLCONTROL_SERVER_METRICS": "9090",
                "CALLCONTROL_RECORDING_PRIVATE_MESSAGES_START": "77",
                "CALLCONTROL_RECORDING_OUTCOME_EVENTS": "false",
                "CALLCONTROL_LIMITS_BACKLOG_BYTES": "5",
                "CALLCONTROL_SERVER_PASSWORD": "",
                "PATH": "/bin",
            ])
        #expect(read.listen == SocketAddress(host: "0.0.0.0", port: 9000))
        #expect(read.engine.name == "file")
        #expect(read.engine.keepAlive == .seconds(3))
        #expect(read.metrics == SocketAddress(host: "127.0.0.1", port: 9_090))
        #expect(read.engine.recording.privateMessages.start == 77)
        #expect(!read.engine.recording.outcomeEvents)
        #expect(read.engine.limits.backlogBytes == 5)
    }

    @Test(arguments: [
        (
            "CALLCONTROL_SERVER_SHARDS", "two",
            "invalid value \"two\": expected a whole number from 0 to 64, without quotes"
        ),
        ("CALLCONTROL_SERVER_LISTN", "x", "unknown option; `callcontrol options` lists all of them"),
        ("CALLCONTROL_SWITCH_DNS", "5001", "lists are read from the file alone"),
        ("CALLCONTROL_RECORDING_PRIVATE_MESSAGES", "1", "names a group; expected one of its options"),
    ])
    func `is held to the same rules, and named as the variable`(name: String, value: String, problem: String) {
        #expect(problems(of: "", environment: [name: value]) == ["\(name): \(problem)"])
    }

    @Test func `wins over a value of the file that is unsound, and over one that contradicts`() throws {
        let read = try configuration(
            "limits:\n  frame: 17000\n  user-data: 1\n",
            environment: ["CALLCONTROL_LIMITS_FRAME": "65536", "CALLCONTROL_LIMITS_USER_DATA": "49152"])
        #expect(read.engine.limits.frame == 65_536)
        #expect(
            problems(of: "", environment: ["CALLCONTROL_LIMITS_FRAME": "20000"]) == [
                "CALLCONTROL_LIMITS_FRAME: a frame of 20000 bytes does not hold user data of 16000; frame must be at "
                    + "least user-data + 16384, here 32384"
            ])
    }

    @Test func `may hold what is not ours`() throws {
        #expect(
            try configuration("", environment: ["CALLCONTROL_HOME": "/opt", "CALLCONTROLLER": "x"])
                == ServerConfiguration())
    }
}

@Suite struct `An address` {
    @Test(arguments: [
        "127.0.0.1:80", "0.0.0.0:0", "[::]:1", "[::1]:8000", "[fe80::1:2]:5", "[1:2:3:4:5:6:7:8]:9",
        "[::ffff:10.0.0.1]:9", "localhost:8000",
    ])
    func `may be written in every usual way`(_ text: String) {
        #expect(HostAndPort.numeric(text) != nil)
    }

    @Test(arguments: [
        "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0:80", "127.0.0.256:80", "1.2.3.4.5:80", "::1:80", "[::1]",
        "[1::2::3]:4", "[1:2:3:4:5:6:7:8:9]:1", "[12345::]:1", "[g::]:1", "[1:2:3:4:5:6:7]:1", "example.com:80",
        "127.0.0.1:-1", "127.0.0.1:70000", "[:]:1", "[:::]:1", "0x7f.0.0.1:80",
    ])
    func `is refused where it is none`(_ text: String) {
        #expect(HostAndPort.numeric(text) == nil)
    }
}
