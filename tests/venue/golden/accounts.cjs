// accounts.cjs DIR - the accounts of the official interface descriptions, each as one line for golden.c: every field and struct in it with its
// offset and length (0: unknown). DIR has the SDKs that setup.sh brings.
'use strict';
const { createRequire } = require('module');
const [dir] = process.argv.slice(2);
const WIDTH = { u8: 1, i8: 1, bool: 1, u16: 2, i16: 2, u32: 4, i32: 4, u64: 8, i64: 8, u128: 16, i128: 16, pubkey: 32, publicKey: 32 };
const snake = (s) => s.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const type = (idl, name) => [...(idl.types || []), ...(idl.accounts || [])].find((t) => t.name === name && t.type);
const defined = (t) => t.defined && (t.defined.name || t.defined);

function width(idl, t) {
  if (typeof t === 'string') return WIDTH[t] || NaN;
  if (t.array) return width(idl, t.array[0]) * t.array[1];
  const d = defined(t) && type(idl, defined(t));
  if (!d) return NaN;
  return d.type.kind === 'enum' ? 1 : d.type.fields.reduce((n, f) => n + width(idl, f.type || f), 0);
}
function* fields(idl, name, prefix, from) {
  let at = from;
  for (const f of type(idl, name).type.fields) {
    const path = `${prefix}${snake(f.name)}`, inner = defined(f.type) && type(idl, defined(f.type)), n = width(idl, f.type);
    yield `${path}:${at}:${Number.isNaN(n) ? 0 : n}`;
    if (inner && inner.type.kind === 'struct') yield* fields(idl, inner.name, `${path}_`, at);
    at += n;
    if (Number.isNaN(at)) return;
  }
}
// Anchor's accounts begin with 8 bytes that name them.
function account(idl, ours, name, head = 8) {
  const n = type(idl, name).type.fields.reduce((sum, f) => sum + width(idl, f.type), head);
  console.log(`what=account type=${ours} bytes=${Number.isNaN(n) ? 0 : n} fields=${[...fields(idl, name, '', head)].join(',')}`);
}
const from = (folder, module) => Object.values(createRequire(`${dir}/${folder}/`)(module)).filter((x) => x && x.instructions && (x.types || x.accounts));
const having = (idls, name) => idls.find((i) => type(i, name));

const pump = from('pump', '@pump-fun/pump-sdk'), swap = from('pump', '@pump-fun/pump-swap-sdk');
const dlmm = from('meteora', '@meteora-ag/dlmm'), damm = from('meteora', '@meteora-ag/cp-amm-sdk');
const whirlpool = [createRequire(`${dir}/whirlpool/`)('@orca-so/whirlpools-sdk/dist/artifacts/whirlpool.json')];
for (const [idls, ours, name, head] of [[pump, 'pump_curve', 'BondingCurve'], [pump, 'pump_global', 'Global'], [pump, 'pump_fee_config', 'FeeConfig'], [pump, 'pump_fee_tier', 'FeeTier', 0],
  [swap, 'pump_swap_pool', 'Pool'], [swap, 'pump_swap_config', 'GlobalConfig'], [damm, 'damm_pool', 'Pool'], [dlmm, 'dlmm_pair', 'LbPair'], [dlmm, 'dlmm_array', 'BinArray'],
  [dlmm, 'dlmm_bin', 'Bin', 0], [dlmm, 'dlmm_bitmap', 'BinArrayBitmapExtension'], [whirlpool, 'whirlpool_pool', 'Whirlpool'], [whirlpool, 'whirlpool_oracle', 'Oracle']])
  account(having(idls, name), ours, name, head);
