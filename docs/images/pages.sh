#!/usr/bin/env bash
# Makes the pictures of the pages that the command itself writes: layers.svg, classes.svg, curves.svg and shapes-detr.png. Needs Chromium and pngquant for the
# last (apt-get install chromium pngquant), and a build (dotnet build -c Release).
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
translucent() { dotnet artifacts/bin/Translucent.Cli/release/Translucent.Cli.dll "$@" --out "$folder/$1"; }
translucent layers samples/chelsea.png --token 4,4 --token 1,7 --token cls --render-size 200
translucent project samples/chelsea.png --render-size 240
translucent explain samples/shapes/images/000005.png --model shapes-detr --method positive,gae,odam
cp "$folder/layers/layers.svg" "$folder/project/classes.svg" "$folder/project/curves.svg" docs/images/
read -r width height < <(sed -n "1s/.*width='\([0-9]*\)[.0-9]*' height='\([0-9]*\).*/\1 \2/p" "$folder/explain/figure.svg")
chromium --headless --no-sandbox --hide-scrollbars --force-device-scale-factor=0.7 --window-size="$width,$((height + 1))" \
    --screenshot="$folder/figure.png" "file://$folder/explain/figure.svg" 2> "$folder/chromium.log"
pngquant --strip --speed 1 --quality 20-90 --force --output docs/images/shapes-detr.png 256 "$folder/figure.png"
ls -l docs/images/{layers,classes,curves}.svg docs/images/shapes-detr.png
