# Reads what the clients print, one JSON line for each round.

function field(key,    value) {
    value = $0
    if (!sub(".*\"" key "\":\"?", "", value)) return ""
    sub(/[",}].*/, "", value)
    return value
}

function median(list,    values, count, i, j, swap) {
    count = split(list, values, " ")
    for (i = 1; i <= count; i++)
        for (j = i + 1; j <= count; j++)
            if (values[j] + 0 < values[i] + 0) { swap = values[i]; values[i] = values[j]; values[j] = swap }
    return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
}
