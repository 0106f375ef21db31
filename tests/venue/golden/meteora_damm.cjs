// meteora_damm.cjs DIR SEED COUNT - Meteora DAMM v2: whole pools as account bytes, what the official SDK quotes for them and the swap it builds,
// for every base fee mode, both fee sides, compounding pools and transfer fees; now and then a plain swap or swap2 instruction of every mode.
// The program itself is not to be had as a file from a package, so the SDK's own offline quote is the oracle.
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/meteora/`);
const { PublicKey } = need('@solana/web3.js');
const BN = need('bn.js');
const sdk = need('@meteora-ag/cp-amm-sdk');
const { seeded, line } = require('./common.cjs');
const { WSOL, TOKEN, TOKEN_2022, tokenMint, market, spread, u } = require('./meteora_common.cjs')(need);

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const DAMM = sdk.CP_AMM_PROGRAM_ID, MIN = 4295048016n, MAX = 79226673521066979257578248091n;
const clamp = (v) => (v < MIN ? MIN : v > MAX ? MAX : v);
const root = (v) => { let a = 1n << BigInt(v.toString(2).length + 1 >> 1); for (;;) { const b = a + v / a >> 1n; if (b >= a) return a; a = b; } };
const clock = { slot: 0, time: 0 };
const connection = { getSlot: async () => clock.slot, getBlockTime: async () => clock.time, getAccountInfo: async () => null, commitment: 'confirmed' };
const amm = new sdk.CpAmm(connection);

// Base fee as it lies in the account: cliff, mode, and three numbers whose meaning the mode decides.
function baseFee(p) {
  const mode = r.below(5), d = Buffer.alloc(32), cliff = 100000n + spread(r, 3, 990000000n - 100000n);
  d.writeBigUInt64LE(cliff, 0); d[8] = mode;
  if (mode <= 1) {
    if (r.below(4)) { const n = 1 + r.below(1000); u(d, 14, 2, n); u(d, 16, 8, 1 + r.below(600)); u(d, 24, 8, mode ? 1 + r.below(300) : cliff / BigInt(n + r.below(2000))); }
  } else if (mode === 2) {
    p.collect = 1;
    if (r.below(5)) { u(d, 14, 2, 1 + r.below(500)); u(d, 16, 4, 1 + r.below(43200)); u(d, 20, 4, Math.max(Number(cliff / 100000n) + 1, r.below(9900))); u(d, 24, 8, 1n + spread(r, 20, 1n << 40n)); }
  } else { const n = 1 + r.below(1000); u(d, 14, 2, n); u(d, 16, 4, 1 + r.below(500)); u(d, 20, 4, 1 + r.below(86400)); u(d, 24, 8, mode === 4 ? 1 + r.below(100) : cliff / BigInt(n + r.below(2000))); }
  return d;
}

function pool(p) {
  const d = Buffer.alloc(1112);
  Buffer.from('f19a6d0411b16dbc', 'hex').copy(d);
  baseFee(p).copy(d, 8);
  d[48] = 20; d[50] = 20;
  if (p.collect === 2) u(d, 54, 2, r.below(10001));
  // Virtual reserves of all sizes; one pool in eight any liquidity at any price.
  const x = (1n << 12n) + spread(r, 20, 1n << 60n), y = (1n << 12n) + spread(r, 20, 1n << 60n), wild = r.below(8) === 0;
  const full = r.coin(), sqrt = wild ? MIN + spread(r, 34, MAX - MIN) : clamp(root(y << 128n) * root(1n << 128n) / root(x << 128n)), liquidity = wild ? (1n << 40n) + spread(r, 40, 1n << 118n) : root(x * y << 128n);
  p.amounts = [x, y];
  const min = full ? MIN : sqrt - sqrt * BigInt(r.below(9000)) / 10000n, max = full ? MAX : sqrt + sqrt * BigInt(r.below(30000)) / 10000n;
  if (r.coin()) { // dynamic fee
    d[56] = 1; u(d, 64, 4, r.below(1 << 24)); u(d, 68, 4, r.below(1 << 24)); u(d, 72, 2, 1); u(d, 74, 2, 10); u(d, 76, 2, 120); u(d, 78, 2, 5000);
    u(d, 80, 8, Math.max(0, clock.time - r.below(300))); u(d, 88, 16, 1844674407370955n); u(d, 104, 16, sqrt); u(d, 120, 16, spread(r, 2, 1n << 21n)); u(d, 136, 16, 0);
  }
  u(d, 152, 16, r.coin() ? sqrt : sqrt * BigInt(1 + r.below(10000)) / 10000n);
  p.mintA.toBuffer().copy(d, 168); p.mintB.toBuffer().copy(d, 200); p.vaultA.toBuffer().copy(d, 232); p.vaultB.toBuffer().copy(d, 264);
  u(d, 360, 16, liquidity); u(d, 424, 16, min); u(d, 440, 16, max); u(d, 456, 16, sqrt);
  u(d, 472, 8, Math.max(0, (p.byTime ? clock.time : clock.slot) - (r.below(8) ? r.below(100000) : 0) + (r.below(40) ? 0 : 5)));
  d[480] = p.byTime; d[481] = r.below(60) ? 0 : 1; d[482] = +p.programA.equals(TOKEN_2022); d[483] = +p.programB.equals(TOKEN_2022); d[484] = p.collect; d[485] = r.below(2); d[486] = r.below(2);
  const held = (1n << 62n) - 1n; // only compounding pools price by what they hold
  u(d, 680, 8, p.collect === 2 ? x : held); u(d, 688, 8, p.collect === 2 ? y : held); d[696] = 1;
  if (p.collect !== 2 && r.below(4) === 0) { u(d, 680, 16, 0n); d[696] = 0; } // pools of earlier versions do not count
  return d;
}

const baseIsA = (p) => p.mintA.equals(p.base);
const point = (p) => bn(p.byTime ? clock.time : clock.slot);
function quote(p, state, sells, amount, t) {
  const info = t.fee ? { mint: t.mint, currentEpoch: t.epoch } : undefined;
  try {
    const q = amm.getQuote2({ inputTokenMint: sells ? p.base : WSOL, slippage: 0, poolState: state, currentPoint: point(p), inputTokenInfo: sells ? info : undefined, outputTokenInfo: sells ? undefined : info, hasReferral: false, tokenADecimal: 6, tokenBDecimal: 9, swapMode: 0, amountIn: bn(amount) });
    const out = q.minimumAmountOut.toString(), gross = BigInt(q.outputAmount.add(sells === baseIsA(p) || !p.collect ? q.claimingFee.add(q.compoundingFee).add(q.protocolFee) : new BN(0)).toString());
    // The program pays no more than it counts as held and counts in 64 bits; the SDK does not look.
    const held = BigInt((sells === baseIsA(p) ? state.tokenBAmount : state.tokenAAmount).toString()), grows = BigInt((sells === baseIsA(p) ? state.tokenAAmount : state.tokenBAmount).add(q.excludedFeeInputAmount).toString());
    const L = BigInt(state.liquidity.toString()), P = BigInt(state.sqrtPrice.toString()), none = p.collect !== 2 && (L < P || L * P >> 128n === 0n); // less than one raw unit deep: ours is refused
    // Where it does not count yet it first works out what it holds, in 64 bits too.
    const top = BigInt(state.sqrtMaxPrice.toString()), low = BigInt(state.sqrtMinPrice.toString()), over = !state.layoutVersion && (L * (top - P) / (top * P) >= 1n << 64n || L * (P - low) >> 128n >= 1n << 64n);
    return none || over || out === '0' || (state.layoutVersion && (gross > held || grows >= 1n << 64n)) ? ['fail'] : [out, q.claimingFee.add(q.compoundingFee).toString(), q.protocolFee.toString()];
  } catch (e) { return ['fail']; }
}

async function one(i) {
  clock.slot = 100000000 + r.below(300000000); clock.time = 1700000000 + r.below(90000000);
  const base = key(), user = key(), address = key(), program = r.below(3) === 0 ? TOKEN_2022 : TOKEN, first = r.below(4) !== 0, sells = r.coin();
  const t = tokenMint(r, base, program), p = { base, collect: r.below(3), byTime: r.below(2), vaultA: key(), vaultB: key() };
  [p.mintA, p.mintB, p.programA, p.programB] = first ? [base, WSOL, program, TOKEN] : [WSOL, base, TOKEN, program];
  const data = pool(p), state = amm._program.coder.accounts.decode('pool', data);
  const inReserve = p.amounts[+(sells !== first)], amount = i % 4 ? 1n + spread(r, 16, inReserve) : (r.amount() || 1n), limit = r.amount();
  const plain = i % 5 === 4, mode = r.below(3), old = r.coin(), referral = plain && r.coin() ? key() : undefined;
  const params = { payer: user, pool: address, inputTokenMint: sells ? base : WSOL, outputTokenMint: sells ? WSOL : base, tokenAMint: p.mintA, tokenBMint: p.mintB, tokenAVault: p.vaultA, tokenBVault: p.vaultB, tokenAProgram: p.programA, tokenBProgram: p.programB, referralTokenAccount: referral || null, poolState: state };
  const parts = { user, base_mint: base, quote_mint: WSOL, base_program: program, quote_program: TOKEN, pool: address };
  if (plain) {
    const tx = old ? await amm.swap({ ...params, amountIn: bn(amount), minimumAmountOut: bn(limit) })
      : await amm.swap2({ ...params, swapMode: mode, ...(mode === 2 ? { amountOut: bn(amount), maximumAmountIn: bn(limit) } : { amountIn: bn(amount), minimumAmountOut: bn(limit) }) });
    const ix = tx.instructions.find((x) => x.programId.equals(DAMM)), extra = ix.keys.length > 14 ? { extra: ix.keys[14].pubkey } : {};
    return line({ venue: 'damm_v2', kind: old ? 'swap' : `swap2_${mode}`, ...parts, vault_a: p.vaultA, vault_b: p.vaultB, mint_a: p.mintA, mint_b: p.mintB, program_a: p.programA, program_b: p.programB, ...(referral ? { damm_referral: referral } : {}), sells_base: +sells, amount, limit, ...(extra.extra ? { sysvar: 1 } : {}) }, [ix]);
  }
  const [out, lp, protocol] = quote(p, state, sells, amount, t);
  const tx = await amm.swap2({ ...params, swapMode: 0, amountIn: bn(amount), minimumAmountOut: bn(limit) });
  const onInput = p.collect !== 0 && sells !== first, inQuote = sells !== onInput;
  const fees = out === 'fail' ? {} : { lp: inQuote ? lp : 0, protocol: inQuote ? protocol : 0 };
  return market({ venue: 'damm_v2', side: sells ? 'sell' : 'buy', ...parts, mint_data: t.data.toString('hex'), now: clock.time, slot: clock.slot, epoch: t.epoch, amount, limit, out, ...fees }, [[address, DAMM, data]], tx.instructions.find((x) => x.programId.equals(DAMM)));
}
(async () => { for (let i = 0; i < +count; i++) console.log(await one(i)); })();
