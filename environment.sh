# Sourced by ./run and ./test: finds or makes everything that they need, says what it does, stops with a sentence.
#   prepare run|test     afterwards $PYTHON is the environment's interpreter

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
PYTHON=.venv/bin/python

say() { printf '%s\n' "$*" >&2; }
fail() { say "$0: $*"; exit 1; }

prepare() {
    find_uv
    install_packages "$1"
    install_system_libraries "$1"
}

find_uv() {
    export PATH="$PWD/.tools/bin:$PATH"
    command -v uv >/dev/null && return
    say "uv is not here: installing it into .tools"
    if ! make_tools_with_pip; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt_install python3-venv
            make_tools_with_pip && return
        fi
        command -v curl >/dev/null || fail "cannot install uv: needs Python 3.9 or newer with venv (Debian: apt install python3-venv), or curl"
        curl -LsSf https://astral.sh/uv/install.sh | env UV_INSTALL_DIR="$PWD/.tools/bin" UV_NO_MODIFY_PATH=1 sh >&2 ||
            fail "uv could not be installed; see https://docs.astral.sh/uv/getting-started/installation/"
    fi
}

make_tools_with_pip() {
    command -v python3 >/dev/null && python3 -m venv .tools >/dev/null 2>&1 && .tools/bin/pip install --quiet uv >&2
}

install_packages() {
    local list=requirements/station.txt stamp=.venv/installed-station.txt
    [ "$1" = test ] && list=requirements/dev.txt stamp=.venv/installed-dev.txt
    # what tests need includes what running needs
    cmp -s "$list" "$stamp" 2>/dev/null && return
    [ "$1" = run ] && cmp -s requirements/dev.txt .venv/installed-dev.txt 2>/dev/null && return
    say "installing the locked packages of $list into .venv"
    [ -x "$PYTHON" ] || uv venv --quiet --python '>=3.11,<3.14' .venv || fail "no Python 3.11 to 3.13 could be found or downloaded"
    uv pip install --quiet --python "$PYTHON" --require-hashes -r "$list" || fail "the packages of $list could not be installed"
    cp "$list" "$stamp"
}

# What Qt loads at run time and its wheel does not bring: a library on the left, Debian's package for it on the right.
QT_LIBRARIES="libGL.so.1:libgl1 libEGL.so.1:libegl1 libxkbcommon.so.0:libxkbcommon0 libdbus-1.so.3:libdbus-1-3
libfontconfig.so.1:libfontconfig1 libglib-2.0.so.0:libglib2.0-0"
XCB_LIBRARIES="libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1
libxcb-shape.so.0:libxcb-shape0 libxkbcommon-x11.so.0:libxkbcommon-x11-0"

install_system_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    local wanted=$QT_LIBRARIES missing="" known pair
    [ "$1" = run ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ] && return 0 # headless: no Qt
    [ -n "${DISPLAY:-}" ] && wanted="$wanted $XCB_LIBRARIES"
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
    for pair in $wanted; do
        case $known in *"${pair%%:*}"*) ;; *) missing="$missing ${pair##*:}" ;; esac
    done
    # the Japanese and the Chinese window need fonts that have the characters
    local fonts=""
    command -v fc-list >/dev/null || fonts=" fontconfig"
    [ -n "$(fc-list :lang=ja family 2>/dev/null | head -n 1)" ] || fonts="$fonts fonts-ipafont-gothic"
    [ -n "$(fc-list :lang=zh family 2>/dev/null | head -n 1)" ] || fonts="$fonts fonts-droid-fallback"
    missing="$missing$fonts"
    [ -z "$missing" ] && return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086
        if [ "$missing" = "$fonts" ]; then # the station runs without them, its other languages do not look well
            (apt_install $missing) || say "note: no font with Japanese or Chinese characters could be installed"
        else
            apt_install $missing
        fi
    elif [ "$missing" = "$fonts" ]; then
        say "note: no font with Japanese or Chinese characters found; on Debian or Ubuntu: sudo apt install$missing"
    else
        fail "Qt needs system libraries that are not here. On Debian or Ubuntu: sudo apt install$missing"
    fi
}

apt_install() {
    say "installing system packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
        { apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$@" >/dev/null; } ||
        fail "apt-get could not install: $*"
}
