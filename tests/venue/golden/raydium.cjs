// raydium.cjs DIR SEED COUNT - swaps on Raydium AMM v4 (with and without an order book) and CPMM as the official SDK builds them.
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/raydium/`);
const { PublicKey } = need('@solana/web3.js');
const BN = need('bn.js');
const sdk = need('@raydium-io/raydium-sdk-v2');
const { getAssociatedTokenAddressSync } = need('@solana/spl-token');
const { seeded, line } = require('./common.cjs');

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const TOKEN = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'), TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
const WSOL = new PublicKey('So11111111111111111111111111111111111111112');
const V4 = new PublicKey('675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8'), V4_AUTHORITY = new PublicKey('5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1');
const CPMM = new PublicKey('CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C'), CPMM_AUTHORITY = new PublicKey('GpMZbSM2GgvTKHJirzeGfMFoaZ8UR2X7F4v8vHTvxFbL');
const ata = (owner, mint, program) => getAssociatedTokenAddressSync(mint, owner, true, program);

function v4() {
  const user = key(), mint = key(), sells = r.coin(), out = r.coin();
  const k = { id: key(), openOrders: key(), targetOrders: key(), coin: key(), pc: key(), marketProgram: key(), market: key(), bids: key(), asks: key(), queue: key(), base: key(), quote: key(), signer: key() };
  const from = ata(user, sells ? mint : WSOL, TOKEN), to = ata(user, sells ? WSOL : mint, TOKEN), amount = r.amount(), limit = r.amount();
  const poolKeys = {
    programId: V4.toBase58(), id: k.id.toBase58(), authority: V4_AUTHORITY.toBase58(), openOrders: k.openOrders.toBase58(), targetOrders: k.targetOrders.toBase58(), vault: { A: k.coin.toBase58(), B: k.pc.toBase58() },
    marketProgramId: k.marketProgram.toBase58(), marketId: k.market.toBase58(), marketBids: k.bids.toBase58(), marketAsks: k.asks.toBase58(), marketEventQueue: k.queue.toBase58(),
    marketBaseVault: k.base.toBase58(), marketQuoteVault: k.quote.toBase58(), marketAuthority: k.signer.toBase58(),
  };
  const made = (r.coin() ? sdk.makeAMMSwapInstruction : sdk.makeAMMSwapV2Instruction)({ version: 4, poolKeys, userKeys: { tokenAccountIn: from, tokenAccountOut: to, owner: user }, amountIn: bn(amount), amountOut: bn(limit), fixedSide: out ? 'out' : 'in' });
  const ix = made.instruction || made;
  return line({
    venue: 'raydium_v4', kind: (out ? 'swap_base_out' : 'swap_base_in') + (ix.keys.length === 8 ? '_v2' : ''), user, base_mint: mint, quote_mint: WSOL, base_program: TOKEN, quote_program: TOKEN, pool: k.id, open_orders: k.openOrders,
    target_orders: k.targetOrders, coin_vault: k.coin, pc_vault: k.pc, market_program: k.marketProgram, market: k.market, bids: k.bids, asks: k.asks, event_queue: k.queue, market_base_vault: k.base, market_quote_vault: k.quote,
    market_signer: k.signer, with_target_orders: +(ix.keys.length === 18), sells_base: +sells, amount, limit,
  }, [ix]);
}
function cpmm() {
  const user = key(), mint = key(), sells = r.coin(), out = r.coin(), program = r.coin() ? TOKEN : TOKEN_2022, config = key(), pool = key(), baseVault = key(), quoteVault = key(), observation = key();
  const q = [WSOL, TOKEN, quoteVault], b = [mint, program, baseVault], [i, o] = sells ? [b, q] : [q, b], amount = r.amount(), limit = r.amount();
  const make = out ? sdk.makeSwapCpmmBaseOutInstruction : sdk.makeSwapCpmmBaseInInstruction;
  const ix = make(CPMM, user, CPMM_AUTHORITY, config, pool, ata(user, i[0], i[1]), ata(user, o[0], o[1]), i[2], o[2], i[1], o[1], i[0], o[0], observation, bn(amount), bn(limit));
  return line({
    venue: 'raydium_cpmm', kind: out ? 'swap_base_out' : 'swap_base_in', user, base_mint: mint, quote_mint: WSOL, base_program: program, quote_program: TOKEN, pool, amm_config: config, base_vault: baseVault, quote_vault: quoteVault, observation,
    sells_base: +sells, amount, limit,
  }, [ix]);
}
for (let i = 0; i < +count; i++) console.log(i % 2 ? cpmm() : v4());
