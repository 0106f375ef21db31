# swaps.jq - trade records as lines "signature input_mint input_raw output_mint output_raw", as solana-dex-parser tells swaps: fees are part of
# the input; of a sale on PumpSwap it tells what the trader got, all fees taken.
select(.flags % 2 == 0)
| (.quote_mint // "So11111111111111111111111111111111111111112") as $q
| (if .venue == "pumpswap" then .quote_raw - .lp_fee_raw - .protocol_fee_raw - .creator_fee_raw else .quote_raw end) as $got
| if .side == "buy" then "\(.signature) \($q) \(.quote_raw + .lp_fee_raw) \(.mint) \(.base_raw)" else "\(.signature) \(.mint) \(.base_raw) \($q) \($got)" end
