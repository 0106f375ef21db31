// whirlpool_quote.mjs DIR SEED COUNT - seeded Whirlpools with their accounts, and what the official maths (whirlpools-core, compiled from Rust) says of
// swaps on them; swap_v2 as the official SDK builds it; prices of ticks. Read by tests/venue/lib/whirlpool.c. Every account that is written is read
// back by the SDK first, so the layouts do not rest on this file. Must not use Math.random or a clock.
import { createRequire } from 'module';
import { pathToFileURL } from 'url';
const [dir, seed, count] = process.argv.slice(2);
const need = createRequire(`${dir}/whirlpool/`), here = createRequire(import.meta.url);
const core = await import(pathToFileURL(need.resolve('@orca-so/whirlpools-core')).href);
const { PublicKey, Connection } = need('@solana/web3.js');
const BN = need('bn.js');
const { WhirlpoolContext, WhirlpoolIx, PDAUtil, SwapUtils, ParsableWhirlpool, ParsableTickArray, ParsableOracle } = need('@orca-so/whirlpools-sdk');
const { getAssociatedTokenAddressSync } = need('@solana/spl-token');
const { seeded, instruction } = here('./common.cjs');

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const TOKEN = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'), TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb'), WSOL = new PublicKey('So11111111111111111111111111111111111111112');
const { program } = WhirlpoolContext.from(new Connection('http://127.0.0.1:9'), { publicKey: key(), signTransaction: async (t) => t, signAllTransactions: async (t) => t });
const ID = program.programId, MIN = 4295048016n, MAX = 79226673515401279992447579055n, TICK_MAX = 443636, U64 = (1n << 64n) - 1n;
const span = (lo, hi) => lo + r.below(hi - lo + 1);
const wide = (bits) => r.next() * (U64 + 1n) + r.next() >> BigInt(128 - bits);
const same = (a, b, what) => { if (String(a) !== String(b)) throw new Error(`the SDK reads ${what} as ${b}, written was ${a}`); };

// ---- accounts ----
const le = (v, n) => { const b = Buffer.alloc(n); let x = BigInt.asUintN(8 * n, BigInt(v)); for (let i = 0; i < n; i++, x >>= 8n) b[i] = Number(x & 255n); return b; };
const disc = (name) => Buffer.from(program.idl.accounts.find((a) => a.name === name).discriminator);
const info = (data) => ({ data, owner: ID, lamports: 1, executable: false });

function poolBytes(p) {
  const zero = (n) => Buffer.alloc(n);
  const b = Buffer.concat([disc('whirlpool'), r.bytes(32), le(255, 1), le(p.spacing, 2), le(p.tierIndex, 2), le(p.feeRate, 2), le(p.protocolRate, 2), le(p.liquidity, 16), le(p.sqrt, 16), le(p.tick, 4), r.bytes(16),
    p.mintA.toBuffer(), p.vaultA.toBuffer(), r.bytes(16), p.mintB.toBuffer(), p.vaultB.toBuffer(), r.bytes(16), le(0, 8), zero(384)]);
  const read = ParsableWhirlpool.parse(p.key, info(b));
  for (const [f, v] of [['tickSpacing', p.spacing], ['feeRate', p.feeRate], ['protocolFeeRate', p.protocolRate], ['liquidity', p.liquidity], ['sqrtPrice', p.sqrt], ['tickCurrentIndex', p.tick], ['tokenMintA', p.mintA], ['tokenVaultB', p.vaultB]]) same(v, read[f], f);
  return b;
}
function tickBytes(net) { const gross = net < 0n ? -net : net; return Buffer.concat([le(net, 16), le(gross, 16), r.bytes(32), Buffer.alloc(48)]); }
function arrayBytes(p, start, nets, fixed) {
  const ticks = [];
  let bitmap = 0n;
  for (let i = 0; i < 88; i++) {
    const net = nets.get(start + i * p.spacing);
    if (net !== undefined) bitmap |= 1n << BigInt(i);
    ticks.push(net === undefined ? Buffer.alloc(fixed ? 113 : 1) : Buffer.concat([le(1, 1), tickBytes(net)]));
  }
  const b = fixed ? Buffer.concat([disc('tickArray'), le(start, 4), ...ticks, p.key.toBuffer()]) : Buffer.concat([disc('dynamicTickArray'), le(start, 4), p.key.toBuffer(), le(bitmap, 16), ...ticks]);
  const read = ParsableTickArray.parse(p.key, info(b));
  same(start, read.startTickIndex, 'the start'), same(p.key, read.whirlpool, 'the pool of the ticks');
  read.ticks.forEach((t, i) => { const net = nets.get(start + i * p.spacing); same(net !== undefined, t.initialized, 'a tick'), same(net ?? 0n, t.liquidityNet, 'a liquidity'); });
  return b;
}
function oracleBytes(p) {
  const c = p.oracle.adaptiveFeeConstants, v = p.oracle.adaptiveFeeVariables;
  const b = Buffer.concat([disc('oracle'), p.key.toBuffer(), le(p.oracle.tradeEnableTimestamp, 8), le(c.filterPeriod, 2), le(c.decayPeriod, 2), le(c.reductionFactor, 2), le(c.adaptiveFeeControlFactor, 4), le(c.maxVolatilityAccumulator, 4), le(c.tickGroupSize, 2),
    le(c.majorSwapThresholdTicks, 2), Buffer.alloc(16), le(v.lastReferenceUpdateTimestamp, 8), le(v.lastMajorSwapTimestamp, 8), le(v.volatilityReference, 4), le(v.tickGroupIndexReference, 4), le(v.volatilityAccumulator, 4), Buffer.alloc(16 + 128)]);
  const read = ParsableOracle.parse(p.key, info(b));
  for (const f of Object.keys(c)) same(c[f], read.adaptiveFeeConstants[f], f);
  for (const f of Object.keys(v)) same(v[f], read.adaptiveFeeVariables[f], f);
  return b;
}

// ---- markets ----
function oracle(p, now) {
  const group = r.pick([1, 2, 4, 8, 16, 32, 64].filter((g) => p.spacing % g === 0)), filter = span(1, 60), decay = filter + span(1, 1200);
  const max = r.below(4) === 0 ? r.below(Math.floor(0xffffffff / group)) : r.below(600000), age = r.pick([0, span(0, filter), span(0, decay), span(0, 3600), span(3600, 100000)]), major = r.pick([age, age + span(0, 100), span(0, age)]);
  return {
    tradeEnableTimestamp: BigInt(r.coin() ? 0 : now - r.below(1000)),
    adaptiveFeeConstants: { filterPeriod: filter, decayPeriod: decay, reductionFactor: r.below(10000), adaptiveFeeControlFactor: r.below(8) === 0 ? 0 : r.below(r.coin() ? 100000 : 2000), maxVolatilityAccumulator: max, tickGroupSize: group, majorSwapThresholdTicks: span(1, p.spacing) },
    adaptiveFeeVariables: { lastReferenceUpdateTimestamp: BigInt(now - age), lastMajorSwapTimestamp: BigInt(now - major), volatilityReference: r.below(max + 1), tickGroupIndexReference: Math.max(Math.floor(-TICK_MAX / group), Math.min(Math.floor(TICK_MAX / group), Math.floor(p.tick / group) + span(-40, 40))), volatilityAccumulator: r.below(max + 1) },
  };
}
// Positions around the price give the ticks and the liquidity; some lie far from it, so that there are stretches without any.
function positions(p, size) {
  const base = Math.floor(p.tick / (88 * p.spacing)) * 88 * p.spacing, usable = Math.floor(TICK_MAX / p.spacing) * p.spacing, nets = new Map();
  const at = () => { const t = (r.coin() ? Math.floor(p.tick / p.spacing) + span(-30, 30) : base / p.spacing + span(-2 * 88, 4 * 88 - 1)) * p.spacing; return Math.max(-usable, Math.min(usable, t)); };
  let liquidity = 0n;
  const n = r.pick([0, 1, 3, 5, 12, 20, 40, 80]) + (r.coin() ? 1 : 0), full = r.coin() || p.spacing > 32767;
  for (let i = 0; i < n; i++) {
    let [lo, hi] = full && i === 0 ? [-usable, usable] : [at(), at()];
    if (lo === hi) continue;
    if (lo > hi) [lo, hi] = [hi, lo];
    const l = 1n + wide(span(1, size));
    nets.set(lo, (nets.get(lo) ?? 0n) + l), nets.set(hi, (nets.get(hi) ?? 0n) - l);
    if (lo <= p.tick && p.tick < hi) liquidity += l;
  }
  return [nets, liquidity];
}
function market(now) {
  const p = { key: key(), spacing: r.below(16) === 0 ? 32896 : r.pick([1, 2, 4, 8, 16, 64, 64, 96, 128, 256]), feeRate: r.pick([100, 400, 1600, 3000, 10000, 20000, r.below(60001), 0]), protocolRate: r.pick([0, 300, 1300, 2500]) };
  let t = r.pick([() => span(-120000, 120000), () => span(-120000, 120000), () => span(-30, 30), () => span(-3000, 3000), () => span(-TICK_MAX, TICK_MAX - 1), () => (r.coin() ? TICK_MAX - 1 - r.below(500) : r.below(500) - TICK_MAX)])();
  if (r.below(4) === 0) t = Math.max(-TICK_MAX, Math.min(TICK_MAX - 1, Math.floor(t / p.spacing) * p.spacing));
  const lo = core.tickIndexToSqrtPrice(t), hi = core.tickIndexToSqrtPrice(t + 1);
  p.sqrt = r.below(4) === 0 ? lo : lo + wide(128) % (hi - lo);
  p.tick = p.sqrt === lo && t > -TICK_MAX && r.coin() ? t - 1 : t;
  [p.nets, p.liquidity] = positions(p, r.pick([30, 50, 64, 80, 110]));
  p.mint = key(), p.program = r.below(3) === 0 ? TOKEN_2022 : TOKEN, p.baseIsA = r.coin();
  [p.mintA, p.mintB] = p.baseIsA ? [p.mint, WSOL] : [WSOL, p.mint];
  p.vaultA = key(), p.vaultB = key();
  if (r.below(5) < 2) p.oracle = oracle(p, now);
  p.tierIndex = p.oracle ? p.spacing ^ 1024 : p.spacing;
  p.fee = p.program === TOKEN_2022 && r.coin() ? { feeBps: r.pick([1, 50, 500, 9999, r.below(10001)]), maxFee: r.coin() ? U64 : r.amount() } : undefined;
  return p;
}

// ---- what is asked ----
const facade = (p) => ({ feeTierIndexSeed: [...le(p.tierIndex, 2)], tickSpacing: p.spacing, feeRate: p.feeRate, protocolFeeRate: p.protocolRate, liquidity: p.liquidity, sqrtPrice: p.sqrt, tickCurrentIndex: p.tick, feeGrowthGlobalA: 0n, feeGrowthGlobalB: 0n,
  rewardLastUpdatedTimestamp: 0n, rewardInfos: [0, 1, 2].map(() => ({ emissionsPerSecondX64: 0n, growthGlobalX64: 0n })) });
const none = { initialized: false, liquidityNet: 0n, liquidityGross: 0n, feeGrowthOutsideA: 0n, feeGrowthOutsideB: 0n, rewardGrowthsOutside: [0n, 0n, 0n] };
function ticksOf(p, start) {
  return { startTickIndex: start, ticks: Array.from({ length: 88 }, (_, i) => { const net = p.nets.get(start + i * p.spacing); return net === undefined ? none : { ...none, initialized: true, liquidityNet: net, liquidityGross: net < 0n ? -net : net }; }) };
}
// The input's transfer fee is taken first; a swap that does not take the whole rest is none.
function quote(p, arrays, aToB, amount, now) {
  try {
    const net = aToB === p.baseIsA && p.fee ? core.tryApplyTransferFee(amount, p.fee) : amount, out = aToB !== p.baseIsA ? p.fee : undefined;
    const q = core.swapQuoteByInputToken(net, aToB, 0, facade(p), p.oracle, arrays, BigInt(now), p.baseIsA ? out : undefined, p.baseIsA ? undefined : out);
    if (q.tokenIn !== net || q.tokenEstOut === 0n) return 'out=fail';
    return `out=${q.tokenEstOut} fee=${q.tradeFee} rate=${q.tradeFeeRateMax}`;
  } catch (e) { return 'out=fail'; }
}
// Most amounts are parts of what the liquidity at the price would take, so that swaps end in the first ticks, cross some, or run out of them.
function amountFor(p, aToB) {
  const reserve = aToB ? (p.liquidity << 64n) / p.sqrt : p.liquidity * p.sqrt >> 64n, part = reserve * BigInt(1 + r.below(1 << 20)) >> BigInt(20 + r.below(14));
  return r.below(12) === 0 || part === 0n || part > U64 ? r.amount() : part;
}
function starts(p, aToB) {
  const list = [];
  for (const k of SwapUtils.getTickArrayPublicKeys(p.tick, p.spacing, aToB, ID, p.key)) {
    const i = p.around.findIndex((s) => PDAUtil.getTickArray(ID, p.key, s).publicKey.equals(k));
    if (i < 0) throw new Error('an array that is not around the price');
    list.push(p.around[i]);
  }
  return list;
}
function build(p, user, aToB, amount, limit, list) {
  const arrays = [0, 1, 2].map((i) => PDAUtil.getTickArray(ID, p.key, list[Math.min(i, list.length - 1)]).publicKey);
  const mine = getAssociatedTokenAddressSync(p.mint, user, true, p.program), wsol = getAssociatedTokenAddressSync(WSOL, user, true, TOKEN), [a, b] = p.baseIsA ? [mine, wsol] : [wsol, mine], [pa, pb] = p.baseIsA ? [p.program, TOKEN] : [TOKEN, p.program];
  return WhirlpoolIx.swapV2Ix(program, {
    amount: bn(amount), otherAmountThreshold: bn(limit), sqrtPriceLimit: SwapUtils.getDefaultSqrtPriceLimit(aToB), amountSpecifiedIsInput: true, aToB, whirlpool: p.key, tokenAuthority: user, tokenOwnerAccountA: a, tokenVaultA: p.vaultA, tokenOwnerAccountB: b,
    tokenVaultB: p.vaultB, tickArray0: arrays[0], tickArray1: arrays[1], tickArray2: arrays[2], oracle: PDAUtil.getOracle(ID, p.key).publicKey, tokenMintA: p.mintA, tokenMintB: p.mintB, tokenProgramA: pa, tokenProgramB: pb,
  }).instructions[0];
}

function write() {
  const now = 1760000000 + r.below(1000000), p = market(now), user = key(), size = 88 * p.spacing, base = Math.floor(p.tick / size) * size, account = (k, b) => console.log(`account key=${k.toBase58()} data=${b.toString('hex')}`);
  p.around = [-2, -1, 0, 1, 2, 3].map((i) => base + i * size).filter((s) => s + size > -TICK_MAX && s <= TICK_MAX);
  console.log(`pool key=${p.key.toBase58()} user=${user.toBase58()} mint=${p.mint.toBase58()} program=${p.program.toBase58()} now=${now} fee_bps=${p.fee?.feeBps ?? 0} fee_max=${p.fee?.maxFee ?? 0} fee=${+!!p.fee}`);
  account(p.key, poolBytes(p));
  if (p.oracle) account(PDAUtil.getOracle(ID, p.key).publicKey, oracleBytes(p));
  for (const s of p.around) {
    const some = [...p.nets.keys()].some((t) => t >= s && t < s + size);
    if (some || r.coin()) account(PDAUtil.getTickArray(ID, p.key, s).publicKey, arrayBytes(p, s, p.nets, r.below(8) === 0));
  }
  for (const aToB of [true, false]) {
    const list = starts(p, aToB), arrays = list.map((s) => ticksOf(p, s)), side = aToB === p.baseIsA ? 'sell' : 'buy';
    for (let i = 0; i < 4; i++) { const amount = amountFor(p, aToB); console.log(`quote side=${side} in=${amount} ${quote(p, arrays, aToB, amount, now)}`); }
    const amount = r.amount(), limit = r.amount() || 1n;
    if (list.length) console.log(`build side=${side} amount=${amount} limit=${limit} => ${instruction(build(p, user, aToB, amount, limit, list))}`);
  }
}
function tick() {
  const t = r.pick([() => span(-TICK_MAX, TICK_MAX), () => span(-2000, 2000), () => r.pick([-TICK_MAX, TICK_MAX, 0, 1, -1])])();
  const at = core.tickIndexToSqrtPrice(t), some = r.coin() ? at - (at > MIN ? 1n : 0n) : MIN + wide(128) % (MAX - MIN) >> BigInt(r.below(60)), price = some < MIN ? MIN : some;
  console.log(`tick index=${t + TICK_MAX} high=${at >> 64n} low=${at & U64} price_high=${price >> 64n} price_low=${price & U64} of_price=${core.sqrtPriceToTickIndex(price) + TICK_MAX}`);
}
for (let i = 0; i < +count; i++) write(), tick(), tick();
