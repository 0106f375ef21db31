# recorded.sh - recorded data, read where it lies: . tests/pipeline/recorded.sh sets D to its folder, empty when there is none.
# SLUICE_DATA names it; else ../shared/data beside the project is looked for. Sourced, not run.
D=${SLUICE_DATA:-../shared/data}
[ -d "$D/pumpfun-4tokens" ] || D=
# recorded_tapes: $work/csv.slu, block.slu and floor.slu
recorded_tapes() {
    sluice-import --format pumpfun-csv "$D/pumpfun-4tokens/trades_data.csv" >"$work/csv.slu" 2>"$work/csv.err"
    sluice-import --format getblock "$D/block-285000037/slot_285000037.json" >"$work/block.slu" 2>"$work/block.err"
    sluice-import --format floor-jsonl "$D/why-memecoins-over/floor_capture_sample.jsonl" >"$work/floor.slu" 2>"$work/floor.err"
}
