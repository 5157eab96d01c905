#!/bin/sh
# Take the newest session away by curl: sh examples/take_results_away.sh http://127.0.0.1:7000
# On a network it shows the token of FASHIONSITE_TOKEN, from a file so that nobody sees it in `ps`.
set -eu
server=$1
header=$(mktemp)
trap 'rm -f "$header"' EXIT
[ -z "${FASHIONSITE_TOKEN:-}" ] || printf 'Authorization: Bearer %s\n' "$FASHIONSITE_TOKEN" > "$header"
get() { curl --silent --show-error --fail-with-body --header "@$header" "$@"; }

# The first id of the list is that of the newest session.
uuid=$(get "$server/api/sessions/?limit=1" | sed 's/.*"results":\[{"uuid":"\([0-9a-f-]*\)".*/\1/')

# Predictions, page by page: each names the address of the next, the last has null.
next="$server/api/sessions/$uuid/predictions/?limit=10"
pages=0
while [ "$next" != null ]; do
    page=$(get "$next")
    pages=$((pages + 1))
    next=$(printf '%s' "$page" | sed 's/^{"next":"\{0,1\}\([^",]*\).*/\1/')
done
echo "$uuid: $pages pages of predictions"

# All at once, and the manifest that `manage.py verifyreport` wants beside a CSV file.
get --output "predictions-$uuid.csv" "$server/api/sessions/$uuid/export.csv"
get --output "predictions-$uuid.csv.manifest.json" "$server/api/sessions/$uuid/export.csv.manifest.json"
echo "saved as predictions-$uuid.csv"
