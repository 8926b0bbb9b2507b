# Makes one table of the load client's JSON lines: first the file of timings (several rounds, medians), then that of
# allocations. Goes after lines.awk.

FNR == 1 { file++ }

{
    size = field("connections") "x" field("window")
    server = field("server")
    if (!(size in known_size)) { known_size[size] = 1; sizes[++size_count] = size }
    if (!(server in known_server)) { known_server[server] = 1; servers[++server_count] = server }
}

file == 2 { allocations[size, server] = field("allocations"); next }

{
    split("cpu rate p50 p99 bytes acknowledgements changes", keys, " ")
    for (i = 1; i in keys; i++) all[size, server, keys[i]] = all[size, server, keys[i]] " " field(keys[i])
}

function of(key) { return median(all[size, server, key]) }

function ratio(other) { return sprintf("%.2f", of("cpu") / median(all[size, other, "cpu"])) }

END {
    head = "| %-8s | %-13s | %10s | %7s | %15s | %10s | %7s | %7s | %11s | %6s | %5s |\n"
    row = "| %-8s | %-13s | %10.0f | %7s | %15s | %10.0f | %7.0f | %7.0f | %11.2f | %6.2f | %5.0f |\n"
    print "Per request: one PAUSE or RESUME, with its EventACK, its change and its EventPrivateInfo. Size is connections x"
    print "requests outstanding on each; p50 and p99 are µs from request to EventPrivateInfo.\n"
    printf head, "size", "server", "CPU ns", "× floor", "× floor-working", "requests/s", "p50", "p99", "allocations",
        "frames", "bytes"
    print "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for (s = 1; s <= size_count; s++) {
        size = sizes[s]
        for (v = 1; v <= server_count; v++) {
            server = servers[v]
            printf row, size, server, of("cpu"), ratio("floor"), ratio("floor-working"), of("rate"), of("p50"),
                of("p99"), allocations[size, server], of("acknowledgements") + of("changes") + 1, of("bytes")
        }
    }
}
