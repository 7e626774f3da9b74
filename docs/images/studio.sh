#!/usr/bin/env bash
# Takes the pictures of docs/studio.md in a real browser: needs Chromium and pngquant (apt-get install chromium pngquant), and a build (dotnet build -c Release).
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
TRANSLUCENT_SCREENSHOTS=$folder artifacts/bin/Translucent.Studio.Tests/release/Translucent.Studio.Tests --filter-class '*TourTests'
for picture in "$folder"/*.png; do
    pngquant --strip --speed 1 --quality 20-85 --force --output "docs/images/$(basename "$picture")" 64 "$picture"
done
ls -l docs/images/studio-*.png
