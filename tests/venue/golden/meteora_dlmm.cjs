// meteora_dlmm.cjs DIR SEED COUNT - Meteora DLMM: whole pairs with their bin arrays and outer bitmaps as account bytes, what the official SDK
// quotes for them and the swap it builds: bins of providers and of limit orders on both sides, gaps of many arrays, fees on input and output,
// fading volatility, transfer fees; now and then one of the other swap instructions.
// The program itself is not to be had as a file from a package, so the SDK's own offline quote is the oracle; see execute_lines.mjs for who has it.
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/meteora/`);
const { PublicKey } = need('@solana/web3.js');
const BN = need('bn.js');
const sdk = need('@meteora-ag/dlmm');
const { seeded, line } = require('./common.cjs');
const { WSOL, TOKEN, TOKEN_2022, tokenMint, market, ata, spread, u } = require('./meteora_common.cjs')(need);

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const DLMM = new PublicKey(sdk.LBCLMM_PROGRAM_IDS['mainnet-beta']), U64 = 1n << 64n;
let now = 0;
Date.now = () => now * 1000;
const connection = { getAccountInfo: async () => null, simulateTransaction: async () => ({ value: { err: null, unitsConsumed: 1 } }), getLatestBlockhash: async () => ({ blockhash: WSOL.toBase58(), lastValidBlockHeight: 1 }), commitment: 'confirmed' };
const program = sdk.createProgram(connection, { cluster: 'mainnet-beta' });
const decode = (name, d) => program.coder.accounts.decode(name, d);
const arrayOf = (bin) => Math.floor(bin / 70);
const pda = (...seeds) => PublicKey.findProgramAddressSync(seeds, DLMM)[0];
const arrayKey = (pair, index) => { const b = Buffer.alloc(8); u(b, 0, 8, index); return pda(Buffer.from('bin_array'), pair.toBuffer(), b); };

function pairBytes(p) {
  const d = Buffer.alloc(904), power = r.below(6) ? 0 : 1 + r.below(2);
  Buffer.from('210b3162b565b10d', 'hex').copy(d);
  u(d, 8, 2, r.below(power ? 3000 : 20001)); u(d, 10, 2, 30); u(d, 12, 2, 600); u(d, 14, 2, r.below(10001)); u(d, 16, 4, r.below(4) ? r.below(1 << 17) : 0); u(d, 20, 4, r.below(400000));
  u(d, 24, 4, -443636); u(d, 28, 4, 443636); u(d, 32, 2, r.below(2501)); d[34] = power; d[35] = r.below(3); d[36] = r.below(3) === 0 ? 1 : 0;
  u(d, 40, 4, r.below(400000)); u(d, 44, 4, r.below(200000)); u(d, 48, 4, p.active + r.below(21) - 10); u(d, 56, 8, now - (r.below(3) ? r.below(60) : r.below(2000)));
  d[75] = r.below(4); u(d, 76, 4, p.active); u(d, 80, 2, p.step); d[82] = r.below(60) ? 0 : 1; d[86] = r.below(2);
  p.mintX.toBuffer().copy(d, 88); p.mintY.toBuffer().copy(d, 120); p.reserveX.toBuffer().copy(d, 152); p.reserveY.toBuffer().copy(d, 184); p.oracle.toBuffer().copy(d, 552);
  if (r.below(3) === 0) r.bytes(32).copy(d, r.coin() ? 264 : 408); // a reward: no limit orders where the pair does not say
  u(d, 816, 8, (d[86] ? now : p.slot) - r.below(1000) + (r.below(40) ? 0 : 1001)); d[880] = +p.programX.equals(TOKEN_2022); d[881] = +p.programY.equals(TOKEN_2022);
  for (const i of p.indexes) if (i >= -512 && i < 512) d[584 + (i + 512 >> 3)] |= 1 << (i + 512 & 7);
  return d;
}
function bitmapBytes(p, address) {
  const d = Buffer.alloc(1576);
  Buffer.from('506f7c7137ed1205', 'hex').copy(d); address.toBuffer().copy(d, 8);
  for (const i of p.indexes) { const bit = i > 511 ? i - 512 : -513 - i; if (i > 511) d[40 + (bit >> 3)] |= 1 << (bit & 7); if (i < -512) d[808 + (bit >> 3)] |= 1 << (bit & 7); }
  return d;
}
// Y below the active bin, X above, both in it; limit orders of the side that a bin can have.
function arrayBytes(p, address, index) {
  const d = Buffer.alloc(10136), some = r.below(4);
  Buffer.from('5c8e5cdc059446b5', 'hex').copy(d); u(d, 8, 8, index); d[16] = 2; address.toBuffer().copy(d, 24);
  for (let i = 0; i < 70; i++) {
    const bin = index * 70 + i, at = 56 + i * 144, side = bin === p.active ? r.below(2) : +(bin > p.active);
    if (!(some ? r.below(some + 1) === 0 : true) && !(bin === p.active && r.coin())) continue;
    const price = BigInt(sdk.getQPriceFromId(new BN(bin), new BN(p.step)).toString());
    // Worth so much Y; what would cost more than 2^53 of either token is left out: no supply is beyond 64 bits, and the SDK does not look.
    const amount = (isX) => { const y = spread(r, 12, p.depth), v = isX ? (y << 64n) / price : y, cost = isX ? y : (y << 64n) / price; return v < 1n << 53n && cost < 1n << 53n ? v : 0n; };
    u(d, at + 16, 16, price);
    if (bin >= p.active && r.below(8)) u(d, at, 8, amount(true));
    if (bin <= p.active && r.below(8)) u(d, at + 8, 8, amount(false));
    if (r.below(3) === 0) { u(d, at + 112, 8, amount(side === 1)); u(d, at + 128, 8, r.coin() ? amount(side === 1) : 0); }
    d[at + 140] = side;
  }
  return d;
}
function indexes(active, step) {
  const list = new Set(), here = arrayOf(active), most = arrayOf(443636), far = r.below(6) === 0;
  if (r.below(8)) list.add(here);
  for (const way of [-1, 1]) for (let i = 1, at = here; i <= 1 + r.below(5); i++) { at += way * (far ? 1 + r.below(300) : r.below(6) ? 1 : 1 + r.below(4)); if (Math.abs(at) <= most - 1) list.add(at); }
  // Prices beyond 64 bits on either side of the point cannot be traded at.
  return [...list].filter((i) => Math.abs(i * 70) * Math.log(1 + step / 10000) < 43).sort((a, b) => a - b);
}

function instance(p, address, state, arrays, bitmap, t) {
  const token = (mint, owner, isBase) => ({ publicKey: mint, owner, mint: isBase ? t.mint : t.wsol, reserve: null, amount: 0n, transferHookAccountMetas: [] });
  const x = p.mintX.equals(p.base), d = Object.create(sdk.prototype);
  return Object.assign(d, { pubkey: address, program, lbPair: state, binArrayBitmapExtension: bitmap, tokenX: token(p.mintX, p.programX, x), tokenY: token(p.mintY, p.programY, !x), clock: { epoch: new BN(t.epoch), slot: new BN(p.slot), unixTimestamp: new BN(now) }, rewards: [null, null], opt: { skipSolWrappingOperation: true } });
}
// The SDK does not look at status and activation (the program does), nor at 64 bits.
function refused(d, p) {
  const waits = d[75] === 1 || d[75] === 2, from = d.readBigUInt64LE(816);
  return d[82] || (waits && BigInt(d[86] ? now : p.slot) < from);
}
// What the kept bins are worth at the active price: less than one raw unit of either token, and ours is refused.
function worthless(p, state, arrays) {
  const price = BigInt(sdk.getQPriceFromId(new BN(p.active), new BN(p.step)).toString()), orders = sdk.isSupportLimitOrder(state), big = (v) => BigInt(v.toString());
  let worth = 0n;
  for (const way of [-1, 1]) for (const a of arrays.filter((b) => near(p, way).includes(b.account.index.toNumber()))) for (const b of a.account.bins) {
    const sum = big(way < 0 ? b.amountY : b.amountX) + (orders && !!b.limitOrderAskSide === way > 0 ? big(b.openOrderAmount) + big(b.processedOrderRemainingAmount) : 0n);
    worth += way < 0 ? sum << 64n : sum * price;
  }
  let x = worth / price, y = worth >> 64n;
  while (x >= U64 || y >= U64) { x >>= 1n; y >>= 1n; }
  return x === 0n || y === 0n;
}
const near = (p, way) => { const list = p.indexes.filter((i) => (way < 0 ? i <= arrayOf(p.active) : i >= arrayOf(p.active))); return (way < 0 ? list.reverse() : list).slice(0, 4); };

async function one(i) {
  now = 1700000000 + r.below(90000000);
  const base = key(), user = key(), address = key(), program2022 = r.below(3) === 0 ? TOKEN_2022 : TOKEN, first = r.below(4) !== 0, sells = r.coin(), t = tokenMint(r, base, program2022);
  t.wsol = tokenMint({ ...r, coin: () => false, below: r.below }, WSOL, TOKEN).mint;
  const step = r.pick([1, 2, 5, 10, 20, 25, 50, 80, 100, 125, 200, 400]), reach = Math.min(443000, Math.floor(38 / Math.log(1 + step / 10000)));
  const p = { base, slot: 100000000 + r.below(300000000), step, active: r.below(4) ? r.below(4001) - 2000 : r.below(2 * reach) - reach, reserveX: key(), reserveY: key(), depth: 1n << BigInt(12 + r.below(46)) };
  if (Math.abs(p.active) > reach) p.active = p.active % reach;
  p.oracle = pda(Buffer.from('oracle'), address.toBuffer());
  [p.mintX, p.mintY, p.programX, p.programY] = first ? [base, WSOL, program2022, TOKEN] : [WSOL, base, TOKEN, program2022];
  p.indexes = indexes(p.active, step);
  const data = pairBytes(p), bitmapAddress = pda(Buffer.from('bitmap'), address.toBuffer()), has = p.indexes.some((x) => x < -512 || x > 511) ? r.below(8) !== 0 : r.below(4) === 0;
  const bitmapData = has ? bitmapBytes(p, address) : null, down = sells === first, ways = [...new Set([...near(p, -1), ...near(p, 1)])];
  const accounts = ways.map((x) => [arrayKey(address, x), DLMM, arrayBytes(p, address, x)]);
  const d = instance(p, address, decode('lbPair', data), [], has ? { publicKey: bitmapAddress, account: decode('binArrayBitmapExtension', bitmapData) } : null, t);
  const binArrays = accounts.map(([publicKey, , b]) => ({ publicKey, account: decode('binArray', b) })), kept = binArrays.filter((b) => near(p, down ? -1 : 1).includes(b.account.index.toNumber()));
  const worth = spread(r, 16, p.depth * BigInt(1 + r.below(40))), amount = 1n + (down ? (worth << 64n) / BigInt(sdk.getQPriceFromId(new BN(p.active), new BN(step)).toString()) : worth) % (1n << 62n), limit = r.amount(), parts = { user, base_mint: base, quote_mint: WSOL, base_program: program2022, quote_program: TOKEN, pool: address };
  let out = 'fail', fees = {}, arrays = kept.slice(0, 1 + r.below(4)).map((b) => b.publicKey);
  try {
    const q = d.swapQuote(bn(amount), down, new BN(0), kept, false, 1), onInput = q.feeOnInput, inQuote = sells !== onInput, gross = BigInt(q.outAmount.add(q.fee).add(q.protocolFee).toString());
    arrays = q.binArraysPubkey.slice(0, 4);
    if (!refused(data, p) && !worthless(p, d.lbPair, binArrays) && !q.outAmount.isZero() && gross < U64) { out = q.outAmount.toString(); fees = { lp: inQuote ? q.fee.toString() : 0, protocol: inQuote ? q.protocolFee.toString() : 0 }; }
  } catch (e) { if (!/nsufficient liquidity/.test(e.message)) fees = { why: e.message.slice(0, 60).replace(/\s/g, '_') }; }
  const call = { inToken: sells ? base : WSOL, outToken: sells ? WSOL : base, lbPair: address, user, binArraysPubkey: arrays };
  const pick = (tx) => tx.instructions.find((x) => x.programId.equals(DLMM));
  if (i % 5 === 4) {
    const kind = r.pick(['swap2', 'swap_exact_out2', 'swap_with_price_impact2', 'swap', 'swap_exact_out', 'swap_with_price_impact']), [name, v2] = [kind.replace(/2$/, ''), /2$/.test(kind)], host = r.coin() ? key() : null, impact = r.below(10000), withActive = r.coin();
    const args = name === 'swap' ? [bn(amount), bn(limit)] : name === 'swap_exact_out' ? [bn(amount), bn(limit)] : [bn(amount), withActive ? p.active : null, impact];
    const method = program.methods[{ swap: 'swap', swap_exact_out: 'swapExactOut', swap_with_price_impact: 'swapWithPriceImpact' }[name] + (v2 ? '2' : '')];
    const from = ata(user, sells ? base : WSOL, sells ? program2022 : TOKEN), to = ata(user, sells ? WSOL : base, sells ? TOKEN : program2022);
    const ix = await method(...args, ...(v2 ? [{ slices: [{ accountsType: { transferHookX: {} }, length: 0 }, { accountsType: { transferHookY: {} }, length: 0 }] }] : [])).accountsPartial({
      lbPair: address, reserveX: p.reserveX, reserveY: p.reserveY, tokenXMint: p.mintX, tokenYMint: p.mintY, tokenXProgram: p.programX, tokenYProgram: p.programY, user, userTokenIn: from, userTokenOut: to,
      binArrayBitmapExtension: has ? bitmapAddress : null, oracle: p.oracle, hostFeeIn: host, ...(v2 ? { memoProgram: sdk.MEMO_PROGRAM_ID } : {}) }).remainingAccounts(arrays.map((pubkey) => ({ pubkey, isSigner: false, isWritable: true }))).instruction();
    return line({ venue: 'dlmm', kind, ...parts, vault_a: p.reserveX, vault_b: p.reserveY, mint_a: p.mintX, mint_b: p.mintY, program_a: p.programX, program_b: p.programY, ...(has ? { dlmm_bitmap: bitmapAddress } : {}), ...(host ? { dlmm_host_fee: host } : {}),
      sells_base: +sells, amount, limit, arrays: arrays.map((k) => k.toBase58()).join(','), ...(name === 'swap_with_price_impact' ? { impact, ...(withActive ? { active: p.active >>> 0 } : {}) } : {}) }, [ix]);
  }
  const ix = pick(await d.swap({ ...call, inAmount: bn(amount), minOutAmount: bn(limit) }));
  return market({ venue: 'dlmm', side: sells ? 'sell' : 'buy', ...parts, mint_data: t.data.toString('hex'), now, slot: p.slot, epoch: t.epoch, amount, limit, out, ...fees }, [[address, DLMM, data], ...accounts, ...(has ? [[bitmapAddress, DLMM, bitmapData]] : [])], ix);
}
(async () => { for (let i = 0; i < +count; i++) console.log(await one(i)); })();
