#!/bin/sh
# test_fixtures.sh - real instructions, transactions and accounts that other projects keep as fixtures (SLUICE_DATA/chain-json): each is read by
# name, with the fields that its file tells, or is listed here with the reason. Skipped where there is no recorded data.
cd "$(dirname "$0")/../../.."
. tests/tap.sh
. tests/pipeline/recorded.sh
[ -n "$D" ] && [ -d "$D/chain-json" ] || skip_all "no recorded data: SLUICE_DATA names no folder of it, and ../shared/data is not there"
F=$D/chain-json
read_it() { "$B/venue/bin/fixtures" "$1"; }

# Every instruction of a program that sluice knows has the name in its file's name.
for f in "$F"/carbon/*_ix.json; do
    b=$(basename "$f" _ix.json) got=$(read_it "$f")
    case ${b%%__*} in
    fluxbeam|jupiter-dca|lifinity-amm-v2|moonshot) [ "$got" = "no program that sluice knows" ] || echo "$b: $got"; continue ;;
    esac
    case $b in
    mpl-token-metadata__create_metadata_v3) want=create_metadata_account_v3 ;; # the file's name is short
    system-program__create_with_seed) want=create_account_with_seed ;;
    *) want=${b#*__} ;;
    esac
    case "$got" in "ix $want"|"ix $want "*) ;; *) echo "$b: $got, not $want" ;; esac
done >"$work/names"
is "all $(ls "$F"/carbon/*_ix.json | wc -l) instructions are read by name; those of FluxBeam, Jupiter DCA, Lifinity and Moonshot are of no venue" "$(cat "$work/names")" ""

# Fields: what the file decodes itself, where the layout has the argument under its name.
for f in $(grep -l data_decoded "$F"/carbon/*_ix.json); do
    got=$(read_it "$f")
    jq -r '.data_decoded | .. | objects | to_entries[] | select((.value | type) == "object" and (.value.type | type) == "string" and (.value.type | test("^(u8|u16|u32|u64|bool)$"))) | "\(.key) \(.value.data | if . == true then 1 elif . == false then 0 else . end)"' "$f" | while read -r key value; do
        snake=$(echo "$key" | sed 's/\([A-Z]\)/_\1/g' | tr 'A-Z' 'a-z')
        case " $got " in *" $snake=$value "*) echo "same $snake" ;; *" $snake="*) echo "$(basename "$f"): $snake is not $value: $got" ;; *) echo "not read $snake" ;; esac
    done
done >"$work/fields"
is "no field differs from what the files tell" "$(grep -v '^same\|^not read' "$work/fields")" ""
ok "of which there are some: $(grep -c '^same' "$work/fields")" test "$(grep -c '^same' "$work/fields")" -ge 14
is "the accounts of a Whirlpool, CLMM and DLMM swap play the parts that their labels say" "$(for n in orca-whirlpool__swap raydium-clmm__swap meteora-dlmm__swap2; do read_it "$F/carbon/${n}_ix.json" | tr ' ' '\n' | grep ':' | tr '\n' ' '; done)" "pool:whirlpool user:tokenAuthority pool:poolState user:payer vault_in:inputVault vault_out:outputVault pool:lbPair user:user mint_a:tokenXMint mint_b:tokenYMint "

# Accounts: their program is known, their size is where sizes are listed.
for f in "$F"/carbon/*_account*.json "$F"/vixen/*_account.json "$F"/chainstack-pumpfun/*accountinfo.json; do
    case "$(read_it "$f")" in account*"not known"*) echo "$f: $(read_it "$f")" ;; account*|"no program that sluice knows") ;; *) echo "$f: $(read_it "$f")" ;; esac
done >"$work/accounts"
is "accounts are read or of no known program" "$(cat "$work/accounts")" ""
is "the curve's account has a known size" "$(read_it "$F/chainstack-pumpfun/raw_bonding_curve_from_getaccountinfo.json")" "account of pump, 151 bytes, a known size"

# Transactions: the two pump.fun trades with their event are trades; swaps that lost their calls in the fixture are left out with the reason.
is "pump.fun's buy and sale" "$(read_it "$F"/vixen/tests__proc-macro__3tkx*) $(read_it "$F"/vixen/tests__proc-macro__4Gtx*)" "# trade pump buy base 693868985905 quote 50051224
tx 1 0 buy event # trade pump sell base 3878351170692 quote 630254544
tx 1 0 sell event"
for f in "$F"/vixen/*_tx.json; do read_it "$f"; done >"$work/tx"
is "three swaps whose calls are not in the file are left out with the reason" "$(grep -c 'left out: a swap without an event and without transfers' "$work/tx") $(grep -c 'left out' "$work/tx")" "3 3"
is "carbon's whole transactions lack the message: nothing can be said of them" "$(for f in "$F"/carbon/core__*; do read_it "$f"; done | sort -u)" "no message: the programs are not told"

# Single transactions as nodes gave them.
import() { sluice-import --format getblock "$1" 2>"$work/err" | sluice-cat --json --only trade,pool,token | jq -r '[.rec, .venue // "-", .side // .event // .symbol, .quote_mint // "SOL", .base_raw // .base_real_raw // .decimals, .quote_raw // .quote_reserve_raw // .supply_raw, .flags] | join(" ")'; cat "$work/err"; }
is "getTransaction: a buy paid in USDC" "$(import "$F/chainstack-pumpfun/raw_buy_tx_from_gettransaction.json")" "trade pump buy EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v 445377137871 3517192 0"
is "getTransaction: a coin, its curve, and the creator's buy" "$(import "$F/chainstack-pumpfun/raw_create_tx_from_gettransaction.json")" "token - TAS SOL 6 1000000000000000 6
pool pump created SOL 793100000000000 30000000000 6
trade pump buy SOL 96449438144093 2962962962 16"
jq '{slot: 435000000} + .' "$F"/chainstack-pumpfun/blocksubscribe/*.json >"$work/one.json"
is "the same in base64 from blockSubscribe" "$(import "$work/one.json")" "token - NYXORA SOL 6 1000000000000000 4
pool pump created SOL 793100000000000 30000000000 4
trade pump buy SOL 3520371073923 98750018 16"
done_testing
