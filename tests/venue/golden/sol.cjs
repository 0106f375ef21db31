// sol.cjs DIR SEED COUNT - what the official library says of addresses and messages: derived addresses, points on the curve,
// associated token accounts, and whole messages with and without lookup tables.
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/pump/`);
const { PublicKey, TransactionMessage, TransactionInstruction, AddressLookupTableAccount } = need('@solana/web3.js');
const { getAssociatedTokenAddressSync } = need('@solana/spl-token');
const { seeded } = require('./common.cjs');
const r = seeded(seed), key = () => new PublicKey(r.bytes(32));

function pda() {
  const seeds = Array.from({ length: 1 + r.below(5) }, () => r.bytes(r.below(33))), program = key();
  const [address, bump] = PublicKey.findProgramAddressSync(seeds, program);
  console.log(`what=pda program=${program} seeds=${seeds.map((s) => s.toString('hex')).join(',')} address=${address} bump=${bump}`);
}
function curve() {
  const k = key();
  console.log(`what=curve key=${k} on=${+PublicKey.isOnCurve(k.toBytes())}`);
}
function ata() {
  const owner = key(), mint = key(), program = key();
  console.log(`what=ata owner=${owner} mint=${mint} program=${program} address=${getAssociatedTokenAddressSync(mint, owner, true, program)}`);
}
function message() {
  const payer = key(), blockhash = key().toBase58(), pool = Array.from({ length: 24 }, key), programs = Array.from({ length: 3 }, key);
  const ixs = Array.from({ length: 1 + r.below(5) }, () => new TransactionInstruction({
    programId: r.pick(programs), data: r.bytes(r.below(60)),
    keys: Array.from({ length: r.below(8) }, () => { const i = r.below(pool.length); return { pubkey: r.below(10) === 0 ? payer : pool[i], isSigner: i < 2, isWritable: r.coin() }; }),
  }));
  const tables = Array.from({ length: r.below(3) }, () => new AddressLookupTableAccount({ key: key(), state: { deactivationSlot: (1n << 64n) - 1n, lastExtendedSlot: 0, lastExtendedSlotStartIndex: 0, addresses: Array.from({ length: 1 + r.below(30) }, () => (r.coin() ? r.pick(pool) : key())) } }));
  const m = new TransactionMessage({ payerKey: payer, recentBlockhash: blockhash, instructions: ixs });
  const compiled = tables.length ? m.compileToV0Message(tables) : m.compileToLegacyMessage();
  const flags = (k) => (k.isWritable ? 'w' : '') + (k.isSigner ? 's' : '');
  console.log(`what=message version=${tables.length ? 'v0' : 'legacy'} payer=${payer} blockhash=${blockhash} `
    + ixs.map((x) => `ix=${x.programId}/${x.keys.map((k) => `${k.pubkey}:${flags(k)}`).join(',')}/${x.data.toString('hex')}`).join(' ')
    + tables.map((t) => ` table=${t.key}/${t.state.addresses.join(',')}`).join('') + ` message=${Buffer.from(compiled.serialize()).toString('hex')}`);
}
for (let i = 0; i < +count; i++) { pda(); curve(); ata(); message(); }
