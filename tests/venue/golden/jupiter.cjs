// jupiter.cjs DIR SEED COUNT - route instructions of Jupiter v6 as Anchor's Borsh coder writes them, with what must be read from them, and the
// account lists of the official description. The description is that of @jup-ag/instruction-parser (62 venues, no v2 instructions); LATER adds what the
// program has gained since, transcribed from generated clients of its description on chain (not from route_swaps.def).
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/jupiter/`);
const anchor = need('@coral-xyz/anchor'), camel = createRequire(need.resolve('@coral-xyz/anchor'))('camelcase');
const BN = need('bn.js');
const OFFICIAL = need('@jup-ag/instruction-parser').program.idl;
const { seeded } = require('./common.cjs');
const r = seeded(seed);

const LATER = `SolayerDelegateNoInit;SolayerUndelegateNoInit;TokenMill side:Side;DaosFunBuy;DaosFunSell;ZeroFi;StakeDexWithdrawWrappedSol;VirtualsBuy;VirtualsSell;
Perena inIndex:u8 outIndex:u8;PumpSwapBuy;PumpSwapSell;Gamma;MeteoraDlmmSwapV2 remainingAccountsInfo:RemainingAccountsInfo;Woofi;MeteoraDammV2;MeteoraDynamicBondingCurveSwap;
StabbleStableSwapV2;StabbleWeightedSwapV2;RaydiumLaunchlabBuy shareFeeRate:u64;RaydiumLaunchlabSell shareFeeRate:u64;BoopdotfunWrappedBuy;BoopdotfunWrappedSell;Plasma side:Side;
GoonFi isBid:bool blacklistBump:u8;HumidiFi swapId:u64 isBaseToQuote:bool;MeteoraDynamicBondingCurveSwapWithRemainingAccounts;TesseraV side:Side;PumpWrappedBuyV2;PumpWrappedSellV2;
PumpSwapBuyV2;PumpSwapSellV2;Heaven aToB:bool;SolFiV2 isQuoteToBase:bool;Aquifer;PumpWrappedBuyV3;PumpWrappedSellV3;PumpSwapBuyV3;PumpSwapSellV3;JupiterLendDeposit;JupiterLendRedeem;
DefiTuna aToB:bool remainingAccountsInfo:RemainingAccountsInfo?;AlphaQ aToB:bool;RaydiumV2;SarosDlmm swapForY:bool;Futarchy side:Side;MeteoraDammV2WithRemainingAccounts;Obsidian;
WhaleStreet side:Side;DynamicV1 candidateSwaps:CandidateSwap* bestPosition:u8?;PumpWrappedBuyV4;PumpWrappedSellV4;CarrotIssue;CarrotRedeem;Manifest side:Side;BisonFi aToB:bool;
HumidiFiV2 swapId:u64 isBaseToQuote:bool;PerenaStar isMint:bool;JupiterRfqV2 side:Side fillData:bytes;GoonFiV2 isBid:bool;Scorch swapId:u128;VaultLiquidUnstake lstAmounts:u64x5 seed:u64;
XOrca;Quantum side:Side;WhaleStreetV2 side:Side authAmountIn:u64 auth:u64;Riptide amountIsTokenA:bool;RunnerRodeo;TaurusFi isBaseIn:bool;Omnipair;MSwap;Hylo swapType:Kind;VoltrDeposit;
VoltrWithdraw;SanctumSV2 srcLstValueCalcAccs:u8 dstLstValueCalcAccs:u8 srcLstIndex:u32 dstLstIndex:u32;LemmingsFi isBaseIn:bool;ScaleVmmBuy;ScaleVmmSell;ScaleAmmBuy;ScaleAmmSell;
BisonFiV2 aToB:bool;Trends;HumaDeposit;HumaInstantWithdraw;Kipseli isBaseToQuote:bool;DynamicV2 candidateSwaps:CandidateSwapWithBps* maxSplitQuoteCalls:u8 maxSplitCandidates:u8;
PumpSwapBuyV3WithCashbackClaim;PumpSwapSellV3WithCashbackClaim;PumpWrappedBuyV4WithCashbackClaim;PumpWrappedSellV4WithCashbackClaim;GoonFiV3 isBid:bool;PumpWrappedBuyV5 claimCashback:bool;
PumpWrappedSellV5 claimCashback:bool;ZeroFiSwapV2;BisonFiPredict side:Kind isBuy:bool;ByrealDynamicV3;Flux swapId:u64 baseToQuote:bool;VaultLiquidSellLst;VaultLiquidBuyLst lstAmount:u64;
KipseliV2 isBaseToQuote:bool;Deriverse side:Side instrId:u32;Hadron isX:bool;BinaryFi;Metric zeroForOne:bool;JupiterLendDexSwap swap0to1:bool;Gatorswap baseToQuote:bool;
Flint isGlobal:bool takerBuy:bool;Denali baseToQuote:bool;PerenaStarV2Deposit;PerenaStarV2WithdrawFromExternal externalLiquiditySource:u8;SanctumSols swapType:Kind;HyloV2 swapType:Kind;SanctumPamm;
Archer side:Side;TrenchWrappedBuy;TrenchWrappedSell;BisonFiMarketBacked aToB:bool;TesseraVV2 side:Side;Stableswap;BinaryFiV2;KipseliV3 isBaseToQuote:bool;PerenaStarV2TrancheDeposit kind:Kind;
PerenaStarV2TrancheWithdrawFromExternal kind:Kind externalLiquiditySource:u8?;Quay sellBase:bool;HumidiFiRouter claimedMs:u64 seedRng:u8x32 token:u8x16 isBaseToQuote:bool;
HumidiFiRouterV2 routerId:u64 claimedMs:u64 seedRng:u8x32 token:u8x16 isBaseToQuote:bool;PumpWrappedBuyV6 claimCashback:bool allowPartialFill:bool;HyloRouter`;
const CANDIDATES = `HumidiFi swapId:u64 isBaseToQuote:bool;TesseraV side:Side;HumidiFiV2 swapId:u64 isBaseToQuote:bool;RaydiumV2;RaydiumClmm;Whirlpool aToB:bool;ZeroFi;BisonFiV2 aToB:bool;GoonFiV2 isBid:bool;
GoonFiV3 isBid:bool;WhirlpoolV2 aToB:bool remainingAccountsInfo:RemainingAccountsInfo?;ZeroFiSwapV2;BisonFiMarketBacked aToB:bool;RaydiumClmmV2;TesseraVV2 side:Side;
HumidiFiRouter claimedMs:u64 seedRng:u8x32 token:u8x16 isBaseToQuote:bool;HumidiFiRouterV2 routerId:u64 claimedMs:u64 seedRng:u8x32 token:u8x16 isBaseToQuote:bool`;

// ---- the description, extended ----
function typeOf(text) {
  if (text.endsWith('?')) return { option: typeOf(text.slice(0, -1)) };
  if (text.endsWith('*')) return { vec: typeOf(text.slice(0, -1)) };
  const array = /^(u\d+)x(\d+)$/.exec(text);
  if (array) return { array: [array[1], Number(array[2])] };
  return /^(bool|u\d+|bytes)$/.test(text) ? text : { defined: text };
}
function variants(text) {
  return text.split(/;\s*/).map((row) => {
    const [name, ...fields] = row.trim().split(' ');
    return fields.length ? { name, fields: fields.map((f) => ({ name: f.split(':')[0], type: typeOf(f.split(':')[1]) })) } : { name };
  });
}
function extended() {
  const idl = JSON.parse(JSON.stringify(OFFICIAL));
  idl.types.find((t) => t.name === 'Swap').type.variants.push(...variants(LATER));
  idl.types.find((t) => t.name === 'RemainingAccountsSlice').type.fields[0].type = 'u8'; // it has gained kinds, and is a plain number since
  const fields = (list) => ({ kind: 'struct', fields: list.map(([name, type]) => ({ name, type })) });
  idl.types.push({ name: 'RoutePlanStepV2', type: fields([['swap', { defined: 'Swap' }], ['bps', 'u16'], ['inputIndex', 'u8'], ['outputIndex', 'u8']]) });
  idl.types.push({ name: 'Kind', type: { kind: 'enum', variants: [{ name: 'A' }, { name: 'B' }] } });
  idl.types.push({ name: 'CandidateSwap', type: { kind: 'enum', variants: variants(CANDIDATES) } });
  idl.types.push({ name: 'CandidateSwapWithBps', type: fields([['candidateSwap', { defined: 'CandidateSwap' }], ['bps', 'u32']]) });
  for (const [name, first, second] of [['route', 'inAmount', 'quotedOutAmount'], ['exactOutRoute', 'outAmount', 'quotedInAmount']]) {
    const args = [[first, 'u64'], [second, 'u64'], ['slippageBps', 'u16'], ['platformFeeBps', 'u16'], ['positiveSlippageBps', 'u16'], ['routePlan', { vec: { defined: 'RoutePlanStepV2' } }]].map(([n, type]) => ({ name: n, type }));
    idl.instructions.push({ name: `${name}V2`, accounts: [], args });
    idl.instructions.push({ name: camel(`sharedAccounts ${name} V2`, { preserveConsecutiveUppercase: true }), accounts: [], args: [{ name: 'id', type: 'u8' }, ...args] });
  }
  return idl;
}
const EXTENDED = extended();
const coders = new Map([OFFICIAL, EXTENDED].map((idl) => [idl, new anchor.BorshInstructionCoder(idl)]));

// ---- values: what the coder takes, and how golden.c writes what it reads ----
const snake = (s) => s.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const little = (v, n) => new BN(v.toString()).toArrayLike(Buffer, 'le', n).toString('hex');
const random = (bits) => (r.next() << 64n | r.next()) & (1n << BigInt(bits)) - 1n;
const list = (n, make) => Array.from({ length: n }, make);
function value(idl, type, key) { // [for the coder, as text]
  if (type === 'bool') { const v = r.coin(); return [v, v ? '1' : '0']; }
  if (type === 'u64') { const v = r.amount(); return [new BN(v.toString()), v.toString()]; }
  if (type === 'u128') { const v = random(128); return [new BN(v.toString()), little(v, 16)]; }
  if (type === 'bytes') { const v = r.bytes(r.below(30)); return [v, v.toString('hex') || '-']; }
  if (typeof type === 'string') { const v = Number(random(Number(type.slice(1)))); return [v, String(v)]; }
  if (type.option) { if (r.coin()) return [null, 'none']; return value(idl, type.option, key); }
  if (type.array) { const all = list(type.array[1], () => value(idl, type.array[0])); return [all.map((v) => v[0]), all.map((v) => little(v[0], Number(type.array[0].slice(1)) / 8)).join('')]; }
  if (type.vec) { const all = list(r.below(4), () => value(idl, type.vec)); return [all.map((v) => v[0]), `[${all.map((v) => v[1]).join(';')}]`]; }
  if (type.defined === 'Side') { const ask = r.coin(); return [ask ? { ask: {} } : { bid: {} }, ask ? '1' : '0']; }
  if (type.defined === 'Kind') { const b = r.coin(); return [b ? { b: {} } : { a: {} }, b ? '1' : '0']; }
  if (type.defined === 'AccountsType') { const b = r.coin(); return [b ? { transferHookB: {} } : { transferHookA: {} }, b ? '1' : '0']; }
  if (type.defined === 'RemainingAccountsInfo') {
    const kind = idl.types.find((t) => t.name === 'RemainingAccountsSlice').type.fields[0].type;
    const all = list(r.below(4), () => [value(idl, kind), r.below(256)]);
    return [{ slices: all.map(([k, length]) => ({ accountsType: k[0], length })) }, `[${all.map(([k, length]) => `${k[1]}/${length}`).join(';')}]`];
  }
  if (type.defined === 'CandidateSwapWithBps') { const c = value(idl, { defined: 'CandidateSwap' }), bps = Number(random(32)); return [{ candidateSwap: c[0], bps }, `${c[1]}@${bps}`]; }
  return variant(idl, type.defined, r.below(idl.types.find((t) => t.name === type.defined).type.variants.length));
}
function variant(idl, name, tag) { // the description of 2024 calls two venues Pumpdotfun...
  const v = idl.types.find((t) => t.name === name).type.variants[tag];
  const fields = (v.fields || []).map((f) => [f.name, value(idl, f.type)]);
  return [{ [camel(v.name)]: Object.fromEntries(fields.map(([n, x]) => [camel(n), x[0]])) }, `${v.name.replace('Pumpdotfun', 'Pump')}(${fields.map(([n, x]) => `${snake(n)}=${x[1]}`).join(',')})`];
}

// ---- cases ----
const turns = new Map([OFFICIAL, EXTENDED].map((idl) => [idl, r.below(200)]));
const begun = new Map(turns);
function route(idl) {
  const tags = idl.types.find((t) => t.name === 'Swap').type.variants.length;
  const ix = r.pick(idl.instructions.filter((i) => i.args.some((a) => a.name === 'routePlan')));
  const v2 = ix.name.endsWith('V2'), args = {}, want = { form: snake(ix.name), id: 0, in: 0n, out: 0n, slippage: 0, fee: 0, positive: 0 };
  const steps = list(r.below(8), () => { // every venue in turn
    const turn = turns.get(idl), swap = variant(idl, 'Swap', turn % tags), share = r.below(v2 ? 10001 : 101), inputIndex = r.below(256), outputIndex = r.below(256);
    turns.set(idl, turn + 1);
    return [{ swap: swap[0], [v2 ? 'bps' : 'percent']: share, inputIndex, outputIndex }, `${swap[1]}:${v2 ? share : share * 100}:${inputIndex}:${outputIndex}`];
  });
  const into = { id: 'id', inAmount: 'in', quotedInAmount: 'in', outAmount: 'out', quotedOutAmount: 'out', slippageBps: 'slippage', platformFeeBps: 'fee', positiveSlippageBps: 'positive' };
  for (const a of ix.args) {
    if (a.name === 'routePlan') { args.routePlan = steps.map((s) => s[0]); continue; }
    const v = a.type === 'u64' ? r.amount() : Number(random(Number(a.type.slice(1))));
    args[a.name] = a.type === 'u64' ? new BN(v.toString()) : v;
    want[into[a.name]] = v;
  }
  const coder = coders.get(idl);
  // The coder writes into a buffer of 1,000 bytes and throws beyond; such a route does not fit a transaction either.
  const data = coder.encode(ix.name, args);
  return `what=route data=${data.toString('hex')} want=${want.form}:${want.id}:${want.in}:${want.out}:${want.slippage}:${want.fee}:${want.positive}${steps.map((s) => `|${s[1]}`).join('')}`;
}
// Names of the official description that sluice calls otherwise.
const PARTS = {
  userTransferAuthority: 'user', userSourceTokenAccount: 'source', sourceTokenAccount: 'source', userDestinationTokenAccount: 'destination', programAuthority: 'jupiter_authority', programSourceTokenAccount: 'program_source',
  programDestinationTokenAccount: 'program_destination', platformFeeAccount: 'platform_fee', token2022Program: 'other_token_program',
};
function accounts(ix) {
  const shared = ix.name.startsWith('shared');
  const part = (n) => (n === 'destinationTokenAccount' ? (shared ? 'destination' : 'other_destination') : PARTS[n] || snake(n));
  return `what=accounts name=${snake(ix.name)} want=${ix.accounts.map((a) => `${part(a.name)}:${a.isMut ? 'w' : ''}${a.isSigner ? 's' : ''}`).join(',')}`;
}
for (const ix of OFFICIAL.instructions.filter((i) => i.args.some((a) => a.name === 'routePlan'))) console.log(accounts(ix));
for (let i = 0; i < Number(count); i++) {
  try { console.log(route(i % 3 ? EXTENDED : OFFICIAL)); } catch (e) { if (!/range|out of bounds|overruns/i.test(e.message)) throw e; }
}
for (const [idl, from] of begun) { // every venue had its turn, both by the official description and by what it has become
  const all = idl.types.find((t) => t.name === 'Swap').type.variants.length, had = turns.get(idl) - from;
  if (Number(count) >= 250 && had < all) throw new Error(`only ${had} of ${all} venues`);
}
