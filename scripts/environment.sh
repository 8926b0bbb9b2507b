# Sourced by the other scripts: goes to the package's folder, finds Swift, and installs what Debian 12 and 13 lack.
# Where nothing is missing it needs no network and no root.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

swift_wanted=6.2

swift_candidates() {
    command -v swift || true
    ls -d /opt/swift*/{usr/,}bin/swift /usr/{share,local,libexec}/swift*/{usr/,}bin/swift \
        ~/.local/share/swiftly/{bin,toolchains/*/usr/bin}/swift \
        2>/dev/null || true
}

# The packages that the system lacks, one probe for each.
missing_packages() {
    command -v gcc > /dev/null || echo gcc
    command -v git > /dev/null || echo git
    command -v ld.gold > /dev/null || gold_package
    command -v pkg-config > /dev/null || echo pkg-config
    [ -e /usr/include/stdlib.h ] || echo libc6-dev
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
    compgen -G '/usr/lib/gcc/*/*/libstdc++.so' > /dev/null || echo g++
    installed libuv1-dev || echo libuv1-dev
    installed libopus-dev || echo libopus-dev
    installed libspandsp-dev || echo libspandsp-dev
    missing_libraries "$@"
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]; }

# Debian 12 has gold in binutils, Debian 13 in a package of its own.
gold_package() { if grep -q '^VERSION_ID="12"' /etc/os-release; then echo binutils; else echo binutils-gold; fi; }

# The shared libraries that a toolchain's own programs want and do not find.
missing_libraries() {
    local swift tools
    for swift in "$@"; do
        tools=$(dirname "$(readlink -f "$swift")")
        ldd "$tools"/swift-{frontend,driver,build} 2> /dev/null | awk '/not found/ { print $1 }'
    done | sort -u | while read -r library; do
        case $library in
        libcurl.so.4) echo libcurl4 ;;
        libncurses.so.6 | libtinfo.so.6) echo libncurses6 ;;
        libsqlite3.so.0) echo libsqlite3-0 ;;
        libstdc++.so.6) echo libstdc++6 ;;
        libuuid.so.1) echo libuuid1 ;;
        libxml2.so.2) echo libxml2 ;;
        libz.so.1) echo zlib1g ;;
        esac
    done
}

install_packages() {
    echo "installing $*"
    run_as_root scripts/apt-get update
    run_as_root scripts/apt-get install "$@" > /dev/null
}

run_as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo "$@"
    else
        echo "This needs root: $*" >&2
        exit 1
    fi
}

swift_is_new_enough() {
    local version
    version=$("$1" --version 2> /dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')
    [ -n "$version" ] && [ "$(printf '%s\n' "$swift_wanted" "$version" | sort -V | head -n 1)" = "$swift_wanted" ]
}

no_swift() {
    echo "There is no Swift $swift_wanted or later here: https://www.swift.org/install/linux tells how to get it." >&2
    exit 1
}

mapfile -t swifts < <(swift_candidates)
[ "${#swifts[@]}" -gt 0 ] || no_swift
mapfile -t packages < <(missing_packages "${swifts[@]}")
[ "${#packages[@]}" -eq 0 ] || install_packages "${packages[@]}"

for swift in "${swifts[@]}"; do
    if swift_is_new_enough "$swift"; then found=$swift && break; fi
done
[ -n "${found:-}" ] || no_swift
PATH=$(dirname "$found"):$PATH
export PATH
unset swift swifts packages found
