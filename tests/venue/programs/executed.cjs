// executed.cjs DIR PORT SEED - our quotes and our transactions on the programs themselves: sluice-quote says what a swap will give, sluice-tx
// builds it, the actor's key signs it, the runtime executes it; then every balance must be as quoted, to the lamport and the raw token.
// Also the refusals: each must fail with the error we predict. Prints TAP. Must not: compute a quote itself.
'use strict';
const { execFileSync } = require('child_process');
const market = require('../lib/market.cjs');
const { rpc, build, signed, land, pda, ata, K, WSOL, FEE, BUYBACK, spl } = market;
const { createRequire } = require('module');
const bs58 = createRequire(`${require('path').resolve(process.argv[2])}/svm/`)('bs58').default;
const seed = process.argv[4] || '1';
let n = 0, bad = 0;
function ok(good, what, note) { n++; if (!good) bad++; console.log(`${good ? 'ok' : 'not ok'} ${n} - ${what}`); if (!good && note !== undefined) console.log(`# ${note}`); }
const same = (got, want, what) => ok(got === want, what, `got ${got}, want ${want}`);

const AT = '2026-09-20', UNITS = 300000, PRICE = 50000, TIP = 20000n, BASE_FEE = 5000n, PRIORITY = 15000n;
function quote(venue, base, q, ...what) { return JSON.parse(execFileSync('sluice-quote', ['--json', '--at', AT, '--venue', venue, '--base-reserve', String(base), '--quote-reserve', String(q), ...what.map(String)])); }
async function lamports(k) { return BigInt((await rpc('getBalance', [k.toBase58()])).value); }
async function rent(bytes) { return BigInt(await rpc('getMinimumBalanceForRentExemption', [bytes])); }
const head = [{ name: 'compute_budget.set_compute_unit_limit', arguments: { units: UNITS } }, { name: 'compute_budget.set_compute_unit_price', arguments: { micro_lamports: PRICE } }];
const tip = (user) => ({ name: 'system.transfer', keys: { from: user.publicKey.toBase58(), to: 'jito_tip_2' }, arguments: { lamports: Number(TIP) } });
const open = (user, mint, program) => ({ name: 'associated_token.create_idempotent', keys: { payer: user.publicKey.toBase58(), account: ata(mint, user.publicKey, program).toBase58(), owner: user.publicKey.toBase58(), mint: mint.toBase58(), base_program: program.toBase58() } });
const close = (user, account, program) => ({ name: `${program.equals(spl.TOKEN_PROGRAM_ID) ? 'token' : 'token_2022'}.close_account`, keys: { account: account.toBase58(), destination: user.publicKey.toBase58(), owner: user.publicKey.toBase58() } });
const text = (v) => String(v);

// The next spend whose fees, rounded up one by one, exceed it in a way that recomputing them would show: where roundings differ, programs do.
function edge(v, bps) {
  const fee = (e, b) => (e * b + 9999n) / 10000n, sum = bps.reduce((a, b) => a + b, 0n), fees = (e) => bps.reduce((a, b) => a + fee(e, b), 0n);
  for (;; v++) { const e = v * 10000n / (10000n + sum), over = e + fees(e) - v; if (over > 0n && fees(e - over) !== fees(e)) return v; }
}

async function pumpKeys(user, mint, program, creator) {
  return { user: user.publicKey.toBase58(), base_mint: mint.toBase58(), quote_mint: 'native_mint', base_program: program.toBase58(), quote_program: 'token', creator: creator.toBase58(), fee_recipient: FEE[1].toBase58(), buyback_recipient: BUYBACK[0].toBase58() };
}

async function curveTrades() {
  const user = await market.actor(`wallet ${seed}`, 400), mint = await market.create(`executed ${seed}`), program = spl.TOKEN_2022_PROGRAM_ID, tokens = ata(mint, user.publicKey, program);
  let c = await market.curve(mint);
  const keys = await pumpKeys(user, mint, program, c.creator), accountBytes = 170, volumeBytes = 137;
  const vault = pda(K('6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P'), 'creator-vault', c.creator)[0];
  const kinds = [['buy', 'exact tokens'], ['buy_exact_sol_in', 'exact SOL'], ['buy_v2', 'exact tokens, v2'], ['buy_exact_quote_in_v2', 'exact SOL, v2'], ['sell', 'sale'], ['sell_v2', 'sale, v2']];
  let x = BigInt(seed) * 7919n + 12345n, opened = false;
  const next = (mod) => { x = x * 6364136223846793005n + 1442695040888963407n & (1n << 64n) - 1n; return (x >> 20n) % mod; };
  for (let i = 0; i < 24; i++) {
    const [kind, name] = kinds[i < 1 ? 0 : Number(next(6n))];
    c = await market.curve(mint);
    const vaultMade = await lamports(vault) === 0n, before = await lamports(user.publicKey), held = await market.held(mint, user.publicKey);
    let q, first, limit;
    if (kind.startsWith('sell')) { if (held < 10n) continue; first = i % 5 === 4 ? held : 1n + next(held); q = quote('pump', c.virtual_token, c.virtual_quote, '--sell-tokens', first); limit = BigInt(q.out_raw); }
    else if (kind.includes('exact')) { first = edge(1000000n + next(2000000000n), [95n, 30n]); q = quote('pump', c.virtual_token, c.virtual_quote, '--buy-sol', (Number(first) / 1e9).toFixed(9)); limit = BigInt(q.out_raw); }
    else { first = 1000000n + next(20000000000000n); q = quote('pump', c.virtual_token, c.virtual_quote, '--buy-tokens', first); limit = BigInt(q.in_raw); }
    const names = { buy: ['amount', 'max_sol_cost'], buy_exact_sol_in: ['spendable_sol_in', 'min_tokens_out'], buy_v2: ['amount', 'max_sol_cost'], buy_exact_quote_in_v2: ['spendable_quote_in', 'min_tokens_out'], sell: ['amount', 'min_sol_output'], sell_v2: ['amount', 'min_sol_output'] }[kind];
    const swap = { name: `pump.${kind}`, side: kind.startsWith('sell') ? 'sell' : 'buy', arguments: { [names[0]]: text(first), [names[1]]: text(limit), track_volume: true } };
    const wasOpen = opened, r = await land(user, { keys, instructions: [...head, ...(kind.startsWith('sell') ? [] : [open(user, mint, program)]), swap, tip(user)] });
    if (r.err || !r.landed) { ok(false, `${name} lands`, JSON.stringify(r.err)); continue; }
    opened = true;
    const after = await lamports(user.publicKey), now = await market.held(mint, user.publicKey), fixed = BASE_FEE + PRIORITY + TIP, made = (wasOpen ? 0n : await rent(accountBytes) + await rent(volumeBytes)) + (vaultMade ? await rent(0) : 0n); // who trades first pays the rent of the creator's vault
    const sign = kind.startsWith('sell') ? 1n : -1n, money = BigInt(kind.startsWith('sell') ? q.out_raw : q.in_raw), moved = BigInt(kind.startsWith('sell') ? q.in_raw : q.out_raw);
    same(after - before, sign * money - fixed - made, `${name} ${i}: lamports of the wallet move as quoted`);
    same(now - held, -sign * moved, `${name} ${i}: tokens move as quoted`);
    c = await market.curve(mint);
    same(`${c.virtual_token} ${c.virtual_quote}`, `${q.base_reserve_raw} ${q.quote_reserve_raw}`, `${name} ${i}: the curve stands where the quote left it`);
  }
  // Sell all and close the account in one transaction: its rent comes back.
  c = await market.curve(mint);
  let held = await market.held(mint, user.publicKey), before = await lamports(user.publicKey), q = quote('pump', c.virtual_token, c.virtual_quote, '--sell-tokens', held);
  let r = await land(user, { keys, instructions: [...head, { name: 'pump.sell', side: 'sell', arguments: { amount: text(held), min_sol_output: text(q.out_raw) } }, close(user, tokens, program), tip(user)] });
  same(await lamports(user.publicKey) - before, BigInt(q.out_raw) + await rent(accountBytes) - BASE_FEE - PRIORITY - TIP, 'sell all and close: rent recovered to the lamport');
  ok(!r.err && await market.account(tokens) === null, 'the token account is gone');
  return { user, mint, keys, program, tokens };
}

async function refusals({ user, mint, keys, program }) {
  const c = await market.curve(mint), q = quote('pump', c.virtual_token, c.virtual_quote, '--buy-tokens', 1000000000);
  const swap = (args, extra = {}) => [...head, open(user, mint, program), { name: 'pump.buy', side: 'buy', arguments: { amount: '1000000000', max_sol_cost: text(q.in_raw), track_volume: true, ...args }, ...extra }];
  const custom = (r) => r.err && r.err.InstructionError && r.err.InstructionError[1].Custom;
  same(custom(await land(user, { keys, instructions: swap({ max_sol_cost: text(q.in_raw - 1) }) })), 6002, 'one lamport below the cost: 6002, too much SOL required');
  const s = quote('pump', c.virtual_token, c.virtual_quote, '--buy-sol', '0.5');
  same(custom(await land(user, { keys, instructions: [...head, open(user, mint, program), { name: 'pump.buy_exact_sol_in', side: 'buy', arguments: { spendable_sol_in: '500000000', min_tokens_out: text(BigInt(s.out_raw) + 1n), track_volume: true } }] })), 6042, 'one token more than comes: 6042');
  // Missing trailing accounts.
  const { value } = await rpc('getLatestBlockhash');
  const shown = JSON.parse(execFileSync('sluice-tx', ['build', '--json'], { input: JSON.stringify({ payer: user.publicKey.toBase58(), blockhash: value.blockhash, keys, instructions: swap({}) }) }).toString());
  const buy = shown.instructions[3], raw = Buffer.concat([Buffer.from('66063d1201daebea', 'hex'), Buffer.from(new BigUint64Array([1000000000n, BigInt(q.in_raw)]).buffer), Buffer.from([1])]).toString('hex');
  const cut = { program: buy.program, accounts: buy.accounts.slice(0, 16).map((a) => ({ key: a.key, signer: a.signer, writable: a.writable })), data_hex: raw };
  const r = await land(user, { keys, instructions: [...swap({}).slice(0, 3), cut] });
  ok([6024, 6027, 6062].includes(custom(r)), `without its trailing accounts a buy fails (${custom(r)})`, JSON.stringify(r.err));
  const none = { ...cut, accounts: buy.accounts.map((a) => ({ key: a.key, signer: a.signer, writable: a.writable })) };
  const full = await land(user, { keys, instructions: [...swap({}).slice(0, 3), none] });
  ok(full.landed && !full.err, 'and with them it lands', JSON.stringify(full.err));
  // Wrong signature, stale blockhash, the same again, a bundle without a tip.
  const fresh = (await rpc('getLatestBlockhash')).value.blockhash;
  const good = signed(build({ payer: user.publicKey.toBase58(), blockhash: fresh, keys, instructions: swap({}) }), user), flipped = Buffer.from(good, 'base64');
  flipped[5] ^= 1;
  const refused = async (method, params) => { try { const id = await rpc(method, params); return id; } catch (e) { return e; } };
  const e1 = await refused('sendTransaction', [flipped.toString('base64'), { encoding: 'base64' }]);
  ok(e1.data && e1.data.err === 'SignatureFailure', 'a flipped signature bit is refused', e1.message);
  const stale = signed(build({ payer: user.publicKey.toBase58(), blockhash: bs58.encode(Buffer.alloc(32, 7)), keys, instructions: swap({}) }), user);
  const e2 = await refused('sendTransaction', [stale, { encoding: 'base64' }]);
  ok(e2.data && e2.data.err === 'BlockhashNotFound', 'an unknown blockhash is refused', e2.message);
  const again = await refused('sendTransaction', [full.wire, { encoding: 'base64' }]);
  ok(again.data && again.data.err === 'AlreadyProcessed', 'the same transaction again is refused', again.message);
  const e3 = await refused('sendBundle', [[good], { encoding: 'base64' }]);
  ok(/tip/.test(e3.message || ''), 'a bundle without a tip is refused', e3.message);
  // A bundle is all or nothing: the second transaction fails, the first leaves no trace.
  const blockhash = (await rpc('getLatestBlockhash')).value.blockhash, at = (instructions) => signed(build({ payer: user.publicKey.toBase58(), blockhash, keys, instructions }), user);
  const before = await lamports(user.publicKey), c2 = await market.curve(mint), q2 = quote('pump', c2.virtual_token, c2.virtual_quote, '--buy-tokens', 1000000000);
  const id = await rpc('sendBundle', [[at([...swap({ max_sol_cost: text(q2.in_raw) }), tip(user)]), at(swap({ max_sol_cost: '1' }))], { encoding: 'base64' }]);
  same((await rpc('getInflightBundleStatuses', [[id]])).value[0].status, 'Failed', 'a bundle with a transaction that fails does not land');
  same(await lamports(user.publicKey), before, 'and costs nothing');
  const id2 = await rpc('sendBundle', [[at([...swap({ max_sol_cost: text(q2.in_raw) }), tip(user)])], { encoding: 'base64' }]);
  same((await rpc('getInflightBundleStatuses', [[id2]])).value[0].status, 'Landed', 'with its tip it lands');
}

(async () => {
  await market.world();
  const m = await curveTrades();
  await refusals(m);
  for (const part of (process.argv[5] ?? 'pumpswap,raydium').split(',').filter((p) => p)) await require(`./executed_${part}.cjs`)({ ok, same, quote, build, signed, land, lamports, rent, head, tip, open, close, text, edge, market, seed, fixed: BASE_FEE + PRIORITY + TIP }, m);
  console.log(`1..${n}`);
  process.exit(bad ? 1 : 0);
})().catch((e) => { console.log(`not ok ${n + 1} - ${e.stack.split('\n').slice(0, 4).join(' ')}`); console.log(`1..${n + 1}`); process.exit(1); });
