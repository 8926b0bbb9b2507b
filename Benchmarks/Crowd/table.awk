# Makes three tables of what the clients print, one JSON line each. Goes after lines.awk.

{ part = field("part"); phase = field("phase"); name = field("name") }

function note(key, value) { all[key] = all[key] " " value }

part == "slow" && !((phase, "rounds") in all) { phases[++phase_count] = phase }

part == "slow" && name == "quick" {
    note(phase SUBSEP "rounds", 1)
    note(phase SUBSEP "p50", field("p50") / 1000)
    note(phase SUBSEP "p99", field("p99") / 1000)
    note(phase SUBSEP "cpu", 100 * field("cpu") / field("seconds"))
    if (phase == "alone") alone = field("p99")
    note(phase SUBSEP "ratio", field("p99") / alone)
    if (phase == "beside-quick") kept_up = field("p99")
    if (phase == "beside-slow" && kept_up > 0) note("beside quick", field("p99") / kept_up)
    asked = field("published")
    dropped = field("dropped")
}

# The quick ones are the first of their phase.
part == "slow" {
    sessions[phase, name] = field("sessions")
    behind[phase, name] = behind[phase, name] " " field("behind")
    told[phase, name] = told[phase, name] " " 100 * field("conflated") / (field("conflated") + field("events"))
    if (field("whole") != field("sessions")) fault("a session of the " name " ones did not come to its last word")
    if (field("events") + field("conflated") != field("sessions") * asked) fault("events of the " name " ones are missing")
    dropped -= field("conflated")
    if (name == "trickling" && dropped != 0) fault("the server conflated others than its clients were told of")
}

part == "flood" {
    note("flood" SUBSEP phase SUBSEP "p50", field("p50"))
    note("flood" SUBSEP phase SUBSEP "p99", field("p99"))
    note("flood" SUBSEP phase SUBSEP "p999", field("p999"))
    p99[phase] = field("p99")
    p50[phase] = field("p50")
    if (phase == "flood") {
        split("alone awake", before, " ")
        for (i = 1; i in before; i++) {
            note("ratio50" SUBSEP before[i], field("p50") / p50[before[i]])
            note("ratio99" SUBSEP before[i], field("p99") / p99[before[i]])
        }
        note("flood rate", field("requests") / field("seconds"))
        floods++
    }
}

part == "memory" && phase == "open" { open_each = 1024 * (field("idle") - field("before")) / field("sessions") }

part == "memory" && phase != "open" {
    limit[++limits] = phase
    for (i = split("sessions whole told closed events conflated dropped before idle peak after backlog seconds published", keys, " "); i > 0; i--)
        memory[limits, keys[i]] = field(keys[i])
    # What a session that was cut was to be told of conflated changes is not known.
    if (field("whole") == field("sessions") && field("dropped") != field("conflated")) fault("the server conflated others than its clients were told of")
}

function fault(text) { faults[++fault_count] = text }

function of(key) { return median(all[key]) }

function range(key,    values, count, i, least, most) {
    count = split(all[key], values, " ")
    least = most = values[1]
    for (i = 2; i <= count; i++) {
        if (values[i] + 0 < least + 0) least = values[i]
        if (values[i] + 0 > most + 0) most = values[i]
    }
    return sprintf("%.2f (%.2f to %.2f)", median(all[key]), least, most)
}

function print_slow(    p, share, text, words, of_phase) {
    words["alone"] = "alone"; words["beside-quick"] = "beside 100 that keep up"
    words["beside-slow"] = "beside 50 stopped and 50 that read 10 kB/s"
    print "From a change of a call's user data (2 kB, 50 a second) to its receipt by 900 clients on its DN, medians of the rounds;"
    print "in ms, and against the 900 alone in the same round (least to most). Behind: sessions that the server conflated for, and"
    print "which share of the changes they were told of by a later one.\n"
    print "| 900 on one DN | p50 | p99 | p99 ratio | server CPU % | behind |"
    print "| --- | ---: | ---: | ---: | ---: | --- |"
    for (p = 1; p <= phase_count; p++) {
        phase = phases[p]
        text = ""
        for (share in told) {
            split(share, of_phase, SUBSEP)
            if (of_phase[1] != phase || median(behind[share]) == 0) continue
            text = text sprintf("%s%d of %d %s: %.0f %%", text == "" ? "" : ", ", median(behind[share]), sessions[share], of_phase[2], median(told[share]))
        }
        printf "| %s | %.2f | %.2f | %s | %.0f | %s |\n", words[phase], of(phase SUBSEP "p50"), of(phase SUBSEP "p99"),
            range(phase SUBSEP "ratio"), of(phase SUBSEP "cpu"), text
    }
    if (all["beside quick"] != "") printf "\np99 beside the slow ones against beside as many that keep up: %s\n", range("beside quick")
    print ""
}

function print_flood(    i, names, words) {
    print "From a request to its answer, of a client with one outstanding, in µs; medians of the rounds. Ratio: of the round beside"
    print "the flood to the round before it. Awake: no core sleeps.\n"
    print "| the second client | p50 | p99 | p99.9 | flood's p50 ratio | flood's p99 ratio |"
    print "| --- | ---: | ---: | ---: | ---: | ---: |"
    split("alone awake flood", names, " ")
    words["alone"] = "alone"; words["awake"] = "alone, cores awake"; words["flood"] = "beside a flood of 100,000"
    for (i = 1; i <= 3; i++)
        printf "| %s | %.1f | %.1f | %.1f | %s | %s |\n", words[names[i]], of("flood" SUBSEP names[i] SUBSEP "p50"),
            of("flood" SUBSEP names[i] SUBSEP "p99"), of("flood" SUBSEP names[i] SUBSEP "p999"),
            i < 3 ? range("ratio50" SUBSEP names[i]) : "", i < 3 ? range("ratio99" SUBSEP names[i]) : ""
    printf "\nThe flood had %.0f answers a second.\n\n", of("flood rate")
}

function print_memory(    i) {
    print "Sessions on 4 of 400 DNs each, all stopped while changes of their calls' user data (2 kB) go out, then read again. MB of"
    print "resident memory of the server; backlog: the most that /metrics told. Whole: ended with the last state of all four calls;"
    print "told: EventLinkDisconnected, slow-consumer; closed: their connection, with what they had not read.\n"
    print "| backlog-total | sessions | changes | before | idle | a session | a registration | peak | backlog | beyond it, a session | after | whole | told | closed |"
    print "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for (i = 1; i <= limits; i++)
        printf "| %d MiB | %d | %d | %.1f | %.1f | %.0f B | %.0f B | %.1f | %.1f | %.0f B | %.1f | %d | %d | %d |\n", limit[i] / 1048576,
            memory[i, "sessions"], memory[i, "published"], memory[i, "before"] / 1024, memory[i, "idle"] / 1024, open_each,
            (1024 * (memory[i, "idle"] - memory[i, "before"]) / memory[i, "sessions"] - open_each) / 4,
            memory[i, "peak"] / 1024, memory[i, "backlog"] / 1048576,
            (1024 * (memory[i, "peak"] - memory[i, "before"]) - memory[i, "backlog"]) / memory[i, "sessions"],
            memory[i, "after"] / 1024, memory[i, "whole"], memory[i, "told"], memory[i, "closed"]
    print ""
}

END {
    if (phase_count > 0) print_slow()
    if (floods > 0) print_flood()
    if (limits > 0) print_memory()
    for (i = 1; i <= fault_count; i++) print "FAULT: " faults[i]
    exit fault_count > 0
}
