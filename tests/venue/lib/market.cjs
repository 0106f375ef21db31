// market.cjs - a world on the loopback chain (svm.mjs): the pump.fun, PumpSwap and Raydium programs themselves with the global accounts they
// need, and actors who create coins, trade and migrate through the official SDK. Used as a library by tests, or by hand:
//   node market.cjs DIR PORT world | create SEED | buy MINT SEED SOL | sell MINT SEED TOKENS | migrate MINT SEED | state MINT
// The global accounts are written in the layout of the program's own interface description, since their makers' keys are not ours.
// Must not: touch what belongs to the wallet under test.
'use strict';
const { createRequire } = require('module');
const { createHash, createPrivateKey, sign } = require('crypto');
const { execFileSync } = require('child_process');
const path = require('path');
const [dir, port, verb, ...rest] = process.argv.slice(2);
const need = createRequire(`${path.resolve(dir)}/pump/`);
const { PublicKey, Keypair, Transaction, TransactionMessage, VersionedTransaction, SystemProgram, ComputeBudgetProgram } = need('@solana/web3.js');
const BN = need('bn.js');
const pump = need('@pump-fun/pump-sdk');
const { PumpAmmSdk } = need('@pump-fun/pump-swap-sdk');
const spl = need('@solana/spl-token');
const sdk = new pump.PumpSdk(), amm = new PumpAmmSdk();
const K = (s) => new PublicKey(s);
const PUMP = K('6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P'), AMM = K('pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA'), FEES = K('pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ'), WSOL = K('So11111111111111111111111111111111111111112');
const PROGRAMS = { pump: PUMP, pump_amm: AMM, pump_fees: FEES, mayhem_program: K('MAyhSmzXzV1pTf7LsNkrNwkWKTo4ougAJ1PPg47MD4e'), mpl_token_metadata: K('metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s'), raydium_amm_v4: K('675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8'), serum_dex: K('srmqPvymJeFKQ4zGQed1GFppgkRHL9kaELCbyksJtPX') };

async function rpc(method, params = [], where = '') {
  const res = await fetch(`http://127.0.0.1:${port}${where}`, { method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) });
  const o = await res.json();
  if (o.error) throw Object.assign(new Error(`${method}: ${o.error.message} ${(o.error.data && o.error.data.logs || []).slice(-6).join(' | ')}`), o.error);
  return o.result;
}
// Curve arithmetic in JavaScript is slow: keys and derived addresses are computed once.
const remember = (f, name = (...a) => String(a)) => { const known = new Map(); return (...a) => { const k = name(...a); if (!known.has(k)) known.set(k, f(...a)); return known.get(k); }; };
PublicKey.findProgramAddressSync = remember(PublicKey.findProgramAddressSync.bind(PublicKey), (seeds, program) => `${seeds.map((x) => Buffer.from(x).toString('hex'))} ${program.toBase58()}`);
const seedKey = remember((seed) => Keypair.fromSeed(createHash('sha256').update(`actor ${seed}`).digest()));
const nativeKey = remember((secret) => createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret.subarray(0, 32)]), format: 'der', type: 'pkcs8' }), (secret) => Buffer.from(secret).toString('hex'));
const disc = (name) => createHash('sha256').update(`account:${name}`).digest().subarray(0, 8);

// ---- the world ----
const u64 = (v) => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(v)); return b; }, u128 = (v) => Buffer.concat([u64(BigInt(v) & (1n << 64n) - 1n), u64(BigInt(v) >> 64n)]), bool = (v) => Buffer.from([v ? 1 : 0]), pk = (k) => k.toBuffer();
const recipients = (name, n) => Array.from({ length: n }, (_, i) => seedKey(`${name} ${i}`).publicKey);
const FEE = recipients('fee recipient', 8), RESERVED = recipients('reserved recipient', 8), BUYBACK = recipients('buyback recipient', 8), ADMIN = seedKey('admin').publicKey;
// SOL tiers of the mainnet capture of 2026-09-08: [market cap in SOL, lp, protocol, creator].
const TIERS = [[0, 2, 93, 30], [420, 20, 5, 95], [1470, 20, 5, 90], [2460, 20, 5, 85], [3440, 20, 5, 80], [4420, 20, 5, 75], [9820, 20, 5, 70], [14740, 20, 5, 65], [19650, 20, 5, 60], [24560, 20, 5, 55], [29470, 20, 5, 50], [34380, 20, 5, 45], [39300, 20, 5, 40], [44210, 20, 5, 35], [49120, 20, 5, 30], [54030, 20, 5, 28], [58940, 20, 5, 25], [63860, 20, 5, 23], [68770, 20, 5, 20], [73681, 20, 5, 18], [78590, 20, 5, 15], [83500, 20, 5, 13], [88400, 20, 5, 10], [93330, 20, 5, 8], [98240, 20, 5, 5]];
const fees = (lp, protocol, creator) => Buffer.concat([u64(lp), u64(protocol), u64(creator)]);
function feeConfig(bump, onCurve) {
  const tiers = TIERS.map(([cap, lp, protocol, creator]) => Buffer.concat([u128(BigInt(cap) * 1000000000n), onCurve && cap === 0 ? fees(0, 95, 30) : fees(lp, protocol, creator)]));
  const len = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b; };
  const body = Buffer.concat([disc('FeeConfig'), Buffer.from([bump]), pk(ADMIN), onCurve ? fees(0, 95, 5) : fees(25, 5, 0), len(tiers.length), ...tiers, len(0), fees(0, 0, 0)]);
  return Buffer.concat([body, Buffer.alloc(4097 - body.length)]);
}
function global() {
  const body = Buffer.concat([disc('Global'), bool(1), pk(ADMIN), pk(FEE[0]), u64(1073000000000000n), u64(30000000000n), u64(793100000000000n), u64(1000000000000000n), u64(95), pk(ADMIN), bool(1), u64(15000001n), u64(30), ...FEE.slice(1).map(pk), pk(ADMIN), pk(ADMIN),
    bool(1), pk(ADMIN), pk(RESERVED[0]), bool(1), ...RESERVED.slice(1).map(pk), bool(1), ...BUYBACK.map(pk), u64(0), u64(30000000000n), pk(PublicKey.default), bool(0), u64(0), pk(ADMIN), bool(0), bool(0)]);
  return Buffer.concat([body, Buffer.alloc(64)]);
}
function ammGlobal() {
  const body = Buffer.concat([disc('GlobalConfig'), pk(ADMIN), u64(20), u64(5), Buffer.from([0]), ...FEE.map(pk), u64(5), pk(ADMIN), pk(ADMIN), pk(RESERVED[0]), bool(1), ...RESERVED.slice(1).map(pk), bool(1), ...BUYBACK.map(pk), u64(0), pk(ADMIN), bool(0), bool(0), u64(0)]);
  return Buffer.concat([body, Buffer.alloc(64)]);
}
const volume = () => Buffer.concat([disc('GlobalVolumeAccumulator'), Buffer.alloc(536)]);
const set = (k, owner, data, lamports = 10000000000) => rpc('_setAccount', [k.toBase58(), { lamports, owner: owner.toBase58(), data: data.toString('base64') }]);
const pda = (program, ...seeds) => PublicKey.findProgramAddressSync(seeds.map((s) => (typeof s === 'string' ? Buffer.from(s) : pk(s))), program);
const tokenAccount = (mint, owner, amount) => Buffer.concat([pk(mint), pk(owner), u64(amount), Buffer.alloc(36), Buffer.from([1]), Buffer.from([1, 0, 0, 0]), u64(2039280), u64(0), Buffer.alloc(36)]);
async function world() {
  for (const [name, id] of Object.entries(PROGRAMS)) await rpc('_addProgram', [id.toBase58(), `${path.resolve(dir)}/programs/${name}.so`]);
  await set(pda(PUMP, 'global')[0], PUMP, global());
  await set(pda(PUMP, 'global_volume_accumulator')[0], PUMP, volume());
  await set(pda(AMM, 'global_config')[0], AMM, ammGlobal());
  await set(pda(AMM, 'global_volume_accumulator')[0], AMM, volume());
  for (const [program, onCurve] of [[PUMP, true], [AMM, false]]) { const [k, bump] = pda(FEES, 'fee_config', program); await set(k, FEES, feeConfig(bump, onCurve)); }
  for (const k of [...FEE, ...RESERVED, ...BUYBACK, ADMIN]) {
    await rpc('_airdrop', [k.toBase58(), 1000000000]);
    await set(spl.getAssociatedTokenAddressSync(WSOL, k, true), spl.TOKEN_PROGRAM_ID, tokenAccount(WSOL, k, 0), 2039280);
  }
}

// ---- actors ----
async function send(payer, signers, instructions, options = {}) {
  const { value } = await rpc('getLatestBlockhash');
  const message = new TransactionMessage({ payerKey: payer.publicKey, recentBlockhash: value.blockhash, instructions: [ComputeBudgetProgram.setComputeUnitLimit({ units: 1000000 }), ...instructions] }).compileToV0Message();
  const tx = new VersionedTransaction(message), bytes = message.serialize();
  for (const k of [payer, ...signers]) tx.addSignature(k.publicKey, sign(null, bytes, nativeKey(k.secretKey)));
  const signature = await rpc('sendTransaction', [Buffer.from(tx.serialize()).toString('base64'), { encoding: 'base64', ...options }]);
  const { value: [s] } = await rpc('getSignatureStatuses', [[signature]]);
  if (!s) throw new Error(`did not land: ${signature}`);
  if (s.err) throw new Error(`failed: ${JSON.stringify(s.err)}`);
  return signature;
}
// What sluice-tx builds of a description, signed and sent; it lands or not, and its error is the answer.
const build = (description) => execFileSync('sluice-tx', ['build'], { input: JSON.stringify(description) }).toString().trim();
function signed(b64, keypair) { const t = VersionedTransaction.deserialize(Buffer.from(b64, 'base64')); t.sign([keypair]); return Buffer.from(t.serialize()).toString('base64'); }
async function land(user, description) {
  const { value } = await rpc('getLatestBlockhash');
  const wire = signed(build({ payer: user.publicKey.toBase58(), blockhash: value.blockhash, ...description }), user);
  const signature = await rpc('sendTransaction', [wire, { encoding: 'base64', skipPreflight: true }]);
  const s = (await rpc('getSignatureStatuses', [[signature]])).value[0];
  return { signature, wire, landed: !!s, err: s && s.err };
}
async function actor(seed, sol = 200) {
  const k = seedKey(seed);
  const { value } = await rpc('getBalance', [k.publicKey.toBase58()]);
  if (value < sol * 5e8) await rpc('_airdrop', [k.publicKey.toBase58(), sol * 1e9]);
  return k;
}
async function account(k) { const { value } = await rpc('getAccountInfo', [k.toBase58(), { encoding: 'base64' }]); return value && { ...value, data: Buffer.from(value.data[0], 'base64'), owner: K(value.owner) }; }
async function curve(mint) { const a = await account(pda(PUMP, 'bonding-curve', mint)[0]); return a && { size: a.data.length, virtual_token: a.data.readBigUInt64LE(8), virtual_quote: a.data.readBigUInt64LE(16), real_token: a.data.readBigUInt64LE(24), real_quote: a.data.readBigUInt64LE(32), complete: a.data[48] === 1, creator: new PublicKey(a.data.subarray(49, 81)), lamports: a.lamports }; }
async function create(seed) {
  const user = await actor(`creator ${seed}`), mint = seedKey(`mint ${seed}`);
  const ix = await sdk.createV2Instruction({ mint: mint.publicKey, name: `Coin ${seed}`, symbol: `C${seed}`, uri: `https://example.invalid/${seed}`, creator: user.publicKey, user: user.publicKey, mayhemMode: false });
  await send(user, [mint], [ix]);
  return mint.publicKey;
}
const ownerOf = remember(async (mint) => (await account(mint)).owner); // the token program of a mint never changes
const ata = (mint, owner, program) => spl.getAssociatedTokenAddressSync(mint, owner, true, program);
// Exact tokens out of SOL: what the curve gives now, less 2 % of room on the cost.
async function buy(mint, seed, sol) {
  const user = await actor(seed), c = await curve(mint), program = await ownerOf(mint), net = BigInt(Math.floor(sol * 1e9)) * 10000n / 10125n;
  let amount = (net - 1n) * c.virtual_token / (c.virtual_quote + net - 1n);
  if (amount > c.real_token) amount = c.real_token;
  const open = spl.createAssociatedTokenAccountIdempotentInstruction(user.publicKey, ata(mint, user.publicKey, program), user.publicKey, mint, program);
  const ix = await sdk.getBuyInstructionRaw({ user: user.publicKey, mint, creator: c.creator, amount: new BN(amount.toString()), solAmount: new BN(Math.floor(sol * 1.02e9).toString()), feeRecipient: FEE[1], buybackFeeRecipient: BUYBACK[0], tokenProgram: program });
  return send(user, [], [open, ix]);
}
async function sell(mint, seed, tokens) {
  const user = await actor(seed), c = await curve(mint), program = await ownerOf(mint);
  const ix = await sdk.getSellInstructionRaw({ user: user.publicKey, mint, creator: c.creator, amount: new BN(tokens.toString()), solAmount: new BN(0), feeRecipient: FEE[1], buybackFeeRecipient: BUYBACK[0], tokenProgram: program, cashback: false });
  return send(user, [], [ix]);
}
async function held(mint, owner) { const program = await ownerOf(mint), a = await account(ata(mint, owner, program)); return a ? a.data.readBigUInt64LE(64) : 0n; }
// Buy what the curve still has, and migrate it to PumpSwap.
async function complete(mint, seed) {
  const user = await actor(seed, 2000);
  for (let c = await curve(mint); !c.complete; c = await curve(mint)) await buy(mint, seed, Number(c.real_token * c.virtual_quote / (c.virtual_token - c.real_token) + 1n) / 1e9 * 10125 / 10000 + 0.000001);
  const program = (await account(mint)).owner;
  await send(user, [], [await sdk.migrateV2Instruction({ withdrawAuthority: ADMIN, mint, user: user.publicKey, quoteMint: WSOL, baseTokenProgram: program, quoteTokenProgram: spl.TOKEN_PROGRAM_ID })]);
}
module.exports = { rpc, build, signed, land, world, create, buy, sell, held, complete, curve, actor, seedKey, send, account, pda, ata, FEE, BUYBACK, PROGRAMS, sdk, amm, K, BN, spl, WSOL, PublicKey, VersionedTransaction, TransactionMessage, SystemProgram, ComputeBudgetProgram };

// Plain transfers: SOL between actors, tokens between their accounts.
async function pay(from, to, lamports) { const a = await actor(from); return send(a, [], [SystemProgram.transfer({ fromPubkey: a.publicKey, toPubkey: (await actor(to)).publicKey, lamports: Number(lamports) })]); }
async function give(mint, from, to, tokens) {
  const a = await actor(from), b = await actor(to), program = (await account(mint)).owner;
  const open = spl.createAssociatedTokenAccountIdempotentInstruction(a.publicKey, ata(mint, b.publicKey, program), b.publicKey, mint, program);
  return send(a, [], [open, spl.createTransferCheckedInstruction(ata(mint, a.publicKey, program), mint, ata(mint, b.publicKey, program), a.publicKey, BigInt(tokens), 6, [], program)]);
}

const show = (o) => JSON.stringify(o, (k, v) => (typeof v === 'bigint' ? v.toString() : v instanceof PublicKey ? v.toBase58() : v));
const verbs = {
  world, create: async ([seed]) => console.log((await create(seed)).toBase58()), buy: async ([m, seed, sol]) => console.log(await buy(K(m), seed, +sol)), sell: async ([m, seed, n]) => console.log(await sell(K(m), seed, n === 'all' ? await held(K(m), seedKey(seed).publicKey) : BigInt(n))),
  complete: async ([m, seed]) => complete(K(m), seed), state: async ([m]) => console.log(show(await curve(K(m)))), key: async ([seed]) => console.log(JSON.stringify([...seedKey(seed).secretKey])), address: async ([seed]) => console.log(seedKey(seed).publicKey.toBase58()), held: async ([m, k]) => console.log(String(await held(K(m), K(k)))),
  pay: async ([a, b, n]) => console.log(await pay(a, b, n)), give: async ([m, a, b, n]) => console.log(await give(K(m), a, b, n)),
  recipients: async () => console.log(show({ fee: FEE, buyback: BUYBACK })),
};
if (require.main === module) verbs[verb](rest).catch((e) => { console.error(`market: ${e.message}`); process.exit(1); });
