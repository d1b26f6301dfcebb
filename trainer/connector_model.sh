#!/usr/bin/env bash
# Makes the model that ships for the simulated connector: simulated sessions, each with its own light and pose, two to
# learn from, two to calibrate on, two that are only judged. About 3 minutes on two cores.
#
#   trainer/connector_model.sh [STORE]      publishes the next version of `connector` into STORE (default models/store)
#
# What ships must be signed by the key whose public half config.toml lists in [models] trusted_keys. Its private half is not
# in the repository. Who has it:       KEY=/safe/place/maker.pem trainer/connector_model.sh
# Who has not makes another one (python -m trainer keys new /safe/place/maker.pem), signs with that, and puts the line that
# `keys new` prints into config.toml in place of the old one. Without KEY this PC's own station key signs.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
store=${1:-models/store}
sign=()
[ -n "${KEY:-}" ] && sign=(--key "$KEY")
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
for seed in 101 102; do "$python" -m station simulate -o "$data" --seed $seed --parts 240 --defect-rate 0.4; done
for seed in 103 104; do "$python" -m station simulate -o "$data" --seed $seed --parts 190 --defect-rate 0.2; done
for seed in 105 106; do "$python" -m station simulate -o "$data" --seed $seed --parts 250 --defect-rate 0.4; done
"$python" -m trainer reference "$data" --recipe connector --train seed-101 seed-102 --force
"$python" -m trainer train "$data" --recipe connector --store "$store" \
    --train seed-101 seed-102 --calib seed-103 seed-104 --test seed-105 seed-106 --cost-escape 100 --defect-rate 0.02 "${sign[@]}"
