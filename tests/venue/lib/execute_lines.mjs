// execute_lines.mjs DIR damm_v2|dlmm|raydium_cpmm|whirlpool FILE [ADDRESS] <LINES - the markets that a generator wrote (under golden/), each laid
// down and traded on the program itself, FILE, by the real runtime: the wallet must get what the quote says, and one raw unit more must be refused. For
// program files that no package carries and somebody has at hand. Prints the first differences; the last line is `executed N exact M refused R
// without S`; exit 1 unless M = R = N > 0. Of CPMM, which nobody else quotes, it prints the lines again, with out= as the program gave it.
// Must not: compute a quote itself.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const [dir, venue, file] = process.argv.slice(2);
const need = createRequire(`${dir}/svm/`), web3 = createRequire(`${dir}/meteora/`)('@solana/web3.js');
const { tokenAccount } = createRequire(import.meta.url)('../golden/common.cjs');
const { LiteSVM, FailedTransactionMetadata } = need('litesvm');
const { Account, Clock } = need('litesvm/dist/internal.js');
const WSOL = 'So11111111111111111111111111111111111111112', TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA', RENT = 10000000000n, HELD = (1n << 62n) - 1n;
const MAIN = { damm_v2: 'cpamdpZCGKUy5JxQXB4dcpGPiikHawvSWAd6mEn1sGG', dlmm: 'LBUZKhRxPF3XUpBCjp4YzTKgLccjZhTSDM9YuVaPwxo', raydium_cpmm: 'CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C', whirlpool: 'whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc' }[venue], PROGRAM = process.argv[5] || MAIN; // Whirlpool's twin is built for another address
const elf = readFileSync(file), key = (s) => new web3.PublicKey(s);

// ---- the world of one market: { user, mint, program, mint_data, now, slot, epoch, accounts: [{ key, owner, data, lamports }] } ----
// held: [{ key, base, owner, amount }] token accounts.
function world(m, held) {
  const inner = new LiteSVM().withSigverify(false).withBlockhashCheck(false).withNativeMints().withTransactionHistory(0n).inner;
  const set = (k, owner, data, lamports = RENT) => inner.setAccount(key(k).toBytes(), new Account(lamports, data, key(owner).toBytes(), false, 0n));
  inner.addProgram(key(PROGRAM).toBytes(), elf);
  inner.setClock(new Clock(BigInt(m.slot), 0n, BigInt(m.epoch), BigInt(m.epoch), BigInt(m.now)));
  inner.airdrop(key(m.user).toBytes(), 100000000000n);
  set(m.mint, m.program, m.mint_data);
  for (const a of m.accounts) set(a.key, a.owner, a.data, a.lamports);
  for (const h of held) set(h.key, h.base ? m.program : TOKEN, tokenAccount(key(h.base ? m.mint : WSOL).toBuffer(), key(h.owner).toBuffer(), h.amount, { native: !h.base, withheld: h.base && m.mint_data.length > 82 }), h.base ? RENT : h.amount + 2039280n);
  return inner;
}
// What the account `out` holds after the instruction, or the end of the program's log.
function swap(m, held, keys, data, out) {
  const inner = world(m, held), ix = new web3.TransactionInstruction({ programId: key(PROGRAM), data, keys: keys.map((x) => ({ pubkey: key(x.key), isSigner: x.signer, isWritable: x.writable })) });
  const tx = new web3.Transaction({ feePayer: key(m.user), recentBlockhash: WSOL }).add(web3.ComputeBudgetProgram.setComputeUnitLimit({ units: 1400000 }), ix);
  const r = inner.sendLegacyTransaction(tx.serialize({ requireAllSignatures: false, verifySignatures: false }));
  return r instanceof FailedTransactionMetadata ? { error: r.meta().logs().slice(-4).join(' | ') || String(r) } : { units: Number(r.computeUnitsConsumed()), got: Buffer.from(inner.getAccount(key(out).toBytes()).data()).readBigUInt64LE(64) };
}

// ---- counting ----
const units = [];
let executed = 0, exact = 0, refused = 0, without = 0, shown = 0, told = 0;
// limit(v): the instruction's data when at least v must come.
function trial(m, what, held, keys, limit, out, want) {
  if (want > HELD || held.some((h) => h.amount !== HELD && h.amount + HELD + 2039280n >> 64n)) { without++; return; } // more than the vaults have, or could take up
  const a = swap(m, held, keys, limit(want), out);
  if (a.error && a.error.includes('exceeded CUs')) { without++; return; } // so many ticks that no transaction could cross them
  const b = swap(m, held, keys, limit(want + 1n), out);
  executed++, exact += a.got === want, refused += !!b.error;
  if (a.units) units.push(a.units);
  if ((a.got !== want || !b.error) && shown++ < 8) console.log(`# ${what}: want ${want}, ${a.error || a.got}${b.error ? '' : '; one unit more is not refused'}`);
}

// ---- lines ----
const fields = (text) => Object.fromEntries(text.split(' ').filter((p) => p.includes('=')).map((p) => [p.slice(0, p.indexOf('=')), p.slice(p.indexOf('=') + 1)]));
const keysOf = (list) => list.split(',').map((x) => { const [k, flags] = x.split(':'); return { key: k, signer: flags.includes('s'), writable: flags.includes('w') }; });
function data(hex, amount, limit) { const d = Buffer.from(hex, 'hex'); d.writeBigUInt64LE(amount, 8); d.writeBigUInt64LE(limit, 16); return d; }

// A line of markets.c: its market, its question and its instruction.
function asked(line) {
  const [left, right] = line.split(' => '), f = fields(left), ix = fields(right);
  const accounts = [...left.matchAll(/ account=([^/]*)\/([^/]*)\/(\S*)/g)].map(([, k, owner, hex]) => { const d = Buffer.from(hex, 'hex'); return { key: k, owner, data: d, lamports: owner === TOKEN ? d.readBigUInt64LE(64) + 2039280n : RENT }; });
  return { f, keys: keysOf(ix.accounts), sells: f.side === 'sell', swap: (limit) => data(ix.data, BigInt(f.amount), limit), m: { user: f.user, mint: f.base_mint, program: f.base_program, mint_data: Buffer.from(f.mint_data, 'hex'), now: f.now, slot: f.slot, epoch: f.epoch, accounts } };
}
// The wallet's two token accounts: what goes in, and nothing yet of what comes out.
const wallet = (a, from, to) => [{ key: from, base: a.sells, owner: a.m.user, amount: BigInt(a.f.amount) }, { key: to, base: !a.sells, owner: a.m.user, amount: 0n }];
function damm(line) {
  if (!line.startsWith('what=market')) return;
  const a = asked(line), k = a.keys.map((x) => x.key), first = k[6] === a.f.base_mint;
  if (a.f.out === 'fail') { without++; return; }
  trial(a.m, `${a.f.pool} ${a.f.side} ${a.f.amount}`, [...wallet(a, k[2], k[3]), { key: k[4], base: first, owner: k[0], amount: HELD }, { key: k[5], base: !first, owner: k[0], amount: HELD }], a.keys, a.swap, k[3], BigInt(a.f.out));
}
// The address that a pair signs for, by its type. Its base key, where it has one, is its old address.
function pairHome(d, was) {
  const mints = [d.subarray(88, 120), d.subarray(120, 152)].sort(Buffer.compare), type = d[75];
  d.writeUInt16LE(d.readUInt16LE(80), 73); d.writeUInt16LE(d.readUInt16LE(8), 84); was.copy(d, 784);
  const seeds = type === 0 ? [...mints, d.subarray(73, 75), ...(d[83] ? [d.subarray(84, 86)] : [])] : type === 1 ? [was, ...mints, d.subarray(73, 75)] : [was, ...mints];
  const [home, bump] = web3.PublicKey.findProgramAddressSync(seeds, key(PROGRAM));
  d[72] = bump;
  return home;
}
function dlmm(line) {
  if (!line.startsWith('what=market')) return;
  const a = asked(line), was = key(a.f.pool).toBuffer(), [pair, ...others] = a.m.accounts;
  if (a.f.out === 'fail') { without++; return; }
  const home = pairHome(pair.data, was), move = (k) => (k === a.f.pool ? home.toBase58() : k), keys = a.keys.map((x) => ({ ...x, key: move(x.key) })), k = keys.map((x) => x.key), first = k[6] === a.f.base_mint;
  const oracle = Buffer.alloc(32 + 32 * 100);
  Buffer.from('8bc283b38cb3e5f4', 'hex').copy(oracle); oracle.writeBigUInt64LE(100n, 24);
  a.m.accounts = [{ ...pair, key: k[0] }, ...moved(others, was, home, move), { key: k[8], owner: PROGRAM, data: oracle, lamports: RENT }];
  trial(a.m, `${a.f.pool} ${a.f.side} ${a.f.amount}`, [...wallet(a, k[4], k[5]), { key: k[2], base: first, owner: k[0], amount: HELD }, { key: k[3], base: !first, owner: k[0], amount: HELD }], keys, a.swap, k[5], BigInt(a.f.out));
}
// Nobody has quoted it: the line again, with what the program gave.
function cpmm(line) {
  const a = asked(line), k = a.keys.map((x) => x.key), r = swap(a.m, wallet(a, k[4], k[5]), a.keys, a.swap(1n), k[5]);
  told++;
  console.log(line.replace(' out=program', ` out=${r.error ? 'fail' : r.got}`));
}

// A mint of six digits with this transfer fee, the same in both epochs.
function mintOf(bps, max, fee) {
  const d = Buffer.alloc(fee ? 278 : 82);
  d.writeBigUInt64LE(1000000000000000n, 36); d[44] = 6; d[45] = 1;
  if (fee) { d[165] = 1; d.writeUInt16LE(1, 166); d.writeUInt16LE(108, 168); for (const at of [242, 260]) { d.writeBigUInt64LE(BigInt(max), at + 8); d.writeUInt16LE(+bps, at + 16); } }
  return d;
}
// Accounts that name the pool by its old address, `was`, at their new places and naming its new one.
const moved = (accounts, was, home, move) => accounts.map((a) => { const data = Buffer.from(a.data), i = data.indexOf(was); if (i >= 0) home.toBuffer().copy(data, i); return { ...a, key: move(a.key), data }; });
// The market where the program looks for it: the pool at the address it signs for, the oracle and the tick arrays around the price at theirs.
function settled(p) {
  const d = p.accounts[0].data, at = (id, ...seeds) => web3.PublicKey.findProgramAddressSync(seeds, key(id)), [home, bump] = at(PROGRAM, Buffer.from('whirlpool'), d.subarray(8, 40), d.subarray(101, 133), d.subarray(181, 213), d.subarray(43, 45));
  const was = key(p.key).toBuffer(), size = 88 * d.readUInt16LE(41), base = Math.floor(d.readInt32LE(81) / size) * size, map = new Map([[p.key, home.toBase58()]]);
  const both = (name, ...seeds) => map.set(at(MAIN, Buffer.from(name), was, ...seeds)[0].toBase58(), at(PROGRAM, Buffer.from(name), home.toBuffer(), ...seeds)[0].toBase58());
  both('oracle');
  for (let i = -4; i <= 4; i++) both('tick_array', Buffer.from(String(base + i * size)));
  const move = (k) => map.get(k) || k, accounts = moved(p.accounts, was, home, move);
  accounts[0].data[40] = bump;
  return { there: { ...p, key: home.toBase58(), accounts }, move };
}
let pool = null, quotes = [];
function whirlpool(line) {
  const f = fields(line.split(' => ')[0]);
  if (line.startsWith('pool ')) pool = { key: f.key, user: f.user, mint: f.mint, program: f.program, mint_data: mintOf(f.fee_bps, f.fee_max, f.fee === '1'), now: f.now, slot: 300000000, epoch: 700, accounts: [] }, quotes = [];
  if (line.startsWith('account ')) pool.accounts.push({ key: f.key, owner: PROGRAM, data: Buffer.from(f.data, 'hex') });
  if (line.startsWith('quote ')) { if (f.out === 'fail') without++; else quotes.push(f); }
  if (!line.startsWith('build ')) return;
  const { there, move } = settled(pool), ix = fields(line.split(' => ')[1]), keys = keysOf(ix.accounts).map((x) => ({ ...x, key: move(x.key) })), baseA = keys[5].key === pool.mint, sells = f.side === 'sell', aIn = sells === baseA;
  for (const q of quotes.filter((x) => x.side === f.side)) {
    const held = [{ key: keys[7].key, base: baseA, owner: pool.user, amount: aIn ? BigInt(q.in) : 0n }, { key: keys[9].key, base: !baseA, owner: pool.user, amount: aIn ? 0n : BigInt(q.in) }, { key: keys[8].key, base: baseA, owner: there.key, amount: HELD }, { key: keys[10].key, base: !baseA, owner: there.key, amount: HELD }];
    trial(there, `${pool.key} ${q.side} ${q.in}`, held, keys, (v) => data(ix.data, BigInt(q.in), v), keys[aIn ? 9 : 7].key, BigInt(q.out));
  }
}
for await (const line of createInterface({ input: process.stdin })) ({ damm_v2: damm, dlmm, raydium_cpmm: cpmm, whirlpool })[venue](line);
if (told) process.exit(0);
units.sort((a, b) => a - b);
console.log(`# compute units: median ${units[units.length >> 1]}, 99% ${units[Math.floor(units.length * 0.99)]}, most ${units.at(-1)}; ${units.filter((u) => u > 280000).length} take more than 280,000`);
console.log(`executed ${executed} exact ${exact} refused ${refused} without ${without}`);
process.exit(executed && exact === executed && refused === executed ? 0 : 1);
