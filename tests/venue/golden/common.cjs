// common.cjs - what the golden generators share: a seeded generator, keys, and the one line form of a case.
// Must not use Math.random or a clock: the same seed gives the same lines.
'use strict';
function seeded(seed) { // xorshift64*, on BigInt
  let x = BigInt(seed) * 0x9e3779b97f4a7c15n + 1n & (1n << 64n) - 1n;
  const next = () => { x ^= x >> 12n; x ^= x << 25n & (1n << 64n) - 1n; x ^= x >> 27n; return x * 0x2545f4914f6cdd1dn & (1n << 64n) - 1n; };
  const below = (n) => Number(next() % BigInt(n));
  const bytes = (n) => { const b = Buffer.alloc(n); for (let i = 0; i < n; i++) b[i] = below(256); return b; };
  // Amounts of every size, the largest included.
  const amount = () => (below(20) === 0 ? (1n << 64n) - 1n : next() >> BigInt(below(64)));
  return { next, below, bytes, amount, coin: () => below(2) === 1, pick: (list) => list[below(list.length)] };
}
function instruction(ix) {
  const flags = (k) => (k.isWritable ? 'w' : '') + (k.isSigner ? 's' : '');
  return `program=${ix.programId.toBase58()} data=${Buffer.from(ix.data).toString('hex')} accounts=${ix.keys.map((k) => `${k.pubkey.toBase58()}:${flags(k)}`).join(',')}`;
}
function line(inputs, instructions) {
  return Object.entries(inputs).map(([k, v]) => `${k}=${v}`).join(' ') + instructions.map((i) => ` => ${instruction(i)}`).join('');
}
// A token account of this mint (keys as bytes) with so many raw units: native, of wrapped SOL; withheld, of a mint that keeps a transfer fee.
function tokenAccount(mint, owner, amount, { native = false, withheld = false } = {}) {
  const d = Buffer.alloc(withheld ? 178 : 165);
  mint.copy(d, 0); owner.copy(d, 32); d.writeBigUInt64LE(BigInt(amount), 64); d[108] = 1;
  if (native) { d.writeUInt32LE(1, 109); d.writeBigUInt64LE(2039280n, 113); }
  if (withheld) { d[165] = 2; d.writeUInt16LE(2, 166); d.writeUInt16LE(8, 168); }
  return d;
}
module.exports = { seeded, line, instruction, tokenAccount };
