import Logging

/// Handler of swift-log that puts lines into a ``BufferedLog``.
struct BufferedLogHandler: LogHandler {
    let label: String
    let log: BufferedLog
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, log: BufferedLog) {
        self.label = label
        self.log = log
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        log.log(event.level, label, event.message.description) {
            var all = metadata
            if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
            if let given = event.metadata { all.merge(given) { $1 } }
            if let error = event.error { all["error"] = "\(error)" }
            return all
        }
    }
}
