# Sourced after environment.sh by the scripts that run real servers: installs those of Debian that are missing. They run
# only while a script runs them.

mapfile -t packages < <(
    for package in rtpengine-daemon kamailio kamailio-extra-modules kamailio-sqlite-modules sqlite3 sip-tester; do
        installed "$package" || echo "$package"
    done
)
if [ "${#packages[@]}" -gt 0 ]; then
    echo "installing ${packages[*]}, without starting their services"
    run_as_root scripts/install-without-services "${packages[@]}"
fi
unset packages
