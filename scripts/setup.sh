#!/usr/bin/env bash
# Makes .venv and installs what VisualMLP needs. Every make target runs it first:
# when all is there it returns at once.
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

# What Qt loads at run time (OpenGL, the X11 platform plugin, fonts), as Debian and Ubuntu name it.
qt_packages="libegl1 libgl1 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0
    libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
    libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 fonts-dejavu-core"

say() { printf 'visualmlp: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# Those of the named packages that are not installed. The move to 64-bit time renamed some to NAMEt64.
missing_packages() {
    local installed name
    installed=$(dpkg-query -W -f '=${db:Status-Status} ${Package};\n' "$@" "${@/%/t64}" 2>/dev/null) || true
    for name; do
        [[ $installed =~ "=installed $name"(t64)?";" ]] || printf ' %s' "$name"
    done
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || true
    apt-get install -qq -y --no-install-recommends "$@" || {
        # One package that this release does not have must not keep the others out.
        for name; do apt-get install -qq -y --no-install-recommends "$name" || true; done
    }
} </dev/null >/dev/null 2>&1

# Installs the named packages that are missing, where that is allowed, and prints those that still are.
# Elsewhere than on Debian and its children nothing is known: `visualmlp doctor` tells what Qt lacks.
provide_packages() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
    local missing
    missing=$(missing_packages "$@")
    if [ -n "$missing" ] && [ "$(id -u)" -eq 0 ]; then
        say "installing system packages:$missing"
        apt_install $missing
        missing=$(missing_packages "$@")
    fi
    echo "$missing"
}

find_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        echo "$name"
        return
    done
    die "Python 3.11 or newer is needed and was not found; install it and run make again"
}

# Debian's Python comes without ensurepip, which a virtual environment needs.
provide_venv_module() {
    local has_it='import ensurepip, venv' package
    "$1" -c "$has_it" 2>/dev/null && return
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    provide_packages "$package" >/dev/null
    "$1" -c "$has_it" 2>/dev/null ||
        die "Python's venv module is missing; on Debian or Ubuntu, as root: apt-get install $package"
}

make_venv() {
    local python
    python=$(find_python)
    provide_venv_module "$python"
    rm -rf .venv
    mkdir .venv
    touch .venv/unfinished
    "$python" -m venv .venv
}

# False for one that was left half made, that came with a copied folder, or whose Python is gone.
venv_works() {
    [ ! -e .venv/unfinished ] &&
        grep -qsF " $PWD/.venv" .venv/pyvenv.cfg &&
        .venv/bin/python -c 'import pip' 2>/dev/null
}

requirements() { cat pyproject.toml constraints.txt; }

install_project() {
    say "installing into .venv; the first time this takes a minute or two"
    touch .venv/unfinished
    local quiet=--quiet
    [ ! -t 1 ] || quiet=--no-color
    .venv/bin/python -m pip install "$quiet" --no-input --disable-pip-version-check \
        --constraint constraints.txt --editable '.[dev,embedding,tables]'
    requirements >.venv/installed
    rm .venv/unfinished
}

missing=$(provide_packages $qt_packages)
[ -z "$missing" ] || say "the window needs system packages; as root: apt-get install$missing"
venv_works || make_venv
requirements | cmp -s - .venv/installed || install_project
