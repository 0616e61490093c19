#!/bin/sh
# Makes claim.png: four pages of a claim as a phone shows them, side by side.
# Needs what the browser tests need: chromium and chromedriver in PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here/../.."
ECARD_TEST_SCREENSHOTS="$work" ECARD_TEST_REQUIRE=browser \
    cargo test --test it -- a_claim_with_scripts_in_chinese
{
    echo '<meta charset="utf-8"><style>
        body { margin: 0; padding: 16px; display: flex; gap: 16px; background: #e3e9ee }
        img { width: 276px; height: 597px; border-radius: 14px }
    </style>'
    for page in consent face activation card; do
        echo "<img src='$work/$page.png'>"
    done
} > "$work/strip.html"
chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars \
    --user-data-dir="$work/profile" --window-size=1184,629 \
    --screenshot="$here/claim.png" "file://$work/strip.html"
