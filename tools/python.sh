#!/bin/sh
# Prints the Python that the virtual environment is made with: PYTHON= if given, else the first that fits.
# Why a script: every shell and make has sh, and a machine may have several Pythons of which one lacks venv.
set -eu

fits='import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)'
whole='import ensurepip, fcntl, ssl, venv'
old=""
bare=""

for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
    path=$(command -v "$candidate" 2>/dev/null) || continue
    "$path" -c 'pass' 2>/dev/null || continue
    if ! "$path" -c "$fits" 2>/dev/null; then
        old="$old $path ($("$path" -V 2>&1))"
    elif ! "$path" -c "$whole" 2>/dev/null; then
        bare="$bare $path ($("$path" -V 2>&1))"
    else
        echo "$path"
        exit 0
    fi
done

{
    echo "Cliffhanger needs Python 3.11, 3.12 or 3.13 with venv and pip, and found none that it can use."
    [ -z "$old" ] || echo "  too old:$old"
    [ -z "$bare" ] || echo "  without venv or pip:$bare"
    echo "  Debian, Ubuntu: apt install python3 python3-venv python3-pip      macOS: brew install python@3.13"
    echo "  Another one: make PYTHON=/path/to/python3.13 ..."
} >&2
exit 1
