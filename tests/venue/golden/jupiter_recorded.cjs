// jupiter_recorded.cjs DIR DATA OUT - recorded transactions of Jupiter v6 (a block of August 2024 and single ones): their routes as the official
// description's coder decodes them, one line each for golden.c; each transaction of the block as base64 into OUT/N.b64. A route with a venue that is newer
// than the description is left to what its events say: OUT/newer has its data and the amounts.
'use strict';
const fs = require('fs');
const [dir, data, out] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/jupiter/`);
const anchor = need('@coral-xyz/anchor'), camel = createRequire(need.resolve('@coral-xyz/anchor'))('camelcase');
const bs58 = anchor.utils.bytes.bs58;
const idl = need('@jup-ag/instruction-parser').program.idl;
const JUP = 'JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4', SELF = 'e445a52e51cb9a1d';
const instructions = new anchor.BorshInstructionCoder(idl), events = new anchor.BorshEventCoder(idl);
const snake = (s) => s.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

function step(s) {
  const [key, fields] = Object.entries(s.swap)[0], v = idl.types.find((t) => t.name === 'Swap').type.variants.find((x) => camel(x.name) === key);
  const text = (f) => { const x = fields[camel(f.name)]; return f.type.defined === 'Side' ? Number(Object.keys(x)[0] === 'ask') : typeof x === 'boolean' ? Number(x) : x.toString(); };
  return `${v.name.replace('Pumpdotfun', 'Pump')}(${(v.fields || []).map((f) => `${snake(f.name)}=${text(f)}`).join(',')}):${s.percent * 100}:${s.inputIndex}:${s.outputIndex}`;
}
function route(bytes) {
  const d = instructions.decode(bytes);
  if (!d || !d.data.routePlan) return null;
  const a = d.data;
  return `${snake(d.name)}:${a.id ?? 0}:${a.inAmount ?? a.quotedInAmount ?? 0}:${a.quotedOutAmount ?? a.outAmount}:${a.slippageBps}:${a.platformFeeBps}:0${a.routePlan.map((s) => `|${step(s)}`).join('')}`;
}
function line(bytes, newer) {
  if (bytes.subarray(0, 8).toString('hex') === SELF) return undefined;
  let want;
  try { want = route(bytes); } catch (e) { newer.push(bytes.toString('hex')); return undefined; }
  if (want) console.log(`what=route data=${bytes.toString('hex')} want=${want}`);
  return undefined;
}

// ---- the block: every transaction of Jupiter's ----
const compact = (n) => (n < 128 ? [n] : [n & 127 | 128, n >> 7]);
function wire(t) {
  const m = t.transaction.message, h = m.header, v0 = t.version === 0, list = (a, f) => [...compact(a.length), ...a.flatMap(f)], key = (k) => [...bs58.decode(k)];
  return Buffer.from([
    ...list(t.transaction.signatures, key), ...(v0 ? [0x80] : []), h.numRequiredSignatures, h.numReadonlySignedAccounts, h.numReadonlyUnsignedAccounts, ...list(m.accountKeys, key), ...key(m.recentBlockhash),
    ...list(m.instructions, (x) => { const d = [...bs58.decode(x.data)]; return [x.programIdIndex, ...compact(x.accounts.length), ...x.accounts, ...compact(d.length), ...d]; }),
    ...(v0 ? list(m.addressTableLookups, (l) => [...key(l.accountKey), ...compact(l.writableIndexes.length), ...l.writableIndexes, ...compact(l.readonlyIndexes.length), ...l.readonlyIndexes]) : []),
  ]);
}
const file = JSON.parse(fs.readFileSync(`${data}/block-285000037/slot_285000037.json`)), block = file.result || file;
block.transactions.forEach((t, i) => {
  const m = t.transaction.message, l = t.meta.loadedAddresses || { writable: [], readonly: [] }, keys = [...m.accountKeys, ...l.writable, ...l.readonly];
  const all = [...m.instructions, ...(t.meta.innerInstructions || []).flatMap((g) => g.instructions)].filter((x) => keys[x.programIdIndex] === JUP);
  if (!all.length) return;
  fs.writeFileSync(`${out}/${i}.b64`, wire(t).toString('base64'));
  for (const x of all) line(Buffer.from(bs58.decode(x.data)), []);
});

// ---- single transactions, in another project's JSON ----
for (const f of fs.readdirSync(`${data}/chain-json/vixen`).filter((x) => x.endsWith('_tx.json'))) {
  const newer = [], said = [];
  const walk = (list) => { for (const x of list) { if (bs58.encode(Buffer.from(x.program)) === JUP) { const b = Buffer.from(x.data); line(b, newer); if (b.subarray(0, 8).toString('hex') === SELF) said.push(events.decode(b.subarray(8).toString('base64'))); } walk(x.inner); } };
  const o = JSON.parse(fs.readFileSync(`${data}/chain-json/vixen/${f}`));
  if (o && o.instructions) walk(o.instructions);
  const spent = said.reduce((n, e) => n + BigInt((e.name === 'FeeEvent' ? e.data.amount : e.data.inputAmount).toString()), 0n); // one step each: fee and input together
  for (const hex of newer) fs.appendFileSync(`${out}/newer`, `${hex} ${spent} ${said.find((e) => e.name === 'SwapEvent').data.outputAmount}\n`);
}
