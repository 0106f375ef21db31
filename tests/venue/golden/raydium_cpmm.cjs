// raydium_cpmm.cjs DIR SEED COUNT [old] - whole Raydium CPMM pools as account bytes and the swap that the official SDK builds for them. What comes out is left
// to the program itself (out=program; tests/venue/lib/execute_lines.mjs asks it), for the SDK's offline quote knows neither transfer fees nor waiting
// fees. old: no creator's fees, for a program file from before them.
'use strict';
const [dir, seed, count, old] = process.argv.slice(2);
const { createRequire } = require('module');
const { createHash } = require('crypto');
const need = createRequire(`${dir}/raydium/`);
const { PublicKey } = need('@solana/web3.js');
const BN = need('bn.js');
const sdk = need('@raydium-io/raydium-sdk-v2');
const { seeded, tokenAccount } = require('./common.cjs');
const { WSOL, TOKEN, TOKEN_2022, tokenMint, market, spread, u, ata } = require('./meteora_common.cjs')(need);

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const CPMM = new PublicKey('CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C'), [AUTHORITY, BUMP] = PublicKey.findProgramAddressSync([Buffer.from('vault_and_lp_mint_auth_seed')], CPMM);
const disc = (name) => createHash('sha256').update(`account:${name}`).digest().subarray(0, 8);

function config() {
  const d = Buffer.alloc(236);
  disc('AmmConfig').copy(d);
  u(d, 12, 8, r.pick([2500, 10000, 20000, 40000, 100, r.below(500000)])); u(d, 20, 8, r.pick([120000, r.below(500000)])); u(d, 28, 8, r.pick([40000, r.below(500000)]));
  if (!old) u(d, 108, 8, r.pick([0, 500, 1000, r.below(100000)]));
  return d;
}
// Fees that wait in the vaults are no part of the price.
function pool(p, waiting) {
  const d = Buffer.alloc(637);
  disc('PoolState').copy(d);
  [p.config, p.creator, p.vaults[0], p.vaults[1], p.lp, p.mints[0], p.mints[1], p.programs[0], p.programs[1], p.observation].forEach((k, i) => k.toBuffer().copy(d, 8 + 32 * i));
  d[328] = BUMP; d[330] = 9; u(d, 333, 8, 1000000); u(d, 373, 8, p.now - r.below(1000)); u(d, 381, 8, p.epoch);
  waiting.forEach((v, i) => { u(d, 341 + 8 * i, 8, v[0]); u(d, 357 + 8 * i, 8, v[1]); if (!old) u(d, 397 + 8 * i, 8, v[2]); });
  if (!old) { d[389] = r.below(3); d[390] = r.below(2); }
  return d;
}
function observation(p) {
  const d = Buffer.alloc(4075);
  disc('ObservationState').copy(d);
  p.pool.toBuffer().copy(d, 11);
  return d;
}
function one() {
  const base = key(), user = key(), program = r.below(3) === 0 ? TOKEN_2022 : TOKEN, t = tokenMint(r, base, program), first = Buffer.compare(base.toBuffer(), WSOL.toBuffer()) < 0, sells = r.coin();
  const order = (a, b) => (first ? [a, b] : [b, a]);
  const p = { pool: key(), config: key(), creator: key(), lp: key(), observation: key(), vaults: [key(), key()], mints: order(base, WSOL), programs: order(program, TOKEN), now: 1700000000 + r.below(90000000), epoch: t.epoch };
  const reserves = [1000n + spread(r, 20, 1n << 60n), 1000n + spread(r, 20, 1n << 60n)], waiting = reserves.map((v) => [0, 1, 2].map((i) => (old && i === 2 ? 0n : spread(r, 12, v / 4n))));
  const held = reserves.map((v, i) => v + waiting[i].reduce((a, b) => a + b)), i = +(sells !== first), amount = 1n + spread(r, 16, reserves[i]), baseAt = first ? 0 : 1;
  const [im, ip, iv, om, op, ov] = [p.mints[i], p.programs[i], p.vaults[i], p.mints[1 - i], p.programs[1 - i], p.vaults[1 - i]];
  const ix = sdk.makeSwapCpmmBaseInInstruction(CPMM, user, AUTHORITY, p.config, p.pool, ata(user, im, ip), ata(user, om, op), iv, ov, ip, op, im, om, p.observation, bn(amount), bn(1));
  const accounts = [[p.pool, CPMM, pool(p, waiting)], [p.config, CPMM, config()], [p.observation, CPMM, observation(p)], ...p.vaults.map((k, n) => [k, p.programs[n], tokenAccount(p.mints[n].toBuffer(), AUTHORITY.toBuffer(), held[n], { native: n !== baseAt, withheld: n === baseAt && t.fee })])];
  return market({ venue: 'raydium_cpmm', side: sells ? 'sell' : 'buy', user, base_mint: base, quote_mint: WSOL, base_program: program, quote_program: TOKEN, pool: p.pool, mint_data: t.data.toString('hex'), now: p.now, slot: 300000000, epoch: t.epoch, amount, limit: 1, out: 'program' }, accounts, ix);
}
for (let i = 0; i < +count; i++) console.log(one());
